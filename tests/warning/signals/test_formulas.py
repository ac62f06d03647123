"""Values worked out by hand, limits, and why there is no value."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from pactolus.errors import DataError, InputError, OptionError
from pactolus.warning.signals import formulas
from pactolus.warning.signals.formulas import FLAT, NO_RETURN, NO_VALUE, OK, SHORT
from pactolus.warning.signals.kinds import KINDS, NOTICE_SCORES, fires, signal_kinds, thresholds_of
from pactolus.warning.signals.panel import panel_of
from pactolus.warning.signals.reading import score_series
from pactolus.warning.signals.scored import score
from pactolus.warning.signals.series import monthly_series
from tests.warning.signals.rows import rows_of

AS_OF = date(2030, 1, 15)
YEAR = [10.0, 12.0, 8.0] * 4  # median 10, MAD 2


def row(*kg: float) -> np.ndarray:
    return np.array([kg], dtype=float)


def test_median_and_mad_of_the_twelve_months_before() -> None:
    found = formulas.volume_anomaly(row(*YEAR, 4.0, 10.0))
    assert (found.value[0, 12], found.baseline[0, 12], found.spread[0, 12]) == (-3.0, 10.0, 2.0)
    assert found.history[0, 12] == 12
    assert formulas.export_surge(row(*YEAR, 25.0)).value[0, 12] == 2.5


def test_nine_months_are_enough_and_eight_are_not() -> None:
    nine = row(*[np.nan] * 3, *YEAR[:9], 4.0)
    assert formulas.volume_anomaly(nine).value[0, 12] == -3.0
    nine[0, 3] = np.nan
    found = formulas.volume_anomaly(nine)
    assert np.isnan(found.value[0, 12])
    assert (found.why[0, 12], found.history[0, 12]) == (SHORT, 8)


def test_a_flat_past_has_no_anomaly_and_may_have_a_surge() -> None:
    flat = row(*[5.0] * 12, 50.0)
    assert formulas.volume_anomaly(flat).why[0, 12] == FLAT
    assert formulas.export_surge(flat).value[0, 12] == 10.0
    assert formulas.export_surge(row(*[0.0] * 12, 50.0)).why[0, 12] == FLAT
    assert formulas.volume_anomaly(row(*YEAR, np.nan)).why[0, 12] == NO_VALUE


def test_a_return_is_not_drawn_over_a_gap() -> None:
    prices = np.exp(np.cumsum([0.1, -0.1] * 20))
    prices[30] = np.nan
    found = formulas.price_acceleration(prices[None])
    assert (found.why[0, 30], found.why[0, 31]) == (NO_VALUE, NO_RETURN)
    assert found.why[0, 24] == SHORT
    assert found.why[0, 25] == OK
    assert found.history[0, 25] == 24


def test_the_deviation_of_returns_is_that_of_a_sample() -> None:
    steps = [0.02, -0.01, 0.03] * 8 + [0.09]
    found = formulas.price_acceleration(np.exp(np.cumsum([0.0, *steps]))[None])
    expected = (0.09 - np.mean(steps[:-1])) / np.std(steps[:-1], ddof=1)
    assert found.value[0, -1] == pytest.approx(expected, rel=1e-9)


def test_the_gap_of_prices_of_antimony_as_published() -> None:
    """Outside +57.3 %, inside -10.5 % (methods F): the gap is 1.573 / 0.895 - 1."""
    found = formulas.price_gap(row(*[30.0] * 12, 30 * 1.573), row(*[20.0] * 12, 20 * 0.895))
    assert found.value[0, -1] == pytest.approx(0.7576, abs=1e-4)


def test_a_flow_that_stops_and_one_that_never_was_regular() -> None:
    there = np.array([[True] * 12 + [False] * 3, [True, False, False] * 5])
    found = formulas.flow_absent(there, np.ones((2, 15), bool))
    assert found.value[0, 12:].tolist() == pytest.approx([1.0, 11 / 12, 10 / 12])
    assert found.value[1, 13] == pytest.approx(4 / 12)
    unknown = formulas.flow_absent(there, np.zeros((2, 15), bool))
    assert np.isnan(unknown.value).all()


def test_an_empty_series_has_no_rows() -> None:
    found = score_series(rows_of({}), as_of=AS_OF)
    assert found.detail.is_empty()
    assert found.table.columns == ["period", "partner", "signal", "value", "alert"]


def test_two_reports_of_one_flow_are_compared_month_by_month() -> None:
    own = rows_of({"CHN": [*YEAR, 10.0]}, reporter="KOR", flow="import")
    theirs = rows_of({"KOR": [x * (1.1 if n % 2 else 1.0) for n, x in enumerate(YEAR)] + [30.0]})
    theirs = theirs.with_columns(reporter=pl.lit("CHN"), flow=pl.lit("export"))
    series = monthly_series(pl.concat([own, theirs], how="diagonal"), as_of=AS_OF)
    found = score(series, signals=["mirror_gap"]).signals
    assert set(found["reporter"]) == {"KOR"}
    last = found[-1].row(0, named=True)
    assert last["alert"] == "yes"
    assert last["value"] == pytest.approx((np.log(3) - np.log(1.1) / 2) / (np.log(1.1) / 2))


def test_inside_prices_of_a_file_give_the_gap() -> None:
    frame = rows_of({"A": [*YEAR, 10.0]}).with_columns(inside=pl.Series([2.0] * 12 + [1.0]))
    assert score_series(frame, as_of=AS_OF, by_code=True, signals=["price_gap"]).alerts["value"].item() == 1.0
    assert score_series(rows_of({"A": YEAR}), as_of=AS_OF, signals=["price_gap"]).detail.is_empty()


def test_since_cuts_rows_and_no_history() -> None:
    frame = rows_of({"A": [*YEAR, 4.0, 4.0]})
    late = score_series(frame, as_of=AS_OF, since=date(2016, 2, 1)).detail
    whole = score_series(frame, as_of=AS_OF).detail
    assert late.equals(whole.filter(pl.col("period") >= date(2016, 2, 1)))
    only = score_series(frame, as_of=AS_OF, only_alerts=True).detail
    assert only.equals(whole.filter(pl.col("alert") == "yes"))
    assert only["period"].to_list() == [date(2016, 1, 1), date(2016, 2, 1)]


def test_own_thresholds_take_the_place_of_ours() -> None:
    frame = rows_of({"A": [*YEAR, 5.0]})
    assert score_series(frame, as_of=AS_OF).alerts.is_empty()
    found = score_series(frame, as_of=AS_OF, thresholds={"volume_anomaly": -2.5}).alerts
    assert found.select("value", "threshold").row(0) == (-2.5, -2.5)


def test_how_each_direction_fires() -> None:
    frame = pl.DataFrame({"v": [-3.0, -1.0, 0.0, 3.0, None]})
    fired = {
        name: frame.select(fires(KINDS[name], pl.col("v"), pl.lit(3.0)))["v"].to_list()
        for name in ("export_surge", "mirror_gap", "cover_days", "price_band")
    }
    assert fired["export_surge"] == [False, False, False, True, None]
    assert fired["mirror_gap"] == [True, False, False, True, None]
    assert fired["cover_days"] == [True, True, True, False, None]
    assert fired["price_band"] == [True, True, True, True, None]


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"volume_anomly": -2}, "unknown signal 'volume_anomly'; did you mean 'volume_anomaly'?"),
        ({"mirror_gap": -1}, "threshold of mirror_gap: -1 is negative; give 0 or more"),
        ({"price_gap": float("nan")}, "threshold of price_gap: nan is no finite number"),
    ],
)
def test_thresholds_that_cannot_be_used(own: dict[str, float], message: str) -> None:
    with pytest.raises(InputError, match=message.replace("?", r"\?")):
        thresholds_of(own)


def test_signals_that_are_not_of_monthly_rows() -> None:
    series = monthly_series(rows_of({"A": YEAR}), as_of=AS_OF)
    with pytest.raises(OptionError, match="notice, cover_days is no signal of monthly rows"):
        score(series, signals=["notice", "cover_days"])
    with pytest.raises(InputError, match="unknown signal 'surge'"):
        score(series, signals=["surge"])
    with pytest.raises(OptionError, match="breaks: 'all'; last or every"):
        score(series, signals=["change_point"], breaks="all")  # type: ignore[arg-type]


def test_a_table_that_is_not_sorted_is_refused() -> None:
    from dataclasses import replace

    series = monthly_series(rows_of({"A": YEAR, "B": YEAR}), as_of=AS_OF)
    mixed = replace(series, table=series.table.sort("period"))
    with pytest.raises(DataError, match="rows of a flow do not stand together"):
        panel_of(mixed)


def test_the_table_of_kinds_is_whole() -> None:
    table = signal_kinds()
    assert table["signal"].to_list() == list(KINDS)
    assert table.filter(pl.col("threshold").is_null())["signal"].to_list() == ["cover_days"]
    assert table.drop("threshold").null_count().sum_horizontal().item() == 0
    assert (NOTICE_SCORES["export_ban"], NOTICE_SCORES["export_quota"]) == (1.0, 0.8)
    assert (NOTICE_SCORES["export_licence"], NOTICE_SCORES["export_tax"]) == (0.6, 0.4)
