"""The section with the watchlist: both sides, the simple answers beside, and what is not judged."""

from __future__ import annotations

import pytest

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.catalogue.world import World
from pactolus.reports.claims import figures_of
from pactolus.reports.document import Brief, Chart, Section, Table
from pactolus.reports.retrace import recompute
from pactolus.wording.phrases import render_claim


@pytest.fixture(scope="module")
def section(brief: Brief) -> Section:
    return next(s for s in brief.sections if s.id == "watch")


def table(section: Section, name: str) -> Table:
    return next(b for b in section.blocks if isinstance(b, Table) and b.id == name)


def test_unconfirmed_suspensions_come_first(section: Section) -> None:
    rows = table(section, "watch").rows
    assert rows[0][0] == Term("phrase", ("watch.level.act",))
    assert rows[0][1] == Term("phrase", ("watch.signal.check",))
    assert [row[5] for row in rows[:6]] == [Term("day", ("2026-11-11",))] * 6


def test_it_says_that_there_is_no_monthly_trade(section: Section) -> None:
    said = next(b for b in section.blocks if isinstance(b, Claim) and b.key == "watch.brief.no_monthly")
    for lang, word in (("en", "no monthly trade"), ("ko", "월별 교역이 없음"), ("ja", "月次の貿易がない")):
        assert word in "".join(span.text for span in render_claim(said, lang))


@pytest.mark.parametrize("target", ["volume", "value"])
def test_the_outlook_stands_beside_the_simple_answers(section: Section, target: str) -> None:
    shown = table(section, f"watch-{target}")
    keys = [column.key for column in shown.columns]
    assert {"probability_KOR", "probability_JPN", "volatility_KOR", "volatility_JPN", "base"} <= set(keys)
    for row in shown.rows:
        for key in ("probability_KOR", "probability_JPN"):
            cell = row[keys.index(key)]
            assert isinstance(cell, Figure)
            if cell.value is not None:
                assert cell.low is not None
                assert cell.high is not None
                assert cell.low < cell.value < cell.high
    chart = next(b for b in section.blocks if isinstance(b, Chart) and b.id == f"watch-{target}-bars")
    assert [group.get("member") for group in chart.data["groups"]] == ["KOR", "JPN", None]


def test_every_number_is_computed_again_and_has_a_trail(brief: Brief, world: World) -> None:
    found = [(p, f) for p, f in figures_of(brief) if f.table == "watch" and f.value is not None]
    assert len(found) >= 12
    for place, figure in found:
        assert recompute(figure, world, brief) == pytest.approx(figure.value, rel=1e-12), place
        trail = brief.trails[figure.id]
        assert trail.steps[-1].after == pytest.approx(figure.value)
        assert trail.sources[0].table == "trade"


def test_the_other_order_of_members_has_the_same_numbers(brief: Brief, brief_turned: Brief) -> None:
    def numbers(one: Brief) -> set[tuple[object, ...]]:
        keys = ("target", "importer", "mineral", "hs_code")
        return {
            (*(f.rows[key] for key in keys), f.steps, f.value)
            for _, f in figures_of(one)
            if f.table == "watch"
        }

    assert numbers(brief) == numbers(brief_turned)


def test_what_is_not_judged_is_counted(brief: Brief, section: Section, world: World) -> None:
    lead = next(b for b in section.blocks if isinstance(b, Claim) and b.key == "watch.brief.missing_lead")
    for name in ("trade", "price", "outlook"):
        figure = lead.figures[name]
        assert figure.value
        assert recompute(figure, world, brief) == figure.value
    assert lead.figures["trade"].value == lead.figures["all"].value
