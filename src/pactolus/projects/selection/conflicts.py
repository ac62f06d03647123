"""Limits that cannot hold together, by the names of those who set them, and the least that would mend it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pactolus.errors import NoAnswerError
from pactolus.projects.selection.programme import Programme
from pactolus.solvers.diagnosis import clash
from pactolus.solvers.linear import solve_linear

if TYPE_CHECKING:
    pass

__all__ = ["Conflict", "conflict_of", "told_of_conflicts"]

#: Rows that hang things together and cannot give way: what is produced, paid once, missing.
_HOLD: Final = (
    "paid",
    "balance",
    "feed",
    "shortfall",
    "worst",
    "powers",
    "held",
    "sides",
    "backed",
    "takers of",
)
#: Limits of single years.
_YEAR: Final = re.compile(r"^((?:supply of|offtake of|local processing).*) (\d{4})$")
_SMALL: Final = 1e-7
_TOLD: Final = 12


@dataclass(frozen=True)
class Conflict:
    """What clashes.

    Attributes
    ----------
    limits : tuple of str
        Limits that cannot hold together; years of one limit are joined.
    mend : tuple of (str, float)
        Limits that would have to give way, and the most by which, in their own unit: million USD for budgets
        and the worst scenarios, kt for supply and offtake, projects for required ones.
    """

    limits: tuple[str, ...]
    mend: tuple[tuple[str, float], ...]

    def __str__(self) -> str:
        told = ", ".join(self.limits[:_TOLD])
        mends = ", ".join(f"{name} by {amount:,.4g}" for name, amount in self.mend[:_TOLD])
        return f"these limits cannot hold together: {told}; it would do to give way in {mends}"


def conflict_of(programme: Programme) -> Conflict | None:
    """Name the limits that cannot hold together; nothing where a part-choice of projects keeps them all.

    Parameters
    ----------
    programme : Programme

    Examples
    --------
    >>> from pactolus.projects.selection.limits import Limits
    >>> from pactolus.projects.selection.programme import build
    >>> from pactolus.projects.selection.synthetic import synthetic_instance
    >>> made = synthetic_instance(5, 2, minerals=2, hosts=2)
    >>> asked = Limits(required=frozenset({made.projects[0]}), esg_unknown_most=0.5)
    >>> conflict_of(build(made, asked)) is None
    True
    """
    import numpy as np

    lp = programme.lp
    gives = np.ones(lp.rows, dtype=bool)
    for name, where in programme.rows.items():
        gives[where] = not name.startswith(_HOLD)
    once = programme.rows["once"]
    must = [name in programme.limits.required for name in programme.instance.projects]
    gives[once] = must
    found = clash(lp, gives)
    if found is None:
        return None
    named = _joined(programme, [row for row in found.rows if gives[row] or _means(programme, row)])
    at = np.flatnonzero(np.abs(found.give_way) > _SMALL)
    mend: dict[str, float] = {}
    for row in at.tolist():
        label = _without_year(lp.row_names[row])
        mend[label] = max(mend.get(label, 0.0), abs(float(found.give_way[row])))
    return Conflict(tuple(named), tuple(sorted(mend.items(), key=lambda one: (-one[1], one[0]))))


def _means(programme: Programme, row: int) -> bool:
    powers = programme.rows["powers"]
    return bool(powers.start <= row < powers.stop)


def _joined(programme: Programme, rows: list[int]) -> list[str]:
    """Names with the years of one limit joined."""
    years: dict[str, list[int]] = {}
    for row in rows:
        name = programme.lp.row_names[row]
        found = _YEAR.search(name)
        years.setdefault(_without_year(name), []).extend([int(found[2])] if found else [])
    return [
        f"{name} {min(y)}-{max(y)}" if len(y) > 1 else f"{name} {y[0]}" if y else name
        for name, y in years.items()
    ]


def _without_year(name: str) -> str:
    return _YEAR.sub(r"\1", name)


@contextmanager
def told_of_conflicts(programme: Programme) -> Iterator[None]:
    """Where no choice keeps all limits, say which of them conflict."""
    try:
        yield
    except NoAnswerError as error:
        if found := _sought(programme):
            raise NoAnswerError(f"projects: {found}") from error
        raise


def _sought(programme: Programme) -> str:
    """The conflict; where parts of projects would do, the limits that bind them; else nothing."""
    try:
        found = conflict_of(programme)
        return _binding(programme) if found is None else str(found)
    except NoAnswerError:
        return ""


def _binding(programme: Programme) -> str:
    import numpy as np

    lp = programme.lp
    activity = solve_linear(lp, where="projects").row_activity
    close = _SMALL * (1 + np.abs(activity))
    tight = (np.abs(activity - lp.row_lower) <= close) | (np.abs(activity - lp.row_upper) <= close)
    asked = np.zeros(lp.rows, dtype=bool)
    for name, where in programme.rows.items():
        asked[where] = not name.startswith((*_HOLD, "once"))
    names = _joined(programme, np.flatnonzero(asked & tight).tolist())[:_TOLD]
    return (
        "no choice of whole projects was found that keeps all limits, while parts of projects would; "
        f"at their limit there: {', '.join(names)}"
    )
