"""What is wrong with a publisher's file: gathered while it is read, told once, with place and mend."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from pactolus.errors import DataError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["KINDS", "Finding", "Findings", "refuse_if_any"]

Weight = Literal["refused", "doubted", "mended"]

#: Kinds of findings: a closed list.
KINDS: Final[Mapping[str, str]] = {
    "archive": "a zip that is cut off, encrypted, or grows beyond reason",
    "encoding": "bytes that are not the text they should be",
    "layout": "a sheet, table or header that is not where the publisher puts it",
    "column": "a column that is missing, renamed or repeated",
    "number": "a cell that is no number and no word the publisher uses",
    "formula": "a spreadsheet formula where a value should stand",
    "unit": "a unit that is missing, unknown or changes where it may not",
    "name": "a country or material that is not known, or stands under two names",
    "key": "two rows for one fact",
    "total": "a row that adds up others, or that does not agree with them",
    "slip": "a value ten, a hundred or a thousand times off its neighbours",
    "range": "a value outside what it can be",
}
_KEPT: Final = 40
"""Findings of one kind and weight that are kept word for word; the rest is counted."""
_SHOWN: Final = 8


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing found in a file.

    ``refused``: the file cannot be used as it is. ``doubted``: it may be right, and is refused unless it is
    accepted by its `id`. ``mended``: it was unambiguous and harmless, was mended while reading, and is
    recorded.
    """

    file: str
    kind: str
    weight: Weight
    place: str
    found: str
    mend: str

    @property
    def id(self) -> str:
        """Short id by which a doubted finding is accepted; it changes with the cell's content.

        It is the same wherever the file lies: of `file` only the name counts.
        """
        text = "\x1f".join((self.file.rsplit("/", 1)[-1], self.kind, self.place, self.found))
        return hashlib.sha256(text.encode()).hexdigest()[:10]

    def __str__(self) -> str:
        accept = f" (accept: {self.id})" if self.weight == "doubted" else ""
        # "6:5" is a line and column: they follow the file as compilers write it.
        between = ":" if self.place[:1].isdigit() else ": "
        return f"{self.file}{between}{self.place}: {self.found}; {self.mend}{accept}"


