"""The data-quality part of the brief."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from pactolus.catalogue.origins import Claim
from pactolus.catalogue.status import DataStatus
from pactolus.catalogue.world import World, open_world
from pactolus.reports.brief import build_brief
from pactolus.reports.document import Brief, Table
from pactolus.reports.sections import quality
from pactolus.reports.sections.basis import make_basis
from pactolus.wording.phrases import LANGS, render_claim


@pytest.fixture(scope="module")
def world() -> World:
    return open_world()


@pytest.fixture(scope="module")
def brief(world: World) -> Brief:
    return build_brief(world, ["KOR", "JPN"], as_of=date(2026, 11, 1))


def tables(brief: Brief) -> dict[str, Table]:
    return {b.id: b for s in brief.sections for b in s.blocks if isinstance(b, Table)}


def test_every_graded_critical_mineral_has_a_row_with_its_reasons(world: World, brief: Brief) -> None:
    grades = world.derived("grades").filter(pl.col("year") == brief.year)
    rows = tables(brief)["grades"].rows
    assert 40 < len(rows) <= grades.height
    assert {cell.ids[0] for _, cell, *_ in rows} <= {f"grades.grade.{g}" for g in ("A", "B", "C", "none")}  # type: ignore[union-attr]


def test_counts_in_the_sentence_are_those_of_the_table(brief: Brief) -> None:
    appendix = next(s for s in brief.sections if s.id == "appendix")
    claim = next(b for b in appendix.blocks if getattr(b, "key", "") == "brief.quality.grades")
    names = [row[1].ids[0][-1] for row in tables(brief)["grades"].rows]  # type: ignore[union-attr]
    assert {k: f.value for k, f in claim.figures.items()} == {g: names.count(g.upper()) for g in "abc"}  # type: ignore[union-attr]


def test_differences_stand_before_accepted_ones_and_carry_both_sources(brief: Brief) -> None:
    rows = tables(brief)["checks"].rows
    verdicts = [row[-1].ids[0].rsplit(".", 1)[1] for row in rows]  # type: ignore[union-attr]
    assert verdicts == sorted(verdicts, reverse=True)
    assert "differs" in verdicts
    assert "agrees" not in verdicts


def test_sentences_read_in_three_languages(brief: Brief) -> None:
    appendix = next(s for s in brief.sections if s.id == "appendix")
    claims = [b for b in appendix.blocks if getattr(b, "key", "").startswith("brief.quality.")]
    assert len(claims) == 3
    for lang in LANGS:
        for claim in claims:
            assert "{" not in "".join(span.text for span in render_claim(claim, lang))  # type: ignore[arg-type]


def test_a_world_without_derived_tables_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    basis = make_basis(world, ["KOR", "JPN"], 2023, date(2026, 11, 1))
    monkeypatch.setattr(World, "derived_tables", ())
    [claim] = quality.blocks(basis)
    assert getattr(claim, "key", "") == "brief.quality.none"


@pytest.mark.parametrize(
    ("status", "key", "english"),
    [
        (
            {},
            "live",
            "Pink Sheet: last checked on 2 November 2026; the newest file in use was received on 1 November",
        ),
        (
            {"stale_since": "2026-11-03"},
            "stale",
            "Pink Sheet: not renewed since 3 November 2026; the data received on 1 Nov",
        ),
        (
            {"stale_since": "2026-11-03", "newest": ""},
            "absent",
            "Pink Sheet: not received since 3 November 2026; its",
        ),
    ],
)
def test_live_sources_say_how_fresh_they_are(status: dict[str, str], key: str, english: str) -> None:
    usual = {"source": "p", "title": "Pink Sheet", "newest": "2026-11-01", "checked": "2026-11-02"}
    live = DataStatus(**(usual | status))  # type: ignore[arg-type]
    basis: Any = SimpleNamespace(world=SimpleNamespace(data_status=(live,), derived_tables=()))
    _, claim = quality.blocks(basis)
    assert isinstance(claim, Claim)
    assert claim.key == f"brief.quality.{key}"
    said = {lang: "".join(span.text for span in render_claim(claim, lang)) for lang in LANGS}
    assert said["en"].startswith(english)
    assert all("{" not in text and "Pink Sheet" in text for text in said.values())
