"""Copper smelters of a member as one aggregate: what they buy, and what they lose as charges fall.

    dry      D = W (1 - moisture)                    W customs weight of imports of HS 2603.00
    income   D (TC + 22.0462 RC y)                   y payable copper of a dmt (`copper`)
    lost     D x share x (charge before - charge in the scenario)

Each of annual, spot and custom terms has its own share and its own charge before. A share that nobody entered
lies between 0 and 1. No firm appears. Countries in which fewer than three firms smelt copper are shown for
themselves only with what public trade and public charges come to, never with a margin. Once costs, shares or
terms are entered they are shown within the sum of all members alone, and so is every other member, for a
difference would reveal them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import DataError, NoAnswerError
from pactolus.projects.base.ranges import Range
from pactolus.projects.market.copper import (
    Charge,
    charge_usd_per_dmt,
    dry_tonnes,
    payable_grade,
)
from pactolus.projects.market.entered import Entered
from pactolus.projects.market.notice import FEWEST_FIRMS
from pactolus.projects.market.published import KINDS, annual_charge, firms_of, spot_charge

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = [
    "CONCENTRATE",
    "Aggregate",
    "Imports",
    "aggregate",
    "charge_before",
    "dry_of",
    "income",
    "lost",
    "payable_of",
    "shown",
]

CONCENTRATE: Final = "260300"
_REGION: Final = {"JPN": "japan", "CHN": "china"}


@dataclass(frozen=True, kw_only=True)
class Imports:
    """Copper concentrate that a member imported in a year, and what it refined.

    Attributes
    ----------
    member : str
    concentrate_t : float
        Customs weight; it may be dry or wet. [t]
    value_usd : float
    flows, flows_without_t : int
        Partners, and those of them whose weight is not reported.
    refined_t : float or None
        Refinery production of the same year, from scrap and anode too. [t Cu]
    """

    member: str
    concentrate_t: float
    value_usd: float
    flows: int
    flows_without_t: int
    refined_t: float | None


@dataclass(frozen=True, kw_only=True)
class Aggregate:
    """All that the tables of smelters are made of.

    Attributes
    ----------
    year : int
        Of the trade and the prices.
    imports : tuple of Imports
    copper_usd_per_t : Range
        Lowest, mean and highest month of the year. [USD/t]
    ounces : dict of str to float or None
        Gold and silver. [USD/oz]
    entered : Entered
    """

    year: int
    imports: tuple[Imports, ...]
    copper_usd_per_t: Range
    ounces: dict[str, float | None]
    entered: Entered = field(default_factory=Entered)

    @property
    def groups(self) -> tuple[tuple[str, tuple[Imports, ...]], ...]:
        """Name and members of each row that may be shown."""
        names = tuple(one.member for one in self.imports)
        by_name = {one.member: one for one in self.imports}
        return tuple(
            ("+".join(group), tuple(by_name[name] for name in group))
            for group in shown(names, of_firms=self.entered.of_firms)
        )

    @property
    def of_enough_firms(self) -> tuple[tuple[str, tuple[Imports, ...]], ...]:
        """Those of `groups` in which at least three firms smelt copper: only for them is a margin shown.

        Raises
        ------
        NoAnswerError
            If there is none.
        """
        found = tuple(
            (name, group)
            for name, group in self.groups
            if firms_of(tuple(one.member for one in group)) >= FEWEST_FIRMS
        )
        if not found:
            raise _too_few(tuple(one.member for one in self.imports))
        return found


def _too_few(members: tuple[str, ...]) -> NoAnswerError:
    return NoAnswerError(
        f"{', '.join(members)}: {firms_of(members)} firms are known to smelt copper there, fewer than "
        f"{FEWEST_FIRMS}; a margin, or an answer with entered costs, shares or terms, would be read as that "
        "of a firm. Add a member"
    )


def shown(members: tuple[str, ...], *, of_firms: bool) -> tuple[tuple[str, ...], ...]:
    """Sums of members that may be shown.

    Parameters
    ----------
    members : tuple of str
    of_firms : bool
        Whether a figure that could tell of a firm was entered.

    Returns
    -------
    tuple of tuple of str
        Each member and all together; with `of_firms` and a member of few firms, all together alone.

    Raises
    ------
    NoAnswerError
        If even all together have fewer than three firms.

    Examples
    --------
    >>> shown(("KOR", "JPN"), of_firms=False)
    (('KOR',), ('JPN',), ('KOR', 'JPN'))
    >>> shown(("KOR", "JPN"), of_firms=True)
    (('KOR', 'JPN'),)
    """
    alone = tuple((member,) for member in members)
    together = (members,) if len(members) > 1 else ()
    if not of_firms or all(firms_of(one) >= FEWEST_FIRMS for one in alone):
        return (*alone, *together)
    if firms_of(members) < FEWEST_FIRMS:
        raise _too_few(members)
    return together


def aggregate(
    world: World, members: Sequence[str], *, year: int | None = None, entered: Entered | None = None
) -> Aggregate:
    """Read imports, refinery production and prices of a year.

    Parameters
    ----------
    world : World
    members : sequence of str
        ISO alpha-3.
    year : int, optional
        The last one of the trade if omitted.
    entered : Entered, optional

    Returns
    -------
    Aggregate

    Raises
    ------
    NoAnswerError
        If the world holds no imports of a member, or no price of copper, in that year.
    DataError
        If figures of a country with few firms were entered that is not among the members.
    """
    import polars as pl

    known = entered or Entered()
    _require_all(known, members)
    trade = world.table("trade").filter(pl.col("hs_code") == CONCENTRATE, pl.col("importer").is_in(members))
    if trade.is_empty():
        raise NoAnswerError(f"{', '.join(members)}: no imports of copper concentrate (2603.00) in this world")
    when = year if year is not None else int(trade["year"].to_numpy().max())
    trade = trade.filter(year=when)
    lacking = [one for one in members if one not in set(trade["importer"])]
    if lacking:
        raise NoAnswerError(f"{', '.join(lacking)}: no imports of copper concentrate (2603.00) in {when}")
    refined = world.table("production").filter(mineral="copper", stage="refined", year=when)
    return Aggregate(
        year=when,
        imports=tuple(_imports(trade.filter(importer=one), refined, one) for one in members),
        copper_usd_per_t=_copper(world, when),
        ounces={metal: _ounce(world, metal, when) for metal in ("gold", "silver")},
        entered=known,
    )


def _require_all(entered: Entered, members: Sequence[str]) -> None:
    """Figures of a country with few firms come with it: else the difference of two answers shows them."""
    few = sorted({one for one, _ in entered.own if firms_of((one,)) < FEWEST_FIRMS} - set(members))
    if few:
        raise DataError(
            f"terms: figures of {', '.join(few)} were entered, where fewer than {FEWEST_FIRMS} firms are "
            "known to smelt copper; name it among the members, or take its rows out"
        )


def _imports(trade: Any, refined: Any, member: str) -> Imports:
    made = refined.filter(country=member)["quantity"]
    return Imports(
        member=member,
        concentrate_t=trade["quantity_kg"].sum() / 1000.0,
        value_usd=float(trade["value_usd"].sum()),
        flows=trade.height,
        flows_without_t=trade["quantity_kg"].null_count(),
        refined_t=None if made.is_empty() or made[0] is None else made[0] / 1000.0,
    )


def _copper(world: World, year: int) -> Range:
    months = world.table("prices_monthly").filter(mineral="copper", year=year)["price"].drop_nulls()
    if months.is_empty():
        raise NoAnswerError(f"copper: no monthly price of {year} in this world; name another --year")
    found = months.to_numpy()
    return Range(float(found.min()), float(found.mean()), float(found.max()))


def _ounce(world: World, metal: str, year: int) -> float | None:
    prices = world.table("prices_annual").filter(mineral=metal, year=year, unit="dollars per troy ounce")
    found = prices["price"].drop_nulls()
    return None if found.is_empty() else float(found[0])


def charge_before(known: Aggregate, member: str, kind: str, year: int) -> Charge | None:
    """Charge of a kind of terms in the year from which the fall is counted; None if none is published.

    Raises
    ------
    DataError
        If `kind` is none of annual, spot, custom, or no annual terms of that year are published.
    """
    if kind == "annual":
        return annual_charge(year, _REGION.get(member))
    if kind == "spot":
        return spot_charge(year)
    if kind == "custom":
        return known.entered.custom(member)
    raise DataError(f"terms: {kind!r}; {', '.join(KINDS)}")


def payable_of(known: Aggregate, member: str) -> Range:
    """Payable copper of a dmt; it rises with grade and payable part and falls with the deduction."""
    g, a, u = (_given(known, member, key) for key in ("grade", "payable", "deduction"))
    points = ((g.low, a.low, u.high), (g.mid, a.mid, u.mid), (g.high, a.high, u.low))
    return Range(*(float(payable_grade(*point)) for point in points))


def _given(known: Aggregate, member: str, key: str) -> Range:
    found = known.entered.get(member, key)
    assert found is not None, key
    return found


def dry_of(known: Aggregate, one: Imports) -> Range:
    """Dry weight of a member's imports. [t]"""
    water = _given(known, one.member, "moisture")
    return Range(*(dry_tonnes(one.concentrate_t, part) for part in (water.high, water.mid, water.low)))


