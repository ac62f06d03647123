"""Edited records: every fault with its line and column, every doubt said, near misses named."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from pactolus.projects.pipeline.records import project_of

from .conftest import RECORD, Read

Lines = Callable[..., list[str]]


def test_the_record_itself_is_fine(read: Read) -> None:
    found = read()
    (plain,) = found.records
    record = project_of(plain)
    assert found.doubts == ()
    assert (record.host, record.products[0].capacity[0].of) == ("MDG", "Ni")
    assert record.origin == "own.yaml:1"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  host: MDG", "  hots: MDG", "own.yaml:3:3: hots: no such key; did you mean 'host'?"),
        ("kind: project", "kind: projekt", "own.yaml:16:38: capex[1].kind: found 'projekt'; write"),
        ("host: MDG", "host: MDX", "own.yaml:3:3: host: unknown country or region 'MDX'; did you mean"),
        ("country: KOR", "country: KRO", "owners[1].country: unknown country or region 'KRO'"),
        ("[nickel, cobalt]", "[nickle]", "minerals[1]: unknown mineral 'nickle'; did you mean 'nickel'"),
        ("minerals: [nickel", "minerals: [Ni", "minerals[1]: found 'Ni'; write the id 'nickel'"),
        ("minerals: [nickel, cobalt]", "minerals: [cobalt]", "the first product is the one that is counted"),
        ("form: sulphide concentrate", "form: sulfide concentrate", "did you mean 'sulphide concentrate'?"),
        ("share_pct: 60", "share_pct: 70", "own.yaml:17:3: owners: the shares add up to 110 % (70 + 40)"),
        ("value: 30,", "value: -30,", "own.yaml:14:12: products[1].capacity[1].value: found -30;"),
        ("basis: contained, of: Ni", "basis: contained", "basis 'contained' without 'of'; say what"),
        ("on: 2025-05-16", "on: 2025-13", "status.on: found '2025-13'; write a day, a month or a year"),
        ("on: 2025-05-16", "on: 2025-02-31", "own.yaml:6:28: 2025-02-31: day is out of range for month;"),
        ("on: 2025-05-16", "on: 2031-01", "status.on: found 2031-01, after today (2026-12-01)"),
        ("source: study}\n  start", "source: stduy}\n  start", "no source 'stduy'"),
        ("currency: USD", "currency: USB", "own.yaml:16:23: capex[1].currency: unknown currency 'USB'"),
        ("million: 1500", "million: 1500, low: 1600", "found 1600, 1500, 1500; write low, million, high"),
        ("year: 2030", "year: 2030, low: 2032", "start: found 2032, 2030, 2030; write low, year, high"),
        ("link: https://example.org/study\n", "confidence: high\n", "has neither link nor locator"),
        ("approximate: true", "approximate: true, height: 3", "position.height: no such key; take it out"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place(faults: Lines, old: str, new: str, message: str) -> None:
    lines = faults((old, new))
    assert any(message in line for line in lines), lines
    assert all(re.match(r"own\.yaml:\d+:\d+: ", line) for line in lines)


def test_an_exploration_that_should_have_started(faults: Lines) -> None:
    lines = faults(("value: dfs", "value: exploration"), ("year: 2030", "year: 2025"))
    assert lines == [
        "own.yaml:7:11: start.year: found 2025, before today (2026-12-01), with status 'exploration'; "
        "correct the year or the status"
    ]


def test_tonnes_written_as_thousand_tonnes_are_refused(faults: Lines) -> None:
    """30 kt of nickel is a large mine; 30,000 kt is eight times what the world makes."""
    (line,) = faults(("value: 30,", "value: 30000,"))
    assert "found 30000 kt/y of nickel concentrate (30,000,000 t of Ni in it); the world made" in line
    assert line.endswith("t or kt? Write the unit of the source")


def test_a_third_of_the_world_is_doubted(read: Read) -> None:
    (doubt,) = read(("value: 30,", "value: 1500,")).doubts
    assert "of it in one project; check value, unit and basis" in doubt
    assert doubt.startswith("own.yaml:14:12: products[1].capacity[1].value: ")


def test_ore_is_not_set_against_metal(read: Read) -> None:
    assert (
        read(("value: 30, unit: kt/y, basis: contained", "value: 40, unit: Mt/y, basis: ore_feed")).doubts
        == ()
    )


def test_money_without_a_rate_is_said_and_not_converted(read: Read) -> None:
    (doubt,) = read(("currency: USD", "currency: CAD")).doubts
    assert "currency without a rate: no rate of CAD within half a year of 2025-05" in doubt
    assert read(("currency: USD", "currency: CAD, usd_million: 1090")).doubts == ()


TWICE = RECORD.replace("XX-NI-ONE", "XX-NI-TWO")


@pytest.mark.parametrize(
    "name",
    [
        "LONG RIDGE Nickel Project",
        "Longridge",
        "Long-Ridge (nickel mine)",
        "Lóng Ridge",
        "Long Ridgge nickel",
    ],
)
def test_one_project_under_two_spellings(faults: Lines, name: str) -> None:
    (line,) = faults(more=TWICE.replace("Long Ridge nickel", name))
    assert line.startswith("own.yaml:27:3: name: may be XX-NI-ONE (own.yaml:1) once more")


@pytest.mark.parametrize(
    "change",
    [
        ("Long Ridge nickel", "Long Ridge nickel, phase 2"),
        ("host: MDG", "host: PHL"),
        ("Long Ridge nickel", "Short Valley nickel"),
    ],
)
def test_neighbours_are_not_one_project(read: Read, change: tuple[str, str]) -> None:
    assert len(read(more=TWICE.replace(*change)).records) == 2


def test_near_spellings_far_apart_are_two_projects(read: Read) -> None:
    other = TWICE.replace("Long Ridge nickel", "Long Ridgge nickel").replace("lat: -18.9", "lat: -14.9")
    assert len(read(more=other).records) == 2


def test_an_id_twice(faults: Lines) -> None:
    (line,) = faults(more=RECORD.replace("Long Ridge nickel", "Other"))
    assert line == "own.yaml:26:3: id: 'XX-NI-ONE' is already an id (own.yaml:1); ids are unique"


def test_all_faults_of_a_file_at_once(faults: Lines) -> None:
    lines = faults(
        ("host: MDG", "host: MDX"), ("share_pct: 60", "share_pct: 70"), ("value: 30,", "value: -1,")
    )
    assert len(lines) == 3


def test_a_share_in_an_owner_and_a_past_share_do_not_count(read: Read) -> None:
    assert read(("share_pct: 40", "share_pct: 90, of: Firm A")).records
    assert read(("share_pct: 40", "share_pct: 90, until: 2025-06")).records


def test_a_source_that_nothing_names(faults: Lines) -> None:
    more = "    other: {title: T, publisher: P, locator: p, read_on: 2026-01-05}\n"
    (line,) = faults(more=more)
    assert "sources.other: 'other' is the source of no figure; name it at one, or take it out" in line
