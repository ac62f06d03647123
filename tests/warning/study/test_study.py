"""Leads, false alerts and scores on small boards whose answers can be counted by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.errors import DataError
from pactolus.policy.register import register
from pactolus.warning.scoring.contingency import Contingency
from pactolus.warning.signals.kinds import NOTICE_SCORES
from pactolus.warning.study.baselines import ALWAYS_OFF, COMBINED, PERSISTENCE, with_baselines
from pactolus.warning.study.boards import Board
from pactolus.warning.study.events import (
    EVENT_COLUMNS,
    control_events,
    event_rows,
    onsets,
    placed,
    shock_events,
)
from pactolus.warning.study.labels import aftermath, labels
from pactolus.warning.study.leads import by_event, chance_of, false_alerts, first_alerts
from pactolus.warning.study.scores import Cases, cases_of, gap_of, score_rows, verdict
from pactolus.warning.study.studies import study_board

MONTHS = 48
START = 12 * 2015


def board(alerts: dict[str, dict[int, list[int]]], minerals: tuple[str, ...] = ("tin", "lead")) -> Board:
    """Alerts by signal, row and month; scores are the alerts."""
    cells = {}
    for signal, rows in alerts.items():
        cells[signal] = np.zeros((len(minerals), MONTHS))
        for row, months in rows.items():
            cells[signal][row, months] = 1.0
    days = np.array([float(date(2015 + n // 12, n % 12 + 1, 28).toordinal()) for n in range(MONTHS)])
    known = {signal: np.broadcast_to(days, (len(minerals), MONTHS)).copy() for signal in cells}
    series = pl.DataFrame({"series": minerals, "mineral": minerals, "exporter": "", "importer": ""})
    return Board(
        name="minerals",
        series=series,
        first=START,
        score=cells,
        alert={name: one.copy() for name, one in cells.items()},
        known=known,
        kg=None,
        anomaly="price_acceleration",
    )


def events(*rows: tuple[str, str, date]) -> pl.DataFrame:
    return pl.DataFrame(
        [(event, "control", "CHN", mineral, "", day, None, event) for event, mineral, day in rows],
        schema=EVENT_COLUMNS,
        orient="row",
    )


ONE = events(("a", "tin", date(2017, 1, 15)))


def test_the_first_alert_in_the_window_gives_the_lead() -> None:
    small = board({"notice": {0: [3, 20, 22, 30]}})
    found = first_alerts(small, onsets(ONE, small), ["notice"]).row(0, named=True)
    assert (found["status"], found["lead_months"]) == ("alert", 4)
    assert found["lead_days"] == (date(2017, 1, 15) - date(2016, 9, 28)).days


def test_an_alert_in_the_month_of_the_onset_is_no_warning() -> None:
    small = board({"notice": {0: [24]}})
    assert first_alerts(small, onsets(ONE, small), ["notice"])["status"].to_list() == ["none"]


def test_a_signal_without_values_has_a_short_history_and_no_miss() -> None:
    small = board({"notice": {0: []}})
    small.alert["notice"][:] = np.nan
    assert first_alerts(small, onsets(ONE, small), ["notice"])["status"].to_list() == ["history_short"]


def test_an_event_with_many_series_counts_once() -> None:
    small = board({"notice": {0: [20], 1: [18]}})
    both = events(("a", "tin", date(2017, 1, 1)), ("a", "lead", date(2017, 1, 1)))
    found = by_event(first_alerts(small, onsets(both, small), ["notice"]))
    assert found.select("series", "warned", "lead_months").rows() == [(2, 2, 6)]
    struck = onsets(both, small)
    onset = placed(struck, small)
    cases = cases_of(struck, labels(onset, np.ones_like(onset), 6), aftermath(onset), 6)
    assert cases.weight[cases.event >= 0].sum() == pytest.approx(1.0)
    row = score_rows(small, cases, ["notice"], 6)[0]
    assert (row["events"], row["event_series"], row["pod"]) == (1, 2, 1.0)


def test_false_alerts_are_spells_outside_windows_by_mineral_years() -> None:
    small = board({"notice": {0: [2, 3, 20, 45], 1: [10]}})
    row = false_alerts(small, onsets(ONE, small), ["notice"]).row(0, named=True)
    assert (row["spells"], row["false_spells"], row["mineral_years"]) == (4, 3, 8.0)
    assert row["false_per_mineral_year"] == 3 / 8


@given(st.lists(st.integers(0, MONTHS - 1), max_size=12))
@settings(max_examples=40, deadline=None)
def test_a_window_that_covers_everything_leaves_no_false_alert(months: list[int]) -> None:
    small = board({"notice": {0: months}}, ("tin",))
    late = events(("a", "tin", date(2018, 12, 1)))
    found = false_alerts(small, onsets(late, small), ["notice"], window=MONTHS)
    assert found["false_spells"].to_list() == [0]


def test_a_quiet_year_with_an_alert_is_the_chance_of_a_signal() -> None:
    small = board({"notice": {1: [5]}})
    assert chance_of(small, onsets(ONE, small), "notice") == (6, 1)


def test_the_combined_rule_wants_a_notice_or_two_others() -> None:
    small = with_baselines(
        board({"notice": {0: [1]}, "price_acceleration": {0: [5, 9]}, "price_band": {0: [9, 11]}})
    )
    assert np.flatnonzero(small.alert[COMBINED][0]).tolist() == [1, 9]
    assert small.known[COMBINED][0, 9] == small.known["price_band"][0, 9]
    assert not small.alert[ALWAYS_OFF].any()
    assert np.flatnonzero(small.alert[PERSISTENCE][0] == 1).tolist() == [17, 21]
    assert np.isnan(small.alert[PERSISTENCE][0, :12]).all()


def test_always_off_scores_the_base_rate_and_detects_nothing() -> None:
    small = with_baselines(board({"notice": {0: [20]}, "price_acceleration": {0: [5]}}))
    scores = study_board(small, ONE, (6,))["scores"]
    row = scores.filter(signal=ALWAYS_OFF).row(0, named=True)
    assert row["average_precision"] == pytest.approx(row["base_rate"])
    assert (row["pod"], row["far"]) == (0.0, None)
    assert scores.filter(signal="notice")["average_precision"].to_list() == [1.0]


def test_quiet_cases_hold_no_onset_and_no_aftermath() -> None:
    small = board({"notice": {}})
    struck = onsets(ONE, small)
    onset = placed(struck, small)
    apart = aftermath(onset)
    cases = cases_of(struck, labels(onset, np.ones_like(onset), 6), apart, 6)
    for row, start, stop, event in zip(cases.row, cases.start, cases.stop, cases.event, strict=True):
        if event < 0:
            assert not onset[row, start : stop + 6].any()
            assert not apart[row, start:stop].any()
    assert (cases.event >= 0).sum() == 1


def made(events_: int, quiet: int) -> Cases:
    size = events_ + quiet
    return Cases(
        row=np.arange(size),
        start=np.zeros(size, np.int64),
        stop=np.ones(size, np.int64),
        event=np.array([*range(events_), *[-1] * quiet]),
        weight=np.ones(size),
        names=tuple(str(n) for n in range(events_)),
    )


def test_a_perfect_signal_is_better_than_none_and_a_twin_is_not_separated() -> None:
    cases = made(12, 60)
    perfect, none = (cases.event >= 0).astype(float), np.zeros(72)
    gap = gap_of(cases, perfect, none)
    assert gap is not None
    assert (verdict(gap), gap[3]) == ("better", 12)
    assert gap[0] == pytest.approx(1 - 12 / 72)
    assert verdict(gap_of(cases, perfect, perfect)) == "not separated"
    mixed = np.random.default_rng(3).random(72)
    drawn = gap_of(cases, mixed, none)
    assert drawn == gap_of(cases, mixed, none)
    assert drawn != gap_of(cases, mixed, none, seed=1)


def test_under_ten_events_there_is_no_verdict() -> None:
    cases = made(9, 60)
    assert verdict(gap_of(cases, np.ones(69), np.zeros(69))) == "too few events"


def test_weights_stand_in_the_table_of_hits_like_counts() -> None:
    """Methods F: A 8, B 12, C 2, D 78 give NSR 1/6, POD 0.8, FAR 0.6."""
    table = Contingency(hits=8.0, false_alarms=12.0, misses=2.0, quiet=78.0)
    assert (table.pod, table.far, table.noise_to_signal) == (0.8, 0.6, pytest.approx(1 / 6))


def test_the_licences_have_their_days() -> None:
    """Announced 2023-07-03, 2023-10-20 and 2024-08-15; in force 29, 42 and 31 days after."""
    found = control_events(register(), ["KOR", "JPN"], first=date(2023, 1, 1), last=date(2024, 12, 1)).table
    china = found.filter(exporter="CHN").with_columns(
        days=(pl.col("day") - pl.col("announced")).dt.total_days()
    )
    days = dict(china.group_by("event").agg(pl.col("days").max()).rows())
    assert {e: days[e] for e in ("CHN-2023-08", "CHN-2023-12", "CHN-2024-09")} == {
        "CHN-2023-08": 29,
        "CHN-2023-12": 42,
        "CHN-2024-09": 31,
    }


def test_every_restriction_of_the_years_is_an_event_or_says_why_not() -> None:
    found = control_events(register(), ["KOR", "JPN"], first=date(2010, 1, 1), last=date(2025, 12, 1))
    known = {one for cell in found.table["what"] for one in cell.split(";")}
    out = {line.split(":")[0] for line in found.left_out}
    assert not known & out
    restrictions = {one.id for one in register() if one.instrument in NOTICE_SCORES}
    assert known | out <= restrictions
    assert "IDN-2017-QUOTA" in out  # relaxes the ban of 2014
    assert found.table["day"].is_between(date(2010, 1, 1), date(2025, 12, 31)).all()


def test_shocks_are_named_events_with_a_day() -> None:
    from pactolus.disruption.effects.profile import monthly_points
    from pactolus.disruption.history.events import named_events

    names = {*named_events(), *monthly_points()["event"]}
    for event in shock_events()["event"].unique():
        assert any(name == event or (name.startswith(event[:4]) and name.endswith("2022")) for name in names)


def test_a_file_of_events(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text("event,exporter,minerals,kind,day\nx,CHL,copper;lithium,strike,2017-02-09\n")
    assert shock_events(file).select("mineral", "day").rows() == [
        ("copper", date(2017, 2, 9)),
        ("lithium", date(2017, 2, 9)),
    ]
    file.write_text("event,exporter,minerals,kind,day\nx,CHL,copper,strike,2017-02\n")
    with pytest.raises(DataError, match=r"no day in x \(2017-02\); write 2024-03-16"):
        shock_events(file)
    file.write_text("event,exporter,kind,day\nx,CHL,strike,2017-02-09\n")
    with pytest.raises(DataError, match="no column minerals"):
        shock_events(file)


def test_elements_and_ores_are_counted_as_the_study_counts_them() -> None:
    frame = pl.DataFrame(
        {
            "event": ["x"],
            "exporter": ["CHN"],
            "minerals": ["dysprosium;terbium;bauxite"],
            "kind": ["k"],
            "day": ["2020-01-01"],
        }
    )
    assert event_rows(frame)["mineral"].to_list() == ["aluminium", "rare-earths"]