def income(known: Aggregate, group: Sequence[Imports], charge: Charge) -> Range:
    """TC and RC a year, if all concentrate of the group came at this charge. [USD]"""
    return _total(_product(dry_of(known, one), _per_dmt(known, one.member, charge)) for one in group)


def lost(
    known: Aggregate, group: Sequence[Imports], kind: str, *, year: int, scenario: Charge, whole: bool = False
) -> Range | None:
    """Income a year that goes from the terms of a year to a scenario.

    Parameters
    ----------
    known : Aggregate
    group : sequence of Imports
    kind : str
        ``annual``, ``spot`` or ``custom``.
    year : int
        From whose terms it falls.
    scenario : Charge
    whole : bool
        As if all concentrate were bought so, whatever the share.

    Returns
    -------
    Range or None
        [USD a year]; below 0 is a gain. None if the terms before are not known for some member.
    """
    parts = []
    for one in group:
        before = charge_before(known, one.member, kind, year)
        if before is None:
            return None
        paid = payable_of(known, one.member)
        fall = _ordered(
            *(float(charge_usd_per_dmt(before, y) - charge_usd_per_dmt(scenario, y)) for y in _three(paid))
        )
        share = Range.of(1.0) if whole else (known.entered.share(one.member, kind) or Range(0.0, 0.5, 1.0))
        parts.append(_product(_product(dry_of(known, one), fall), share))
    return _total(parts)


def _per_dmt(known: Aggregate, member: str, charge: Charge) -> Range:
    paid = payable_of(known, member)
    return _ordered(*(float(charge_usd_per_dmt(charge, y)) for y in _three(paid)))


def _three(known: Range) -> tuple[float, float, float]:
    return known.low, known.mid, known.high


def _ordered(a: float, mid: float, b: float) -> Range:
    return Range(min(a, b), mid, max(a, b))


def _product(a: Range, b: Range) -> Range:
    ends = [x * y for x, y in product((a.low, a.high), (b.low, b.high))]
    return Range(min(ends), a.mid * b.mid, max(ends))


def _total(parts: Any) -> Range:
    found = list(parts)
    return Range(*(sum(getattr(one, end) for one in found) for end in ("low", "mid", "high")))
