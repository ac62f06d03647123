"""Joint exposure, stages, changes and applications, on typed rows."""

from __future__ import annotations

import random
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.errors import OptionError, UnknownTermError
from pactolus.indicators import (
    applications_at_stake,
    bill_similarity,
    end_uses_of,
    hhi,
    import_changes,
    import_series,
    joint_exposure,
    narrow_stages,
    stage_bottlenecks,
)
from pactolus.indicators.applications import USE_PATTERN
from tests.indicators.tiny_world import Flow, production_of, trade_of

ORE, METAL = "261100", "810110"  # tungsten
FLOWS: list[Flow] = [
    (ORE, "KOR", "CHN", 2023, 10, 60),
    (ORE, "KOR", "JPN", 2023, 10, 40),
    (ORE, "JPN", "CHN", 2023, 10, 20),
    (ORE, "JPN", "AUS", 2023, 10, 80),
    (METAL, "KOR", "CHN", 2023, 10, 100),
    (METAL, "JPN", "CHN", 2023, 10, 50),
    (METAL, "KOR", "CHN", 2022, 10, 50),
    (METAL, "KOR", "USA", 2018, 10, 80),
]


def place(table: pl.DataFrame, stage: str) -> dict[str, object]:
    return table.filter(pl.col("stage") == stage).row(0, named=True)


def test_what_two_members_share() -> None:
    found = place(joint_exposure(trade_of(FLOWS), ["KOR", "JPN"], 2023, minerals="tungsten"), "ore")
    assert found["status"] == "ok"
    assert (found["KOR_first"], found["KOR_first_share"], found["KOR_value_usd"]) == ("CHN", 0.6, 100)
    assert (found["JPN_first"], found["JPN_suppliers"]) == ("AUS", 2)
    assert found["same_first"] is False
    assert found["overlap"] == pytest.approx(0.2)
    assert found["common"] == pytest.approx(0.6 * 0.2)
    assert found["cosine"] == pytest.approx(0.12 / ((0.36 + 0.16) * (0.04 + 0.64)) ** 0.5)
    assert (found["joint_value_usd"], found["inside_value_usd"]) == (160, 40)
    assert found["joint_hhi"] == pytest.approx(0.5)
    assert found["complement"] is True


def test_the_same_single_supplier_is_the_strongest_exposure() -> None:
    table = joint_exposure(trade_of(FLOWS), ["KOR", "JPN"], 2023, minerals="tungsten")
    found = place(table, "product")
    assert (found["overlap"], found["cosine"], found["common"], found["same_first"]) == (1.0, 1.0, 1.0, True)
    assert (found["complement"], found["rank"]) == (False, 1)


def test_where_one_member_imports_nothing_there_is_a_status() -> None:
    flows = [f for f in FLOWS if not (f[0] == ORE and f[1] == "JPN")]
    table = joint_exposure(trade_of(flows), ["KOR", "JPN"], 2023, minerals="tungsten,gallium")
    ore = place(table, "ore")
    assert (ore["status"], ore["JPN_status"], ore["KOR_status"]) == ("no_trade_data", "no_trade_data", "ok")
    assert (ore["overlap"], ore["same_first"], ore["complement"], ore["rank"], ore["JPN_value_usd"]) == (
        None,
    ) * 5
    assert table.filter(pl.col("mineral") == "gallium")["status"].unique().to_list() == ["no_code"]


def test_a_year_without_trade_still_answers() -> None:
    table = joint_exposure(trade_of(FLOWS), ["KOR", "JPN"], 2021, minerals="tungsten")
    assert table["overlap"].null_count() == table.height
    assert bill_similarity(trade_of(FLOWS), ["KOR", "JPN"], 2021)["status"].item() == "no_trade_data"


suppliers = st.dictionaries(
    st.sampled_from(["CHN", "AUS", "USA", "CHL", "BRA"]), st.integers(1, 10**11), min_size=1
)


