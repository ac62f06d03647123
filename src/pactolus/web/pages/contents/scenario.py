"""Scenario: pick or write a shock, move it, see the loss by month; up to four side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pactolus import __version__
from pactolus.errors import InputError, NoAnswerError
from pactolus.reports.desk import scenario as content
from pactolus.reports.desk.methods import methods
from pactolus.reports.desk.other_suppliers import others
from pactolus.reports.desk.side_by_side import comparison
from pactolus.web.pages.contents.scenario_ask import ask
from pactolus.web.pages.contents.scenario_question import (
    KIND,
    ScenarioQuestion,
    run_here,
    shown_beside,
    spec_of,
)
from pactolus.web.pages.kinds import Content, Deed, Done, PageKind, Part
from pactolus.web.pages.scene import Scene, query_of

__all__ = ["PAGE"]

_WHAT: Final = (
    "scenario", "kind", "exporter", "minerals", "stages", "targets", "start", "confidence", "yaml",
    "cut", "rise", "months", "spare", "place",
)  # fmt: skip


def _result(scene: Scene) -> Content:
    run, place = run_here(scene)
    return Content(
        cards=content.cards(scene.world, run, place),
        sections=(content.months(scene.world, run, place, scene.question.unit),),
    )


def _others(scene: Scene) -> Content:
    run, place = run_here(scene)
    return Content(sections=(others(scene.world, run, place, scene.question.year, scene.day),))


def _compare(scene: Scene) -> Content:
    if not scene.question.beside and not scene.question.saved:
        return Content()
    shown = shown_beside(scene)
    return Content(sections=(comparison(scene.world, shown, scene.question.unit, scene.day),))


def _methods(scene: Scene) -> Content:
    """What a long run of the other methods found, or how far it is."""
    run, place = run_here(scene)
    asked = scene.question.job
    state, record, frame = "none", None, None
    if asked and scene.desk.board is not None:
        try:
            job = scene.desk.board.get(asked)
            state, record = job.state, job.record()
            frame = job.answer.frame if job.answer is not None else None
            if record["question"].get("scenario") != _file_of(scene):
                state, record, frame = "none", None, None  # of another scenario than the one shown
        except InputError:
            state = "gone"
    section = methods(scene.world, run, place, frame) if frame is not None else None
    return Content(
        sections=() if section is None else (section,),
        extra={"state": state, "job": record, "query": query_of(scene.question, job="")},
    )


def _file_of(scene: Scene) -> dict[str, object]:
    """The scenario that is shown as the keys of a file."""
    from pactolus.disruption.scenarios.spec import content_of

    run, _ = run_here(scene)
    return content_of(run.scenario)


def _download(scene: Scene, form: Mapping[str, str], lang: str) -> Done:
    """The file that ``pactolus shock run`` takes."""
    from pactolus.disruption.scenarios.spec import yaml_of

    run, _ = run_here(scene)
    return Done(
        file=yaml_of(run.scenario).encode("utf-8"),
        name=f"{run.scenario.scenario}.yaml",
        media="application/yaml",
    )


def _save(scene: Scene, form: Mapping[str, str], lang: str) -> Done:
    """A new version in the workspace; one that somebody saved meanwhile is not overwritten."""
    workspace = scene.desk.workspace
    if workspace is None:
        raise InputError(
            "save: this desk has no workspace; start it with --workspace FOLDER, or take the file"
        )
    name, author = form.get("name", "").strip(), form.get("by", "").strip()
    faults = []
    if not name or len(name) > 80 or not name.isprintable() or not {"~", "/"}.isdisjoint(name):
        faults.append(f"name: {name!r}; give it one of at most 80 letters, without ~ and /")
    if not author or len(author) > 80:
        faults.append(f"by: {author!r}; say who saves it, at most 80 letters")
    if faults:
        raise InputError.gathered(faults)
    before, _, version = scene.question.opened.rpartition("~")
    expected = int(version) if before == name and version.isdecimal() else 0
    spec = spec_of(scene.question, scene.world)
    body = {
        "spec": spec,
        "scenario": _file_of(scene),
        "members": list(scene.members),
        "vintage": scene.world.vintage,
        "program": __version__,
    }
    saved = workspace.store.put(KIND, name, body, author=author, expected=expected)
    return Done(to=f"scenario{query_of(scene.question, opened=f'{name}~{saved.version}')}")


def _start(scene: Scene, form: Mapping[str, str], lang: str) -> Done:
    """Begin a long run of the other methods."""
    from pactolus.web.jobs.kinds import ShockJob

    if scene.desk.board is None:
        raise NoAnswerError("methods: long runs are not started here; use pactolus shock run --table engines")
    asked = ShockJob.model_validate({"kind": "shock", "scenario": _file_of(scene), "table": "engines"})
    job = scene.desk.board.add("shock", asked)
    return Done(to=f"scenario{query_of(scene.question, job=job.id)}#part-engines")


def _cancel(scene: Scene, form: Mapping[str, str], lang: str) -> Done:
    """End it."""
    if scene.desk.board is not None and scene.question.job:
        scene.desk.board.cancel(scene.question.job)
    return Done(to=f"scenario{query_of(scene.question)}#part-engines")


_DEEDS: Final[Mapping[str, Deed]] = {
    "file": _download,
    "save": _save,
    "methods": _start,
    "cancel": _cancel,
}

PAGE = PageKind(
    id="scenario",
    question=ScenarioQuestion,
    parts=(
        Part(id="ask", build=ask, template="scenario_ask.html.j2", span=4, fresh=True),
        Part(id="result", build=_result, span=8, asks=(*_WHAT, "unit")),
        Part(id="compare", build=_compare, fresh=True, template="scenario_compare.html.j2"),
        Part(id="others", build=_others, slow=True, span=6, asks=_WHAT),
        Part(id="engines", build=_methods, fresh=True, span=6, template="scenario_engines.html.j2"),
    ),
    deeds=_DEEDS,
    scripts=("scenario.js",),
)
