"""``trace`` for an assistant: the way back of a cited number, and the record behind a measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pactolus import __version__
from pactolus.errors import NoAnswerError, OptionError, WorldError
from pactolus.policy.register import register
from pactolus.web.assistant.answers import (
    VINTAGE_LENGTH,
    Answer,
    origin_record,
    plain_rows,
    printed,
    sources_line,
)
from pactolus.web.assistant.measures import reference_origin, state_text
from pactolus.web.assistant.questions import OPEN_METHODS, TraceQuestion
from pactolus.web.assistant.scenarios import made_up_origin, made_up_tonnes, scenario_id
from pactolus.wording.phrases import render_claim

if TYPE_CHECKING:
    from pactolus.catalogue.origins import Claim
    from pactolus.catalogue.world import World
    from pactolus.reports.way import Trail

__all__ = ["trace_answer"]

_SCENARIO: Final = "scenario/"
_FORMS: Final = (
    "method/mineral/stage/importer/year as assess gives it (geopolrisk/cobalt/mixed/KOR/2023), "
    "scenario/... as scenario gives it, or the id of a measure"
)


def trace_answer(world: World, question: TraceQuestion) -> Answer:
    """Steps with the value before and after, source rows, and the origins with their licence.

    Raises
    ------
    InputError
        If the id has no form known here, or names another vintage.
    NoAnswerError
        If the world has no such number.
    """
    identity = question.id.strip()
    if identity in register():
        return _of_measure(world, identity)
    if identity.startswith(_SCENARIO):
        return _of_scenario(world, identity)
    from pactolus.indicators.numbers import is_number_id, read_number_id

    if not is_number_id(identity):
        raise OptionError(f"trace: {identity!r} is no id; write {_FORMS}")
    if (method := read_number_id(identity).method) not in OPEN_METHODS:
        raise OptionError(
            f"trace: {method} stands on a table that a user supplies; use 'pactolus data trace'"
        )
    from pactolus.reports.trail import trail_of

    return _told(world, trail_of(world, identity), "number")


def _told(world: World, trail: Trail, kind: str, **other: Any) -> Answer:
    """A trail as an answer; `other` replaces parts of the content."""
    origins = {o.id: origin_record(o) for source in trail.sources for o in source.origins}
    content: dict[str, Any] = {
        "id": trail.id,
        "kind": kind,
        "title": _words(trail.title),
        "value": trail.value,
        "low": trail.low,
        "high": trail.high,
        "unit": trail.unit,
        "status": trail.status,
        "note": trail.note or None,
        "steps": [
            {
                "what": _words(step.claim),
                "before": step.before,
                "after": step.after,
                "unit": step.unit or None,
            }
            for step in trail.steps
        ],
        "parts": dict(trail.parts),
        "sources": [
            {
                "table": source.table,
                "count": source.count,
                "rows": plain_rows(source.rows),
                "origins": [o.id for o in source.origins],
            }
            for source in trail.sources
        ],
        "origins": origins,
        "vintage": world.vintage,
        "version": __version__,
        **other,
    }
    return Answer(text=_text(content), content=content)


def _words(claim: Claim) -> str:
    return "".join(span.text for span in render_claim(claim, "en"))


def _text(content: Mapping[str, Any]) -> str:
    value = printed(content["value"], content["unit"] or "", str(content["status"]))
    lines = [
        f"{content['id']}: {content['title']}",
        *([] if content["kind"] == "measure" else [f"value: {value}"]),
    ]
    lines += _numbered(content["steps"])
    lines += [f"from {role}: {identity}" for role, identity in content["parts"].items()]
    lines += [f"rows of {source['table']}: {source['count']:,}" for source in content["sources"]]
    lines += [f"Note: {content['note']}"] if content["note"] else []
    return "\n".join([*lines, sources_line(content["origins"], content["vintage"])])


def _numbered(steps: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each step on a line, with the value after it."""
    lines = []
    for number, step in enumerate(steps, start=1):
        after = "" if step["after"] is None else f": {printed(step['after'], step['unit'] or '')}"
        lines.append(f"{number}. {step['what']}{after}")
    return lines


