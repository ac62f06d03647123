"""Claims rendered as spans of text, each figure a span of its own.

`render_claim` is what pages use; the phrases themselves are in `pactolus.wording.templates`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from pactolus.wording.names import TermLike, spans_of
from pactolus.wording.numbers import FigureLike, format_figure
from pactolus.wording.templates import LANGS, Span, fill, is_one, phrase, phrase_source, phrases, require_lang

__all__ = [
    "LANGS",
    "ClaimLike",
    "Span",
    "phrase",
    "phrase_source",
    "phrases",
    "render_claim",
    "require_lang",
]


class ClaimLike(Protocol):
    """What is read of a claim (`pactolus.catalogue.origins.Claim`)."""

    @property
    def key(self) -> str: ...
    @property
    def figures(self) -> Mapping[str, FigureLike]: ...
    @property
    def terms(self) -> Mapping[str, TermLike]: ...


def render_claim(claim: ClaimLike, lang: str) -> list[Span]:
    """A claim as spans of text in one language.

    Parameters
    ----------
    claim : ClaimLike
        Phrase key, figures and terms.
    lang : str
        One of `LANGS`.

    Returns
    -------
    list of Span
        In reading order; each figure is one span that carries the figure, so that a page can link it.

    Raises
    ------
    UnknownTermError
        If the phrase, or a term, is not in the vocabulary.
    DataError
        If places and figures do not match.
    """
    given: dict[str, list[Span]] = {}
    counts: dict[str, bool] = {}
    for name, figure in claim.figures.items():
        given[name] = [Span(format_figure(figure, lang), figure)]
        counts[name] = figure.value is not None and is_one(figure.value)
    for name, term in claim.terms.items():
        given[name] = spans_of(term, lang)
        counts[name] = len(term.ids) == 1
    return fill(lang, claim.key, given, counts)
