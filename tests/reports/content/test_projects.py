"""The section on projects in third countries: facts with sources, ranges without an order, lacks in sight."""

from __future__ import annotations

import re

import pytest

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.catalogue.world import World
from pactolus.projects.pipeline.appraisable import lacks
from pactolus.projects.pipeline.loading import shipped_projects
from pactolus.reports.claims import figures_of
from pactolus.reports.document import Brief, Chart, Section, Table
from pactolus.reports.projects.rows import lack_kind, project_rows, region_of
from pactolus.reports.retrace import recompute
from pactolus.wording.names import name
from pactolus.wording.phrases import LANGS, render_claim


@pytest.fixture(scope="module")
def section(brief: Brief) -> Section:
    return next(s for s in brief.sections if s.id == "projects")


def table(section: Section, key: str) -> Table:
    return next(b for b in section.blocks if isinstance(b, Table) and b.id == key)


def column(found: Table, key: str) -> list[object]:
    place = [c.key for c in found.columns].index(key)
    return [row[place] for row in found.rows]


def test_every_number_is_computed_again(brief: Brief, world: World) -> None:
    found = [(p, f) for p, f in figures_of(brief) if f.table.startswith("projects:") and f.value is not None]
    assert len(found) > 200
    for place, figure in found:
        assert recompute(figure, world, brief) == pytest.approx(figure.value, rel=1e-12), place


def test_every_number_walks_back_to_a_page_with_its_publisher(brief: Brief) -> None:
    found = [(p, f) for p, f in figures_of(brief) if f.table.startswith("projects:") and f.value is not None]
    for place, figure in found:
        trail = brief.trails[figure.id]
        assert trail.steps[-1].after == pytest.approx(figure.value), place
        assert trail.sources, place
        if "id" in figure.rows:
            rows = trail.sources[0].rows
            assert set(rows["id"]) == {figure.rows["id"]}, place
            assert all(rows["publisher"]), place
            assert all(re.match(r"\d{4}-\d\d-\d\d$", day) for day in rows["read_on"]), place


def test_projects_of_a_member_are_not_of_a_third_country(section: Section) -> None:
    hosts = {cell.ids[0] for cell in column(table(section, "projects"), "host") if isinstance(cell, Term)}
    assert {one.host for one in shipped_projects()} - hosts == {"KOR"}


def test_parts_of_regions_make_the_whole(section: Section) -> None:
    regions = table(section, "projects-regions")
    lead = section.blocks[0]
    assert isinstance(lead, Claim)
    for key in ("records", "appraisable"):
        parts = [cell.value for cell in column(regions, key) if isinstance(cell, Figure)]
        assert sum(v or 0 for v in parts) == lead.figures[key].value
    assert [cell.ids[0].rpartition(".")[2] for cell in column(regions, "region")][:3] == [  # type: ignore[attr-defined]
        "latin-america",
        "asia",
        "africa",
    ]


def test_values_are_ranges_in_the_order_of_places(section: Section) -> None:
    worth = table(section, "projects-worth")
    low, high = column(worth, "low"), column(worth, "high")
    middle = []
    for a, b in zip(low, high, strict=True):
        assert isinstance(a, Figure)
        assert isinstance(b, Figure)
        if a.value is not None and b.value is not None:
            assert a.value < b.value
            middle.append(a.value + b.value)
    assert middle != sorted(middle)
    assert middle != sorted(middle, reverse=True)
    assert not [c.key for c in worth.columns if "mid" in c.key or "rank" in c.key]


def test_a_floor_never_lowers_the_chance(section: Section) -> None:
    worth = table(section, "projects-worth")
    pairs = list(zip(column(worth, "chance"), column(worth, "chance_floor"), strict=True))
    known = [(a.value, b.value) for a, b in pairs if isinstance(a, Figure) and isinstance(b, Figure)]
    assert any(a is not None for a, _ in known)
    assert all(a <= b for a, b in known if a is not None and b is not None)


def test_joint_stakes_stand_with_their_days_and_the_loss(section: Section) -> None:
    joint, events = table(section, "projects-joint"), table(section, "projects-events")
    names = [cell.ids[0] for cell in column(joint, "project") if isinstance(cell, Term)]
    place = names.index("Ambatovy nickel-cobalt")
    shares = [column(joint, f"part_{m}")[place] for m in ("KOR", "JPN")]
    assert [s.value for s in shares if isinstance(s, Figure)] == pytest.approx([0.458, 0.542])
    assert column(joint, "day_KOR")[place] == Term("day", ("2026-02",))
    lost = [
        (row[0], row[3], row[5])
        for row in events.rows
        if isinstance(row[4], Term) and row[4].ids == ("brief.projects.event.loss",)
    ]
    assert [(a.ids, b.ids, c.value, c.unit) for a, b, c in lost] == [  # type: ignore[union-attr]
        (("Ambatovy nickel-cobalt",), ("2026-05-01",), 70_000, "million JPY")
    ]


@pytest.mark.parametrize("lang", LANGS)
def test_what_lacks_is_named_in_every_language(section: Section, lang: str) -> None:
    cells = [cell for cell in column(table(section, "projects"), "appraisable") if isinstance(cell, Term)]
    texts = [name(cell, lang) for cell in cells]
    word = {"en": "not appraisable: lacks ", "ko": "평가 불가", "ja": "評価不可"}[lang]
    assert sum(text.startswith(word) for text in texts) > 50


def test_every_reason_has_a_kind() -> None:
    for one in shipped_projects():
        assert all(lack_kind(reason) for reason in lacks(one))
        assert region_of(one.host)


@pytest.mark.parametrize("lang", LANGS)
def test_the_notice_on_competition_law_stands_under_charges_and_floors(section: Section, lang: str) -> None:
    law = {"en": "Monopoly Regulation and Fair Trade Act", "ko": "독점규제", "ja": "独占禁止法"}[lang]
    for key in ("projects-charges", "projects-worth"):
        notes = ["".join(s.text for s in render_claim(n, lang)) for n in table(section, key).notes]
        assert any(law in note for note in notes), key


def test_charges_are_of_all_smelters_together(world: World) -> None:
    rows = {"members": "KOR JPN", "year": 2024}
    found = project_rows(world, "charges", rows)
    assert found["members"].unique().to_list() == ["KOR JPN"]
    assert (found["income_low_musd"] <= found["income_high_musd"]).all()
    assert project_rows(world, "charges", {"members": "KOR", "year": 2024}).is_empty()


def test_charts_show_every_record_and_no_start_before_its_state(section: Section) -> None:
    charts = {b.kind: b for b in section.blocks if isinstance(b, Chart)}
    assert len(charts["project_map"].data["pins"]) == len(table(section, "projects").rows)
    for row in charts["ribbons"].data["rows"]:
        figure = row["start"]
        assert figure.value is not None
        assert figure.value + 1 >= int(row["begin"][:4])
        assert figure.low is None or figure.low <= figure.value <= figure.high