def _of_scenario(world: World, identity: str) -> Answer:
    from pactolus.catalogue.origins import Figure
    from pactolus.disruption.scenarios.library import ready
    from pactolus.reports.stressed import stress_rows
    from pactolus.reports.trail import trail_of_figure

    rows = _scenario_rows(world, identity)
    place = ("mineral", "stage", "importer")
    losses = stress_rows(world, rows)
    found = [row for row in losses.to_dicts() if all(row[name] == rows[name] for name in place)]
    if not found or found[0]["status"] == "no_trade_data":
        raise NoAnswerError(
            f"{identity}: this world has no such loss; ask the tool scenario for those it has"
        )
    row, keys = found[0], {name: rows[name] for name in ("scenario", "year", *place)}
    figure = Figure(
        value=row["lost_t"],
        unit="t",
        low=row["lost_low_t"],
        high=row["lost_high_t"],
        status=row["status"],
        table="stress",
        rows=keys,
        steps=("take lost_t",),
    )
    trail = trail_of_figure(world, figure)
    where = f"{row['mineral']} ({row['stage']}), {row['importer']}, {row['year']}"
    own: dict[str, Any] = {
        "id": scenario_id(world, row, int(rows["year"])),
        "title": f"loss in {row['scenario']}: {where}",
    }
    if row["status"] == "not_distinguishable":  # the last step is the loss that nobody shall read out
        own |= {"value": None, "low": None, "high": None, "note": "not distinguishable from normal variation"}
        trail = replace(trail, steps=trail.steps[:-1])
    asked = ready(str(rows["scenario"]), world)
    if made_up := made_up_tonnes(asked, row):
        source = {"table": "scenario", "count": len(made_up), "rows": made_up, "origins": ["made-up"]}
        said = "FICTITIOUS: the tonnes are made up for an exercise"
        note = f"{said}; {own['note']}" if "note" in own else said
        own |= {"note": note, "sources": [source], "origins": made_up_origin(asked)}
    return _told(world, trail, "scenario", **own)


def _scenario_rows(world: World, identity: str) -> dict[str, str | int]:
    """What the id of a loss names.

    Raises
    ------
    InputError
        If it has another form, or another vintage.
    """
    from pactolus.disruption.scenarios.library import ready
    from pactolus.terms.countries import entity
    from pactolus.terms.minerals import mineral

    place, _, vintage = identity.partition("@")
    parts = place.split("/")
    if len(parts) != 6 or not (parts[5].isascii() and parts[5].isdigit() and len(parts[5]) == 4):
        raise OptionError(
            f"trace: {identity!r} is no id of a loss; write scenario/NAME/MINERAL/STAGE/IMPORTER/YEAR"
        )
    if not world.vintage.startswith(vintage):
        here = world.vintage[:VINTAGE_LENGTH]
        raise WorldError(f"trace: {identity}: printed from another world; this one is {here}")
    ready(parts[1], world)
    found: dict[str, str | int] = {"scenario": parts[1], "mineral": mineral(parts[2]).id, "stage": parts[3]}
    return found | {"importer": entity(parts[4]).id, "year": int(parts[5])}


def _of_measure(world: World, identity: str) -> Answer:
    """Every state of a measure with its days and source."""
    measure = register()[identity]
    steps, origins = [], {}
    for span in measure.spans:
        key, origin = reference_origin(measure, span.entry)
        origins[key] = origin
        days = f"{span.begin} to {span.end}" if span.end else f"from {span.begin}"
        steps.append(
            {"what": f"{days}: {state_text(span)} [{key}]", "before": None, "after": None, "unit": None}
        )
    content: dict[str, Any] = {
        "id": identity,
        "kind": "measure",
        "title": measure.titles["en"],
        "value": None,
        "low": None,
        "high": None,
        "unit": None,
        "status": None,
        "note": "; ".join(text for text in (measure.says, measure.doubts) if text) or None,
        "steps": steps,
        "parts": {},
        "sources": [],
        "origins": origins,
        "vintage": world.vintage,
        "version": __version__,
    }
    return Answer(text=_text(content), content=content)
