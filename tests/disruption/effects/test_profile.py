"""Monthly profile of a measure: refitted from the source, no look-ahead, and sums that match the year."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.disruption.effects.profile import monthly_profile, press_points, spread_over_months
from pactolus.disruption.effects.profile_fit import BASE, WINDOW, fit_profile
from pactolus.disruption.scenarios.scenario import KINDS
from pactolus.errors import DataError, OptionError, UnknownTermError
from tools.fit_profile import ANNOUNCED, EFFECTIVE, OUT, fitted, monthly

START = date(2027, 3, 1)


def _made(
    usual: dict[str, float], measure: dict[int, float], first: tuple[int, int] = (2021, 1), months: int = 60
) -> pl.DataFrame:
    """Exports of partners that move as `measure` says around December 2023."""
    rows = []
    for n in range(months):
        number = first[0] * 12 + first[1] - 1 + n
        k = number - (2023 * 12 + 11)
        for partner, tonnes in usual.items():
            day = date(number // 12, number % 12 + 1, 1)
            rows.append((day, partner, "250410", tonnes * measure.get(k, 1.0) * 1000, tonnes))
    names = ["month", "partner", "hs_code", "quantity_kg", "value_usd"]
    return pl.DataFrame(rows, names, orient="row")


def _value(table: pl.DataFrame, what: str, month: int | None = None, column: str = "mid") -> float:
    rows = table.filter(pl.col("what") == what, pl.col("month").eq_missing(pl.lit(month)))
    return float(rows[column].item())


def test_a_made_measure_is_found_again() -> None:
    shape = {-1: 3.0, 0: 0.0, 1: 0.3, 2: 0.5, **dict.fromkeys(range(3, 20), 0.8)}
    found = fit_profile(_made({"A": 50.0, "B": 10.0}, shape), ANNOUNCED, EFFECTIVE)
    assert [_value(found, w) for w in ("front", "first", "recovery", "plateau")] == pytest.approx(
        [3.0, 0.0, 3.0, 0.8]
    )
    assert _value(found, "factor", 1, "low") == _value(found, "factor", 1, "high") == pytest.approx(0.3)
    assert found["coverage"].unique().to_list() == [1.0]


def test_no_measure_is_a_flat_profile() -> None:
    found = fit_profile(_made({"A": 50.0, "B": 10.0}, {}), ANNOUNCED, EFFECTIVE)
    assert found.filter(pl.col("what") != "recovery").select(
        "low", "mid", "high"
    ).to_numpy() == pytest.approx(1)


def test_partners_count_by_their_value() -> None:
    rows = _made({"A": 30.0, "B": 10.0}, {0: 0.0})
    others = _made({"C": 10.0}, {})
    assert _value(fit_profile(pl.concat([rows, others]), ANNOUNCED, EFFECTIVE), "first") == pytest.approx(0.2)


def test_a_partner_with_a_gap_is_left_out_not_filled() -> None:
    whole, gap = _made({"A": 30.0}, {0: 0.5}), _made({"B": 10.0}, {0: 0.0})
    rows = pl.concat([whole, gap.filter(pl.col("month") != date(2024, 5, 1))])
    found = fit_profile(rows, ANNOUNCED, EFFECTIVE)
    assert _value(found, "first") == pytest.approx(0.5)
    assert found["series"].unique().to_list() == [1]
    assert found["coverage"][0] == pytest.approx(0.75)
    unweighed = pl.when(pl.col("month") != date(2024, 5, 1)).then("quantity_kg").alias("quantity_kg")
    assert fit_profile(pl.concat([whole, gap.with_columns(unweighed)]), ANNOUNCED, EFFECTIVE).equals(found)
    nothing = _made({"C": 0.0}, {}).with_columns(value_usd=1.0)
    assert _value(fit_profile(pl.concat([rows, nothing]), ANNOUNCED, EFFECTIVE), "first") == pytest.approx(
        0.5
    )
    with pytest.raises(DataError, match="no partner"):
        fit_profile(gap.filter(pl.col("month") != date(2024, 5, 1)), ANNOUNCED, EFFECTIVE)


@pytest.mark.parametrize("where", ["before", "between", "after"])
def test_no_month_outside_base_and_window_is_read(where: str) -> None:
    rows = _made({"A": 50.0, "B": 10.0}, {-1: 3.0, 0: 0.1})
    told, start = date(2023, 10, 1), date(2023, 12, 1)
    month = pl.col("month")
    out = {
        "before": month < _ahead(told, BASE[0]),
        "between": (month > _ahead(told, BASE[1])) & (month < _ahead(start, WINDOW[0])),
        "after": month > _ahead(start, WINDOW[1]),
    }[where]
    changed = rows.with_columns(pl.when(out).then(99.0).otherwise("quantity_kg").alias("quantity_kg"))
    assert not changed.equals(rows)
    for other in (changed, rows.filter(~out)):
        assert fit_profile(other, ANNOUNCED, EFFECTIVE).equals(fit_profile(rows, ANNOUNCED, EFFECTIVE))


def _ahead(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


@pytest.mark.shared
def test_the_shipped_table_is_the_fit_of_the_source(shared: Path) -> None:
    again = fitted(shared / "data" / "raw" / "comtrade_monthly_china")
    kept = pl.read_csv(OUT, infer_schema_length=None)
    assert kept.height == len(again)
    for row, made in zip(kept.to_dicts(), again, strict=True):
        for name, told in row.items():
            number = isinstance(told, float)
            assert told == (pytest.approx(made[name], abs=1e-9, rel=1e-9) if number else made.get(name))


@pytest.mark.shared
def test_press_figures_are_those_of_the_reference(shared: Path) -> None:
    names = ["material", "series", "period", "value", "unit", "source"]
    told = pl.read_csv(shared / "data" / "reference" / "monthly_event_series.csv").select(names)
    kept = pl.read_csv(OUT.parent / "monthly_series.csv").select(names)
    assert kept.sort(names).equals(told.sort(names))


@pytest.mark.shared
def test_korea_bought_ahead_and_got_hardly_anything_then(shared: Path) -> None:
    """Korea, 2504.10 from China: 3.0, 13.9 and 1.1 kt in October to December 2023 (notes of the data)."""
    rows = monthly(shared / "data" / "raw" / "comtrade_monthly_china")
    korea = rows.filter(pl.col("partner") == "South Korea").sort("month")
    shown = korea.filter(pl.col("month").is_between(date(2023, 10, 1), date(2023, 12, 1)))
    assert (shown["quantity_kg"] / 1e6).round(1).to_list() == [3.0, 13.9, 1.1]
    path = spread_over_months("licence", 0.25, ANNOUNCED, EFFECTIVE, (12.0, 12.0)).table
    told = dict(path.filter(pl.col("duration") == "middle").select("k", "factor").iter_rows())
    assert told[-2] == 1.0
    assert told[-1] > 2 * told[-2]
    assert told[0] < 0.4 * told[-2]
    assert told[0] < told[1] < told[2] < told[3] <= told[6] < 1.0


def test_a_licence_shows_the_pattern_and_its_range() -> None:
    found = monthly_profile("licence")
    at = dict(zip(found.months, found.mid, strict=True))
    assert 2 <= at[-1] <= 5  # "x2 to x5 in the month before effect" (study of the events)
    assert at[0] < at[3] < at[-1]
    assert all(low <= mid <= high for low, mid, high in zip(found.low, found.mid, found.high, strict=True))
    assert found.normal_front is not None
    assert found.normal_first is not None
    assert found.normal_front[0] < 1 < found.normal_front[2] < at[-1]
    assert at[0] < found.normal_first[0]
    assert found.basis == "fitted on 13 series"


def test_press_figures_widen_the_range_of_their_month() -> None:
    found = monthly_profile("licence")
    at = {k: (low, high) for k, low, high in zip(found.months, found.low, found.high, strict=True)}
    points = [p for p in press_points() if p["kind"] == "licence"]
    assert {(p["material"], p["month"]): round(p["ratio"], 3) for p in points} == {
        ("gallium", -1): 0.671,  # 5.15 / 7.67
        ("gallium", 0): 0.0,
        ("gallium", 3): 0.273,  # 1.53 / 5.611
        ("gallium", 12): 1.999,  # 11.217 / 5.611
        ("germanium", 3): 0.131,  # 0.721 / 5.488
    }
    for point in points:
        low, high = at[point["month"]]
        assert low <= point["ratio"] + 1e-9
        assert point["ratio"] <= high + 1e-9
    assert found.first[0] == 0.0


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "licence"])
def test_other_kinds_are_flat_and_say_that_this_is_assumed(kind: str) -> None:
    assert monthly_profile(kind).basis == "assumption"
    path = spread_over_months(kind, 0.5, date(2026, 12, 1), START, (12.0, 12.0))
    rows = path.table.filter(pl.col("duration") == "long")
    assert rows["factor"].to_list() == pytest.approx([1.0, 1.0] + [0.5] * 12)
    assert "assumption" in path.notes[0]


@given(
    kind=st.sampled_from(sorted(KINDS)),
    cut=st.floats(0, 1),
    short=st.floats(0.5, 24),
    more=st.floats(0, 12),
    notice=st.none() | st.integers(0, 200),
)
def test_the_months_add_up_to_the_year(
    kind: str, cut: float, short: float, more: float, notice: int | None
) -> None:
    told = None if notice is None else date.fromordinal(START.toordinal() - notice)
    found = spread_over_months(kind, cut, told, START, (short, short + more))
    for (name,), rows in found.table.group_by("duration"):
        by_month = rows.sort("k")
        year = by_month.filter(pl.col("k").is_between(0, 11))
        length = float(rows["months"][0])
        can = min(cut, min(length, 12.0) / 12)
        for column in ("factor_low", "factor", "factor_high"):
            assert (by_month[column] >= -1e-9).all()
            assert (by_month.filter(pl.col("k") >= 0)[column] <= 1 + 1e-9).all()
        assert year.height == 12
        assert 1 - float(year["factor"].sum()) / 12 == pytest.approx(can, abs=1e-9)
        assert found.cuts[str(name)] == pytest.approx(can, abs=1e-9)
        assert (
            (by_month["factor_low"] <= by_month["factor"]) & (by_month["factor"] <= by_month["factor_high"])
        ).all()
        assert (by_month.filter(pl.col("k") >= length)["factor"] == 1).all()
        early = float(by_month.filter(pl.col("k") == -1)["factor"].item()) - 1
        assert early == pytest.approx(found.ahead[str(name)])
        assert (early > 0) <= (kind == "licence" and bool(notice) and cut > 0)


@given(cut=st.floats(0, 0.99), more=st.floats(0, 0.01))
def test_a_deeper_cut_never_leaves_more(cut: float, more: float) -> None:
    def shipped(part: float) -> pl.Series:
        table = spread_over_months("licence", part, None, START, (9.0, 9.0)).table
        return table.filter(pl.col("duration") == "middle")["factor"]

    assert (shipped(cut + more) <= shipped(cut) + 1e-9).all()


def test_no_cut_no_change_and_no_surge() -> None:
    assert spread_over_months("licence", 0.0, ANNOUNCED, EFFECTIVE, (3.0, 12.0)).table[
        "factor"
    ].unique().to_list() == [1.0]


def test_what_a_duration_cannot_lose_is_said() -> None:
    found = spread_over_months("ban", 0.5, None, START, (3.0, 9.0))
    assert found.cuts == pytest.approx({"short": 0.25, "middle": 0.5, "long": 0.5})
    assert any("3 months cannot lose 0.5 of a year" in note for note in found.notes)


def test_months_run_from_the_start() -> None:
    path = spread_over_months("quota", 0.2, None, date(2027, 1, 31), (1.0, 14.0)).table
    assert path.filter(pl.col("duration") == "long")["month"].to_list()[1:5] == [
        date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31),
    ]  # fmt: skip
    assert path.filter(pl.col("duration") == "long")["k"].max() == 13


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(OptionError) as caught:
        spread_over_months("ban", 1.5, date(2028, 1, 1), START, (6.0, 3.0))
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == [
        "annual_cut",
        "months",
        "announced",
    ]
    with pytest.raises(UnknownTermError, match="licence"):
        monthly_profile("license")