@settings(max_examples=15)
@given(suppliers, suppliers, st.randoms(use_true_random=False))
def test_laws_of_joint_exposure(one: dict[str, int], other: dict[str, int], chance: random.Random) -> None:
    flows: list[Flow] = [(ORE, "KOR", c, 2023, 1, v) for c, v in one.items()]
    flows += [(ORE, "JPN", c, 2023, 1, v) for c, v in other.items()]
    found = place(joint_exposure(trade_of(flows), ["KOR", "JPN"], 2023, minerals="tungsten"), "ore")
    shuffled = trade_of(chance.sample(flows, len(flows)))
    turned = place(joint_exposure(shuffled, ["JPN", "KOR"], 2023, minerals="tungsten"), "ore")
    for measure in ("overlap", "cosine", "common"):
        value = found[measure]
        assert isinstance(value, float)
        assert -1e-12 <= value <= 1 + 1e-12
        assert turned[measure] == pytest.approx(value, rel=1e-12)
    joint = {c: one.get(c, 0) + other.get(c, 0) for c in one.keys() | other.keys()}
    assert found["joint_hhi"] == pytest.approx(hhi(joint), rel=1e-12)
    largest = max(hhi(one), hhi(other))
    assert float(str(found["joint_hhi"])) <= largest + 1e-12


@settings(max_examples=15)
@given(suppliers)
def test_equal_baskets_overlap_wholly(supply: dict[str, int]) -> None:
    flows: list[Flow] = [
        (ORE, m, c, 2023, 1, v * k) for m, k in (("KOR", 1), ("JPN", 3)) for c, v in supply.items()
    ]
    found = place(joint_exposure(trade_of(flows), ["KOR", "JPN"], 2023, minerals="tungsten"), "ore")
    assert (found["overlap"], found["cosine"]) == (pytest.approx(1.0), pytest.approx(1.0))
    assert found["common"] == pytest.approx(hhi(supply))


def test_three_members_are_compared_in_pairs() -> None:
    flows = [*FLOWS, (ORE, "USA", "CHN", 2023, 1, 10)]
    found = place(joint_exposure(trade_of(flows), ["KOR", "JPN", "USA"], 2023, minerals="tungsten"), "ore")
    assert found["common"] == pytest.approx((0.12 + 0.6 + 0.2) / 3)
    assert found["overlap"] == pytest.approx(0.2)


def test_similarity_of_bills() -> None:
    found = bill_similarity(trade_of(FLOWS), ["KOR", "JPN"], 2023, minerals="tungsten").row(0, named=True)
    assert (found["value_a_usd"], found["value_b_usd"], found["codes_both"], found["status"]) == (
        200,
        150,
        2,
        "ok",
    )
    assert found["overlap"] == pytest.approx(0.5 + 1 / 3)
    assert found["cosine"] == pytest.approx((100 * 100 + 100 * 50) / (2 * 100**2 * (100**2 + 50**2)) ** 0.5)


def test_a_code_of_several_minerals_counts_once_in_a_bill() -> None:
    flows: list[Flow] = [("811291", m, "CHN", 2023, 1, 100) for m in ("KOR", "JPN")]
    found = bill_similarity(trade_of(flows), ["KOR", "JPN"], 2023, minerals="gallium,indium")
    assert found["value_a_usd"].item() == 100


