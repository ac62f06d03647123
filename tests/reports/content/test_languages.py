"""Three languages, one set of numbers."""

from __future__ import annotations

import re
from datetime import date

import pytest

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.reports.brief import build_brief
from pactolus.reports.claims import claims_of, figures_of, terms_of
from pactolus.reports.document import Chart, Table
from pactolus.wording.names import name
from pactolus.wording.numbers import format_figure
from pactolus.wording.phrases import LANGS, phrase, render_claim

NUMBER = re.compile(r"[-+±<]?\d+(?:,\d{3})*(?:\.\d+)?")


def heading(key, slots, lang):
    return phrase(lang, key, **{k: name(v, lang) if isinstance(v, Term) else v for k, v in slots.items()})


def headings(brief, lang):
    """Every heading, column and card label."""
    yield heading(brief.title, brief.slots, lang)
    yield from (heading(card.label, card.slots, lang) for card in brief.cards)
    for section in brief.sections:
        yield heading(section.title, section.slots, lang)
        for block in section.blocks:
            if isinstance(block, Table | Chart):
                yield heading(block.title, block.slots, lang)
            if isinstance(block, Table):
                yield from (heading(c.label, c.slots, lang) for c in block.columns)


def sentences(brief, lang):
    return ["".join(span.text for span in render_claim(claim, lang)) for claim in claims_of(brief)]


def words(brief, lang):
    """Every term of tables and charts."""
    for section in brief.sections:
        for block in section.blocks:
            yield from (name(term, lang) for term in terms_of(block))


def test_every_figure_is_printed_with_the_same_number_in_every_language(brief):
    for place, figure in figures_of(brief):
        texts = [format_figure(figure, lang) for lang in LANGS]
        assert len({tuple(NUMBER.findall(text)) for text in texts}) == 1, (place, texts)


def test_every_sentence_holds_the_same_figures_in_every_language(brief):
    for claim in claims_of(brief):
        spans = {lang: [s for s in render_claim(claim, lang) if s.figure is not None] for lang in LANGS}
        ids = {lang: sorted(s.figure.id for s in found) for lang, found in spans.items()}
        assert ids["en"] == ids["ko"] == ids["ja"], claim.key
        numbers = {
            lang: sorted(n for s in found for n in NUMBER.findall(s.text)) for lang, found in spans.items()
        }
        assert numbers["en"] == numbers["ko"] == numbers["ja"], claim.key


def test_whole_sentences_hold_the_same_digits_in_every_language(brief):
    """Nothing is counted in words of one language alone, dates aside (a month has a name in English)."""
    dated = {
        c.key
        for c in claims_of(brief)
        if any(t.kind in ("date", "list", "footnote") for t in c.terms.values())
    }
    for claim in claims_of(brief):
        if claim.key in dated:
            continue
        found = {
            lang: sorted(NUMBER.findall("".join(s.text for s in render_claim(claim, lang)).replace("–", " ")))
            for lang in LANGS
        }
        assert found["en"] == found["ko"] == found["ja"], claim.key


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_is_left_unresolved(brief, lang):
    for text in [*headings(brief, lang), *sentences(brief, lang), *words(brief, lang)]:
        assert text
        assert not re.search(r"[{}]|\bNone\b|\b(?:brief|methods)\.\w", text), text


def test_no_korean_particle_is_doubled_or_missing(brief):
    doubled = re.compile(r"(을를|를을|은는|는은|와과|과와|으로로|로으로|을을|를를|은은 |는는)")
    for text in sentences(brief, "ko"):
        assert not doubled.search(text), text
        assert "  " not in text


def test_korean_sentences_end_as_a_ministry_note_does(brief):
    for text in sentences(brief, "ko"):
        assert re.search(r"(음|임|함|됨|짐|남|움|중|뜻은 아님|[\w%)]\.)\.?$|\)$", text), text


def test_japanese_sentences_use_full_width_punctuation(brief):
    half = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff][,.;!?]|[,;!?][\u3040-\u30ff\u4e00-\u9fff]")
    for text in sentences(brief, "ja"):
        assert not half.search(text), text


def test_members_stand_in_the_order_of_the_reader(brief):
    titles = {lang: heading(brief.title, brief.slots, lang) for lang in LANGS}
    assert "Korea and Japan" in titles["en"]
    assert "한·일" in titles["ko"]
    assert "日・韓" in titles["ja"]


def test_totals_do_not_depend_on_the_order_of_members(brief, brief_turned):
    def by_id(one):
        return {figure.id: figure.value for _, figure in figures_of(one) if figure.table != "assess"}

    def counts(one):
        return sorted((place, f.value) for place, f in figures_of(one) if place.startswith("brief.summary"))

    def totals(one):
        return {tuple(sorted(r[0].ids)): r[-1].value for r in table(one, "shared").rows}

    assert len(by_id(brief)) == len(by_id(brief_turned))
    assert counts(brief) == counts(brief_turned)
    assert totals(brief) == totals(brief_turned)
    assert sorted(c.figure.value for c in brief.cards) == sorted(c.figure.value for c in brief_turned.cards)


def table(brief, table_id) -> Table:
    return next(b for s in brief.sections for b in s.blocks if isinstance(b, Table) and b.id == table_id)


def test_two_builds_are_equal(brief, world):
    again = build_brief(world, brief.members, as_of=date.fromisoformat(brief.as_of))
    assert list(figures_of(again)) == list(figures_of(brief))
    assert list(claims_of(again)) == list(claims_of(brief))


def test_a_figure_without_value_never_prints_a_digit(brief):
    missing = [(p, f) for p, f in figures_of(brief) if f.value is None]
    assert len(missing) > 50
    for place, figure in missing:
        assert isinstance(figure, Figure)
        assert figure.status != "ok", place
        for lang in LANGS:
            assert not re.search(r"\d", format_figure(figure, lang)), place


def test_claims_are_claims(brief):
    assert all(isinstance(c, Claim) for c in claims_of(brief))
