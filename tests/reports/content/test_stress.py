"""The section on stress: what is printed, what is not, and every number walked back to trade."""

from __future__ import annotations

from datetime import date

import pytest

from pactolus.catalogue.origins import Claim, Figure
from pactolus.catalogue.world import World
from pactolus.disruption.effects.stresses import stress
from pactolus.disruption.scenarios.library import ready_records
from pactolus.reports.brief import build_brief
from pactolus.reports.claims import figures_of
from pactolus.reports.document import Brief, Chart, Section, Table
from pactolus.reports.retrace import recompute


@pytest.fixture(scope="module")
def section(brief: Brief) -> Section:
    return next(s for s in brief.sections if s.id == "stress")


def tables(section: Section) -> dict[str, Table]:
    return {b.id: b for b in section.blocks if isinstance(b, Table)}


def column(table: Table, key: str) -> list[object]:
    place = [c.key for c in table.columns].index(key)
    return [row[place] for row in table.rows]


def test_every_real_scenario_is_there_and_no_exercise(section: Section) -> None:
    titles = {row[0].ids[0] for row in tables(section)["stress-all"].rows}
    real = {r["titles"]["en"] for r in ready_records().values() if not r.get("fictitious")}
    assert titles == real
    said = [b for b in section.blocks if isinstance(b, Claim) and b.key == "brief.stress.exercises"]
    assert said[0].terms["minerals"].ids == ("gallium", "germanium", "dysprosium", "terbium")


def test_what_cannot_be_told_is_not_printed(section: Section) -> None:
    table = tables(section)["stress-all"]
    told = column(table, "told")
    assert {term.ids[0] for term in told} == {"brief.word.yes", "brief.word.no"}
    for row in table.rows:
        shares = [c for c in row if isinstance(c, Figure) and c.unit == "share"]
        for figure in shares:
            assert (figure.value is None) == (figure.status == "not_distinguishable")
    assert all(
        f.value is not None for row in tables(section)["stress"].rows for f in row if isinstance(f, Figure)
    )


def test_the_lead_counts_the_whole_table(section: Section) -> None:
    lead, table = section.blocks[0], tables(section)["stress-all"]
    assert isinstance(lead, Claim)
    assert lead.figures["count"].value == len(table.rows)
    assert lead.figures["told"].value == [t.ids[0] for t in column(table, "told")].count("brief.word.yes")
    assert lead.figures["scenarios"].value == len({row[0].ids[0] for row in table.rows})


def test_the_largest_joint_loss_comes_first_with_baselines_beside(section: Section, world: World) -> None:
    table = tables(section)["stress"]
    for figure in (*column(table, "together"), *column(table, "uniform"), *column(table, "proportional")):
        assert isinstance(figure, Figure)
        assert figure.unit == "t"
        assert figure.value is not None
        assert figure.value > 0
    chart = next(b for b in section.blocks if isinstance(b, Chart))
    for group in chart.data["groups"]:
        for figure in group["values"]:
            assert figure.low < figure.value < figure.high


def test_every_number_of_the_section_is_computed_again(brief: Brief, world: World) -> None:
    found = [(p, f) for p, f in figures_of(brief) if f.table.startswith("stress") and f.value is not None]
    assert len(found) > 60
    for place, figure in found[::3]:
        assert recompute(figure, world, brief) == pytest.approx(figure.value, rel=1e-9), place


def test_a_trail_goes_from_trade_to_the_loss(brief: Brief) -> None:
    figure = next(f for p, f in figures_of(brief) if p.startswith("stress.1.lost_KOR"))
    trail = brief.trails[figure.id]
    steps = [one.claim.key.rpartition(".")[2] for one in trail.steps]
    assert steps[0] == "stress_base"
    assert steps[-2:] == ["stress_lost", "stress_share"]
    assert trail.steps[-1].after == pytest.approx(figure.value)
    assert trail.sources[0].table == "trade"
    assert trail.sources[0].count > 3


def test_numbers_are_those_of_the_command(brief: Brief, world: World) -> None:
    from dataclasses import replace

    from pactolus.disruption.scenarios.library import ready

    figure = next(f for p, f in figures_of(brief) if p.startswith("stress.1.lost_JPN"))
    scenario = replace(ready(str(figure.rows["scenario"]), world), year=int(figure.rows["year"]))
    rows = stress(world, scenario).losses
    for key in ("mineral", "stage", "importer"):
        rows = rows.filter(rows[key] == figure.rows[key])
    assert rows["lost_share"].to_list() == [figure.value]


def test_a_coalition_as_a_member_has_its_section(world: World) -> None:
    mixed = build_brief(world, ["KOR", "EU27"], as_of=date(2026, 11, 23), sections=["stress"])
    found = next(s for s in mixed.sections if s.id == "stress")
    assert tables(found)["stress-all"].rows
