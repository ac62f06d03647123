"""The smelter aggregate: sums of public trade, no firm's figure, and what is not entered stays open."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlparse

import polars as pl
import pytest

from pactolus.catalogue.world import World, open_world
from pactolus.errors import DataError, InputError, NoAnswerError
from pactolus.projects.base.ranges import Range
from pactolus.projects.market.copper import Charge
from pactolus.projects.market.entered import Entered, read_terms
from pactolus.projects.market.notice import NOTICE_CHARGES
from pactolus.projects.market.published import (
    annual_charge,
    charge_history,
    firms_of,
    smelting_terms,
    spot_charge,
)
from pactolus.projects.market.smelter_stress import Aggregate, aggregate, income, lost, shown
from pactolus.projects.market.smelter_tables import (
    exposure_table,
    history_table,
    margin_table,
    stress_table,
    threshold_table,
)
from pactolus.stockpile.buying.lines import NOTICE

BOTH = ("KOR", "JPN")
POINTS = {
    "grade": Range.of(0.25),
    "payable": Range.of(0.96),
    "deduction": Range.of(0.01),
    "moisture": Range.of(0.1),
}


@pytest.fixture(scope="module")
def world() -> World:
    return open_world()


@pytest.fixture(scope="module")
def known(world: World) -> Aggregate:
    return aggregate(world, BOTH, year=2024)


def test_imports_are_those_of_the_trade_table(world: World, known: Aggregate) -> None:
    trade = world.table("trade").filter(hs_code="260300", year=2024)
    for one in known.imports:
        assert one.concentrate_t == trade.filter(importer=one.member)["quantity_kg"].sum() / 1000
    assert [one.refined_t for one in known.imports] == [604_000.0, 1_570_000.0]


def test_income_by_hand(world: World) -> None:
    known = aggregate(world, BOTH, year=2024, entered=Entered(common=POINTS))
    (kor, _) = known.imports
    expected = kor.concentrate_t * 0.9 * (80 + 0.08 * 2204.62262 * 0.24)
    found = income(known, [kor], Charge(80.0, 8.0))
    assert (found.low, found.mid, found.high) == pytest.approx((expected,) * 3)


def test_what_is_lost_is_the_difference_of_two_incomes(world: World) -> None:
    known = aggregate(world, BOTH, year=2024, entered=Entered(common=POINTS))
    for group in (known.imports[:1], known.imports):
        gone = lost(known, group, "annual", year=2024, scenario=Charge(10.0, 1.0), whole=True)
        assert gone is not None
        before, after = (income(known, group, one).mid for one in (annual_charge(2024), Charge(10.0, 1.0)))
        assert gone.mid == pytest.approx(before - after)


def test_the_sum_is_the_sum(known: Aggregate) -> None:
    table = exposure_table(known, Charge(0.0, 0.0), before=2024).filter(terms="annual")
    for column in ("customs_weight_kt", "lost_if_all_low_musd", "lost_if_all_high_musd", "dry_mid_kt"):
        kor, jpn, both = table[column].to_list()
        assert both == pytest.approx(kor + jpn)


def test_a_share_that_nobody_entered_lies_between_nothing_and_all(known: Aggregate) -> None:
    row = exposure_table(known, Charge(0.0, 0.0), before=2024).row(0, named=True)
    assert (row["lost_low_musd"], row["lost_mid_musd"]) == (0.0, None)
    assert row["lost_high_musd"] == row["lost_if_all_high_musd"] > 0
    assert row["status"] == "share not entered: 0 to 1"


def test_terms_without_a_published_charge_are_no_data(known: Aggregate) -> None:
    rows = exposure_table(known, Charge(0.0, 0.0), before=2024)
    assert set(rows.filter(terms="spot")["status"]) == {"no data: none published"}
    assert set(rows.filter(terms="custom")["status"]) == {"no data: enter tc_custom_usd_per_dmt"}
    assert rows.filter(pl.col("terms") != "annual")["lost_if_all_mid_musd"].null_count() == 6


def test_terms_of_japan_hold_for_japan() -> None:
    assert annual_charge(2025).tc_usd_per_dmt == 21.25
    assert annual_charge(2025, "japan").tc_usd_per_dmt == 25.0
    assert annual_charge(2024, "japan") == annual_charge(2024)
    assert spot_charge(2025) == Charge(-43.0, -4.3)
    with pytest.raises(DataError, match="none of 2009; there are those of 2010 to 2026"):
        annual_charge(2009)


def test_income_falls_with_the_charge_and_may_turn_negative(known: Aggregate) -> None:
    table = stress_table(known, Charge(-40.0, -4.0), before=2024).filter(members="KOR+JPN")
    middles = table["income_mid_musd"].to_list()
    assert middles == sorted(middles, reverse=True)
    assert table.filter(case="scenario")["income_high_musd"].item() < 0
    at_2024 = table.filter(pl.col("case") == "annual 2024 china")
    assert at_2024["change_mid_musd"].item() == 0.0


def test_no_margin_of_a_country_with_fewer_than_three_firms(world: World, known: Aggregate) -> None:
    assert firms_of(("KOR",)) < 3 <= firms_of(("JPN",))
    assert set(margin_table(known, {"a": annual_charge(2024)})["members"]) == {"JPN", "KOR+JPN"}
    assert set(threshold_table(known)["members"]) == {"JPN", "KOR+JPN"}
    kor = stress_table(known, None, before=2024).filter(members="KOR")
    assert kor["covers_cost_of_mid_usd_per_dmt"].null_count() == kor.height > 0
    assert set(kor["against_cost"]) == {"fewer than three firms: in the sum only"}
    with pytest.raises(NoAnswerError, match=r"KOR: 2 firms are known .* fewer than 3"):
        threshold_table(aggregate(world, ("KOR",), year=2024))


@pytest.mark.parametrize(
    "entered",
    [
        Entered(common={"cost_usd_per_dmt": Range(100.0, 120.0, 150.0)}),
        Entered(own={("KOR", "share_annual"): Range.of(0.8)}),
        Entered(own={("JPN", "premium_usd_per_t"): Range.of(90.0)}),
    ],
)
def test_with_figures_of_firms_there_is_only_the_sum(world: World, entered: Entered) -> None:
    known = aggregate(world, BOTH, year=2024, entered=entered)
    tables = (
        exposure_table(known, Charge(0.0, 0.0), before=2024),
        stress_table(known, None, before=2024),
        margin_table(known, {"a": annual_charge(2024)}),
        threshold_table(known),
    )
    assert {name for table in tables for name in table["members"]} == {"KOR+JPN"}
    with pytest.raises(NoAnswerError, match="fewer than 3"):
        exposure_table(aggregate(world, ("KOR",), year=2024, entered=entered), Charge(0.0, 0.0), before=2024)


def test_a_difference_of_two_answers_does_not_show_them_either(world: World) -> None:
    entered = Entered(own={("KOR", "cost_usd_per_dmt"): Range.of(100.0)})
    with pytest.raises(DataError, match="figures of KOR were entered"):
        aggregate(world, ("JPN",), year=2024, entered=entered)


def test_where_every_member_has_three_firms_each_is_shown() -> None:
    assert shown(("JPN", "CHN"), of_firms=True) == (("JPN",), ("CHN",), ("JPN", "CHN"))
    assert shown(("JPN",), of_firms=True) == (("JPN",),)
    assert shown(("KOR",), of_firms=False) == (("KOR",),)


def test_the_cost_range_against_the_margin(world: World) -> None:
    def position(low: float, high: float) -> set[str]:
        entered = Entered(common={"cost_usd_per_dmt": Range(low, (low + high) / 2, high)})
        table = stress_table(aggregate(world, BOTH, year=2024, entered=entered), None, before=2024)
        return set(table["against_cost"])

    assert position(900.0, 1000.0) == {"below the cost range"}
    assert position(0.0, 900.0) == {"within the cost range"}
    assert "above the cost range" in position(10.0, 20.0)


def test_every_row_carries_the_notice_and_no_firm(known: Aggregate) -> None:
    tables = (
        exposure_table(known, Charge(0.0, 0.0), before=2024),
        stress_table(known, None, before=2024),
        margin_table(known, {"a": annual_charge(2024)}),
        threshold_table(known),
        history_table(),
    )
    for table in tables:
        assert set(table["notice"]) == {NOTICE_CHARGES}
        text = table.drop("link", strict=False).write_csv()
        assert not any(name in text for name in ("LS MnM", "Korea Zinc", "JX", "Mitsubishi", "Sumitomo"))
    assert NOTICE_CHARGES.endswith(NOTICE[NOTICE.index("Have it cleared") :])
    assert all(country in NOTICE_CHARGES for country in ("Korea", "Japan"))


def test_every_published_charge_has_a_source_and_the_right_size() -> None:
    history = charge_history()
    for row in history.to_dicts():
        assert all((urlparse(row["link"]).netloc, row["publisher"], row["read_on"], row["status"]))
        Charge(row["tc_usd_per_dmt"], row["rc_cents_per_lb"] or 0.0)
    assert set(history.filter(kind="annual")["year"]) == set(range(2010, 2027))
    assert history.filter(kind="annual", year=2026)["tc_usd_per_dmt"].to_list() == [0.0]
    annual = history.filter(kind="annual")
    gap = (annual["rc_cents_per_lb"] - annual["tc_usd_per_dmt"] / 10).abs()
    assert (gap <= 0.05 + 1e-9).all(), "by custom the RC is a tenth; 2017 is printed as 9.2"


def test_terms_that_stand_in_say_what_they_rest_on() -> None:
    assert smelting_terms()["payable"] == Range(0.965, 0.9665, 0.9675)
    assert set(smelting_terms()) >= {"grade", "deduction", "recovered", "moisture", "acid_usd_per_t"}


def write(path: Path, *lines: str) -> Path:
    path.write_text("member,key,low,mid,high,source\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_terms_file(tmp_path: Path) -> None:
    found = read_terms(
        write(
            tmp_path / "t.csv",
            "*,grade,0.25,0.26,0.27,ours",
            "Japan,share_spot,0.1,0.2,0.3,",
            ",gold_g_per_dmt,1,2,3,",
        )
    )
    assert found.get("KOR", "grade") == Range(0.25, 0.26, 0.27)
    assert found.share("JPN", "spot") == Range(0.1, 0.2, 0.3)
    assert found.share("KOR", "spot") is None
    with pytest.raises(DataError, match="gold_g_per_dmt without gold_payable"):
        found.smelting("KOR", Range.of(9000.0), {"gold": 2000.0})


def test_faults_of_a_terms_file_come_together(tmp_path: Path) -> None:
    file = write(
        tmp_path / "t.csv",
        "*,grade,25,27,30,",
        "*,gradee,0.2,0.2,0.2,",
        "KOR,share_annual,0.9,0.9,1.0,",
        "KOR,share_spot,0.5,0.5,0.6,",
        "*,moisture,8,8,8,",
        "Atlantis,grade,0.2,0.2,0.2,",
        "*,recovered,0.9,x,1,",
        "*,payable,0.97,0.96,0.98,",
        "*,cost_usd_per_dmt,-5,1,2,",
    )
    with pytest.raises(InputError) as caught:
        read_terms(file)
    text = str(caught.value)
    for line, says in (
        (2, "grade: 30 is over 100 %; write a part, 27 % is 0.27"),
        (3, "did you mean grade"),
        (6, "a part of the weight from 0 to 0.3"),
        (7, "Atlantis"),
        (8, "'x' is no number"),
        (9, "low, middle, high in order"),
        (10, "0 or more"),
    ):
        assert any(f"line {line}:" in one and says in one for one in text.splitlines()), (line, text)
    assert "KOR: shares of annual, spot and custom terms make 1.4" in text
    with pytest.raises(DataError, match="cannot be read"):
        read_terms(tmp_path / "none.csv")
    with pytest.raises(DataError, match="no rows"):
        read_terms(write(tmp_path / "empty.csv"))


def test_a_year_without_trade_or_price(world: World) -> None:
    with pytest.raises(NoAnswerError, match="no imports of copper concentrate"):
        aggregate(world, BOTH, year=1901)
    with pytest.raises(NoAnswerError, match="no imports of copper concentrate"):
        aggregate(world, ("KOR", "TUV"), year=2024)
