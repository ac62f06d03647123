"""Policy: measures on a day, over time, members compared, what changed between two days, one record whole."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from pactolus.errors import OptionError
from pactolus.policy.register import Measure, Register, instruments, unverified
from pactolus.reports.desk import compared, policy, record
from pactolus.reports.sections import measures
from pactolus.terms.countries import country
from pactolus.terms.minerals import resolve_minerals
from pactolus.terms.words import chosen, issuers
from pactolus.web.pages.kinds import Content, Control, PageKind, Part, alone, blocks_of
from pactolus.web.pages.own import known_register, stamp_of
from pactolus.web.pages.scene import PageQuestion, Scene

__all__ = ["PAGE", "PolicyQuestion"]


class PolicyQuestion(PageQuestion):
    """Which measures, and since when."""

    issuer: str = Field("", description="Countries and coalitions that issue: CHN,EU27.")
    mineral: str = Field("", description="Minerals or groups: gallium,battery.")
    state: Literal[policy.CHOICES] = Field("current", description="State on the day.")  # type: ignore[valid-type]
    instrument: str = Field("", description="Kinds of measure: export_ban,export_licence.")
    importer: str = Field("", description="Only what reaches this importer, or is its own: KOR.")
    since: date | None = Field(None, description="Changes after this day; a year before if omitted.")
    measure: str = Field("", description="The record that is opened.")


_LIST = ("issuer", "mineral", "state", "instrument", "importer")


def _wanted(scene: Scene) -> policy.Wanted:
    """The filters, resolved; a slip in any of them is named with what is near."""
    asked = scene.question
    return policy.Wanted(
        day=scene.day,
        state=asked.state,
        issuers=issuers(asked.issuer) if asked.issuer else (),
        minerals=resolve_minerals(asked.mineral) if asked.mineral else (),
        kinds=chosen("instrument", "instrument", asked.instrument, instruments()) if asked.instrument else (),
        importer=country(asked.importer).iso3 if asked.importer else "",
    )


def _since(scene: Scene) -> date:
    given: date | None = scene.question.since
    if given is None:
        return scene.day.replace(year=scene.day.year - 1, day=min(scene.day.day, 28))
    if given > scene.day:
        raise OptionError(f"since: {given} lies after {scene.day}, the day asked for; give an earlier day")
    return given


def _links(found: list[Measure]) -> dict[str, dict[str, str]]:
    return {one.id: {"measure": one.id} for one in found}


def _content(scene: Scene, section: object, known: Register) -> Content:
    return Content(
        sections=(section,),  # type: ignore[arg-type]
        origins={policy.SOURCE: policy.register_origin(known)},
        links=_links(list(known)),
    )


def _cards(scene: Scene) -> Content:
    known = known_register(scene)
    return Content(
        cards=policy.cards(known, _wanted(scene), _since(scene)),
        origins={policy.SOURCE: policy.register_origin(known)},
    )


def _list(scene: Scene) -> Content:
    known = known_register(scene)
    return _content(scene, policy.listing(known, _wanted(scene)), known)


def _record(scene: Scene) -> Content:
    """The record asked for; else the first of the list, so that a reader sees what a record is."""
    known = known_register(scene)
    asked = scene.question.measure
    if asked and asked not in known and asked in unverified():
        one, verified = unverified()[asked], False
    elif asked:
        one, verified = known[asked], True
    else:
        first = policy.found(known, _wanted(scene)) or policy.found(known, policy.Wanted(day=scene.day))
        one, verified = (first[0][0] if first else next(iter(known))), True
    return Content(
        sections=(record.section(one, verified=verified),),
        origins={policy.SOURCE: policy.register_origin(known)},
        extra={"references": record.references_of(one)},
    )


def _time(scene: Scene) -> Content:
    known = known_register(scene)
    return _content(scene, policy.over_time(known, _wanted(scene)), known)


def _changes(scene: Scene) -> Content:
    known = known_register(scene)
    return _content(scene, policy.changed(known, _since(scene), _wanted(scene)), known)


def _compare(scene: Scene) -> Content:
    known = known_register(scene)
    wanted = _wanted(scene).minerals
    return _content(scene, compared.section(known, scene.members, scene.day, wanted=wanted), known)


def _trade(scene: Scene) -> Content:
    """Measures of suppliers with most of the members' trade under their codes, as the brief has them."""
    told = measures.section(scene.basis)
    notes = blocks_of(told, "brief.measures.lead")
    return Content(sections=tuple(alone(one, *notes) for one in blocks_of(told, "measures")))  # type: ignore[arg-type]


def _controls(scene: Scene, lang: str) -> tuple[Control, ...]:
    """Fields of the question; asking here refuses a slip for the whole page."""
    from pactolus.catalogue.origins import Term
    from pactolus.wording.names import name
    from pactolus.wording.phrases import phrase

    asked = scene.question
    _wanted(scene)
    known = known_register(scene)
    if asked.measure and asked.measure not in unverified():
        _ = known[asked.measure]
    every = ("", phrase(lang, "desk_policy.every"))
    by = sorted(
        {(one, name(Term("country", (one,)), lang)) for m in known for one in m.issuer}, key=lambda o: o[1]
    )
    goods = sorted(
        {(one, name(Term("mineral", (one,)), lang)) for m in known for one in m.minerals}, key=lambda o: o[1]
    )
    kinds = [(one.id, one.names[lang]) for one in instruments().values()]
    states = [
        (
            one,
            phrase(lang, f"desk_policy.choice.{one}" if one in ("current", "all") else f"render.state.{one}"),
        )
        for one in policy.CHOICES
    ]

    def select(field: str, options: list[tuple[str, str]], *, free: bool = True) -> Control:
        given = getattr(asked, field)
        more = [(given, given)] if given and given not in dict(options) else []
        shown = (every, *options, *more) if free else tuple(options)
        return Control(name=field, label=f"desk_policy.control.{field}", value=given, options=tuple(shown))

    return (
        Control(name="on", label="desk_policy.control.on", kind="date", value=scene.day.isoformat()),
        Control(
            name="since", label="desk_policy.control.since", kind="date", value=_since(scene).isoformat()
        ),
        select("state", states, free=False),
        select("issuer", by),
        select("mineral", goods),
        select("instrument", kinds),
    )


PAGE = PageKind(
    id="policy",
    question=PolicyQuestion,
    parts=(
        Part(id="cards", build=_cards, asks=(*_LIST, "since")),
        Part(id="list", build=_list, asks=_LIST, span=8),
        Part(id="record", build=_record, asks=(*_LIST, "measure"), span=4, template="policy_record.html.j2"),
        Part(id="time", build=_time, asks=_LIST, span=6),
        Part(id="changes", build=_changes, asks=(*_LIST, "since"), span=6),
        Part(id="compare", build=_compare, asks=("mineral",), span=12),
        Part(id="trade", build=_trade, asks=(), slow=True, span=12),
    ),
    controls=_controls,
    stamp=lambda scene: stamp_of(scene, ("policy",)),
)
