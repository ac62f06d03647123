"""Trade as arrays, features and outcomes on tables small enough to check by hand."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.world import open_world
from pactolus.errors import DataError, NoAnswerError
from pactolus.warning.annual import windows
from pactolus.warning.annual.features import FEATURES, GROUPS, feature_arrays
from pactolus.warning.annual.lines import noise_of
from pactolus.warning.annual.outcomes import GAPS, outcomes
from pactolus.warning.annual.panel import panel_of, panel_of_world, trade_rows
from tests.warning.annual.flows import flow, rows

gappy = st.lists(st.one_of(st.just(np.nan), st.floats(-5, 5)), min_size=1, max_size=12)


def test_sums_shares_and_gaps_of_two_suppliers() -> None:
    panel = panel_of(
        rows(
            flow(2001, 30, 3e6),
            flow(2001, None, 1e6, exporter="COD", weight=None),
            flow(2001, 50, 5e6, importer="JPN", exporter="FIN", weight=0.2, repaired=True),
            flow(2003, 10, 1e6),
        )
    )
    assert (panel.codes, panel.importers, panel.years) == (("282200",), ("JPN", "KOR"), (2001, 2002, 2003))
    japan, korea = (panel.tonnes[0, n] for n in (0, 1))
    assert korea[[0, 2]] == pytest.approx([30, 10])
    assert np.isnan(korea[1])
    assert np.isnan(japan[1:]).all()
    assert panel.hhi[0, 1, 0] == pytest.approx(0.75**2 + 0.25**2)
    assert panel.top_share[0, 1, 0] == 0.75
    assert panel.suppliers[0, 1, 0] == 2
    assert panel.instability[0, 1, 0] == pytest.approx(0.6)  # of those that have an estimate
    assert panel.repaired_share[0, :, 0].tolist() == [1, 0]
    assert panel.unit_value[0, 1, 0] == pytest.approx(3e6 / 30)  # the flow without a weight is left out
    assert panel.world_tonnes[0, 0, 0] == pytest.approx(80)
    assert np.isnan(panel.world_tonnes[0, 0, 1])


def test_the_order_of_rows_does_not_matter() -> None:
    table = rows(*(flow(y, y - 1990, exporter=e) for y in (2000, 2001, 2002) for e in ("CHN", "FIN", "COD")))
    one, other = panel_of(table), panel_of(table.sample(fraction=1, shuffle=True, seed=1))
    assert np.array_equal(one.tonnes, other.tonnes)
    assert np.array_equal(one.hhi, other.hhi)


def test_who_is_judged() -> None:
    small = [flow(y, 0.1, 2e6, importer="PRT") for y in (2000, 2001)]  # 0.1 of 150 t
    poor = [flow(y, 50, 9e5, importer="JPN") for y in (2000, 2001)]
    panel = panel_of(rows(flow(2000, 100), flow(2001, 100), *small, *poor, flow(2001, 9, importer="DEU")))
    judged = {panel.importers[i]: panel.judged[0, i].tolist() for i in range(4)}
    assert judged == {
        "DEU": [False, False],  # no weight in the year before
        "JPN": [False, False],
        "KOR": [False, True],
        "PRT": [False, False],
    }


def test_tables_that_cannot_be_used() -> None:
    with pytest.raises(DataError, match="the rows lack kg, repaired"):
        panel_of(rows(flow(2000, 1)).drop("kg", "repaired"))
    with pytest.raises(NoAnswerError, match="has no row"):
        panel_of(rows(flow(2000, 1)).clear())


def test_features_of_a_short_history_by_hand() -> None:
    panel = panel_of(rows(flow(2000, 100, 10e6), flow(2001, 50, 10e6), flow(2002, 200, 20e6)))
    found = {name: values[0, 0, 2] for name, values in feature_arrays(panel).items()}
    assert list(found) == [one.id for one in FEATURES]
    assert len(FEATURES) == 24
    assert {one.group for one in FEATURES} == set(GROUPS)
    assert found["volume_change"] == pytest.approx(np.log(4))
    assert found["volume_level"] == pytest.approx(np.log(200) - np.log(100 * 50) / 2)
    assert found["volume_volatility"] == pytest.approx(np.sqrt((np.log(2) ** 2 + np.log(4) ** 2) / 2))
    assert found["past_falls"] == 0.5  # of two changes one was a fall
    assert found["price_change"] == pytest.approx(np.log(0.5))
    assert found["price_change_before"] == pytest.approx(np.log(2))
    assert found["price_move"] == pytest.approx(np.log(2))
    assert found["past_rises"] == 0.5
    assert found["price_to_world"] == found["share_of_world"] == 0
    assert (found["hhi"], found["top_share"], found["suppliers"], found["instability"]) == (1, 1, 0, 0.6)


@given(st.floats(1e-3, 1e3))
def test_features_of_weights_do_not_depend_on_the_unit(factor: float) -> None:
    table = rows(
        *(flow(y, t, importer=i) for i in ("KOR", "JPN") for y, t in ((2000, 5), (2001, 9), (2002, 4)))
    )
    one, other = (feature_arrays(panel_of(t)) for t in (table, table.with_columns(pl.col("kg") * factor)))
    for name, values in one.items():
        assert values == pytest.approx(other[name], rel=1e-7, abs=1e-9, nan_ok=True), name


@given(gappy, st.integers(1, 6))
def test_means_over_a_window_leave_gaps_out(values: list[float], years: int) -> None:
    array = np.array(values)
    found = windows.mean(array, years)
    for n in range(len(values)):
        part = array[max(0, n - years + 1) : n + 1]
        known = part[~np.isnan(part)]
        assert found[n] == pytest.approx(known.mean() if known.size else np.nan, nan_ok=True, abs=1e-9)
    before = windows.mean_before(array, years)
    assert np.isnan(before[0])
    assert before[1:] == pytest.approx(found[:-1], nan_ok=True)


@given(gappy)
def test_a_change_needs_both_years(values: list[float]) -> None:
    array = np.array(values)
    assert windows.change(array)[1:] == pytest.approx(np.diff(array), nan_ok=True)
    assert windows.later(windows.earlier(array))[:-1] == pytest.approx(array[:-1], nan_ok=True)


@pytest.mark.parametrize(
    ("tonnes", "usd", "volume", "value"),
    [
        (70.1, 5e6, 0, 0),
        (69.9, 5e6, 1, 0),
        (100, 7.4e6, 0, 0),
        (100, 7.6e6, 0, 1),
        (50, 5e6, 1, 1),
        (None, 5e6, np.nan, np.nan),  # bought, but nobody knows how much
    ],
)
def test_events_begin_where_they_say(tonnes: float | None, usd: float, volume: float, value: float) -> None:
    found = outcomes(panel_of(rows(flow(2000, 100), flow(2001, tonnes, usd)))).happened
    assert found["volume"][0, 0, 0] == pytest.approx(volume, nan_ok=True)
    assert found["value"][0, 0, 0] == pytest.approx(value, nan_ok=True)


def gap_of(*flows: dict[str, object], incomplete: tuple[int, ...] = ()) -> str | None:
    panel = panel_of(rows(*flows))
    found = outcomes(panel, incomplete=incomplete)
    at = (panel.codes.index("282200"), panel.importers.index("KOR"), panel.years.index(2000))
    gap = int(found.gap[at])
    assert gap >= 0
    assert np.isnan(found.happened["volume"][at]) == (gap > 0)
    return list(GAPS)[gap - 1] if gap else None


def test_a_flow_without_a_record_is_a_gap_and_no_event() -> None:
    others = [flow(y, 100, importer="JPN") for y in (2000, 2001)]
    assert gap_of(flow(2000, 100), flow(2001, 100), *others) is None
    assert gap_of(flow(2000, 100), *others) == "no_record"
    assert gap_of(flow(2000, 100), flow(2001, 100), *others, incomplete=(2001,)) == "year_incomplete"


def test_a_code_that_breaks_off_is_a_gap() -> None:
    ended = [flow(2000, 100, 10e6, importer="JPN"), flow(2001, 1, 1e5, importer="JPN")]
    assert gap_of(flow(2000, 100, 10e6), flow(2001, 30, 3e6), *ended) == "code_ended"


def test_an_importer_that_breaks_off_is_a_gap() -> None:
    codes = ["260400", "260500", "260700", "260800", "260900"]
    before = [flow(2000, 100, hs_code=c) for c in codes]
    others = [flow(y, 900, 9e7, importer="JPN", hs_code=c) for c in [*codes, "282200"] for y in (2000, 2001)]
    both = (flow(2000, 100), flow(2001, 100))
    assert gap_of(*both, *before, *others) == "importer_gap"
    still = [flow(2001, 100, hs_code=c) for c in codes[:4]]
    assert gap_of(*both, *before, *still, *others) is None


def test_the_study_counted_a_gap_as_a_fall() -> None:
    others = [flow(y, 100, importer="JPN") for y in (2000, 2001)]
    panel = panel_of(rows(flow(2000, 100), *others))
    found = outcomes(panel, censor=False).happened["volume"]
    assert found[0, panel.importers.index("KOR"), 0] == 1
    assert np.isnan(found[..., -1]).all()  # the last year has no year after it


def test_doubts_about_weights() -> None:
    panel = panel_of(
        rows(
            flow(2000, 100, 8e6),
            flow(2001, 160, 8.5e6),  # weight by half, value not
            flow(2002, 160, 8e6),
            flow(2002, 50, 3e6, exporter="FIN", repaired=True),
        )
    )
    doubts = {name: values[0, 0].tolist() for name, values in noise_of(panel).items()}
    assert doubts == {
        "weight_without_value": [False, True, False],
        "weights_repaired": [False, False, True],
    }


def test_the_panel_of_a_world_is_that_of_all_its_rows_at_once() -> None:
    """It is made of a few codes at a time, to need less memory; not a bit of it may differ."""
    world = open_world()
    parts, whole = panel_of_world(world), panel_of(trade_rows(world))
    assert (parts.codes, parts.importers, parts.years) == (whole.codes, whole.importers, whole.years)
    for name in (
        "tonnes",
        "value",
        "weighed_value",
        "repaired_share",
        "hhi",
        "top_share",
        "suppliers",
        "instability",
    ):
        assert np.array_equal(getattr(parts, name), getattr(whole, name), equal_nan=True), name
