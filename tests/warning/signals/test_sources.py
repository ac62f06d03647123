"""Tables of a world, the register and declared holdings as signals; one event of the past end to end."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pactolus.catalogue.world import open_world
from pactolus.errors import DataError, MissingExtraError
from pactolus.policy.register import register
from pactolus.stockpile.members.holdings import HoldingRange
from pactolus.warning.signals.breaks import change_points
from pactolus.warning.signals.cover import cover_days, holdings_frame
from pactolus.warning.signals.formulas import NO_BREAK, OLD_BREAK, SHORT
from pactolus.warning.signals.notices import notice_leads, notices
from pactolus.warning.signals.reading import score_series
from pactolus.warning.signals.sources import from_prices, from_world, monthly_signals

AS_OF = date(2026, 6, 1)


def reported(**columns: object) -> pl.DataFrame:
    """One month that Korea reports, or what is given instead."""
    usual = {
        "source": "comtrade",
        "reporter": "KOR",
        "partner": "CHN",
        "flow": "import",
        "hs_edition": "HS17",
        "code": "250410",
        "hs_code": "250410",
        "year": 2024,
        "month": 1,
        "quantity_kg": 100,
        "value_usd": 200,
        "estimated": False,
    }
    whole = ("year", "month", "quantity_kg", "value_usd")
    return pl.DataFrame({**usual, **columns}).cast(dict.fromkeys(whole, pl.Int64))


def test_national_lines_are_added_up_and_one_source_is_read() -> None:
    table = pl.concat(
        [
            reported(code=["2504101000", "2504109000"]),
            reported(source="customs-kor", quantity_kg=999),
            reported(hs_edition="HS12", quantity_kg=777),
            reported(month=2, source="customs-kor", quantity_kg=50),
            reported(month=0, quantity_kg=5000),
            reported(month=3, partner="OTHER"),
            reported(month=1, partner="JPN", code=["250410", "250490"], estimated=[False, True]),
            reported(reporter="CHN", partner="KOR", flow="export", quantity_kg=90),
            reported(reporter="CHN", partner="USA", flow="export", month=2),
        ]
    )
    series = from_world(table, ["KOR"], ["250410"], as_of=AS_OF)
    found = series.table.select("reporter", "flow", "partner", "period", "kg", "status").rows()
    assert found == [
        ("CHN", "export", "KOR", date(2024, 1, 1), 90.0, "ok"),
        ("CHN", "export", "KOR", date(2024, 2, 1), None, "no_row"),
        ("KOR", "import", "CHN", date(2024, 1, 1), 200.0, "ok"),
        ("KOR", "import", "CHN", date(2024, 2, 1), 50.0, "ok"),
        ("KOR", "import", "CHN", date(2024, 3, 1), None, "no_row"),
        ("KOR", "import", "JPN", date(2024, 1, 1), None, "estimated"),
        ("KOR", "import", "JPN", date(2024, 2, 1), None, "no_row"),
        ("KOR", "import", "JPN", date(2024, 3, 1), None, "no_row"),
    ]


def test_quoted_prices_of_the_embedded_world() -> None:
    found = monthly_signals(
        open_world(), "KOR,JPN", minerals="nickel", as_of=date(2022, 4, 15), since=date(2022, 3, 1)
    )
    assert found.notes[0].startswith("this world has no table trade_reported")
    rows = {row["signal"]: row for row in found.signals.to_dicts()}
    assert rows.keys() == {"price_acceleration", "price_band"}
    assert rows["price_acceleration"]["alert"] == "yes"  # the squeeze of March 2022
    assert rows["price_band"]["partner"] == "Nickel"


def test_two_quoted_series_make_a_gap() -> None:
    prices = pl.DataFrame(
        {
            "series": ["out"] * 13 + ["in"] * 13,
            "mineral": ["antimony"] * 13 + ["other"] * 13,
            "year": [2024] * 12 + [2025] + [2024] * 12 + [2025],
            "month": [*range(1, 13), 1] * 2,
            "price": [2.0] * 12 + [3.0] + [1.0] * 13,
        }
    )
    series = from_prices(prices, ["antimony"], as_of=AS_OF, pairs={"out": "in"})
    assert set(series.table["partner"]) == {"out"}
    from pactolus.warning.signals.scored import score

    assert score(series, signals=["price_gap"]).alerts["value"].to_list() == [0.5]


def test_notices_precede_their_effect_by_29_42_and_31_days() -> None:
    leads = {
        row["measure"]: (row["lead_low"], row["lead_high"]) for row in notice_leads(register()).to_dicts()
    }
    assert [leads[one] for one in ("CHN-2023-23", "CHN-2023-39", "CHN-2024-33")] == [
        (29, 29),
        (42, 42),
        (31, 31),
    ]
    assert leads["IDN-2013-TIN"] == (182, 212)  # announced in December 2012, no day given


def of(
    measure: str, *importers: str, last: date = AS_OF, as_of: date | None = None
) -> list[tuple[object, ...]]:
    found = notices([register()[measure]], importers, first=date(2010, 1, 1), last=last, as_of=as_of).table
    return found.select("reporter", "mineral", "period", "value", "state").rows()


def test_a_notice_counts_from_its_month_until_six_months_after_its_effect() -> None:
    rows = [row for row in of("CHN-2023-39", "KOR") if row[1] == "natural-graphite"]
    assert (rows[0][2], rows[0][4]) == (date(2023, 10, 1), "announced")
    assert (rows[-1][2], rows[-1][4]) == (date(2024, 6, 1), "in_force")
    assert {row[3] for row in rows} == {0.6}


def test_notices_are_not_known_before_their_day() -> None:
    assert of("CHN-2023-39", "KOR", as_of=date(2023, 10, 19)) == []
    known = of("CHN-2023-39", "KOR", as_of=date(2023, 10, 20))
    assert {(row[2], row[4]) for row in known} == {(date(2023, 10, 1), "announced")}


def test_only_the_target_is_struck_and_a_suspended_measure_is_silent() -> None:
    assert {row[0] for row in of("CHN-2010-JPN", "KOR", "JPN")} == {"JPN"}
    assert of("CHN-2023-39", "CHN") == []
    assert max(row[2] for row in of("CHN-2025-57", "KOR", "JPN")) == date(2025, 10, 1)


def test_goods_without_a_named_mineral_have_a_row_of_their_own() -> None:
    assert {row[:2] for row in of("CHN-2026-1", "KOR", "JPN")} == {("JPN", "")}


def test_an_element_is_found_by_its_group() -> None:
    found = notices(
        register(), ["KOR"], first=date(2015, 1, 1), last=date(2026, 6, 1), minerals=["neodymium"]
    ).table
    assert "MYS-2024-REE" in ";".join(found.filter(mineral="neodymium")["measures"])


def test_a_notice_with_the_same_reference_counts_once_and_is_said() -> None:
    one = register()["CHN-2023-39"]
    found = notices([one, replace(one, id="copy")], ["KOR"], first=date(2023, 10, 1), last=date(2023, 10, 1))
    assert found.notes == ("notice copy is CHN-2023-39 again (same reference); counted once",)
    assert set(found.table["measures"]) == {"CHN-2023-39"}


def use(**columns: object) -> pl.DataFrame:
    usual = {"member": "KOR", "mineral": "tungsten", "stage": "refined", "day_t": 5.0}
    return pl.DataFrame({**usual, "denominator": "declared consumption", "year": 2025, **columns})


def held(**more: object) -> HoldingRange:
    usual = {"member": "KOR", "mineral": "tungsten", "stage": "refined", "low": 100.0, "high": 300.0}
    return HoldingRange(**{**usual, **more})  # type: ignore[arg-type]


def test_days_of_cover_keep_both_ends_and_their_denominator() -> None:
    forms = holdings_frame([held(form="powder"), held(form="bar", low=2, high=4, unit="days")])
    row = cover_days(forms, use(), {"KOR": 10}).row(0, named=True)
    assert (row["value"], row["high"], row["forms"]) == (22.0, 64.0, 2)
    assert (row["alert"], row["threshold"], row["denominator"]) == ("no", 10.0, "declared consumption")
    low = cover_days(forms, use(), {"KOR": 30}).row(0, named=True)
    assert (low["alert"], low["status"]) == ("yes", "high_above")
    assert cover_days(forms, use()).row(0, named=True)["alert"] is None


def test_what_is_not_declared_is_not_zero() -> None:
    none = cover_days(holdings_frame([]), use(), {"KOR": 30}).row(0, named=True)
    assert (none["value"], none["alert"], none["status"]) == (None, None, "not_declared")
    other = cover_days(holdings_frame([held(mineral="tin")]), use(), {"KOR": 30})
    assert other.select("mineral", "value", "status").rows() == [
        ("tin", None, "no_use"),
        ("tungsten", None, "not_declared"),
    ]


def test_all_faults_of_holdings_and_use_at_once() -> None:
    wrong = holdings_frame([held(low=5, high=1), held(unit="kg")])
    with pytest.raises(DataError) as caught:
        cover_days(wrong, use(day_t=[0.0, 1.0], denominator=["", "x"]))
    assert str(caught.value).splitlines() == [
        "holding of KOR, tungsten (refined): range 5.0 to 1.0; 0 <= low <= high",
        "holding of KOR, tungsten (refined): unit 'kg'; t or days",
        "use of KOR, tungsten (refined): 0.0 t a day; give more than 0",
        "use of KOR, tungsten (refined): no denominator or year; days say what they are days of",
        "use of KOR, tungsten (refined): stands 2 times; give it once",
    ]
    with pytest.raises(DataError, match="use: no column denominator"):
        cover_days(wrong, use().drop("denominator"))


def test_a_break_is_found_when_three_months_tell_of_it_and_not_before() -> None:
    noise = np.random.default_rng(3).normal(0, 0.1, 50)
    kg = np.exp(noise + np.where(np.arange(50) < 30, 5.0, 3.0))[None]
    found = change_points(kg, np.ones((1, 50), bool))
    assert set(found.why[0, :23]) == {SHORT}
    assert set(found.why[0, 23:30]) == {NO_BREAK}
    assert found.value[0, 32:41] == pytest.approx(np.exp(-2), rel=0.25)
    assert found.spread[0, 32:42].tolist() == list(range(3, 13))
    assert set(found.why[0, 42:]) == {OLD_BREAK}
    early = change_points(kg[:, :36], np.ones((1, 36), bool))
    assert np.array_equal(early.value, found.value[:, :36], equal_nan=True)


def test_change_points_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ruptures", None)
    with pytest.raises(MissingExtraError, match=r"change_point needs the optional part 'warning'"):
        change_points(np.ones((1, 30)), np.ones((1, 30), bool))


def graphite(shared: Path) -> pl.DataFrame:
    """China's exports of 2504.10 by month and partner (UN Comtrade)."""
    file = shared / "data" / "raw" / "comtrade_monthly_china" / "china_exports_hs6_monthly_graphite.csv"
    source = pl.read_csv(file, schema_overrides={"hs6": pl.String})
    return source.filter(pl.col("hs6") == "250410").select(
        pl.col("period_dt").str.to_date().alias("period"),
        "hs6",
        partner="partner_name",
        value_usd="val",
        quantity_kg="qty",
    )


