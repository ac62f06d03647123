"""A user's monthly series in CSV: all faults of the file at once, each with line and column."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl

from pactolus.errors import DataError, InputError, near_misses
from pactolus.runs.manifest import as_of_today
from pactolus.warning.signals.scored import Scored, score
from pactolus.warning.signals.series import MonthlySeries, added_up, monthly_series

__all__ = ["COLUMNS", "NEEDED", "read_series", "score_series"]

NEEDED: Final = ("period", "partner", "hs6", "value_usd", "quantity_kg")
#: Column of a file -> column of the rows; the last ones may be left out.
COLUMNS: Final = {
    **{name: name for name in NEEDED},
    "reporter": "reporter",
    "flow": "flow",
    "currency": "currency",
    "published": "published",
    "estimated": "estimated",
    "inside_usd_per_kg": "inside",
}
#: Faults that are said; the rest are counted.
_TOLD: Final = 20
_MONTH: Final = re.compile(r"(\d{4})-?(\d{2})(?:-(\d{2}))?")
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_BOOLS: Final = {"": None, "yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def read_series(file: Path | str, *, as_of: date) -> MonthlySeries:
    """Monthly rows of a CSV file.

    Parameters
    ----------
    file : Path
        Columns ``period`` (2023-11, 202311 or 2023-11-01), ``partner, hs6, value_usd, quantity_kg``; if
        wanted ``reporter, flow`` (import or export), ``currency, published`` (day on which a figure became
        known), ``estimated, inside_usd_per_kg`` (price in the country of origin). An empty cell is a missing
        figure.
    as_of : date
        As for `monthly_series`.

    Returns
    -------
    MonthlySeries
        Negative figures, repeated and future months stay in it, with their status.

    Raises
    ------
    DataError
        If the file cannot be read as a table, or has not the columns.
    InputError
        All faults of its cells at once, each at ``file:line:column``.
    """
    file = Path(file)
    head, rows = _table(file)
    ignored = _checked(file, head)
    place = {name: head.index(name) for name in COLUMNS if name in head}
    faults: list[str] = []
    found: dict[str, list[Any]] = {COLUMNS[name]: [] for name in place} | {"line": []}
    for line, cells in rows:
        found["line"].append(line)
        if len(cells) > len(head):
            faults.append(
                f"{file.name}:{line}:{len(head) + 1}: {len(cells)} cells, and {len(head)} columns; "
                "numbers have no thousands separators, text with a comma stands in quotes"
            )
        for name, at in place.items():
            text = cells[at].strip() if at < len(cells) else ""
            value, fault = _READ[name](text)
            found[COLUMNS[name]].append(value)
            if fault:
                faults.append(f"{file.name}:{line}:{at + 1}: {name}: {fault}")
    if len(faults) > _TOLD:
        faults = [*faults[:_TOLD], f"{file.name}: and {len(faults) - _TOLD} more"]
    if faults:
        raise InputError.gathered(faults)
    series = monthly_series(pl.DataFrame(found, infer_schema_length=None), as_of=as_of)
    notes = [f"{file.name}: column {', '.join(map(repr, ignored))} is not read"] if ignored else []
    return replace(series, notes=(*notes, *series.notes))


def score_series(
    rows: pl.DataFrame | Path | str, *, as_of: date | None = None, by_code: bool = False, **options: Any
) -> Scored:
    """The signals of a user's monthly rows, as `pactolus watch score` gives them.

    Parameters
    ----------
    rows : DataFrame or path
        A CSV file as for `read_series`, or rows as for `monthly_series`.
    as_of : date, optional
        Today if omitted.
    by_code : bool
        Keep the codes of a partner apart.
    **options
        Of `score`: signals, thresholds, since, only_alerts, breaks.

    Returns
    -------
    Scored

    Raises
    ------
    InputError
        As `read_series`, `monthly_series` and `score`.

    Examples
    --------
    >>> kg = [10.0, 12.0, 8.0] * 4 + [2.0]
    >>> rows = pl.DataFrame({
    ...     "period": [date(2023 + n // 12, n % 12 + 1, 1) for n in range(13)],
    ...     "partner": "CHN", "hs6": "250410", "value_usd": [2 * x for x in kg], "quantity_kg": kg,
    ... })
    >>> score_series(rows, as_of=date(2024, 3, 1)).alerts.select("signal", "value").rows()
    [('volume_anomaly', -4.0)]
    """
    day = as_of or as_of_today()
    series = (
        monthly_series(rows, as_of=day) if isinstance(rows, pl.DataFrame) else read_series(rows, as_of=day)
    )
    return score(series if by_code else added_up(series), **options)


def _table(file: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Names of the columns, and the rows that are not empty with their lines."""
    from csv import Error, reader

    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            table = reader(lines)
            head = [name.strip() for name in next(table, [])]
            rows = [(table.line_num, row) for row in table if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError, Error) as error:
        reason = error.strerror if isinstance(error, OSError) else "no CSV text in UTF-8"
        raise DataError(f"{file.name}: cannot be read ({reason}); give a CSV file") from error
    if not rows:
        raise DataError(f"{file.name}: has no row of data; columns are {', '.join(NEEDED)}")
    return head, rows


def _checked(file: Path, head: list[str]) -> list[str]:
    """Columns that are not read.

    Raises
    ------
    DataError
        Columns that lack, stand twice or are misspelt, all at once.
    """
    other = [name for name in head if name not in COLUMNS]
    faults = []
    for name in COLUMNS:
        if head.count(name) > 1:
            faults.append(f"{file.name}:1:{_nth(head, name, 2)}: column {name} stands twice; keep one")
        if name in head:
            continue
        near = [slip for slip in near_misses(name, other) if near_misses(slip, COLUMNS, 1) == [name]]
        if near:
            at = head.index(near[0]) + 1
            faults.append(f"{file.name}:1:{at}: no such column {near[0]!r}; did you mean {name!r}?")
        elif name in NEEDED:
            faults.append(f"{file.name}:1:1: no column {name}; needed are {', '.join(NEEDED)}")
    marks = [mark for mark in ";\t|" if len(head) == 1 and mark in head[0]]
    if marks:
        faults = [f"{file.name}:1:1: cells are apart by {marks[0]!r}; use commas"]
    if faults:
        raise DataError("\n".join(faults))
    return [name for name in other if name]


def _nth(head: list[str], name: str, which: int) -> int:
    return [at for at, other in enumerate(head, start=1) if other == name][which - 1]


Cell = tuple[Any, str]


def _month(text: str) -> Cell:
    found = _MONTH.fullmatch(text)
    if found is None:
        return None, f"{text!r} is no month; write 2023-11" if text else "is missing; write 2023-11"
    if found[3] not in (None, "01"):
        return None, f"{text!r} is a day; add up to months, and write {found[1]}-{found[2]}"
    try:
        return date(int(found[1]), int(found[2]), 1), ""
    except ValueError:
        return None, f"{text!r}: there is no such month"


def _day(text: str) -> Cell:
    if not text:
        return None, ""
    try:
        return date.fromisoformat(text), ""
    except ValueError:
        return None, f"{text!r} is no day; write 2024-02-15"


def _code(text: str) -> Cell:
    digits = text.replace(".", "").replace(" ", "")
    if len(digits) == 6 and digits.isascii() and digits.isdigit():
        return digits, ""
    if len(digits) > 6 and digits.isascii() and digits.isdigit():
        return None, f"{text!r} has {len(digits)} digits; add up to the first six, {digits[:6]}"
    return None, f"{text!r} is no code of the Harmonized System of six digits" if text else "is missing"


def _number(text: str) -> Cell:
    if not text:
        return None, ""
    if _NUMBER.fullmatch(text):
        return float(text), ""
    if "," in text and _NUMBER.fullmatch(text.replace(",", "")):
        return None, f"{text!r} has a comma; write {text.replace(',', '')} or use a point"
    return None, f"{text!r} is not a number; leave the cell empty where there is no figure"


def _name(text: str) -> Cell:
    return text or None, "" if text else "is missing"


def _flow(text: str) -> Cell:
    known = {"": "", "import": "import", "imports": "import", "export": "export", "exports": "export"}
    if text.lower() in known:
        return known[text.lower()], ""
    return None, f"{text!r}; import or export"


def _bool(text: str) -> Cell:
    if text.lower() in _BOOLS:
        return _BOOLS[text.lower()], ""
    return None, f"{text!r}; yes or no"


def _text(text: str) -> Cell:
    return text or None, ""


_READ: Final[dict[str, Callable[[str], Cell]]] = {
    "period": _month,
    "partner": _name,
    "hs6": _code,
    "value_usd": _number,
    "quantity_kg": _number,
    "reporter": _text,
    "flow": _flow,
    "currency": _text,
    "published": _day,
    "estimated": _bool,
    "inside_usd_per_kg": _number,
}
