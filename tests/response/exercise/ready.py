"""Settings that several tests play on."""

from __future__ import annotations

from functools import cache

from pactolus.response.exercise.board import Setting, exercise_setting
from pactolus.response.exercise.exercise import ready_exercise
from pactolus.response.exercise.yardsticks import Yardsticks, yardsticks_of

MADE_UP = ("gallium-germanium-licence", "rare-earth-licence")
ON_TRADE = ("cobalt-quota", "copper-concentrate", "graphite-licence")


@cache
def setting(name: str) -> Setting:
    return exercise_setting(ready_exercise(name))


@cache
def yardsticks(name: str, case: int) -> Yardsticks:
    return yardsticks_of(setting(name), case)
