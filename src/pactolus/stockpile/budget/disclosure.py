"""What declared holdings tell about a portfolio, and what one more bit about each of them would be worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import NoAnswerError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.stockpile.budget.exposed import Item
    from pactolus.stockpile.budget.in_place import InPlace
    from pactolus.stockpile.budget.selection import Selection
    from pactolus.stockpile.members.disclosure import Disclosed
    from pactolus.stockpile.stocks.continuous import Importer

__all__ = ["DISCLOSURE_COLUMNS", "Bits", "across_notes", "bits_at", "disclosure_table", "lacking_notes"]

#: Columns of `Portfolio.disclosure`.
DISCLOSURE_COLUMNS: Final = (
    "mineral",
    "stage",
    "member",
    "low_t",
    "high_t",
    "low_days",
    "high_days",
    "denominator",
    "buy_t",
    "buy_if_lower_t",
    "buy_if_upper_t",
    "bit_usd",
    "bit_low_usd",
    "bit_high_usd",
    "bit_low_at",
    "bit_high_at",
    "basis",
    "label",
    "status",
)
_TEXTS: Final = (
    *("mineral", "stage", "member", "denominator", "bit_low_at", "bit_high_at", "basis", "label"),
    "status",
)
_MUSD: Final = 1e6

Bits = dict[int, "Disclosed | str"]
"""Number of the item -> worth of a bit, or why there is none."""


def bits_at(in_place: InPlace, worth: Callable[[int, float, float], Disclosed]) -> Bits:
    """A bit about each declared holding at one setting, the others at the middle of their ranges."""
    found: Bits = {}
    for i, item in enumerate(in_place.items):
        if not in_place.held.get(item):
            continue
        low, high = in_place.ranges[:, i]
        try:
            found[i] = worth(i, float(low), float(high))
        except NoAnswerError as error:
            found[i] = str(error)
    return found


def disclosure_table(
    importers: Sequence[Importer],
    absent: Sequence[tuple[Item, str]],
    in_place: InPlace,
    bits: Mapping[str, Bits] | None,
) -> pl.DataFrame:
    """`DISCLOSURE_COLUMNS`: one row an item; `bits` by setting, the first is the middle; without, no rows."""
    import polars as pl

    label = str(in_place.label)
    rows: list[dict[str, Any]] = []
    kinds = dict.fromkeys(DISCLOSURE_COLUMNS, pl.Float64) | dict.fromkeys(_TEXTS, pl.String)
    if bits is None:
        return pl.DataFrame(rows, schema=kinds)
    for i, (item, one) in enumerate(zip(in_place.items, importers, strict=True)):
        row = dict(zip(("mineral", "stage", "member"), item, strict=True))
        row |= {"denominator": one.denominator, "basis": in_place.basis(item), "label": label}
        rows.append(row | _row(i, one, in_place, bits))
    rows += [
        dict(zip(("mineral", "stage", "member"), item, strict=True)) | {"label": label, "status": why}
        for item, why in absent
    ]
    return pl.DataFrame([{n: row.get(n) for n in DISCLOSURE_COLUMNS} for row in rows], schema=kinds)


def _row(i: int, one: Importer, in_place: InPlace, bits: Mapping[str, Bits]) -> dict[str, Any]:
    """Range and bits of one item."""
    item = in_place.items[i]
    if not in_place.held.get(item):
        withheld = in_place.basis(item).startswith("withheld")
        return {"status": "withheld" if withheld else "not_applicable"}
    low, high = (float(end) for end in in_place.ranges[:, i])
    row = {"low_t": low, "high_t": high, "low_days": low / one.day_t, "high_days": high / one.day_t}
    first = next(iter(bits.values()))[i]
    if isinstance(first, str):
        return row | {"status": "not_applicable"}
    found = {name: each[i] for name, each in bits.items()}
    worth = {name: bit.worth_usd for name, bit in found.items() if not isinstance(bit, str)}
    least, most = min(worth, key=lambda n: worth[n]), max(worth, key=lambda n: worth[n])
    return row | {
        "buy_t": first.buy_t,
        "buy_if_lower_t": first.buy_lower_t,
        "buy_if_upper_t": first.buy_upper_t,
        "bit_usd": first.worth_usd,
        "bit_low_usd": worth[least],
        "bit_high_usd": worth[most],
        "bit_low_at": least,
        "bit_high_at": most,
        "status": "ok",
    }


def lacking_notes(in_place: InPlace, bits: Mapping[str, Bits]) -> list[str]:
    """Why a bit has no worth at a setting."""
    return [
        f"{' '.join(in_place.items[i])}: at {name} a bit has no worth: {bit}"
        for name, each in bits.items()
        for i, bit in each.items()
        if isinstance(bit, str)
    ]


def across_notes(first: Mapping[str, Selection], in_place: InPlace) -> list[str]:
    """How the choice changes across the declared holdings; `first` are the choices at the first setting."""
    if not in_place.used:
        return []
    found = {end: first[end] for end in in_place.in_order if end in first}
    price = [one.price_usd_per_t for one in in_place.importers]
    figures: dict[str, list[str]] = {
        "in place, MUSD": [f"{sum(each.held_t * price) / _MUSD:.4g}" for each in found.values()],
        "bought, MUSD": [f"{each.worth_usd.sum() / _MUSD:.4g}" for each in found.values()],
        "cost, MUSD a year": [f"{each.objective_usd / _MUSD:.4g}" for each in found.values()],
        "without the keeping of what is held": [
            f"{(each.objective_usd - each.keeping_held_usd) / _MUSD:.4g}" for each in found.values()
        ],
        "another USD of budget saves, USD a year": [f"{each.budget_price:.3g}" for each in found.values()],
    }
    told = "; ".join(f"{name}: {', '.join(values)}" for name, values in figures.items())
    notes = [f"declared holdings at {', '.join(found)}: {told}"]
    if len(found) > 1:
        notes.append("low, mid, high: every declared holding at that end of its range at once")
    return notes
