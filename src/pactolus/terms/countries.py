"""Countries and regions, and the entities that results are computed for: one, several, or the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from pactolus.errors import InputError, OptionError, UnknownTermError, near_misses
from pactolus.terms.folding import fold
from pactolus.terms.languages import in_language
from pactolus.terms.loading import compiled

if TYPE_CHECKING:
    from pactolus.terms.coalitions import Coalition

__all__ = [
    "WORLD",
    "Country",
    "Entity",
    "countries",
    "country",
    "country_name",
    "country_of_baci",
    "entity",
    "footnote",
    "importers_named",
]

#: The world as an entity.
WORLD: Final = "WLD"
_WORLD_NAMES: Final = frozenset({"wld", "world", "세계", "世界"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A country or region under its ISO 3166 alpha-3 code.

    `baci` holds the numeric codes of CEPII (not always those of ISO), `footnote` the key of its printed note,
    `until` the last year of one that no longer exists. `status` says where its names are from: ``cldr``,
    ``seen`` (checked by us at a source) or ``unconfirmed`` (ours, no source read).
    """

    iso3: str
    iso2: str
    names: Mapping[str, str]
    aliases: tuple[str, ...]
    baci: tuple[int, ...]
    footnote: str
    until: str
    status: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """For whom a result is computed; `members` is empty for the world."""

    id: str
    kind: Literal["country", "coalition", "world"]
    members: tuple[str, ...]


@cache
def countries() -> Mapping[str, Country]:
    """All countries and regions by ISO code."""
    found = {}
    for record in compiled("countries")["records"]:
        lists = {"aliases": tuple(record["aliases"]), "baci": tuple(record["baci"])}
        found[record["iso3"]] = Country(**{**record, **lists})
    return MappingProxyType(found)


def country(name: str) -> Country:
    """The country or region with this ISO code, name in any language, or alias.

    Raises
    ------
    UnknownTermError
        If none has that name, with the nearest names.
    """
    found = _find(name)
    if found is None:
        raise UnknownTermError(_unknown("country or region", name))
    return found


def country_name(iso3: str, lang: str) -> str:
    """Name of a country or region in a language."""
    return in_language(country(iso3).names, lang)


def country_of_baci(number: int) -> Country:
    """The country or region of one of CEPII's numeric codes (490 is Taiwan).

    Raises
    ------
    UnknownTermError
        If CEPII's list does not hold the number.
    """
    found = _by_number().get(number)
    if found is None:
        raise UnknownTermError(
            f"unknown BACI country code {number}; CEPII's list has {len(_by_number())} codes"
        )
    return found


def footnote(key: str, lang: str) -> str:
    """The note printed with a country or region that has one."""
    notes = compiled("countries")["footnotes"]
    if key not in notes:
        raise UnknownTermError.of("footnote", key, notes)
    return in_language(notes[key]["names"], lang)


@cache
def _by_number() -> Mapping[int, Country]:
    return {number: found for found in countries().values() for number in found.baci}


def _find(name: str) -> Country | None:
    exact = countries().get(name.strip().upper())
    if exact is not None:
        return exact
    identity = compiled("countries")["index"].get(fold(name))
    return None if identity is None else countries()[identity]


def _unknown(kind: str, name: str) -> str:
    hints = _codes_near(name) if len(name) <= 4 else []
    hints = hints or _names_near(name)
    hint = f"; did you mean {' or '.join(map(repr, hints))}?" if hints else "; give an ISO code such as KOR"
    return f"unknown {kind} {name!r}{hint}"


def _codes_near(name: str) -> list[str]:
    return near_misses(name, [*countries(), *_coalitions()])


def _coalitions() -> Mapping[str, Coalition]:
    """Coalitions, read only where a name is not that of a country: half of the time of the first answer."""
    from pactolus.terms.coalitions import coalitions

    return coalitions()


