"""Settings that several tests play on."""

from __future__ import annotations

from functools import cache

from pactolus.response.exercise.board import Setting, setting_of
from pactolus.response.exercise.exercise import ready_exercise
from pactolus.response.exercise.situations import situation_of
from pactolus.response.exercise.yardsticks import Yardsticks, yardsticks_of

MADE_UP = ("gallium-germanium-licence", "rare-earth-licence")
ON_TRADE = ("cobalt-quota", "copper-concentrate", "graphite-licence")


@cache
def setting(name: str) -> Setting:
    one = ready_exercise(name)
    return setting_of(one, situation_of(one))


@cache
def yardsticks(name: str, case: int) -> Yardsticks:
    return yardsticks_of(setting(name), case)
