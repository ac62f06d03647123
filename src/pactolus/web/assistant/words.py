"""``terms`` for an assistant: what a name in any language stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import InputError
from pactolus.terms.coalitions import coalition, coalitions
from pactolus.terms.countries import WORLD, country, entity, footnote
from pactolus.terms.folding import fold
from pactolus.terms.minerals import groups, mineral, minerals
from pactolus.web.assistant.answers import Answer, answered
from pactolus.web.assistant.questions import TermsQuestion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pactolus.catalogue.world import World

__all__ = ["terms_answer"]

_LANGUAGES: Final = ("en", "ko", "ja")


def terms_answer(world: World, question: TermsQuestion) -> Answer:
    """One row for each thing that a name stands for; a name that nothing has is told with its near ones."""
    rows = [row for name in question.names for row in _found(name)]
    return answered(
        world,
        head=f"{len(question.names)} names, {sum(row['kind'] is None for row in rows)} unknown.",
        lines=[_line(row) for row in rows],
        rows=rows,
        total=len(rows),
        offset=0,
        origins={},
    )


def _found(name: str) -> list[dict[str, Any]]:
    rows, hints = [], []
    try:
        one = mineral(name)
        rows.append(_row(name, "mineral", one.id, one.names, one.parts, one.note))
    except InputError as error:
        hints.append(str(error))
    group = groups().get(fold(name).replace(" ", "-"))
    if group is not None:
        rows.append(_row(name, "group", group.id, group.names, group.minerals, group.reason))
    rows += _places(name, hints)
    return rows or [
        _row(
            name, None, None, {}, (), "; ".join(hint for hint in hints if "did you mean" in hint) or hints[0]
        )
    ]


def _places(name: str, hints: list[str]) -> list[dict[str, Any]]:
    """Country, coalition or world of that name."""
    if name.strip().upper() in coalitions():
        one = coalition(name)
        return [_row(name, "coalition", one.id, one.names, _members(one.id), one.note)]
    try:
        place = entity(name)
    except InputError as error:
        hints.append(str(error))
        return []
    if place.kind == "world":
        return [_row(name, "world", WORLD, {}, (), "the world as a whole")]
    if place.kind == "coalition":
        return [_row(name, "coalition", place.id, {}, place.members, "")]
    land = country(place.id)
    note = footnote(land.footnote, "en") if land.footnote else ""
    return [_row(name, "country", land.iso3, land.names, (), note)]


def _members(identity: str) -> tuple[str, ...]:
    """Last recorded members; none where they are not confirmed."""
    try:
        return coalition(identity).members()
    except InputError:
        return ()


def _row(
    asked: str,
    kind: str | None,
    identity: str | None,
    names: Mapping[str, str],
    members: tuple[str, ...],
    note: str,
) -> dict[str, Any]:
    words = {lang: names.get(lang) or None for lang in _LANGUAGES}
    known = [one for one in members if kind != "mineral" or one in minerals()]
    return {"asked": asked, "kind": kind, "id": identity, **words, "members": known, "note": note or None}


def _line(row: Mapping[str, Any]) -> str:
    if row["kind"] is None:
        return f"- {row['asked']}: not known; {row['note']}"
    names = " / ".join(row[lang] for lang in _LANGUAGES if row[lang])
    return f"- {row['asked']}: {row['kind']} {row['id']}{f' ({names})' if names else ''}"
