"""Tables that a user writes, cell by cell: every fault with its file, line and column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pactolus.errors import DataError, PactolusError, UnknownTermError

__all__ = ["Cells", "countries_in", "country_in", "mineral_in", "names_in", "rows_in"]

T = TypeVar("T")


@dataclass
class Cells:
    """Cells of one line, and where they are."""

    file: str
    line: int
    cells: Mapping[str, str]
    columns: Mapping[str, int]
    faults: list[str]
    before: int = field(init=False)

    def __post_init__(self) -> None:
        self.before = len(self.faults)

    @property
    def source(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def broken(self) -> bool:
        return len(self.faults) > self.before

    def fault(self, key: str, text: str) -> None:
        self.faults.append(f"{self.source}:{self.columns.get(key, 1)}: {key}: {text}")

    def take(self, key: str, read: Callable[[str], T], otherwise: T, *, needed: bool = False) -> T:
        """What `read` makes of a cell; `otherwise` where it is empty or wrong."""
        text = self.cells.get(key, "")
        if not text:
            if needed:
                self.fault(key, "is missing; add it")
            return otherwise
        try:
            return read(text)
        except (PactolusError, ValueError) as error:
            self.fault(key, str(error))
            return otherwise


def rows_in(file: Path, columns: Sequence[str], needed: Sequence[str], faults: list[str]) -> Iterator[Cells]:
    """Lines of a CSV file; faults of single lines are added to `faults`.

    Raises
    ------
    DataError
        If it cannot be read as a table with these columns, of which some are needed.
    """
    from csv import Error, reader

    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            table = reader(lines, strict=True)
            head = [name.strip() for name in next(table, [])]
            rows = [(table.line_num, row) for row in table if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError, Error) as error:
        reason = {OSError: getattr(error, "strerror", ""), UnicodeDecodeError: "not UTF-8 text"}
        why = next((text for kind, text in reason.items() if isinstance(error, kind)), str(error))
        raise DataError(f"{file.name}: cannot be read ({why}); give a CSV file") from error
    wrong = [f"{file.name}:1:1: no column {name}; add it" for name in needed if name not in head]
    for at, name in enumerate(head, start=1):
        if name not in columns:
            message = str(UnknownTermError.of("column", name, columns))
            wrong.append(f"{file.name}:1:{at}: {message}; known are {', '.join(columns)}")
        elif head.index(name) != at - 1:
            wrong.append(f"{file.name}:1:{at}: column {name!r} stands twice")
    if not rows and not wrong:
        wrong.append(f"{file.name}:1:1: no rows; add one for each role")
    if wrong:
        raise DataError("\n".join(wrong))
    places = {name: at for at, name in enumerate(head, start=1)}
    for line, row in rows:
        if len(row) > len(head):
            faults.append(f"{file.name}:{line}:{len(head) + 1}: {len(row)} cells for {len(head)} columns")
        cells = {name: row[at].strip() if at < len(row) else "" for at, name in enumerate(head)}
        yield Cells(file.name, line, cells, places, faults)


def country_in(text: str) -> str:
    """ISO alpha-3 of one country."""
    from pactolus.terms.countries import country

    return country(text).iso3


def countries_in(text: str) -> frozenset[str]:
    """Countries with ``;`` between."""
    return frozenset(country_in(one) for one in names_in(text))


def mineral_in(text: str) -> str:
    """Id of one mineral."""
    from pactolus.terms.minerals import mineral

    return mineral(text).id


def names_in(text: str) -> tuple[str, ...]:
    """Names with ``;`` between."""
    return tuple(one.strip() for one in text.split(";") if one.strip())
