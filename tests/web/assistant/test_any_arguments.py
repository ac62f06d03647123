"""Whatever is asked: an answer of the promised form, or one message; never a crash."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pactolus.catalogue.world import open_world
from pactolus.web.assistant.server import called
from pactolus.web.assistant.tools import TOOLS

from .conftest import text_of

WORLD = open_world()
WORDS = st.sampled_from(
    [
        *("KOR", "KOR+JPN", "WLD", "all", "cobalt", "critical", "", "+", "@", "//", "2020", "0000", "MSP"),
        *("a/b/c/d/2020", "scenario/a/b/c/d/2020", "scenario/graphite-licence/cobalt/ore/KOR/2023", "../x"),
        *("geopolrisk~x/cobalt/mixed/KOR/2023", "hhi/cobalt/ore/WLD/2023#x", "\x00", "２０２０"),
        *("EU27@2020-01-01", "9999-99-99", "2026-11-30"),
    ]
)
SIMPLE = st.one_of(WORDS, st.text(max_size=12), st.integers(), st.floats(), st.booleans(), st.none())
VALUES = st.recursive(
    SIMPLE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=4,
)


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A tool, and values of any kind for some of its arguments or for others."""
    name = draw(st.sampled_from(sorted(TOOLS)))
    names = st.sampled_from([*TOOLS[name].question.model_fields, "path", "workspace"])
    return name, draw(st.dictionaries(names, VALUES, max_size=4))


@given(calls())
@settings(max_examples=120)
def test_any_arguments_give_an_answer_of_its_form_or_one_message(call):
    name, arguments = call
    answer = called(WORLD, name, arguments)
    text = text_of(answer)
    json.loads(answer.model_dump_json())
    if answer.is_error:
        assert text.startswith("error: ")
        assert "fault of pactolus" not in text, text
        assert len(text) < 20_000
    else:
        Draft202012Validator(TOOLS[name].output).validate(answer.structured_content)
