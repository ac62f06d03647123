"""Phrases: places filled, faults said with the line they are written at."""

from __future__ import annotations

import pytest

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.errors import DataError, UnknownTermError
from pactolus.wording import templates
from pactolus.wording.phrases import phrase, phrase_source, render_claim, require_lang


@pytest.fixture
def own_phrases(monkeypatch):
    """A few phrases of our own in place of the shipped ones."""
    texts = {
        "en": {
            "a.minerals": "{n} {n:mineral|minerals}: {names:is|are} {share}",
            "a.bad": "{n:maybe}",
            "a.plain": "nothing",
        },
        "ko": {"a.minerals": "{names:은} {share:으로} {n}개"},
    }
    table = {
        lang: {**templates.phrases(lang), **{k: (t, f"{lang}/a.yaml:3") for k, t in own.items()}}
        for lang, own in texts.items()
    }
    monkeypatch.setattr(templates, "phrases", lambda lang: table[lang])


def claim(minerals, share=0.5):
    return Claim(
        key="a.minerals",
        figures={
            "n": Figure(value=len(minerals), unit="count"),
            "share": Figure(value=share, unit="1", digits=1),
        },
        terms={"names": Term("text", tuple(minerals))},
    )


def test_singular_and_plural_follow_the_figure_and_the_list(own_phrases):
    one, two = (render_claim(claim(m), "en") for m in (["tin"], ["tin", "zinc"]))
    assert "".join(s.text for s in one) == "1 mineral: is 0.5"
    assert "".join(s.text for s in two).startswith("2 minerals: are")


def test_a_figure_is_a_span_of_its_own_and_its_particle_is_not(own_phrases):
    spans = render_claim(claim(["주석"]), "ko")
    numbers = [s for s in spans if s.figure is not None]
    assert [s.text for s in numbers] == ["0.5", "1"]
    assert "".join(s.text for s in spans) == "주석은 0.5로 1개"


def test_places_and_figures_must_match(own_phrases):
    with pytest.raises(
        DataError, match=r"en/a.yaml:3: a.minerals: place \{names\} is not filled; place \{share\}"
    ):
        phrase("en", "a.minerals", n=1)
    with pytest.raises(DataError, match="'x' has no place in it"):
        phrase("en", "a.plain", x=1)


def test_a_choice_that_is_none_is_refused(own_phrases):
    with pytest.raises(DataError, match=r"\{n:maybe\} is no choice 'one|other' and no Korean particle"):
        phrase("en", "a.bad", n=1)


def test_an_unknown_phrase_names_the_nearest(own_phrases):
    with pytest.raises(
        UnknownTermError, match=r"wording en: unknown phrase 'a.mineral'; did you mean 'a.minerals'"
    ):
        phrase("en", "a.mineral")


def test_a_wrong_language_names_those_there_are():
    with pytest.raises(UnknownTermError, match="unknown language 'kr'; there are en, ko, ja"):
        require_lang("kr")


def test_a_phrase_knows_its_line():
    assert phrase_source("ko", "numbers.no_data") == "ko/numbers.yaml:2"


def test_without_compiled_wording_the_mend_is_named(tmp_path, monkeypatch):
    templates.phrases.cache_clear()
    monkeypatch.setattr(templates, "__file__", str(tmp_path / "templates.py"))
    with pytest.raises(DataError, match=r"the wording is not compiled: run 'python hatch_build.py'"):
        templates.phrases("en")
    templates.phrases.cache_clear()
