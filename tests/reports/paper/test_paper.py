"""A response paper: what it says, that it says it in three languages, and that every number walks back."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from pactolus.catalogue.origins import Claim, Figure
from pactolus.reports.claims import claims_of, figures_of, terms_of
from pactolus.reports.document import Table
from pactolus.reports.html import render_html
from pactolus.reports.paper.build import SECTIONS, build_paper, paper_record
from pactolus.reports.paper.words import action_term, what_term
from pactolus.reports.pdf import render_pdf
from pactolus.reports.trail import trail_of
from pactolus.reports.xlsx import render_xlsx
from pactolus.response.events.dues import event_dues
from pactolus.response.events.event import ready_event
from pactolus.response.plan.situation import Step
from pactolus.response.plan.tables import NAMES
from pactolus.wording.names import name
from pactolus.wording.numbers import format_figure
from pactolus.wording.phrases import LANGS, render_claim

NUMBER = re.compile(r"[-+±<]?\d+(?:,\d{3})*(?:\.\d+)?")


def said(claim: Claim, lang: str) -> str:
    return "".join(span.text for span in render_claim(claim, lang))


def table(paper, identity):
    return next(
        block
        for section in paper.sections
        for block in section.blocks
        if isinstance(block, Table) and block.id == identity
    )


def column(one, key):
    at = [c.key for c in one.columns].index(key)
    return [row[at] for row in one.rows]


def test_swaps_of_grades_cargo_and_projects_stand_in_the_paper(rich, rich_plan):
    ways = table(rich, "grades")
    sides = {}
    for member, to, content in zip(*(column(ways, key) for key in ("member", "to", "content")), strict=True):
        assert member.ids != to.ids
        sides[member.ids] = sides.get(member.ids, 0.0) + content.value
    assert len(sides) == 2
    assert min(sides.values()) == pytest.approx(max(sides.values()), rel=1e-6)
    [status], [counted] = (column(table(rich, "event-shipments"), key) for key in ("status", "counted"))
    assert (status.ids, counted.ids) == (("paper.status.held",), ("paper.word.counted",))
    [project] = rich_plan.situation.projects
    [begun] = column(table(rich, "projects"), "begun")
    assert begun.kind == "day"
    assert [c.value for c in column(table(rich, "projects"), "tonnes_a_month")] == [project.room_t] == [200.0]
    told = [said(claim, "en") for claim in claims_of(rich)]
    assert any("1 of 2 lots are of a form or grade" in one for one in told)
    assert "lots of a wrong form or grade stay where they are" in rich_plan.value["case"].to_list()
    for lang in LANGS:
        assert all(said(claim, lang) for claim in claims_of(rich))
        assert all(name(t, lang) for section in rich.sections for b in section.blocks for t in terms_of(b))
    for _, figure in figures_of(rich):
        assert figure.value is None or rich.trails[figure.id].steps


def test_every_part_stands_in_its_order(paper):
    assert [section.id for section in paper.sections] == [name for name, _ in SECTIONS]
    fields = {term.ids[0] for term in column(table(paper, "event-fields"), "field")}
    assert fields >= {
        f"paper.field.{one}"
        for one in ("cause", "sectors", "duration", "measures_taken", "assistance_sought", "impact_economy")
    }


@pytest.mark.parametrize("lang", ["ko", "ja"])
def test_every_figure_is_the_same_number_in_every_language(paper, lang):
    for place, figure in figures_of(paper):
        numbers = [NUMBER.findall(format_figure(figure, one)) for one in ("en", lang)]
        assert numbers[0] == numbers[1], place


@pytest.mark.parametrize("lang", LANGS)
def test_every_sentence_and_term_has_words(paper, lang):
    sentences = [said(claim, lang) for claim in claims_of(paper)]
    assert all(sentence and "{" not in sentence for sentence in sentences)
    for section in paper.sections:
        for block in section.blocks:
            assert all(name(term, lang) for term in terms_of(block))


def test_every_number_walks_back_and_ends_in_its_value(paper):
    for place, figure in figures_of(paper):
        if figure.value is None:
            continue
        trail = paper.trails[figure.id]
        assert trail.value == pytest.approx(figure.value), place
        assert trail.steps[-1].after == pytest.approx(figure.value, abs=1e-9), place


def test_losses_rest_on_rows_of_trade(paper):
    lost = next(cell for cell in column(table(paper, "exposed"), "lost") if isinstance(cell, Figure))
    trail = paper.trails[lost.id]
    assert trail.sources[0].table == "trade"
    assert trail.sources[0].rows["exporter"][0] == "CHN"
    before = [step.after for step in trail.steps]
    assert before == sorted(before, reverse=True)  # imports, from the cut supplier, lost, lost in a month


def test_an_id_names_one_number(paper):
    values: dict[str, tuple[object, ...]] = {}
    for place, figure in figures_of(paper):
        told = (figure.value, figure.unit)
        assert values.setdefault(figure.id, told) == told, place


def test_the_board_holds_what_the_plan_says(paper, plan):
    rows = table(paper, "board-all")
    tonnes = [cell.value for cell in column(rows, "tonnes") if isinstance(cell, Figure)]
    assert sum(tonnes) == pytest.approx(plan.actions["tonnes"].sum())
    assert len(rows.rows) == plan.actions.height
    dues = [term.ids[0] for term in column(table(paper, "board"), "due")]
    assert dues
    assert all(date.fromisoformat(day) for day in dues)


def test_short_together_lies_below_doing_nothing(paper):
    rows = table(paper, "shortage")
    for nothing, together in zip(column(rows, "idle_short"), column(rows, "together_short"), strict=True):
        assert together.value <= nothing.value + 1e-9
        assert (together.low or 0.0) <= together.value <= (together.high or together.value)


def test_expected_shortage_is_that_of_the_plan(paper, plan):
    shown = sum(cell.value for cell in column(table(paper, "shortage"), "together_short"))
    whole = float((plan.shortage["short_t"] * plan.shortage["probability"]).sum())
    assert shown == pytest.approx(whole)


def test_cases_are_beside_each_other(paper, plan):
    shown = table(paper, "value")
    assert len(shown.rows) == plan.value.height
    for row in range(plan.value.height):
        idle, alone, together, gain = (
            column(shown, c)[row].value for c in ("idle", "alone", "together", "gain")
        )
        assert together <= alone <= idle * (1 + 1e-9)
        assert gain == pytest.approx(alone - together, abs=1e-6)


def test_payments_sum_to_nothing(paper):
    paid = [cell.value for cell in column(table(paper, "gains"), "compensation")]
    assert sum(paid) == pytest.approx(0.0, abs=1e-9)
    assert all(cell.value >= -1e-9 for cell in column(table(paper, "gains"), "gain_after"))


def test_wording_of_a_joint_paper(paper):
    text = " ".join(said(claim, "en") for claim in claims_of(paper))
    assert "No agreement without Korea and Japan" in text
    assert "Overlapping demand" in text
    assert not re.search(r"\blate\b|\bblocks\b|takes from", text)


def test_a_date_that_has_gone_by_is_date_passed(world, plan, event):
    later = date(2026, 11, 2)
    dues = event_dues(ready_event("copper-concentrate-2025"), later)
    paper = build_paper(world, event, plan, dues, as_of=later)
    stands = [term.ids[0] for term in column(table(paper, "clocks"), "stands")]
    assert "date passed" in stands


def test_words_of_the_plan_are_named_in_every_language(plan, secret_plan):
    """No text of the plan's own is printed in English elsewhere; a user's text stays as it is."""
    texts: set[str] = set()
    for one in (plan, secret_plan):
        for column_name in ("what", "when"):
            texts |= set(one.actions[column_name].drop_nulls())
        texts |= set(one.value["case"]) | set(one.value["counterfactual"])
    assert len(texts) > 15
    for text in texts:
        term = what_term(text)
        assert term is not None, text
        assert term.kind != "text", text
    assert what_term("my own project").kind == "text"


def test_every_kind_of_action_has_a_name():
    for text in NAMES.values():
        assert len({name(action_term(text), lang) for lang in LANGS}) == 3


def test_a_step_says_whether_its_effect_is_stated(world, event, plan):
    steps = (
        Step(title="talks", owner="KOR"),
        Step(title="visit", owner="JPN", ends_by=6, probability=0.4),
    )
    told = replace(plan, situation=replace(plan.situation, steps=steps))
    paper = build_paper(world, event, told, (), as_of=event.reported_on)
    text = " ".join(said(claim, "en") for claim in claims_of(paper))
    assert "talks: a diplomatic step; no tonnes, and its effect is not stated" in text
    assert "visit: a diplomatic step; its probability, 40%," in text


def test_an_open_paper_has_no_mark(paper):
    assert paper.marks == ()
    assert 'class="marks"' not in render_html(paper, "en")


def test_the_label_stands_on_every_page(secret, secret_plan, tmp_path):
    assert str(secret_plan.label) == "KOR:restricted"
    assert 'class="marks"><p>Label of this result: KOR:restricted' in render_html(secret, "en")
    book = zipfile.ZipFile(io.BytesIO(render_xlsx(secret, "ko")))
    sheets = [n for n in book.namelist() if n.startswith("xl/worksheets/sheet")]
    assert sheets
    assert all("KOR:restricted" in book.read(n).decode() for n in sheets)
    import shutil
    import subprocess

    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    file = tmp_path / "paper.pdf"
    file.write_bytes(render_pdf(secret, "ja"))
    text = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True).stdout
    pages = text.split("\f")[:-1]
    assert len(pages) > 3
    assert all("KOR:restricted" in page for page in pages)


def test_the_label_goes_along_with_numbers_and_trails(secret, secret_plan, world):
    record = paper_record(secret, secret_plan)
    assert record["label"] == "KOR:restricted"
    assert {one["note"] for one in record["trails"].values()} == {"label: KOR:restricted"}
    identity = next(c["id"] for c in record["claims"] if c["key"].startswith("shortage."))
    assert trail_of(world, identity, record).note == "label: KOR:restricted"


def test_made_up_tonnes_are_marked(world, event, plan):
    paper = build_paper(world, replace(event, fictitious=True), plan, (), as_of=event.reported_on)
    assert "EXERCISE" in render_html(paper, "en")
    assert "훈련" in said(paper.marks[0], "ko")


def test_cover_counts_declared_days(secret):
    one = table(secret, "exposed")
    days = [cell for cell in column(one, "days") if isinstance(cell, Figure)]
    assert len(days) == 1
    assert (days[0].low, days[0].high) == (pytest.approx(20.0), pytest.approx(40.0))
    silent = [cell for cell in column(one, "stock") if not isinstance(cell, Figure)]
    assert {cell.ids[0] for cell in silent} == {"paper.word.not_declared"}


def test_choice_not_to_transfer_is_said_and_priced(secret):
    text = " ".join(said(claim, "en") for claim in claims_of(secret))
    assert "Japan chooses to pass nothing on" in text
    cases = [term.ids[0] for term in column(table(secret, "value"), "case")]
    assert "Japan transfers all the same" in cases


def test_the_record_reads_back(paper, plan, world):
    record = paper_record(paper, plan)
    entry = next(c for c in record["claims"] if c["key"].startswith("exposed.1.lost"))
    trail = trail_of(world, entry["id"], record)
    assert trail.steps == paper.trails[entry["id"]].steps
    assert trail.sources[0].rows.select(pl.col("value_usd").sum()).item() > 0
    assert trail.sources[0].origins


def test_papers_repeat_to_the_byte(paper):
    assert render_html(paper, "ko") == render_html(paper, "ko")
    assert render_pdf(paper, "en") == render_pdf(paper, "en")
