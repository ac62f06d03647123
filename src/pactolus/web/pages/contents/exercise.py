"""Exercise: the facilitator's table and the seats of the roles; the whole state is a record or a word."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field

from pactolus import __version__
from pactolus.errors import InputError, NoAnswerError, OptionError
from pactolus.reports.desk import exercise as told
from pactolus.response.exercise.decisions import decisions_yaml
from pactolus.response.exercise.exercise import ready_exercise, ready_exercise_names
from pactolus.response.exercise.table import (
    KIND,
    TableRun,
    begin,
    decision_of,
    hand_in,
    played_so_far,
    run_from_record,
    step,
)
from pactolus.terms.words import chosen, whole
from pactolus.web.pages.kinds import Content, Control, Done, NotAdmittedError, PageKind, Part
from pactolus.web.pages.packing import packed, unpacked
from pactolus.web.pages.scene import LANGS, PageQuestion, Scene, query_of
from pactolus.web.pages.seats import FACILITATOR, may_see
from pactolus.workspace.store import ConflictError

if TYPE_CHECKING:
    from pactolus.reports.document import Section
    from pactolus.response.exercise.board import Setting
    from pactolus.response.exercise.exercise import Exercise
    from pactolus.response.exercise.score import Score

__all__ = ["PAGE", "ExerciseQuestion"]

#: Largest run that is pasted. [byte]
MOST: Final = 200_000
#: Times a decision is tried again when another role saved at the same moment.
TRIES: Final = 8


class ExerciseQuestion(PageQuestion):
    """Which run, and through whose eyes."""

    run: str = Field("", description="Id of a run in the workspace.", max_length=120)
    state: str = Field("", description="A run without a workspace, packed.", max_length=30_000)
    role: str = Field(FACILITATOR, description="A role of the exercise; the facilitator if omitted.")


# ------------------------------------------------------------------------------------------------- the run


def _admit(scene: Scene) -> None:
    """No run is opened through eyes that are not the reader's; a packed run holds what is hidden."""
    asked = scene.question
    if not asked.run and not asked.state:
        return
    seat = asked.role if not asked.state else FACILITATOR
    if not may_see(scene.reader, seat):
        who = seat or "the facilitator"
        raise NotAdmittedError(f"role: you have no seat as {who} in this exercise; ask its facilitator")


def _run(scene: Scene) -> tuple[TableRun, Exercise] | None:
    """The run asked for; None where none is."""
    asked = scene.question
    if asked.run and asked.state:
        raise OptionError("run and state: name one run, by its id or as the page packed it")
    if asked.state:
        return _checked(scene, *run_from_record(_json(unpacked("state", asked.state, MOST)), "state"))
    if not asked.run:
        return None
    own = scene.desk.workspace
    if own is None:
        raise OptionError(f"run: {asked.run!r}; this desk has no workspace that could hold it")
    try:
        body = own.store.get(KIND, asked.run).body
    except NoAnswerError:
        known = [one.id for one in own.store.all(KIND)]
        raise InputError(f"run: {asked.run!r} is not in the workspace; there are {len(known)} runs") from None
    return _checked(scene, *run_from_record(body, f"run {asked.run}"))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise InputError(f"run: is no file of a run ({error}); give the file that the page gave") from error


def _checked(scene: Scene, run: TableRun, exercise: Exercise) -> tuple[TableRun, Exercise]:
    """A run on trade is played on the world it began with."""
    if run.vintage and run.vintage != scene.world.vintage:
        raise InputError(
            f"run: began on world {run.vintage[:12]}, and {scene.world.vintage[:12]} is open; open the same "
            "one, or begin again"
        )
    if scene.question.role:
        exercise.role(scene.question.role, where="role")
    return run, exercise


def _setting(scene: Scene, exercise: Exercise) -> Setting:
    return scene.desk.tables.setting(scene.world, exercise)


# ------------------------------------------------------------------------------------------------- parts


