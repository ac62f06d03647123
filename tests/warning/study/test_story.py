"""Graphite, 1 December 2023: the notice first, then the surge, then the fall; and the study as a whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pactolus.catalogue.world import open_world
from pactolus.disruption.effects.profile import monthly_points
from pactolus.errors import DataError, OptionError
from pactolus.warning.signals.series import monthly_series
from pactolus.warning.study.boards import month_number
from pactolus.warning.study.studies import Study, event_study
from pactolus.warning.study.worked import worked
from tools.study_page import AS_OF, china_exports


@pytest.fixture(scope="module")
def minerals() -> Study:
    return event_study(open_world(), horizons=(6,), as_of=AS_OF, draws=20)


def test_every_number_comes_with_its_number_of_events(minerals: Study) -> None:
    assert (minerals.scores["events"] > 0).all()
    known = minerals.gaps.filter(pl.col("gap").is_not_null())
    assert (known["events"] >= 10).all()
    separated = (known["low"] > 0) | (known["high"] < 0)
    assert ((known["verdict"] != "not separated") == separated).all()


def test_one_event_a_row_and_signal(minerals: Study) -> None:
    assert not minerals.events.select("event", "signal").is_duplicated().any()
    assert minerals.events["event"].n_unique() == minerals.scores.filter(signal="notice")["events"][0]


def test_nothing_after_the_day_of_the_run_counts() -> None:
    early = event_study(open_world(), horizons=(6,), as_of=date(2023, 9, 1), draws=5)
    assert max(one["day"].max() for one in early.struck.values()) < date(2023, 9, 1)
    assert early.boards[0].months == 12 * 13 + 8


def test_years_in_order_and_a_reporter() -> None:
    with pytest.raises(OptionError, match="give years in order"):
        event_study(None, since=2020, until=2010)
    rows = pl.DataFrame(
        {"partner": ["CHN"], "period": [date(2020, 1, 1)], "hs6": ["250410"], "quantity_kg": [1.0]}
    )
    with pytest.raises(OptionError, match="rows without a reporter"):
        event_study(None, series=monthly_series(rows, as_of=AS_OF))


@pytest.mark.shared
def test_graphite_in_2023(shared: Path) -> None:
    rows = china_exports(shared)
    flake = {
        (row["partner"], row["period"]): row["quantity_kg"] / 1e6
        for row in rows.filter(hs6="250410").to_dicts()
    }
    october, november, december = (date(2023, month, 1) for month in (10, 11, 12))
    assert [round(flake["KOR", m], 1) for m in (october, november, december)] == [3.0, 13.9, 1.1]
    found = event_study(None, series=monthly_series(rows, as_of=AS_OF), horizons=(6,), as_of=AS_OF, draws=20)
    board = found.boards[0]
    assert board.series.height == 4
    at = month_number(november) - board.first
    flake_rows = [n for n, name in enumerate(board.series["series"]) if name.endswith("250410")]
    assert (board.alert["export_surge"][flake_rows, at] == 1).all()
    assert np.nansum(board.alert["export_surge"][:, at - 1]) == 0
    assert (board.alert["notice"][:, at - 1] == 1).all()
    assert (board.alert["notice"][:, at - 2] == 0).all()
    event = found.events.filter(event="CHN-2023-12")
    assert event.filter(signal="notice").select("warned", "lead_months", "lead_days").rows() == [(4, 2, 42)]
    known = date.fromordinal(int(board.known["export_surge"][flake_rows[0], at]))
    assert known == date(2023, 12, 20)  # the surge is published after the licence is in force
    assert set(found.gaps["verdict"]) == {"too few events"}


def test_press_points_show_a_stop_and_no_signal() -> None:
    found = worked(monthly_points())
    assert found["points"].sum() == 26
    assert set(found["signals"]) == {"history_short"}
    korea = found.filter(series="CHN exports to KOR").row(0, named=True)
    assert (korea["surge_month"], korea["effect_month"]) == ("2023-11", "2023-12")
    assert korea["change"] == pytest.approx(948 / 8830)
    stopped = found.filter(pl.col("change") == 0)
    assert set(stopped["material"]) == {"gallium", "germanium", "graphite_spherical"}
    with pytest.raises(DataError, match="no column value"):
        worked(monthly_points().drop("value"))


def test_points_with_history_have_signals() -> None:
    months = [f"{2020 + n // 12}-{n % 12 + 1:02}" for n in range(14)]
    points = pl.DataFrame(
        {
            "event": "x",
            "material": "tin",
            "series": "s",
            "period": months,
            "value": [10.0, 12.0, 8.0] * 4 + [40.0, 0.5],
            "effective": "2021-02-01",
            "source": "made for this test",
        }
    )
    row = worked(points).row(0, named=True)
    assert row["signals"] == "export_surge, volume_anomaly"
    assert (row["surge_month"], row["change"]) == ("2021-01", 0.0125)
