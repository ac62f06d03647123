"""One project under two spellings: found by folded names in one host and mineral, and by near pins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from math import asin, cos, radians, sin, sqrt
from typing import Final

from pactolus.projects.pipeline.parts import Project
from pactolus.terms.folding import fold

__all__ = ["alike", "distance_km", "folded_names"]

#: Words that tell no project from another.
_WEAK: Final = frozenset(
    word
    for words in (
        "project mine plant refinery smelter complex hub deposit joint venture jv ltd expansion",
        "the of and phase stage module",
        "graphite lithium nickel cobalt copper tungsten rare earths earth gallium",
    )
    for word in words.split()
)
_ROMAN: Final = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}
_NEAR_KM: Final = 5.0
_SPELLING: Final = 0.85
#: Letters of a word in brackets that tells a project: not the initials of an owner.
_TELLING: Final = 4
_EARTH_KM: Final = 6371.0


def folded_names(record: Project) -> frozenset[tuple[str, ...]]:
    """Every name of a project as sorted strong words; numbers count, so phases stay apart."""
    return frozenset(words for name in (record.name, *record.also_known_as) for words in _readings(name))


def _readings(name: str) -> Iterator[tuple[str, ...]]:
    """The name as it is, without what stands in brackets, and what stands in brackets alone."""
    inside = re.findall(r"\(([^)]*)\)", name)
    for text in (name, re.sub(r"\([^)]*\)", " ", name), *inside):
        words = [_ROMAN.get(word, word) for word in re.findall(r"\w+", fold(text))]
        strong = sorted({word for word in words if word not in _WEAK})
        if any(not word.isdecimal() and len(word) >= (_TELLING if text in inside else 2) for word in strong):
            yield tuple(strong)


def distance_km(one: Project, other: Project) -> float | None:
    """Between two pins; None where one of them has none. [km]"""
    if one.position is None or other.position is None:
        return None
    lat1, lat2 = radians(one.position.lat), radians(other.position.lat)
    dlat, dlon = lat2 - lat1, radians(other.position.lon - one.position.lon)
    chord = sin(dlat / 2) ** 2 + cos(lat1) * cos(lat2) * sin(dlon / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(chord)))


def _similar(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> bool:
    """Names that are one but for a letter or a blank; numbers in them must agree."""
    return any(
        [w for w in a if w.isdecimal()] == [w for w in b if w.isdecimal()]
        and SequenceMatcher(None, "".join(a), "".join(b)).ratio() >= _SPELLING
        for a in one
        for b in other
    )


def _equal(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> bool:
    """One name in common, or equal but for the blanks."""
    joined = {"".join(words) for words in other}
    return any("".join(words) in joined for words in one)


def alike(record: Project, others: Iterable[Project]) -> Iterator[tuple[Project, str]]:
    """Records that may be the same project, each with the reason.

    Two records of one host and one counted mineral are alike if a name of one is a name of the other,
    whatever its case, accents, blanks and weak words ("Project", "mine"), or if nearly so and their pins lie
    within 5 km. Numbers count: phase 1 is not phase 2.
    """
    names = folded_names(record)
    for other in others:
        if other.host != record.host or other.minerals[0] != record.minerals[0]:
            continue
        theirs = folded_names(other)
        apart = distance_km(record, other)
        if _equal(names, theirs):
            yield other, f"{record.name!r} and {other.name!r} are one name, in {record.host}"
        elif _similar(names, theirs) and (apart is None or apart <= _NEAR_KM):
            where = "" if apart is None else f", {apart:.1f} km apart"
            yield other, f"{record.name!r} and {other.name!r} are nearly one name, in {record.host}{where}"
