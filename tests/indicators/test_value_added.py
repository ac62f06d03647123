"""Value added exposed: the formula, labels of sectors, and what an old or missing table does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pactolus as pt
from pactolus.errors import DataError
from pactolus.indicators import value_added_exposed
from pactolus.indicators.value_added import OLDEST, divisions_of
from tests.indicators.tiny_world import frame_of, world_of

MADE = [("Gallium", "gallium", "CHN", 2018, 700_000)]
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("label", "divisions"),
    [
        ("C26", {26}),
        ("26", {26}),
        ("c26", {26}),
        ("C10T12", {10, 11, 12}),
        ("C10-C12", {10, 11, 12}),
        ("C31_32", {31, 32}),
        ("C24A", {24}),
        ("Electrical and optical equipment", set()),
        ("FD", set()),
        ("", set()),
    ],
)
def test_divisions_in_the_labels_of_sectors(label: str, divisions: set[int]) -> None:
    assert divisions_of(label) == divisions


sectors = st.dictionaries(st.sampled_from(["C24", "C26", "C27", "C29"]), st.floats(0, 1e6), min_size=1)


@given(sectors)
def test_exposure_lies_between_nothing_and_the_largest_sector(added: dict[str, float]) -> None:
    uses = {sector: 1 / len(added) for sector in added}
    found = value_added_exposed(added, uses)
    assert -1e-9 <= found <= max(added.values()) + 1e-6


def test_a_mineral_used_in_one_sector_exposes_that_sector() -> None:
    assert value_added_exposed({"C26": 300.0, "C29": 50.0}, {"C26": 1.0}) == 300.0


def test_faults_come_at_once() -> None:
    with pytest.raises(DataError) as caught:
        value_added_exposed({"C26": 1.0}, {"C26": 1.2, "C27": 0.1})
    assert "use_share of C26 is 1.2" in str(caught.value)
    assert "value_added has no number for ['C27']" in str(caught.value)
    with pytest.raises(DataError, match=r"adds up to 1\.1"):
        value_added_exposed({"C26": 1.0, "C27": 1.0}, {"C26": 0.6, "C27": 0.5})


def uses(*rows: tuple[str, str | None, float]) -> pl.DataFrame:
    """Rows (material, nace2, share) of gallium."""
    columns = ("material", "mineral", "application", "application_text", "share", "nace2")
    cells = [(m, "gallium", "integrated-circuits", str(n), share, n) for m, n, share in rows]
    return frame_of("end_uses", cells, columns)


GALLIUM = uses(("Gallium", "C26", 0.7), ("Gallium", "C27", 0.25), ("Gallium", None, 0.05))


def table(added: Mapping[tuple[str, str], float], year: int = 2022) -> pl.DataFrame:
    rows = [(r, "VA", r, s, year, v) for (r, s), v in added.items()]
    rows += [("KOR", "C26", "JPN", "C27", year, 5.0), ("KOR", "VA", "KOR", "FD", year, 9e9)]
    columns = ("from_region", "from_sector", "to_region", "to_sector", "year", "value_musd")
    return frame_of("input_output", rows, columns)


ADDED = {("KOR", "C26"): 1000.0, ("KOR", "C27"): 400.0, ("JPN", "C26"): 2000.0, ("JPN", "C27"): 800.0}


def one(importer: str = "KOR", **tables: pl.DataFrame) -> dict[str, Any]:
    rows = pt.assess(
        world_of([("811291", "KOR", "CHN", 2018, 1, 1)], MADE, **({"end_uses": GALLIUM} | tables)),
        importers=importer,
        minerals="gallium",
        years=2018,
        methods="value-added-exposed",
        as_of=TODAY,
    )
    return rows.row(0, named=True)


def test_value_added_exposed_by_hand() -> None:
    found = one(input_output=table(ADDED))
    assert (found["value"], found["unit"], found["status"]) == (0.7 * 1000 + 0.25 * 400, "million USD", "ok")
    assert found["note"] == (
        "EU use pattern, not Korean or Japanese; value added of 2022; "
        "no sector of the input-output table for 5.0 % of the use"
    )
    assert one("KOR+JPN", input_output=table(ADDED))["value"] == pytest.approx(3 * 800.0)


def test_a_wider_sector_and_a_second_material_open_a_range() -> None:
    wide = {("KOR", "C26T27"): 1500.0}
    found = one(input_output=table(wide))
    assert (found["low"], found["value"], found["high"]) == pytest.approx((0.0, 0.95 * 1500, 0.95 * 1500))
    two = uses(("Gallium", "C26", 1.0), ("Gallium arsenide", "C27", 1.0))
    found = one(input_output=table(ADDED), end_uses=two)
    assert (found["low"], found["value"], found["high"]) == (400.0, 700.0, 1000.0)


def test_parts_of_a_division_are_the_division() -> None:
    split = {("KOR", "C26A"): 600.0, ("KOR", "C26B"): 400.0, ("KOR", "C27"): 400.0}
    assert one(input_output=table(split))["value"] == one(input_output=table(ADDED))["value"]


@pytest.mark.parametrize(
    ("tables", "reason"),
    [
        ({}, "no input-output table in this world"),
        (
            {"input_output": table(ADDED, TODAY.year - OLDEST - 1)},
            "the input-output table of 2020 is more than 5 years old on 2026-11-24",
        ),
        ({"input_output": table({("JPN", "C26"): 1.0})}, "the input-output table has no KOR"),
        ({"input_output": table({("KOR", "Electronics"): 1.0})}, "are not NACE divisions"),
    ],
)
def test_without_a_table_that_may_be_used_there_is_a_status(
    tables: dict[str, pl.DataFrame], reason: str
) -> None:
    found = one(**tables)
    assert (found["status"], found["value"]) == ("no_input_output", None)
    assert reason in found["note"]
    assert found["note"].startswith("EU use pattern, not Korean or Japanese")


def test_a_table_of_five_years_ago_is_still_used() -> None:
    assert one(input_output=table(ADDED, TODAY.year - OLDEST))["status"] == "ok"


def test_a_mineral_that_the_study_does_not_cover() -> None:
    assert one(input_output=table(ADDED), end_uses=GALLIUM.clear())["status"] == "no_use_data"


#: Industries of WIOD 2013 (NACE revision 1.1) and the divisions of revision 2 that they hold, roughly.
WIOD = {9: "C20T21", 10: "C22", 11: "C23", 12: "C24T25", 13: "C28", 14: "C26T27", 15: "C29T30"}


@pytest.mark.shared
def test_the_demonstration_on_an_old_table(shared: Path) -> None:
    """WIOD 2011 is too old to be printed: asked for as of 2014 it gives numbers, as of today none."""
    wide = pl.read_parquet(shared / "data/tidy/wiod2011_16reg_35ind.parquet")
    cells = wide.filter(pl.col("region").is_in(["KOR", "JPN"]), pl.col("c").is_in(list(WIOD)))
    rows = {(r, WIOD[c]): float(v) for r, c, v in cells.select("region", "c", "value_added").iter_rows()}
    world = world_of(
        [("811291", "KOR", "CHN", 2018, 1, 1)],
        MADE,
        input_output=table(rows, 2011),
        end_uses=pt.open_world().table("end_uses"),
    )
    asked = {"importers": "KOR,JPN", "minerals": "gallium", "years": 2018, "methods": "value-added-exposed"}
    then = pt.assess(world, **asked, as_of=date(2014, 6, 30))
    assert then["status"].unique().to_list() == ["ok"]
    assert (then["value"] > 10_000).all()  # electrical and optical equipment alone: over 100,000 million USD
    assert pt.assess(world, **asked, as_of=TODAY)["status"].unique().to_list() == ["no_input_output"]
