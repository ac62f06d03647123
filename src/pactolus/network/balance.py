"""Production and trade that fit each other: the smallest change by which no country ships what it lacks.

Published flows `F` and production `P` may say that a country exports more than it makes and imports. The
balanced ones minimise ``KL(F'|F) + KL(P'|P)`` under ``P' + M' - X' >= c`` for every country, where `c` is the
least consumption, zero if nothing is known. With ``x_i = exp(dual of country i) >= 1``,

    F'_ij = F_ij x_j / x_i,    P'_i = P_i x_i,
    x_i   = max(1, (c_i + sqrt(c_i^2 + 4 A_i B_i)) / (2 A_i)),
    A_i   = P_i + sum_k F_ki / x_k,    B_i = sum_j F_ij x_j,

solved by Gauss-Seidel sweeps from x = 1, which rise to the smallest solution. The balance moves flows to meet
a constraint, not the truth: what it moved is part of the result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pactolus.errors import DataError, NoAnswerError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["LEAST_PRODUCTION", "TOLERANCE", "Balanced", "balance", "covering"]

#: A country that exports makes at least this share of its exports: output that nobody recorded.
LEAST_PRODUCTION: Final = 0.02
#: Largest shortfall of a country that is left, as a share of all trade.
TOLERANCE: Final = 1e-12
_SWEEPS: Final = 20_000


@dataclass(frozen=True, kw_only=True)
class Balanced:
    """Flows and production after the balance.

    `prior` is the production that was balanced: as given, or `LEAST_PRODUCTION` of exports where that is
    more. `consumption` is production + imports - exports, >= 0 up to `TOLERANCE` of all trade. `moved` is
    ``sum |F' - F| / sum F``.
    """

    flows: Floats
    production: Floats
    prior: Floats
    consumption: Floats
    moved: float
    sweeps: int


def balance(flows: Floats, production: Floats, least_consumption: Floats | None = None) -> Balanced:
    """Balance one mineral of one year.

    Parameters
    ----------
    flows : ndarray of float, shape (n, n)
        Row: exporter, column: importer, >= 0, nothing on the diagonal. [kg contained]
    production : ndarray of float, shape (n,)
        >= 0; zero where there is no figure. [kg contained]
    least_consumption : ndarray of float, shape (n,), optional
        What every country uses at least; zero if omitted. [kg contained]

    Returns
    -------
    Balanced

    Raises
    ------
    DataError
        If shapes do not fit, or a number is negative or missing; all faults at once.
    NoAnswerError
        If no balance exists (consumption is asked of countries that nothing reaches).

    References
    ----------
    .. [1] A. Golan, G. Judge, D. Miller, "Maximum Entropy Econometrics: Robust Estimation with Limited
       Data", Wiley, 1996, for balancing by least cross-entropy. The closed form is the stationarity condition
       of one country, ``A_i x_i - B_i / x_i = c_i``, solved for `x_i`.

    Examples
    --------
    >>> import numpy as np
    >>> done = balance(np.array([[0.0, 8.0], [0.0, 0.0]]), np.array([2.0, 0.0]))
    >>> done.flows.round(9).tolist(), done.production.round(9).tolist()
    ([[0.0, 4.0], [0.0, 0.0]], [4.0, 0.0])
    """
    import numpy as np

    least = np.zeros(len(production)) if least_consumption is None else least_consumption
    _require(flows, production, least)
    exports = flows.sum(axis=1)
    prior = np.maximum(production, LEAST_PRODUCTION * exports)
    x, sweeps = _multipliers(flows, prior, least)
    balanced = flows * (x[np.newaxis, :] / x[:, np.newaxis])
    made = prior * x
    total = float(flows.sum())
    return Balanced(
        flows=balanced,
        production=made,
        prior=prior,
        consumption=made + balanced.sum(axis=0) - balanced.sum(axis=1),
        moved=float(np.abs(balanced - flows).sum() / total) if total else 0.0,
        sweeps=sweeps,
    )


def _require(flows: Floats, production: Floats, least: Floats) -> None:
    import numpy as np

    n = len(production)
    faults = []
    if flows.shape != (n, n) or least.shape != (n,):
        faults.append(
            f"shapes {flows.shape}, {production.shape}, {least.shape} do not fit; expected n x n, n, n"
        )
    else:
        for name, values in (("flows", flows), ("production", production), ("least_consumption", least)):
            if not np.isfinite(values).all():
                faults.append(f"{name} has values that are no number; a missing quantity is not zero")
            elif (values < 0).any():
                faults.append(f"{name} has {int((values < 0).sum())} negative values")
        if np.diag(flows).any():
            faults.append("flows has a country that trades with itself")
    if faults:
        raise DataError("\n".join(f"balance: {fault}" for fault in faults))


def _multipliers(flows: Floats, prior: Floats, least: Floats) -> tuple[Floats, int]:
    import numpy as np

    x = np.ones(len(prior))
    concerned = np.flatnonzero((flows.sum(axis=1) > 0) | (least > 0))
    allowed = TOLERANCE * max(float(flows.sum()), float(least.sum()))
    # columns contiguous in both directions: what reaches a country, and what leaves it
    arrives, leaves = np.ascontiguousarray(flows.T), np.ascontiguousarray(flows)
    for sweep in range(1, _SWEEPS + 1):
        inverse = 1.0 / x
        short = 0.0
        for i in concerned:
            a = prior[i] + arrives[i] @ inverse
            b = leaves[i] @ x
            short = max(short, b / x[i] + least[i] - a * x[i])
            if a <= 0:
                raise NoAnswerError(
                    "balance: consumption is asked of a country without production or imports"
                )
            wanted = (least[i] + np.sqrt(least[i] ** 2 + 4 * a * b)) / (2 * a)
            x[i] = max(1.0, wanted)
            inverse[i] = 1.0 / x[i]
        if short <= allowed:
            return x, sweep
        if not np.isfinite(x).all():
            break
    raise NoAnswerError(f"balance: no balance found in {_SWEEPS} sweeps; consumption asked exceeds supply")


def covering(production: Floats, flows: Floats) -> Floats:
    """Balanced production in whole kilograms that covers flows in whole kilograms exactly.

    Flows are rounded first, each to the nearest kilogram; production is rounded, and raised to what exports
    then need beyond imports: by half a kilogram for each flow of the country at most.

    Parameters
    ----------
    production : ndarray of float, shape (n,)
        Balanced production. [kg]
    flows : ndarray of float, shape (n, n)
        Balanced flows, whole numbers. [kg]

    Returns
    -------
    ndarray of float, shape (n,)
        Whole numbers. [kg]
    """
    import numpy as np

    needed: Floats = flows.sum(axis=1) - flows.sum(axis=0)
    return np.maximum(np.rint(production), needed)
