"""The score of a played exercise: which part of what could be improved was, under the case that came true."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pactolus.response.exercise.state import walk
from pactolus.response.exercise.yardsticks import Yardsticks, best_path, yardsticks_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from pactolus.response.exercise.decisions import Decision
    from pactolus.response.exercise.path import Path
    from pactolus.response.exercise.state import Played

__all__ = ["PATHS", "Score", "score_of", "share_of", "shares_around"]

#: Paths of a score, in the order in which they are shown.
PATHS: Final = ("played", "best", "alone", "idle", "hindsight")
#: Part of the cost of doing nothing below which there is nothing to improve.
_ROOM: Final = 1e-6


@dataclass(frozen=True, eq=False)
class Score:
    """What an exercise came to.

    Attributes
    ----------
    played : Played
    yardsticks : Yardsticks
    by_role : mapping of str to float
        What would have been dearer without a role's decisions; negative where they cost more than they saved.
        They overlap, and do not add up. [million USD]
    """

    played: Played
    yardsticks: Yardsticks
    by_role: dict[str, float] = field(default_factory=dict)

    def path(self, name: str) -> Path:
        """One of `PATHS`."""
        return self.played.path if name == "played" else self.yardsticks.named(name)

    @property
    def share(self) -> float | None:
        """Part of what the best plan saves against doing nothing; None where it saves nothing.

        Above 1 where a table was luckier than a plan that weighs all cases.
        """
        return share_of(self.played.path, self.yardsticks.best, self.yardsticks.idle)

    @property
    def share_of_hindsight(self) -> float | None:
        """The same against a plan that knew all; never above 1."""
        return share_of(self.played.path, self.yardsticks.hindsight, self.yardsticks.idle)

    @property
    def costs(self) -> pl.DataFrame:
        """``path, member, cost_musd, missing_t``; the member ``all`` sums."""
        import polars as pl

        rows = []
        names = self.played.setting.situation.members
        for name in PATHS:
            path = self.path(name)
            for i, member in enumerate(names):
                rows.append((name, member, float(path.cost_musd[i]), float(path.missing_t[:, i].sum())))
            rows.append((name, "all", path.total_musd, float(path.missing_t.sum())))
        return pl.DataFrame(rows, schema=("path", "member", "cost_musd", "missing_t"), orient="row")

    @property
    def months(self) -> pl.DataFrame:
        """``month`` (from 1)``, path, member, missing_t, missing_musd`` while the event runs."""
        import polars as pl

        rows = [
            (
                month + 1,
                name,
                member,
                float(self.path(name).missing_t[:, i, month].sum()),
                float(self.path(name).missing_musd[i, month]),
            )
            for month in range(self.played.path.running)
            for name in PATHS
            for i, member in enumerate(self.played.setting.situation.members)
        ]
        return pl.DataFrame(
            rows, schema=("month", "path", "member", "missing_t", "missing_musd"), orient="row"
        )


def share_of(path: Path, best: Path, idle: Path) -> float | None:
    """Part of what `best` saves against `idle` that a path saves; None where there is nothing to save."""
    room = idle.total_musd - best.total_musd
    if room <= _ROOM * max(abs(idle.total_musd), 1e-12):
        return None
    return (idle.total_musd - path.total_musd) / room


def shares_around(played: Played, decisions: Sequence[Decision]) -> dict[str, float | None]:
    """The share of the same decisions at the low and the high end of the losses.

    Parameters
    ----------
    played : Played
        In the middle.
    decisions : sequence of Decision
        As they were handed in.

    Returns
    -------
    dict
        ``low`` and ``high``; empty where the losses have no range, as made-up ones.
    """
    found: dict[str, float | None] = {}
    for end in played.setting.ends:
        setting = played.setting.at(end)
        path, _, _ = walk(setting, played.case, decisions)
        idle, _, _ = walk(setting, played.case, ())
        found[end] = share_of(path, best_path(setting, played.case), idle)
    return found


def score_of(played: Played, yardsticks: Yardsticks | None = None) -> Score:
    """Score a played exercise.

    Parameters
    ----------
    played : Played
    yardsticks : Yardsticks, optional
        Of the same setting and case, where they are known.
    """
    held = yardsticks or yardsticks_of(played.setting, played.case)
    found = {}
    decisions = list(dict.fromkeys(one.decision for one in played.done))
    for role in played.setting.exercise.roles:
        if any(one.role == role.id for one in decisions):
            others = [one for one in decisions if one.role != role.id]
            without, _, _ = walk(played.setting, played.case, others)
            found[role.id] = without.total_musd - played.path.total_musd
    return Score(played, held, found)
