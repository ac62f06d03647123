"""Percentile bands (after KOMIR's published cut-offs): the pure functions, and rows on typed prices."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pactolus as pt
from pactolus.errors import DataError, OptionError
from pactolus.indicators import band, percentile, percentiles
from pactolus.indicators.bands import BANDS, FEWEST_MONTHS, FEWEST_YEARS, HISTORY_YEARS
from pactolus.indicators.methods import METHODS
from pactolus.indicators.notes import NOTES
from pactolus.indicators.price_level import PRICE_LEVEL, deflator
from tests.indicators.tiny_world import Flow, TinyWorld, frame_of, world_of

MADE = [("Graphite", "natural-graphite", "CHN", 2018, 700_000)]


@pytest.mark.parametrize(
    ("value", "event", "expected"),
    [
        (0.0, True, "crisis"),
        (1.0, True, "crisis"),
        (1.1, True, "unstable"),
        (0.0, False, "unstable"),
        (5.0, False, "unstable"),
        (5.1, True, "caution"),
        (20.0, False, "caution"),
        (20.1, False, "stable"),
        (80.0, False, "stable"),
        (80.1, False, "oversupply"),
        (100.0, True, "oversupply"),
    ],
)
def test_the_published_cut_offs(value: float, event: bool, expected: str) -> None:
    """Crisis 0-1 and an event, unstable 0-5, caution 5-20, stable 20-80, oversupply 80-100."""
    assert band(value, event=event) == expected


@pytest.mark.parametrize("value", [-0.1, 100.1, math.nan])
def test_a_percentile_runs_from_0_to_100(value: float) -> None:
    with pytest.raises(DataError, match="it runs from 0 to 100"):
        band(value)


prices = st.lists(st.integers(1, 50).map(float), min_size=1, max_size=30)


@given(prices)
def test_the_percentile_lies_in_its_range_and_the_range_in_0_to_100(history: list[float]) -> None:
    middle, low, high = percentile(history)
    assert 0 <= low < middle < high <= 100
    assert middle == pytest.approx((low + high) / 2)


@given(prices, st.integers(1, 50))
def test_a_dearer_present_is_never_less_scarce(history: list[float], rise: int) -> None:
    assert percentile([*history[:-1], history[-1] + rise])[0] <= percentile(history)[0]


@given(prices, st.floats(0.001, 1000))
def test_the_percentile_does_not_depend_on_the_unit(history: list[float], factor: float) -> None:
    assert percentile([v * factor for v in history]) == percentile(history)


@given(prices)
def test_a_scarce_volume_is_a_low_one(history: list[float]) -> None:
    up, down = percentile(history), percentile([-v for v in history], scarce_when="low")
    assert up == down


@given(prices, prices)
def test_the_gauge_never_looks_ahead(history: list[float], later: list[float]) -> None:
    assert percentiles([*history, *later])[: len(history)] == percentiles(history)


@given(prices, st.integers(1, 10))
def test_a_window_forgets_what_lies_before_it(history: list[float], window: int) -> None:
    assert percentiles(history, window=window)[-1] == percentile(history[-window:])[0]


def test_a_short_history_and_a_missing_value_give_nothing() -> None:
    assert percentiles([1.0, None, 3.0], fewest=2) == [None, None, pytest.approx(25.0)]


def test_questions_that_make_no_sense() -> None:
    with pytest.raises(OptionError, match="window is 0"):
        percentiles([1.0], window=0)
    with pytest.raises(OptionError, match="scarce_when is 'dear'"):
        percentile([1.0], scarce_when="dear")  # type: ignore[arg-type]
    with pytest.raises(DataError, match="history holds"):
        percentile([])


# ── rows ──


def imports(unit_values: dict[int, float]) -> list[Flow]:
    """Korean graphite from China, 1,000 kg a year, at unit values of the price level of 2018."""
    at = {y: v * deflator(y) / deflator(2018) for y, v in unit_values.items()}
    return [("250490", "KOR", "CHN", y, 10**6, round(10**6 * v)) for y, v in at.items()]


def graphite(world: TinyWorld, year: int = 2018, **more: Any) -> dict[str, Any]:
    rows = pt.assess(
        world,
        importers="KOR",
        minerals="natural-graphite",
        years=year,
        methods="percentile-band",
        stages="ore",
        detail=True,
        **more,
    )
    return rows.row(0, named=True)


RISING = {year: 1.0 + (year - 2000) / 10 for year in range(2000, 2019)}


def test_the_dearest_of_fifteen_years_is_unstable_and_said_to_be_uncertain() -> None:
    found = graphite(world_of(imports(RISING), MADE))
    assert (found["observations"], found["band"], found["unit"]) == (HISTORY_YEARS, "unstable", "index")
    assert (found["value"], found["low"], found["high"]) == pytest.approx((100 / 30, 0, 100 / 15))
    assert "band not certain: unstable to caution" in found["note"]
    assert "US consumer prices" in found["note"]


def test_a_price_that_only_follows_inflation_is_in_the_middle() -> None:
    level = {y: 100 * (1 + 0.001 * (-1) ** y) for y in range(2000, 2018)} | {2018: 100.0}
    found = graphite(world_of(imports(level), MADE))
    assert found["band"] == "stable"
    nominal = [value for *_, value in imports(level)]
    assert max(nominal) / min(nominal) > 1.4


def test_a_history_that_is_too_short_is_a_status() -> None:
    found = graphite(world_of(imports(dict.fromkeys(range(2012, 2019), 1.0)), MADE))
    assert (found["status"], found["value"], found["band"]) == ("short_history", None, None)
    assert f"7 values in the history, {FEWEST_YEARS} are needed" in found["note"]


def test_years_after_the_one_asked_change_nothing() -> None:
    early = graphite(world_of(imports({y: v for y, v in RISING.items() if y <= 2012}), MADE), 2012)
    assert graphite(world_of(imports(RISING), MADE), 2012) == early


def test_a_repaired_weight_moves_the_value_and_widens_the_range() -> None:
    calm = {y: 100.0 + y % 7 for y in range(2004, 2018)}
    flows = imports(calm | {2018: 500.0})
    columns = ("hs_code", "importer", "exporter", "year", "repaired_kg", "low_kg", "high_kg")
    row = ("250490", "KOR", "CHN", 2018, 5 * 10**6, 4 * 10**6, 6 * 10**6)
    plain = graphite(world_of(flows, MADE))
    mended = graphite(world_of(flows, MADE, repairs=frame_of("repairs", [row], columns)))
    assert plain["band"] == "unstable"
    assert mended["value"] > plain["value"]
    assert (mended["low"], mended["high"]) == pytest.approx((0.0, 100.0))


def test_an_import_that_nobody_weighed_is_no_quantity() -> None:
    flows: list[Flow] = [*imports(RISING), ("250490", "KOR", "USA", 2018, None, 10**9)]
    found = graphite(world_of(flows, MADE))
    assert (found["status"], found["value"]) == ("no_quantity", None)


def test_quoted_prices_stand_for_the_world() -> None:
    columns = ("series", "mineral", "year", "month", "price", "unit")
    months = [(y, m) for y in range(2010, 2019) for m in range(1, 13)][:-1]
    level = {(2011, 3): 200.0, (2012, 4): 200.0, (2013, 5): 200.0, (2018, 11): 150.0}
    quotes = [("Copper", "copper", y, m, level.get((y, m), 100.0) * deflator(y), "$/mt") for y, m in months]
    prices_ = frame_of("prices_monthly", quotes, columns)
    flows: list[Flow] = [("260300", "KOR", "CHL", 2018, 1000, 1000)]
    rows = pt.assess(
        world_of(flows, MADE, prices_monthly=prices_),
        importers="WLD",
        minerals="copper",
        years=2018,
        methods="percentile-band",
        stages="refined",
        detail=True,
    ).row(0, named=True)
    assert (rows["source"], rows["raw_material"], rows["observations"]) == ("pink_sheet", "Copper", 107)
    assert "quoted price Copper of 2018-11" in rows["note"]
    assert rows["value"] == pytest.approx(100 * 3.5 / 107)
    assert rows["band"] == "unstable"
    assert rows["observations"] >= FEWEST_MONTHS


def test_the_wording_never_takes_the_name_of_the_published_index() -> None:
    texts = [*NOTES.values(), *BANDS, *(m.what for m in METHODS.values())]
    assert not any(word in text for text in texts for word in ("MBI", "수급안정화지수"))


@settings(max_examples=10)
@given(st.integers(1900, 2100))
def test_the_level_of_prices_is_that_of_the_nearest_known_year(year: int) -> None:
    nearest = min(PRICE_LEVEL, key=lambda y: abs(y - year))
    assert deflator(year) == PRICE_LEVEL[nearest]
