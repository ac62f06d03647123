"""The benchmark of the rules: games of all kinds, and an obvious way that gives the same split."""

from __future__ import annotations

import pytest
from benchmarks import sharing

from pactolus.sharing import nucleolus


@pytest.mark.parametrize("kind", sharing.KINDS)
@pytest.mark.parametrize("members", [3, 6])
def test_both_ways_give_the_same_split(kind: str, members: int) -> None:
    game = sharing.game_of(kind, members)
    expected = list(nucleolus(game).values())
    assert sharing.plain(game) == pytest.approx(expected, abs=1e-6)


def test_a_table_comes_out() -> None:
    rows = sharing.figures([3]).splitlines()
    assert len(rows) == 2 + len(sharing.KINDS)
    assert all(row.count("|") == 7 for row in rows)
