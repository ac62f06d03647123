"""Support of a price: a floor, or a contract for difference, as payments between a guarantor and a project.

With price p, floor f, cap k, strike s (all USD/t) and q covered tonnes, the guarantor pays

    floor     max(f - p, 0) q                       never less than 0
    collar    max(f - p, 0) q - max(p - k, 0) q     the project hands back what is above the cap
    cfd       (s - p) q                             a collar whose floor and cap are the strike

Arrays are (draws, years). Payments are in real dollars of the year in which they fall, as the prices are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from pactolus.errors import DataError
from pactolus.solvers.risk_measures import cvar

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Contract", "GuarantorCost", "Kind", "cost_to_guarantor", "split_by_offtake"]

Kind = Literal["none", "floor", "collar", "cfd"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What a guarantor promises on each tonne.

    Attributes
    ----------
    kind : {"none", "floor", "collar", "cfd"}
    floor_usd_per_t : float or ndarray of shape (draws,)
        Floor of a floor or a collar, strike of a contract for difference. [USD/t]
    cap_usd_per_t : float or None
        Of a collar. [USD/t]
    covered : float
        Part of the output under the contract, 0-1.
    years : int or None
        Production years that it lasts; None: all.

    Raises
    ------
    DataError
        All faults at once.
    """

    kind: Kind = "floor"
    floor_usd_per_t: float | Floats = 0.0
    cap_usd_per_t: float | None = None
    covered: float = 1.0
    years: int | None = None

    def __post_init__(self) -> None:
        faults = list(_faults(self))
        if faults:
            raise DataError("\n".join(f"price contract: {fault}" for fault in faults))

    def per_tonne(self, price_usd_per_t: Floats) -> Floats:
        """What the guarantor pays on a covered tonne; below 0 where the project pays.

        Parameters
        ----------
        price_usd_per_t : ndarray, shape (draws, years)
            Market price. [USD/t]

        Returns
        -------
        ndarray, shape (draws, years)
            [USD/t]
        """
        price = np.asarray(price_usd_per_t, float)
        floor = np.asarray(self.floor_usd_per_t, float)
        floor = floor[:, None] if floor.ndim else floor
        if self.kind == "none":
            return np.zeros_like(price)
        if self.kind == "cfd":
            return np.asarray(floor - price, float)
        paid = np.maximum(floor - price, 0.0)
        back = 0.0 if self.cap_usd_per_t is None else np.maximum(price - self.cap_usd_per_t, 0.0)
        return np.asarray(paid - back, float)

    def in_force(self, output_t: Floats) -> Floats:
        """Tonnes under the contract: the covered part of the first `years` years with output.

        Parameters
        ----------
        output_t : ndarray, shape (draws, years)
            [t]

        Returns
        -------
        ndarray, shape (draws, years)
            [t]
        """
        tonnes = self.covered * np.asarray(output_t, float)
        if self.years is None:
            return tonnes
        return np.where(np.cumsum(tonnes > 0, axis=1) <= self.years, tonnes, 0.0)

    def payments(self, price_usd_per_t: Floats, output_t: Floats) -> Floats:
        """What the guarantor pays each year. [USD], shape (draws, years)."""
        return self.per_tonne(price_usd_per_t) * self.in_force(output_t)

    def received_price(self, price_usd_per_t: Floats, output_t: Floats) -> Floats:
        """Mean price of a tonne of all output, contract included. [USD/t], shape (draws, years)."""
        output = np.asarray(output_t, float)
        covered = np.divide(self.in_force(output), output, out=np.zeros_like(output), where=output > 0)
        return np.asarray(price_usd_per_t + covered * self.per_tonne(price_usd_per_t), float)


