"""Plans of real events: graphite as on the day of the announcement, and what a world or a user must give."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from pactolus.catalogue.world import World, open_world
from pactolus.disruption.scenarios.scenario import Declared
from pactolus.errors import DataError, InputError, NoAnswerError
from pactolus.policy.register import register
from pactolus.response.events.durations import Case, Duration
from pactolus.response.events.event import Alternative, Limits, Shipment, ready_event
from pactolus.response.plan.given import Given, fan_of
from pactolus.response.plan.real import respond, situation_of, situations_of
from pactolus.response.plan.situation import checked
from pactolus.stockpile.members.holdings import HoldingRange
from pactolus.stockpile.members.lots import StockLot, read_lots
from pactolus.workspace.labels import Levels

GRAPHITE = ready_event("graphite-licence-2023")
PLACE = ("natural-graphite", "mixed")
HELD = tuple(
    HoldingRange(
        member=member,
        mineral=PLACE[0],
        stage=PLACE[1],
        low=low,
        high=high,
        unit="days",
        label=Levels().read(label),
    )
    for member, low, high, label in (("KOR", 0, 90, "KOR:restricted"), ("JPN", 30, 60, "JPN:shared"))
)


@pytest.fixture(scope="module")
def world() -> World:
    return open_world()


def test_graphite_as_on_the_day_of_the_announcement(world: World) -> None:
    """Two months of warning: orders go out at once, stocks follow when the first licence month comes."""
    plan = respond(world, GRAPHITE, register(), given=Given(holdings=HELD))
    assert plan.situation.start == date(2023, 10, 1)
    assert PLACE in plan.situation.places
    mixed = plan.actions.filter(pl.col("stage") == "mixed")
    first = mixed.filter(pl.col("month") == date(2023, 10, 1))
    assert set(first["action"]) == {"joint purchase"}
    assert (first["arrives"] == date(2023, 12, 1)).all()
    assert (
        "CHN" not in mixed.filter(pl.col("action").is_in(["joint purchase", "re-routing"]))["what"].to_list()
    )
    released = mixed.filter(pl.col("action") == "release")
    assert released["month"].min() == date(2023, 12, 1)
    assert released["due"].min() == date(2023, 12, 31)
    assert plan.robust["right_in"].min() > 0
    value = plan.value.row(0, named=True)
    assert 0 < value["together_musd"] < value["alone_musd"] < value["idle_musd"]
    assert {"losses at the low end", "losses at the high end", "stocks at the low end"} <= set(
        plan.value["case"]
    )
    assert str(plan.label) == "JPN:shared+KOR:restricted"
    assert any("may partly be the same" in note for note in plan.notes)


def test_nobody_declares_and_no_release_is_planned(world: World) -> None:
    plan = respond(world, GRAPHITE, register(), robust=False)
    released = plan.actions.filter(pl.col("action") == "release")
    assert set(released["what"]) == {"bought or borrowed"}
    assert sum("declares no stock" in note for note in plan.notes) == 2 * len(plan.situation.places)


def test_losses_are_ranges_and_part_of_use(world: World) -> None:
    ends = situations_of(world, GRAPHITE, register())
    low, mid, high = (ends[end].loss_t.sum() for end in ("low", "mid", "high"))
    assert low < mid < high
    for one in ends.values():
        assert (one.loss_t.max(axis=(2, 3)) <= one.use_t * (1 + 1e-9)).all()
        assert (one.loss_t[:, :, :2] == 0).all()  # announced in October, in force in December


def test_later_years_lose_what_past_shocks_still_lost(world: World) -> None:
    long = replace(GRAPHITE, duration=Duration(months=(30.0, 30.0)))
    one = situation_of(world, long, register(), given=Given(months=36))
    path = one.loss_t[one.places.index(PLACE), 0, :, 0]
    assert path[2] == path[13] > path[14] > path[26] > 0
    assert path[32] == 0


def test_durations_that_are_still_possible() -> None:
    event = replace(
        GRAPHITE, duration=Duration(cases=(Case(months=3, probability=0.5), Case(months=9, probability=0.5)))
    )
    ahead, lengths, chance = fan_of(event, date(2023, 10, 20), 24)
    assert (ahead, lengths, chance.tolist()) == (2, (5, 11), [0.5, 0.5])
    assert fan_of(event, date(2024, 3, 1), 24)[1:][0] == (6,)
    assert fan_of(event, date(2023, 10, 20), 8)[1] == (5, 8)
    with pytest.raises(
        NoAnswerError, match="the longest expected duration, 9 months from 2023-12-01, has gone by"
    ):
        fan_of(event, date(2024, 9, 1), 24)


def test_limits_and_alternatives_of_the_event_hold(world: World) -> None:
    own = Alternative(
        supplier="NOR",
        mineral=PLACE[0],
        stage=PLACE[1],
        tonnes_a_month=50.0,
        premium=(0.1, 0.3),
        lag_months=1,
        source="x",
    )
    limits = Limits(
        lending_share={"KOR": 0.2}, lag_rerouting=3, no_transfer=("JPN",), money_musd_per_month=0.5
    )
    event = replace(GRAPHITE, limits=limits, alternatives=(own,))
    one = situation_of(world, event, register())
    [mine] = [s for s in one.sources if s.basis == "x"]
    assert (mine.premium, mine.open_to, mine.lag) == ((0.1, 0.2, 0.3), ("KOR", "JPN"), 1)
    others = [s for s in one.sources if s.basis != "x"]
    assert {s.lag for s in others} == {3}
    assert all("observed maximum" in s.basis for s in others)
    assert not {"CHN", "PRK", "RUS"} & {s.supplier for s in others}
    assert one.assumed.lends("KOR") == 0.2
    assert one.assumed.lends("JPN") == 0
    assert one.assumed.money_musd_per_month == 0.5
    assert respond(world, event, register(), robust=False).answer.total_musd > 0


def test_own_lots_uses_and_prices_stand_before_the_trade(world: World) -> None:
    lots = (
        StockLot(mineral=PLACE[0], stage=PLACE[1], member="KOR", origin=None, form="flake", share=0.5),
        StockLot(
            mineral=PLACE[0],
            stage=PLACE[1],
            member="KOR",
            origin="BRA",
            form="flake",
            grade="95 %",
            share=0.5,
        ),
    )
    given = Given(
        holdings=HELD, lots=lots, declared={(*PLACE, "KOR"): 60_000.0}, prices={PLACE: 2000.0}, months=12
    )
    one = situation_of(world, GRAPHITE, register(), given=given)
    k = one.places.index(PLACE)
    assert one.use_t[k, 0] == pytest.approx(5000)
    assert one.price_usd_per_t[k] == 2000
    unknown, brazil = [lot for lot in one.held if (lot.place, lot.member) == (k, 0)]
    assert (unknown.may_go, unknown.why) == ((), "origin_unknown")
    assert (brazil.may_go, brazil.grade) == (("JPN",), "95 %")
    assert brazil.tonnes[2] == pytest.approx(0.5 * 90 * 5000 / (365.25 / 12))


def test_own_lots_say_who_can_use_them_and_others_leave_it_open(world: World) -> None:
    told = {"mineral": PLACE[0], "stage": PLACE[1], "origin": "BRA", "share": "1"}
    rows = ({**told, "member": "KOR", "usable_by": "JPN USA", "content": "0.8"}, {**told, "member": "JPN"})
    given = Given(holdings=HELD, lots=read_lots(rows, "own.csv"), months=12)
    one = situation_of(world, GRAPHITE, register(), given=given)
    k = one.places.index(PLACE)
    mine, other = (lot for lot in one.held if lot.place == k)
    assert (mine.usable_by, mine.content, other.usable_by, other.content) == (("JPN",), 0.8, None, 1.0)
    open_ = situation_of(world, GRAPHITE, register(), given=Given(holdings=HELD, months=12))
    assert not [note for note in one.notes if "mixed" in note and "are of forms" in note]
    assert all(lot.usable_by is None for lot in open_.held)
    with pytest.raises(DataError, match="line 2: content '0'; give tonnes of use a tonne of it, above 0"):
        read_lots([{**told, "member": "KOR", "content": "0"}], "own.csv")


def shipment(**more: object) -> Shipment:
    given: dict[str, object] = {
        "reference": "S-1", "member": "KOR", "mineral": PLACE[0], "stage": PLACE[1], "origin": "CHN",
        "tonnes": 3000.0, "due": date(2023, 12, 20), "status": "held",
    }  # fmt: skip
    return Shipment(**(given | more))  # type: ignore[arg-type]


def test_named_cargo_stands_in_its_month_and_not_beside_the_share(world: World) -> None:
    plain = situations_of(world, GRAPHITE, register())
    k = plain["mid"].places.index(PLACE)
    afloat = replace(shipment(status="afloat"), reference="S-2", due=date(2024, 1, 5))
    ships = (
        shipment(),
        afloat,
        shipment(reference="S-3", due=None),
        shipment(reference="S-4", status="arrived"),
    )
    named = situations_of(world, replace(GRAPHITE, shipments=ships), register())
    for end in ("low", "mid", "high"):
        before, after = plain[end].loss_t[k, 0, :, -1], named[end].loss_t[k, 0, :, -1]
        assert after[2] == max(3000.0, before[2])
        assert after[3] == (max(3000.0, before[3]) if end == "high" else before[3])
        assert (after[4:] == before[4:]).all()
    assert named["mid"].loss_t[k, 0, 2, -1] > plain["mid"].loss_t[k, 0, 2, -1]
    told = " ".join(named["mid"].notes)
    assert "shipment S-3: no day of arrival; it counts in no month" in told
    assert "never both" in told


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tonnes": 9e6}, "shipment S-1 of KOR: 9,000,000.0 t is more than KOR imports in a month, "),
        ({"stage": None}, "shipment S-1: stage is missing; natural-graphite is planned at mixed, "),
    ],
)
def test_impossible_cargo_is_refused(world: World, change: dict[str, object], message: str) -> None:
    event = replace(GRAPHITE, shipments=(shipment(**change),))
    with pytest.raises(InputError, match=message):
        checked(situation_of(world, event, register()))


def test_holdings_of_other_places_are_told_and_not_used(world: World) -> None:
    odd = replace(HELD[0], stage="product")
    one = situation_of(world, GRAPHITE, register(), given=Given(holdings=[odd]))
    assert not one.held
    assert any("natural-graphite (product) are not of what this event cuts" in note for note in one.notes)


def test_fictitious_tonnes_need_a_price(world: World) -> None:
    rows = tuple(
        Declared(mineral="germanium", stage="refined", exporter=exporter, importer=importer, tonnes=tonnes)
        for exporter, tonnes in (("CHN", 8.0), ("CAN", 2.0))
        for importer in ("KOR", "JPN")
    )
    shock = replace(GRAPHITE.shocks[0], minerals=("germanium",), stages=("refined",))
    event = replace(GRAPHITE, shocks=(shock,), declared=rows, fictitious=True)
    with pytest.raises(NoAnswerError, match=r"germanium \(refined\): no price in this world; give one"):
        respond(world, event, register())
    plan = respond(
        world, event, register(), given=Given(prices={("germanium", "refined"): 1.5e6}), robust=False
    )
    assert plan.situation.use_t[0].tolist() == pytest.approx([10 / 12, 10 / 12])
    assert any(note.startswith("FICTITIOUS") for note in plan.notes)


def test_the_prior_leaves_the_event_itself_out(world: World) -> None:
    one = situation_of(world, GRAPHITE, register())
    other = situation_of(world, replace(GRAPHITE, duration=Duration(prior=True)), register())
    assert one.lengths != other.lengths or not np.allclose(one.probability, other.probability)
