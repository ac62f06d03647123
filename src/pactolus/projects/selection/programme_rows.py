"""Rows, costs and bounds of the programme, one function for each line of `programme`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.projects.selection.layout import Programme, Rows

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

__all__ = [
    "balance",
    "bounds",
    "caps",
    "chains",
    "column_names",
    "costs",
    "means",
    "once",
    "scores",
    "shares",
    "shortfall",
    "supply",
    "worst",
]

_KT = 1e3


def once(made: Programme, rows: Rows) -> None:
    """A project begins once at most, a required one once."""
    import numpy as np

    one, must = made.instance, made.limits.required
    p, s = np.nonzero(made.begin >= 0)
    least = np.array([1.0 if name in must else 0.0 for name in one.projects])
    names = [f"{'required: ' if name in must else 'once: '}{name}" for name in one.projects]
    rows.add("once", names, [(p, made.begin[p, s], 1.0)], least, 1.0)


def means(made: Programme, rows: Rows) -> None:
    """Money of all members pays for what begins; of each, within its budgets and its agencies' powers."""
    import numpy as np

    one = made.instance
    i, g, v = made.money.shape
    p, s = np.nonzero(made.begin >= 0)
    cash = one.cash_musd[p, s]
    at, window = np.nonzero(cash > 0)
    paid = (one.class_of[p[at]] * v + window, made.begin[p[at], s[at]], cash[at, window])
    slot = np.arange(g * v)
    given = (np.tile(slot, i), made.money.ravel(), -1.0)
    spans = [f"{a}-{b}" for a, b in one.windows]
    rows.add("paid", [f"paid: {c} {w}" for c in one.classes for w in spans], [paid, given], 0.0, 0.0)
    share = np.broadcast_to(one.public_share[:, :, None], made.money.shape).ravel()
    names = [f"powers: {m} {c} {w}" for m in one.members for c in one.classes for w in spans]
    every = np.arange(i * g * v)
    rows.add(
        "powers",
        names,
        [(every, made.agency.ravel(), 1.0), (every, made.money.ravel(), -share)],
        -np.inf,
        0.0,
    )
    place = np.repeat(np.arange(i)[:, None, None] * v + np.arange(v)[None, None, :], g, axis=1).ravel()
    names = [f"{m} {w}" for m in one.members for w in spans]
    rows.add(
        "public",
        [f"public budget: {name}" for name in names],
        [(place, made.agency.ravel(), 1.0)],
        -np.inf,
        one.public_musd.ravel(),
    )
    rows.add(
        "private",
        [f"private budget: {name}" for name in names],
        [(place, made.money.ravel(), 1.0), (place, made.agency.ravel(), -1.0)],
        -np.inf,
        one.private_musd.ravel(),
    )


def pair_of(made: Programme) -> Whole:
    """Number of the (product, host) of each project."""
    import numpy as np

    number = {
        key: n for n, key in enumerate(zip(made.pair_product.tolist(), made.pair_host.tolist(), strict=True))
    }
    one = made.instance
    keys = zip(one.product_of.tolist(), one.host_of.tolist(), strict=True)
    return np.array([number[key] for key in keys], dtype=np.int64)


def _on_stream(made: Programme) -> tuple[Whole, Whole, Floats]:
    """Entries of what is on stream by (pair, year): row, column, kt."""
    import numpy as np

    one = made.instance
    years = len(one.years)
    p, s = np.nonzero(made.begin >= 0)
    output = one.output_t[p, s] / _KT
    at, year = np.nonzero(output > 0)
    return pair_of(made)[p[at]] * years + year, made.begin[p[at], s[at]], output[at, year]


def balance(made: Programme, rows: Rows) -> None:
    """Offtake of all members and what stays to be refined come from what is on stream."""
    import numpy as np

    one = made.instance
    members, pairs, years = made.offtake.shape
    row, column, kt = _on_stream(made)
    slot = np.arange(pairs * years)
    entries: list[tuple[Any, Any, Any]] = [
        (np.tile(slot, members), made.offtake.ravel(), 1.0),
        (row, column, -kt),
    ]
    here = made.kept.ravel() >= 0
    entries.append((slot[here], made.kept.ravel()[here], np.ones(int(here.sum()))))
    names = [
        f"on stream: {one.products[m]} {one.hosts[c]} {year}"
        for m, c in zip(made.pair_product, made.pair_host, strict=True)
        for year in one.years
    ]
    rows.add("balance", names, entries, -np.inf, 0.0)


