"""What a choice of projects is made from: frozen arrays of projects, needs, losses and means.

Everything about a project is the part that is on offer to the members: its cost, worth and product are
already multiplied by that part. Losses are shares of a member's need that fail to come in a scenario;
availability is the part of a host's product that leaves the host, shared by all projects of that host.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Final

from pactolus.errors import DataError, near_misses

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.projects.selection.companies import Company

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

__all__ = ["Chain", "Instance"]

_TOLD: Final = 5


@dataclass(frozen=True, kw_only=True)
class Chain:
    """Ore that is refined in its host.

    Attributes
    ----------
    ore, refined : str
        Products of the instance.
    yield_ : float
        Tonnes of refined product of a tonne of ore product.
    feed_t : float or None
        Ore of others in each host that may be refined too, a year; None where it is not known, which sets no
        limit on what is refined. [t]
    """

    ore: str
    refined: str
    yield_: float
    feed_t: float | None = 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Instance:
    """Projects and what they are for; made once, checked, read-only.

    Attributes
    ----------
    members, products, hosts, projects, classes : tuple of str
        Products are minerals at a stage. Classes group projects that the agencies treat alike.
    years : tuple of int, shape (T,)
    starts : tuple of int, shape (S,)
        Years in which a project may begin to spend.
    windows : tuple of (int, int), shape (V,)
        First and last year of each period of a budget.
    product_of, host_of, class_of : ndarray of int, shape (P,)
    npv_musd : ndarray, shape (P, S)
        Present value of the part on offer by start, before what its product is worth as security; missing
        where the project cannot begin then. [million USD]
    cash_musd : ndarray, shape (P, S, V)
        Calls of money by window, undiscounted. [million USD]
    output_t : ndarray, shape (P, S, T)
        Product on offer. [t/year]
    esg : ndarray, shape (P,)
        0-1; missing where nobody has looked, which is not nought.
    need_t : ndarray, shape (I, M, T)
        [t/year]
    gap : ndarray, shape (I, M, T, W)
        Share of the need that fails to come. [0-1]
    availability : ndarray, shape (H, T, W)
        [0-1]
    probability : ndarray, shape (W,)
    discount : ndarray, shape (T,)
    segment_width : ndarray, shape (K,)
        Shares of the need; they add up to 1. [0-1]
    segment_price : ndarray, shape (M, K)
        Worth of a tonne that is missing, rising by segment. [USD/t]
    public_musd, private_musd : ndarray, shape (I, V)
        Most money of the agencies and of the firms of a member; infinite: no limit. [million USD]
    public_share : ndarray, shape (I, G)
        Most that the agencies of a member may bear of the member's own cost, by class. [0-1]
    chains : tuple of Chain
    public_kinds : ndarray, shape (2, I, P), or None
        The same limit of the agencies by kind, as equity and as loans; None: loans alone. [0-1]
    companies : tuple of Company
        Whose money and offtake that of a member is; a side nobody entered stays whole.
    synthetic : bool
        Invented; every output says so.
    notes : tuple of str
        What was assumed.

    Raises
    ------
    DataError
        All faults at once.
    """

    members: tuple[str, ...]
    products: tuple[str, ...]
    hosts: tuple[str, ...]
    projects: tuple[str, ...]
    classes: tuple[str, ...]
    years: tuple[int, ...]
    starts: tuple[int, ...]
    windows: tuple[tuple[int, int], ...]
    product_of: Whole
    host_of: Whole
    class_of: Whole
    npv_musd: Floats
    cash_musd: Floats
    output_t: Floats
    esg: Floats
    need_t: Floats
    gap: Floats
    availability: Floats
    probability: Floats
    discount: Floats
    segment_width: Floats
    segment_price: Floats
    public_musd: Floats
    private_musd: Floats
    public_share: Floats
    chains: tuple[Chain, ...] = ()
    public_kinds: Floats | None = None
    companies: tuple[Company, ...] = ()
    synthetic: bool = False
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        import numpy as np

        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, np.ndarray):
                kind = np.int64 if one.name.endswith("_of") else np.float64
                kept = np.array(value, dtype=kind)
                kept.flags.writeable = False
                object.__setattr__(self, one.name, kept)
        if faults := list(_faults(self)):
            raise DataError("\n".join(faults))

    def for_members(self, members: Iterable[str]) -> Instance:
        """The same projects for some of the members, with their needs and means alone.

        Raises
        ------
        DataError
            If somebody is not a member, or nobody is left.
        """
        wanted = tuple(members)
        at = [self.places("members", wanted)[name] for name in wanted]
        if not at or len(set(at)) != len(at):
            raise DataError(f"members: {', '.join(wanted) or 'nobody'}; name at least one, each once")
        return replace(
            self,
            members=wanted,
            need_t=self.need_t[at],
            gap=self.gap[at],
            public_musd=self.public_musd[at],
            private_musd=self.private_musd[at],
            public_share=self.public_share[at],
            public_kinds=None if self.public_kinds is None else self.public_kinds[:, at],
            companies=tuple(one for one in self.companies if one.country in wanted),
        )

    def places(self, what: str, names: Sequence[str]) -> dict[str, int]:
        """Number of each name among ``members``, ``products``, ``hosts`` or ``projects``.

        Raises
        ------
        DataError
            If a name is unknown.
        """
        known: dict[str, int] = {name: i for i, name in enumerate(getattr(self, what))}
        faults = []
        for name in names:
            if name not in known:
                near = near_misses(name, known)
                faults.append(
                    f"{what}: {name!r} is none of them" + (f"; did you mean {near[0]!r}?" if near else "")
                )
        if faults:
            raise DataError("\n".join(faults))
        return {name: known[name] for name in names}

    @property
    def possible(self) -> NDArray[np.bool_]:
        """Which project can begin when; shape (P, S)."""
        import numpy as np

        return ~np.isnan(self.npv_musd)

    @property
    def missing_t(self) -> Floats:
        """Tonnes that fail to come; shape (I, M, T, W)."""
        return self.gap * self.need_t[..., None]


def _shapes(one: Instance) -> dict[str, tuple[int, ...]]:
    i, m, h, p = (len(x) for x in (one.members, one.products, one.hosts, one.projects))
    t, s, v, g = (len(x) for x in (one.years, one.starts, one.windows, one.classes))
    w, k = len(one.probability), len(one.segment_width)
    return {
        "product_of": (p,),
        "host_of": (p,),
        "class_of": (p,),
        "npv_musd": (p, s),
        "cash_musd": (p, s, v),
        "output_t": (p, s, t),
        "esg": (p,),
        "need_t": (i, m, t),
        "gap": (i, m, t, w),
        "availability": (h, t, w),
        "probability": (w,),
        "discount": (t,),
        "segment_width": (k,),
        "segment_price": (m, k),
        "public_musd": (i, v),
        "private_musd": (i, v),
        "public_share": (i, g),
    } | ({} if one.public_kinds is None else {"public_kinds": (2, i, p)})


def _faults(one: Instance) -> Iterable[str]:
    """What cannot be meant."""
    for name in ("members", "products", "hosts", "projects", "classes"):
        names = getattr(one, name)
        if twice := sorted({x for x in names if names.count(x) > 1}) if len(set(names)) < len(names) else []:
            yield f"{name}: {', '.join(twice[:_TOLD])} stand twice"
    if not one.members:
        yield "members: nobody; name at least one"
    wrong = [
        f"{name}: shape {getattr(one, name).shape}; give {shape}"
        for name, shape in _shapes(one).items()
        if getattr(one, name).shape != shape
    ]
    yield from wrong
    if not wrong:
        yield from _numbers(one)
        yield from _meaning(one)


def _numbers(one: Instance) -> Iterable[str]:
    """Missing numbers, and numbers outside of their reach."""
    import numpy as np

    reach: dict[str, tuple[float, float]] = {
        "output_t": (0, np.inf),
        "need_t": (0, np.inf),
        "gap": (0, 1),
        "availability": (0, 1),
        "probability": (0, 1),
        "discount": (0, np.inf),
        "segment_width": (0, 1),
        "segment_price": (0, np.inf),
        "public_share": (0, 1),
    } | ({} if one.public_kinds is None else {"public_kinds": (0.0, 1.0)})
    for name, (low, high) in reach.items():
        array = getattr(one, name)
        if not np.isfinite(array).all():
            yield f"{name}: no number at {_at(~np.isfinite(array))}; missing is not zero"
        elif ((array < low) | (array > high)).any():
            yield f"{name}: {_at((array < low) | (array > high))} outside {low:g} to {high:g}"
    for name in ("public_musd", "private_musd"):
        array = getattr(one, name)
        if not (array >= 0).all():
            yield f"{name}: {_at(~(array >= 0))} missing or below nought; infinity is no limit"
    cash = np.where(one.possible[:, :, None], one.cash_musd, 0.0)
    if not (np.isfinite(cash) & (cash >= 0)).all():
        bad = sorted({one.projects[p] for p in np.argwhere(~(np.isfinite(cash) & (cash >= 0)))[:, 0]})
        yield f"cash_musd: below nought or missing for {', '.join(bad[:_TOLD])}"
    if np.isinf(one.npv_musd).any():
        yield "npv_musd: infinite; leave a start out by NaN"
    known = one.esg[~np.isnan(one.esg)]
    if ((known < 0) | (known > 1)).any():
        yield "esg: outside 0 to 1; unknown is NaN, not a number"


def _meaning(one: Instance) -> Iterable[str]:
    import numpy as np

    for name, count in (
        ("product_of", len(one.products)),
        ("host_of", len(one.hosts)),
        ("class_of", len(one.classes)),
    ):
        at = getattr(one, name)
        if ((at < 0) | (at >= count)).any():
            yield f"{name}: numbers outside 0 to {count - 1}"
    if abs(one.probability.sum() - 1) > 1e-9:
        yield f"probability: they add up to {one.probability.sum():.12g}, not to 1"
    if abs(one.segment_width.sum() - 1) > 1e-9:
        yield f"segment_width: the sum is {one.segment_width.sum():.12g}, not 1; all of a need can fail"
    if (np.diff(one.segment_price, axis=1) < 0).any():
        yield "segment_price: falls from a segment to the next; the dearest use is cut last"
    if list(one.years) != sorted(set(one.years)) or not one.years:
        yield f"years: {one.years}; give each once, in order"
    for chain in one.chains:
        for product in (chain.ore, chain.refined):
            if product not in one.products:
                yield f"chains: {product!r} is no product; there are {', '.join(one.products[:_TOLD])}"
        if not chain.yield_ > 0:
            yield f"chains: a yield of {chain.yield_:g} of {chain.refined}; give a number above nought"
    if one.companies:
        from pactolus.projects.selection.companies import unknown_of

        yield from unknown_of(one.companies, one.members, one.projects)


def _at(wrong: NDArray[np.bool_]) -> str:
    import numpy as np

    places = np.argwhere(wrong)
    told = ", ".join(str(tuple(place.tolist())) for place in places[:_TOLD])
    return told + (f" and {len(places) - _TOLD} more" if len(places) > _TOLD else "")
