"""Trade of one mineral at one stage as a matrix, and the supply that stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pactolus.errors import DataError
from pactolus.network.balance import LEAST_PRODUCTION

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Network", "network_of"]


@dataclass(frozen=True, kw_only=True)
class Network:
    """Flows between countries and what each produces.

    Attributes
    ----------
    flows : ndarray of float, shape (n, n)
        Row: exporter, column: importer, nothing on the diagonal. [t]
    production : ndarray of float, shape (n,)
        At least `LEAST_PRODUCTION` of exports, so that a solve is never singular, and at least what is
        exported beyond imports. [t]
    lifted : float
        Production that was added to meet these two. [t]
    countries : tuple of str
    """

    flows: Floats
    production: Floats
    lifted: float = 0.0
    countries: tuple[str, ...] = ()

    @property
    def available(self) -> Floats:
        """Production and imports of each country. [t]"""
        total: Floats = self.production + self.flows.sum(axis=0)
        return total

    @property
    def imports(self) -> Floats:
        """Imports of each country. [t]"""
        total: Floats = self.flows.sum(axis=0)
        return total


def network_of(flows: Floats, production: Floats | None = None, countries: tuple[str, ...] = ()) -> Network:
    """Check flows and production, and lift production where a country ships more than it has.

    Parameters
    ----------
    flows : array, shape (n, n)
        >= 0. [t]
    production : array, shape (n,), optional
        >= 0 [t]; trade-only if omitted: what a country exports beyond its imports.
    countries : tuple of str

    Raises
    ------
    DataError
        All faults at once.
    """
    import numpy as np

    matrix = np.array(flows, dtype=float)
    faults = []
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise DataError(f"flows: shape {matrix.shape} is no square; one row and one column a country")
    if not np.isfinite(matrix).all() or (matrix < 0).any():
        faults.append("flows: negative or missing numbers; a missing flow is left out, not written as NaN")
    np.fill_diagonal(matrix, 0.0)
    exports, imports = matrix.sum(axis=1), matrix.sum(axis=0)
    made = np.maximum(exports - imports, 0.0) if production is None else np.array(production, dtype=float)
    if made.shape != exports.shape:
        faults.append(f"production: {made.shape} does not fit {exports.shape} countries")
    elif not np.isfinite(made).all() or (made < 0).any():
        faults.append("production: negative or missing numbers")
    if countries and len(countries) != len(matrix):
        faults.append(f"countries: {len(countries)} names for {len(matrix)} rows")
    if faults:
        raise DataError("\n".join(faults))
    least = np.maximum(LEAST_PRODUCTION * exports, exports - imports)
    whole = np.maximum(made, least)
    return Network(flows=matrix, production=whole, lifted=float((whole - made).sum()), countries=countries)
