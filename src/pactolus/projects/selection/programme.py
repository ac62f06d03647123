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
missing is made good by a surplus elsewhere. The size grows with hosts, not with projects, unless companies
are given, whose money is by project (`company_rows`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pactolus.errors import DataError
from pactolus.projects.selection import programme_rows as part
from pactolus.projects.selection.company_rows import company_rows, named_of
from pactolus.projects.selection.instance import Instance
from pactolus.projects.selection.layout import Programme, Rows
from pactolus.projects.selection.limits import Limits
from pactolus.solvers.programs import linear_program

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

__all__ = ["Programme", "build"]

_KT = 1e3


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
    named = named_of(one, begin, pairs, take.take) if one.companies else None
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
        named=named,
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
    if made.named is not None:
        company_rows(made, made.named, rows)
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
