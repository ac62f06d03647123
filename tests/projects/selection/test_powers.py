"""What agencies may do is a matter of dates and sources."""

from __future__ import annotations

from datetime import date

import pytest

from pactolus.errors import NoAnswerError
from pactolus.policy.register import register
from pactolus.projects.selection.powers import powers_on, powers_table, public_part, shipped_powers

DAY = date(2026, 11, 1)


def test_every_power_has_a_source_and_a_record_of_the_register() -> None:
    known = {one.id for one in register()}
    for one in shipped_powers():
        assert one.measure in known, one.id
        assert str(one.source.link).startswith("http")
        assert one.source.read_on.year == 2026


def test_the_korean_agency_takes_no_equity_abroad() -> None:
    own = [one for one in powers_on(DAY) if one.agency == "KOMIR"]
    assert [(one.kind, one.most) for one in own] == [("equity", 0.0)]
    assert "none is sourced" in own[0].doubts


@pytest.mark.parametrize(("year", "part"), [(2021, 0.3), (2025, 0.5), (2026, 0.7)])
def test_korean_loans_by_year(year: int, part: float) -> None:
    assert public_part("KOR", "copper", "dfs", date(year, 6, 1)) == part


@pytest.mark.parametrize(
    ("mineral", "step", "day", "part"),
    [
        ("nickel", "dfs", DAY, 0.75),
        ("nickel", "dfs", date(2022, 4, 27), 0.5),
        ("copper", "dfs", DAY, 0.5),
        ("copper", "exploration", DAY, 0.7),
        ("lithium", "exploration", DAY, 0.8),
        ("platinum", "dfs", DAY, 0.75),
    ],
)
def test_japanese_limits_by_mineral_step_and_day(mineral: str, step: str, day: date, part: float) -> None:
    assert public_part("JPN", mineral, step, day) == part


def test_a_member_without_records_has_no_number() -> None:
    with pytest.raises(NoAnswerError, match="USA: no record"):
        public_part("USA", "copper", "dfs", DAY)
    with pytest.raises(NoAnswerError, match="KOR: no record"):
        public_part("KOR", "copper", "dfs", date(2019, 1, 1))


def test_the_table_shows_what_counts_that_day_with_its_doubts() -> None:
    table = powers_table(DAY)
    assert "KOR-loan-2026" in table["id"].to_list()
    assert "KOR-loan-2024" not in table["id"].to_list()
    assert (table["measure"] != "").all()