def _content(section: Section, *more: Section, **given: Any) -> Content:
    return Content(sections=(section, *more), origins={told.MADE_UP.id: told.MADE_UP}, **given)


def _for(seat: str, build: Callable[[Scene, TableRun, Exercise], Content]) -> Callable[[Scene], Content]:
    """A part of the facilitator (``table``) or of a role (``role``); nothing for the other."""

    def made(scene: Scene) -> Content:
        found = _run(scene)
        if found is None or (seat == "table") != (scene.question.role == FACILITATOR):
            return Content()
        return build(scene, *found)

    return made


def _begin(scene: Scene) -> Content:
    """Exercises that ship, runs of the workspace, and the forms that begin or take a run."""
    own = scene.desk.workspace
    ready = [ready_exercise(name) for name in ready_exercise_names()]
    kept = own.store.all(KIND) if own and may_see(scene.reader, FACILITATOR) else []
    runs = [
        {"id": one.id, "exercise": one.body["exercise"], "month": one.body["month"]}
        for one in kept
        if own and own.levels.read(one.label).is_open
    ]
    listed = [
        {"id": one.id, "titles": dict(one.titles), "rounds": one.rounds, "minutes": one.minutes}
        for one in ready
    ]
    found = _run(scene)
    leads = may_see(scene.reader, FACILITATOR)
    extra = {
        "exercises": listed,
        "runs": runs,
        "saves": own is not None,
        "open": found is None,
        "leads": leads,
    }
    return Content(extra=extra)


def _cards(scene: Scene, run: TableRun, exercise: Exercise) -> Content:
    cards = told.table_cards(_setting(scene, exercise), run)
    extra = {"seed": run.seed, "closed": run.month > exercise.rounds, "month": run.month}
    return Content(cards=cards, origins={told.MADE_UP.id: told.MADE_UP}, extra=extra)


def _sheet(scene: Scene, run: TableRun, exercise: Exercise) -> Content:
    return _content(told.sheet_section(exercise, run))


def _roles(scene: Scene, run: TableRun, exercise: Exercise) -> Content:
    links = {one.id: {"role": one.id} for one in exercise.roles}
    return _content(told.roles_section(exercise, run), links=links)


def _decided(scene: Scene, run: TableRun, exercise: Exercise) -> Content:
    return _content(told.decided_section(_setting(scene, exercise), run))


def _scored(scene: Scene, run: TableRun, exercise: Exercise) -> tuple[Score, dict[str, float | None]]:
    from pactolus.response.exercise.score import score_of, shares_around
    from pactolus.response.exercise.state import play

    played = play(_setting(scene, exercise), run.seed, run.decisions)
    return score_of(played), shares_around(played, run.decisions)


def _score(scene: Scene, run: TableRun, exercise: Exercise) -> Content:
    score, shares = _scored(scene, run, exercise)
    return _content(told.score_section(_setting(scene, exercise), run, score, shares))


def _news(scene: Scene, run: TableRun, exercise: Exercise) -> Content:
    return _content(told.news_section(_setting(scene, exercise), run, scene.question.role))


def _stands(scene: Scene, run: TableRun, exercise: Exercise) -> Content:
    return _content(*told.stand_sections(_setting(scene, exercise), run, scene.question.role))


def _own(scene: Scene, run: TableRun, exercise: Exercise) -> Content:
    """What the role handed in, and the form for this month."""
    setting, role = _setting(scene, exercise), exercise.role(scene.question.role)
    one = setting.situation
    month = min(run.month, exercise.rounds)
    open_now = run.month <= exercise.rounds and bool(role.may)
    suppliers = sorted({source.supplier for source in one.sources}) if "rooms" in role.sees else []
    extra = {
        "decides": open_now,
        "may": role.may,
        "places": [f"{mineral}/{stage}" for mineral, stage in one.places],
        "others": [name for name in one.members if name != role.member],
        "suppliers": suppliers,
        "month": month,
        "most": one.months,
        "begins": one.month(month - 1).isoformat(),
        "deadline": exercise.deadline(month - 1, one.start).isoformat(),
    }
    return _content(told.own_section(setting, run, role.id), extra=extra)


