"""Records as one table, and one record as text with every figure's day and source."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from pactolus.projects.pipeline.appraisable import candidates_of, gate_of
from pactolus.projects.pipeline.parts import BUILDING, Figure, Project
from pactolus.projects.pipeline.rates import Rate
from pactolus.projects.pipeline.records import as_plain
from pactolus.projects.pipeline.tonnes import counted, tonnes_of
from pactolus.terms.countries import country_name

if TYPE_CHECKING:
    import polars as pl

__all__ = ["as_text", "fitting", "listing"]

_LAST: Final = ("on", "source", "confidence", "note")
#: What is printed of a key that needs no name beside its value.
_BARE: Final = {
    **dict.fromkeys(
        ("value", "unit", "basis", "kind", "what", "holder", "buyer", "who", "member", "principle", "state"),
        "{}",
    ),
    **dict.fromkeys(("name", "currency", "country", "study", "year"), "{}"),
    "share_pct": "{} %",
    "pct": "{} %",
    "million": "{} mn",
    "years": "{} years",
    "tonnes_y": "{} t/y",
    "total_t": "{} t in all",
    "npv_million": "NPV {} mn",
    "irr_pct": "IRR {} %",
    "discount_pct": "at {} %",
}


def fitting(
    records: Iterable[Project],
    *,
    minerals: Collection[str] = (),
    hosts: Collection[str] = (),
    region: Collection[str] = (),
    statuses: Collection[str] = (),
) -> list[Project]:
    """Records that meet every condition; an empty one is none.

    Parameters
    ----------
    records : iterable of Project
    minerals : collection of str
        Ids; a record fits with any of them.
    hosts, region : collection of str
        ISO alpha-3 codes; a record fits that is in both.
    statuses : collection of str
        A record without a status fits none.
    """
    return [
        one
        for one in records
        if (not minerals or not set(minerals).isdisjoint(one.minerals))
        and (not hosts or one.host in hosts)
        and (not region or one.host in region)
        and (not statuses or (one.status is not None and one.status.value in statuses))
    ]


def listing(
    records: Iterable[Project],
    *,
    rates: Sequence[Rate] | None = None,
    members: Sequence[str] = ("KOR", "JPN"),
) -> pl.DataFrame:
    """One row a record.

    Parameters
    ----------
    records : iterable of Project
    rates : sequence of Rate, optional
        The shipped ones if omitted.
    members : sequence of str
        Each gets a column that says what its side owns, buys, pays or does.

    Returns
    -------
    polars.DataFrame
        ``id, name, host, mineral, stage, product, status, status_on, capacity_t, contained_t, capex_musd,
        capex_on, start, <members>, gate, appraisable, lacks, sources, confidence, fictitious``. Empty is not
        known; `appraisable` is ``yes`` or ``no``, and `lacks` says why not.
    """
    import polars as pl

    held = list(records)
    candidates, reasons = candidates_of(held, rates=rates)
    costs = {one.id: one.capex_musd.mid for one in candidates}
    rows = [_row(one, reasons.get(one.id), costs.get(one.id), members) for one in held]
    text = ("id", "name", "host", "mineral", "stage", "product", "status", "status_on")
    schema: dict[str, Any] = dict.fromkeys(text, pl.String)
    schema |= dict.fromkeys(("capacity_t", "contained_t", "capex_musd"), pl.Float64)
    schema |= {"capex_on": pl.String, "start": pl.Int64}
    schema |= dict.fromkeys((*members, "gate", "appraisable", "lacks"), pl.String)
    schema |= {"sources": pl.Int64, "confidence": pl.String, "fictitious": pl.Boolean}
    return pl.DataFrame(rows, schema=schema)


def _row(record: Project, reason: str | None, cost: float | None, members: Sequence[str]) -> dict[str, Any]:
    product = record.products[0] if record.products else None
    held = counted(record)
    tonnes = None if held is None else tonnes_of(*held)
    building = [one for one in record.capex if one.kind in BUILDING]
    least = [record.confidence_of(figure) for _, figure in record.figures()]
    return {
        "id": record.id,
        "name": record.name,
        "host": record.host,
        "mineral": record.minerals[0],
        "stage": None if product is None else product.stage,
        "product": None if product is None else product.what,
        "status": None if record.status is None else record.status.value,
        "status_on": None if record.status is None else record.status.on,
        "capacity_t": None if tonnes is None else tonnes.product_t,
        "contained_t": None if tonnes is None else tonnes.contained_t,
        "capex_musd": cost,
        "capex_on": building[-1].on if building else None,
        "start": None if record.start is None else record.start.year,
        **{member: _part_of(record, member) for member in members},
        "gate": gate_of(record),
        "appraisable": "yes" if reason is None else "no",
        "lacks": None if reason is None else reason.removeprefix("not appraisable: lacks "),
        "sources": sum(len(one.link) or 1 for one in record.sources.values()),
        "confidence": max(least, key=("high", "medium", "low").index) if least else None,
        "fictitious": record.fictitious,
    }


def _part_of(record: Project, member: str) -> str | None:
    """What a member's side has in a project: share, purchase, role; None where nothing is recorded."""
    found = []
    own = [one for one in record.shares_now if one.country == (member,)]
    if own:
        shares = [one.share_pct for one in own if one.share_pct is not None]
        found.append(f"{sum(shares):g} %" if shares else "owner")
    elif any(member in one.country and one.until is None for one in record.owners):
        found.append("in a holder")
    if any(member in one.country for one in record.offtakers):
        found.append("buyer")
    if not found and any(one.member == member for one in record.roles):
        found.append("other")
    return ", ".join(found) or None


