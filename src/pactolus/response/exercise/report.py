"""The after-action report as data: what came when, what was known, what was decided, what the plan would do.

Free of language and format; the room ``reports`` makes a page of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from pactolus.response.exercise.score import PATHS
from pactolus.response.exercise.views import chances_in, stocks_at

if TYPE_CHECKING:
    from pactolus.response.exercise.decisions import Decision
    from pactolus.response.exercise.exercise import Exercise, Inject
    from pactolus.response.exercise.score import Score
    from pactolus.response.exercise.state import Done

__all__ = ["AfterAction", "Month", "Stand", "after_action"]


@dataclass(frozen=True, kw_only=True)
class Stand:
    """What a member had of a place at the beginning of a month. [t]"""

    mineral: str
    stage: str
    member: str
    declared_t: float | None
    bought_t: float
    lost_t: float
    missing_t: float


@dataclass(frozen=True, kw_only=True)
class Month:
    """One month of the table.

    Attributes
    ----------
    number : int
        From 1.
    begins : date
    injects : tuple of Inject
    chances : tuple of (int, float)
        Lengths thought possible then, in months, with their probability.
    stands : tuple of Stand
    done : tuple of Done
        Decisions that acted.
    plan : tuple of Decision
        What the best plan would have decided, knowing no more.
    missing_t : mapping of str to float
        Of all members and places, by path.
    """

    number: int
    begins: date
    injects: tuple[Inject, ...]
    chances: tuple[tuple[int, float], ...]
    stands: tuple[Stand, ...]
    done: tuple[Done, ...]
    plan: tuple[Decision, ...]
    missing_t: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class AfterAction:
    """An exercise looked back upon.

    Attributes
    ----------
    exercise : Exercise
    score : Score
    months : tuple of Month
        While the event ran.
    after : tuple of Done
        Decisions that came when the event was over.
    seed : int
    vintage, version : str
    shares : mapping of str to float or None
        The share at the ``low`` and ``high`` end of the losses; empty where they have no range.
    """

    exercise: Exercise
    score: Score
    months: tuple[Month, ...]
    after: tuple[Done, ...]
    seed: int
    vintage: str
    version: str
    shares: Mapping[str, float | None] = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, Any]:
        """Plain data of the first page."""
        score = self.score
        return {
            "exercise": self.exercise.id,
            "fictitious": self.exercise.fictitious,
            "seed": self.seed,
            "months": score.played.path.running,
            "share": score.share,
            "share_ends": dict(self.shares),
            "share_of_hindsight": score.share_of_hindsight,
            "cost_musd": {name: score.path(name).total_musd for name in PATHS},
        }


def after_action(
    score: Score,
    *,
    vintage: str = "",
    version: str = "",
    shares: Mapping[str, float | None] | None = None,
) -> AfterAction:
    """Look back upon a scored exercise; `shares` of `shares_around` stand beside the middle."""
    played = score.played
    running = played.path.running
    return AfterAction(
        exercise=played.setting.exercise,
        score=score,
        months=tuple(_month(score, number) for number in range(running)),
        after=tuple(one for one in played.done if one.note == "event_over"),
        seed=played.seed,
        vintage=vintage,
        version=version,
        shares=shares or {},
    )


def _month(score: Score, month: int) -> Month:
    played = score.played
    setting, one = played.setting, played.setting.situation
    plan = [part for part in score.yardsticks.best.decisions() if part.month == month + 1]
    return Month(
        number=month + 1,
        begins=one.month(month),
        injects=setting.exercise.news(month),
        chances=tuple((int(part["months"]), part["probability"]) for part in chances_in(setting, month)),
        stands=tuple(_stands(score, month)),
        done=tuple(part for part in played.done if part.month == month and part.note != "event_over"),
        plan=tuple(plan),
        missing_t={name: float(score.path(name).missing_t[:, :, month].sum()) for name in PATHS},
    )


def _stands(score: Score, month: int) -> list[Stand]:
    played = score.played
    one = played.setting.situation
    stocks = stocks_at(played.setting, played.path, month)
    loss = played.setting.last.programme.situation.loss_t[:, :, month, played.case]
    return [
        Stand(
            mineral=one.places[k][0],
            stage=one.places[k][1],
            member=name,
            declared_t=None if (k, i) in one.undeclared else stocks[k][i][0],
            bought_t=stocks[k][i][1],
            lost_t=float(loss[k, i]),
            missing_t=float(played.path.missing_t[k, i, month]),
        )
        for k in range(len(one.places))
        for i, name in enumerate(one.members)
        if one.uses(k, i)
    ]