def _controls(scene: Scene, lang: str) -> tuple[Control, ...]:
    """The seats that the reader may take; asking here refuses a slip for the whole page."""
    from pactolus.wording.phrases import phrase

    found = _run(scene)
    if found is None:
        return ()
    seats = [(FACILITATOR, phrase(lang, "desk_exercise.facilitator"))]
    seats += [(one.id, one.titles[lang]) for one in found[1].roles]
    kept = tuple(seat for seat in seats if may_see(scene.reader, seat[0]))
    asked = scene.question
    return (
        Control(name="role", label="desk_exercise.control.role", value=asked.role, options=kept),
        *(
            Control(name=name, label="", kind="hidden", value=getattr(asked, name))
            for name in ("run", "state")
        ),
    )


# ------------------------------------------------------------------------------------------------- deeds


def _facilitates(scene: Scene) -> None:
    if not may_see(scene.reader, FACILITATOR):
        raise NotAdmittedError("exercise: only its facilitator does this; ask for that seat")


def _keep(scene: Scene, run: TableRun, author: str) -> str:
    """A new run in the workspace under the next free id, else in the address: the query that opens it."""
    own = scene.desk.workspace
    if own is None:
        return query_of(scene.question, run="", state=packed(json.dumps(run.record())), role=FACILITATOR)
    for number in range(1, 10_000):
        identity = f"{run.exercise}-{number}"
        if own.store.history(KIND, identity):
            continue
        own.store.put(KIND, identity, run.record(), author=author, expected=0)
        return query_of(scene.question, run=identity, state="", role=FACILITATOR)
    raise InputError(f"{run.exercise}: the workspace holds 9,999 runs; remove some")


def _start(scene: Scene, form: Mapping[str, str], lang: str) -> Done:
    """Begin a run."""
    _facilitates(scene)
    (name,) = chosen("exercise", "ready exercise", form.get("exercise", ""), ready_exercise_names())
    seed = whole("seed", form.get("seed", "") or "0", at_least=0, at_most=2**63 - 1)
    exercise = ready_exercise(name)
    vintage = "" if exercise.declared is not None else scene.world.vintage
    run = begin(exercise, seed, vintage=vintage, version=__version__)
    _setting(scene, exercise)  # made while the reader waits for the answer, so that the page is there at once
    return Done(to=f"exercise{_keep(scene, run, form.get('author', '').strip() or 'facilitator')}")


def _take(scene: Scene, form: Mapping[str, str], lang: str) -> Done:
    """Take a run from its file: read whole, and played again before it is shown."""
    _facilitates(scene)
    text = form.get("text", "")
    if len(text.encode("utf-8")) > MOST:
        raise InputError(f"run: the file is larger than {MOST:,} bytes")
    run, exercise = run_from_record(_json(text), "run")
    _checked(scene, run, exercise)
    played_so_far(_setting(scene, exercise), run)
    return Done(to=f"exercise{_keep(scene, run, 'facilitator')}")


def _changed(scene: Scene, author: str, change: Callable[[Setting, TableRun], TableRun]) -> str:
    """A run after a change: a new version of its record, or another word in the address.

    Where another seat saved at the same moment, the change is made again on what it saved.
    """
    for _ in range(TRIES):
        found = _run(scene)
        if found is None:
            raise OptionError("run: name the run that is played, by its id or as the page packed it")
        run, exercise = found
        version = 0
        own = scene.desk.workspace
        if scene.question.run and own is not None:
            version = own.store.get(KIND, scene.question.run).version
            run, _ = run_from_record(own.store.get(KIND, scene.question.run, version).body, "run")
        after = change(_setting(scene, exercise), run)
        if not scene.question.run or own is None:
            return query_of(scene.question, state=packed(json.dumps(after.record())))
        try:
            own.store.put(KIND, scene.question.run, after.record(), author=author, expected=version)
        except ConflictError:
            continue
        return query_of(scene.question)
    raise InputError("run: other seats saved at the same moment again and again; hand it in once more")


