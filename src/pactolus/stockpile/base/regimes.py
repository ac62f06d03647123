"""Suppliers that fail and come back, as one chain of regimes for several importers.

Each supplier is an on/off chain. A part phi of its risk can be aimed at one importer at a time: then there
is one chain that all share and one for each importer, and the supplier is off for an importer if either is
off. The two parts are cut so that the time off is the same for every phi:

    1 - pi = (1 - pi_common) (1 - pi_targeted),   1 - pi_common = (1 - pi)^(1 - phi),   1 - pi_targeted = (1
    - pi)^phi

The chains are independent, so that the chain of all of them is their Kronecker product. Regime 0 has all on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from pactolus.stockpile.base.checks import Checks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["Regimes", "Supplier", "any_regimes", "supplier_regimes"]

MONTHS: Final = 12
#: regimes up to which the whole matrix is multiplied
DENSE: Final = 128
#: states of chains that are multiplied at once where there are more
BLOCK: Final = 32
#: combinations that are still solved in minutes
MOST_REGIMES: Final = 4096


@dataclass(frozen=True, kw_only=True)
class Supplier:
    """One country that supplies, and how it fails.

    Attributes
    ----------
    name : str
    share : mapping of str to float
        Part of each member's use that it supplies, 0 to 1.
    onset_per_year : float
        Failures a year while it is on.
    mean_months : float
        Mean length of a failure, at least 1; the length is geometric.
    severity : float
        Part of its supply that is lost in a failure, after what others can replace.
    targeted : float
        phi: part of the time off that comes from measures aimed at one member.
    """

    name: str
    share: Mapping[str, float]
    onset_per_year: float
    mean_months: float = 6.0
    severity: float = 0.7
    targeted: float = 0.0

    @property
    def time_off(self) -> float:
        """Share of months in which it is off, in the long run."""
        onset = 1 - math.exp(-self.onset_per_year / MONTHS)
        return onset / (onset + 1 / self.mean_months)

    def chain(self, part: float) -> Floats:
        """On/off chain of a `part` of its risk, shape (2, 2); state 0 is on."""
        import numpy as np

        back = 1 / self.mean_months
        off = 1 - (1 - self.time_off) ** part
        fails = min(back * off / (1 - off), 1.0)
        return np.array([[1 - fails, fails], [back, 1 - back]])


@dataclass(frozen=True, kw_only=True)
class Regimes:
    """What can be the state of supply, how it changes from month to month, and what each member lacks in it.

    Attributes
    ----------
    members : tuple of str
    chains : tuple of ndarray
        Independent chains; the regime is one state of each, the last changing fastest.
    chain_names : tuple of str
    loss : ndarray, shape (regimes, members)
        Share of use that is missing.
    price : ndarray, shape (regimes, members)
        Of a purchase, as a multiple of the base price.
    """

    members: tuple[str, ...]
    chains: tuple[Floats, ...]
    chain_names: tuple[str, ...]
    loss: Floats = field(repr=False)
    price: Floats = field(repr=False)

    @property
    def count(self) -> int:
        """How many regimes there are."""
        return len(self.loss)

    @cached_property
    def transition(self) -> Floats:
        """Chances from month to month, shape (regimes, regimes)."""
        import numpy as np

        found: Floats = np.ones((1, 1))
        for chain in self.chains:
            found = np.asarray(np.kron(found, chain), dtype=np.float64)
        return found

    def mix(self, value: Floats) -> Floats:
        """Expectation after one month, ``transition @ value``; of many regimes some chains at a time."""
        import numpy as np

        if self.count <= DENSE:
            known: Floats = self.transition @ value
            return known
        found, before = value, 1
        for block in self._blocks:
            found = np.matmul(block, found.reshape(before, len(block), -1))
            before *= len(block)
        whole: Floats = found.reshape(value.shape)
        return whole

    @cached_property
    def _blocks(self) -> list[Floats]:
        """The chains as few matrices: neighbours are taken together up to `BLOCK` states."""
        import numpy as np

        found: list[Floats] = []
        for chain in self.chains:
            if found and len(found[-1]) * len(chain) <= BLOCK:
                found[-1] = np.asarray(np.kron(found[-1], chain), dtype=np.float64)
            else:
                found.append(chain)
        return found

    @cached_property
    def stationary(self) -> Floats:
        """Share of months spent in each regime, in the long run, shape (regimes,)."""
        import numpy as np

        found: Floats = np.ones(1)
        for chain in self.chains:
            n = len(chain)
            matrix = np.vstack([chain.T - np.eye(n), np.ones(n)])
            part = np.linalg.lstsq(matrix, np.append(np.zeros(n), 1.0), rcond=None)[0]
            found = np.asarray(np.kron(found, np.clip(part, 0.0, None)), dtype=np.float64)
        return np.asarray(found / found.sum(), dtype=np.float64)

    @property
    def loss_correlation(self) -> Floats:
        """Correlation of the members' losses, shape (members, members); missing where one never loses."""
        import numpy as np

        weight = self.stationary
        away = self.loss - weight @ self.loss
        cover = away.T @ (weight[:, None] * away)
        spread = np.sqrt(np.diag(cover))
        with np.errstate(invalid="ignore", divide="ignore"):
            found: Floats = cover / np.outer(spread, spread)
        return np.where(np.isfinite(found), np.clip(found, -1, 1), np.nan)

    def seen_by(self, members: Sequence[str]) -> Regimes:
        """The regimes of some members, without the chains that none of them feels."""
        import numpy as np

        columns = [self.members.index(name) for name in members]
        sizes = tuple(len(chain) for chain in self.chains)
        loss = self.loss[:, columns].reshape(*sizes, len(columns))
        price = self.price[:, columns].reshape(*sizes, len(columns))
        kept: list[int] = []
        for axis in reversed(range(len(sizes))):
            if all(np.ptp(of, axis=axis).max() == 0 for of in (loss, price)):
                loss = np.take(loss, [0], axis=axis).squeeze(axis)
                price = np.take(price, [0], axis=axis).squeeze(axis)
            else:
                kept.insert(0, axis)
        return Regimes(
            members=tuple(members),
            chains=tuple(self.chains[axis] for axis in kept),
            chain_names=tuple(self.chain_names[axis] for axis in kept),
            loss=loss.reshape(-1, len(columns)),
            price=price.reshape(-1, len(columns)),
        )


