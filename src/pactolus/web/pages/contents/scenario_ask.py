"""What the forms of the scenario page are filled with; free of language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from pactolus.errors import PactolusError
from pactolus.reports.desk.side_by_side import LETTERS
from pactolus.reports.figures.common import word
from pactolus.reports.sections.words import country, item_term, minerals_term, stage_term
from pactolus.web.pages.contents.scenario_question import (
    MOST,
    SLIDERS,
    ScenarioQuestion,
    base_of,
    run_here,
    saved_records,
    spec_of,
)
from pactolus.web.pages.kinds import Content
from pactolus.web.pages.scene import Scene, query_of

if TYPE_CHECKING:
    from pactolus.disruption.scenarios.scenario import Scenario

__all__ = ["ask"]

#: Field -> lowest, highest and step of its slider, on the printed scale.
_ROOM: Final[Mapping[str, tuple[float, float, float]]] = {
    "cut": (0, 100, 5),
    "rise": (0, 200, 5),
    "months": (1, 36, 1),
    "spare": (0, 50, 1),
}
_KINDS: Final = ("ban", "quota", "licence", "tax", "outage", "closure", "sanction", "surge")
#: Fields of the page that each form sends itself; the others it carries hidden.
_OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "pick": (
        "scenario", "kind", "exporter", "minerals", "stages", "targets", "start", "confidence", "yaml",
        "cut", "rise", "months", "spare", "place", "job", "opened",
    ),
    "move": ("cut", "rise", "months", "spare", "place", "unit", "job"),
}  # fmt: skip


def ask(scene: Scene) -> Content:
    """Ready scenarios, sliders, fields to write a shock, what stands beside, what is saved."""
    question: ScenarioQuestion = scene.question
    base, spec, fault = "", "", ""
    read: Scenario | None = None
    try:
        base, spec = base_of(question), spec_of(question, scene.world)
        read = _before(base, scene)
    except PactolusError as error:
        fault = str(error)
    return Content(
        extra={
            "fault": fault,
            "base": base,
            "spec": spec,
            "ready": _ready(),
            "known": base in dict(_ready()[0] + _ready()[1]),
            "sliders": () if read is None else tuple(_slider(question, read, name) for name in _names(read)),
            "places": _places(scene) if read is not None else (),
            "place": question.place,
            "unit": question.unit,
            "hidden": {form: _hidden(question, own) for form, own in _OWN.items()},
            "kinds": _KINDS,
            "countries": _countries(),
            "minerals": _minerals(),
            "stages": tuple((s, stage_term(s)) for s in _stages()),
            "own": question,
            "beside": _beside(question, spec),
            "keep": _keep(question, spec),
            "query": query_of(question),
            "reset": query_of(question, cut="", rise="", months="", spare="", job=""),
            "saved": _saved(scene),
            "yaml": question.yaml or (_yaml(read) if read is not None else ""),
            "draws": _draws(),
            "word": word,
        }
    )


def _before(base: str, scene: Scene) -> Scenario:
    from pactolus.disruption.scenarios.spec import scenario_of_spec

    return scenario_of_spec(base, scene.world)


def _draws() -> int:
    from pactolus.disruption.effects.cuts import DRAWS

    return DRAWS


def _yaml(scenario: Scenario) -> str:
    from pactolus.disruption.scenarios.spec import yaml_of

    return yaml_of(scenario)


def _ready() -> tuple[tuple[tuple[str, Mapping[str, str]], ...], tuple[tuple[str, Mapping[str, str]], ...]]:
    """Names and titles: looking ahead, and past events."""
    from pactolus.disruption.history.events import named_events
    from pactolus.disruption.scenarios.library import PAST, ready_names, ready_records

    ahead = tuple((name, record["titles"]) for name, record in ready_records().items())
    names = set(ready_names())
    past = tuple(
        (PAST + one.id.lower().replace("_", "-"), one.names)
        for one in named_events().values()
        if PAST + one.id.lower().replace("_", "-") in names
    )
    return ahead, past


def _names(scenario: Scenario) -> tuple[str, ...]:
    """Fields that move something in it."""
    kinds = {shock.kind for shock in scenario.shocks}
    cut = ("cut",) if kinds - {"surge"} else ()
    rise = ("rise",) if "surge" in kinds else ()
    return (*cut, *rise, "months", "spare")


def _slider(question: ScenarioQuestion, scenario: Scenario, name: str) -> dict[str, Any]:
    """One slider and the field beside it: what is set, and what the scenario itself says."""
    low, high, step = _ROOM[name]
    by = SLIDERS[name]
    own = _said(scenario, name)
    text: str = getattr(question, name)
    numbers = [float(one) for one in text.split("-")] if text else [one * by for one in own or ()]
    middle = (numbers[0] + numbers[-1]) / 2 if numbers else (low if name == "spare" else (low + high) / 2)
    return {
        "name": name,
        "low": low,
        "high": high,
        "step": step,
        "at": min(max(round(middle / step) * step, low), high),
        "text": text,
        "own": None if own is None else "–".join(f"{one * by:g}" for one in dict.fromkeys((own[0], own[-1]))),
        "unit": "months" if name == "months" else "percent",
    }


def _said(scenario: Scenario, name: str) -> tuple[float, ...] | None:
    if name == "spare":
        return scenario.spare
    for shock in scenario.shocks:
        found = shock.lasting if name == "months" else getattr(shock, name)
        if found is not None:
            return (round(found[0], 2), round(found[-1], 2))
    return None


def _places(scene: Scene) -> tuple[tuple[str, Any], ...]:
    try:
        run, _ = run_here(scene)
    except PactolusError:
        return ()
    return tuple((f"{m}@{s}", item_term((m, s))) for m, s in run.places)


def _hidden(question: ScenarioQuestion, own: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """What a form carries along: everything of the address that it does not send itself."""
    said = parse_qsl(query_of(question).removeprefix("?"), keep_blank_values=True)
    return tuple((name, value) for name, value in said if name not in own)


def _countries() -> tuple[tuple[str, Any], ...]:
    from pactolus.terms.countries import countries

    return tuple((iso3, country(iso3)) for iso3 in countries() if len(iso3) == 3)


def _minerals() -> tuple[tuple[str, Any], ...]:
    """Minerals with a code of their own."""
    from pactolus.terms.hs_codes import hs_codes

    named = {one.minerals[0] for one in hs_codes().values() if one.minerals}
    return tuple((m, minerals_term((m,))) for m in sorted(named))


def _stages() -> tuple[str, ...]:
    from pactolus.terms.stages import STAGES

    return tuple(STAGES)


def _beside(question: ScenarioQuestion, spec: str) -> tuple[dict[str, Any], ...]:
    """What stands beside, with the address without it and the one that opens it."""
    found = []
    lines = [("beside", one) for one in question.beside] + [("saved", one) for one in question.saved]
    for letter, (field, one) in zip(LETTERS[1:], lines, strict=False):
        rest = [other for other in getattr(question, field) if other != one]
        found.append({"letter": letter, "name": one, "without": query_of(question, **{field: rest})})
    return tuple(found)


def _keep(question: ScenarioQuestion, spec: str) -> str | None:
    """The address with the present scenario beside; None where no more fit."""
    if not spec or len(question.beside) + len(question.saved) >= MOST - 1:
        return None
    return query_of(question, beside=[*question.beside, spec])


def _saved(scene: Scene) -> tuple[dict[str, Any], ...] | None:
    """Saved scenarios with the addresses that open them and put them beside; None without a workspace."""
    records = saved_records(scene)
    if records is None:
        return None
    question: ScenarioQuestion = scene.question
    cleared = dict.fromkeys(("kind", "exporter", "targets", "yaml", *SLIDERS, "place", "job"), "")
    full = len(question.beside) + len(question.saved) >= MOST - 1
    found = []
    for one in records:
        spec = str(one.body["spec"])
        opened = f"{one.id}~{one.version}"
        lists: dict[str, Any] = {"minerals": [], "stages": [], "start": None, "confidence": "confirmed"}
        found.append(
            {
                "id": one.id,
                "version": one.version,
                "author": one.author,
                "at": one.written_at[:10],
                "open": query_of(question, **{**cleared, **lists, "scenario": spec, "opened": opened}),
                "beside": None
                if full or one.id in question.saved
                else query_of(question, saved=[*question.saved, one.id]),
            }
        )
    return tuple(found)
