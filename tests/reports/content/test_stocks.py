"""The section on stocks: days with their denominator and range, and every number computed again."""

from __future__ import annotations

import pytest

from pactolus.catalogue.origins import Claim, Figure
from pactolus.catalogue.world import World
from pactolus.reports.claims import figures_of
from pactolus.reports.document import Brief, Chart, Section, Table
from pactolus.reports.retrace import recompute
from pactolus.wording.phrases import render_claim


@pytest.fixture(scope="module")
def section(brief: Brief) -> Section:
    return next(s for s in brief.sections if s.id == "stocks")


def test_days_name_what_they_are_days_of_in_every_language(section: Section) -> None:
    lead = section.blocks[0]
    assert isinstance(lead, Claim)
    for lang, word in (("en", "net imports of the same codes"), ("ko", "순수입량"), ("ja", "純輸入量")):
        assert word in "".join(span.text for span in render_claim(lead, lang))


def test_every_answer_is_a_range_and_there_is_no_total(section: Section) -> None:
    table = next(b for b in section.blocks if isinstance(b, Table))
    assert 1 <= len(table.rows) <= 6
    assert not any("total" in column.key for column in table.columns)
    for row in table.rows:
        days = [cell for cell in row if isinstance(cell, Figure) and cell.unit == "days"]
        assert len(days) == 2
        for figure in days:
            assert figure.low is not None
            assert figure.high is not None
            assert figure.value is not None
            assert figure.low <= figure.value <= figure.high
            assert figure.low < figure.high
    chart = next(b for b in section.blocks if isinstance(b, Chart))
    assert [g["member"] for g in chart.data["groups"]] == ["KOR", "JPN"]


def test_every_number_is_computed_again(brief: Brief, world: World) -> None:
    found = [(p, f) for p, f in figures_of(brief) if f.table == "stock"]
    assert len(found) >= 8
    for place, figure in found:
        assert recompute(figure, world, brief) == pytest.approx(figure.value, rel=1e-9), place


def test_a_trail_ends_in_the_printed_days(brief: Brief) -> None:
    for key, unit in (("stocks.1.days_KOR", "days"), ("stocks.1.worth_JPN", "million USD")):
        figure = next(f for p, f in figures_of(brief) if p == key)
        trail = brief.trails[figure.id]
        assert trail.steps[-1].after == pytest.approx(figure.value)
        assert trail.steps[-1].unit == unit
        assert trail.sources[0].table == "trade"
