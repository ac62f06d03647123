"""The form that people edit and the record that programs read have the same keys; context stays context."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from pactolus.catalogue.world import open_world
from pactolus.projects import shipped_projects
from pactolus.projects.pipeline import parts, schema
from pactolus.projects.pipeline.context import around, deposits, deposits_origin
from pactolus.projects.pipeline.listing import as_text, listing
from pactolus.projects.pipeline.parts import Position

PAIRS = {
    "StatusForm": "StatusOn",
    "PrincipleForm": "Principle",
    "OreForm": "Ore",
}
FORMS = {
    name: value
    for name, value in vars(schema).items()
    if isinstance(value, type) and issubclass(value, BaseModel) and name.endswith("Form") and name != "Form"
}


@pytest.mark.parametrize("name", FORMS)
def test_form_and_part_have_the_same_keys(name: str) -> None:
    part: Any = getattr(parts, PAIRS.get(name, name.removesuffix("Form")))
    assert is_dataclass(part)
    assert {one.name for one in fields(part)} - {"origin"} == set(FORMS[name].model_fields)


def test_the_six_principles_of_the_partnership() -> None:
    assert get_args(schema.PrincipleForm.model_fields["principle"].annotation) == schema.PRINCIPLES
    assert len(schema.PRINCIPLES) == 6


def test_lithium_deposits_say_that_their_units_are_inferred() -> None:
    table = deposits()
    assert table.height == 160
    assert set(table["units"]) == {"inferred"}
    assert table["country"].null_count() == 0
    assert deposits_origin()["licence"].startswith("MIT")
    assert not {"owner", "capacity_t", "capex_musd"} & set(table.columns)


def test_context_of_hosts_and_near_a_pin() -> None:
    world = open_world()
    chile = around(world, hosts=["CHL"])
    assert set(chile["country"]) == {"CHL"}
    assert set(chile["source"]) == {"lithium deposits", "facilities"}
    near = around(world, position=Position(lat=-23.5, lon=-68.4, approximate=True))
    assert near["distance_km"].max() <= 150
    assert near["distance_km"].is_sorted()
    assert "Salar de Atacama (SQM)" in near["name"].to_list()


def test_the_listing_leaves_empty_what_is_not_known() -> None:
    frame = listing(shipped_projects())
    row = {one["id"]: one for one in frame.to_dicts()}
    assert row["CHL-CU-ESCONDIDA"]["status"] is None
    assert row["CHL-CU-ESCONDIDA"]["capacity_t"] is None
    assert row["MDG-NI-AMBATOVY"]["KOR"] == "45.8 %"
    assert row["MDG-NI-AMBATOVY"]["capex_musd"] is None  # not appraisable, so no cost beside others
    assert row["AUS-FE-POSMAC"]["JPN"] == "15 %"
    assert set(frame["appraisable"]) == {"yes", "no"}
    assert frame.filter(frame["appraisable"] == "no")["lacks"].null_count() == 0


@pytest.mark.parametrize("record", shipped_projects()[::9], ids=lambda p: p.id)
def test_one_record_shows_every_figure_with_day_and_source(record: parts.Project) -> None:
    text = as_text(record, width=4000)
    figures = list(record.figures())
    assert text.count("[") >= len(figures)
    for _, figure in figures:
        assert f"[{figure.on}; {', '.join(figure.source)}; {record.confidence_of(figure)}]" in text
    for source in record.sources.values():
        assert source.title in text
