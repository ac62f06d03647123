"""Tables of a floor or a contract for difference: what stands, from which level on, and who pays what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pactolus.errors import DataError
from pactolus.projects.market.contracts import Contract, Kind, cost_to_guarantor, split_by_offtake
from pactolus.projects.market.floor import FloorCase, floor_by_draw, needed_floor, needed_range, stands
from pactolus.projects.market.notice import NOTICE_FLOOR

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Level", "Support", "needed_table", "programme_table", "standing_table", "years_table"]

_MILLION: Final = 1e-6
_NONE: Final = "no floor"
_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Level:
    """A floor or a strike.

    Attributes
    ----------
    value : float
        [USD/t], or a multiple of today's price of the project's product.
    relative : bool
    """

    value: float
    relative: bool = False

    def of(self, case: FloorCase) -> float:
        """[USD/t] for a project."""
        return self.value * case.price_now if self.relative else self.value

    def __str__(self) -> str:
        return f"{self.value:g} x price" if self.relative else f"{self.value:g}"


@dataclass(frozen=True, kw_only=True)
class Support:
    """Who promises what, and how it is counted.

    Attributes
    ----------
    kind : {"floor", "cfd"}
    covered : float
        Part of the output under the contract.
    years : int or None
        Production years that it lasts.
    share : float
        Part of draws with an NPV above 0 from which a project counts as standing.
    guarantor_rate : float
        Real rate at which the guarantor counts. [1/year]
    alpha : float
        Level of CVaR.
    offtake : mapping of str to float
        Part of the covered output that each guarantor takes.

    Raises
    ------
    DataError
        If the share is out of its range.
    """

    kind: Kind = "floor"
    covered: float = 1.0
    years: int | None = None
    share: float = 0.5
    guarantor_rate: float = 0.02
    alpha: float = 0.9
    offtake: Mapping[str, float] = field(default_factory=lambda: {"guarantors": 1.0})

    def __post_init__(self) -> None:
        if not 0.0 < self.share <= 1.0:
            raise DataError(f"share {self.share:g}; a part of the draws above 0 and at most 1")

    def contract(self, floor_usd_per_t: float) -> Contract:
        """The contract at a floor or strike."""
        return Contract(
            kind=self.kind, floor_usd_per_t=floor_usd_per_t, covered=self.covered, years=self.years
        )


def standing_table(cases: Sequence[FloorCase], levels: Sequence[Level], support: Support) -> pl.DataFrame:
    """Which projects stand at each floor, and what the guarantor pays for each.

    Parameters
    ----------
    cases : sequence of FloorCase
    levels : sequence of Level
    support : Support

    Returns
    -------
    polars.DataFrame
        A row for each project and floor, `no floor` first. Payments are those of the project if it is built.
    """
    rows: list[_Row] = []
    for case in cases:
        for level in (None, *levels):
            contract = None if level is None else support.contract(level.of(case))
            worth = case.npv(contract)
            low, mid, high = np.quantile(worth, (0.1, 0.5, 0.9)) * _MILLION
            rows.append(
                _project(case)
                | {"contract": support.kind if contract else _NONE}
                | {"level": _NONE if level is None else str(level)}
                | {"floor_usd_per_t": None if level is None else level.of(case)}
                | {"npv_low_musd": low, "npv_mid_musd": mid, "npv_high_musd": high}
                | {"chance_npv_positive": float((worth > 0).mean()), "share": support.share}
                | {"stands": stands(worth, support.share)}
                | _cost(case, contract, support)
            )
    return _frame(rows)


def needed_table(cases: Sequence[FloorCase], support: Support) -> pl.DataFrame:
    """Smallest floor at which each project stands, as a range over its draws, and what that floor costs.

    Returns
    -------
    polars.DataFrame
        ``floor_low``, ``mid``, ``high``: floors from which one draw in ten, half, and nine in ten stand;
        ``floor_needed``: for the stated share; costs at that floor. Null where no floor is enough.
    """
    rows: list[_Row] = []
    for case in cases:
        found = floor_by_draw(case, kind=support.kind, covered=support.covered, years=support.years)
        needed, spread = needed_floor(found, support.share), needed_range(found)
        enough = bool(np.isfinite(needed))
        ends = (None,) * 3 if spread is None else (spread.low, spread.mid, spread.high)
        rows.append(
            _project(case)
            | {"contract": support.kind, "price_now_usd_per_t": case.price_now}
            | dict(zip((f"floor_{end}_usd_per_t" for end in ("low", "mid", "high")), ends, strict=True))
            | {"share": support.share, "floor_needed_usd_per_t": needed if enough else None}
            | {"needed_over_price": needed / case.price_now if enough else None}
            | {"needs_none": float((found == 0).mean())}
            | _cost(case, support.contract(needed) if enough else None, support, known=enough)
            | {"answer": "ok" if enough else "no floor is enough"}
        )
    return _frame(rows)


def programme_table(cases: Sequence[FloorCase], levels: Sequence[Level], support: Support) -> pl.DataFrame:
    """All projects that stand at a floor together: how many, and what each guarantor pays.

    Only projects that stand are built and paid for. The payments are added draw by draw, for projects of one
    price share its surprises.

    Returns
    -------
    polars.DataFrame
        A row for each floor and guarantor. ``standing_anyway`` of the projects need no floor, and
        ``to_those_pv_musd`` of the expected cost goes to them.
    """
    rows: list[_Row] = []
    anyway = {case.candidate.id for case in cases if stands(case.npv(), support.share)}
    for level in (None, *levels):
        contracts = [None if level is None else support.contract(level.of(case)) for case in cases]
        built = [
            (case, one)
            for case, one in zip(cases, contracts, strict=True)
            if stands(case.npv(one), support.share)
        ]
        paid = _added([_payments(case, one) for case, one in built])
        free = _added([_payments(case, one) for case, one in built if case.candidate.id in anyway])
        gift = split_by_offtake(free, support.offtake)
        for who, part in split_by_offtake(paid, support.offtake).items():
            rows.append(
                {
                    "contract": support.kind if level else _NONE,
                    "level": _NONE if level is None else str(level),
                }
                | {"share": support.share, "projects": len(cases), "standing": len(built)}
                | {"ids": ", ".join(case.candidate.id for case, _ in built), "guarantor": who}
                | {"offtake": support.offtake[who]}
                | _summary(part, support)
                | {"standing_anyway": sum(case.candidate.id in anyway for case, _ in built)}
                | {"to_those_pv_musd": _summary(gift[who], support)["cost_expected_pv_musd"]}
            )
    return _frame(rows)


def years_table(cases: Sequence[FloorCase], levels: Sequence[Level], support: Support) -> pl.DataFrame:
    """Payments of each project year by year, counted from its decision to build.

    Returns
    -------
    polars.DataFrame
        A row for each project, floor and year until the last with output: mean and CVaR. Millions of USD.
    """
    rows: list[_Row] = []
    for case in cases:
        last = int(np.flatnonzero(case.output_t.max(axis=0) > 0).max()) + 1
        for level in levels:
            contract = support.contract(level.of(case))
            paid, made = case.payments(contract), case.made_t(contract).mean(axis=0)
            cost = cost_to_guarantor(paid, rate=support.guarantor_rate, alpha=support.alpha)
            rows += [
                _project(case)
                | {"contract": support.kind, "level": str(level), "floor_usd_per_t": level.of(case)}
                | {"year": year, "output_mean_t": float(made[year])}
                | {"expected_musd": cost.expected_by_year_usd[year] * _MILLION}
                | {"cvar_musd": cost.cvar_by_year_usd[year] * _MILLION}
                for year in range(last)
            ]
    return _frame(rows)


def _project(case: FloorCase) -> _Row:
    one = case.candidate
    named = {"id": one.id, "host": one.host, "mineral": one.mineral, "stage": one.stage}
    named["status"] = one.status
    return named | {"money": f"USD {case.money_year}", "synthetic": one.synthetic}


def _payments(case: FloorCase, contract: Contract | None) -> Floats:
    return case.payments(contract or Contract(kind="none"))


def _cost(case: FloorCase, contract: Contract | None, support: Support, *, known: bool = True) -> _Row:
    if not known:
        return dict.fromkeys(_summary(np.zeros((1, 1)), support))
    return _summary(_payments(case, contract), support)


def _summary(paid: Floats, support: Support) -> _Row:
    """Net payments of a guarantor, as columns in millions."""
    cost = cost_to_guarantor(paid, rate=support.guarantor_rate, alpha=support.alpha)
    return {
        "cost_expected_pv_musd": cost.expected_pv_usd * _MILLION,
        "cost_cvar_pv_musd": cost.cvar_pv_usd * _MILLION,
        "paid_pv_musd": cost.paid_pv_usd * _MILLION,
        "returned_pv_musd": cost.returned_pv_usd * _MILLION,
        "highest_year_expected_musd": float(cost.expected_by_year_usd.max()) * _MILLION,
        "highest_year_cvar_musd": float(cost.cvar_by_year_usd.max()) * _MILLION,
        "chance_of_paying": cost.pays,
    }


def _added(parts: Sequence[Floats]) -> Floats:
    """Sum of tables of (draws, years) that may end in different years; of none, nothing."""
    if not parts:
        return np.zeros((1, 1))
    years = max(one.shape[1] for one in parts)
    found = np.zeros((len(parts[0]), years))
    for one in parts:
        found[:, : one.shape[1]] += one
    return found


def _frame(rows: Sequence[_Row]) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame([row | {"notice": NOTICE_FLOOR} for row in rows], infer_schema_length=None)
