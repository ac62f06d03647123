"""What holds for every exercise and every table: the score's ends, hindsight, the rows of the programme."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pactolus.response.exercise.decisions import Decision
from pactolus.response.exercise.score import score_of, share_of, shares_around
from pactolus.response.exercise.state import play, walk
from pactolus.response.exercise.yardsticks import best_path, hindsight_path
from tests.response.exercise.ready import MADE_UP, ON_TRADE, setting, yardsticks

GG = "gallium-germanium-licence"
CASES = [(name, case) for name in MADE_UP for case in range(3)] + [(name, 0) for name in ON_TRADE]

decision = st.builds(
    Decision,
    role=st.sampled_from(["plan-KOR", "plan-JPN"]),
    month=st.integers(1, 8),
    action=st.sampled_from(["release", "keep", "order", "joint", "expedite", "lend", "swap"]),
    tonnes=st.floats(0.01, 6),
    mineral=st.sampled_from(["gallium", "germanium"]),
    until=st.none() | st.integers(8, 15),
).map(
    lambda one: (
        replace(one, to="JPN" if one.role == "plan-KOR" else "KOR") if one.action in ("lend", "swap") else one
    )
)


@pytest.mark.parametrize(("name", "case"), CASES)
def test_the_best_plan_written_down_and_played_scores_one(name: str, case: int) -> None:
    one = yardsticks(name, case)
    path, _, faults = walk(setting(name), case, one.best.decisions())
    assert not faults
    assert share_of(path, one.best, one.idle) == pytest.approx(1, abs=1e-6)


def test_the_score_stands_at_the_ends_of_the_losses_too() -> None:
    one = setting("copper-concentrate")
    assert set(one.ends) == {"low", "high"}
    low, high = (one.ends[end].loss_t.sum() for end in ("low", "high"))
    assert low < one.situation.loss_t.sum() < high
    best = yardsticks("copper-concentrate", 0).best.decisions()
    played = next(p for p in (play(one, seed, best) for seed in range(40)) if p.case == 0)
    shares = shares_around(played, best)
    assert set(shares) == {"low", "high"}
    assert shares["high"] is not None
    assert 0 < shares["high"] < 1 + 1e-6  # the best plan of the middle is not that of the high end
    assert shares_around(played, ())["high"] == 0
    made_up = setting(GG)
    assert shares_around(play(made_up, 1, ()), ()) == {}


@pytest.mark.parametrize(("name", "case"), CASES)
def test_hindsight_written_down_and_played_is_hindsight(name: str, case: int) -> None:
    one = yardsticks(name, case)
    path, _, faults = walk(setting(name), case, one.hindsight.decisions())
    assert not faults
    assert path.total_musd == pytest.approx(one.hindsight.total_musd, rel=1e-6)


@pytest.mark.parametrize(("name", "case"), CASES)
def test_doing_nothing_scores_nothing_and_nothing_beats_hindsight(name: str, case: int) -> None:
    one = yardsticks(name, case)
    assert one.idle.total_musd > one.best.total_musd
    assert share_of(walk(setting(name), case, ())[0], one.best, one.idle) == 0
    for path in (one.best, one.alone, one.idle):
        assert path.total_musd >= one.hindsight.total_musd * (1 - 1e-9)


@settings(max_examples=40)
@given(st.lists(decision, max_size=12), st.integers(0, 2))
def test_whatever_is_decided_keeps_every_row_and_never_beats_hindsight(
    decisions: list[Decision], case: int
) -> None:
    path, done, _ = walk(setting(GG), case, decisions)
    board = path.board
    values = board.matrix @ path.x
    program = board.programme.program
    kept = np.isin([row.node for row in board.programme.builder.rows], path.way)
    assert (values[kept] <= board.row_upper[kept] + 1e-9).all()
    assert (values[kept] >= program.row_lower[kept] - 1e-9).all()
    assert (path.x >= -1e-12).all()
    assert (path.x <= board.upper + 1e-9).all()
    assert path.total_musd >= yardsticks(GG, case).hindsight.total_musd * (1 - 1e-9)
    assert all(0 <= one.tonnes <= one.decision.tonnes * (1 + 1e-9) for one in done)


@settings(max_examples=15)
@given(st.lists(decision, max_size=8))
def test_the_state_is_a_function_of_its_decisions(decisions: list[Decision]) -> None:
    again = [walk(setting(GG), 1, decisions)[0].x.tobytes() for _ in range(2)]
    assert again[0] == again[1]
    first, second = walk(setting(GG), 1, decisions)[0], walk(setting(GG), 1, decisions, months=3)[0]
    early = np.isin(first.board.programme.nodes, first.way[:3])
    assert (first.x[early] == second.x[early]).all()  # what is decided later does not change what was


def test_news_change_the_best_plan_only_from_their_month_on() -> None:
    silent = replace(setting(GG), changes={})
    with_news, without = best_path(setting(GG), 2).decisions(), best_path(silent, 2).decisions()
    assert [one for one in with_news if one.month == 1] == [one for one in without if one.month == 1]
    assert [one for one in with_news if one.month == 3] != [one for one in without if one.month == 3]


def test_where_the_length_is_certain_the_best_plan_is_hindsight() -> None:
    one = setting(GG)
    certain = np.array([0.0, 1.0, 0.0])
    sure = replace(one, situation=replace(one.situation, probability=certain), changes={})
    best = best_path(sure, 1)
    assert best.total_musd == pytest.approx(hindsight_path(sure, 1).total_musd, rel=1e-6)


def test_roles_and_months_of_a_score() -> None:
    decisions = [
        Decision(role="jpn-agency", month=1, action="release", tonnes=4, mineral="gallium", until=8),
        Decision(role="kor-firms", month=1, action="order", tonnes=0.2, mineral="gallium", until=5),
    ]
    played = play(setting(GG), 3, decisions)
    score = score_of(played)
    assert set(score.by_role) == {"jpn-agency", "kor-firms"}
    without = play(setting(GG), 3, decisions[1:]).path.total_musd
    assert score.by_role["jpn-agency"] == pytest.approx(without - played.path.total_musd)
    total = score.months.filter(path="played")["missing_t"].sum()
    assert total == pytest.approx(float(played.path.missing_t.sum()))
    assert score.share is not None
    assert score.share_of_hindsight is not None
    assert score.share_of_hindsight <= min(1, score.share)


def test_stock_is_conserved() -> None:
    """What was held and bought is used, lent, or left: gallium of both members together."""
    decisions = [
        Decision(role="jpn-agency", month=1, action="release", tonnes=3, mineral="gallium", until=3),
        Decision(role="jpn-ministry", month=1, action="lend", tonnes=2, mineral="gallium", to="KOR"),
        Decision(role="kor-firms", month=1, action="order", tonnes=0.3, mineral="gallium", from_="CAN"),
    ]
    path = play(setting(GG), 3, decisions).path
    last = path.running - 1
    assert path.running == 12
    lost = setting(GG).last.programme.situation.loss_t[0, :, :12, 2].sum()
    covered = lost - path.missing_t[0].sum()
    begun = sum(lot.tonnes[1] for lot in setting(GG).situation.held if lot.place == 0)
    assert begun + 0.3 - covered == pytest.approx(path.stock_t(last)[0].sum())
