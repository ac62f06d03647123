"""The choice as a mixed-integer programme, with rows by (product, host) instead of by project.

    y[p,s]        project p begins in s                                  0 or 1
    K, G[i,g,v]   money of member i in class g and window v, and the agencies' part of it       [million USD]
    q[i,m,c,t]    offtake by member i of product m from host c in year t                        [kt]
    x[m,c,t]      ore that stays in its host to be refined                                      [kt]
    u[n,k]        what is missing, by segment, of each (i,m,t,w) where something fails to come  [kt]
    z[i], e[i,w]  level of the worst scenarios of a member, and what lies above it              [million USD]

    minimise  -sum npv y + sum_i (1 - weight) E[cost_i] + weight (z_i + E[e_i] / (1 - alpha)),
    cost[i,w] = sum discount price u,   e[i,w] >= cost[i,w] - z[i],   sum_k u >= missing - sum_c av q

Each member fears its own worst scenarios, so that adding members up is no gain by itself. Nothing that is
missing is made good by a surplus elsewhere. The size grows with hosts, not with projects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pactolus.errors import DataError
from pactolus.projects.selection.instance import Instance
from pactolus.projects.selection.limits import Limits
from pactolus.solvers.programs import LinearProgram, linear_program

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

__all__ = ["Programme", "Rows", "build"]

_KT = 1e3


@dataclass(frozen=True, kw_only=True, eq=False)
class Programme:
    """The programme, and where in it what is meant lies.

    Attributes
    ----------
    lp : LinearProgram
        Million USD and thousand tonnes.
    instance : Instance
    limits : Limits
    begin : ndarray of int, shape (P, S)
        Column of each possible start, -1 where there is none.
    pair_product, pair_host : ndarray of int, shape (n_pairs,)
        What `offtake` is by.
    money, agency : ndarray of int, shape (I, G, V)
    offtake : ndarray of int, shape (I, n_pairs, T)
    kept : ndarray of int, shape (n_pairs, T)
        -1 where nothing can be refined in the host.
    lost_at : ndarray of int, shape (n_lost, 4)
        Member, product, year and scenario of everything that fails to come.
    short : ndarray of int, shape (n_lost, K)
    level : ndarray of int, shape (I,)
    excess : ndarray of int, shape (I, W)
    rows : dict of str to slice
        Groups of rows by name.
    """

    lp: LinearProgram
    instance: Instance
    limits: Limits
    begin: Whole
    pair_product: Whole
    pair_host: Whole
    money: Whole
    agency: Whole
    offtake: Whole
    kept: Whole
    lost_at: Whole
    short: Whole
    level: Whole
    excess: Whole
    rows: dict[str, slice]

    @property
    def integer(self) -> NDArray[np.bool_]:
        """Columns that are 0 or 1."""
        import numpy as np

        marked = np.zeros(self.lp.columns, dtype=bool)
        marked[self.begin[self.begin >= 0]] = True
        return marked


@dataclass(eq=False)
class Rows:
    """Rows under construction, as triples."""

    parts: list[tuple[Any, Any, Any]] = field(default_factory=list)
    lower: list[Any] = field(default_factory=list)
    upper: list[Any] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    groups: dict[str, slice] = field(default_factory=dict)
    count: int = 0

    def add(
        self,
        group: str,
        names: Sequence[str],
        entries: Sequence[tuple[Any, Any, Any]],
        lower: ArrayLike,
        upper: ArrayLike,
    ) -> None:
        """Append rows: entries are (row within the group, column, coefficient), each of equal length."""
        import numpy as np

        size = len(names)
        for row, column, coefficient in entries:
            r, c, x = np.broadcast_arrays(row, column, coefficient)
            self.parts.append((r.ravel() + self.count, c.ravel(), x.ravel().astype(float)))
        self.lower.append(np.broadcast_to(np.asarray(lower, dtype=float), (size,)))
        self.upper.append(np.broadcast_to(np.asarray(upper, dtype=float), (size,)))
        self.names += names
        self.groups[group] = slice(self.count, self.count + size)
        self.count += size

    def matrix(self, columns: int) -> Any:
        """All rows as one sparse matrix."""
        import numpy as np
        from scipy import sparse

        row, column, value = (np.concatenate(part) for part in zip(*self.parts, strict=True))
        return sparse.csc_array((value, (row, column)), shape=(self.count, columns))


class _Columns:
    """Hands out numbers of columns."""

    def __init__(self) -> None:
        self.count = 0

    def take(self, *shape: int) -> Whole:
        import numpy as np

        size = int(np.prod(shape))
        found = np.arange(self.count, self.count + size).reshape(shape)
        self.count += size
        return found

    def take_where(self, wanted: NDArray[np.bool_]) -> Whole:
        import numpy as np

        found = np.full(wanted.shape, -1)
        found[wanted] = self.take(int(wanted.sum()))
        return found


def build(instance: Instance, limits: Limits | None = None) -> Programme:
    """Write the choice down.

    Parameters
    ----------
    instance : Instance
    limits : Limits, optional
        Budgets alone if omitted.

    Returns
    -------
    Programme

    Raises
    ------
    DataError
        If a limit names a member, product or project that the instance does not know.
    """
    import numpy as np

    asked = limits or Limits()
    _known(instance, asked)
    take = _Columns()
    one = instance
    begin = take.take_where(one.possible)
    pairs = np.unique(np.stack([one.product_of, one.host_of], axis=1), axis=0).reshape(-1, 2)
    shape = (len(one.members), len(one.classes), len(one.windows))
    money, agency = take.take(*shape), take.take(*shape)
    offtake = take.take(len(one.members), len(pairs), len(one.years))
    kept = take.take_where(np.repeat(_chained(one, pairs)[:, None], len(one.years), axis=1))
    lost_at = np.argwhere(one.missing_t > 0)
    short = take.take(len(lost_at), len(one.segment_width))
    members = len(one.members)
    level, excess = take.take(members), take.take(members, len(one.probability))
    made = Programme(
        lp=linear_program(np.zeros(0)),
        instance=one,
        limits=asked,
        begin=begin,
        pair_product=pairs[:, 0],
        pair_host=pairs[:, 1],
        money=money,
        agency=agency,
        offtake=offtake,
        kept=kept,
        lost_at=lost_at,
        short=short,
        level=level,
        excess=excess,
        rows={},
    )
    return _filled(made, take.count)


def _known(instance: Instance, limits: Limits) -> None:
    faults = []
    keys = {
        "members": [*limits.offtake_least, *limits.spend_most, *(key[0] for key in limits.supply_least)],
        "products": [key[1] for key in limits.supply_least],
        "projects": sorted(limits.required | limits.excluded),
    }
    for what, names in keys.items():
        try:
            instance.places(what, names)
        except DataError as error:
            faults.append(str(error))
    if faults:
        raise DataError("\n".join(faults))


def _chained(one: Instance, pairs: Whole) -> NDArray[np.bool_]:
    """Pairs of ore that a chain of the instance refines in the same host."""
    import numpy as np

    found = np.zeros(len(pairs), dtype=bool)
    for chain in one.chains:
        found |= pairs[:, 0] == one.products.index(chain.ore)
    return found


def _filled(made: Programme, columns: int) -> Programme:
    from dataclasses import replace

    from pactolus.projects.selection import programme_rows as part

    rows = Rows()
    part.once(made, rows)
    part.means(made, rows)
    part.balance(made, rows)
    part.chains(made, rows)
    part.shortfall(made, rows)
    part.worst(made, rows)
    part.shares(made, rows)
    part.caps(made, rows)
    part.scores(made, rows)
    part.supply(made, rows)
    cost, upper = part.costs(made, columns), part.bounds(made, columns)
    lp = linear_program(
        cost,
        rows.matrix(columns),
        row_lower=_joined(rows.lower),
        row_upper=_joined(rows.upper),
        lower=0.0,
        upper=upper,
        row_names=rows.names,
        column_names=part.column_names(made, columns),
    )
    return replace(made, lp=lp, rows=rows.groups)


def _joined(parts: list[Any]) -> Floats:
    import numpy as np

    found: Floats = np.concatenate(parts)
    return found