@pytest.mark.shared
def test_graphite_2023_as_it_was_seen_at_the_time(shared: Path) -> None:
    """Korea: 3.0, 13.9, 1.1 kt in October to December 2023."""
    rows = graphite(shared)
    before = score_series(rows, as_of=date(2023, 11, 30)).alerts.filter(partner="South Korea")
    surge = before.filter(period=date(2023, 11, 1)).row(0, named=True)
    assert (surge["signal"], round(surge["value"], 1), surge["history"]) == ("export_surge", 3.2, 12)
    after = score_series(rows, as_of=date(2024, 3, 1)).alerts
    korea = after.filter(pl.col("period") > date(2023, 11, 1), partner="South Korea")
    assert korea.select("signal", "period").rows() == [
        ("volume_anomaly", date(2023, 12, 1)),
        ("volume_anomaly", date(2024, 1, 1)),
        ("volume_anomaly", date(2024, 2, 1)),
    ]
    first = after.filter(period=date(2023, 11, 1), signal="export_surge")
    assert {"Japan", "South Korea"} <= set(first["partner"])
    assert score_series(rows, as_of=date(2024, 3, 1), since=date(2023, 12, 1)).alerts.filter(
        partner="Japan", signal="volume_anomaly"
    )["period"].to_list() == [date(2023, 12, 1), date(2024, 1, 1)]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("signal", "threshold", "before", "november", "december"),
    [
        ("export_surge", 2.0, 0.14, 10, 0),
        ("export_surge", 3.0, 0.05, 7, 0),
        ("volume_anomaly", -2.0, 0.09, 0, 6),
        ("volume_anomaly", -3.0, 0.04, 0, 5),
    ],
)
def test_how_often_they_fire_is_what_the_page_says(
    shared: Path, signal: str, threshold: float, before: float, november: int, december: int
) -> None:
    rows = graphite(shared)
    regular = rows.group_by("partner").len().filter(pl.col("len") >= 90)
    found = score_series(
        rows.join(regular, on="partner", how="semi"),
        as_of=date(2025, 3, 1),
        signals=[signal],
        thresholds={signal: threshold},
    )
    known = found.signals.drop_nulls("value").with_columns(yes=pl.col("alert") == "yes")
    calm = known.filter(pl.col("period") < date(2023, 10, 1))["yes"].mean()
    fired = [known.filter(period=date(2023, month, 1))["yes"].sum() for month in (11, 12)]
    assert (regular.height, round(calm, 2), *fired) == (14, before, november, december)  # type: ignore[arg-type]
