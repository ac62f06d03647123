"""What each tool may be asked: a form for each, and one message for all faults of a question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pactolus.errors import InputError, near_misses
from pactolus.indicators.methods import METHODS
from pactolus.terms.stages import STAGES

__all__ = [
    "OPEN_METHODS",
    "AssessQuestion",
    "PolicyQuestion",
    "Question",
    "ScenarioQuestion",
    "ScenariosQuestion",
    "ShockForm",
    "TermsQuestion",
    "TraceQuestion",
    "asked",
]

#: Methods offered: those whose inputs are published; value added takes a table that a user supplies.
OPEN_METHODS: Final = tuple(name for name, one in METHODS.items() if one.family != "value_added")
_SHOWN: Final = 60


def _listed(value: Any) -> Any:
    """A text with commas is a list too."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _years(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list) and all(isinstance(one, int | str) for one in value):
        return ",".join(str(one) for one in value)
    return value


def _of(*known: str) -> Any:
    """Names of a closed list, told in the schema; the engine refuses others with the near ones."""
    return {"items": {"type": "string", "enum": list(known)}}


_Name = Annotated[str, Field(min_length=1, max_length=120)]
_Names = Annotated[list[_Name], BeforeValidator(_listed), Field(min_length=1, max_length=60)]
_Limit = Annotated[int, Field(ge=1, le=200, description="Most rows in one answer.")]
_Offset = Annotated[int, Field(ge=0, le=1_000_000, description="Rows to leave out before the first.")]
_Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
_Spread = float | list[float]


class Question(BaseModel):
    """Arguments of a tool: unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AssessQuestion(Question):
    """Arguments of ``assess``."""

    importers: Annotated[
        _Names,
        Field(description="Countries (ISO alpha-3), coalitions (KOR+JPN, EU27), or WLD for the world."),
    ]
    minerals: Annotated[
        _Names,
        Field(description="Minerals or groups by any name (cobalt, 코발트, コバルト, battery), or all."),
    ]
    years: Annotated[
        str | None,
        BeforeValidator(_years),
        Field(max_length=120, description="2023, 2018-2024 or 2018,2020-2022; the last year if omitted."),
    ] = None
    methods: Annotated[
        _Names,
        Field(description="Indicators; geopolrisk if omitted.", json_schema_extra=_of(*OPEN_METHODS, "all")),
    ] = ["geopolrisk"]
    stages: Annotated[_Names | None, Field(description=f"Keep only these stages: {', '.join(STAGES)}.")] = (
        None
    )
    convention: Annotated[
        Literal["geopolrisk-py-2.0.1"] | None,
        Field(description="Follow a published program with its quirks; leave it out otherwise."),
    ] = None
    limit: _Limit = 50
    offset: _Offset = 0


class ShockForm(Question):
    """One exporter's supply, cut."""

    kind: Literal["ban", "quota", "licence", "tax", "outage", "closure"]
    exporter: Annotated[_Name, Field(description="Whose exports are cut.")]
    minerals: Annotated[_Names, Field(max_length=20, description="What is cut.")]
    stages: Annotated[
        _Names | None,
        Field(description=f"Stages that are cut, of {', '.join(STAGES)}; all with trade if omitted."),
    ] = None
    targets: Annotated[_Names | None, Field(description="Importers aimed at; all if omitted.")] = None
    cut: Annotated[
        _Spread | None,
        Field(description="Share withheld, 0-1: a number, or [low, high]; from past cases if omitted."),
    ] = None
    months: Annotated[
        _Spread | None,
        Field(description="How long: a number, or [low, high]; from past cases if omitted."),
    ] = None
    start: Annotated[_Day, Field(description="First day, as 2027-01-01.")]
    confidence: Literal["announced", "confirmed", "feared"] = "confirmed"


class ScenarioQuestion(Question):
    """Arguments of ``scenario``."""

    id: Annotated[
        _Name | None,
        Field(description="A ready scenario, as the tool scenarios lists them; or give shocks instead."),
    ] = None
    shocks: Annotated[
        list[ShockForm] | None,
        Field(min_length=1, max_length=8, description="A scenario of one's own instead of id."),
    ] = None
    importers: Annotated[
        _Names | None,
        Field(max_length=12, description="For whom; those of the scenario (KOR, JPN) if omitted."),
    ] = None
    year: Annotated[
        int | None,
        Field(ge=1900, le=2100, description="Year of trade that is cut; the scenario's if omitted."),
    ] = None
    table: Annotated[
        Literal["losses", "months", "applications"],
        Field(description="Losses of the year, their months, or end uses at stake (EU use pattern)."),
    ] = "losses"
    limit: _Limit = 50
    offset: _Offset = 0


class ScenariosQuestion(Question):
    """Arguments of ``scenarios``."""

    word: Annotated[
        str | None,
        Field(max_length=60, description="Only those whose id, title, kind, mineral or exporter holds it."),
    ] = None


class PolicyQuestion(Question):
    """Arguments of ``policy_in_force``."""

    on: Annotated[
        _Day | None, Field(description="The day asked for, as 2026-11-24; today (UTC) if omitted.")
    ] = None
    minerals: Annotated[_Names | None, Field(description="Only these minerals, by any name.")] = None
    issuers: Annotated[
        _Names | None, Field(description="Only measures of these countries or coalitions.")
    ] = None
    importer: Annotated[
        _Name | None, Field(description="Only what bears on this country's supply, or is its own.")
    ] = None
    limit: _Limit = 50
    offset: _Offset = 0


class TraceQuestion(Question):
    """Arguments of ``trace``."""

    id: Annotated[
        str,
        Field(
            min_length=1,
            max_length=300,
            description="An id that assess, scenario or policy_in_force gave.",
        ),
    ]


class TermsQuestion(Question):
    """Arguments of ``terms``."""

    names: Annotated[
        _Names, Field(description="Names in English, Korean or Japanese, symbols, ISO codes or ids.")
    ]


_Q = TypeVar("_Q", bound=Question)


def asked(tool: str, form: type[_Q], given: Mapping[str, Any]) -> _Q:
    """A checked question.

    Raises
    ------
    InputError
        One message with a line for each fault: tool, argument, what was found, and the mend.
    """
    try:
        return form.model_validate(dict(given))
    except ValidationError as error:
        faults = [_fault(tool, form, one) for one in error.errors(include_url=False, include_context=False)]
        raise InputError.gathered(list(dict.fromkeys(faults))) from None


def _fault(tool: str, form: type[Question], one: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in one["loc"]) or "arguments"
    if one["type"] == "extra_forbidden":
        known = list(form.model_fields) if len(one["loc"]) == 1 else list(ShockForm.model_fields)
        near = near_misses(str(one["loc"][-1]), known)
        hint = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
        return f"{tool}: {_short(place)}: no such argument; {hint}known are {', '.join(known)}"
    if one["type"] == "missing":
        field = form.model_fields.get(str(one["loc"][0]))
        return f"{tool}: {place}: is missing; {(field and field.description) or 'give it'}"
    message = str(one["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    return f"{tool}: {_short(place)}: {message}; found {_short(repr(one['input']))}"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
