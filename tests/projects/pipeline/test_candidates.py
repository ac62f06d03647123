"""From a record to a candidate: tonnes, money, gate, and each thing that may lack."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.projects import Range, candidates_of
from pactolus.projects.base.candidates import STATUSES
from pactolus.projects.pipeline.parts import Capacity, Content, Principle, Product, Project
from pactolus.projects.pipeline.rates import Rate
from pactolus.projects.pipeline.records import project_of
from pactolus.projects.pipeline.start import ASSUMPTION, start_in, start_of
from pactolus.projects.pipeline.tonnes import tonnes_of

from .conftest import Read


def record_of(read: Read, *changes: tuple[str, str]) -> Project:
    (plain,) = read(*changes).records
    return project_of(plain)


def test_a_candidate_of_the_record(read: Read) -> None:
    (one,), reasons = candidates_of([record_of(read)])
    assert reasons == {}
    assert (one.status, one.status_on, one.capex_year) == ("dfs", date(2025, 5, 16), 2025)
    assert one.contained_t == 30_000
    assert one.capacity_t == pytest.approx(30_000 / 0.12)  # of the sulphide concentrate, 7-20 % Ni
    assert one.capex_musd == Range.of(1500)
    assert one.start_year == Range.of(2030)
    assert [(o.country, o.share) for o in one.owners] == [("KOR", 0.6), ("JPN", 0.4)]
    assert one.gate == "unknown"
    assert one.esg is None
    assert one.notes == ("content: product from Ni by 0.12 of 'sulphide concentrate' (content factor)",)


@pytest.mark.parametrize(
    ("old", "new", "lacks"),
    [
        ("  status: {value: dfs, on: 2025-05-16, source: study}\n", "", "status"),
        ("on: 2025-05-16", "on: unknown", "day of the status"),
        ("kind: project, on: 2025-05", "kind: project, on: unknown", "day of the capital cost"),
        ("kind: project", "kind: stake_price", "capital cost of building (only stake price)"),
        ("kind: project", "kind: project, scope: phase 2", "capital cost of the whole (only of phase 2)"),
        ("basis: contained", "basis: past_output", "capacity of product (only past output)"),
        ("of: Ni,", "of: Ni, year: 2027,", "capacity of product (only of single years)"),
        ("form: sulphide concentrate", "form: Ni", ""),
        ("      form: sulphide concentrate\n", "",
         "capacity in t of product (only Ni in it; the content of the product is not known)"),
        ("currency: USD", "currency: CAD", "rate of CAD near 2025-05 (currency without a rate)"),
    ],
)  # fmt: skip
def test_what_lacks_is_named(read: Read, old: str, new: str, lacks: str) -> None:
    candidates, reasons = candidates_of([record_of(read, (old, new))])
    if lacks:
        assert candidates == ()
        assert reasons == {"XX-NI-ONE": f"not appraisable: lacks {lacks}"}
    else:
        assert reasons == {}


def test_everything_that_lacks_is_named(read: Read) -> None:
    bare = record_of(read, ("kind: project", "kind: grant"), ("on: 2025-05-16", "on: unknown"))
    _, reasons = candidates_of([bare])
    assert reasons["XX-NI-ONE"].endswith("lacks day of the status, capital cost of building (only grant)")


def test_a_rate_of_the_user_converts(read: Read) -> None:
    record = record_of(read, ("currency: USD", "currency: CAD"))
    rate = Rate(currency="CAD", on=date(2025, 5, 1), usd_per_unit=0.7, publisher="Bank", link="")
    (one,), _ = candidates_of([record], rates=[rate])
    assert one.capex_musd.mid == pytest.approx(1050)
    assert one.notes[-1] == "capital cost of CAD 1500 mn, at 0.7 of 2025-05-01"


def test_dollars_that_the_source_prints_stand_before_a_rate(read: Read) -> None:
    record = record_of(read, ("currency: USD", "currency: AUD, usd_million: 990, low: 1400, high: 1800"))
    (one,), _ = candidates_of([record])
    assert (one.capex_musd.low, one.capex_musd.mid, one.capex_musd.high) == pytest.approx((924, 990, 1188))


def test_the_last_capital_cost_counts(read: Read) -> None:
    later = "- {million: 1500, currency: USD, kind: project, on: 2025-05, source: study}\n"
    record = record_of(
        read, (later, later.replace("1500", "900").replace("2025-05", "2021") + "    " + later)
    )
    (one,), _ = candidates_of([record])
    assert one.capex_musd.mid == 1500


FIGURE = {"on": "2025", "source": ("s",)}


def ore(**more: object) -> Product:
    return Product(mineral="lithium", stage="ore", what="concentrate", **more)  # type: ignore[arg-type]


@given(st.floats(1, 1e6), st.sampled_from(["t/y", "kt/y", "Mt/y", "kg/y"]), st.sampled_from(["Li2O", "Li"]))
def test_contained_and_product_agree(value: float, unit: str, of: str) -> None:
    """The contained tonnes of a product, given back as a contained capacity, give the product again."""
    content = (Content(pct=5.0, of=of, **FIGURE),)  # type: ignore[arg-type]
    whole = Capacity(value=value, unit=unit, basis="product", **FIGURE)  # type: ignore[arg-type]
    first = tonnes_of(ore(content=content), whole)
    assert first.product_t is not None
    part = Capacity(value=first.product_t * 0.05, unit="t/y", basis="contained", of=of, **FIGURE)  # type: ignore[arg-type]
    again = tonnes_of(ore(content=content), part)
    assert again.product_t == pytest.approx(first.product_t)
    assert again.contained_t == pytest.approx(first.contained_t)


@given(st.sampled_from(["ore_feed", "volume_commitment", "past_output", "unclear"]), st.floats(0, 1e9))
def test_what_is_no_capacity_gives_no_tonnes(basis: str, value: float) -> None:
    capacity = Capacity(value=value, unit="t/y", basis=basis, **FIGURE)  # type: ignore[arg-type]
    found = tonnes_of(ore(form="spodumene concentrate"), capacity)
    assert (found.product_t, found.contained_t) == (None, None)


def test_an_equivalent_goes_through_the_element() -> None:
    """25,000 t of hydroxide monohydrate hold 4,135 t of lithium, as 22,124 t of carbonate do."""
    product = Product(mineral="lithium", stage="refined", what="carbonate", form="Li2CO3")
    capacity = Capacity(value=25, unit="kt/y", basis="equivalent", of="LiOH.H2O", **FIGURE)  # type: ignore[arg-type]
    found = tonnes_of(product, capacity)
    assert found.contained_t == pytest.approx(25_000 * 0.1654)
    assert found.product_t == pytest.approx(25_000 * 0.1654 / 0.1869)


def gate(read: Read, *states: str) -> Project:
    names = ("environment", "land", "communities", "workplace", "local_benefit", "transparency")
    principles = tuple(
        Principle(principle=name, state=state, evidence="seen", on="2025", source=("study",))  # type: ignore[arg-type]
        for name, state in zip(names, states, strict=False)
    )
    from dataclasses import replace

    return replace(record_of(read), gate=principles)


@pytest.mark.parametrize(
    ("states", "verdict", "esg"),
    [
        (["met"] * 6, "passed", 1.0),
        (["met"] * 5, "unknown", 5 / 6),
        (["met", "met", "not_met"], "failed", 1 / 3),
        (["unknown"], "unknown", 0.0),
        ([], "unknown", None),
    ],
)
def test_the_gate(read: Read, states: list[str], verdict: str, esg: float | None) -> None:
    (one,), _ = candidates_of([gate(read, *states)])
    assert one.gate == verdict
    assert one.esg == (None if esg is None else pytest.approx(esg))


def test_a_start_that_is_not_said_is_assumed_by_status(read: Read) -> None:
    (said,), _ = candidates_of([record_of(read)])
    assert start_of(said) == (Range.of(2030), "source")
    (silent,), _ = candidates_of(
        [record_of(read, ("  start: {year: 2030, on: 2025-05, source: study}\n", ""))]
    )
    years, origin = start_of(silent)
    assert origin == ASSUMPTION
    assert years is not None
    assert 2025 < years.low < years.mid < years.high


def test_every_status_has_a_row_and_later_ones_start_sooner() -> None:
    spans = [start_in(status).years for status in STATUSES]
    middles = [one.mid for one in spans if one is not None]
    assert middles == sorted(middles, reverse=True)
    assert spans[-3:] == [None, None, None]
