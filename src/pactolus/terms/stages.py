"""Stages of processing, from ore to product."""

from __future__ import annotations

from typing import Final

from pactolus.errors import UnknownTermError
from pactolus.terms.languages import in_language
from pactolus.terms.loading import compiled

__all__ = ["STAGES", "stage_meaning", "stage_name"]

#: In the order of the chain; ``mixed`` where one code spans stages or minerals.
STAGES: Final = ("ore", "intermediate", "refined", "product", "mixed")


def stage_name(stage: str, lang: str) -> str:
    """Name of a stage in a language."""
    return _text(stage, "names", lang)


def stage_meaning(stage: str, lang: str) -> str:
    """What a stage holds, in one line."""
    return _text(stage, "what", lang)


def _text(stage: str, kind: str, lang: str) -> str:
    record = compiled("stages").get(stage)
    if record is None:
        raise UnknownTermError.of("stage", stage, STAGES)
    return in_language(record[kind], lang)
