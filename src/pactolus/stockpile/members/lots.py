"""What a stock is made of: lots with origin, form and grade, and whether each may be passed on.

Nobody publishes lots. So a stock is taken to have the mix of its member's imports in a year, by country of
origin as customs record it and by code; the grade is then not stated. Members may give lots of their own
(`read_lots`). Whether a lot may go to a receiver is asked of the register of measures (`policy.transfer`):
``no`` and ``unknown`` are not lent, swapped or passed on unless lawyers say otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import DataError, InputError
from pactolus.policy.transfer import Lot, Transfer, transferable
from pactolus.terms.countries import country, entity

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.disruption.scenarios.reach import Place
    from pactolus.policy.register import Register

__all__ = [
    "LOT_COLUMNS",
    "NOT_STATED",
    "StockLot",
    "form_match",
    "free_shares",
    "lots_of_imports",
    "lots_table",
    "read_lots",
]

#: Columns of `lots_table`.
LOT_COLUMNS: Final = (
    "mineral",
    "stage",
    "member",
    "origin",
    "form",
    "grade",
    "share",
    "basis",
    "to",
    "transferable",
    "why",
    "measures",
    "review",
)
NOT_STATED: Final = "not stated"
_OF_IMPORTS: Final = "mix of imports"
_OWN: Final = "declared"
_WORST: Final = ("no", "unknown", "yes")


@dataclass(frozen=True, kw_only=True)
class StockLot:
    """A part of a member's stock.

    Attributes
    ----------
    mineral, stage, member : str
    origin : str or None
        ISO alpha-3 code; None where it is not known.
    form : str
        The customs code (HS92), or a name of one's own.
    grade : str
        ``not stated`` where nobody says.
    share : float
        Of the member's stock, 0 to 1.
    basis : str
        ``mix of imports`` of a year, or ``declared``.
    usable_by : tuple of str or None
        Members that can use its form and grade as it is; None where nobody says.
    content : float
        Tonnes of the place's use that one of its tonnes stands for.
    """

    mineral: str
    stage: str
    member: str
    origin: str | None
    form: str
    grade: str = NOT_STATED
    share: float
    basis: str = _OWN
    usable_by: tuple[str, ...] | None = None
    content: float = 1.0

    def may_go(self, register: Register, to: str, on: date) -> Transfer:
        """Whether it may go to a member on a day; of a coalition, to each of its countries."""
        lot = Lot(
            mineral=self.mineral, origin=self.origin, stage=self.stage, form=self.form, grade=self.grade
        )
        answers = [transferable(register, lot, one, on) for one in entity(to).members]
        return min(answers, key=lambda answer: _WORST.index(answer.answer))


def lots_of_imports(
    world: World, place: Place, members: Sequence[str], year: int, *, hs_codes: Sequence[str] = ()
) -> tuple[StockLot, ...]:
    """Lots of members without lots of their own: the mix of their imports.

    Parameters
    ----------
    world : World
    place : (mineral, stage)
    members : sequence of str
    year : int
    hs_codes : sequence of str, optional
        Only these codes of the place.

    Returns
    -------
    tuple of StockLot
        Largest first within a member. An exporter that is no country is an origin that is not known.
    """
    import polars as pl

    from pactolus.disruption.history.events import trade_weights
    from pactolus.disruption.scenarios.reach import codes_of

    codes = list(hs_codes) or codes_of(place, (), year)
    flows = (
        trade_weights(world, repaired=True)
        .filter(pl.col("hs_code").is_in(codes), pl.col("year") == year, pl.col("exporter") != "PRK")
        .group_by("importer", "exporter", "hs_code")
        .agg(pl.col("t").sum().round(6))
        .filter(pl.col("t") > 0)
        .sort("importer", "exporter", "hs_code")
        .collect()
    )
    found: list[StockLot] = []
    for member in members:
        inside = list(entity(member).members)
        into = (
            flows.filter(pl.col("importer").is_in(inside), ~pl.col("exporter").is_in(inside))
            .group_by("exporter", "hs_code")
            .agg(pl.col("t").sum().round(6))
            .sort(["t", "exporter", "hs_code"], descending=[True, False, False])
        )
        total = math.fsum(into["t"])
        found += [
            StockLot(
                mineral=place[0],
                stage=place[1],
                member=member,
                origin=_known(exporter),
                form=f"HS {code}",
                share=tonnes / total,
                basis=f"{_OF_IMPORTS} {year}",
            )
            for exporter, code, tonnes in into.iter_rows()
        ]
    return tuple(found)


def read_lots(rows: Iterable[Mapping[str, Any]], file: str) -> tuple[StockLot, ...]:
    """Lots of one's own: ``mineral, stage, member, origin, form, grade, share, usable_by, content``.

    Parameters
    ----------
    rows : iterable of mapping
        As `csv.DictReader` gives them; an empty origin is not known, an empty grade not stated. `usable_by`
        holds members apart by spaces, or ``nobody``; empty, and where there is no such column, nobody says.
        An empty `content` is 1.
    file : str
        For messages.

    Raises
    ------
    DataError
        All faults at once: a term that is not known, a share outside 0 to 1, shares of a member that do not
        sum to 1.

    Examples
    --------
    >>> row = {"mineral": "graphite", "stage": "mixed", "member": "KOR", "origin": "CHN", "share": "1"}
    >>> [(one.origin, one.grade, one.share) for one in read_lots([row], "own.csv")]
    [('CHN', 'not stated', 1.0)]
    """
    from pactolus.terms.minerals import mineral
    from pactolus.terms.stages import STAGES

    faults: list[str] = []
    found: list[StockLot] = []
    for line, row in enumerate(rows, start=2):
        try:
            share = float(row.get("share") or "nan")
            lot = StockLot(
                mineral=mineral(row.get("mineral") or "").id,
                stage=row.get("stage") or "",
                member=entity(row.get("member") or "").id,
                origin=country(row["origin"]).iso3 if row.get("origin") else None,
                form=row.get("form") or NOT_STATED,
                grade=row.get("grade") or NOT_STATED,
                share=share,
                usable_by=_able(row.get("usable_by") or ""),
                content=float(row.get("content") or 1.0),
            )
        except (InputError, ValueError) as error:
            faults.append(f"{file}: line {line}: {error}")
            continue
        if lot.stage not in STAGES:
            faults.append(f"{file}: line {line}: stage {lot.stage!r} is none of {', '.join(STAGES)}")
        if not 0 <= share <= 1:
            faults.append(
                f"{file}: line {line}: share {row.get('share')!r}; give a part of the stock, 0 to 1"
            )
        if not 0 < lot.content < math.inf:
            faults.append(
                f"{file}: line {line}: content {row.get('content')!r}; give tonnes of use a tonne of it, "
                "above 0"
            )
        found.append(lot)
    totals: dict[tuple[str, str, str], list[float]] = {}
    for lot in found:
        totals.setdefault((lot.mineral, lot.stage, lot.member), []).append(lot.share)
    faults += [
        f"{file}: lots of {' '.join(key)} sum to {math.fsum(parts):.6g} of its stock; they must sum to 1"
        for key, parts in totals.items()
        if not faults and abs(math.fsum(parts) - 1) > 1e-6
    ]
    if faults:
        raise DataError("\n".join(faults))
    return tuple(found)


def _able(text: str) -> tuple[str, ...] | None:
    """Members that can use a lot; ``nobody`` is none of them, and nothing is not said."""
    names = text.split()
    if not names:
        return None
    return () if names == ["nobody"] else tuple(dict.fromkeys(entity(name).id for name in names))


def lots_table(
    lots: Sequence[StockLot], members: Sequence[str], register: Register, on: date
) -> pl.DataFrame:
    """Every lot to every other member: may it go, and which measure says so.

    Parameters
    ----------
    lots : sequence of StockLot
    members : sequence of str
        Receivers.
    register : Register
    on : date

    Returns
    -------
    polars.DataFrame
        `LOT_COLUMNS`. `review` is ``legal review`` where the answer is not ``yes``.
    """
    import polars as pl

    rows = []
    for lot in lots:
        for to in members:
            if to == lot.member:
                continue
            answer = lot.may_go(register, to, on)
            rows.append(
                (
                    *(lot.mineral, lot.stage, lot.member, lot.origin, lot.form, lot.grade, lot.share),
                    *(lot.basis, to, answer.answer, answer.why, ";".join(answer.measures)),
                    None if answer.answer == "yes" else "legal review",
                )
            )
    schema = dict.fromkeys(LOT_COLUMNS, pl.String) | {"share": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def free_shares(table: pl.DataFrame) -> dict[tuple[str, str], float]:
    """Part of each member's stock that may go to each other: (lender, receiver) -> share.

    Parameters
    ----------
    table : polars.DataFrame
        Of `lots_table`, for one mineral at one stage.
    """
    found: dict[tuple[str, str], list[float]] = {}
    for member, to, answer, share in table.select("member", "to", "transferable", "share").iter_rows():
        found.setdefault((member, to), []).append(share if answer == "yes" else 0.0)
    return {pair: min(math.fsum(parts), 1.0) for pair, parts in found.items()}


def form_match(lots: Sequence[StockLot]) -> dict[tuple[str, str], float]:
    """Part of each member's stock whose form the other uses too: (lender, receiver) -> share.

    The receiver's mix of forms is that of its own lots; of each form, what both have in common counts.

    Examples
    --------
    >>> ore = {"mineral": "tungsten", "stage": "ore", "origin": None}
    >>> parts = (("KOR", "a", 0.6), ("KOR", "b", 0.4), ("JPN", "a", 1.0))
    >>> mixed = [StockLot(member=who, form=form, share=share, **ore) for who, form, share in parts]
    >>> form_match(mixed)["KOR", "JPN"]
    0.6
    """
    mixes: dict[str, dict[str, float]] = {}
    for lot in lots:
        mix = mixes.setdefault(lot.member, {})
        mix[lot.form] = mix.get(lot.form, 0.0) + lot.share
    return {
        (one, other): min(math.fsum(min(mine.get(form, 0.0), part) for form, part in theirs.items()), 1.0)
        for one, mine in mixes.items()
        for other, theirs in mixes.items()
        if one != other
    }


def _known(exporter: str) -> str | None:
    """The code of a country; None for one that the vocabulary does not hold."""
    try:
        return country(exporter).iso3
    except InputError:
        return None
