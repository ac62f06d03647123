"""Words of the vocabulary in the reader's language, and the order of members that goes with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, Protocol

from pactolus.errors import DataError
from pactolus.wording.dates import format_date, format_year
from pactolus.wording.templates import Span, phrase

__all__ = ["TermLike", "country_with_mark", "join_list", "member_order", "members_name", "name", "spans_of"]


class TermLike(Protocol):
    """What is read of a term (`pactolus.catalogue.origins.Term`)."""

    @property
    def kind(self) -> str: ...
    @property
    def ids(self) -> tuple[str, ...]: ...


#: Country of a language: its members come first in that language.
_HOME: Final = {"ko": "KOR", "ja": "JPN"}

#: One-character names, joined as in ``한·일`` and ``日・韓`` where every member has one.
_SHORT: Final[dict[str, dict[str, str]]] = {
    "ko": {"KOR": "한", "JPN": "일", "USA": "미", "CHN": "중", "AUS": "호", "GBR": "영", "DEU": "독"},
    "ja": {"JPN": "日", "KOR": "韓", "USA": "米", "CHN": "中", "AUS": "豪", "GBR": "英", "DEU": "独"},
}
_SHORT_JOINT: Final = {"ko": "·", "ja": "・"}

#: Order of the texts of a term ``parallel``.
_PARALLEL: Final = ("en", "ko", "ja")

#: Countries whose name carries a mark that a footnote explains.
MARKED: Final = {"TWN": "*"}


def member_order(members: Sequence[str], lang: str) -> tuple[str, ...]:
    """Members in the reader's order: the reader's own country first, the others as typed.

    Examples
    --------
    >>> member_order(["JPN", "KOR"], "ko"), member_order(["JPN", "KOR"], "en")
    (('KOR', 'JPN'), ('JPN', 'KOR'))
    """
    home = _HOME.get(lang)
    return tuple(sorted(members, key=lambda m: m != home))


def members_name(members: Sequence[str], lang: str, *, short: bool = True) -> str:
    """Members joined as the language does: ``Korea and Japan``, ``한·일``, ``日・韓``.

    One-character forms are used in Korean and Japanese where all members have one, else full names.
    """
    ordered = member_order(members, lang)
    chars = _SHORT.get(lang, {})
    if short and len(ordered) > 1 and all(m in chars for m in ordered):
        return _SHORT_JOINT[lang].join(chars[m] for m in ordered)
    return join_list([country_with_mark(m, lang) for m in ordered], lang)


def join_list(words: Sequence[str], lang: str) -> str:
    """A list in running text: ``a, b and c``; ``a, b, c``; ``a、b、c``."""
    if len(words) < 2:
        return "".join(words)
    if len(words) == 2:
        return phrase(lang, "names.two", first=words[0], second=words[1])
    joint = phrase(lang, "names.joint")
    return phrase(lang, "names.many", rest=joint.join(words[:-1]), last=words[-1])


def country_with_mark(member: str, lang: str) -> str:
    """Name of a country, region or coalition, with the mark of its footnote."""
    from pactolus.terms.coalitions import coalitions
    from pactolus.terms.countries import countries, country_name

    if member in countries() or ("+" not in member and member not in coalitions()):
        return country_name(member, lang) + MARKED.get(member, "")
    if member in coalitions():
        return coalitions()[member].names[lang]
    return join_list([country_with_mark(m, lang) for m in member.split("+")], lang)


def name(term: TermLike, lang: str) -> str:
    """A term in words; several ids become a list.

    Kinds beside those of `pactolus.catalogue.origins.Term`: ``mineral_stage`` (``lithium@refined``),
    ``item_from`` (``lithium@refined@CHN``), ``list`` (``KOR-critical@2023-02-27``), ``year``, ``date``,
    ``footnote``, ``members_all`` ("both countries"), ``text`` (printed as it is), ``parallel`` (one text in
    English, Korean and Japanese), ``mineral_more`` (minerals, and how many more),
    ``day`` (an ISO date as it is, for narrow columns), ``why`` (why a state is not plain, and a day).
    """
    return "".join(span.text for span in spans_of(term, lang))


def spans_of(term: TermLike, lang: str) -> list[Span]:
    """A term as spans; text in another language (a publisher's English title) says so."""
    if term.kind == "members":
        return [Span(members_name(term.ids, lang))]
    if term.kind == "members_all":
        return [Span(_all_members(term.ids, lang))]
    if term.kind == "text":
        return [Span(join_list(term.ids, lang), None, "" if lang == "en" or not _latin(term.ids) else "en")]
    if term.kind == "parallel":
        return [Span(term.ids[_PARALLEL.index(lang)])]
    if term.kind == "why":
        why, day = term.ids
        return [Span(phrase(lang, f"names.why.{why}", day=_source_day(day, lang)))]
    if term.kind == "day":
        return [Span(term.ids[0])]
    if term.kind == "mineral_more":
        named = phrase(lang, "names.joint").join(_mineral(i, lang) for i in term.ids[:-1])
        return [Span(phrase(lang, "names.mineral_more", minerals=named, n=term.ids[-1]))]
    if term.kind == "hs_code":
        return [Span(", ".join(_hs_code(i, lang) for i in term.ids))]
    if term.kind not in _KINDS:
        raise DataError(
            f"term {term.ids!r}: kind {term.kind!r} has no words; there are {', '.join(sorted(_KINDS))}"
        )
    ids = member_order(term.ids, lang) if term.kind == "country" and len(term.ids) > 1 else term.ids
    return [Span(join_list([_KINDS[term.kind](i, lang) for i in ids], lang))]


def _source_day(day: str, lang: str) -> str:
    """A day as a source gives it: a date, a month or a year; the last two as they are."""
    return format_date(day, lang) if len(day) == 10 else day


def _latin(words: Sequence[str]) -> bool:
    return all(word.isascii() for word in words)


def _all_members(members: Sequence[str], lang: str) -> str:
    from pactolus.terms.countries import countries

    if len(members) == 2:
        states = all(m in countries() and m not in MARKED for m in members)
        return phrase(lang, "names.both" if states else "names.both_sides")
    return phrase(lang, "names.all_of", n=len(members))


def _mineral(mineral: str, lang: str) -> str:
    from pactolus.terms.minerals import minerals

    return minerals()[mineral].names[lang]


def _stage(stage: str, lang: str) -> str:
    from pactolus.terms.stages import stage_name

    return stage_name(stage, lang)


def _mineral_stage(pair: str, lang: str) -> str:
    mineral, _, stage = pair.partition("@")
    return phrase(lang, "names.mineral_stage", mineral=_mineral(mineral, lang), stage=_stage(stage, lang))


def _application(application: str, lang: str) -> str:
    from pactolus.terms.applications import application_name

    return application_name(application, lang)


def _footnote(key: str, lang: str) -> str:
    from pactolus.terms.countries import footnote

    return footnote(key, lang)


def _group(group: str, lang: str) -> str:
    from pactolus.terms.minerals import groups

    return groups()[group].names[lang]


def _list(edition: str, lang: str) -> str:
    from pactolus.terms.lists import edition_of

    name, _, day = edition.partition("@")
    return edition_of(name, day or None).names[lang]


def _item_from(triple: str, lang: str) -> str:
    mineral, stage, exporter = triple.split("@")
    item = _mineral_stage(f"{mineral}@{stage}", lang)
    return phrase(lang, "names.item_from", item=item, country=country_with_mark(exporter, lang))


def _status(status: str, lang: str) -> str:
    from pactolus.terms.statuses import status_name

    return status_name(status, lang)


def _institution(institution: str, lang: str) -> str:
    from pactolus.terms.institutions import institution_name

    body, _, day = institution.partition("@")
    return institution_name(body, date.fromisoformat(day) if day else None, lang)


def _hs_code(code: str, lang: str) -> str:
    return f"{code[:4]}.{code[4:]}" if len(code) == 6 else code


_KINDS: Final[dict[str, Callable[[str, str], str]]] = {
    "mineral": _mineral,
    "stage": _stage,
    "mineral_stage": _mineral_stage,
    "country": country_with_mark,
    "application": _application,
    "status": _status,
    "institution": _institution,
    "method": lambda method, lang: phrase(lang, f"methods.{method}.name"),
    "group": _group,
    "footnote": _footnote,
    "list": _list,
    "item_from": _item_from,
    "phrase": lambda key, lang: phrase(lang, key),
    "year": lambda year, lang: format_year(year, lang),
    "date": lambda day, lang: format_date(day, lang),
}
