"""Members side by side: measures by instrument and mineral, lists, agency powers, stockpile rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import OptionError
from pactolus.policy.register import Measure, Register, Value, instruments
from pactolus.policy.search import listed
from pactolus.policy.states import LISTED, Span
from pactolus.terms.lists import Edition, editions, listing
from pactolus.terms.minerals import mineral, minerals

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Comparison", "compare"]

_STATES: Final = (*LISTED, "announced")


@dataclass(frozen=True)
class Comparison:
    """What `compare` finds.

    Attributes
    ----------
    members : tuple of str
    on : date
    measures : polars.DataFrame
        ``family, mineral, standing`` and a column a member with the ids of its measures, ``id (state)`` where
        one is not plainly in force. `standing` is ``both``, ``all``, ``some`` or ``only <member>``.
    lists : polars.DataFrame
        ``mineral`` and a column a member: ``yes``, ``no`` or ``unknown``, by its own list of critical
        minerals as of the day; only minerals that at least one list names or may name.
    editions : mapping of str to Edition
        The list edition read for each member.
    values : polars.DataFrame
        ``family, what, of, unit`` and for each member ``<member>``, ``<member>_kind``, ``<member>_id``: the
        number of the latest measure that states one.
    """

    members: tuple[str, ...]
    on: date
    measures: pl.DataFrame
    lists: pl.DataFrame
    editions: Mapping[str, Edition]
    values: pl.DataFrame


def compare(
    register: Register, members: Sequence[str], on: date, *, minerals: Iterable[str] = ()
) -> Comparison:
    """Gaps and overlaps of members on a day.

    Parameters
    ----------
    register : Register
    members : sequence of str
        Two or more issuers, ISO alpha-3 codes or coalition ids.
    on : date
    minerals : iterable of str
        Only these; all if empty.

    Returns
    -------
    Comparison

    Raises
    ------
    OptionError
        If fewer than two members are given, or one twice.
    """
    named = tuple(members)
    if len(named) < 2 or len(set(named)) < len(named):
        raise OptionError(f"compare: members are {list(named)}; give two or more, each once")
    wanted = tuple(mineral(name).id for name in minerals)
    own = {one: listed(register, on, states=_STATES, issuers=[one], minerals=wanted) for one in named}
    found = _lists(named, on, wanted)
    return Comparison(named, on, _measures(own, wanted), found[0], found[1], _values(own))


def _measures(own: Mapping[str, list[tuple[Measure, Span]]], wanted: Sequence[str]) -> pl.DataFrame:
    import polars as pl

    cells: dict[tuple[str, str], dict[str, list[str]]] = {}
    for member, pairs in own.items():
        for measure, span in pairs:
            family = instruments()[measure.instrument].family
            for name in _covered(measure, wanted):
                shown = measure.id if span.state == "in_force" else f"{measure.id} ({span.state})"
                cells.setdefault((family, name), {}).setdefault(member, []).append(shown)
    order = [*minerals(), "all-minerals", "dual-use", "listed"]
    place = {name: number for number, name in enumerate(order)}
    rows = []
    for family, name in sorted(cells, key=lambda key: (key[0], place.get(key[1], len(order)), key[1])):
        cell = cells[family, name]
        rows.append(
            {
                "family": family,
                "mineral": name,
                "standing": _standing(list(own), cell),
                **{member: ";".join(cell.get(member, ())) or None for member in own},
            }
        )
    schema = dict.fromkeys(("family", "mineral", "standing", *own), pl.String)
    return pl.DataFrame(rows, schema=schema)


def _covered(measure: Measure, wanted: Sequence[str]) -> list[str]:
    if measure.scope is not None:
        return [measure.scope]
    subjects = [name for cover in measure.covers for name in cover.subjects]
    names = list(dict.fromkeys([*measure.minerals, *subjects]))
    return [name for name in names if name in wanted] or names if wanted else names


def _standing(members: Sequence[str], cell: Mapping[str, object]) -> str:
    if len(cell) == len(members):
        return "both" if len(members) == 2 else "all"
    return f"only {next(iter(cell))}" if len(cell) == 1 else "some"


def _lists(
    members: Sequence[str], on: date, wanted: Sequence[str]
) -> tuple[pl.DataFrame, dict[str, Edition]]:
    import polars as pl

    of = {member: edition for member in members if (edition := _edition(member, on)) is not None}
    rows = []
    for identity in wanted or minerals():
        answers = {
            member: listing(identity, edition.list, edition.edition).answer for member, edition in of.items()
        }
        if wanted or set(answers.values()) & {"yes", "unknown"}:
            rows.append({"mineral": identity, **{m: answers.get(m, "unknown") for m in members}})
    return pl.DataFrame(rows, schema=dict.fromkeys(("mineral", *members), pl.String)), of


def _edition(member: str, on: date) -> Edition | None:
    """The last edition, by the day, of the widest list of a member (its list of critical minerals)."""
    own = [one for one in editions().values() if one.issuer == member and one.edition <= on.isoformat()]
    main = [one for one in own if one.list.endswith("-critical")] or own
    return max(main, key=lambda one: (one.edition, one.list), default=None)


def _values(own: Mapping[str, list[tuple[Measure, Span]]]) -> pl.DataFrame:
    import polars as pl

    cells: dict[tuple[str, str, str, str], dict[str, tuple[date, Value, str]]] = {}
    for member, pairs in own.items():
        for measure, span in pairs:
            family = instruments()[measure.instrument].family
            for value in measure.values:
                cell = cells.setdefault((family, value.what, value.of or "", value.unit), {})
                first = measure.spans[0].begin
                if member not in cell or cell[member][0] < first:
                    cell[member] = (
                        first,
                        value,
                        measure.id if span.state == "in_force" else f"{measure.id} ({span.state})",
                    )
    rows: list[dict[str, Any]] = []
    for key in sorted(cells):
        row: dict[str, Any] = dict(zip(("family", "what", "of", "unit"), key, strict=True))
        for member in own:
            stated = cells[key].get(member)
            row[member] = _printed(stated[1].value) if stated else None
            row[f"{member}_kind"] = stated[1].kind if stated else None
            row[f"{member}_id"] = stated[2] if stated else None
        rows.append(row)
    columns = ["family", "what", "of", "unit"]
    columns += [name for member in own for name in (member, f"{member}_kind", f"{member}_id")]
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String))


def _printed(value: float | tuple[float, float]) -> str:
    return f"{value[0]:g}-{value[1]:g}" if isinstance(value, tuple) else f"{value:g}"