def _faults(asked: Contract) -> Any:
    floor = np.asarray(asked.floor_usd_per_t, float)
    if asked.kind not in ("none", "floor", "collar", "cfd"):
        yield f"kind {asked.kind!r}; none, floor, collar or cfd"
    if not (np.isfinite(floor).all() and (floor >= 0).all()) or floor.ndim > 1:
        yield f"floor {asked.floor_usd_per_t}; give USD/t, 0 or more"
    if (asked.cap_usd_per_t is None) != (asked.kind != "collar"):
        yield "a cap belongs to a collar, and a collar has one"
    elif asked.cap_usd_per_t is not None and not (asked.cap_usd_per_t >= floor).all():
        yield f"cap {asked.cap_usd_per_t:g} below the floor {floor.max():g}; it would pay both ways at once"
    if not 0.0 <= asked.covered <= 1.0:
        yield f"covered {asked.covered:g}; a part of the output, 0 to 1"
    if asked.years is not None and asked.years < 1:
        yield f"years {asked.years}; 1 or more"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuarantorCost:
    """What a contract costs who gives it; all in USD, present values at the guarantor's rate.

    Attributes
    ----------
    expected_by_year_usd : ndarray, shape (years,)
        Mean net payment.
    cvar_by_year_usd : ndarray, shape (years,)
        Mean of the worst ``1 - alpha`` of each year for itself.
    expected_pv_usd, cvar_pv_usd : float
        Of the present value of net payments.
    paid_pv_usd, returned_pv_usd : float
        Means of what is paid out and of what comes back; their difference is `expected_pv_usd`.
    pays : float
        Part of draws in which the present value is above 0.
    """

    expected_by_year_usd: Floats
    cvar_by_year_usd: Floats
    expected_pv_usd: float
    cvar_pv_usd: float
    paid_pv_usd: float
    returned_pv_usd: float
    pays: float


def cost_to_guarantor(payments_usd: Floats, *, rate: float, alpha: float = 0.9) -> GuarantorCost:
    """Expected and bad-case cost of payments, a year and in present value.

    Parameters
    ----------
    payments_usd : ndarray, shape (draws, years)
        Net payments of the guarantor; year 0 is now. [USD]
    rate : float
        Real rate a year at which the guarantor counts, such as 0.02.
    alpha : float
        Level of CVaR: mean of the worst ``1 - alpha`` of draws.

    Returns
    -------
    GuarantorCost

    Raises
    ------
    DataError
        If payments are no finite (draws, years) array, or the rate is not above -1.
    """
    flows = np.asarray(payments_usd, float)
    if flows.ndim != 2 or not flows.size or not np.isfinite(flows).all():
        raise DataError(f"guarantor: payments of shape {flows.shape}; give finite numbers, draws by years")
    if not rate > -1:
        raise DataError(f"guarantor: rate {rate:g}; give a rate a year such as 0.02")
    weight = (1.0 + rate) ** -np.arange(flows.shape[1], dtype=float)
    present = flows @ weight
    return GuarantorCost(
        expected_by_year_usd=flows.mean(axis=0),
        cvar_by_year_usd=np.array([cvar(column, alpha) for column in flows.T]),
        expected_pv_usd=float(present.mean()),
        cvar_pv_usd=cvar(present, alpha),
        paid_pv_usd=float((np.maximum(flows, 0.0) @ weight).mean()),
        returned_pv_usd=float((np.maximum(-flows, 0.0) @ weight).mean()),
        pays=float((present > 0).mean()),
    )


def split_by_offtake(payments_usd: Floats, offtake: Mapping[str, float]) -> dict[str, Floats]:
    """Payments of each guarantor, in proportion to the part of the output that it takes.

    Parameters
    ----------
    payments_usd : ndarray, any shape
        Of all guarantors together. [USD]
    offtake : mapping of str to float
        Part of the covered output that each takes; only their proportion counts.

    Returns
    -------
    dict of str to ndarray
        They add up to `payments_usd`.

    Raises
    ------
    DataError
        If nobody takes anything, or a part is negative or missing.

    Examples
    --------
    >>> split_by_offtake(np.array([100.0]), {"KOR": 0.3, "JPN": 0.1})["KOR"]
    array([75.])
    """
    parts = np.array(list(offtake.values()), float)
    if not parts.size or not np.isfinite(parts).all() or (parts < 0).any() or not parts.sum() > 0:
        raise DataError(f"offtake: {dict(offtake)}; give parts of 0 or more, at least one above 0")
    return {who: payments_usd * part / parts.sum() for who, part in zip(offtake, parts, strict=True)}
