"""Cells of a question that have no number, and why: the same words for every method."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import reduce

import polars as pl

from pactolus.catalogue.corrections import condition
from pactolus.catalogue.world import World
from pactolus.indicators.flows import CELL
from pactolus.indicators.notes import NOTES, joined, said
from pactolus.indicators.request import Request

__all__ = [
    "Place",
    "doubted_weight",
    "not_answered",
    "not_applicable",
    "places_of",
    "question",
    "reasoned",
    "unmet",
    "with_code_notes",
]

Place = tuple[str, str]
"""Mineral and stage."""


def places_of(asked: Request, codes: pl.DataFrame) -> list[Place]:
    """Mineral and stage of every row: the stages with a code, else the stage of the production table."""
    coded = codes.select("mineral", "stage").unique().sort("mineral", "stage").rows()
    have = {m for m, _ in coded}
    return [*coded, *((m.id, m.wmd_stage or "mixed") for m in asked.minerals if m.id not in have)]


def question(places: Sequence[Place], importers: Sequence[str], asked: Request) -> pl.DataFrame:
    """Every cell asked: mineral, stage, importer, year."""
    table = pl.DataFrame(list(places), schema={"mineral": pl.String, "stage": pl.String}, orient="row")
    who = pl.DataFrame({"importer": list(importers)}, schema={"importer": pl.String})
    when = pl.DataFrame({"year": list(asked.years)}, schema={"year": pl.Int64})
    return table.join(who, how="cross").join(when, how="cross")


def unmet(cells: pl.DataFrame, methods: Sequence[str], status: str, why: str) -> pl.DataFrame:
    """Cells that have one status and one reason for every method."""
    every = cells.join(pl.DataFrame({"method": list(methods)}, schema={"method": pl.String}), how="cross")
    return every.with_columns(status=pl.lit(status), note=pl.lit(NOTES[why]))


def not_applicable(
    methods: Sequence[str], places: Sequence[Place], importers: Sequence[str], asked: Request, why: str
) -> pl.DataFrame:
    """Every cell of methods that have no meaning for these importers."""
    return unmet(question(places, importers, asked), methods, "not_applicable", why)


def reasoned(
    world: World, asked: Request, cells: pl.DataFrame, codes: pl.DataFrame, methods: Sequence[str]
) -> pl.DataFrame:
    """Cells without trade, with the reason: no code, a code this world lacks, one that ended, or no flow."""
    trade = world.scan("trade").filter(pl.col("hs_code").is_in(codes["hs_code"].unique().to_list()))
    have = trade.select(pl.col("hs_code").unique()).collect()["hs_code"].to_list() if cells.height else []
    known = codes.group_by("mineral", "stage", maintain_order=True).agg(
        pl.col("hs_code").is_in(have).any().alias("in_world"),
        pl.col("hs_code").str.join(", ").alias("codes"),
        pl.when(pl.col("last_year").is_null().any())
        .then(None)
        .otherwise(pl.col("last_year").max())
        .alias("end"),
    )
    table = cells.join(known, on=("mineral", "stage"), how="left", maintain_order="left")
    tables = _with_production(world, table["mineral"].unique().to_list())
    ended = pl.col("end").is_not_null() & (pl.col("year") > pl.col("end"))
    coded, inside = pl.col("codes").is_not_null(), pl.col("in_world").fill_null(False)
    later = pl.col("year") > asked.last_trade_year
    status = pl.when(coded & inside).then(pl.lit("no_trade_data")).otherwise(pl.lit("no_code"))
    note = joined(
        said("not_coded", when=~coded),
        said("not_in_world", pl.col("codes"), when=coded & ~inside),
        said("ended", pl.col("codes"), pl.col("end"), when=inside & ended),
        said("trade_ends", pl.lit(asked.last_trade_year), when=later & inside & ~ended),
        said("no_flow", when=~later & inside & ~ended),
        said("proxy", when=pl.col("mineral").is_in(tables)),
    )
    every = table.with_columns(status.alias("status"), note, source=pl.lit("trade")).drop(
        "in_world", "codes", "end"
    )
    return every.join(pl.DataFrame({"method": list(methods)}, schema={"method": pl.String}), how="cross")


def _with_production(world: World, minerals: list[str]) -> list[str]:
    rows = world.scan("production").filter(pl.col("mineral").is_in(minerals))
    return rows.select(pl.col("mineral").unique()).collect()["mineral"].to_list()


def not_answered(cells: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Cells of a question that the rows found do not answer."""
    return cells.join(found.select(*CELL).unique(), on=CELL, how="anti")


def with_code_notes(found: pl.DataFrame, codes: pl.DataFrame, when: pl.Expr | None = None) -> pl.DataFrame:
    """Rows with what to know about the codes of their mineral and stage added to their note.

    Parameters
    ----------
    found : DataFrame[mineral, stage, note, ...]
    codes : DataFrame[mineral, stage, hs_code, coding]
    when : Expr, optional
        True for the rows that come from codes; all if omitted.
    """
    noted = found.join(_code_notes(codes), on=["mineral", "stage"], how="left", maintain_order="left")
    note = pl.col("code_note") if when is None else pl.when(when).then("code_note")
    return noted.with_columns(joined(pl.col("note"), note)).drop("code_note")


def _code_notes(codes: pl.DataFrame) -> pl.DataFrame:
    """What to know about the codes of each mineral and stage: mineral, stage, code_note."""
    shared = pl.col("hs_code").filter(pl.col("coding") == "shared").str.join(", ")
    return (
        codes.group_by("mineral", "stage", maintain_order=True)
        .agg(shared.alias("shared"))
        .select(
            "mineral",
            "stage",
            joined(
                said("shared", pl.col("shared"), when=pl.col("shared") != ""),
                said("spans", when=(pl.col("stage") == "mixed") & (pl.col("shared") == "")),
            ).alias("code_note"),
        )
    )


def doubted_weight(world: World) -> pl.Expr | None:
    """Flows whose weight is not to be used: flags of `corrections` on its column `quantity_kg`."""
    if "corrections" not in world.tables:
        return None
    flags = world.table("corrections").filter(
        pl.col("table") == "trade", pl.col("action") == "flag", pl.col("column") == "quantity_kg"
    )
    cells = [condition(json.loads(where)) for where in flags["where"]]
    return reduce(lambda a, b: a | b, cells) if cells else None
