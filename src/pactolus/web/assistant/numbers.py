"""``assess`` for an assistant: the same rows, with their ids and the origins of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import OptionError
from pactolus.indicators.methods import METHODS
from pactolus.web.assistant.answers import Answer, answered, origin_record, page, plain_rows, printed
from pactolus.web.assistant.questions import OPEN_METHODS, AssessQuestion

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = ["MOST_CELLS", "assess_answer", "origins_of_row"]

#: Cells that one question may ask for, before any row is left out.
MOST_CELLS: Final = 4000
_KEPT: Final = (
    *("id", "method", "mineral", "stage", "importer", "year", "value", "low", "high", "unit"),
    *("status", "grade", "vintage", "note", "source", "raw_material"),
)
_NARROWER: Final = "name fewer minerals, years or methods, or ask on with offset"


def assess_answer(world: World, question: AssessQuestion) -> Answer:
    """Rows of `pactolus.indicators.assess` for a question.

    Raises
    ------
    InputError
        If a name or year is unknown, or too much is asked at once.
    """
    from pactolus.indicators.assess import assess

    methods = list(OPEN_METHODS) if "all" in question.methods else question.methods
    _require_offered(methods)
    _require_modest(question, methods)
    frame = assess(
        world,
        importers=question.importers,
        minerals=question.minerals,
        years=question.years,
        methods=methods,
        stages=question.stages,
        convention=question.convention,
        detail=True,
    ).select(_KEPT)
    rows = plain_rows(page(frame, question.limit, question.offset))
    for row in rows:
        row["origins"] = list(origins_of_row(world, row, question.convention or ""))
    named = dict.fromkeys(name for row in rows for name in row["origins"])
    reasons = dict(frame["status"].value_counts(sort=True).iter_rows())
    valued = reasons.pop("ok", 0)
    why = "; ".join(f"{number} {status}" for status, number in reasons.items())
    count = "1 row" if frame.height == 1 else f"{frame.height} rows"
    return answered(
        world,
        head=f"{count}, {valued} with a value{f' ({why})' if why else ''}.",
        lines=[_line(row) for row in sorted(rows, key=lambda row: row["value"] is None)],
        rows=rows,
        total=frame.height,
        offset=question.offset,
        origins={name: origin_record(world.origins[name]) for name in named},
        narrower=_NARROWER,
    )


def _require_offered(methods: list[str]) -> None:
    closed = [name for name in methods if name in METHODS and name not in OPEN_METHODS]
    if closed:
        raise OptionError(
            f"assess: methods: {', '.join(closed)} stands on a table that a user supplies; this interface "
            "has published data only: use 'pactolus assess'"
        )


def _require_modest(question: AssessQuestion, methods: list[str]) -> None:
    """Refuse a question of many thousand cells before it is computed."""
    from pactolus.indicators.request import make_request

    found = make_request(
        importers=question.importers,
        minerals_=question.minerals,
        years="2000" if question.years is None else question.years,
        methods=methods,
        stages=question.stages,
        convention=question.convention,
        first_year=0,
        last_year=9999,
        last_trade_year=9999,
    )
    cells = len(found.entities) * len(found.minerals) * len(found.years) * len(found.methods)
    if cells > MOST_CELLS:
        raise OptionError(
            f"assess: {cells:,} numbers asked ({len(found.entities)} importers x {len(found.minerals)} "
            f"minerals x {len(found.years)} years x {len(found.methods)} methods); at most {MOST_CELLS:,} at "
            "once: name fewer minerals, years or methods"
        )


def origins_of_row(world: World, row: Mapping[str, Any], convention: str = "") -> tuple[str, ...]:
    """Ids of the origins of the tables that a row is computed from, as its trail and its parts name them."""
    found: list[str] = []
    for table in _tables(row, convention):
        if table in world.tables:
            ids = world.origins_of(table)
            netted = METHODS[row["method"]].family == "netted" and row["importer"] != "WLD"
            one_series = table == "production" and not netted  # a balance may stand on several publishers
            told = str(row["source"] or "") if one_series else ""
            found += [one for one in ids if told and one.startswith(told)] or ids
    return tuple(dict.fromkeys(found))


def _tables(row: Mapping[str, Any], convention: str) -> tuple[str, ...]:
    """Tables of the world behind a row, by the family of its method and for whom it is."""
    method, whole = str(row["method"]), row["importer"] == "WLD"
    family = METHODS[method].family
    if family == "geopolitical":
        return ("trade", "production", "governance_geopolrisk" if convention else "governance")
    if method == "supply-risk-eu":
        return (*(() if whole else ("trade",)), "production", "eol_rir", "governance")
    if family == "netted":
        return ("trade", "production")
    if family == "band":
        return ("prices_monthly",) if row["source"] == "pink_sheet" else ("trade",)
    weights = {"hhi-governance": ("governance_geopolrisk",), "hhi-governance-wgi": ("governance",)}
    made = whole and method != "n-minus-1-demand" and row["source"] != "trade"
    return ("production" if made else "trade", *weights.get(method, ()))


def _line(row: Mapping[str, Any]) -> str:
    value = printed(row["value"], row["unit"], row["status"])
    span = (
        ""
        if row["low"] is None or row["high"] is None
        else f" ({printed(row['low'])} to {printed(row['high'])})"
    )
    series = (
        f", {row['source']} {row['raw_material']}" if row["importer"] == "WLD" and row["raw_material"] else ""
    )
    where = f"{row['mineral']} ({row['stage']}), {row['importer']}, {row['year']}{series}"
    note = f"; {row['note']}" if row["note"] else ""
    return f"- {row['method']}, {where}: {value}{span} [{row['id']}]{note}"
