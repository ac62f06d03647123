"""What the scenario page is asked: a scenario, what is changed of it, and up to three others beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field

from pactolus.errors import InputError, NoAnswerError, OptionError
from pactolus.web.pages.scene import PageQuestion, Scene

if TYPE_CHECKING:
    from pactolus.disruption.scenarios.reach import Place
    from pactolus.reports.desk.runs import Run

__all__ = [
    "KIND",
    "MOST",
    "SLIDERS",
    "ScenarioQuestion",
    "base_of",
    "run_here",
    "saved_records",
    "shown_beside",
    "spec_of",
]

#: Kind of the records in which scenarios are saved.
KIND: Final = "scenario"
#: Scenarios side by side.
MOST: Final = 4
#: Fields that change a scenario -> part of the printed number that is one.
SLIDERS: Final = {"cut": 100.0, "rise": 100.0, "months": 1.0, "spare": 100.0}
_NUMBER: Final = r"\d{1,4}(?:\.\d{1,3})?"
_RANGE: Final = re.compile(rf"({_NUMBER})(?:\s*[-–~]\s*({_NUMBER}))?")


def _range(text: str) -> str:
    found = _RANGE.fullmatch(text.strip().removesuffix("%").strip())
    if not found:
        raise ValueError("write a number, or two from low to high as 50-100")
    if found[2] and float(found[1]) > float(found[2]):
        raise ValueError(f"{found[1]} before {found[2]}: the lower number comes first")
    return "-".join(one for one in found.groups() if one)


def _optional(text: str) -> str:
    return _range(text) if text else ""


Amount = Annotated[str, AfterValidator(_optional)]


class ScenarioQuestion(PageQuestion):
    """A scenario by its name or line; instead a shock in fields (`kind`), or the text of a file (`yaml`)."""

    scenario: str = Field("graphite-licence", max_length=20_000, description="A ready scenario, or a line.")
    kind: Literal["", "ban", "quota", "licence", "tax", "outage", "closure", "sanction", "surge"] = Field(
        "", description="Write a shock of this kind instead."
    )
    exporter: str = Field("", description="Whose supply stops.")
    minerals: list[str] = Field([], description="Ids or names of minerals.")
    stages: list[str] = Field([], description="All if none.")
    targets: str = Field("", description="Importers that are cut off, joined by commas; all if empty.")
    start: date | None = Field(None, description="First day.")
    confidence: Literal["announced", "confirmed", "feared"] = "confirmed"
    yaml: str = Field("", max_length=20_000, description="Text of a scenario file instead.")
    cut: Amount = Field("", description="Part that is lost, in percent: 80 or 50-100.")
    rise: Amount = Field("", description="Rise of demand, in percent.")
    months: Amount = Field("", description="How long it lasts: 6 or 3-6.")
    spare: Amount = Field("", description="What others can add, in percent of what they ship.")
    place: str = Field("", description="Mineral and stage that is shown, as nickel@ore.")
    unit: Literal["share", "t"] = Field("share", description="Axis: part of a usual month, or tonnes.")
    beside: list[str] = Field([], max_length=MOST, description="Lines of scenarios beside it.")
    saved: list[str] = Field([], max_length=MOST, description="Ids of saved scenarios beside it.")
    opened: str = Field("", description="Id and version of the saved scenario that this one follows.")
    job: str = Field("", description="A run of other methods.")


def base_of(question: ScenarioQuestion) -> str:
    """The scenario before anything is changed, as a line.

    Raises
    ------
    InputError
        If the fields or the file cannot be used: every fault, of a file with line and column.
    """
    from pactolus.disruption.scenarios.scenario import scenario_of_text
    from pactolus.disruption.scenarios.spec import json_spec, line_of

    if question.yaml:
        return json_spec(scenario_of_text(question.yaml))
    if not question.kind:
        return question.scenario
    said = {
        "from": question.exporter.strip().upper(),
        "of": "_".join(question.minerals),
        "at": "_".join(question.stages),
        "to": "_".join(one.strip().upper() for one in question.targets.split(",") if one.strip()),
        "start": question.start.isoformat() if question.start else "",
        "sure": "" if question.confidence == "confirmed" else question.confidence,
    }
    return line_of(question.kind, said)


def spec_of(question: ScenarioQuestion, world: Any) -> str:
    """The whole scenario as a line."""
    from pactolus.disruption.scenarios.spec import Changes, changed, json_spec, line_of, scenario_of_spec

    base = base_of(question)
    said = {name: _parts(getattr(question, name), by) for name, by in SLIDERS.items()}
    if base.startswith("{"):
        spreads = {name: _doubled(value) for name, value in said.items() if value}
        return json_spec(changed(scenario_of_spec(base, world), Changes(**spreads))) if spreads else base
    first, *kept = base.split("~")
    parts = dict(part.partition("-")[::2] for part in kept)
    parts |= {name: "_".join(f"{one:g}" for one in value) for name, value in said.items() if value}
    return line_of(first, parts)


def _parts(text: str, by: float) -> tuple[float, ...]:
    return tuple(round(float(one) / by, 6) for one in text.split("-")) if text else ()


def _doubled(value: tuple[float, ...]) -> tuple[float, ...]:
    return value * 2 if len(value) == 1 else value


def run_here(scene: Scene) -> tuple[Run, Place]:
    """The scenario of the page, worked out, and the mineral at a stage that is shown."""
    from pactolus.reports.desk.runs import run_of
    from pactolus.reports.desk.scenario import place_of

    run = run_of(scene.world, spec_of(scene.question, scene.world), scene.members, scene.question.year)
    return run, place_of(run, scene.question.place)


def shown_beside(scene: Scene) -> list[tuple[Run, Place, int | None]]:
    """The scenario of the page and all beside it, each with the place that is shown.

    Raises
    ------
    OptionError
        If there are more than fit.
    NoAnswerError
        If a saved one is not there.
    """
    from pactolus.reports.desk.runs import run_of
    from pactolus.reports.desk.scenario import place_of

    question: ScenarioQuestion = scene.question
    specs = [*question.beside, *_saved_specs(scene, question.saved)]
    if len(specs) >= MOST:
        raise OptionError(
            f"beside, saved: {len(specs)} scenarios beside the first; {MOST} stand side by side, leave "
            f"{len(specs) - MOST + 1} away"
        )
    run, place = run_here(scene)
    found = [(run, place, question.year)]
    for spec in specs:
        other = run_of(scene.world, spec, scene.members, question.year)
        found.append((other, place if place in other.places else place_of(other, ""), question.year))
    return found


def _saved_specs(scene: Scene, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    known = saved_records(scene)
    if known is None:
        raise InputError(
            f"saved: {', '.join(names)}: this desk has no workspace; start it with --workspace FOLDER, or "
            "put the scenario beside by its line"
        )
    by_id = {one.id: one for one in known}
    missing = [name for name in names if name not in by_id]
    if missing:
        raise NoAnswerError(
            f"saved: {', '.join(missing)}: nothing is saved under that name; there are "
            f"{', '.join(sorted(by_id)) or 'none'}"
        )
    return [str(by_id[name].body["spec"]) for name in names]


def saved_records(scene: Scene) -> list[Any] | None:
    """Saved scenarios, by name; None without a workspace."""
    workspace = scene.desk.workspace
    if workspace is None:
        return None
    return sorted(workspace.store.all(KIND), key=lambda one: str(one.id))
