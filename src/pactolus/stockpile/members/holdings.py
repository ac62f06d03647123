"""What members say that they hold: a range or a band, never a secret figure.

A holding is declared as ``{low, high}`` in tonnes or as a band of days. What is not declared is not known:
Japan publishes no holdings, Korea figures for groups of metals only, and no engine turns these into a stock
of one mineral. An engine that starts from a stock is run at both ends and in the middle (`across`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pactolus.errors import DataError, InputError, MissingExtraError, PactolusError
from pactolus.workspace.labels import OPEN, Label, Levels

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "ENDS",
    "Declared",
    "HoldingRange",
    "across",
    "basis_of",
    "declared_holdings",
    "held_days",
    "holding_of",
    "label_of_holdings",
    "published_holdings",
    "read_holdings",
]

T = TypeVar("T")
#: Where an engine is run.
ENDS: Final = ("low", "mid", "high")
_BAND: Final = re.compile(r"^\s*(\S+?)\s*(?:-|–|\.\.)\s*(\S+?)\s*(?:days|d)\s*$")
_COLUMNS: Final = ("member", "mineral", "stage", "form", "low_t", "high_t", "band", "label", "source", "on")
_NEEDED: Final = ("member", "mineral", "stage")


@dataclass(frozen=True, kw_only=True)
class HoldingRange:
    """What one member holds of one form of a mineral, as it says.

    Attributes
    ----------
    member, mineral, stage : str
    form : str
        Specification; empty for all forms of the stage.
    low, high : float
        In `unit`.
    unit : str
        ``t``, or ``days`` of the use that the engine names.
    label : Label
        A file without one is read as the member's strictest level.
    source : str
    on : date or None
    """

    member: str
    mineral: str
    stage: str
    form: str = ""
    low: float
    high: float
    unit: str = "t"
    label: Label = OPEN
    source: str = ""
    on: date | None = None

    def tonnes(self, day_t: float) -> tuple[float, float]:
        """Both ends. [t]

        Parameters
        ----------
        day_t : float
            Use of a day, for a band of days. [t]

        Examples
        --------
        >>> band = HoldingRange(
        ...     member="KOR", mineral="tungsten", stage="product", low=0, high=30, unit="days"
        ... )
        >>> band.tonnes(2.0)
        (0.0, 60.0)
        """
        factor = day_t if self.unit == "days" else 1.0
        return float(self.low * factor), float(self.high * factor)


Declared = Mapping[tuple[str, str, str], tuple[HoldingRange, ...]]
"""(mineral, stage, member) -> its forms."""


def across(low: float, high: float, engine: Callable[[float], T]) -> dict[str, T]:
    """Run an engine that starts from a stock at both ends of a range and in the middle.

    Parameters
    ----------
    low, high : float
    engine : callable
        Stock -> result.

    Returns
    -------
    dict
        `ENDS` -> result; once, as ``mid``, where the range has no width.

    Raises
    ------
    InputError
        If the range is upside down or below 0.

    Examples
    --------
    >>> across(10, 30, lambda stock: 100 - stock)
    {'low': 90.0, 'mid': 80.0, 'high': 70.0}
    """
    from pactolus.stockpile.base.checks import Checks

    checks = Checks()
    low, high = checks.interval("holding", (low, high))
    checks.done()
    if low == high:
        return {"mid": engine(low)}
    return {"low": engine(low), "mid": engine((low + high) / 2), "high": engine(high)}


def declared_holdings(holdings: Iterable[HoldingRange]) -> Declared:
    """Holdings by mineral, stage and member.

    Raises
    ------
    InputError
        All faults at once: a range upside down, a negative stock, a form of a member that stands twice.
    """
    found: dict[tuple[str, str, str], tuple[HoldingRange, ...]] = {}
    faults: list[str] = []
    for one in holdings:
        where = f"holding of {one.member}, {one.mineral} ({one.stage}{', ' + one.form if one.form else ''})"
        faults += [f"{where}: {what}" for _, what in _range_faults(one.low, one.high)]
        if one.unit not in ("t", "days"):
            faults.append(f"{where}: unit {one.unit!r}; t or days")
        key = (one.mineral, one.stage, one.member)
        others = {other.form for other in found.get(key, ())}
        if one.form in others:
            faults.append(f"{where}: stands twice; give one range a form")
        elif others and "" in {one.form, *others}:
            faults.append(f"{where}: stands beside a range without a form, which covers all; give one kind")
        found[key] = (*found.get(key, ()), one)
    if faults:
        raise InputError.gathered(faults)
    return found


def held_days(forms: Sequence[HoldingRange], day_t: float) -> tuple[float, float] | None:
    """Both ends of what a member says it holds in all forms together; nothing if it says nothing.

    Parameters
    ----------
    forms : sequence of HoldingRange
    day_t : float
        Use of a day. [t]
    """
    if not forms:
        return None
    ends = [one.tonnes(day_t) for one in forms]
    return sum(low for low, _ in ends) / day_t, sum(high for _, high in ends) / day_t


def label_of_holdings(holdings: Iterable[HoldingRange], levels: Levels | None = None) -> Label:
    """What a result inherits from the holdings it was made of: for each member the strictest.

    Purchases, release timing and prices of swaps reveal stocks; they count as derived.
    """
    return (levels or Levels()).strictest(one.label for one in holdings)


def basis_of(member: str, holdings: Sequence[HoldingRange], *, otherwise: str = "counted as 0") -> str:
    """What stands behind the stock an engine starts from.

    Parameters
    ----------
    member : str
    holdings : sequence of HoldingRange
        What it says it holds, in all forms.
    otherwise : str
        What the engine takes where nothing is said.

    Examples
    --------
    >>> basis_of("JPN", ())
    'withheld by the member; counted as 0'
    >>> basis_of("KOR", ())
    'published for groups only, nothing declared; counted as 0'
    """
    if holdings:
        days = sorted(one.on.isoformat() for one in holdings if one.on)
        return "declared" + (f", {days[0]}" if days else "")
    states = set(published_holdings().filter(_of(member))["status"])
    if "withheld" in states:
        return f"withheld by the member; {otherwise}"
    if "published_group" in states:
        return f"published for groups only, nothing declared; {otherwise}"
    return f"nothing declared; {otherwise}"


def _of(member: str) -> pl.Expr:
    import polars as pl

    return pl.col("member") == member


def published_holdings() -> pl.DataFrame:
    """What governments have published about what they hold, dated.

    Returns
    -------
    DataFrame
        ``member, covers, figure, value, unit, as_of, status, source, link``. `status` is ``withheld``,
        ``published_group`` (a figure for many minerals together, of no stated denominator) or ``target``.

    Examples
    --------
    >>> published_holdings().filter(status="withheld")["member"].to_list()
    ['JPN']
    """
    import polars as pl

    file = Path(__file__).parents[1] / "data" / "published_holdings.csv"
    return pl.read_csv(file, schema_overrides={"as_of": pl.String, "value": pl.Float64})


def read_holdings(file: Path, levels: Levels | None = None) -> tuple[HoldingRange, ...]:
    """Declared holdings of a YAML or CSV file.

    Parameters
    ----------
    file : Path
        YAML: a list of records with ``member, mineral, stage, holding`` and, if wanted, ``form, label,
        source, on``; `holding` is ``{low: 0, high: 5000}`` in tonnes or ``0-30 days``. CSV: the same columns,
        with ``low_t, high_t`` or ``band`` instead of `holding`.
    levels : Levels, optional
        Of the deployment.

    Raises
    ------
    InputError
        All faults at once, each with file, line and column.
    DataError
        If a CSV file cannot be read as a table.
    MissingExtraError
        If a YAML file is read without the extra ``workspace``.
    """
    known = levels or Levels()
    rows = _csv_rows(file) if file.suffix.lower() == ".csv" else _yaml_rows(file)
    faults: list[str] = []
    found: list[HoldingRange] = []
    seen: dict[tuple[str, str, str, str], str] = {}
    for raw, place in rows:
        one = _checked(raw, place, known, faults)
        if one is None:
            continue
        key = (one.member, one.mineral, one.stage, one.form)
        if key in seen:
            named = " ".join(part for part in key if part)
            faults.append(f"{place('member')}: {named} stands twice, first at {seen[key]}; give one range")
        seen.setdefault(key, place("").removesuffix(": "))
        found.append(one)
    if faults:
        raise InputError.gathered(faults)
    return tuple(found)


def holding_of(row: Mapping[str, Any], levels: Levels | None = None) -> HoldingRange:
    """One declared holding, from the columns of a CSV file.

    Parameters
    ----------
    row : mapping
        ``member, mineral, stage``, then ``low_t, high_t`` or ``band``; if wanted ``form, label, source, on``.
    levels : Levels, optional
        Of the deployment.

    Raises
    ------
    InputError
        All faults at once, by column.
    """
    faults: list[str] = []
    found = _checked(row, lambda key: key or "holding", levels or Levels(), faults)
    if found is None:
        raise InputError.gathered(faults)
    return found


Row = tuple[Mapping[str, Any], Callable[[str], str]]


def _yaml_rows(file: Path) -> Iterator[Row]:
    try:
        from pactolus.stockpile.members.holdings_form import HoldingForm
    except ModuleNotFoundError as error:
        raise MissingExtraError.of("workspace", f"{file.name}: reading holdings") from error
    from pactolus.workspace.records import Located, read_records

    def placed(one: Located[HoldingForm]) -> Callable[[str], str]:
        def place(key: str) -> str:
            if not key:
                return one.source
            ends = {"low_t": ("holding", "low"), "high_t": ("holding", "high"), "band": ("holding",)}
            return one.place(*ends.get(key, (key,)))

        return place

    for one in read_records([file], HoldingForm, named={file: file.name}):
        raw: dict[str, Any] = one.record.model_dump(exclude={"holding"})
        yield raw | _ends(one.record.holding), placed(one)


def _ends(holding: Any) -> dict[str, Any]:
    """`holding` of a record as the columns of a table."""
    if isinstance(holding, Mapping):
        extra = [str(key) for key in holding if key not in ("low", "high")]
        return {"low_t": holding.get("low"), "high_t": holding.get("high"), "strange": extra}
    return {"band": "" if holding is None else str(holding)}


def _csv_rows(file: Path) -> Iterator[Row]:
    from csv import reader

    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            table = reader(lines)
            head = [name.strip() for name in next(table, [])]
            rows = [(table.line_num, row) for row in table if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise DataError(f"{file.name}: cannot be read ({reason}); give a CSV file") from error
    wrong = [f"{file.name}:1:1: no column {name}" for name in _NEEDED if name not in head]
    if not {"low_t", "high_t"} <= set(head) and "band" not in head:
        wrong.append(f"{file.name}:1:1: no columns low_t and high_t, and no band; give a range")
    wrong += [
        f"{file.name}:1:{head.index(name) + 1}: no such column {name!r}; known are {', '.join(_COLUMNS)}"
        for name in head
        if name not in _COLUMNS
    ]
    if wrong:
        raise DataError("\n".join(wrong))

    def placed(line: int) -> Callable[[str], str]:
        def place(key: str) -> str:
            at = f"{file.name}:{line}"
            return f"{at}:{head.index(key) + 1 if key in head else 1}: {key}" if key else at

        return place

    for line, row in rows:
        cells = {name: (row[n].strip() if n < len(row) else "") or None for n, name in enumerate(head)}
        yield cells, placed(line)


def _checked(
    raw: Mapping[str, Any], place: Callable[[str], str], levels: Levels, faults: list[str]
) -> HoldingRange | None:
    """One record, or None where `faults` grew."""
    from pactolus.terms.countries import entity
    from pactolus.terms.minerals import mineral
    from pactolus.terms.stages import STAGES

    before = len(faults)

    def take(key: str, read: Callable[[str], T], empty: T) -> T:
        text = raw.get(key)
        if text is None or not str(text).strip():
            faults.append(f"{place(key)}: is missing; add it")
            return empty
        try:
            return read(str(text).strip())
        except (PactolusError, ValueError) as error:
            faults.append(f"{place(key)}: {error}")
            return empty

    member = take("member", lambda text: entity(text).id, "")
    name = take("mineral", lambda text: mineral(text).id, "")
    stage = take("stage", str, "")
    if stage and stage not in STAGES:
        faults.append(f"{place('stage')}: {stage!r} is none of {', '.join(STAGES)}")
    low, high, unit = _range_of(raw, place, faults)
    label = OPEN
    if raw.get("label"):
        label = take("label", levels.read, OPEN)
    elif member:
        label = Label(((member, levels.for_member(member)[-1]),))
    on = raw.get("on")
    if isinstance(on, str):
        on = take("on", date.fromisoformat, None)
    if len(faults) > before:
        return None
    return HoldingRange(
        member=member,
        mineral=name,
        stage=stage,
        form=str(raw.get("form") or ""),
        low=low,
        high=high,
        unit=unit,
        label=label,
        source=str(raw.get("source") or ""),
        on=on,
    )


def _range_of(
    raw: Mapping[str, Any], place: Callable[[str], str], faults: list[str]
) -> tuple[float, float, str]:
    """Both ends and their unit."""
    faults += [
        f"{place('band')}.{name}: no such key; a range has low and high" for name in raw.get("strange", ())
    ]
    unit = "t"
    ends: list[Any] = [raw.get("low_t"), raw.get("high_t")]
    where = [place("low_t"), place("high_t")]
    if "low_t" not in raw or (raw.get("band") and ends == [None, None]):
        match = _BAND.match(str(raw.get("band") or ""))
        if match is None:
            faults.append(
                f"{place('band')}: {raw.get('band')!r} is no band; write 0-30 days, or low and high in tonnes"
            )
            return 0.0, 0.0, "days"
        unit, ends, where = "days", [match[1], match[2]], [place("band")] * 2
    elif raw.get("band"):
        faults.append(f"{place('band')}: stands beside low_t and high_t; give one of them")
    numbers = []
    for end, at in zip(ends, where, strict=True):
        try:
            numbers.append(float("nan") if end is None or isinstance(end, bool) else float(end))
        except (TypeError, ValueError):
            numbers.append(float("nan"))
        if not math.isfinite(numbers[-1]):
            shown = "is missing" if end is None else f"{end!r} is not a number"
            faults.append(f"{at}: {shown}; a range has a low and a high end in tonnes")
    if all(map(math.isfinite, numbers)):
        faults += [f"{where[end]}: {what}" for end, what in _range_faults(*numbers)]
    return numbers[0], numbers[1], unit


def _range_faults(low: float, high: float) -> list[tuple[int, str]]:
    """Faults of a range, and at which end."""
    faults = [
        (end, f"{value:g} is negative; a stock is 0 or more")
        for end, value in enumerate((low, high))
        if value < 0
    ]
    if low > high:
        faults.append((0, f"the range {low:g} to {high:g} is upside down; give the lower end first"))
    return faults
