"""Dialogue: meetings, topics and commitments, what became of them, what moved, the pack to take away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from pactolus.dialogue.commitments import KIND, STATUSES, item_of, progress
from pactolus.dialogue.saved import saved_items, start_of
from pactolus.errors import InputError, OptionError
from pactolus.reports.agenda import changed, measures, running
from pactolus.reports.agenda.pack import Pack
from pactolus.reports.desk import dialogue
from pactolus.reports.document import Section
from pactolus.terms.words import chosen, iso_date
from pactolus.web.pages.files import FORMATS, MEDIA, rendered
from pactolus.web.pages.kinds import Content, Control, Done, PageKind, Part
from pactolus.web.pages.own import (
    known_clocks,
    known_meetings,
    known_projects,
    known_register,
    open_events,
    stamp_of,
    store_of,
)
from pactolus.web.pages.scene import LANGS, PageQuestion, Scene, query_of

if TYPE_CHECKING:
    from pactolus.dialogue.meetings import Meeting
    from pactolus.workspace.store import Version

__all__ = ["PAGE", "DialogueQuestion"]


class DialogueQuestion(PageQuestion):
    """Which items, and since when."""

    since: date | None = Field(
        None, description="Changes after this day; that of the last meeting if omitted."
    )
    status: Literal["", "left", "open", "in progress", "done", "dropped"] = Field(
        "left", description="How items stand on the day; left: neither done nor dropped."
    )
    kind: Literal["", "commitment", "topic"] = Field("", description="Which follows from the source's verb.")
    item: str = Field("", description="The item that is opened.")


_LIST = ("status", "kind")


def _of_members(scene: Scene) -> list[Meeting]:
    """Meetings of exactly these members up to the day; those of all if there are none."""
    held = [one for one in known_meetings(scene) if one.date <= scene.day]
    return [one for one in held if set(one.members) == set(scene.members)]


def _saved(scene: Scene) -> dict[str, tuple[int, dict[str, object]]]:
    """Open records only: what carries a label above open is not on this page."""
    return saved_items(scene.desk.workspace, scene.day, only_open=True)


def _since(scene: Scene) -> date:
    given: date | None = scene.question.since
    if given is not None and given >= scene.day:
        raise OptionError(f"since: {given} is not before {scene.day}, the day asked for; give an earlier day")
    return start_of(_of_members(scene), given, scene.day)


def _pack(scene: Scene) -> Pack:
    since = _since(scene)
    own = scene.desk.workspace
    return Pack(
        basis=scene.basis,
        since=since,
        next_on=None,
        register=known_register(scene),
        records=known_projects(scene),
        meetings=_of_members(scene),
        saved_before=saved_items(own, since, only_open=True),
        saved=saved_items(own, scene.day, only_open=True),
        events=open_events(scene),
        clocks=known_clocks(scene),
    )


def _content(scene: Scene, section: Section) -> Content:
    known = known_meetings(scene)
    links = {item.id: {"item": item.id} for one in known for item in one.items}
    origins = {dialogue.SOURCE: dialogue.dialogue_origin(known)}
    return Content(sections=(section,), origins=origins, links=links)


def _cards(scene: Scene) -> Content:
    known = _of_members(scene)
    return Content(
        cards=dialogue.cards(known, _saved(scene), scene.day),
        origins={dialogue.SOURCE: dialogue.dialogue_origin(known_meetings(scene))},
    )


def _meetings(scene: Scene) -> Content:
    known = _of_members(scene)
    told = _content(scene, dialogue.meetings_section(known, scene.day))
    readouts = [
        {
            "titles": dict(one.titles),
            "day": one.date.isoformat(),
            "readouts": [
                {
                    "side": r.side,
                    "publisher": r.publisher,
                    "title": r.title,
                    "link": r.link,
                    "language": r.language,
                    "kind": f"desk_policy.reference_kind.{r.kind}",
                    "read_on": r.read_on.isoformat(),
                }
                for r in one.readouts
            ],
        }
        for one in reversed(known)
    ]
    return Content(
        sections=told.sections, origins=told.origins, links=told.links, extra={"meetings": readouts}
    )


def _items(scene: Scene) -> Content:
    asked = scene.question
    section = dialogue.items_section(
        _of_members(scene), _saved(scene), scene.day, status=asked.status, kind=asked.kind
    )
    return _content(scene, section)


def _item(scene: Scene) -> Content:
    """The item asked for, else the first of the list; with the form that saves what became of it."""
    known = known_meetings(scene)
    saved = _saved(scene)
    rows = dialogue.rows_of(_of_members(scene), saved, scene.day)
    asked = scene.question.item or (rows[0]["id"] if rows else "")
    if not asked:
        return Content(extra={"item": ""})
    meeting, item = item_of(known, asked)
    history = _history(scene, asked)
    told = _content(scene, dialogue.item_section(meeting, item, saved, scene.day, history))
    readout = meeting.readout(item.readout)
    own = scene.desk.workspace
    extra = {
        "item": asked,
        "saves": own is not None,
        "version": history[-1].version if history else 0,
        "statuses": STATUSES,
        "members": meeting.members,
        "institutions": meeting.institutions,
        "day": meeting.date.isoformat(),
        "source": {
            "link": readout.link,
            "title": readout.title,
            "publisher": readout.publisher,
            "language": readout.language,
        },
    }
    return Content(sections=told.sections, origins=told.origins, links=told.links, extra=extra)


def _history(scene: Scene, identity: str) -> list[Version]:
    """Versions of an item that are open."""
    own = scene.desk.workspace
    if own is None:
        return []
    found = own.store.history(KIND, identity)
    return [one for one in found if own.levels.read(one.label).is_open]


def _packed(section: Callable[[Pack], Section]) -> Callable[[Scene], Content]:
    """A section of the agenda pack as a panel."""

    def build(scene: Scene) -> Content:
        from pactolus.reports.projects.rows import ORIGIN

        return Content(sections=(section(_pack(scene)),), origins={ORIGIN.id: ORIGIN})

    return build


def _take(scene: Scene) -> Content:
    """The form that writes the pack."""
    return Content(extra={"formats": FORMATS, "since": _since(scene).isoformat()})


def _controls(scene: Scene, lang: str) -> tuple[Control, ...]:
    """Fields of the question; asking here refuses a slip for the whole page."""
    from pactolus.wording.phrases import phrase

    asked = scene.question
    if asked.item:
        item_of(known_meetings(scene), asked.item)
    since = _since(scene)
    states = [
        (one, phrase(lang, f"desk_dialogue.status.{one.replace(' ', '_') or 'all'}"))
        for one in ("left", "", *STATUSES)
    ]
    kinds = [(one, phrase(lang, f"desk_dialogue.kind.{one or 'all'}")) for one in ("", "commitment", "topic")]
    return (
        Control(name="on", label="desk_dialogue.control.on", kind="date", value=scene.day.isoformat()),
        Control(name="since", label="desk_dialogue.control.since", kind="date", value=since.isoformat()),
        Control(
            name="status", label="desk_dialogue.control.status", value=asked.status, options=tuple(states)
        ),
        Control(name="kind", label="desk_dialogue.control.kind", value=asked.kind, options=tuple(kinds)),
    )


def _set(scene: Scene, form: Mapping[str, str], lang: str) -> Done:
    """Save what became of an item: a new version, as ``pactolus dialogue set`` does."""
    from pactolus.workspace.saved_runs import KIND as RUN

    own = store_of(scene, "save")
    known = {
        key: form.get(key, "").strip()
        for key in ("item", "status", "owner", "due", "note", "evidence", "author")
    }
    meeting, item = item_of(known_meetings(scene), known["item"])
    version, before = saved_items(own).get(item.id, (0, {}))
    if version and not own.levels.read(own.store.get(KIND, item.id).label).is_open:
        raise InputError(
            f"{item.id}: its newest record has a label above open, so this page cannot save over it; use "
            "'pactolus dialogue set' with --label"
        )
    read = form.get("version", "")
    body = progress(
        meeting,
        item,
        before,
        status=known["status"] or None,
        owner=known["owner"] or None,
        due=iso_date("due", known["due"]) if known["due"] else None,
        note=known["note"] or None,
        evidence=tuple(filter(None, (one.strip() for one in known["evidence"].split(",")))),
        runs=[one.id for one in own.store.all(RUN)],
    )
    expected = int(read) if read.isdecimal() else version
    own.store.put(KIND, item.id, body, author=known["author"], expected=expected)
    return Done(to=f"dialogue{query_of(scene.question, item=item.id)}#part-item")


def _write(scene: Scene, form: Mapping[str, str], lang: str) -> Done:
    """The pack for the next meeting, in one language and format."""
    from pactolus.reports.agenda.build import build_agenda

    (kind,) = chosen("format", "format", form.get("format", "html"), FORMATS)
    (told,) = chosen("lang", "language", form.get("lang", lang), LANGS)
    following = form.get("next", "").strip()
    since = _since(scene)
    own = scene.desk.workspace
    pack = build_agenda(
        scene.world,
        scene.members,
        as_of=scene.day,
        since=since,
        next_on=iso_date("next", following) if following else None,
        annex=form.get("annex", "") == "yes",
        known_meetings=known_meetings(scene),
        known_register=known_register(scene),
        records=known_projects(scene),
        saved_before=saved_items(own, since, only_open=True),
        saved=saved_items(own, scene.day, only_open=True),
        events=open_events(scene),
        clocks=known_clocks(scene),
    )
    return Done(file=rendered(pack, told, kind), name=f"{pack.stem}.{told}.{kind}", media=MEDIA[kind])


def _ics(scene: Scene, form: Mapping[str, str], lang: str) -> Done:
    """Meetings and dates due as a calendar file."""
    from pactolus.dialogue.calendar import calendar
    from pactolus.dialogue.commitments import commitments

    known = _of_members(scene)
    items = commitments(known, _saved(scene), scene.day, language=lang)
    file = calendar(known, items, language=lang)
    return Done(file=file, name=f"dialogue.{lang}.ics", media="text/calendar; charset=utf-8")


PAGE = PageKind(
    id="dialogue",
    question=DialogueQuestion,
    parts=(
        Part(id="cards", build=_cards, asks=()),
        Part(id="meetings", build=_meetings, asks=(), template="dialogue_meetings.html.j2"),
        Part(id="items", build=_items, asks=_LIST, span=8),
        Part(id="item", build=_item, asks=("item",), span=4, template="dialogue_item.html.j2"),
        Part(id="changed", build=_packed(changed.section), asks=("since",), slow=True),
        Part(id="ahead", build=_packed(measures.clocks), asks=("since",), slow=True, span=6),
        Part(id="clocks", build=_packed(running.section), asks=("since",), slow=True, span=6),
        Part(id="pack", build=_take, asks=("since",), template="dialogue_pack.html.j2"),
    ),
    controls=_controls,
    deeds={"set": _set, "pack": _write, "calendar": _ics},
    stamp=lambda scene: stamp_of(scene, ("dialogue", "policy", "projects", "events", "clocks"), (KIND,)),
)
