"""Grades: each reason, what it leaves, and the words for it."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.network.balances import balance_all, balance_table
from pactolus.network.content import FLOW_STATUSES, contained_trade, flow_status_term, production_content
from pactolus.network.grades import (
    GRADES,
    LIMITS,
    REASONS,
    grade_claim,
    grade_table,
    grade_term,
    reason_claims,
)
from pactolus.network.mirror import VERDICTS, verdict_term
from pactolus.wording.templates import LANGS, phrases
from tests.network.small import NO_REPAIRS, made_of, repairs_of, trade_of


def graded(trade, made, repairs=NO_REPAIRS):
    contained, production = contained_trade(trade, repairs), production_content(made)
    balances = balance_all(contained, production)
    return grade_table(contained, production, balances, balance_table(contained, production, balances))


def row(table, mineral="bauxite", stage="ore", year=2022):
    return table.filter(mineral=mineral, stage=stage, year=year).row(0, named=True)


def bauxite(*flows):
    return trade_of(*(("260600", importer, exporter, 2022, kg, usd) for importer, exporter, kg, usd in flows))


def mined(*amounts, mineral="bauxite", basis="gross"):
    return made_of(*((mineral, "ore", basis, country, 2022, kg) for country, kg in amounts))


CLEAN = bauxite(("CHN", "GIN", 60, 60), ("CHN", "AUS", 40, 40))
ENOUGH = mined(("GIN", 500), ("AUS", 500))


def test_little_change_is_a_good_grade_without_reasons():
    found = row(graded(CLEAN, ENOUGH))
    assert (found["grade"], found["reasons"], found["flow_moved"], found["coverage"]) == ("A", None, 0.0, 1.0)


@pytest.mark.parametrize(
    ("trade", "made", "repairs", "grade", "reason"),
    [
        (CLEAN, mined(("GIN", 50), ("AUS", 500)), NO_REPAIRS, "B", "flow_moved"),
        (CLEAN, mined(("GIN", 20), ("AUS", 500)), NO_REPAIRS, "C", "flow_moved_much"),
        (
            CLEAN,
            ENOUGH,
            repairs_of(("260600", "CHN", "AUS", 2022, 39, 39, 39)),
            "C",
            "value_altered_much",
        ),
        (
            bauxite(("CHN", "GIN", 80, 80), ("CHN", "AUS", 20, 20)),
            ENOUGH,
            repairs_of(("260600", "CHN", "AUS", 2022, 19, 19, 19)),
            "B",
            "value_altered",
        ),
        (
            bauxite(("CHN", "GIN", 50, 95), ("CHN", "AUS", 50, 5)),
            ENOUGH,
            repairs_of(("260600", "CHN", "AUS", 2022, 10, 10, 10)),
            "B",
            "weight_altered",
        ),
        (
            bauxite(("CHN", "GIN", 95, 95), ("CHN", "AUS", None, 5)),
            ENOUGH,
            NO_REPAIRS,
            "B",
            "content_unknown",
        ),
        (
            bauxite(("CHN", "GIN", 60, 60), ("CHN", "AUS", None, 40)),
            ENOUGH,
            NO_REPAIRS,
            "C",
            "content_unknown_much",
        ),
        (
            bauxite(("CHN", "GIN", 95, 95), ("CHN", "AUS", 5, 5)),
            ENOUGH,
            repairs_of(("260600", "CHN", "GIN", 2022, 95, 20, 95)),
            "B",
            "content_range",
        ),
        (
            bauxite(("CHN", "GIN", 50, 50), ("GIN", "AUS", 50, 50)),
            ENOUGH,
            NO_REPAIRS,
            "B",
            "reexports",
        ),
        (
            bauxite(("CHN", "GIN", 50, 50), ("GIN", "AUS", 50, 50), ("AUS", "GIN", 50, 50)),
            ENOUGH,
            NO_REPAIRS,
            "C",
            "reexports_much",
        ),
        (
            bauxite(("CHN", "GIN", 85, 85), ("GIN", "ARE", 15, 15), ("ARE", "AUS", 20, 20)),
            ENOUGH,
            NO_REPAIRS,
            "B",
            "unrecorded_exports",
        ),
        (
            bauxite(("CHN", "GIN", 60, 60), ("GIN", "ARE", 40, 40), ("ARE", "AUS", 40, 40)),
            ENOUGH,
            NO_REPAIRS,
            "C",
            "unrecorded_exports_much",
        ),
        (CLEAN, mined(("GIN", 500), ("AUS", 400), ("OTHER", 100)), NO_REPAIRS, "B", "not_covered"),
        (CLEAN, mined(("GIN", 100), ("AUS", 100), ("OTHER", 100)), NO_REPAIRS, "C", "not_covered_much"),
    ],
)
def test_each_figure_lowers_the_grade_beyond_its_limits(trade, made, repairs, grade, reason):
    found = row(graded(trade, made, repairs))
    assert found["grade"] == grade
    assert reason in found["reasons"].split(",")


def test_reasons_that_are_no_figure():
    trade = pl.concat(
        [
            CLEAN,
            trade_of(
                ("261390", "KOR", "CHL", 2022, 100, 1_000),
                ("720293", "JPN", "BRA", 2022, 100, 1_000),
                ("280540", "JPN", "KGZ", 2022, 100, 1_000),
                ("270112", "JPN", "AUS", 2022, 100, 1_000),
                ("260300", "JPN", "CHL", 2022, 1_000, 1_000),
                ("261610", "KOR", "MEX", 2022, 100, 1_000),
            ),
        ]
    )
    made = pl.concat(
        [
            ENOUGH,
            mined(("CHL", 500), mineral="molybdenum", basis="Mo content"),
            mined(("BRA", 500), mineral="niobium", basis="Nb2O5"),
            mined(("KGZ", 500), mineral="mercury", basis="Hg content"),
            mined(("CHL", 280), mineral="copper", basis="Cu content"),
            mined(("MEX", 500), mineral="silver", basis="Ag content"),
            mined(("AUS", 500), mineral="lithium", basis="Li2O"),
            mined(("CHN", 500), mineral="tantalum", basis="Ta2O5"),
        ]
    )
    table = graded(trade, made)

    def told(mineral, stage):
        found = row(table, mineral, stage)
        return found["grade"], (found["reasons"] or "").split(",")

    assert told("molybdenum", "ore") == ("B", ["codes_incomplete"])
    assert told("niobium", "ore") == ("B", ["codes_incomplete", "content_unconfirmed"])
    assert told("mercury", "ore") == ("B", ["chain_assumed", "content_unconfirmed"])
    assert told("niobium", "refined") == ("C", ["no_production", "content_unconfirmed"])
    assert told("coking-coal", "mixed") == ("C", ["no_production", "shared_code", "content_unknown_much"])
    assert told("silver", "ore") == ("C", ["not_balanced", "content_unknown_much"])
    assert told("copper", "ore") == ("B", ["content_decides", "content_range"])
    assert told("lithium", "ore") == (None, ["no_trade_data"])
    assert told("tantalum", "ore") == (None, ["no_code"])


def test_no_data_is_no_grade_and_every_stage_has_a_row_each_year():
    table = graded(CLEAN, pl.concat([ENOUGH, ENOUGH.with_columns(year=pl.lit(2023, pl.Int64))]))
    assert row(table, year=2023)["grade"] is None
    assert row(table, year=2023)["reasons"] == "no_trade_data"
    sizes = table.group_by("year").len()["len"].unique().to_list()
    assert len(sizes) == 1
    assert not table.select("mineral", "stage", "year").is_duplicated().any()


@given(st.integers(1, 200), st.integers(1, 200), st.integers(0, 300))
@settings(max_examples=20)
def test_the_grade_is_the_worst_that_a_reason_allows(guinea, australia, emirates):
    flows = [("CHN", "GIN", 90, 90), ("CHN", "AUS", 60, 60)]
    flows += [("KOR", "ARE", emirates, 50)] if emirates else []
    found = row(graded(bauxite(*flows), mined(("GIN", guinea), ("AUS", australia))))
    reasons = (found["reasons"] or "").split(",") if found["reasons"] else []
    assert set(reasons) <= set(REASONS)
    worst = "C" if any(r.endswith("_much") for r in reasons) else ("B" if reasons else "A")
    assert found["grade"] == worst
    assert found["grade"] in GRADES


@pytest.mark.parametrize("lang", LANGS)
def test_there_are_words_for_every_reason_grade_status_and_verdict(lang):
    known = phrases(lang)
    keys = {claim.key for reason in REASONS for claim in reason_claims(reason)}
    assert keys == {k for k in known if k.startswith("grades.reason.")}
    terms = [grade_term(g) for g in (*GRADES, None)]
    terms += [flow_status_term(s) for s in FLOW_STATUSES] + [verdict_term(v) for v in VERDICTS]
    assert {t.ids[0] for t in terms} | {grade_claim(g).key for g in (*GRADES, None)} <= set(known)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", sorted(LIMITS))
def test_the_words_name_the_limits_that_are_computed_with(lang, name):
    """A limit that moves must move in the sentence as well."""
    if name == "content_range":
        assert LIMITS[name].good == 0.5  # "half of its middle figure"
        return
    edges = {name: LIMITS[name].good} | (
        {f"{name}_much": LIMITS[name].fair} if LIMITS[name].worst == "C" else {}
    )
    for reason, edge in edges.items():
        assert re.findall(r"(\d+)%", phrases(lang)[f"grades.reason.{reason}"][0]) == [f"{100 * edge:.0f}"]


def test_the_documentation_names_the_limits_that_are_computed_with(repository):
    page = (repository / "docs/explanation/content-and-balance.md").read_text(encoding="utf-8")
    told = [
        tuple(float(cell.rstrip("%")) / 100 if "%" in cell else float("inf") for cell in cells)
        for cells in re.findall(r"^\| [a-z -]+ \| (\d+%) \| (\d+%|–) \|$", page, flags=re.MULTILINE)
    ]
    names = ["flow_moved", "value_altered", "weight_altered", "content_unknown", "content_range", "reexports"]
    names += ["unrecorded_exports", "not_covered"]
    names.insert(5, "content_unconfirmed")
    assert told == [(LIMITS[name].good, LIMITS[name].fair) for name in names]