def _names_near(name: str) -> list[str]:
    """Names that hold the word, then names spelt like it."""
    names = [text for found in countries().values() for text in found.names.values()]
    aliases = [text for found in countries().values() for text in found.aliases]
    word = fold(name)
    holding = [text for text in names if len(word) > 3 and word in fold(text)]
    return list(dict.fromkeys([*holding, *near_misses(name, [*names, *aliases, *_coalitions()])]))[:3]


def entity(spec: str, *, on: date | None = None) -> Entity:
    """The entity that a text stands for.

    Parameters
    ----------
    spec : str
        ``KOR``; ``KOR+JPN``; ``WLD``; a coalition such as ``EU27`` or ``G7``, by itself or joined with others
        by ``+``; ``MSP@2025-06-30`` for its members on a day.
    on : date, optional
        Day for which the members of a dated coalition are taken; the last recorded ones if omitted.

    Raises
    ------
    UnknownTermError
        If a part is neither a country or region nor a coalition, naming every such part.
    OptionError
        If a member is named twice, the world is joined with others, or a coalition's membership is not
        confirmed.
    """
    texts = [part.strip() for part in spec.split("+")]
    if not all(texts):
        raise OptionError(f"entity {spec!r} has an empty part; write for example KOR+JPN")
    if any(fold(text) in _WORLD_NAMES for text in texts):
        if len(texts) > 1:
            raise OptionError(f"entity {spec!r}: the world holds all others; ask for {WORLD} by itself")
        return Entity(id=WORLD, kind="world", members=())
    unknown = [_unknown("country, region or coalition", text) for text in texts if not _is_known(text)]
    if unknown:
        raise UnknownTermError("\n".join(unknown))
    named = [_part(text, on) for text in texts]
    members = [member for _, found in named for member in found]
    repeated = sorted({member for member in members if members.count(member) > 1})
    if repeated:
        raise OptionError(
            f"entity {spec!r}: {', '.join(repeated)} is named more than once; name each member once"
        )
    alone = len(texts) == 1 and named[0][1] == (named[0][0],)
    return Entity(
        id="+".join(name for name, _ in named),
        kind="country" if alone else "coalition",
        members=tuple(members),
    )


def importers_named(members: str | Sequence[str]) -> tuple[str, ...]:
    """Countries of a question about importers, in order and without repeats.

    Parameters
    ----------
    members : str or sequence of str
        As `entity` takes them; a text may name several with commas between.

    Raises
    ------
    UnknownTermError
        All unknown names at once, and the world, which imports nothing.
    OptionError
        If none is named.

    Examples
    --------
    >>> importers_named(["Korea,JPN", "KOR+USA"])
    ('KOR', 'JPN', 'USA')
    """
    texts = [members] if isinstance(members, str) else members
    words = [word.strip() for text in texts for word in text.split(",") if word.strip()]
    found: list[str] = []
    faults = []
    for word in words:
        try:
            one = entity(word)
        except InputError as error:
            faults.append(str(error))
            continue
        if one.kind == "world":
            faults.append(f"members: {word!r} is everybody; name importers, such as KOR and JPN")
        found += one.members
    if faults:
        raise UnknownTermError("\n".join(faults))
    if not found:
        raise OptionError("members: none given; name importers, such as KOR and JPN")
    return tuple(dict.fromkeys(found))


def _is_known(text: str) -> bool:
    return _find(text) is not None or text.partition("@")[0].strip().upper() in _coalitions()


def _part(text: str, on: date | None) -> tuple[str, tuple[str, ...]]:
    """Id and members of one part of an entity."""
    found = _find(text)
    if found is not None:
        return found.iso3, (found.iso3,)
    name, _, day = text.partition("@")
    identity = name.strip().upper()
    if day:
        try:
            on = date.fromisoformat(day.strip())
        except ValueError:
            raise OptionError(f"entity {text!r}: {day!r} is not a day; write {identity}@2025-06-30") from None
    members = _coalitions()[identity].members(on)
    return (f"{identity}@{on.isoformat()}" if day and on else identity), members
