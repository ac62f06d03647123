"""What was known on a day of exposures, measures and projects: tables for `pactolus.dialogue.changes`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from pactolus.dialogue.changes import moved, states, unseen
from pactolus.policy.register import Measure, Register
from pactolus.policy.search import reference_text
from pactolus.projects.pipeline.parts import Figure, Project, day_of
from pactolus.warning.watching.known import year_known as year_seen

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World

__all__ = [
    "FLOOR_USD",
    "LEAST",
    "Seen",
    "exposure_changes",
    "exposure_states",
    "facts_of",
    "known_by",
    "measure_states",
    "project_states",
    "year_seen",
]

#: Change of a share below which an exposure counts as the same. [1]
LEAST: Final = 0.05
#: Exposures are compared where every member imports at least this much a year. [USD]
FLOOR_USD: Final = 1_000_000


@dataclass(frozen=True)
class Seen:
    """A world, and the year of trade that a reader had."""

    world: World
    year: int

    @property
    def label(self) -> str:
        """The data in a few words: vintage and year."""
        return f"{self.world.vintage[:8]}, trade of {self.year}"


def exposure_changes(before: Seen, after: Seen, members: Sequence[str], language: str = "en") -> pl.DataFrame:
    """First suppliers and their shares that moved, of items that every member imports.

    Where both are the same world and year, one row says so: that is no proof that nothing moved.
    """
    if (before.world.vintage, before.year) == (after.world.vintage, after.year):
        what = {"en": "all exposures", "ko": "전체 의존도", "ja": "すべての依存度"}[language]
        return unseen("exposure", what, before.label, after.label, _edition(after.world))
    tables = [_joint(one, members) for one in (before, after)]
    items = {place for table in tables for place in _large(table, members)}
    old, new = (
        _exposures(one, table, members, items, language)
        for one, table in zip((before, after), tables, strict=True)
    )
    return moved("exposure", old, new, least=LEAST)


def exposure_states(seen: Seen, members: Sequence[str], language: str = "en") -> pl.DataFrame:
    """The first supplier of each member and of all together, with its share, item by item.

    Parameters
    ----------
    seen : Seen
    members : sequence of str
        Two or more.
    language : str
        Of the names.

    Returns
    -------
    polars.DataFrame
        As `pactolus.dialogue.changes.states`; the value is ``CHN 62.1 %`` and moves with the share (1), and
        always with the supplier. Items below `FLOOR_USD` for some member are left out: a single shipment
        would move them.
    """
    table = _joint(seen, members)
    return _exposures(seen, table, members, _large(table, members), language)


def _joint(seen: Seen, members: Sequence[str]) -> pl.DataFrame:
    from pactolus.indicators.exposure import joint_exposure

    return joint_exposure(seen.world.scan("trade"), list(members), seen.year, minerals="critical")


def _large(table: pl.DataFrame, members: Sequence[str]) -> set[tuple[str, str]]:
    import polars as pl

    floor = pl.all_horizontal(*(pl.col(f"{m}_value_usd") >= FLOOR_USD for m in members))
    return set(table.filter(pl.col("status") == "ok", floor).select("mineral", "stage").iter_rows())


def _exposures(
    seen: Seen, table: pl.DataFrame, members: Sequence[str], items: set[tuple[str, str]], language: str
) -> pl.DataFrame:
    from pactolus.catalogue.origins import Term
    from pactolus.wording.names import name

    rows = []
    for row in table.iter_rows(named=True):
        place = f"{row['mineral']}@{row['stage']}"
        for member in (*members, "joint") if (row["mineral"], row["stage"]) in items else ():
            first, share = row[f"{member}_first"], row[f"{member}_first_share"]
            if first is None:
                continue
            who = "+".join(members) if member == "joint" else member
            rows.append(
                {
                    "id": place.replace("@", "/"),
                    "field": f"first supplier of {who}",
                    "what": f"{name(Term('mineral_stage', (place,)), language)}, {who}",
                    "value": f"{first} {100 * share:.1f} %",
                    "number": _ordered(first) + share,
                    "from": str(seen.year),
                    "source": _edition(seen.world),
                }
            )
    return states(rows)


def _ordered(iso3: str) -> float:
    """A number far from that of any other supplier, so that another supplier is always a change."""
    return 2.0 * int.from_bytes(iso3.encode(), "big")


def _edition(world: World) -> str:
    found = [world.origins[one] for one in world.origins_of("trade")]
    return "; ".join(f"{one.producer}, {one.edition} (vintage {world.vintage[:12]})" for one in found)


def measure_states(
    register: Register, day: date, since: date | None = None, language: str = "en"
) -> pl.DataFrame:
    """The state of every measure on a day.

    Parameters
    ----------
    register : Register
    day : date
    since : date, optional
        The note of a measure names the states between this day and `day` that have passed.
    language : str
        Of the titles.
    """
    return states(row for one in register for row in _measure(one, day, since, language))


def _measure(one: Measure, day: date, since: date | None, language: str) -> Iterator[dict[str, Any]]:
    span = one.on(day)
    if span is None or (span.state == "ended" and (since is None or span.begin <= since)):
        return
    between = [s for s in one.spans if since is not None and since < s.begin < span.begin]
    passed = [f"{s.state} from {s.begin}" for s in between]
    why = f"{span.why.replace('_', ' ')}: {span.what}" if span.why else ""
    yield {
        "id": one.id,
        "field": "state",
        "what": one.titles[language],
        "value": span.state,
        "from": span.begin.isoformat(),
        "source": reference_text(one, span),
        "link": one.references[one.states[span.entry].reference - 1].link,
        "note": "; ".join(filter(None, [why, *passed])) or None,
    }


def project_states(records: Iterable[Project], day: date, since: date | None = None) -> pl.DataFrame:
    """Status, buyers, money and events of projects that were surely out on a day.

    A figure known only by month or year counts from the end of that time, or from the day on which it was
    read if that is earlier. The earlier state of a project is not kept in its record: a status that is new
    to a day says nothing of what held before.

    Parameters
    ----------
    records : iterable of Project
    day : date
    since : date, optional
        A note says where the day of a figure may lie before this one.
    """
    rows = []
    for record in records:
        for name, value, figure in facts_of(record):
            last = known_by(record, figure)
            if last is None or last > day:
                continue
            source = record.sources[figure.source[0]]
            first = day_of(figure.on)
            unsure = since is not None and first is not None and first <= since < last
            rows.append(
                {
                    "id": record.id,
                    "field": name,
                    "what": record.name if name == "status" else f"{record.name}: {name}",
                    "value": value,
                    "from": figure.on,
                    "source": f"{source.publisher}: {source.title}, read on {source.read_on}",
                    "link": source.link[0] if source.link else None,
                    "note": f"day known only as {figure.on}" if unsure else None,
                }
            )
    return states(rows)


def facts_of(record: Project) -> Iterator[tuple[str, str, Figure]]:
    """What may move of a project: a name that stays, the value, and the figure."""
    found: list[tuple[str, str, Figure]] = []
    if record.status is not None:
        found.append(("status", record.status.value, record.status))
    found += [(f"offtake, {one.buyer}", _amount(one), one) for one in record.offtakers]
    found += [(f"{one.kind}, {one.who}", _money(one), one) for one in record.financing]
    found += [(f"event, {one.kind}", one.what, one) for one in record.history]
    seen: dict[str, int] = {}
    for name, value, figure in found:
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else f"{name} ({seen[name]})"), value, figure


def known_by(record: Project, figure: Figure) -> date | None:
    """The day by which a figure was surely out; None where its day is not known."""
    first = day_of(figure.on)
    if first is None:
        return None
    if len(figure.on) == 10:
        return first
    months = 12 if len(figure.on) == 4 else 1
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    read = [date.fromisoformat(record.sources[key].read_on) for key in figure.source]
    return max(first, min([date(year, month + 1, 1) - timedelta(days=1), *read]))


def _amount(one: Any) -> str:
    parts = [
        f"{one.tonnes_y:,.0f} t/y" if one.tonnes_y is not None else "",
        f"{one.share_pct:g} %" if one.share_pct is not None else "",
        f"{one.total_t:,.0f} t in all" if one.total_t is not None else "",
        one.what or "",
        {"yes": "binding", "no": "not binding"}.get(one.binding, ""),
    ]
    return ", ".join(filter(None, parts)) or "amount not stated"


def _money(one: Any) -> str:
    return "amount not stated" if one.million is None else f"{one.currency} {one.million:,g} million"