def chains(made: Programme, rows: Rows) -> None:
    """What is refined needs ore of its host; a part of the ore must be refined there."""
    import numpy as np

    one = made.instance
    years = len(one.years)
    span = np.arange(years)
    for chain in one.chains:
        ore, refined = one.products.index(chain.ore), one.products.index(chain.refined)
        for n in np.flatnonzero(made.pair_product == refined) if chain.feed_t is not None else []:
            host = made.pair_host[n]
            entries: list[tuple[Any, Any, Any]] = [
                (np.tile(span, len(one.members)), made.offtake[:, n].ravel(), 1.0)
            ]
            mines = np.flatnonzero((made.pair_product == ore) & (made.pair_host == host))
            entries += [(span, made.kept[m], np.full(years, -chain.yield_)) for m in mines]
            names = [f"ore to refine: {chain.refined} {one.hosts[host]} {year}" for year in one.years]
            most = chain.yield_ * float(chain.feed_t or 0.0) / _KT
            rows.add(f"feed {chain.refined} {one.hosts[host]}", names, entries, -np.inf, most)
        _local(made, rows, chain.refined, ore)


def _local(made: Programme, rows: Rows, refined: str, ore: int) -> None:
    """Least part of the ore on stream that stays."""
    import numpy as np

    one, part = made.instance, made.limits.local_processing
    if part == 0:
        return
    years = len(one.years)
    row, column, kt = _on_stream(made)
    for m in np.flatnonzero(made.pair_product == ore):
        here = (row >= m * years) & (row < (m + 1) * years)
        entries = [
            (np.arange(years), made.kept[m], np.ones(years)),
            (row[here] - m * years, column[here], -part * kt[here]),
        ]
        names = [
            f"local processing: {one.products[ore]} {one.hosts[made.pair_host[m]]} {y}" for y in one.years
        ]
        rows.add(f"local {refined} {m}", names, entries, 0.0, np.inf)


def shortfall(made: Programme, rows: Rows) -> None:
    """What fails to come and is not replaced is missing; by member, product, year and scenario."""
    import numpy as np

    one, lost = made.instance, made.lost_at
    count, segments = made.short.shape
    entries = [(np.repeat(np.arange(count), segments), made.short.ravel(), 1.0)]
    for n in range(len(made.pair_product)):
        here = np.flatnonzero(lost[:, 1] == made.pair_product[n])
        i, _, t, w = lost[here].T
        av = one.availability[made.pair_host[n], t, w]
        entries.append((here, made.offtake[i, n, t], av))
    kt = one.missing_t[tuple(lost.T)] / _KT
    rows.add("shortfall", [""] * count, entries, kt, np.inf)


def losses(made: Programme) -> Floats:
    """Present cost of a kt that is missing, by entry of `short`. [million USD/kt]"""
    one = made.instance
    _, m, t, _ = made.lost_at.T
    found: Floats = one.discount[t][:, None] * one.segment_price[m] / _KT
    return found


def worst(made: Programme, rows: Rows) -> None:
    """What a scenario costs above the level of the worst ones, and a limit on their mean."""
    import numpy as np

    one, limits = made.instance, made.limits
    members, w = made.excess.shape
    row = made.lost_at[:, 0] * w + made.lost_at[:, 3]
    entries: list[tuple[Any, Any, Any]] = [
        (np.arange(members * w), made.excess.ravel(), 1.0),
        (np.arange(members * w), np.repeat(made.level, w), 1.0),
        (np.repeat(row, made.short.shape[1]), made.short.ravel(), -losses(made).ravel()),
    ]
    rows.add("worst", [""] * (members * w), entries, 0.0, np.inf)
    if limits.cvar_most is not None:
        tail = np.tile(one.probability / (1 - limits.alpha), members)
        entries = [(0, made.level, 1.0), (0, made.excess.ravel(), tail)]
        rows.add("cvar", ["limit on the worst scenarios"], entries, -np.inf, limits.cvar_most)


def shares(made: Programme, rows: Rows) -> None:
    """Least part of each member in the offtake of a product, most part in the money of a class."""
    import numpy as np

    one, limits = made.instance, made.limits
    years = len(one.years)
    members = len(one.members)
    if members == 1:
        return
    slot = made.pair_product[:, None] * years + np.arange(years)
    for name, least in limits.offtake_least.items():
        own = one.members.index(name)
        part = np.where(np.arange(members) == own, 1 - least, -least)[:, None, None]
        entries = [
            (
                np.broadcast_to(slot, made.offtake.shape),
                made.offtake,
                np.broadcast_to(part, made.offtake.shape),
            )
        ]
        names = [f"offtake of {name}: {m} {y}" for m in one.products for y in one.years]
        rows.add(f"offtake {name}", names, entries, 0.0, np.inf)
    spans = [f"{a}-{b}" for a, b in one.windows]
    flat = np.arange(made.money[0].size).reshape(made.money[0].shape)
    for name, most in limits.spend_most.items():
        own = one.members.index(name)
        part = np.where(np.arange(members) == own, 1 - most, -most)[:, None, None]
        entries = [
            (np.broadcast_to(flat, made.money.shape), made.money, np.broadcast_to(part, made.money.shape))
        ]
        names = [f"money of {name}: {c} {w}" for c in one.classes for w in spans]
        rows.add(f"spend {name}", names, entries, -np.inf, 0.0)


