"""Money and offtake of single companies as part of the programme.

    h[n,a,v]   money of party n in group a of projects and window v             [million USD]
    b[n,a]     1 where it puts in anything, if it has a least ticket            0 or 1
    d[n,m,c,t] offtake by party n of product m from host c                      [kt]

    sum_n h[n,a,v] <= calls of group a in window v
    sum_{n of i, a of g} h = K[i,g,v],     the agencies' part of it = G[i,g,v]
    agencies' h <= part x h of their member, by group and window, and by kind (equity, loans)
    h[n,a,v] <= most share x calls of a in v,   sum_v h >= least ticket x b,   sum_{a,v} h[n] <= most money
    sum_n d[n,m,c,t] = q[i,m,c,t],     sum_c d <= most tonnes

A group is all projects of a class in which the same parties may have money under the same powers. Each limit
is a part of the calls of a window or a sum over projects, so that giving every project of a group the parts
of the group keeps all of them: nothing is lost by it. A least ticket is of one project, a group of its own.

A member of whom any company with money is entered has its money by party. A side of it that nobody entered
is one party without limits of its own. It is one programme with the choice of projects: what is best for the
members can be more than their companies would carry, and a split afterwards would then find no answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pactolus.projects.selection.companies import Company, is_of
from pactolus.projects.selection.layout import Named, Programme, Rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.projects.selection.instance import Instance

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

__all__ = ["company_rows", "money_by_project", "named_of"]

_KT = 1e3
#: Rows of `Instance.public_kinds`.
_KINDS = ("equity", "finance")


def named_of(one: Instance, begin: Whole, pairs: Whole, take: Callable[..., Whole]) -> Named:
    """Columns of companies.

    Parameters
    ----------
    one : Instance
    begin : ndarray of int, shape (P, S)
    pairs : ndarray of int, shape (n_pairs, 2)
        Product and host.
    take : callable
        Hands out columns of a shape.
    """
    import numpy as np

    parties = (*one.companies, *_rest(one))
    group_of, groups = _groups(one, begin, parties)
    cells = sorted((n, a) for a, members in enumerate(groups) for n in members)
    taken = [
        (n, at)
        for n, party in enumerate(parties)
        if party.role == "offtake"
        for at, (m, h) in enumerate(pairs.tolist())
        if party.fits(one.products[m], one.hosts[h])
    ]
    holder, group = _columns(cells)
    taker, pair = _columns(taken)
    small = np.array([parties[n].least_musd > 0 for n in holder.tolist()], dtype=bool)
    ticket = np.full(holder.size, -1)
    ticket[small] = take(int(small.sum()))
    return Named(
        parties=parties,
        group_of=group_of,
        holder=holder,
        group=group,
        money=take(holder.size, len(one.windows)),
        ticket=ticket,
        taker=taker,
        pair=pair,
        take=take(taker.size, len(one.years)),
    )


def _groups(one: Instance, begin: Whole, parties: Sequence[Company]) -> tuple[Whole, list[tuple[int, ...]]]:
    """Group of each project, and the parties of each group."""
    import numpy as np

    money = [(n, party) for n, party in enumerate(parties) if party.role != "offtake"]
    found, groups = np.full(len(one.projects), -1), dict[tuple[Any, ...], int]()
    for p in np.flatnonzero((begin >= 0).any(axis=1)).tolist():
        may = tuple(n for n, party in money if _may(one, party, p))
        if not may:
            continue
        kinds = () if one.public_kinds is None else tuple(one.public_kinds[:, :, p].ravel().tolist())
        alone = p if any(parties[n].least_musd > 0 for n in may) else -1
        found[p] = groups.setdefault((may, int(one.class_of[p]), kinds, alone), len(groups))
    return found, [key[0] for key in groups]


def _columns(cells: list[tuple[int, int]]) -> tuple[Whole, Whole]:
    import numpy as np

    found = np.array(cells, dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _rest(one: Instance) -> Iterator[Company]:
    """Sides of a member with money of companies that nobody entered; the other roles stay whole."""
    for member in one.members:
        own = [row for row in one.companies if row.country == member and row.role != "offtake"]
        if not own:
            continue
        if not any(row.role == "equity" and not row.agency for row in own):
            yield Company(company=f"firms of {member}", country=member, role="equity", named=False)
        if not any(row.agency for row in own):
            yield Company(
                company=f"agencies of {member}", country=member, role="finance", agency=True, named=False
            )


def _may(one: Instance, party: Company, p: int) -> bool:
    """Whether a party can have money in a project at all."""
    i = one.members.index(party.country)
    product, host = one.products[one.product_of[p]], one.hosts[one.host_of[p]]
    if party.agency and _power(one, party, i, p) <= 0:
        return False
    return party.fits(product, host, one.projects[p])


def _power(one: Instance, party: Company, i: int, p: int) -> float:
    """Most of a member's money in a project that an agency may bear; the larger kind for the unnamed rest."""
    most = float(one.public_share[i, one.class_of[p]])
    if not party.named:
        return most
    if one.public_kinds is None:
        return most if party.role == "finance" else 0.0
    return min(most, float(one.public_kinds[_KINDS.index(party.role), i, p]))


