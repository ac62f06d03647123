"""What public agencies may put into a project abroad, by member, mineral, step and day: dated records.

A power counts from the day of its source until a later record ends it. Loans and equity of one side are not
added up, because no source says that they may be: the larger one limits the agencies' part. A member without
records has no number, which is not nought.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field

from pactolus.errors import NoAnswerError
from pactolus.terms.minerals import mineral as mineral_of
from pactolus.terms.minerals import resolve_minerals
from pactolus.workspace.forms import Form, Identity, Link, Text
from pactolus.workspace.records import read_records, write_compiled

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "Power",
    "compile_powers",
    "powers_on",
    "powers_table",
    "public_part",
    "public_parts",
    "shipped_powers",
]

_CASH: Final = ("equity", "loan")


class PowerSource(Form):
    """Where a power is from."""

    title: Text
    publisher: Text
    link: Link
    read_on: date


class Power(Form):
    """One power of one agency.

    Attributes
    ----------
    id, member, agency : str
    kind : {"equity", "loan", "guarantee"}
    most : float
        Of the cost of the agency's own side. [0-1]
    relief : float or None
        Of a loan, on failure. [0-1]
    minerals : tuple of str
        All if empty.
    steps : tuple of str
        Status of a project, such as ``exploration``; all if empty.
    from_, until : str
        Day, month or year; `until` is the first that no longer counts.
    measure : str
        Record of the policy register.
    says, doubts : str
    source : PowerSource
    """

    id: Identity
    member: Text
    agency: Text
    kind: Literal["equity", "loan", "guarantee"]
    most: float = Field(ge=0, le=1)
    relief: float | None = Field(default=None, ge=0, le=1)
    minerals: tuple[Text, ...] = ()
    steps: tuple[Text, ...] = ()
    from_: date | int | str = Field(alias="from")
    until: date | int | str | None = None
    measure: Text
    says: Text
    doubts: str = ""
    source: PowerSource

    def counts_on(self, day: date) -> bool:
        """Whether it counts on a day; a month or year begins with its first day."""
        return _first(self.from_) <= day and (self.until is None or day < _first(self.until))

    def covers(self, mineral: str, step: str) -> bool:
        """Whether it is for this mineral and step."""
        named = resolve_minerals(list(self.minerals)) if self.minerals else ()
        parts = {part for one in named for part in mineral_of(one).parts}
        of_mineral = not self.minerals or mineral in {*named, *parts}
        return of_mineral and (not self.steps or step in self.steps)


def _first(when: date | int | str) -> date:
    text = str(when)
    return date.fromisoformat(text + "-01-01"[len(text) - 10 :] if len(text) < 10 else text)


def compile_powers(data: Path, into: Path) -> list[Path]:
    """Compile the shipped powers.

    Raises
    ------
    InputError
        All faults of the file.
    """
    file = data / "agency_powers.yaml"
    found = read_records([file], Power, named={file: file.name})
    return write_compiled(
        into, {"agency_powers": [one.record.model_dump(mode="json", by_alias=True) for one in found]}
    )


@cache
def shipped_powers() -> tuple[Power, ...]:
    """The powers that the package ships."""
    file = Path(__file__).parents[1] / "compiled" / "agency_powers.json"
    return tuple(Power.model_validate(one) for one in json.loads(file.read_text(encoding="utf-8")))


def powers_on(day: date, powers: Iterable[Power] | None = None) -> tuple[Power, ...]:
    """Powers that count on a day."""
    return tuple(one for one in (shipped_powers() if powers is None else powers) if one.counts_on(day))


def public_part(
    member: str, mineral: str, step: str, day: date, powers: Sequence[Power] | None = None
) -> float:
    """Most that the agencies of a member may bear of its own cost in money, on a day.

    Parameters
    ----------
    member, mineral, step : str
        Step is the status of a candidate.
    day : date
    powers : sequence of Power, optional
        The shipped ones if omitted.

    Returns
    -------
    float
        0-1; guarantees move no money and do not count.

    Raises
    ------
    NoAnswerError
        If no record of the member counts on that day.

    Examples
    --------
    >>> from datetime import date
    >>> [public_part("KOR", "lithium", "dfs", date(year, 7, 1)) for year in (2021, 2025, 2026)]
    [0.3, 0.5, 0.7]
    >>> [public_part("JPN", mineral, "dfs", date(2026, 7, 1)) for mineral in ("lithium", "copper")]
    [0.75, 0.5]
    """
    return max(public_parts(member, mineral, step, day, powers))


def public_parts(
    member: str, mineral: str, step: str, day: date, powers: Sequence[Power] | None = None
) -> tuple[float, float]:
    """The same limit by kind: as equity, and as loans.

    Raises
    ------
    NoAnswerError
        If no record of the member counts on that day.

    Examples
    --------
    >>> from datetime import date
    >>> [public_parts(member, "lithium", "dfs", date(2026, 7, 1)) for member in ("KOR", "JPN")]
    [(0.0, 0.7), (0.75, 0.0)]
    """
    own = [one for one in powers_on(day, powers) if one.member == member]
    if not own:
        raise NoAnswerError(
            f"{member}: no record of what its agencies may do on {day}; give one, or leave its agencies out"
        )
    held = [one for one in own if one.covers(mineral, step)]
    equity, loan = (max((one.most for one in held if one.kind == kind), default=0.0) for kind in _CASH)
    return equity, loan


def powers_table(day: date, powers: Iterable[Power] | None = None) -> pl.DataFrame:
    """A row a power that counts on a day, with its source and doubts."""
    import polars as pl

    rows = [
        {
            "id": one.id,
            "member": one.member,
            "agency": one.agency,
            "kind": one.kind,
            "most": one.most,
            "minerals": ", ".join(one.minerals) or "all",
            "from": str(one.from_),
            "measure": one.measure,
            "doubts": one.doubts,
            "link": str(one.source.link),
        }
        for one in powers_on(day, powers)
    ]
    names = ("id", "member", "agency", "kind", "most", "minerals", "from", "measure", "doubts", "link")
    return pl.DataFrame(rows, schema={name: pl.Float64 if name == "most" else pl.String for name in names})