def caps(made: Programme, rows: Rows) -> None:
    """Most of all money that goes to one host, or to one product; all money is that of the members."""
    import numpy as np

    one, limits = made.instance, made.limits
    p, s = np.nonzero(made.begin >= 0)
    spent = one.cash_musd[p, s].sum(axis=1)
    kinds = (
        ("host", limits.host_cap, one.host_of, one.hosts),
        ("mineral", limits.mineral_cap, one.product_of, one.products),
    )
    every = made.money.ravel()
    for kind, most, where, names in kinds:
        if most is None or most >= 1:
            continue
        row = np.repeat(np.arange(len(names)), every.size)
        entries = [(where[p], made.begin[p, s], spent), (row, np.tile(every, len(names)), -most)]
        rows.add(kind, [f"{kind} cap: {name}" for name in names], entries, -np.inf, 0.0)


def scores(made: Programme, rows: Rows) -> None:
    """Mean score of each product by capacity, over projects with a score; and how much may lack one."""
    import numpy as np

    one, limits = made.instance, made.limits
    p, s = np.nonzero(made.begin >= 0)
    capacity = one.output_t[p, s].max(axis=1) / _KT
    known = ~np.isnan(one.esg[p])
    if limits.esg_floor is not None:
        over = (one.esg[p] - limits.esg_floor)[known] * capacity[known]
        entries = [(one.product_of[p[known]], made.begin[p, s][known], over)]
        rows.add("esg", [f"ESG floor: {name}" for name in one.products], entries, 0.0, np.inf)
    if limits.esg_unknown_most is not None:
        part = np.where(known, -limits.esg_unknown_most, 1 - limits.esg_unknown_most) * capacity
        entries = [(one.product_of[p], made.begin[p, s], part)]
        rows.add("esg unknown", [f"ESG unknown: {name}" for name in one.products], entries, -np.inf, 0.0)


def supply(made: Programme, rows: Rows) -> None:
    """Least offtake of a member from a year on."""
    import numpy as np

    one = made.instance
    for (member, product, first), least in made.limits.supply_least.items():
        i, m = one.members.index(member), one.products.index(product)
        years = [t for t, year in enumerate(one.years) if year >= first]
        here = np.flatnonzero(made.pair_product == m)
        row = np.repeat(np.arange(len(years)), here.size)
        columns = made.offtake[i][here][:, years].T.ravel()
        names = [f"supply of {member}: {product} {one.years[t]}" for t in years]
        wanted = least * one.need_t[i, m, years] / _KT
        rows.add(f"supply {member} {product} {first}", names, [(row, columns, 1.0)], wanted, np.inf)


def costs(made: Programme, columns: int) -> Floats:
    """Cost of each column. [million USD]"""
    import numpy as np

    one, limits = made.instance, made.limits
    found = np.zeros(columns)
    there = made.begin >= 0
    found[made.begin[there]] = -one.npv_musd[there]
    mean = one.probability[made.lost_at[:, 3]][:, None] * losses(made)
    found[made.short] = (1 - limits.weight) * mean
    found[made.level] = limits.weight
    found[made.excess] = limits.weight * one.probability / (1 - limits.alpha)
    return found


def bounds(made: Programme, columns: int) -> Floats:
    """Upper bound of each column."""
    import numpy as np

    one = made.instance
    found = np.full(columns, np.inf)
    there = made.begin >= 0
    out = np.array([name in made.limits.excluded for name in one.projects], dtype=bool)
    found[made.begin[there]] = np.where(np.broadcast_to(out[:, None], there.shape)[there], 0.0, 1.0)
    found[made.offtake] = one.need_t[:, made.pair_product] / _KT
    i, m, t, _ = made.lost_at.T
    if len(i):
        found[made.short] = one.need_t[i, m, t][:, None] / _KT * one.segment_width
    if made.named is not None:
        found[made.named.ticket[made.named.ticket >= 0]] = 1.0
    return found


def column_names(made: Programme, columns: int) -> list[str]:
    """Names of what is chosen; the rest has none."""
    import numpy as np

    one = made.instance
    names = [""] * columns
    for p, s in np.argwhere(made.begin >= 0).tolist():
        names[made.begin[p, s]] = f"{one.projects[p]} from {one.starts[s]}"
    return names
