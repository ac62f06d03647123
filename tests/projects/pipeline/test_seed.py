"""The shipped records: every figure has a source and a day, nothing is recalled, sizes are likely."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import pactolus.projects
from pactolus.projects import candidates_of, project, shipped_projects
from pactolus.projects.pipeline.compiling import compiled_projects
from pactolus.projects.pipeline.duplicates import alike
from pactolus.projects.pipeline.parts import day_of
from pactolus.projects.pipeline.rates import shipped_rates, usd
from pactolus.terms.countries import countries
from pactolus.terms.minerals import minerals

FOLDER = Path(pactolus.projects.__file__).parent / "data"
FILES = sorted((FOLDER / "records").glob("*.yaml"))
ALL = shipped_projects()


def test_there_are_records_of_every_part_of_the_world() -> None:
    assert len(ALL) == 99
    assert {p.host for p in ALL} >= {"CHL", "MDG", "AUS", "CAN", "IDN", "DEU"}
    assert not any(p.fictitious for p in ALL)


@pytest.mark.parametrize("record", ALL, ids=lambda p: p.id)
def test_every_figure_has_a_day_a_source_and_a_confidence(record: pactolus.projects.Project) -> None:
    figures = list(record.figures())
    assert figures
    for path, figure in figures:
        assert figure.on == "unknown" or day_of(figure.on) is not None, path
        assert figure.source, path
        assert all(key in record.sources for key in figure.source), path
        assert record.confidence_of(figure) in ("high", "medium", "low")
    assert all(s.link or s.locator for s in record.sources.values())
    assert record.host in countries()
    assert set(record.minerals) <= set(minerals())
    assert sum(one.share_pct or 0 for one in record.shares_now) <= 100.5
    assert record.position is None or record.position.approximate


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_nothing_is_recalled(file: Path) -> None:
    assert not re.search(r"recalled|not verified|believed|from memory", file.read_text(encoding="utf-8"))


def test_sizes_are_likely_and_doubts_are_only_of_currencies() -> None:
    """A build has no production table, so sizes are judged here."""
    doubts = compiled_projects(FILES).doubts
    assert doubts
    assert all("currency without a rate" in one for one in doubts)


def test_no_project_stands_twice() -> None:
    assert [
        (one.id, other.id) for one in ALL for other, _ in alike(one, (p for p in ALL if p is not one))
    ] == []


def test_a_price_of_a_stake_is_no_capital_cost() -> None:
    candidates, reasons = candidates_of(ALL)
    assert {one.id for one in candidates}.isdisjoint(reasons)
    assert len(candidates) + len(reasons) == len(ALL)
    for identity, kind in {
        "IDN-NI-AKP": "only stake price",
        "FRA-REE-CAREMAG": "only funding package",
        "AUS-SB-PORTPIRIE": "only public support",
        "CAN-CO-ELECTRA": "only replacement value",
        "IDN-NI-TITAN": "only programme",
    }.items():
        assert kind in reasons[identity]
    assert reasons["CAN-LI-PAK"] == (
        "not appraisable: lacks rate of CAD near 2025-05 (currency without a rate)"
    )
    assert "only ore feed" in reasons["AUS-REE-DUBBO"]
    assert "day of the status" in reasons["NAM-REE-LOFDAL"]


def test_ambatovy_with_what_it_cost_and_how_it_ended() -> None:
    """Joint Japanese and Korean money: 2.25 billion of the study became 4.65; the exit was paid for."""
    record = project("MDG-NI-AMBATOVY")
    assert [(one.million, one.on) for one in record.capex] == [(2250, "2005"), (4650, "2010")]
    assert {one.country for one in record.shares_now} == {("JPN",), ("KOR",)}
    assert sum(one.share_pct or 0 for one in record.shares_now) == pytest.approx(100)
    assert record.status is not None
    assert record.status.value == "suspended"
    kinds = ["cost", "investment", "cost", "other", "accident", "exit", "loss"]
    assert [one.kind for one in record.history] == kinds
    ends = [(one.million, one.currency, one.on) for one in record.history[-2:]]
    assert ends == [(418, "USD", "2026-05-01"), (70_000, "JPY", "2026-05-01")]
    assert [c.value for c in record.products[0].capacity] == [40000, 60000]


def test_both_figures_stand_where_sources_differ() -> None:
    mahenge = project("TZA-GR-MAHENGE")
    assert {c.value for c in mahenge.products[0].capacity if c.scope == "four modules"} == {347000, 340000}
    assert [(one.million, one.on) for one in mahenge.capex] == [
        (116, "2019"),
        (116, "2021"),
        (182, "2022-10"),
    ]
    (candidate,), _ = candidates_of([mahenge])
    assert candidate.capex_musd.mid == 182
    assert candidate.capacity_t == 89_000


def test_rates_are_those_that_a_source_printed() -> None:
    rates = {(one.currency, one.on.isoformat()[:7]): one.usd_per_unit for one in shipped_rates()}
    assert rates["EUR", "2025-03"] * 216 == pytest.approx(235.4, rel=1e-4)
    assert rates["EUR", "2025-12"] * 2200 == pytest.approx(2560, rel=1e-4)
    assert rates["AUD", "2022-09"] * 1678 == pytest.approx(1120, rel=1e-4)
    assert all(one.publisher and one.link for one in shipped_rates())


def test_a_rate_of_another_time_is_not_taken() -> None:
    day = day_of("2020-01")
    assert day is not None
    assert usd("AUD", day, shipped_rates()) is None
    assert usd("CAD", day, shipped_rates()) is None