@dataclass
class Findings:
    """Gathers the findings of one file.

    Parameters
    ----------
    file : str
        Name of the file as it is shown.
    accepted : collection of str
        Ids of doubted findings that the user takes as they are.
    """

    file: str
    accepted: Collection[str] = ()
    kept: list[Finding] = field(default_factory=list)
    counts: Counter[tuple[Weight, str]] = field(default_factory=Counter)
    used: set[str] = field(default_factory=set)
    """Ids of accepted findings that were met."""
    _words: Counter[tuple[Weight, str]] = field(default_factory=Counter, repr=False)
    """How many of a kind are kept word for word."""

    def refuse(self, kind: str, place: str, found: str, mend: str, *, times: int = 1) -> None:
        """Note something that cannot be used."""
        self._add("refused", kind, place, found, mend, times)

    def doubt(self, kind: str, place: str, found: str, mend: str) -> bool:
        """Note something that is likely wrong; True if the user has accepted it."""
        finding = self._add("doubted", kind, place, found, mend, 1)
        if finding.id in self.accepted:
            self.used.add(finding.id)
            return True
        return False

    def mended(self, kind: str, place: str, found: str, mend: str, *, times: int = 1) -> None:
        """Note what was put right while reading; `mend` says what was done."""
        self._add("mended", kind, place, found, mend, times)

    def _add(self, weight: Weight, kind: str, place: str, found: str, mend: str, times: int) -> Finding:
        if kind not in KINDS:
            raise ValueError(f"unknown kind of finding {kind!r}; there are {', '.join(KINDS)}")
        finding = Finding(file=self.file, kind=kind, weight=weight, place=place, found=found, mend=mend)
        self.counts[weight, kind] += times
        # A doubted finding is accepted one by one, so none of them may be lost behind a limit.
        if weight == "doubted" or self._words[weight, kind] < _KEPT:
            self._words[weight, kind] += 1
            self.kept.append(finding)
        return finding

    @property
    def refusals(self) -> list[Finding]:
        """Findings that keep the file out: refused, or doubted and not accepted."""
        return [
            f
            for f in self.kept
            if f.weight == "refused" or (f.weight == "doubted" and f.id not in self.accepted)
        ]

    def message(self) -> str:
        """Every fault that keeps the file out, a line each; equal kinds beyond the first few are counted."""
        lines: list[str] = []
        for weight, kind in dict.fromkeys((f.weight, f.kind) for f in self.refusals):
            some = [f for f in self.refusals if (f.weight, f.kind) == (weight, kind)]
            shown = some if weight == "doubted" else some[:_SHOWN]
            lines += [str(f) for f in shown]
            more = self.counts[weight, kind] - len(shown) if weight == "refused" else 0
            if more > 0:
                lines.append(f"{self.file}: and {more:,} more of the same kind ({KINDS[kind]})")
        return "\n".join(lines)

    def refuse_empty(self, rows: int, mend: str) -> None:
        """Refuse a file in which no row was found, unless it is kept out already."""
        if not rows and not self.refusals:
            self.refuse("layout", "the file", "holds no figures", mend)

    def require_usable(self) -> None:
        """Raise if anything keeps the file out.

        Raises
        ------
        DataError
            With every fault of the file.
        """
        refuse_if_any([self])

    def absorb(self, other: Findings) -> None:
        """Take over what another reader found in the same file (a part of an archive, say)."""
        self.kept += other.kept
        self.counts += other.counts
        self.used |= other.used

    def as_table(self) -> pl.DataFrame:
        """Accepted and mended findings with how often they occurred, as a frame.

        Returns
        -------
        DataFrame[file, kind, weight, place, found, done, count]
            One row for what was found at one place; `weight` is ``mended`` or ``accepted``. The first row of
            a kind also counts those that are not kept word for word, so that `count` adds up to all of them.
        """
        import polars as pl

        shown = Counter((f.weight, f.kind) for f in self.kept)
        rows: dict[tuple[str, ...], list[Any]] = {}
        for f in self.kept:
            accepted = f.weight == "doubted" and f.id in self.accepted
            if f.weight == "mended" or accepted:
                weight, done = ("accepted", "taken as it is") if accepted else ("mended", f.mend)
                # The first row of a kind also counts those that are not kept word for word.
                more = 0 if accepted else self.counts[f.weight, f.kind] - shown.pop((f.weight, f.kind), 10**9)
                row = rows.setdefault((f.file, f.kind, weight, f.place, f.found), [done, 0])
                row[1] += 1 + max(more, 0)
        names = ("file", "kind", "weight", "place", "found", "done")
        schema = dict.fromkeys(names, pl.String) | {"count": pl.Int64}
        return pl.DataFrame([(*key, *row) for key, row in rows.items()], schema=schema, orient="row")


def refuse_if_any(all_findings: Iterable[Findings]) -> None:
    """One error for the faults of several files.

    Where nothing is in the way but doubted findings, a last line says how all of them are accepted.

    Raises
    ------
    DataError
    """
    bad = [found for found in all_findings if found.refusals]
    if not bad:
        return
    lines = [found.message() for found in bad]
    refusals = [f for found in bad for f in found.refusals]
    if all(f.weight == "doubted" for f in refusals):
        lines.append(f"if these are right as they are: --accept {','.join(f.id for f in refusals)}")
    raise DataError("\n".join(lines))


def shown_name(file: Path) -> str:
    """Name of a file in messages: its last two parts, so that equal names in two folders are told apart."""
    return "/".join(file.parts[-2:]) if len(file.parts) > 1 else file.name