def supplier_regimes(
    suppliers: Sequence[Supplier],
    members: Sequence[str],
    *,
    price_surge: float = 1.5,
    most: int = MOST_REGIMES,
) -> Regimes:
    """All combinations of suppliers that are on or off, for every member.

    Parameters
    ----------
    suppliers : sequence of Supplier
    members : sequence of str
    price_surge : float
        Rise of the price when all supply is lost; in proportion below.
    most : int
        Regimes at most; more can be drawn at random, not solved.

    Returns
    -------
    Regimes
        A supplier without targeted risk is one chain; else there is one more for each member that it
        supplies, and none in common if all its risk is targeted.

    Raises
    ------
    InputError
        All faults at once.

    Examples
    --------
    >>> one = Supplier(name="AAA", share={"KOR": 0.9, "JPN": 0.8}, onset_per_year=0.12, targeted=0.3)
    >>> found = supplier_regimes([one], ["KOR", "JPN"])
    >>> found.count, found.loss[0].tolist(), found.loss[-1].round(2).tolist()
    (8, [0.0, 0.0], [0.63, 0.56])
    """
    import numpy as np

    _checked(suppliers, members, price_surge)
    names: list[str] = []
    chains: list[Floats] = []
    felt: list[tuple[int, tuple[int, ...]]] = []  # supplier, members that the chain hits
    for place, each in enumerate(suppliers):
        supplied = [i for i, name in enumerate(members) if each.share.get(name, 0.0) > 0]
        if each.targeted < 1:
            names.append(each.name)
            chains.append(each.chain(1 - each.targeted))
            felt.append((place, tuple(supplied)))
        if each.targeted > 0:
            for i in supplied:
                names.append(f"{each.name} > {members[i]}")
                chains.append(each.chain(each.targeted))
                felt.append((place, (i,)))
    if 2 ** len(chains) > most:
        checks = Checks()
        checks.add(
            f"suppliers: {len(chains)} chains make {2 ** len(chains):,} regimes, more than {most:,}; "
            "give fewer suppliers, or let only the largest be targeted"
        )
        checks.done()
    off = np.indices((2,) * len(chains)).reshape(len(chains), -1).T.astype(bool)
    down = np.zeros((len(off), len(suppliers), len(members)), dtype=bool)
    for column, (place, hit) in enumerate(felt):
        for i in hit:
            down[:, place, i] |= off[:, column]
    size = np.array([[s.severity * s.share.get(name, 0.0) for name in members] for s in suppliers])
    loss = np.minimum((down * size.reshape(len(suppliers), len(members))).sum(axis=1), 1.0)
    return Regimes(
        members=tuple(members),
        chains=tuple(chains),
        chain_names=tuple(names),
        loss=loss,
        price=1 + price_surge * loss,
    )


