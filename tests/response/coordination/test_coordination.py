"""Contributions sum to the need; coalitions are priced by one programme; joining makes nobody worse off."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.errors import InputError, NoAnswerError, OptionError
from pactolus.response.coordination.coalitions import coalition_event, members_for
from pactolus.response.coordination.contributions import contributions
from pactolus.response.coordination.pricing import EVERY, Priced, price_coalitions, restricted_to
from pactolus.response.coordination.tables import coalition_table, gain_table, joining_table
from pactolus.response.events.event import ready_event
from pactolus.response.plan.plan import plan_of
from pactolus.response.plan.situation import Held, Situation, Source, checked

MEMBERS = ("KOR", "JPN", "USA")
amounts = st.floats(1.0, 1e4)


def situation(
    use=(100.0, 80.0, 40.0), part=(0.6, 0.3, 0.5), stock=(300.0, 20.0, 0.0), members=MEMBERS, room=20.0
) -> Situation:
    """One mineral for six months, two durations; who holds nothing of `stock` declares a stock of zero."""
    months, lengths = 6, (2, 5)
    count = len(members)
    loss = np.zeros((1, count, months, 2))
    for i in range(count):
        for s, length in enumerate(lengths):
            loss[0, i, :length, s] = use[i] * part[i]
    held = tuple(
        Held(place=0, member=i, tonnes=(0.5 * t, t, 1.5 * t), origin="AUS", may_go=members)
        for i, t in enumerate(stock)
        if t is not None
    )
    return checked(
        Situation(
            members=members,
            places=(("cobalt", "refined"),),
            start=date(2030, 1, 1),
            lengths=lengths,
            probability=np.array([0.5, 0.5]),
            use_t=np.array([use], dtype=float),
            bought_t=np.array([use], dtype=float),
            price_usd_per_t=np.array([30_000.0]),
            loss_t=loss,
            inflow_free=np.full((1, count), 0.5),
            held=held,
            undeclared=tuple((0, i) for i, t in enumerate(stock) if t is None),
            sources=(
                Source(
                    place=0, supplier="AUS", room_t=room, open_to=members, premium=(0.05, 0.1, 0.2), lag=2
                ),
            ),
        )
    )


@given(
    use=st.tuples(amounts, amounts, amounts),
    part=st.tuples(*([st.floats(0.0, 1.0)] * 3)),
    weights=st.tuples(*([st.floats(0.1, 10.0)] * 3)),
)
def test_contributions_sum_to_the_need(use, part, weights):
    one = situation(use, part)
    for rule in ("consumption", "weights"):
        rows = contributions(one, rule, weights=dict(zip(MEMBERS, weights, strict=True)))
        need = rows["lost_t"].sum()
        assert rows["contribution_t"].sum() == pytest.approx(need, rel=1e-9, abs=1e-9)
        assert rows["gives_t"].sum() == pytest.approx(0.0, abs=1e-6 * max(need, 1.0))


@given(floor=st.floats(0.0, 60.0))
def test_ability_is_stock_above_the_floor(floor):
    one = situation(stock=(300.0, 200.0, 100.0))
    rows = contributions(one, "ability", floor_days=floor)
    above = [
        max(0.0, t - floor * u / (365.25 / 12)) for t, u in zip((300, 200, 100), (100, 80, 40), strict=True)
    ]
    assert rows["ability_t"].to_list() == pytest.approx(above)
    assert rows["contribution_t"].sum() == pytest.approx(rows["lost_t"].sum())


def test_equal_consumers_contribute_equally():
    rows = contributions(situation((50.0, 50.0, 50.0), (0.9, 0.0, 0.0)), "consumption")
    assert rows["contribution_t"].to_list() == pytest.approx([15.0, 15.0, 15.0])
    assert rows["gives_t"].to_list() == pytest.approx([-30.0, 15.0, 15.0])


def test_more_than_a_member_can_give_is_shown():
    rows = contributions(situation(stock=(300.0, 20.0, 0.0)), "ability", floor_days=0, given={"USA": 1.0})
    assert rows["beyond_ability_t"].to_list()[0] == 0.0
    shown = contributions(situation(), "consumption", given={"JPN": 5.0})
    assert shown["beyond_ability_t"][1] == pytest.approx(shown["contribution_t"][1] - 5.0)


def test_no_declaration_is_not_zero():
    with pytest.raises(NoAnswerError, match="JPN declares neither a stock nor what it can give"):
        contributions(situation(stock=(300.0, None, 0.0)), "ability")


def test_wrong_rules_and_weights_are_named():
    with pytest.raises(OptionError, match="rule 'luck': there are consumption"):
        contributions(situation(), "luck")
    with pytest.raises(OptionError, match="CHN is no member"):
        contributions(situation(), "weights", weights={"CHN": 1.0})
    with pytest.raises(InputError, match="no weight for USA"):
        contributions(situation(), "weights", weights={"KOR": 1.0, "JPN": 1.0})


def test_prices_agree_with_the_plan():
    one = situation()
    plan, priced = plan_of(one, robust=False), price_coalitions(one)
    assert priced.cost_musd[frozenset(MEMBERS)] == pytest.approx(plan.answer.total_musd)
    for name, cost in plan.alone.select("member", "alone_musd").iter_rows():
        assert priced.cost_musd[frozenset([name])] == pytest.approx(cost)
    assert priced.grand == pytest.approx(plan.gain_musd)
    assert coalition_table(priced).height == 7


@settings(max_examples=12, deadline=None)
@given(part=st.tuples(*([st.floats(0.05, 0.9)] * 3)), stock=st.tuples(*([st.floats(0.0, 400.0)] * 3)))
def test_apart_never_beats_together(part, stock):
    priced = price_coalitions(situation(part=part, stock=stock))
    for one in priced.cost_musd:
        for other in priced.cost_musd:
            if not one & other:
                apart = priced.cost_musd[one] + priced.cost_musd[other]
                assert priced.cost_musd[one | other] <= apart * (1 + 1e-7) + 1e-7


@settings(max_examples=12, deadline=None)
@given(stock=st.tuples(*([st.floats(0.0, 400.0)] * 3)))
def test_nobody_is_worse_off_after_payments(stock):
    priced = price_coalitions(situation(stock=stock))
    gains = gain_table(priced)
    assert gains["compensation_musd"].sum() == pytest.approx(0.0, abs=1e-6)
    assert min(gains["gain_after_musd"]) >= -1e-9
    joined = joining_table(priced, ["USA"])
    assert joined.filter(joined["role"] != "all")["gain_after_musd"].sum() == pytest.approx(
        joined["gain_after_musd"][-1], abs=1e-6
    )


def test_no_agreement_without_the_only_holder():
    """Only Korea holds a stock and nothing else moves: without it nobody gains."""
    one = situation(stock=(600.0, 0.0, 0.0), part=(0.1, 0.8, 0.8), room=0.0)
    one = checked(one.__class__(**{**one.__dict__, "inflow_free": np.zeros((1, 3))}))
    priced = price_coalitions(one)
    assert priced.grand > 0
    assert priced.needed == ("KOR",)
    assert gain_table(priced)["no_agreement_without"].to_list() == [True, False, False]


def test_nobody_is_needed_where_nothing_is_gained():
    priced = Priced(("KOR", "JPN"), {frozenset(s): 1.0 * len(s) for s in (["KOR"], ["JPN"], ["KOR", "JPN"])})
    assert priced.needed == ()


def test_few_coalitions_give_the_same_answer():
    one = situation()
    whole, few = price_coalitions(one), price_coalitions(one, joining=["USA"])
    assert whole.whole
    assert not few.whole
    assert joining_table(few, ["USA"]).equals(joining_table(whole, ["USA"]))
    with pytest.raises(OptionError, match="leave members to be joined"):
        joining_table(whole, list(MEMBERS))


def test_many_members_are_priced_in_part():
    names = ("KOR", "JPN", "USA", "AUS", "CAN", "DEU", "FRA", "GBR", "ITA")
    assert len(names) > EVERY
    one = situation((10.0,) * 9, (0.5,) * 9, (5.0,) * 9, names)
    priced = price_coalitions(one)
    assert not priced.whole
    assert len(priced.cost_musd) == 9 + 36 + 9 + 1
    assert priced.grand >= 0


def test_rooms_of_parts_sum_to_the_whole():
    one = situation()
    rooms = [restricted_to(one, [name]).sources[0].room_t for name in MEMBERS]
    assert sum(rooms) == pytest.approx(one.sources[0].room_t)
    with pytest.raises(OptionError, match="CHN is no member"):
        restricted_to(one, ["CHN"])


def test_members_of_a_coalition_on_the_day():
    event = ready_event("graphite-licence-2023")
    chosen = members_for(event, "G7", (), ("KOR",))
    assert set(chosen.members) == {"CAN", "DEU", "FRA", "GBR", "ITA", "JPN", "USA", "KOR"}
    assert "G7 as of 2023-10-20: 7 members" in chosen.notes
    other = coalition_event(event, chosen.members)
    assert other.members == chosen.members
    assert set(other.undeclared) == set(chosen.members)
    assert members_for(event, None, (), ()).members == event.members


def test_an_unconfirmed_coalition_needs_a_list():
    event = ready_event("graphite-licence-2023")
    with pytest.raises(OptionError, match="FORGE: membership is unconfirmed"):
        members_for(event, "FORGE", (), ())
    chosen = members_for(event, "FORGE", ("KOR", "JPN"), ())
    assert chosen.members == ("KOR", "JPN")
    assert "the list of members is the user's" in chosen.notes[0]


def test_who_cuts_does_not_answer():
    event = ready_event("graphite-licence-2023")
    assert members_for(event, None, ("KOR", "CHN"), ()).members == ("KOR",)
    with pytest.raises(OptionError, match="nobody is left"):
        members_for(event, None, ("CHN",), ())
