"""Content factors, production bases and scopes: complete, and right where chemistry can tell."""

from __future__ import annotations

import polars as pl
import pytest

from pactolus.catalogue.world import open_world
from pactolus.errors import UnknownTermError
from pactolus.terms.content import (
    balance_scopes,
    content_factor,
    content_factors,
    exporter_forms,
    measure_of,
    production_bases,
)
from pactolus.terms.hs_codes import hs_codes
from pactolus.terms.minerals import minerals
from tests.terms.atomic import atoms, fraction

FACTORS = content_factors()
WITH_FORMULA = [f for f in (*FACTORS, *production_bases().values()) if f.formula]


def named(record):
    return f"{getattr(record, 'hs_code', '')}{getattr(record, 'mineral', '')} {record.formula}"


def test_formulas_are_read():
    assert atoms("(NH4)10(H2W12O42).4H2O") == {"N": 10, "H": 50, "W": 12, "O": 46}
    assert fraction("Fe2O3", "Fe") == pytest.approx(0.69943, abs=1e-5)
    assert fraction("Nd2O3", "REE") == fraction("Nd2O3", "Nd")


@pytest.mark.parametrize("record", [r for r in WITH_FORMULA if r.method == "stoichiometry"], ids=named)
def test_a_factor_by_stoichiometry_is_that_of_the_atomic_weights(record):
    exact = fraction(record.formula, record.measure)
    assert record.high == pytest.approx(exact, abs=1.5e-4)
    assert record.mid == pytest.approx(exact, abs=1.5e-4) or record.mid < exact


@pytest.mark.parametrize("record", [r for r in WITH_FORMULA if r.method != "stoichiometry"], ids=named)
def test_no_grade_holds_more_than_the_pure_compound(record):
    assert record.high <= fraction(record.formula, record.measure) + 1e-3


def test_single_compounds_have_one_number():
    for factor in (
        f for f in FACTORS if f.method == "stoichiometry" and f.status == "computed" and not f.default
    ):
        assert factor.low == factor.mid == factor.high, factor.form


def test_every_oxide_of_world_mining_data_is_brought_to_the_measure_of_trade():
    """All bases in which World Mining Data weighs a mineral that has a code in the map."""
    traded = {mineral for code in hs_codes().values() for mineral in code.minerals}
    bases = production_bases()
    unknown = [
        (m.id, m.wmd_stage, m.wmd_basis)
        for m in minerals().values()
        if m.wmd and m.id in traded and (m.id, m.wmd_stage, m.wmd_basis) not in bases
    ]
    assert unknown == []
    oxides = {b.basis: b.measure for b in bases.values() if b.formula and b.basis == b.formula}
    assert oxides == {
        "As2O3": "As",
        "Cr2O3": "Cr",
        "K2O": "K",
        "Li2O": "Li",
        "Nb2O5": "Nb",
        "P2O5": "P",
        "Ta2O5": "Ta",
        "TiO2": "Ti",
        "U3O8": "U",
    }


def test_rare_earth_oxides_span_the_single_oxides():
    basis = production_bases()["rare-earths", "ore", "REO"]
    single = [fraction(f"{e}2O3", e) for e in ("Y", "La", "Nd", "Gd", "Yb", "Lu")] + [fraction("CeO2", "Ce")]
    assert basis.low == pytest.approx(min(single), abs=2e-4)
    assert basis.high == pytest.approx(max(single), abs=2e-4)
    assert basis.low < basis.mid < basis.high


def test_natural_gas_is_at_least_as_heavy_as_methane():
    basis = production_bases()["natural-gas", "ore", "million m3"]
    methane = (
        101_325 * 0.016043 / (8.314462618 * 288.15)
    )  # ideal gas at 15 C and 101.325 kPa, kg a cubic metre
    assert basis.low == pytest.approx(methane, abs=1e-3)


def test_trade_and_production_of_a_mineral_have_one_measure():
    for basis in production_bases().values():
        assert basis.measure == measure_of(basis.mineral)
    for factor in (f for f in FACTORS if f.default and f.known):
        assert {measure_of(m) for m in factor.minerals} == {factor.measure}


def test_unknown_factors_have_no_number_and_known_ones_say_where_they_are_from():
    for factor in FACTORS:
        assert factor.known == (factor.status != "unknown")
        assert factor.known == (factor.low is not None) == (factor.high is not None)
        if factor.status == "seen":
            assert factor.title, factor.form


@pytest.mark.parametrize(
    "code", ["284690", "284610", "810510", "750120", "253090", "850511", "283329", "284990"]
)
def test_codes_that_hold_unlike_forms_have_no_factor(code):
    assert not content_factor(code, hs_codes()[code].minerals[0]).known


def test_shared_codes_are_never_split():
    for code in (c for c in hs_codes().values() if c.coding == "shared"):
        assert [content_factor(code.code, mineral).known for mineral in code.minerals] == [False] * len(
            code.minerals
        )


def test_laterite_and_sulphide_nickel_are_told_apart_by_exporter():
    laterite, sulphide = content_factor("260400", "nickel", "IDN"), content_factor("260400", "nickel", "AUS")
    assert (laterite.mid, sulphide.mid) == (0.010, 0.12)
    assert content_factor("260400", "nickel").form == laterite.form


def test_a_code_that_does_not_hold_the_mineral_is_refused_by_name():
    with pytest.raises(UnknownTermError, match="unknown code and mineral '260400 cobalt'"):
        content_factor("260400", "cobalt")


def _unit_values(code):
    trade = (
        open_world()
        .scan("trade")
        .filter(
            pl.col("hs_code") == code,
            pl.col("year").is_between(2018, 2023),
            pl.col("quantity_kg").is_not_null(),
        )
    )
    sums = trade.group_by("exporter").agg(pl.col("value_usd").sum(), pl.col("quantity_kg").sum()).collect()
    return dict(sums.select("exporter", 1000 * pl.col("value_usd") / pl.col("quantity_kg")).rows())


@pytest.mark.parametrize(
    ("code", "form", "low", "high"),
    [
        ("260400", "sulphide concentrate", 1_000, 8_000),
        ("261400", "rutile", 1_100, 1_500),
        ("261400", "mixed heavy-mineral concentrate and ilmenite", 600, 1_500),
        ("282200", "Co3O4", 28_000, 45_000),
        ("810510", "mattes and other intermediates", 8_000, 14_000),
        ("810510", "unwrought metal, powder", 36_000, 55_000),
    ],
)
def test_the_reason_of_a_form_can_be_seen_in_the_trade_table(code, form, low, high):
    found = _unit_values(code)
    exporters = next(f.exporters for f in exporter_forms() if (f.hs_code, f.form) == (code, form))
    assert {e: round(found[e]) for e in exporters if not low <= found[e] <= high} == {}


def test_exporters_of_laterite_lie_far_below_those_of_concentrate():
    found = _unit_values("260400")
    assert max(found[e] for e in ("PHL", "IDN", "NCL", "GTM", "CIV")) < 120


def test_scopes_name_codes_of_their_mineral_and_a_reason():
    for scope in balance_scopes().values():
        assert scope.codes
        assert all(scope.mineral in hs_codes()[code].minerals for code in scope.codes)
        assert scope.reason
        assert scope.reference or scope.status == "unconfirmed"