def as_text(record: Project, *, rates: Sequence[Rate] | None = None, width: int = 100) -> str:
    """One record whole: every figure with its day, its sources and how sure it is.

    Parameters
    ----------
    record : Project
    rates : sequence of Rate, optional
    width : int
        Columns of the reader.
    """
    return "\n".join(line for text in _lines(record, rates) for line in _wrapped(text, width)) + "\n"


def _lines(record: Project, rates: Sequence[Rate] | None) -> Iterator[str]:
    made_up = " (fictitious)" if record.fictitious else ""
    yield f"{record.id}: {record.name}{made_up}"
    if record.also_known_as:
        yield f"also known as: {'; '.join(record.also_known_as)}"
    yield f"host: {record.host}, {country_name(record.host, 'en')}"
    yield f"minerals: {', '.join(record.minerals)}"
    if record.position is not None:
        pin = "approximate pin, not from the sources" if record.position.approximate else "as printed"
        yield f"position: {record.position.lat:g}, {record.position.lon:g} ({pin})"
    candidates, reasons = candidates_of([record], rates=rates)
    yield reasons.get(record.id, "appraisable: yes")
    for one in candidates:
        yield from (f"  {note}" for note in one.notes)
    group = ""
    for path, figure in record.figures():
        head = path.partition("[")[0].partition(".")[0]
        if head != group:
            yield ""
            yield head.replace("_", " ")
            group = head
        yield f"  {_said(record, path, figure)}"
    for name, words in (("remarks", record.remarks), ("doubts", record.doubts)):
        if words:
            yield ""
            yield f"{name}: {words}"
    yield ""
    yield "sources"
    for key, source in record.sources.items():
        yield f"  {key}: {source.title}. {source.publisher}, read on {source.read_on}; {source.confidence}"
        yield from (f"    {place}" for place in (*source.link, *filter(None, [source.locator])))


def _said(record: Project, path: str, figure: Figure) -> str:
    plain = as_plain(figure)
    said = [
        _BARE.get(name, f"{name.replace('_', ' ')} {{}}").format(_text(plain[name]))
        for name in (one.name for one in fields(figure))
        if name in plain and name not in _LAST
    ]
    product = record.products[int(path[9]) - 1].what if path.startswith("products[") else ""
    what = f"{product}: " if product else ""
    origin = f"[{figure.on}; {', '.join(figure.source)}; {record.confidence_of(figure)}]"
    note = f" ({figure.note})" if figure.note else ""
    return f"{what}{', '.join(said)} {origin}{note}"


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "/".join(map(str, value))
    return f"{value:,}" if isinstance(value, int | float) and abs(value) >= 10_000 else str(value)


def _wrapped(text: str, width: int) -> list[str]:
    import textwrap

    if " " not in text.strip():
        return [text.rstrip()]
    indent = " " * (len(text) - len(text.lstrip()) + 2)
    return textwrap.wrap(
        text, max(width, 40), subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    ) or [""]