def company_rows(made: Programme, named: Named, rows: Rows) -> None:
    """All rows of companies."""
    _held(made, named, rows)
    _sides(made, named, rows)
    _backed(made, named, rows)
    _limits(made, named, rows)
    _tickets(made, named, rows)
    _takers(made, named, rows)


def _calls(made: Programme, named: Named) -> tuple[Whole, Whole, Floats]:
    """Calls of money by (group, window): row, column, million USD."""
    import numpy as np

    one, windows = made.instance, made.money.shape[2]
    p, s = np.nonzero((made.begin >= 0) & (named.group_of >= 0)[:, None])
    cash = one.cash_musd[p, s]
    entry, window = np.nonzero(cash > 0)
    row = named.group_of[p[entry]] * windows + window
    return row, made.begin[p[entry], s[entry]], cash[entry, window]


def _slots(made: Programme, group: Whole) -> Whole:
    """Rows by (group, window) of cells; shape (n, V)."""
    import numpy as np

    windows = made.money.shape[2]
    found: Whole = group[:, None] * windows + np.arange(windows)
    return found


def _held(made: Programme, named: Named, rows: Rows) -> None:
    """Nothing is paid twice."""
    import numpy as np

    row, column, cash = _calls(made, named)
    count = (int(named.group_of.max(initial=-1)) + 1) * made.money.shape[2]
    entries = [(_slots(made, named.group), named.money, 1.0), (row, column, -cash)]
    rows.add("held", ["held by companies"] * count, entries, -np.inf, 0.0)


def _of_cells(made: Programme, named: Named) -> tuple[Whole, NDArray[np.bool_], NDArray[np.str_], Whole]:
    """Member, whether its money is the agencies', role and class of each cell."""
    import numpy as np

    one = made.instance
    parties = [named.parties[n] for n in named.holder.tolist()]
    class_of = np.zeros(int(named.group_of.max(initial=-1)) + 1, dtype=np.int64)
    there = named.group_of >= 0
    class_of[named.group_of[there]] = one.class_of[there]
    return (
        np.array([one.members.index(party.country) for party in parties], dtype=np.int64),
        np.array([party.agency for party in parties], dtype=bool),
        np.array([party.role if party.named else "" for party in parties], dtype=str),
        class_of[named.group],
    )


def _sides(made: Programme, named: Named, rows: Rows) -> None:
    """Money of a member is that of its parties, the agencies' part that of its agencies."""
    import numpy as np

    one = made.instance
    country, public, _, class_of = _of_cells(made, named)
    span = np.arange(made.money[0].size)
    members = {party.country for party in named.parties if party.role != "offtake"}
    for i in sorted(one.members.index(member) for member in members):
        for kind, whole, who in (("money", made.money[i], True), ("agencies", made.agency[i], public)):
            own = (country == i) & who
            entries = [(span, whole.ravel(), 1.0), (_slots(made, class_of[own]), named.money[own], -1.0)]
            names = [f"{kind} of companies: {one.members[i]}"] * span.size
            rows.add(f"sides {kind} {one.members[i]}", names, entries, 0.0, 0.0)


def _backed(made: Programme, named: Named, rows: Rows) -> None:
    """Agencies bear no more of their member's money in a group than their powers say, by kind too."""
    import numpy as np

    one = made.instance
    country, public, role, class_of = _of_cells(made, named)
    first = {a: p for p, a in reversed(list(enumerate(named.group_of.tolist())))}
    any_of = np.array([first[a] for a in named.group.tolist()], dtype=np.int64)
    for i in np.unique(country[public]).tolist():
        limits = [("in all", public, one.public_share[i, class_of])]
        if one.public_kinds is not None:
            kinds = zip(_KINDS, one.public_kinds, strict=True)
            limits += [(kind, public & (role == kind), part[i, any_of]) for kind, part in kinds]
        for name, who, part in limits:
            mine = (country == i) & who
            every = (country == i) & np.isin(named.group, named.group[mine])
            groups, place = np.unique(named.group[every], return_inverse=True)
            if not groups.size:
                continue
            factor = np.where(mine[every], 1.0, 0.0) - part[every]
            entries = [(_slots(made, place), named.money[every], factor[:, None])]
            names = [f"agencies of {one.members[i]}"] * (groups.size * made.money.shape[2])
            rows.add(f"backed {one.members[i]} {name}", names, entries, -np.inf, 0.0)


def _limits(made: Programme, named: Named, rows: Rows) -> None:
    """Most money of a party in all, most share of each call; rows are named by the place in the file."""
    import numpy as np

    calls = _calls(made, named)
    for n, party in enumerate(named.parties):
        own = np.flatnonzero(named.holder == n)
        if not own.size:
            continue
        if party.most_musd is not None:
            entries: list[tuple[Any, Any, Any]] = [(0, named.money[own], 1.0)]
            rows.add(f"most money {n}", [f"{party.source}: most_musd"], entries, -np.inf, party.most_musd)
        if party.most_share is not None and (party.most_share < 1 or party.role == "finance"):
            names = [f"{party.source}: most_share"] * named.money[own].size
            entries = [(_slots(made, np.arange(own.size)), named.money[own], 1.0)]
            entries.append(_whole_of(made, named, n, calls))
            rows.add(f"most share {n}", names, entries, -np.inf, 0.0)


