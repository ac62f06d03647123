"""The tools: what each is for, what it may be asked, and who answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import UnknownTermError
from pactolus.web.assistant import forms
from pactolus.web.assistant.answers import Answer
from pactolus.web.assistant.measures import policy_answer
from pactolus.web.assistant.numbers import assess_answer
from pactolus.web.assistant.questions import (
    AssessQuestion,
    PolicyQuestion,
    Question,
    ScenarioQuestion,
    ScenariosQuestion,
    TermsQuestion,
    TraceQuestion,
    asked,
)
from pactolus.web.assistant.scenarios import scenario_answer, scenarios_answer
from pactolus.web.assistant.traces import trace_answer
from pactolus.web.assistant.words import terms_answer

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = ["TOOLS", "AssistantTool", "answer_of"]


@dataclass(frozen=True, kw_only=True)
class AssistantTool:
    """One tool; `question` and `output` are the forms of its arguments and of its answer."""

    name: str
    title: str
    what: str
    question: type[Question]
    output: Mapping[str, Any]
    ask: Callable[[Any, Any], Answer]


_LIST: Final = (
    AssistantTool(
        name="assess",
        title="Indicators of supply risk",
        what="Indicators of supply risk of minerals for importers (GeoPolRisk, concentration HHI, n-1, net "
        "import reliance and others), one row a number with id, unit, status and origins. A value of null "
        "has a status that says why: it is no data, never zero. Ask terms first if a name is in doubt.",
        question=AssessQuestion,
        output=forms.ASSESS,
        ask=assess_answer,
    ),
    AssistantTool(
        name="scenario",
        title="What a cut of supply costs",
        what="Tonnes that importers lose in a ready scenario (id) or one of your own (shocks), with 80 % "
        "intervals beside the baselines 'no change' and 'everybody loses the same share'. Where the status "
        "is not_distinguishable say 'not distinguishable from normal variation' and rank nobody.",
        question=ScenarioQuestion,
        output=forms.SCENARIO,
        ask=scenario_answer,
    ),
    AssistantTool(
        name="scenarios",
        title="Ready scenarios",
        what="Ids of the ready scenarios: forward-looking ones, and past events as they happened.",
        question=ScenariosQuestion,
        output=forms.SCENARIOS,
        ask=scenarios_answer,
    ),
    AssistantTool(
        name="policy_in_force",
        title="Measures in force on a day",
        what="Export controls, lists, stockpile and other measures that are in force, suspended or "
        "unconfirmed on a day, each with its source. Quote state_text as it is; absence is not evidence "
        "of absence.",
        question=PolicyQuestion,
        output=forms.POLICY,
        ask=policy_answer,
    ),
    AssistantTool(
        name="trace",
        title="Where a number comes from",
        what="The way back of an id that another tool gave: each step with the value before and after, "
        "source rows, publisher, edition and licence; for a measure its states and sources.",
        question=TraceQuestion,
        output=forms.TRACE,
        ask=trace_answer,
    ),
    AssistantTool(
        name="terms",
        title="What a name stands for",
        what="Ids of minerals, groups, countries or regions and coalitions by names in English, Korean or "
        "Japanese, with their names in the three languages.",
        question=TermsQuestion,
        output=forms.TERMS,
        ask=terms_answer,
    ),
)
#: Every tool by its name.
TOOLS: Final[Mapping[str, AssistantTool]] = {one.name: one for one in _LIST}


def answer_of(world: World, name: str, given: Mapping[str, Any]) -> Answer:
    """The answer of a tool.

    Raises
    ------
    InputError
        If there is no such tool, or its arguments cannot be used.
    NoAnswerError
        If the question is fine and there is no answer.
    """
    if name not in TOOLS:
        raise UnknownTermError.of("tool", name, TOOLS)
    tool = TOOLS[name]
    return tool.ask(world, asked(name, tool.question, given))
