"""Records to candidates: what is sourced well enough to be appraised, and what the others lack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from pactolus.projects.base.candidates import Candidate, Gate, Stake
from pactolus.projects.base.ranges import Range
from pactolus.projects.pipeline.parts import BUILDING, Capex, Figure, Project, day_of, middle_of
from pactolus.projects.pipeline.rates import Rate, shipped_rates, usd
from pactolus.projects.pipeline.tonnes import counted, tonnes_of

__all__ = ["candidates_of", "esg_of", "gate_of", "lacks"]

#: How many principles the gate has.
_PRINCIPLES = 6


def candidates_of(
    records: Iterable[Project], *, rates: Sequence[Rate] | None = None
) -> tuple[tuple[Candidate, ...], Mapping[str, str]]:
    """Candidates of the records that can be appraised, and why the others cannot.

    A candidate needs a sourced status with its day, a capacity of the product, a capital cost of building
    with its day, and a rate if that is not in US dollars. No gap is filled. Of several capital costs of the
    same scope as the capacity, the last of the list counts: the list goes from old to new.

    Parameters
    ----------
    records : iterable of Project
    rates : sequence of Rate, optional
        The shipped rates if omitted.

    Returns
    -------
    candidates : tuple of Candidate
        In the order of the records.
    reasons : mapping
        Id -> ``not appraisable: lacks ...``, with everything that lacks.
    """
    known = shipped_rates() if rates is None else tuple(rates)
    found: list[Candidate] = []
    reasons: dict[str, str] = {}
    for record in records:
        missing = lacks(record, rates=known)
        if missing:
            reasons[record.id] = f"not appraisable: lacks {', '.join(missing)}"
        else:
            found.append(_candidate(record, known))
    return tuple(found), reasons


def lacks(record: Project, *, rates: Sequence[Rate] | None = None) -> tuple[str, ...]:
    """What a record lacks to be appraised; empty if it is a candidate."""
    known = shipped_rates() if rates is None else rates
    missing = []
    if record.status is None:
        missing.append("status")
    elif day_of(record.status.on) is None:
        missing.append("day of the status")
    missing += _capacity_lacks(record)
    missing += _capex_lacks(record, known)
    return tuple(missing)


def _capacity_lacks(record: Project) -> list[str]:
    every = [one for product in record.products[:1] for one in product.capacity]
    held = counted(record)
    if held is None:
        other = sorted({one.basis.replace("_", " ") for one in every if one.year is None})
        later = [one.year for one in every if one.year is not None]
        why = f" (only {', '.join(other)})" if other else " (only of single years)" if later else ""
        return [f"capacity of product{why}"]
    product, capacity = held
    if tonnes_of(product, capacity).product_t is None:
        return [
            f"capacity in t of product (only {capacity.of} in it; the content of the product is not known)"
        ]
    return [] if capacity.value > 0 else ["capacity above zero"]


def _capex_lacks(record: Project, rates: Sequence[Rate]) -> list[str]:
    building = [one for one in record.capex if one.kind in BUILDING]
    if not building:
        other = sorted({one.kind.replace("_", " ") for one in record.capex})
        return ["capital cost of building" + (f" (only {', '.join(other)})" if other else "")]
    held = counted(record)
    scope = held[1].scope if held else None
    fitting = building if held is None else [one for one in building if one.scope == scope]
    if not fitting:
        scopes = ", ".join(sorted({one.scope or "the whole" for one in building}))
        return [f"capital cost of {scope or 'the whole'} (only of {scopes})"]
    last = fitting[-1]
    if day_of(last.on) is None:
        return ["day of the capital cost"]
    if last.usd_million is None and _rate(last, rates) is None:
        return [f"rate of {last.currency} near {last.on} (currency without a rate)"]
    return []


def _rate(capex: Capex, rates: Sequence[Rate]) -> Rate | None:
    on = middle_of(capex.on)
    return None if on is None else usd(capex.currency, on, rates)


def _candidate(record: Project, rates: Sequence[Rate]) -> Candidate:
    held = counted(record)
    assert held is not None
    assert record.status is not None
    product, capacity = held
    tonnes = tonnes_of(product, capacity)
    capex = [one for one in record.capex if one.kind in BUILDING and one.scope == capacity.scope][-1]
    status_on, capex_on = day_of(record.status.on), day_of(capex.on)
    assert status_on is not None
    assert capex_on is not None
    assert tonnes.product_t is not None
    return Candidate(
        id=record.id,
        name=record.name,
        host=record.host,
        mineral=product.mineral,
        stage=product.stage,
        product=product.what,
        status=record.status.value,
        status_on=status_on,
        capacity_t=tonnes.product_t,
        contained_t=tonnes.contained_t,
        capex_musd=_money(capex, rates),
        capex_year=capex_on.year,
        opex_usd_per_t=_opex(record, rates),
        mine_life_y=record.life[-1].years if record.life else None,
        start_year=_start(record),
        latitude=record.position.lat if record.position else None,
        longitude=record.position.lon if record.position else None,
        owners=_owners(record),
        gate=gate_of(record),
        esg=esg_of(record),
        confidence=_least(record, (record.status, capacity, capex)),
        synthetic=record.fictitious,
        notes=_notes(record, tonnes.how, capex, rates),
    )


def _money(capex: Capex, rates: Sequence[Rate]) -> Range:
    low = capex.million if capex.low is None else capex.low
    high = capex.million if capex.high is None else capex.high
    found = Range(low, capex.million, high)
    if capex.usd_million is not None:
        return found.scaled(capex.usd_million / capex.million)
    rate = _rate(capex, rates)
    assert rate is not None
    return found.scaled(rate.usd_per_unit)


def _opex(record: Project, rates: Sequence[Rate]) -> Range | None:
    for one in reversed(record.opex):
        on = middle_of(one.on)
        rate = None if on is None else usd(one.currency, on, rates)
        if rate is not None:
            low = one.per_t if one.low is None else one.low
            high = one.per_t if one.high is None else one.high
            return Range(low, one.per_t, high).scaled(rate.usd_per_unit)
    return None


def _start(record: Project) -> Range | None:
    if record.start is None:
        return None
    year = record.start.year
    return Range(float(record.start.low or year), float(year), float(record.start.high or year))


def _owners(record: Project) -> tuple[Stake, ...]:
    return tuple(
        Stake(
            holder=one.holder,
            country=one.country[0] if len(one.country) == 1 else None,
            share=None if one.share_pct is None else one.share_pct / 100.0,
        )
        for one in record.shares_now
    )


def gate_of(record: Project) -> Gate:
    """Passed if every principle is met with evidence, failed if one is not met, else unknown."""
    states = {one.principle: one.state for one in record.gate}
    if "not_met" in states.values():
        return "failed"
    met = sum(state == "met" for state in states.values())
    return "passed" if met == _PRINCIPLES else "unknown"


def esg_of(record: Project) -> float | None:
    """Part of the principles that are met with evidence, 0-1; None where nobody has looked."""
    if not record.gate:
        return None
    return sum(one.state == "met" for one in record.gate) / _PRINCIPLES


def _least(record: Project, figures: Iterable[Figure]) -> Literal["high", "medium", "low"]:
    return max((record.confidence_of(one) for one in figures), key=("high", "medium", "low").index)


def _notes(record: Project, how: str, capex: Capex, rates: Sequence[Rate]) -> tuple[str, ...]:
    found = [f"content: {how}"] if how else []
    if capex.currency != "USD":
        rate = _rate(capex, rates)
        by = (
            "in dollars as the source printed both"
            if capex.usd_million is not None or rate is None
            else f"at {rate.usd_per_unit:g} of {rate.on}"
        )
        found.append(f"capital cost of {capex.currency} {capex.million:g} mn, {by}")
    if len(record.products) > 1:
        others = "; ".join(one.what for one in record.products[1:])
        found.append(f"the capital cost pays for other products too, which are not counted: {others}")
    return tuple(found)
