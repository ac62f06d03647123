"""What members say they hold of the items of a portfolio: tonnes at both ends, basis, label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pactolus.errors import OptionError
from pactolus.stockpile.members.holdings import ENDS, basis_of, declared_holdings, label_of_holdings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.stockpile.budget.exposed import Item
    from pactolus.stockpile.members.holdings import Declared, HoldingRange
    from pactolus.stockpile.stocks.continuous import Importer
    from pactolus.workspace.labels import Label, Levels

    Floats = NDArray[np.float64]

__all__ = ["InPlace", "declared_by"]


def declared_by(holdings: Iterable[HoldingRange], members: Sequence[str]) -> Declared:
    """Holdings by item.

    Raises
    ------
    InputError
        All faults of the ranges at once.
    OptionError
        If somebody declares who is not asked for.
    """
    held = declared_holdings(holdings)
    strange = sorted({key[2] for key in held} - set(members))
    if strange:
        raise OptionError(
            f"holdings: {', '.join(strange)} is not one of the members {', '.join(members)}; leave it out or "
            "add it to importers"
        )
    return held


@dataclass(frozen=True)
class InPlace:
    """Stocks that are there before anything is bought.

    Attributes
    ----------
    items : tuple of (mineral, stage, member)
    importers : tuple of Importer
        One for each item.
    held : mapping of (mineral, stage, member) to tuple of HoldingRange
        All that was declared, of other items too.
    levels : Levels or None
        Order of labels.
    """

    items: tuple[Item, ...]
    importers: tuple[Importer, ...]
    held: Declared
    levels: Levels | None = None

    @cached_property
    def ranges(self) -> Floats:
        """Low and high ends, shape (2, items); 0 where nothing is declared. [t]"""
        import numpy as np

        found = np.zeros((2, len(self.items)))
        for i, (item, one) in enumerate(zip(self.items, self.importers, strict=True)):
            for form in self.held.get(item, ()):
                found[:, i] += form.tonnes(one.day_t)
        return found

    @cached_property
    def ends(self) -> Mapping[str, Floats]:
        """End -> what is held of each item [t]; the middle first, and alone where no range has a width."""
        low, high = self.ranges
        found = {"low": low, "mid": (low + high) / 2, "high": high}
        return {name: found[name] for name in (("mid",) if (low == high).all() else ("mid", "low", "high"))}

    @property
    def in_order(self) -> tuple[str, ...]:
        """Ends as a table has them."""
        return tuple(name for name in ENDS if name in self.ends)

    @property
    def used(self) -> tuple[HoldingRange, ...]:
        """What went into the choice."""
        return tuple(one for item in self.items for one in self.held.get(item, ()))

    @property
    def label(self) -> Label:
        """Of all rows: under one budget each purchase shows a little of every stock."""
        return label_of_holdings(self.used, self.levels)

    def basis(self, item: Item) -> str:
        """What stands behind the stock that an item starts from."""
        return basis_of(item[2], self.held.get(item, ()))

    def notes(self) -> list[str]:
        """What was taken as undeclared, and what was declared of nothing that is chosen here."""
        if not self.held:
            return []
        found: dict[str, list[str]] = {}
        for item in self.items:
            if not self.held.get(item):
                found.setdefault(f"{item[2]}: {self.basis(item)}", []).append(f"{item[0]} ({item[1]})")
        told = [f"assumption, {basis}: {', '.join(names)}" for basis, names in found.items()]
        apart = [" ".join(key) for key in self.held if key not in self.items]
        if apart:
            told.append(f"holdings of {', '.join(apart)} are of no stock that is chosen here; left out")
        return told
