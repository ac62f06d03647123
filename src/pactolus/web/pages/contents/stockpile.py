"""Stockpile: days to hold, what pooling could save, who pays, when to release, when to buy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import Field

from pactolus.catalogue.origins import Claim, Term
from pactolus.errors import NoAnswerError, UnknownTermError
from pactolus.reports.document import Section
from pactolus.reports.holding import pooling, releases, sizes
from pactolus.reports.holding.engine import notes_of
from pactolus.reports.sections.basis import Item
from pactolus.runs.progress import silent
from pactolus.terms.minerals import resolve_minerals
from pactolus.terms.stages import STAGES
from pactolus.web.answers.answer import Answer, Question
from pactolus.web.jobs import stocks
from pactolus.web.pages.kinds import Content, Control, Done, PageKind, Part
from pactolus.web.pages.running import Run, answer_of
from pactolus.web.pages.scene import PageQuestion, Scene
from pactolus.wording.names import name

__all__ = ["PAGE", "StockpileQuestion", "item_of"]

#: What a part is asked by, beside members, year and day.
_PLACE: Final = ("mineral", "stage")


class StockpileQuestion(PageQuestion):
    """Which mineral, at which stage."""

    mineral: str | None = Field(None, description="A mineral; that of the largest joint imports if omitted.")
    stage: str | None = Field(None, description="A stage; the one with most joint imports if omitted.")


def items_of(scene: Scene) -> list[Item]:
    """Items with an import bill of their own, by mineral and stage."""
    return sorted(scene.basis.own_items)


def item_of(scene: Scene) -> Item:
    """The mineral at the stage asked for; at its own largest one where it has no such stage.

    Raises
    ------
    NoAnswerError
        If members import nothing under a code of its own.
    UnknownTermError
        If there is no such stage, or the mineral is not among what they import; with what there is.
    """
    mineral, stage = scene.question.mineral, scene.question.stage
    known = items_of(scene)
    if not known:
        raise NoAnswerError("stockpile: no member imports anything under a code of its own in this year")
    if mineral is None and stage is None:
        found = sizes.default_item(scene.basis)
        assert found is not None
        return found
    if mineral is not None:
        known = _of_mineral(known, mineral)
    if stage is not None and stage not in STAGES:
        raise UnknownTermError(f"stage: {stage!r} is none of {', '.join(STAGES)}")
    known = [one for one in known if one[1] == stage] or known
    return max(known, key=lambda one: (sizes.imports_of(scene.basis, one), one))


def _of_mineral(known: list[Item], text: str) -> list[Item]:
    named = resolve_minerals(text)
    found = [one for one in known if one[0] in named]
    if len(named) != 1 or not found:
        raise UnknownTermError(
            f"mineral: {text!r} is not one mineral with an import figure; choose one of "
            f"{', '.join(dict.fromkeys(m for m, _ in known))}"
        )
    return found


def _said(scene: Scene, **more: Any) -> dict[str, Any]:
    """The question of a job, from that of the page."""
    mineral, stage = item_of(scene)
    return {
        "minerals": mineral,
        "stage": stage,
        "importers": ",".join(scene.members),
        "year": scene.year,
        "on": scene.day.isoformat(),
        **more,
    }


def _asking(kind: str, question: Callable[..., Question]) -> Callable[[Scene], Question]:
    return lambda scene: question(kind=kind, **_said(scene))


_POOL: Final = Run(kind="stockpile-pool", ask=_asking("stockpile-pool", stocks.PoolJob), seconds=(20, 1500))
_SPLIT: Final = Run(
    kind="stockpile-split", ask=_asking("stockpile-split", stocks.SplitJob), seconds=(10, 1000)
)
_RULES: Final = Run(kind="stockpile-rules", ask=_asking("stockpile-rules", stocks.RulesJob), seconds=(5, 60))
_CALENDAR: Final = Run(
    kind="stockpile-calendar", ask=_asking("stockpile-calendar", stocks.CalendarJob), seconds=(3, 20)
)


def _size(scene: Scene) -> Content:
    return Content(sections=(sizes.sizes(scene.basis, item_of(scene)),))


def _held(scene: Scene) -> Content:
    item, workspace = item_of(scene), scene.desk.workspace
    if workspace is None:
        return Content(sections=(sizes.held(scene.basis, item, None, 0),))
    from pactolus.stockpile.members.holdings import read_holdings

    said = [one for file in workspace.files("holdings") for one in read_holdings(file, workspace.levels)]
    here = [one for one in said if one.member in scene.members and (one.mineral, one.stage) == item]
    shown = [one for one in here if one.label.is_open]
    return Content(sections=(sizes.held(scene.basis, item, shown, len(here) - len(shown)),))


def _pool(scene: Scene) -> Content:
    found = answer_of(scene, _POOL)
    if found is None:
        return Content()
    return Content(sections=pooling.pool(scene.basis, item_of(scene), found.more, found.notes))


def _split(scene: Scene) -> Content:
    found = answer_of(scene, _SPLIT)
    if found is None:
        return Content()
    return Content(sections=pooling.split(scene.basis, item_of(scene), found.more, found.notes))


def _either(
    run: Run,
    question: Callable[..., Question],
    rows: Callable[..., Answer],
    section: Callable[..., tuple[Section, ...]],
) -> Callable[[Scene], Content]:
    """The whole run where it has ended, else the middle assumptions alone, computed here."""

    def build(scene: Scene) -> Content:
        item, found = item_of(scene), answer_of(scene, run)
        whole = found is not None
        try:
            quick = found or rows(
                scene.world, question(kind=run.kind, **_said(scene, settings="mid")), silent
            )
        except NoAnswerError as error:
            return Content(sections=(_nothing(item, error),))
        return Content(sections=section(scene.basis, item, quick.more, quick.notes, whole=whole))

    return build


def _nothing(item: Item, error: NoAnswerError) -> Section:
    claim = Claim(key="desk_stockpile.no_size", terms=sizes.slots_of(item))
    blocks = (claim, *notes_of(str(error).splitlines()))
    return Section(
        id="no-answer", title="desk_stockpile.none", slots=dict(sizes.slots_of(item)), blocks=blocks
    )


def _rule_text(scene: Scene, form: Mapping[str, str], lang: str) -> Done:
    """The release rule on one page, as ``pactolus stockpile rules --text`` writes it."""
    from pactolus.policy.register import register
    from pactolus.stockpile.rules.places import study_rules
    from pactolus.stockpile.rules.text import text_of_rule

    item = item_of(scene)
    found = study_rules(
        scene.world, [item], scene.members, measures=register(), on=scene.day, year=scene.year
    )
    text = text_of_rule(found, item, lang, on=scene.day)
    named = f"pactolus-rule-{item[0]}-{item[1]}-{lang}.txt"
    return Done(file=text.encode("utf-8"), name=named, media="text/plain; charset=utf-8")


def _controls(scene: Scene, lang: str) -> tuple[Control, ...]:
    mineral, stage = item_of(scene)
    minerals = [(m, name(Term("mineral", (m,)), lang)) for m in dict.fromkeys(m for m, _ in items_of(scene))]
    minerals.sort(key=lambda pair: pair[1].casefold())
    stages = [(s, name(Term("stage", (s,)), lang)) for m, s in items_of(scene) if m == mineral]
    return (
        Control(name="mineral", label="desk.control.mineral", value=mineral, options=tuple(minerals)),
        Control(name="stage", label="desk.control.stage", value=stage, options=tuple(stages)),
    )


def _heading(scene: Scene, lang: str) -> str:
    text = name(Term("mineral_stage", ("@".join(item_of(scene)),)), lang)
    return text[:1].upper() + text[1:]


PAGE = PageKind(
    id="stockpile",
    question=StockpileQuestion,
    parts=(
        Part(id="size", build=_size, slow=True, span=8, asks=_PLACE),
        Part(id="held", build=_held, slow=True, span=4, asks=_PLACE, fresh=True),
        Part(id="pool", build=_pool, span=12, asks=_PLACE, run=_POOL),
        Part(id="split", build=_split, span=12, asks=_PLACE, run=_SPLIT),
        Part(
            id="rules",
            build=_either(_RULES, stocks.RulesJob, stocks.rules_rows, releases.rules),
            slow=True,
            span=12,
            template="stockpile-rules.html.j2",
            asks=_PLACE,
            run=_RULES,
        ),
        Part(
            id="calendar",
            build=_either(_CALENDAR, stocks.CalendarJob, stocks.calendar_rows, releases.calendar),
            slow=True,
            span=12,
            asks=_PLACE,
            run=_CALENDAR,
        ),
    ),
    controls=_controls,
    heading=_heading,
    deeds={"rule": _rule_text},
)
