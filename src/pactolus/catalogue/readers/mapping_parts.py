"""The parts of a mapping file that have rules of their own: roles, units, rates, editions, names."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from pactolus.catalogue.harmonise import AREAS
from pactolus.catalogue.readers.mapping_yaml import Node, did_you_mean
from pactolus.catalogue.reading.words import Unit, money, weight
from pactolus.errors import UnknownTermError
from pactolus.terms.countries import countries
from pactolus.terms.hs_concordance import edition_id
from pactolus.terms.minerals import mineral
from pactolus.terms.stages import STAGES

__all__ = [
    "MARKS",
    "TARGETS",
    "Material",
    "Target",
    "alpha2",
    "check_roles",
    "named_countries",
    "named_editions",
    "named_materials",
    "rates",
    "units_of",
]

#: Marks in a heading that stand for a part of it: one column a month, a year or a direction.
MARKS: Final = ("{year}", "{month}", "{flow}")


@dataclass(frozen=True, kw_only=True)
class Target:
    """One table that a mapping can fill, and the roles of its columns."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    """At least one of these."""


_PERIOD: Final = ("period", "year", "month")
_WEIGHTS: Final = ("quantity_unit", "second_quantity", "second_quantity_unit")
#: Table -> roles.
TARGETS: Final[Mapping[str, Target]] = {
    "trade_reported": Target(
        needed=("reporter", "partner", "flow", "code"),
        one_of=("quantity", "value"),
        optional=(*_PERIOD, *_WEIGHTS, "exchange_rate"),
    ),
    "production": Target(
        needed=("raw_material", "country", "quantity"), optional=("period", "year", "quantity_unit", "flag")
    ),
    "prices_monthly": Target(needed=("series", "price"), optional=(*_PERIOD, "unit")),
    "prices_annual": Target(needed=("series", "price"), optional=("period", "year", "unit", "flag")),
    "statistics": Target(
        needed=("raw_material", "item", "country", "value"), optional=("period", "year", "unit", "flag")
    ),
}
#: Table -> what must be said of each material.
_ABOUT: Final[Mapping[str, tuple[str, ...]]] = {
    "production": ("mineral", "stage", "basis"),
    "prices_monthly": ("mineral",),
    "prices_annual": ("mineral",),
}
_RATE_PERIOD: Final = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?")


@dataclass(frozen=True, kw_only=True)
class Material:
    """What a word of the file stands for."""

    mineral: str
    stage: str = ""
    basis: str = ""


@cache
def alpha2() -> Mapping[str, str]:
    """ISO alpha-2 -> alpha-3 codes."""
    return MappingProxyType({c.iso2: c.iso3 for c in countries().values() if c.iso2})


def check_roles(node: Node, table: str, columns: Mapping[str, str], constants: Mapping[str, str]) -> None:
    """Refuse roles that the table has not, that stand twice, or that are missing."""
    target = TARGETS[table]
    known = (*target.needed, *target.one_of, *target.optional)
    for part in ("columns", "constants"):
        level = node.level(part)
        if level is not None:
            level.only(known)
    for role in sorted(set(columns) & set(constants)):
        path = f"constants.{role}"
        node.refuse_at(node.places[path], path, "stands under columns too", "keep one of them", kind="column")
    marked = {mark[1:-1] for heading in columns.values() for mark in MARKS if mark in heading}
    levels = [level.data for part in ("columns", "constants") if (level := node.level(part))]
    given = {*marked, *(str(role) for data in levels for role in data)}
    missing = [role for role in target.needed if role not in given]
    if not given & {"period", "year"}:
        missing.append("period (or year)")
    if target.one_of and not given & set(target.one_of):
        missing.append(" or ".join(target.one_of))
    if table == "prices_monthly" and not given & {"period", "month"}:
        missing.append("month")
    here = node.mark("columns", of_value=False)
    for role in missing:
        mend = "name its heading, or give it under constants"
        node.refuse_at(here, "columns", f"no {role}", mend, kind="column")
    for role in sorted({"year", "month"} & given) if "period" in given else ():
        node.refuse_at(here, "columns", f"both period and {role}", "keep one of them", kind="column")


def units_of(
    node: Node,
    table: str,
    columns: Mapping[str, str],
    constants: Mapping[str, str],
    per_usd: Mapping[str, float],
) -> dict[str, str]:
    """Units of weights, money and prices; one that is unknown, or needed and missing, is refused."""
    units = node.pairs("units")
    level = node.level("units")
    reads: dict[str, Callable[[str], Unit | None]] = {}
    if table in ("trade_reported", "production"):
        reads = {"quantity": weight}
    if table == "trade_reported":
        reads |= {"second_quantity": weight, "value": money}
    free = () if reads else ("price", "value")
    if level is not None:
        level.only((*reads, *free))
        for role in set(units) & set(reads):
            if reads[role](units[role]) is None:
                known = "kg, t, kt" if reads[role] is weight else "USD, thousand USD, million KRW"
                level.refuse(
                    role, f"unit {units[role]!r} is not known", f"write for example {known}", kind="unit"
                )
    for role in (*reads, *free):
        beside = f"{role}_unit" if "quantity" in role else "unit"
        stated = role in units or beside in columns or beside in constants
        if role in (*columns, *constants) and not stated:
            here = node.mark("columns", of_value=False)
            mend = f"say in which unit {role} is"
            node.refuse_at(here, f"units.{role}", "is missing", mend, kind="unit")
    value = money(units.get("value", "")) if table == "trade_reported" else None
    if value and value.name != "USD" and not per_usd and "exchange_rate" not in (*columns, *constants):
        here = node.places["units.value"]
        mend = "give 'exchange', or a column exchange_rate"
        node.refuse_at(here, "units.value", f"{value.name}, and no exchange rate", mend, kind="unit")
    return units


def rates(node: Node) -> dict[str, float]:
    """Units of the currency for one US dollar by period; who says so must be named."""
    level = node.level("exchange")
    if level is None:
        return {}
    level.only(("per_usd", "source"))
    for key in ("per_usd", "source"):
        if key not in level.data:
            mend = "give the rate, and who publishes it"
            node.refuse("exchange", f"no {key}", mend, kind="unit", of_value=False)
    level.scalar("source")
    given = level.data.get("per_usd")
    below = level.level("per_usd") if isinstance(given, Mapping) else None
    found: dict[str, float] = {}
    for key, rate in [("per_usd", given)] if below is None else list(below.data.items()):
        at, period = (level, "") if below is None else (below, str(key))
        number = isinstance(rate, int | float) and not isinstance(rate, bool)
        if period and not _RATE_PERIOD.fullmatch(period):
            at.refuse(key, f"{period[:20]!r} is no period", "write 2024 or 2024-01", kind="number")
        elif number and math.isfinite(rate) and 0 < rate < 1e9:
            found[period] = float(rate)
        elif "per_usd" in level.data:
            mend = "write units of the currency for one US dollar"
            at.refuse(key, f"{str(rate)[:20]!r} is no rate", mend, kind="range")
    return found


def named_editions(code: Node | None) -> dict[int, str]:
    """First year -> edition of the Harmonized System."""
    if code is None:
        return {}
    code.only(("edition", "digits"))
    given = code.data.get("edition")
    below = code.level("edition") if isinstance(given, Mapping) else None
    found: dict[int, str] = {}
    for key, name in [("edition", given)] if below is None else list(below.data.items()):
        at, year = (code, 1900) if below is None else (below, key)
        if not isinstance(year, int) or isinstance(year, bool) or not 1900 <= year <= 2100:
            at.refuse(
                key, f"{str(year)[:20]!r} is no year", "write the first year of the edition", kind="number"
            )
            continue
        try:
            if name is not None:
                found[year] = edition_id(str(name))
        except UnknownTermError as error:
            at.refuse(key, str(error), "write for example HS22", kind="name")
    return dict(sorted(found.items()))


def named_countries(node: Node) -> dict[str, str]:
    """Word of the file -> ISO alpha-3 code or area."""
    names = node.pairs("countries")
    level = node.level("countries")
    known: Collection[str] = [*countries(), *AREAS]
    for key in level.data if level is not None else ():
        code = names.get(str(key), "")
        names[str(key)] = alpha2().get(code, code)
        if code and names[str(key)] not in known and level is not None:
            hint = did_you_mean(code, known)
            level.refuse(key, f"{code[:20]!r} is no ISO code{hint}", "write for example KOR", kind="name")
    return names


def named_materials(node: Node, table: str) -> dict[str, Material]:
    """Word of the file -> mineral, stage and basis; needed where the table names a mineral."""
    wanted = _ABOUT.get(table, ())
    level = node.level("materials")
    if level is None:
        if wanted and "materials" not in node.data:
            role = "series" if table.startswith("prices") else "raw_material"
            mend = f"say which mineral each {role} is"
            node.refuse_at("1:1", "materials", "is missing", mend, kind="column")
        return {}
    found: dict[str, Material] = {}
    for word in level.data:
        below = level.level(word)
        if below is not None:
            below.only(_ABOUT["production"])
            found[str(word)] = _material(below)
            for name in wanted:
                if name not in below.data:
                    level.refuse(word, f"no {name}", "write it", kind="column", of_value=False)
    return found


def _material(node: Node) -> Material:
    said = {name: node.scalar(name) or "" for name in _ABOUT["production"]}
    if said["mineral"]:
        try:
            said["mineral"] = mineral(said["mineral"]).id
        except UnknownTermError as error:
            node.refuse("mineral", str(error), "write one of our names, or leave the line out", kind="name")
    if said["stage"] and said["stage"] not in STAGES:
        hint = did_you_mean(said["stage"], STAGES)
        found = f"{said['stage'][:40]!r} is no stage{hint}"
        node.refuse("stage", found, f"known are {', '.join(STAGES)}", kind="name")
    return Material(**said)
