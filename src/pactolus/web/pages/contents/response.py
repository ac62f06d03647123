"""Response: an event, its clocks, the joint plan and what it is worth, the decision log, the paper."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field

from pactolus.errors import InputError, UnknownTermError
from pactolus.reports.desk.planned import Asked, log_section
from pactolus.reports.document import Block, Section
from pactolus.reports.paper import assumed, board, clocks, event, exposed, legal, shortage, summary, value
from pactolus.reports.paper.build import build_paper, marks_of
from pactolus.terms.words import chosen, iso_date
from pactolus.web.pages.files import FORMATS, MEDIA, rendered
from pactolus.web.pages.kinds import Content, Control, Done, PageKind, Part, blocks_of
from pactolus.web.pages.own import known_clocks, known_register, stamp_of, store_of
from pactolus.web.pages.packing import packed, unpacked
from pactolus.web.pages.scene import LANGS, PageQuestion, Scene, query_of

if TYPE_CHECKING:
    from pactolus.reports.paper.basis import Paper
    from pactolus.response.events.event import Event
    from pactolus.workspace.store import Version

__all__ = ["PAGE", "ResponseQuestion"]

#: Largest event that is pasted. [byte]
MOST: Final = 60_000
#: What a pasted event is called in messages.
PASTED: Final = "event.yaml"


class ResponseQuestion(PageQuestion):
    """Which event, as on which day, and who passes nothing on."""

    event: str = Field("", description="A ready event, or one of the workspace; the newest if omitted.")
    own: str = Field("", description="A pasted event, packed.", max_length=30_000)
    day: date | None = Field(None, description="First day of the plan; the day of the report if omitted.")
    keep: str = Field("", description="Members that choose to pass nothing on: KOR,JPN.")


_PLAN: Final = ("event", "own", "day", "keep")


# ---------------------------------------------------------------------------------------------- the event


def _read(text: str, scene: Scene) -> Event:
    """A pasted event, every fault with line and column; it names no file."""
    from pactolus.response.events.reading import read_event

    own = scene.desk.workspace
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / PASTED
        file.write_text(text, encoding="utf-8", newline="\n")
        return read_event(file, own.levels if own else None, beside=False)


def _of_workspace(scene: Scene) -> dict[str, Event]:
    """Open events of the workspace by id."""
    from pactolus.response.events.reading import read_event

    own = scene.desk.workspace
    if own is None:
        return {}
    found = [read_event(file, own.levels) for file in own.files("events")]
    return {one.id: one for one in found if one.label(own.levels).is_open}


def _event(scene: Scene) -> Event:
    """The event asked for, else the newest ready one."""
    from pactolus.response.events.event import ready_event, ready_event_names

    asked = scene.question
    if asked.own:
        return _read(unpacked("own", asked.own, MOST), scene)
    ready = ready_event_names()
    if not asked.event:
        return max(map(ready_event, ready), key=lambda one: (one.reported_on, one.id))
    if asked.event in ready:
        return ready_event(asked.event)
    own = _of_workspace(scene)
    if asked.event not in own:
        raise UnknownTermError.of("event", asked.event, [*ready, *own], where="event")
    return own[asked.event]


def _asked(scene: Scene) -> Asked:
    one = _event(scene)
    keep = (
        chosen("keep", "member of the event", scene.question.keep, one.members) if scene.question.keep else ()
    )
    own = scene.desk.workspace
    return Asked(
        event=one,
        as_of=scene.question.day or one.reported_on,
        no_transfer=keep,
        register=known_register(scene),
        clocks=known_clocks(scene),
        levels=own.levels if own else None,
        stamp=stamp_of(scene, ("policy", "clocks")),
    )


def _paper(scene: Scene) -> Paper:
    return scene.desk.plans.paper(scene.world, _asked(scene))


# --------------------------------------------------------------------------------------------------- parts


def _content(paper: Paper, *sections: Section) -> Content:
    """Sections of the paper with the ways back that were made with them."""
    origins = {i: paper.world.origins[i] for table in paper.tables for i in paper.world.origins_of(table)}
    return Content(sections=sections, origins=origins, trails=paper.trails)


def _cards(scene: Scene) -> Content:
    paper = _paper(scene)
    return Content(cards=summary.cards(paper), trails=paper.trails)


def _of(section: Callable[..., Section], *only: str, **more: Any) -> Callable[[Scene], Content]:
    """A section of the paper as a panel; only some of its blocks, if any are named."""

    def build(scene: Scene) -> Content:
        paper = _paper(scene)
        told = section(paper, **more)
        kept: tuple[Block, ...] = blocks_of(told, *only) if only else told.blocks
        shown = Section(id=f"response-{told.id}", title=told.title, slots=told.slots, blocks=kept)
        return _content(paper, shown)

    return build


def _summary(scene: Scene) -> Content:
    """The messages of the paper, what is made up or labelled first."""
    paper = _paper(scene)
    told = summary.section(paper)
    blocks = (*marks_of(paper.event, paper.plan), *told.blocks)
    return _content(paper, Section(id="response-summary", title=told.title, slots=told.slots, blocks=blocks))


def _ask(scene: Scene) -> Content:
    """The event in its own words, and the form that takes another one."""
    text = unpacked("own", scene.question.own, MOST) if scene.question.own else _ready_text(_event(scene).id)
    return Content(extra={"text": text, "most": MOST, "event": _event(scene).id})


def _ready_text(name: str) -> str:
    """The file of a ready event, to start from; empty where it was left out of the installation."""
    from pactolus import response

    file = Path(response.__file__).parent / "data" / "events" / f"{name}.yaml"
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _log(scene: Scene) -> Content:
    """Entries of the log, and the form that adds one."""
    one, own = _event(scene), scene.desk.workspace
    extra = {
        "saves": own is not None,
        "members": one.members,
        "event": one.id,
        "pasted": bool(scene.question.own),
    }
    if own is None:
        return Content(extra=extra)
    return Content(sections=(log_section(_entries(scene, one.id), _digests(scene)),), extra=extra)


def _entries(scene: Scene, identity: str) -> list[Version]:
    from pactolus.response.following.log import entries

    own = scene.desk.workspace
    found = entries(own.store, identity) if own else []
    return [entry for entry in found if own and own.levels.read(entry.label).is_open]


def _digests(scene: Scene) -> dict[str, str]:
    from pactolus.response.following.log import KIND

    own = scene.desk.workspace
    chain = own.store.chain() if own else []
    return {row["id"]: str(row["digest"]) for row in chain if row["kind"] == KIND}


def _take(scene: Scene) -> Content:
    return Content(extra={"formats": (*FORMATS, "json")})


def _controls(scene: Scene, lang: str) -> tuple[Control, ...]:
    """Fields of the question; asking here refuses a slip for the whole page."""
    from pactolus.response.events.event import ready_event, ready_event_names
    from pactolus.wording.names import country_with_mark, join_list
    from pactolus.wording.phrases import phrase

    asked = _asked(scene)
    known = {one.id: one.titles[lang] for one in map(ready_event, ready_event_names())}
    known |= {name: one.titles[lang] for name, one in _of_workspace(scene).items()}
    if scene.question.own:
        known = {"": asked.event.titles[lang], **known}
    members = asked.event.members
    every = [(one,) for one in members] + ([tuple(members)] if len(members) > 1 else [])
    keep = [("", phrase(lang, "desk_response.keep.nobody"))]
    keep += [(",".join(who), join_list([country_with_mark(m, lang) for m in who], lang)) for who in every]
    return (
        Control(
            name="event",
            label="desk_response.control.event",
            value="" if scene.question.own else asked.event.id,
            options=tuple(known.items()),
        ),
        Control(name="day", label="desk_response.control.day", kind="date", value=asked.as_of.isoformat()),
        Control(
            name="keep",
            label="desk_response.control.keep",
            value=",".join(asked.no_transfer),
            options=tuple(keep),
        ),
    )


# --------------------------------------------------------------------------------------------------- deeds


def _use(scene: Scene, form: Mapping[str, str], lang: str) -> Done:
    """Take a pasted event: read as on the command line, then in the address."""
    text = form.get("text", "").replace("\r\n", "\n")
    if not text.strip():
        raise InputError(f"{PASTED}:1:1: is empty; paste an event, e.g. that of 'pactolus respond template'")
    if len(text.encode("utf-8")) > MOST:
        raise InputError(f"{PASTED}: holds more than {MOST:,} bytes; shorten it")
    _read(text, scene)
    return Done(to=f"response{query_of(scene.question, event='', own=packed(text), day=None, keep='')}")


def _decide(scene: Scene, form: Mapping[str, str], lang: str) -> Done:
    """Add what people agreed to the log; an entry is never changed."""
    from pactolus.response.following.log import add_entry

    own, one = store_of(scene, "decision log"), _event(scene)
    text, author = form.get("text", "").strip(), form.get("author", "").strip()
    faults = [] if text else ["text: is empty; say what was decided"]
    faults += [] if author else ["author: is empty; say who decides"]
    if faults:
        raise InputError.gathered(faults)
    body: dict[str, Any] = {"text": text}
    if form.get("owner", "").strip():
        body["owner"] = form["owner"].strip()
    if form.get("due", "").strip():
        body["due"] = iso_date("due", form["due"]).isoformat()
    add_entry(own.store, one.id, "decision", body, author=author, label=str(one.label(own.levels)))
    return Done(to=f"response{query_of(scene.question)}#part-log")


def _sign(scene: Scene, form: Mapping[str, str], lang: str) -> Done:
    """Add the plan on the page to the log, as ``pactolus respond --author`` does."""
    from pactolus.response.following.log import add_entry, plan_body

    own, paper = store_of(scene, "decision log"), _paper(scene)
    body = plan_body(paper.event, paper.plan)
    label = str(paper.plan.label)
    add_entry(own.store, paper.event.id, "plan", body, author=form.get("author", ""), label=label)
    return Done(to=f"response{query_of(scene.question)}#part-log")


def _write(scene: Scene, form: Mapping[str, str], lang: str) -> Done:
    """The response paper in one language and format, or its numbers as JSON."""
    import json

    from pactolus.reports.paper.build import paper_record

    (kind,) = chosen("format", "format", form.get("format", "html"), (*FORMATS, "json"))
    (told,) = chosen("lang", "language", form.get("lang", lang), LANGS)
    one = _paper(scene)
    paper = build_paper(scene.world, one.event, one.plan, one.dues, as_of=one.as_of)
    if kind == "json":
        record = json.dumps(paper_record(paper, one.plan), ensure_ascii=False, indent=1, allow_nan=False)
        return Done(file=f"{record}\n".encode(), name=f"{paper.stem}.json", media=MEDIA["json"])
    return Done(file=rendered(paper, told, kind), name=f"{paper.stem}.{told}.{kind}", media=MEDIA[kind])


def _plan(identity: str, build: Callable[[Scene], Content], span: Any = 12) -> Part:
    return Part(id=identity, build=build, asks=_PLAN, slow=True, span=span)


PAGE = PageKind(
    id="response",
    question=ResponseQuestion,
    parts=(
        _plan("cards", _cards),
        _plan("summary", _summary, 4),
        _plan("clocks", _of(clocks.section, zone=True), 8),
        _plan("shortage", _of(shortage.section), 6),
        _plan("first", _of(board.first_section), 6),
        _plan("board", _of(board.section)),
        _plan("value", _of(value.section), 8),
        _plan("prices", _of(shortage.prices_section), 4),
        Part(id="log", build=_log, asks=_PLAN, fresh=True, span=8, template="response_log.html.j2"),
        Part(id="take", build=_take, asks=_PLAN, span=4, template="response_take.html.j2"),
        _plan("event", _of(event.section), 6),
        _plan("exposed", _of(exposed.section), 6),
        _plan("legal", _of(legal.section), 6),
        _plan("assumed", _of(assumed.section), 6),
        Part(id="ask", build=_ask, asks=_PLAN, template="response_ask.html.j2"),
    ),
    controls=_controls,
    deeds={"use": _use, "decide": _decide, "sign": _sign, "paper": _write},
    stamp=lambda scene: stamp_of(scene, ("policy", "clocks", "events")),
)
