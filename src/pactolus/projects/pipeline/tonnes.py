"""From the capacity that a source prints to tonnes of product and tonnes of the mineral in it.

A capacity is counted by product, by what is contained, or as the equivalent of another form. What a form
holds stands in the vocabulary (`pactolus.terms.content`); a content that the source prints stands before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from pactolus.projects.pipeline.parts import Capacity, Product, Project
from pactolus.terms.content import content_factors, measure_of, production_bases

__all__ = ["UNITS", "Tonnes", "contained_of", "counted", "form_factor", "forms_of", "tonnes_of"]

#: Tonnes in one of each unit of a capacity.
UNITS: Final = {"t/y": 1.0, "kt/y": 1e3, "Mt/y": 1e6, "kg/y": 1e-3}
_USABLE: Final = ("product", "contained", "equivalent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tonnes:
    """A capacity in tonnes a year.

    Attributes
    ----------
    product_t, contained_t : float or None
        Gross weight, and the mineral in it; None where no content is known.
    scope : str or None
    how : str
        What was computed, for a reader.
    """

    product_t: float | None
    contained_t: float | None
    scope: str | None
    how: str


@cache
def _factors() -> Mapping[tuple[str, str], float]:
    return {
        (mineral, one.form): one.mid
        for one in content_factors()
        for mineral in one.minerals
        if one.mid is not None and one.measure == measure_of(mineral)
    }


def forms_of(mineral: str) -> tuple[str, ...]:
    """What a product of a mineral may be named as, with a known content: the element, oxides, forms."""
    bases = {basis.removesuffix(" content") for held, _, basis in production_bases() if held == mineral}
    return tuple(sorted({*bases, *(form for held, form in _factors() if held == mineral)}))


def form_factor(mineral: str, form: str | None) -> float | None:
    """Mineral in one tonne of a form; None where it is not known."""
    return None if form is None else _factors().get((mineral, form))


def _of_measure(mineral: str, of: str | None) -> float | None:
    """Mineral in one tonne of what is named: the element, an oxide that producers count, or a form."""
    if of is None:
        return None
    if of == measure_of(mineral):
        return 1.0
    for (held, _, basis), one in production_bases().items():
        if held == mineral and of in (basis, basis.removesuffix(" content")) and one.unit == "kg":
            return one.mid
    return form_factor(mineral, of)


def _of_product(product: Product) -> tuple[float | None, str]:
    """Mineral in one tonne of a product, and from where that is known."""
    for one in product.content:
        held = _of_measure(product.mineral, one.of)
        if held is not None and one.pct > 0:
            return one.pct / 100.0 * held, f"{one.pct:g} % {one.of} as printed"
    found = _of_measure(product.mineral, product.form)
    if found is not None:
        return found, f"{found:.4g} of {product.form!r} (content factor)"
    if measure_of(product.mineral) == "gross":
        return 1.0, "weighed as it is"
    return None, ""


def tonnes_of(product: Product, capacity: Capacity) -> Tonnes:
    """One capacity in tonnes of product and of mineral.

    Parameters
    ----------
    product : Product
    capacity : Capacity
        Of any basis; ore feed, commitments and past output give none.
    """
    value = capacity.value * UNITS[capacity.unit]
    share, known_by = _of_product(product)
    if capacity.basis == "product":
        held = None if share is None else value * share
        return Tonnes(product_t=value, contained_t=held, scope=capacity.scope, how=known_by)
    if capacity.basis not in _USABLE:
        return Tonnes(product_t=None, contained_t=None, scope=capacity.scope, how="")
    for one in product.content:
        if one.of == capacity.of and one.pct > 0:
            gross = value / (one.pct / 100.0)
            of = _of_measure(product.mineral, capacity.of)
            held = None if of is None else value * of
            how = f"product from {one.pct:g} % {one.of} as printed"
            return Tonnes(product_t=gross, contained_t=held, scope=capacity.scope, how=how)
    of = _of_measure(product.mineral, capacity.of)
    held = None if of is None else value * of
    gross_t = None if held is None or not share else held / share
    how = "" if gross_t is None else f"product from {capacity.of} by {known_by}"
    return Tonnes(product_t=gross_t, contained_t=held, scope=capacity.scope, how=how)


def contained_of(product: Product, capacity: Capacity) -> float | None:
    """Mineral in a capacity. [t]"""
    return tonnes_of(product, capacity).contained_t


def counted(project: Project) -> tuple[Product, Capacity] | None:
    """The product that is counted and its capacity at full rate; None where no usable one is printed."""
    for product in project.products[:1]:
        for capacity in product.capacity:
            if capacity.basis in _USABLE and capacity.year is None:
                return product, capacity
    return None