@pytest.mark.parametrize(
    ("members", "error", "message"),
    [
        (["KOR"], OptionError, "name two or more"),
        ("KOR", OptionError, "name two or more"),
        (["KOR", "KOR"], OptionError, "would count twice"),
        (["KOR", "KOR+JPN"], OptionError, "KOR would count twice"),
        (["KOR", "JPX"], UnknownTermError, "JPX"),
    ],
)
def test_members_that_cannot_be_compared(members: list[str], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        joint_exposure(trade_of(FLOWS), members, 2023)


SHARES = pl.DataFrame(
    {
        "material": ["Tungsten"] * 2,
        "mineral": ["tungsten"] * 2,
        "stage": ["processing"] * 2,
        "scope": ["global"] * 2,
        "country": ["CHN", "AUT"],
        "share": [0.9, 0.1],
    }
)
MADE = [("Tungsten (W)", "tungsten", c, 2023, q * 10**9) for c, q in (("CHN", 80), ("VNM", 20))]


def test_the_bottleneck_is_the_most_concentrated_stage_that_has_data() -> None:
    table = stage_bottlenecks(
        trade_of(FLOWS), production_of(MADE), ["KOR", "JPN"], 2023, minerals="tungsten", supply_shares=SHARES
    )
    found = {
        (m, i, s): b for m, i, s, b in table.select("measure", "importer", "stage", "bottleneck").iter_rows()
    }
    assert found["world_supply", "WLD", "refined"] is True
    assert found["world_supply", "WLD", "ore"] is False
    assert found["imports", "KOR", "product"] is True
    assert found["imports", "JPN", "ore"] is False
    values = {(i, s): h for i, s, h in table.select("importer", "stage", "hhi").iter_rows()}
    assert values["WLD", "ore"] == pytest.approx(0.68)
    assert values["WLD", "refined"] == pytest.approx(0.82)


def test_the_narrow_stage_differs_by_who_asks() -> None:
    flows: list[Flow] = [(ORE, "USA", "CHN", 2023, 1, 100), (METAL, "USA", "CHN", 2023, 1, 50)]
    flows += [(METAL, "USA", "AUT", 2023, 1, 50)]
    table = stage_bottlenecks(
        trade_of([*FLOWS, *flows]), production_of(MADE), ["KOR", "USA", "KOR+USA"], 2023, minerals="tungsten"
    )
    found = {r["importer"]: r for r in narrow_stages(table).iter_rows(named=True)}
    assert (found["KOR"]["verdict"], found["KOR"]["stage"]) == ("narrowest", "product")
    assert (found["USA"]["verdict"], found["USA"]["stage"]) == ("narrowest", "ore")
    assert found["USA"]["gap"] == pytest.approx(0.5)
    assert (found["WLD"]["verdict"], found["WLD"]["stage"]) == ("one_stage", "ore")
    assert set(found) == {"KOR", "USA", "KOR+USA", "WLD"}


def test_stages_that_lie_close_are_not_told_apart() -> None:
    flows: list[Flow] = [(ORE, "KOR", c, 2023, 1, v) for c, v in (("CHN", 52), ("AUS", 48))]
    flows += [(METAL, "KOR", c, 2023, 1, v) for c, v in (("CHN", 60), ("AUS", 40))]
    table = stage_bottlenecks(trade_of(flows), production_of([]), ["KOR"], 2023, minerals="tungsten")
    found = narrow_stages(table).row(0, named=True)
    assert (found["verdict"], found["stage"]) == ("not_distinguishable", None)
    assert table["bottleneck"].to_list() == [None, None]
    assert found["gap"] == pytest.approx(0.52 - 0.5008)


def test_two_publishers_that_differ_widen_the_stage() -> None:
    made = [*MADE, ("Tungsten", "tungsten", "CHN", 2023, 10**9)]
    both = pl.concat([production_of(MADE), production_of(made[2:], source="bgs")])
    table = stage_bottlenecks(trade_of(FLOWS), both, ["KOR"], 2023, minerals="tungsten", supply_shares=SHARES)
    world = narrow_stages(table).filter(pl.col("importer") == "WLD").row(0, named=True)
    assert world["verdict"] == "not_distinguishable"
    assert (world["low"], world["high"]) == pytest.approx((0.68, 1.0))


def test_what_is_listed_as_other_countries_stays_in_the_whole() -> None:
    """One rule here and in `assess`: the rest is part of the total, and of the range above."""
    made = [*MADE, ("Tungsten (W)", "tungsten", "OTHER", 2023, 100 * 10**9)]
    table = stage_bottlenecks(trade_of(FLOWS), production_of(made), ["KOR"], 2023, minerals="tungsten")
    found = table.filter(pl.col("importer") == "WLD").row(0, named=True)
    assert found["hhi"] == pytest.approx(0.4**2 + 0.1**2)
    assert found["high"] == pytest.approx(0.4**2 + 0.1**2 + 0.5**2)
    assert found["first_share"] == pytest.approx(0.4)


def test_a_dated_coalition_has_the_members_of_that_day() -> None:
    flows: list[Flow] = [(ORE, "DEU", "CHN", 2023, 1, 70), (ORE, "GBR", "CHN", 2023, 1, 30)]
    flows.append((ORE, "KOR", "CHN", 2023, 1, 5))
    for day, value in ((date(2019, 12, 31), 100), (date(2021, 1, 31), 70)):
        asked = {"minerals": "tungsten", "on": day}
        exposed = joint_exposure(trade_of(flows), ["EU", "KOR"], 2023, **asked)
        assert place(exposed, "ore")["EU_value_usd"] == value
        assert bill_similarity(trade_of(flows), ["EU", "KOR"], 2023, **asked)["value_a_usd"].item() == value
        assert import_series(trade_of(flows), ["EU"], [2023], **asked)["value_usd"].item() == value
        changes = import_changes(trade_of(flows), ["EU"], 2023, **asked)
        assert changes["value_usd"].unique().to_list() == [value]
    stages = stage_bottlenecks(trade_of(flows[1:]), production_of([]), ["EU"], 2023, on=date(2021, 1, 31))
    assert stages.is_empty()


def test_a_mixed_code_is_listed_and_never_compared() -> None:
    flows: list[Flow] = [("250410", "KOR", "CHN", 2023, 1, 9), ("250490", "KOR", "USA", 2023, 1, 1)]
    table = stage_bottlenecks(trade_of(flows), production_of([]), ["KOR"], 2023, minerals="natural-graphite")
    assert table["bottleneck"].to_list() == [None, None]
    assert table["stages_compared"].to_list() == [1, 1]


def test_series_of_one_form_are_no_world_series() -> None:
    partial = production_of([("Boron: ulexite", "boron", "ARG", 2023, 5)], source="usgs")
    assert stage_bottlenecks(trade_of(FLOWS), partial, ["KOR"], 2023, minerals="boron").is_empty()


def test_change_against_last_year_and_five_years_ago() -> None:
    table = import_changes(trade_of(FLOWS), ["KOR"], 2023, minerals="tungsten")
    metal = {r["back"]: r for r in table.filter(pl.col("stage") == "product").iter_rows(named=True)}
    assert metal[1]["value_change"] == pytest.approx(1.0)
    assert (metal[1]["first_share_change"], metal[1]["status"]) == (0.0, "ok")
    assert (metal[5]["first"], metal[5]["first_before"], metal[5]["year_before"]) == ("CHN", "USA", 2018)
    assert metal[5]["value_change"] == pytest.approx(0.25)
    ore = table.filter((pl.col("stage") == "ore") & (pl.col("back") == 1)).row(0, named=True)
    assert (ore["status"], ore["value_change"], ore["value_usd"], ore["value_usd_before"]) == (
        "no_trade_data",
        None,
        100,
        None,
    )


def test_a_step_back_goes_back() -> None:
    with pytest.raises(OptionError, match=r"back is \[0\]"):
        import_changes(trade_of(FLOWS), ["KOR"], 2023, back=[0])


def test_a_series_of_a_coalition_is_what_comes_from_outside() -> None:
    table = import_series(trade_of(FLOWS), ["KOR+JPN"], [2022, 2023], minerals="tungsten")
    ore = table.filter(pl.col("stage") == "ore").row(0, named=True)
    assert (ore["value_usd"], ore["quantity_kg"], ore["suppliers"]) == (160, 30, 2)
    assert table.filter(pl.col("year") == 2022)["stage"].to_list() == ["product"]


END_USES = pl.DataFrame(
    {
        "material": ["Cobalt", "Cobalt", "Cobalt", "Lithium", "Gallium"],
        "mineral": ["cobalt", "cobalt", "cobalt", "lithium", "gallium"],
        "application": ["batteries", "batteries", "superalloys", "batteries", "integrated-circuits"],
        "application_text": ["Portable", "Cars", "Alloys", "Batteries", "ICs"],
        "share": [0.3, 0.4, 0.05, 0.8, None],
        "nace2": [None] * 5,
    }
)


def test_end_uses_are_added_up_by_application_and_carry_their_label() -> None:
    found = end_uses_of(END_USES, "cobalt")
    assert found.select("application", "share").rows() == [
        ("batteries", pytest.approx(0.7)),
        ("superalloys", 0.05),
    ]
    assert found["pattern"].unique().to_list() == [USE_PATTERN]


def test_applications_by_the_number_of_minerals_they_hang_on() -> None:
    found = applications_at_stake(END_USES, "cobalt,lithium,gallium").row(0, named=True)
    assert found["application"] == "batteries"
    assert found["minerals"] == ["lithium", "cobalt"]
    assert (found["count"], found["largest_share"]) == (2, 0.8)
    assert applications_at_stake(END_USES, "gallium").is_empty()