def _checked(suppliers: Sequence[Supplier], members: Sequence[str], price_surge: float) -> None:
    """Every fault of suppliers and members."""
    checks = Checks()
    if not members or len(set(members)) != len(members):
        checks.add(f"members: {list(members)} must be one or more different names")
    if len({s.name for s in suppliers}) != len(suppliers):
        checks.add(f"suppliers: {[s.name for s in suppliers]} holds a name twice")
    for each in suppliers:
        where = f"suppliers[{each.name!r}]"
        for name, share in each.share.items():
            if name not in members:
                checks.add(f"{where}.share: {name!r} is not one of the members {', '.join(members)}")
            checks.number(f"{where}.share[{name!r}]", share, most=1.0)
        checks.number(f"{where}.onset_per_year", each.onset_per_year, mend="give failures a year")
        checks.number(
            f"{where}.mean_months", each.mean_months, least=1.0, mend="a failure lasts a month or more"
        )
        checks.number(f"{where}.severity", each.severity, most=1.0)
        checks.number(f"{where}.targeted", each.targeted, most=1.0)
    for name in members:
        total = sum(each.share.get(name, 0.0) for each in suppliers)
        if total > 1 + 1e-9:
            checks.add(f"suppliers: their shares of {name!r} sum to {total:g}, more than 1")
    checks.number("price_surge", price_surge)
    checks.done()


def any_regimes(
    transition: ArrayLike, loss: ArrayLike, members: Sequence[str], *, price: ArrayLike | None = None
) -> Regimes:
    """Regimes that are given as one chain.

    Parameters
    ----------
    transition : array, shape (regimes, regimes)
        From month to month; rows sum to 1. Regime 0 is the normal one.
    loss : array, shape (regimes, members)
        Share of use that is missing, 0 to 1.
    members : sequence of str
    price : array, shape (regimes, members), optional
        Multiple of the base price; 1 if omitted.

    Returns
    -------
    Regimes

    Raises
    ------
    InputError
        All faults at once.
    """
    import numpy as np

    checks = Checks()
    chain = checks.transition("transition", transition)
    given = {"loss": np.asarray(loss, dtype=float)}
    given["price"] = np.ones((len(chain), len(members))) if price is None else np.asarray(price, dtype=float)
    table = {}
    for name, values in given.items():
        most = 1.0 if name == "loss" else math.inf
        if values.shape != (len(chain), len(members)):
            checks.add(
                f"{name}: has the shape {values.shape}; give {len(chain)} regimes by {len(members)} members"
            )
            continue
        table[name] = np.column_stack(
            [checks.row(f"{name}[:, {i}]", values[:, i], len(chain), most=most) for i in range(len(members))]
        )
    checks.done()
    return Regimes(
        members=tuple(members),
        chains=(chain,),
        chain_names=("regime",),
        loss=table["loss"],
        price=table["price"],
    )
