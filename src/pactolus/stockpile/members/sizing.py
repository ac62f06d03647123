"""Days to hold, alone, for many minerals and members: the middle and the range over all assumptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import NoAnswerError
from pactolus.runs.progress import Progress, silent
from pactolus.stockpile.members.needs import SETTINGS, Need, Setting, need_of
from pactolus.stockpile.stocks.continuous import Importer, SizedStock, size_stock

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.disruption.random_years.hazards import Expert
    from pactolus.disruption.scenarios.reach import Place
    from pactolus.policy.register import Register

__all__ = ["SIZE_COLUMNS", "Sizing", "size_places"]

#: Columns of `Sizing.table`.
SIZE_COLUMNS: Final = (
    "mineral",
    "stage",
    "member",
    "year",
    "use_t",
    "denominator",
    "price_usd_per_t",
    "low_days",
    "target_days",
    "high_days",
    "low_at",
    "high_at",
    "target_t",
    "worth_usd",
    "without_usd",
    "cost_usd",
    "saving_usd",
    "unrated_share",
    "grade",
    "status",
)


@dataclass(frozen=True, kw_only=True)
class Sizing:
    """Stocks alone.

    Attributes
    ----------
    table : polars.DataFrame
        `SIZE_COLUMNS`, one row a mineral, stage and member. Days are of `use_t`, which `denominator` names;
        `low_days` and `high_days` span the settings that were asked for, and `low_at`, `high_at` name them.
        Costs are a year, at the middle setting. A member without an answer has its status and no number.
    stocks : mapping of (mineral, stage, member) to SizedStock
        At the middle setting.
    cases : mapping of (mineral, stage, member) to mapping of str to (Importer, SizedStock)
        By setting; the first is the middle.
    needs : mapping of (mineral, stage) to Need
        At the middle setting.
    notes : tuple of str
    """

    table: pl.DataFrame
    stocks: Mapping[tuple[str, str, str], SizedStock]
    cases: Mapping[tuple[str, str, str], Mapping[str, tuple[Importer, SizedStock]]]
    needs: Mapping[Place, Need]
    notes: tuple[str, ...]


def size_places(
    world: World,
    places: Sequence[Place],
    members: Sequence[str],
    *,
    measures: Register,
    on: date,
    year: int | None = None,
    settings: Mapping[str, Setting] = SETTINGS,
    declared: Mapping[tuple[str, str, str], float] | None = None,
    expert: Expert | None = None,
    step_days: float = 2.0,
    hs_codes: Sequence[str] = (),
    progress: Progress = silent,
) -> Sizing:
    """Size the stock of every member alone.

    Parameters
    ----------
    world : World
    places : sequence of (mineral, stage)
    members : sequence of str
    measures, on, year, expert
        As in `need_of`.
    settings : mapping of str to Setting
        The first is the middle; the others span the range.
    declared : mapping of (mineral, stage, member) to float, optional
        Consumption a year. [t]
    step_days : float
        As in `size_stock`.
    hs_codes : sequence of str
        Only these codes; for one place alone.
    progress : Progress

    Raises
    ------
    NoAnswerError
        If no member has an answer for any of the places.
    """
    import polars as pl

    rows: list[dict[str, Any]] = []
    cases: dict[tuple[str, str, str], dict[str, tuple[Importer, SizedStock]]] = {}
    needs: dict[Place, Need] = {}
    notes: list[str] = []
    for done, place in enumerate(places):
        progress(f"{place[0]} ({place[1]})", done, len(places))
        own = {m: t for (mineral, stage, m), t in (declared or {}).items() if (mineral, stage) == place}
        found: dict[str, Need] = {}
        absent: dict[str, str] = {}
        for name, setting in settings.items():
            try:
                found[name] = need_of(
                    world,
                    *place,
                    members,
                    measures=measures,
                    on=on,
                    year=year,
                    setting=setting,
                    declared=own,
                    expert=expert,
                    hs_codes=hs_codes,
                )
            except NoAnswerError as error:
                notes.append(str(error))
                absent = error.why(members)
                break
        if not found:
            rows += [
                {"mineral": place[0], "stage": place[1], "member": one, "status": why}
                for one, why in absent.items()
            ]
            continue
        middle = next(iter(found.values()))
        needs[place] = middle
        notes += middle.notes
        rows += [_row(found, one, cases, step_days) for one in members]
    progress("done", len(places), len(places))
    if not cases:
        raise NoAnswerError("; ".join(dict.fromkeys(notes)) or "nothing to size")
    kinds = dict.fromkeys(SIZE_COLUMNS, pl.Float64) | dict.fromkeys(_TEXTS, pl.String) | {"year": pl.Int64}
    table = pl.DataFrame([{n: row.get(n) for n in SIZE_COLUMNS} for row in rows], schema=kinds)
    return Sizing(
        table=table,
        stocks={key: next(iter(own.values()))[1] for key, own in cases.items()},
        cases=cases,
        needs=needs,
        notes=tuple(dict.fromkeys(notes)),
    )


_TEXTS: Final = ("mineral", "stage", "member", "denominator", "low_at", "high_at", "grade", "status")


def _row(
    found: Mapping[str, Need],
    member: str,
    cases: dict[tuple[str, str, str], dict[str, tuple[Importer, SizedStock]]],
    step_days: float,
) -> dict[str, Any]:
    """One member over all settings."""
    middle = next(iter(found.values()))
    head = {"mineral": middle.mineral, "stage": middle.stage, "member": member, "year": middle.year}
    if member in middle.absent:
        return head | {"status": middle.absent[member]}
    sized = {
        name: size_stock(need.importer(member), need.regimes([member]), step_days=step_days)
        for name, need in found.items()
    }
    one, importer = next(iter(sized.values())), middle.importer(member)
    cases[middle.mineral, middle.stage, member] = {
        name: (need.importer(member), sized[name]) for name, need in found.items()
    }
    days = {name: stock.target_days for name, stock in sized.items()}
    low, high = min(days, key=lambda n: days[n]), max(days, key=lambda n: days[n])
    return head | {
        "use_t": importer.use_t,
        "denominator": importer.denominator,
        "price_usd_per_t": importer.price_usd_per_t,
        "low_days": days[low],
        "target_days": one.target_days,
        "high_days": days[high],
        "low_at": low,
        "high_at": high,
        "target_t": one.target_t,
        "worth_usd": one.target_t * importer.price_usd_per_t,
        "without_usd": one.without_usd,
        "cost_usd": one.cost_usd,
        "saving_usd": one.saving_usd,
        "unrated_share": middle.unrated[member],
        "grade": middle.grade,
        "status": "ok",
    }