def _decide(scene: Scene, form: Mapping[str, str], lang: str) -> Done:
    """Hand in a decision of the role for the month on the table."""
    role = scene.question.role
    if not role:
        raise OptionError("role: a decision is handed in from the seat of a role; open one")

    def change(setting: Setting, run: TableRun) -> TableRun:
        return hand_in(setting, run, decision_of(run, role, form))

    return Done(to=f"exercise{_changed(scene, role, change)}#part-own")


def _step(scene: Scene, form: Mapping[str, str], lang: str) -> Done:
    """Close the month on the table."""
    _facilitates(scene)
    seen_month = form.get("month", "")

    def change(setting: Setting, run: TableRun) -> TableRun:
        if seen_month and seen_month != str(run.month):
            raise InputError(f"month: {seen_month} is closed already, month {run.month} is played")
        return step(setting, run)

    return Done(to=f"exercise{_changed(scene, 'facilitator', change)}")


def _opened(scene: Scene) -> tuple[TableRun, Exercise]:
    _facilitates(scene)
    found = _run(scene)
    if found is None:
        raise OptionError("run: name the run, by its id or as the page packed it")
    return found


def _file(scene: Scene, form: Mapping[str, str], lang: str) -> Done:
    """The run as a file, or its decisions as ``pactolus exercise run --decisions`` reads them."""
    run, exercise = _opened(scene)
    if form.get("what", "run") == "decisions":
        text = decisions_yaml(exercise.id, run.decisions)
        return Done(file=text.encode(), name=f"decisions-{exercise.id}.yaml", media="application/yaml")
    text = json.dumps(run.record(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return Done(file=text.encode(), name=f"run-{exercise.id}.json", media="application/json")


def _report(scene: Scene, form: Mapping[str, str], lang: str) -> Done:
    """The after-action report: it tells what was hidden."""
    from pactolus.reports.exercise import render_exercise
    from pactolus.response.exercise.report import after_action

    run, exercise = _opened(scene)
    (language,) = chosen("lang", "language", form.get("lang", lang), LANGS)
    score, shares = _scored(scene, run, exercise)
    after = after_action(score, vintage=run.vintage, version=run.version, shares=shares)
    page = render_exercise(after, language).encode("utf-8")
    return Done(file=page, name=f"exercise-{exercise.id}.{language}.html", media="text/html; charset=utf-8")


def _stamp(scene: Scene) -> str:
    """Version of the run, and how many there are."""
    own = scene.desk.workspace
    if own is None:
        return ""
    if not scene.question.run:
        return ",".join(f"{one.id}:{one.version}" for one in own.store.all(KIND))
    try:
        return str(own.store.get(KIND, scene.question.run).version)
    except NoAnswerError:
        return ""


def _part(identity: str, seat: str, build: Callable[..., Content], **given: Any) -> Part:
    return Part(id=identity, build=_for(seat, build), **given)


PAGE = PageKind(
    id="exercise",
    question=ExerciseQuestion,
    parts=(
        Part(id="begin", build=_begin, fresh=True, template="exercise_begin.html.j2"),
        _part("table", "table", _cards, template="exercise_table.html.j2"),
        _part("sheet", "table", _sheet, span=8),
        _part("roles", "table", _roles, span=4),
        _part("decided", "table", _decided, span=6),
        _part("score", "table", _score, span=6),
        _part("news", "role", _news, span=6),
        _part("own", "role", _own, span=6, template="exercise_own.html.j2"),
        _part("stands", "role", _stands, span=12),
    ),
    controls=_controls,
    deeds={
        "start": _start,
        "take": _take,
        "decide": _decide,
        "step": _step,
        "file": _file,
        "report": _report,
    },
    admit=_admit,
    stamp=_stamp,
)
