"""What holds of the signals whatever the figures are."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.indicators.bands import percentiles
from pactolus.warning.signals import formulas
from pactolus.warning.signals.scored import score
from pactolus.warning.signals.series import monthly_series
from tests.warning.signals.rows import months, rows_of

AS_OF = date(2030, 1, 15)
#: kg of consecutive months from January 2015; None where there is no row
figures = st.lists(st.one_of(st.none(), st.integers(0, 50).map(float)), min_size=2, max_size=40)


def values(frame: pl.DataFrame, as_of: date = AS_OF) -> pl.DataFrame:
    found = score(monthly_series(frame, as_of=as_of)).signals
    return found.filter(pl.col("value").is_not_null())


@settings(max_examples=10)
@given(figures, figures, st.data())
def test_the_future_changes_nothing(a, b, data):
    frame = rows_of({"A": a, "B": b})
    cut = data.draw(st.integers(0, frame.height - 1)) if frame.height else 0
    last = frame.sort("period")["period"][cut] if frame.height else date(2015, 1, 1)
    early = values(frame.filter(pl.col("period") <= last))
    assert early.equals(values(frame).filter(pl.col("period") <= last))
    over = date(last.year, last.month, monthrange(last.year, last.month)[1])
    assert early.equals(values(frame, over))  # rows of later months are there, and not known yet


@settings(max_examples=8)
@given(figures, st.sampled_from([1e-3, 1e3, 7.0]))
def test_the_unit_of_weight_and_money_does_not_matter(kg, factor):
    frame = rows_of({"A": kg})
    ours = values(frame).filter(pl.col("signal") != "flow_absent")
    scaled = frame.with_columns(pl.col("quantity_kg") * factor, pl.col("value_usd") * 3.0)
    theirs = values(scaled).filter(pl.col("signal") != "flow_absent")
    assert ours["value"].to_list() == pytest.approx(theirs["value"].to_list(), rel=1e-6, abs=1e-6)


@settings(max_examples=8)
@given(figures, figures, st.randoms())
def test_the_order_of_rows_does_not_matter(a, b, random):
    frame = rows_of({"A": a, "B": b})
    order = list(range(frame.height))
    random.shuffle(order)
    ours = score(monthly_series(frame, as_of=AS_OF)).detail
    assert ours.equals(score(monthly_series(frame[order], as_of=AS_OF)).detail)


@pytest.mark.parametrize("gap", [1, 6, 11])
def test_a_missing_month_is_shown_and_not_filled(gap: int) -> None:
    kg = [10.0 + n % 3 for n in range(14)]
    frame = rows_of({"A": kg})
    lost = frame.filter(pl.col("period") != months(14)[gap])
    found = score(monthly_series(lost, as_of=AS_OF)).detail
    assert found.filter(signal="data").select("period", "status").rows() == [
        (months(14)[gap], "missing_month")
    ]
    last = found.filter(signal="volume_anomaly")[-1]
    others = [kg[n] for n in range(1, 13) if n != gap]
    assert last["history"].item() == len(others)
    assert last["baseline"].item() == np.median(others)
    assert months(14)[gap] not in found.filter(pl.col("signal") != "data")["period"].to_list()


@settings(max_examples=10)
@given(st.lists(st.floats(0.1, 100), min_size=61, max_size=75))
def test_the_band_is_that_of_the_indicators(prices):
    found = formulas.price_band(np.array([prices])).value[0]
    theirs = percentiles(prices, window=180, fewest=60)
    assert [None if np.isnan(v) else v for v in found] == pytest.approx(theirs)


@settings(max_examples=15)
@given(st.lists(st.floats(1, 100), min_size=13, max_size=30))
def test_two_alike_reports_have_no_gap(kg):
    own = np.array([kg])
    found = formulas.mirror_gap(own, own)
    assert set(found.why[0, 12:].tolist()) == {formulas.FLAT}
    assert np.isnan(found.value).all()