def _whole_of(
    made: Programme, named: Named, n: int, calls: tuple[Whole, Whole, Floats]
) -> tuple[Any, Any, Any]:
    """What a share is of: the firms' money of its country for a lender, else the calls of the group."""
    import numpy as np

    party, groups = named.parties[n], named.group[named.holder == n]
    share = party.most_share or 0.0
    if party.role == "finance" and not party.agency:
        firms = np.array([x.country == party.country and not x.agency for x in named.parties], dtype=bool)
        here = np.flatnonzero(firms[named.holder] & np.isin(named.group, groups))
        return _slots(made, np.searchsorted(groups, named.group[here])), named.money[here], -share
    windows = made.money.shape[2]
    row, column, cash = calls
    mine = np.isin(row // windows, groups)
    place = np.searchsorted(groups, row[mine] // windows) * windows + row[mine] % windows
    return place, column[mine], -share * cash[mine]


def _tickets(made: Programme, named: Named, rows: Rows) -> None:
    """A least ticket is put in whole or not at all."""
    import numpy as np

    small = np.flatnonzero(named.ticket >= 0)
    if not small.size:
        return
    spent = np.where((made.begin >= 0)[:, :, None], made.instance.cash_musd, 0.0).sum(axis=2).max(axis=1)
    in_group = {a: spent[p] for p, a in enumerate(named.group_of.tolist())}
    parties = [named.parties[n] for n in named.holder[small]]
    least = np.array([party.least_musd for party in parties])
    most = np.maximum(least, [in_group[a] for a in named.group[small].tolist()])
    names = [f"{party.source}: least_musd" for party in parties]
    slot = np.arange(small.size)
    for kind, low, high, factor in (("least", 0.0, np.inf, least), ("any", -np.inf, 0.0, most)):
        entries = [(slot[:, None], named.money[small], 1.0), (slot, named.ticket[small], -factor)]
        rows.add(f"ticket {kind}", names, entries, low, high)


def _takers(made: Programme, named: Named, rows: Rows) -> None:
    """Offtake of a member is that of its companies, each within its tonnes of a mineral."""
    import numpy as np

    one, years = made.instance, np.arange(len(made.instance.years))
    country = np.array([one.members.index(party.country) for party in named.parties])[named.taker]
    for i in np.unique([one.members.index(p.country) for p in named.parties if p.role == "offtake"]).tolist():
        own = np.flatnonzero(country == i)
        pairs = np.arange(len(made.pair_product))
        slot = named.pair[own][:, None] * years.size + years
        entries = [
            (pairs[:, None] * years.size + years, made.offtake[i], 1.0),
            (slot, named.take[own], -1.0),
        ]
        names = [f"offtake of companies: {one.members[i]}"] * (pairs.size * years.size)
        rows.add(f"takers of {one.members[i]}", names, entries, 0.0, 0.0)
    for n, party in enumerate(named.parties):
        if party.role != "offtake" or party.most_t is None:
            continue
        for mineral in party.minerals or tuple(dict.fromkeys(_mineral(p) for p in one.products)):
            own = np.flatnonzero(
                (named.taker == n) & [is_of(one.products[m], mineral) for m in made.pair_product[named.pair]]
            )
            names = [f"{party.source}: most_t"] * years.size
            entries = [(np.tile(years, own.size), named.take[own].ravel(), 1.0)]
            rows.add(f"takers most {n} {mineral}", names, entries, -np.inf, party.most_t / _KT)


def _mineral(product: str) -> str:
    return product.split(" (")[0]


def money_by_project(made: Programme, named: Named, start_of: Whole, x: Floats) -> Floats:
    """Money of each party in each project and window, by the parts of its group; (N, P, V). [million USD]

    Parameters
    ----------
    made : Programme
    named : Named
    start_of : ndarray of int, shape (P,)
    x : ndarray, shape (columns,)
    """
    import numpy as np

    one = made.instance
    taken = np.flatnonzero((start_of >= 0) & (named.group_of >= 0))
    cash = one.cash_musd[taken, start_of[taken]]
    calls = np.zeros((int(named.group_of.max(initial=-1)) + 1, cash.shape[1]))
    np.add.at(calls, named.group_of[taken], cash)
    in_group = np.zeros((len(named.parties), *calls.shape))
    in_group[named.holder, named.group] = np.maximum(0.0, x[named.money])
    part = np.divide(in_group, calls, out=np.zeros_like(in_group), where=calls > 0)
    found = np.zeros((len(named.parties), len(one.projects), cash.shape[1]))
    found[:, taken] = part[:, named.group_of[taken]] * cash
    return found
