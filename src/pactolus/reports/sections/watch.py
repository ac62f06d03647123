"""The watchlist of the day: measures to act on or to look at, the yearly outlook, and what is not judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.policy.register import register
from pactolus.reports import watched
from pactolus.reports.document import Block, Cell, Chart, Column, Section, Table
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.basis import Basis
from pactolus.reports.sections.words import (
    country,
    item_term,
    member_columns,
    minerals_term,
    phrase_term,
    year_term,
)
from pactolus.reports.timelines import title_term
from pactolus.terms.minerals import minerals
from pactolus.warning.watching.levels import LEVELS
from pactolus.warning.watching.lists import Watchlist

__all__ = ["section"]

#: Places of the outlook in the picture and the table of each target.
_SHOWN: Final = 6
_NAMED: Final = 4
_LAW: Final = ("check", "due", "notice")
_TARGETS: Final = ("volume", "value")
_SOURCES: Final = {"monthly trade": "trade", "monthly price": "price", "yearly outlook": "outlook"}

Rows = Mapping[str, Any]


def section(basis: Basis) -> Section:
    """Measures by level, signals of monthly rows, the outlook beside simple answers, what is not judged."""
    found = watched.listed(basis.world, _countries(basis), basis.as_of)
    blocks = [*_law(basis, found), *_series(basis, found), *_outlook(basis, found), *_missing(basis, found)]
    slots: dict[str, Term | str] = {"day": Term("date", (basis.as_of.isoformat(),))}
    return Section(id="watch", title="watch.brief.title", slots=slots, blocks=tuple(blocks))


def _countries(basis: Basis) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for each in basis.countries.values() for one in each))


def _day(basis: Basis) -> Term:
    return Term("date", (basis.as_of.isoformat(),))


def _grouped(found: Watchlist, signals: Sequence[str]) -> list[list[Rows]]:
    """Rows that are to be acted on or looked at, one group a reason."""
    groups: dict[tuple[str, ...], list[Rows]] = {}
    for row in found.table.iter_rows(named=True):
        if row["signal"] in signals and row["level"] != LEVELS[-1]:
            mineral = "" if row["signal"] in _LAW else row["mineral"]
            groups.setdefault((row["signal"], row["partner"], row["item"], mineral), []).append(row)
    return list(groups.values())


def _level(rows: Sequence[Rows], countries: Sequence[str]) -> Cell:
    """The gravest level for some countries."""
    levels = [row["level"] for row in rows if row["member"] in countries]
    return phrase_term(f"watch.level.{min(levels, key=LEVELS.index)}") if levels else None


def _what(rows: Sequence[Rows]) -> Term:
    names = list(dict.fromkeys(row["mineral"] for row in rows))
    if names[0] not in minerals():
        return phrase_term(f"watch.scope.{names[0] or 'none'}")
    if len(names) > _NAMED:
        return Term("mineral_more", (*names[:_NAMED], str(len(names) - _NAMED)))
    return minerals_term(names)


def _law(basis: Basis, found: Watchlist) -> list[Block]:
    groups = _grouped(found, _LAW)
    terms = {"members": Term("members", basis.members), "day": _day(basis)}
    if not groups:
        return [Claim(key="watch.brief.quiet", terms=terms)]
    known = register()
    rows: list[tuple[Cell, ...]] = []
    for group in groups:
        first = group[0]
        on = first["until"] if first["signal"] == "due" else first["since"]
        rows.append(
            (
                _level(group, found.members),
                phrase_term(f"watch.signal.{first['signal']}"),
                country(*known[first["item"]].issuer),
                title_term(known[first["item"]]),
                _what(group),
                Term("day", (on.isoformat(),)),
                *(_level(group, basis.countries[m]) for m in basis.members),
            )
        )
    columns = (
        Column(key="level", label="watch.brief.level"),
        Column(key="signal", label="watch.brief.reason"),
        Column(key="issuer", label="brief.col.issuer"),
        Column(key="measure", label="brief.col.measure"),
        Column(key="minerals", label="brief.col.minerals"),
        Column(key="day", label="brief.col.day"),
        *member_columns(basis.members, "level", "watch.brief.member_level", numeric=False),
    )
    table = "brief:watch"
    figures = {
        "count": q.count_figure(len(rows), table, {}),
        "act": _count(rows, table, "level", "watch.level.act"),
        "check": _count(rows, table, "signal", "watch.signal.check"),
    }
    return [
        Claim(key="watch.brief.lead", figures=figures, terms=terms),
        Table(
            id="watch",
            title="watch.brief.table",
            slots={"day": _day(basis)},
            columns=columns,
            rows=tuple(rows),
            notes=(Claim(key="watch.brief.note"),),
        ),
    ]


def _count(rows: Sequence[tuple[Cell, ...]], table: str, column: str, key: str) -> Figure:
    place = {"level": 0, "signal": 1}[column]
    count = sum(row[place] == phrase_term(key) for row in rows)
    return q.count_figure(count, table, {column: key})


def _at(basis: Basis, found: Watchlist) -> dict[str, str | int | float]:
    """What the rows of every figure name: whose list, of which day."""
    return {"members": " ".join(found.members), "day": basis.as_of.isoformat()}


def _series(basis: Basis, found: Watchlist) -> list[Block]:
    """Signals of monthly rows, or that there are none."""
    blocks: list[Block] = []
    if "trade_reported" not in basis.world.tables:
        blocks.append(Claim(key="watch.brief.no_monthly"))
    skipped = (*_LAW, "date", "cover_days", *(f"outlook_{one}" for one in _TARGETS))
    signals = [name for name in found.table["signal"].unique(maintain_order=True) if name not in skipped]
    groups = _grouped(found, signals)
    if not groups:
        return blocks
    columns = (
        Column(key="minerals", label="brief.col.mineral"),
        Column(key="signal", label="watch.brief.reason"),
        Column(key="item", label="watch.brief.series"),
        Column(key="day", label="watch.brief.month"),
        *member_columns(basis.members, "value", "watch.brief.value"),
        *member_columns(basis.members, "level", "watch.brief.member_level", numeric=False),
    )
    rows = tuple(_signal_row(basis, found, group) for group in groups)
    table = Table(id="watch-series", title="watch.brief.series_table", columns=columns, rows=rows)
    figures = {"count": q.count_figure(len(rows), "brief:watch-series", {})}
    return [*blocks, Claim(key="watch.brief.series_lead", figures=figures), table]


def _signal_row(basis: Basis, found: Watchlist, group: Sequence[Rows]) -> tuple[Cell, ...]:
    first = group[0]
    return (
        _what(group),
        phrase_term(f"watch.signal.{first['signal']}"),
        Term("text", (" ".join(filter(None, (first["item"], first["partner"]))),)),
        Term("day", (first["state"],)),
        *(_signal_value(basis, found, group, m) for m in basis.members),
        *(_level(group, basis.countries[m]) for m in basis.members),
    )


def _signal_value(basis: Basis, found: Watchlist, group: Sequence[Rows], member: str) -> Cell:
    row = next((row for row in group if (row["member"],) == basis.countries[member]), None)
    if row is None:
        return None
    keys = ("member", "mineral", "signal", "partner", "item")
    table = "prices_monthly" if row["signal"].startswith("price_") else "trade_reported"
    return Figure(
        value=row["value"],
        unit="1",
        digits=2,
        table="watch:series",
        rows={**_at(basis, found), **{key: row[key] for key in keys}},
        steps=("take value",),
        origins=basis.world.origins_of(table),
    )


def _outlook(basis: Basis, found: Watchlist) -> list[Block]:
    """Places where some member is among the likeliest tenth, beside volatility alone and the base rate."""
    if found.outlook.is_empty():
        return [Claim(key="watch.brief.no_outlook")]
    year = int(found.outlook["year"][0])
    terms = {"year": year_term(year), "before": year_term(year - 1)}
    blocks: list[Block] = []
    for target in _TARGETS:
        places = _places(found, target)
        if places:
            blocks += [_bars(basis, found, target, places, year), _table(basis, found, target, places, year)]
    return [
        Claim(key="watch.brief.outlook_lead" if blocks else "watch.brief.outlook_none", terms=terms),
        *blocks,
    ]


def _places(found: Watchlist, target: str) -> list[tuple[str, str, str]]:
    rows = found.outlook.filter(target=target, alert="yes").select("mineral", "stage", "hs_code")
    return list(dict.fromkeys(rows.iter_rows()))[:_SHOWN]


def _probability(
    basis: Basis, found: Watchlist, target: str, place: tuple[str, str, str], member: str, column: str
) -> Figure:
    countries = basis.countries[member]
    rows: dict[str, str | int | float] = {
        **_at(basis, found),
        "target": target,
        "importer": "|".join(countries),
        "mineral": place[0],
        "hs_code": place[2],
    }
    steps = (f"take {column}",)
    if len(countries) > 1:
        return q.missing("not_applicable", "share", "watch", rows, steps)
    row = found.outlook.filter(target=target, importer=member, mineral=place[0], hs_code=place[2])
    one = row.row(0, named=True)
    if one["status"] != "ok":
        return q.missing(one["status"], "share", "watch", rows, steps)
    ours = column == "probability"
    return Figure(
        value=one[column],
        unit="share",
        low=one["low"] if ours else None,
        high=one["high"] if ours else None,
        table="watch",
        rows=rows,
        steps=steps,
        origins=(*basis.world.origins_of("trade"), *basis.world.origins_of("governance")),
    )


def _bars(
    basis: Basis, found: Watchlist, target: str, places: Sequence[tuple[str, str, str]], year: int
) -> Chart:
    groups: list[dict[str, Any]] = [
        {
            "label": country(m),
            "member": m,
            "values": [_probability(basis, found, target, one, m, "probability") for one in places],
        }
        for m in basis.members
    ]
    base = [_base(basis, found, target, one) for one in places]
    groups.append({"label": phrase_term("watch.brief.base"), "values": base})
    return Chart(
        id=f"watch-{target}-bars",
        title=f"watch.brief.bars.{target}",
        slots={"year": year_term(year)},
        kind="bars",
        data={
            "categories": [item_term(one[:2]) for one in places],
            "groups": groups,
            "measure": phrase_term("watch.brief.probability"),
        },
        notes=(Claim(key="watch.brief.range"),),
        origins=basis.world.origins_of("trade"),
    )


def _base(basis: Basis, found: Watchlist, target: str, place: tuple[str, str, str]) -> Figure:
    """The base rate is the same for all importers: that of the first member, by name, with one."""
    each = [_probability(basis, found, target, place, m, "base_rate") for m in sorted(basis.members)]
    return next((one for one in each if one.value is not None), each[0])


def _table(
    basis: Basis, found: Watchlist, target: str, places: Sequence[tuple[str, str, str]], year: int
) -> Table:
    columns = (
        Column(key="item", label="brief.col.item"),
        Column(key="code", label="watch.brief.code"),
        *member_columns(basis.members, "probability", "watch.brief.member_probability"),
        *member_columns(basis.members, "volatility", "watch.brief.member_volatility"),
        Column(key="base", label="watch.brief.base", numeric=True),
        Column(key="doubt", label="watch.brief.doubt"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            item_term(one[:2]),
            Term("hs_code", (one[2],)),
            *(_probability(basis, found, target, one, m, "probability") for m in basis.members),
            *(_probability(basis, found, target, one, m, "volatility_only") for m in basis.members),
            _base(basis, found, target, one),
            _doubted(found, target, one),
        )
        for one in places
    ]
    return Table(
        id=f"watch-{target}",
        title=f"watch.brief.places.{target}",
        slots={"year": year_term(year)},
        columns=columns,
        rows=tuple(rows),
        notes=(Claim(key="watch.brief.outlook_note"),),
    )


def _doubted(found: Watchlist, target: str, place: tuple[str, str, str]) -> Cell:
    """Members whose weights of the base year are in doubt."""
    rows = found.outlook.filter(target=target, mineral=place[0], hs_code=place[2])
    named = [row["importer"] for row in rows.iter_rows(named=True) if row["noise"]]
    return country(*named) if named else None


def _missing(basis: Basis, found: Watchlist) -> list[Block]:
    """How many minerals each source could not judge for some member, and all of them in the appendix."""
    rows: list[tuple[Cell, ...]] = []
    for (mineral, source, status), part in found.missing.group_by(
        ["mineral", "source", "status"], maintain_order=True
    ):
        whose = [m for m in part["member"] if m] or list(found.members)
        rows.append(
            (
                minerals_term([str(mineral)]),
                phrase_term(f"watch.source.{_SOURCES[str(source)]}"),
                country(*whose),
                phrase_term(f"watch.missing.{status}"),
            )
        )
    if not rows:
        return []
    figures = {}
    for source in _SOURCES.values():
        key = f"watch.source.{source}"
        count = len({row[0] for row in rows if row[1] == phrase_term(key)})
        figures[source] = q.count_figure(count, "brief:watch-missing", {"source": key}, ("count mineral",))
    columns = (
        Column(key="mineral", label="brief.col.mineral"),
        Column(key="source", label="watch.brief.source"),
        Column(key="members", label="watch.brief.whose"),
        Column(key="status", label="watch.brief.status"),
    )
    all_of = {"all": Figure(value=len(found.minerals), unit="count", steps=(q.SET,))}
    return [
        Claim(key="watch.brief.missing_lead", figures={**figures, **all_of}),
        Table(
            id="watch-missing",
            title="watch.brief.missing_table",
            columns=columns,
            rows=tuple(rows),
            appendix=True,
        ),
    ]
