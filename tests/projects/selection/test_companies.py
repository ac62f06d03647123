"""Money and offtake of single companies: brute force, laws, limits, and who may see what."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from pactolus.errors import DataError, InputError, NoAnswerError
from pactolus.projects.matching.guard import View
from pactolus.projects.selection.companies import Company, power_faults, read_companies
from pactolus.projects.selection.company_tables import company_table, stakes_of
from pactolus.projects.selection.instance import Instance
from pactolus.projects.selection.limits import Limits
from pactolus.projects.selection.portfolio import Portfolio, select
from pactolus.projects.selection.synthetic import synthetic_instance

from .conftest import small

SEEDS = st.integers(0, 10_000)
NEUTRAL = Limits(weight=0.0)


def firm(name: str, country: str = "KOR", role: str = "equity", **more) -> Company:
    return Company(company=name, country=country, role=role, **more)


def drawn(seed: int) -> Instance:
    """The small case with two windows, scarce money, and firms out of a random generator."""
    draw = np.random.default_rng(seed)
    cash = draw.uniform(0, 12, (3, 1, 2)).round(1)
    firms = tuple(
        firm(
            f"Firm {k}",
            country,
            hosts=frozenset(draw.choice(["AUS", "CHL"], draw.integers(0, 2), replace=False).tolist()),
            most_musd=float(draw.uniform(5, 25)),
            most_share=float(draw.choice([0.3, 0.6, 1.0])),
            least_musd=float(draw.choice([0.0, 4.0])),
        )
        for k, country in enumerate(("KOR", "KOR", "JPN"))
    )
    takers = tuple(
        firm(f"Firm {k}", c, "offtake", most_t=float(draw.uniform(20, 200)))
        for k, c in ((0, "KOR"), (2, "JPN"))
    )
    return small(
        windows=((2027, 2027), (2028, 2028)),
        cash_musd=cash,
        npv_musd=draw.uniform(-2, 2, (3, 1)).round(2),
        public_musd=draw.uniform(0, 10, (2, 2)).round(1),
        private_musd=draw.uniform(2, 20, (2, 2)).round(1),
        companies=(*firms, *takers),
    )


def affordable(one: Instance, taken: tuple[int, ...]) -> bool:
    """Whether any split of each call of each project over companies and agencies keeps every limit."""
    if not taken:
        return True
    firms = [c for c in one.companies if c.role == "equity"]
    parties = [(c.country, c) for c in firms] + [(m, None) for m in one.members]
    keys = list(itertools.product(range(len(parties)), taken, range(2)))
    at = {key: n for n, key in enumerate(keys)}

    def row(weights: dict) -> list[float]:
        found = np.zeros(len(keys))
        for key, weight in weights.items():
            found[at[key]] += weight
        return found.tolist()

    small_tickets = [(n, p) for n, c in enumerate(firms) for p in taken if c.least_musd > 0]
    for pattern in itertools.product((0, 1), repeat=len(small_tickets)):
        upper, upper_is, same, same_is = [], [], [], []
        for p, v in itertools.product(taken, range(2)):
            same.append(row({(n, p, v): 1.0 for n in range(len(parties))}))
            same_is.append(one.cash_musd[p, 0, v])
            for i, member in enumerate(one.members):  # agencies in each project by their powers
                own = {(n, p, v): -one.public_share[i, 0] for n, (m, _) in enumerate(parties) if m == member}
                own[len(firms) + i, p, v] += 1.0
                upper.append(row(own))
                upper_is.append(0.0)
            for n, c in enumerate(firms):
                fits = not c.hosts or one.hosts[one.host_of[p]] in c.hosts
                upper.append(row({(n, p, v): 1.0}))
                upper_is.append((c.most_share or 1.0) * one.cash_musd[p, 0, v] if fits else 0.0)
        for n, c in enumerate(firms):
            upper.append(row({(n, p, v): 1.0 for p in taken for v in range(2)}))
            upper_is.append(c.most_musd)
        for i, v in itertools.product(range(2), range(2)):
            upper.append(row({(len(firms) + i, p, v): 1.0 for p in taken}))
            upper_is.append(one.public_musd[i, v])
            mine = [n for n, c in enumerate(firms) if c.country == one.members[i]]
            upper.append(row({(n, p, v): 1.0 for n in mine for p in taken}))
            upper_is.append(one.private_musd[i, v])
        for (n, p), on in zip(small_tickets, pattern, strict=True):
            total = row({(n, p, v): 1.0 for v in range(2)})
            upper.append([-x for x in total] if on else total)
            upper_is.append(-firms[n].least_musd if on else 0.0)
        if linprog(np.zeros(len(keys)), upper, upper_is, same, same_is).status == 0:
            return True
    return False


def shortage(one: Instance, taken: tuple[int, ...]) -> float:
    """Least mean cost of what is missing, year by year: offtake by firms from what is on stream."""
    cost = 0.0
    caps = {c.country: c.most_t for c in one.companies if c.role == "offtake"}
    price, width = one.segment_price[0] / 1e6, one.segment_width
    for t in range(2):
        on = [sum(one.output_t[p, 0, t] for p in taken if one.host_of[p] == h) for h in range(2)]
        goal, upper, upper_is, bounds = [0.0] * 4, [], [], [(0, one.need_t[i, 0, t]) for i in (0, 0, 1, 1)]
        columns = 4 + 2 * 2 * 3
        for h in range(2):
            upper.append([1.0 if k < 4 and k % 2 == h else 0.0 for k in range(columns)])
            upper_is.append(on[h])
        for i, w in itertools.product(range(2), range(2)):
            line = [0.0] * columns
            for h in range(2):
                line[2 * i + h] = -one.availability[h, t, w]
            for k in range(3):
                line[len(goal)] = -1.0
                goal.append(one.probability[w] * one.discount[t] * price[k])
                bounds.append((0, width[k] * one.need_t[i, 0, t]))
            upper.append(line)
            upper_is.append(-one.gap[i, 0, t, w] * one.need_t[i, 0, t])
        for i, member in enumerate(one.members):
            upper.append([1.0 if 2 * i <= k < 2 * i + 2 else 0.0 for k in range(columns)])
            upper_is.append(caps[member])
        cost += linprog(goal, upper, upper_is, bounds=bounds).fun
    return cost


@settings(max_examples=7, deadline=None)
@given(SEEDS)
def test_brute_force_over_projects_tickets_and_splits_gives_the_same(seed: int) -> None:
    one = drawn(seed)
    best = min(
        shortage(one, taken) - sum(one.npv_musd[p, 0] for p in taken)
        for count in range(4)
        for taken in itertools.combinations(range(3), count)
        if affordable(one, taken)
    )
    assert select(one, NEUTRAL, gap=0.0).choice.objective == pytest.approx(best, abs=1e-5)


@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_companies_of_a_country_make_its_share_and_a_looser_limit_costs_no_more(seed: int) -> None:
    one = drawn(seed)
    found = select(one, NEUTRAL, gap=0.0)
    stakes = stakes_of(found)
    for p in np.flatnonzero(found.choice.start_of >= 0).tolist():
        total = found.share[:, p].sum()
        assert total == pytest.approx(1.0, abs=1e-6)
        for i, member in enumerate(one.members):
            own = [s for s in stakes if s.project == p and s.party.country == member]
            held = sum(s.share for s in own if s.share is not None)
            assert held == pytest.approx(found.share[i, p], abs=1e-6)
            money = sum(s.money_musd for s in own if s.money_musd is not None)
            assert money == pytest.approx(found.share[i, p] * one.cash_musd[p, 0].sum(), abs=1e-4)
    for i, member in enumerate(one.members):
        taken = [s.offtake_t for s in stakes if s.offtake_t is not None and s.party.country == member]
        assert np.sum(taken, axis=0) == pytest.approx(found.supply_t[i, 0].sum(axis=0), abs=1e-3)
    for change in ({"most_musd": None}, {"least_musd": 0.0}, {"most_share": None}, {"most_t": None}):
        loose = tuple(
            replace(c, **change) if c.role != "offtake" or "most_t" in change else c for c in one.companies
        )
        after = select(replace(one, companies=loose), NEUTRAL, gap=0.0)
        assert after.choice.objective <= found.choice.objective + 1e-5


@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_by_way_of_the_choice_without_tickets_the_bound_holds_and_the_gap_is_told(seed: int) -> None:
    one = drawn(seed)
    best = select(one, NEUTRAL, gap=0.0).choice
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pactolus.projects.selection.portfolio.MANY", -1)
        patch.setattr("pactolus.projects.selection.narrowing._BESIDE", 1)
        found = select(one, NEUTRAL, gap=0.0).choice
    assert found.bound <= best.objective + 1e-5
    assert found.objective >= best.objective - 1e-5
    assert (found.status == "optimal") == (found.gap <= 1e-9)


def test_companies_without_limits_change_nothing() -> None:
    made = synthetic_instance(8, 4, 2, minerals=3, hosts=4, years=8)
    free = (firm("A"), firm("B", "JPN"), firm("B", "JPN", "offtake"), firm("C", role="offtake"))
    alone, with_firms = select(made, gap=0.0), select(replace(made, companies=free), gap=0.0)
    assert with_firms.choice.objective == pytest.approx(alone.choice.objective, rel=1e-6, abs=1e-3)


def test_companies_that_want_nothing_leave_nothing() -> None:
    none = (firm("A", most_musd=0.0), firm("B", "JPN", most_musd=0.0))
    found = select(small(companies=none), gap=0.0)
    assert (found.choice.start_of == -1).all()
    must = Limits(required=frozenset({"A1"}))
    named = (replace(none[0], source="companies.csv:2"), replace(none[1], source="companies.csv:3"))
    with pytest.raises(NoAnswerError, match=r"companies\.csv:\d: most_musd"):
        select(small(companies=named), must, gap=0.0)


def test_what_is_best_for_the_countries_may_be_more_than_their_firms_carry() -> None:
    free = select(small(), gap=0.0)
    assert set(free.chosen["host"]) == {"AUS"}
    only = (firm("A", hosts=frozenset({"CHL"})), firm("B", "JPN", hosts=frozenset({"CHL"})))
    assert set(select(small(companies=only), gap=0.0).chosen["project"]) == {"C1"}


def test_an_agency_does_not_carry_a_project_alone() -> None:
    one = small(companies=(firm("A", most_musd=1.0), firm("B", "JPN", most_musd=0.0)))
    assert select(one, gap=0.0).chosen.height == 0  # 1 of its own and 70 % pay for 3.3, not for 10
    rich = small(companies=(firm("A", most_musd=3.0), firm("B", "JPN", most_musd=0.0)))
    found = select(rich, gap=0.0)
    assert found.chosen["project"].to_list() == ["A1"]
    by = {s.party.company: (s.role, s.money_musd, s.share) for s in stakes_of(found)}
    assert by["A"] == ("equity", pytest.approx(3.0), pytest.approx(1.0))  # a loan holds no shares
    assert by["agencies of KOR"] == ("finance", pytest.approx(7.0), None)


def test_equity_of_an_agency_is_its_own() -> None:
    kinds = np.zeros((2, 2, 3))
    kinds[0, 1], kinds[1, 0] = 0.75, 0.7  # Japanese equity, Korean loans
    firms = (firm("A", most_musd=0.0), firm("B", "JPN", most_musd=2.5), firm("JOGMEC", "JPN", agency=True))
    found = select(small(companies=firms, public_kinds=kinds), gap=0.0)
    by = {s.party.company: s for s in stakes_of(found)}
    assert by["JOGMEC"].share == pytest.approx(0.75)
    assert by["B"].share == pytest.approx(0.25)
    loans = (*firms[:2], replace(firms[2], role="finance"))
    assert select(small(companies=loans, public_kinds=kinds), gap=0.0).chosen.height == 0


def test_lenders_stand_behind_holders() -> None:
    firms = (
        firm("A", most_musd=6.0),
        firm("Bank", role="finance", most_share=0.4),
        firm("B", "JPN", most_musd=0.0),
    )
    one = small(companies=firms, public_share=np.zeros((2, 1)))
    found = select(one, gap=0.0)
    by = {s.party.company: s for s in stakes_of(found)}
    assert found.chosen["project"].to_list() == ["A1"]
    assert by["Bank"].money_musd == pytest.approx(4.0)
    assert (by["A"].share, by["Bank"].share) == (pytest.approx(1.0), None)


def test_some_members_keep_their_companies() -> None:
    one = small(companies=(firm("A"), firm("B", "JPN")))
    assert [c.company for c in one.for_members(["JPN"]).companies] == ["B"]
    with pytest.raises(DataError) as told:
        small(companies=(firm("C", "USA", source="c.csv:4"), firm("A", projects=frozenset({"A9"}))))
    assert "c.csv:4: country: C is of USA, no member; they are KOR, JPN" in str(told.value)
    assert "projects: unknown project 'A9'" in str(told.value)


# ---- the file ---------------------------------------------------------------------------


def test_every_fault_of_the_file_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "companies.csv"
    file.write_text(
        "company,country,role,side,minerals,hosts,projects,most_musd,most_share,least_musd,most_t,label\n"
        "A,KOR,equity,,lithium,,,10,1.2,20,,\n"
        "B,QQQ,owner,,lithum,,,-5,,,,\n"
        "C,KOR,offtake,,lithium,,P1,,,,-1,\n"
        "A,JPN,equity,,,,,,,,,\n"
        "D,JPN,finance,,,,,,0.6,,,\n"
        "E,JPN,finance,,,,,,0.6,,,\n"
        "JOGMEC,JPN,equity,firm,,,,,,,,\n"
        "F,KOR,equity,,,,,,,,,\n"
        "F,KOR,equity,,nickel,,,,,,,\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as told:
        read_companies(file)
    text = str(told.value)
    for part in (
        "companies.csv:2:9: most_share: '1.2'; give a part, above 0 to 1, where 1 is 100 %",
        "companies.csv:2:10: least_musd: 20 is more than most_musd 10",
        "companies.csv:3:2: country",
        "companies.csv:3:3: role",
        "companies.csv:3:5: minerals",
        "did you mean",
        "companies.csv:3:8: most_musd: '-5'; give a number, nought or more",
        "companies.csv:4:7: projects: means nothing for role offtake",
        "companies.csv:4:11: most_t: '-1'",
        "companies.csv:7:9: most_share: lenders of JPN make 1.2 together",
        "companies.csv:8:4: side: JOGMEC is an agency",
        "companies.csv:10:3: role: F stands at companies.csv:9",
    ):
        assert part in text, part


def test_a_row_is_read_with_its_terms(tmp_path: Path) -> None:
    file = tmp_path / "companies.csv"
    file.write_text(
        "company,country,role,minerals,hosts,most_musd,most_share\n"
        "Firm A,Korea,equity,lithium; nickel,Australia,50,0.3\nJOGMEC,JPN,equity,,,,\n",
        encoding="utf-8",
    )
    one, two = read_companies(file)
    assert (one.country, one.minerals, one.hosts) == ("KOR", ("lithium", "nickel"), frozenset({"AUS"}))
    assert (one.agency, two.agency, two.most_musd) == (False, True, None)
    assert str(one.label) == "KOR:confidential"
    assert one.fits("lithium (ore)", "AUS", "P")
    assert not one.fits("copper (ore)", "AUS", "P")


def test_the_korean_agency_may_hold_no_new_equity() -> None:
    day = date(2026, 11, 1)
    rows = (firm("KOMIR", agency=True, source="c.csv:2"), firm("JOGMEC", "JPN", agency=True))
    (told,) = power_faults(rows, day)
    assert "c.csv:2: role: KOMIR may take no equity abroad on 2026-11-01" in told
    assert "KOR-2021-03-komir-act" in told


# ---- who sees what ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def chosen() -> Portfolio:
    parts = [firm(f"Firm {x}", most_share=0.3, hosts=frozenset({"AUS"})) for x in "ABC"]
    rest = [firm(f"Firm {x}", "JPN", most_share=0.3) for x in "DE"]
    takers = [firm("Firm A", role="offtake"), firm("Firm D", "JPN", "offtake")]
    return select(small(companies=(*parts, *rest, *takers)), gap=0.0)


def test_sums_are_over_three_firms_and_tell_no_other(chosen: Portfolio) -> None:
    table = company_table(chosen, View())
    assert table["company"].null_count() == table.height
    assert table["project"].null_count() == table.height
    state = {(r["role"], r["country"]): r["status"] for r in table.iter_rows(named=True)}
    assert state["equity", "all"] == "ok"
    assert (
        state["equity", "KOR"] == state["equity", "JPN"] == "withheld"
    )  # their difference would be two firms'
    assert state["offtake", "all"] == "withheld"
    withheld = table.filter(table["status"] == "withheld")
    assert withheld["money_musd"].null_count() == withheld["firms"].null_count() == withheld.height


def test_a_firm_sees_its_own_rows_and_the_secretariat_all(chosen: Portfolio) -> None:
    own = company_table(chosen, View(kind="firm", who="Firm A"))
    assert set(own["company"].drop_nulls()) == {"Firm A"}
    every = company_table(chosen, View(kind="secretariat", who="the two ministries"))
    assert {f"Firm {x}" for x in "ABCDE"} <= set(every["company"])
    year = every.filter(every["role"] == "offtake")
    assert set(year["year"]) == {2027, 2028}
    assert (every["audience"] == "the two ministries").all()


# ---- ties -------------------------------------------------------------------------------


def test_money_that_nobody_cares_about_is_split_evenly() -> None:
    from pactolus.projects.selection.programme import build
    from pactolus.projects.selection.solve import solve

    one = small()
    before, found = solve(build(one), gap=0.0), select(one, gap=0.0)
    assert found.choice.objective == before.objective
    assert found.choice.start_of.tolist() == before.start_of.tolist()
    assert found.shares["share"].to_list() == pytest.approx([0.5] * found.shares.height)
    assert found.calls["public_musd"].to_list() == pytest.approx([0.0, 0.0])


def test_the_nearest_to_equal_that_the_budgets_allow() -> None:
    found = select(
        small(private_musd=np.array([[3.0], [50.0]]), public_musd=np.array([[3.0], [0.0]])), gap=0.0
    )
    calls = found.calls
    total = found.chosen["capex_musd"].sum()
    assert total == pytest.approx(30.0)
    assert calls["private_musd"].to_list() == pytest.approx([3.0, 24.0])
    assert calls["public_musd"].to_list() == pytest.approx([3.0, 0.0])
    lp = found.choice.programme.lp
    activity = lp.matrix @ found.choice.x
    assert (activity <= lp.row_upper + 1e-6).all()
    assert (activity >= lp.row_lower - 1e-6).all()
    assert float(lp.cost @ found.choice.x) == pytest.approx(found.choice.objective)


def test_companies_of_one_side_share_evenly() -> None:
    firms = (firm("A"), firm("B"), firm("C", "JPN"))
    found = select(small(companies=firms), gap=0.0)
    first = [s for s in stakes_of(found) if s.project == int(np.flatnonzero(found.choice.start_of >= 0)[0])]
    assert [(s.party.company, round(s.share or 0, 6)) for s in first] == [
        ("A", 0.25),
        ("B", 0.25),
        ("C", 0.5),
    ]
