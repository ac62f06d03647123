"""What a record must and should hold, whatever file it comes from: faults refuse it, doubts are said.

A place is a function from the path of a part (``("owners", 0, "share_pct")``) to where it stands in the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from pactolus.errors import PactolusError, near_misses
from pactolus.projects.pipeline.magnitude import WorldOutput, judged
from pactolus.projects.pipeline.parts import Project, day_of, middle_of
from pactolus.projects.pipeline.rates import CURRENCIES, Rate, usd
from pactolus.projects.pipeline.tonnes import forms_of
from pactolus.terms.countries import countries
from pactolus.terms.minerals import mineral

__all__ = ["Found", "Path", "Place", "check"]

Path = tuple[int | str, ...]
Place = Callable[[Path], str]
#: Shares are rounded at the sources.
_ROUNDING: Final = 0.5


@dataclass
class Found:
    """Faults and doubts of one input."""

    faults: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def check(
    record: Project,
    place: Place,
    found: Found,
    *,
    today: date,
    rates: Sequence[Rate],
    output: WorldOutput | None,
    whole: bool = True,
) -> None:
    """Everything that one record alone can be wrong in.

    Parameters
    ----------
    record : Project
    place : callable
    found : Found
        What is said is added to it.
    today : date
    rates : sequence of Rate
    output : mapping or None
        Of `pactolus.projects.pipeline.magnitude.world_output`; None: sizes are not judged.
    whole : bool
        False: parts were taken out before, so a source without a figure is no fault.
    """

    def fault(path: Path, message: str) -> None:
        found.faults.append(f"{place(path)}: {message}")

    _check_terms(record, fault)
    _check_sources(record, fault, whole=whole)
    _check_shares(record, fault)
    _check_products(record, fault, place, found, output)
    _check_times(record, fault, today)
    _check_money(record, fault, place, found, rates)


Say = Callable[[Path, str], None]


def _check_terms(record: Project, fault: Say) -> None:
    for path, code in _countries(record):
        if code not in countries():
            hint = _near(code, countries())
            fault(path, f"unknown country or region {code!r}{hint or '; write ISO alpha-3, such as MDG'}")
    for path, name in _minerals(record):
        try:
            if mineral(name).id != name:
                fault(path, f"found {name!r}; write the id {mineral(name).id!r}")
        except PactolusError as error:
            fault(path, str(error))
    for number, product in enumerate(record.products):
        forms = forms_of(product.mineral)
        if product.form is not None and product.form not in forms:
            hint = _near(product.form, forms) or (
                f"; known are {'; '.join(forms)}" if forms else "; leave it out"
            )
            fault(("products", number, "form"), f"no content is known of {product.form!r}{hint}")
    if record.products and record.products[0].mineral != record.minerals[0]:
        fault(
            ("minerals",),
            f"begins with {record.minerals[0]!r}, the first product is of {record.products[0].mineral!r}; "
            "the first product is the one that is counted",
        )


def _countries(record: Project) -> Iterator[tuple[Path, str]]:
    yield ("host",), record.host
    for number, owner in enumerate(record.owners):
        for code in owner.country:
            yield ("owners", number, "country"), code
    for number, buyer in enumerate(record.offtakers):
        for code in buyer.country:
            yield ("offtakers", number, "country"), code
    for number, role in enumerate(record.roles):
        yield ("roles", number, "member"), role.member


def _minerals(record: Project) -> Iterator[tuple[Path, str]]:
    for number, name in enumerate(record.minerals):
        yield ("minerals", number), name
    for number, product in enumerate(record.products):
        yield ("products", number, "mineral"), product.mineral


def _near(name: str, known: Sequence[str] | object) -> str:
    near = near_misses(name, known)  # type: ignore[arg-type]
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else ""


def _check_sources(record: Project, fault: Say, *, whole: bool) -> None:
    used = set()
    for dotted, figure in record.figures():
        for key in figure.source:
            used.add(key)
            if key not in record.sources:
                fault(
                    (*_path(dotted), "source"),
                    f"no source {key!r} in this record{_near(key, list(record.sources))}; "
                    f"it has {', '.join(record.sources)}",
                )
    for key in record.sources:
        if whole and key not in used:
            fault(("sources", key), f"{key!r} is the source of no figure; name it at one, or take it out")


def _path(dotted: str) -> Path:
    """Path of a dotted name: ``products[1].what`` is ``("products", 0, "what")``."""
    path: list[int | str] = []
    for piece in dotted.split("."):
        name, _, rest = piece.partition("[")
        path.append(name)
        path += [int(number) - 1 for number in rest.replace("]", "").split("[") if number]
    return tuple(path)


def _check_shares(record: Project, fault: Say) -> None:
    now = record.shares_now
    total = sum(one.share_pct or 0.0 for one in now)
    if total > 100.0 + _ROUNDING:
        parts = " + ".join(f"{one.share_pct:g}" for one in now if one.share_pct)
        fault(
            ("owners",),
            f"the shares add up to {total:g} % ({parts}); a share of an owner's own company carries 'of', "
            "one that is held no more carries 'until'",
        )
    bought = [one for one in record.offtakers if one.binding == "yes" and one.share_pct]
    sold = sum(one.share_pct or 0.0 for one in bought)
    if sold > 100.0 + _ROUNDING:
        fault(("offtakers",), f"binding shares add up to {sold:g} % of the output; at most 100")


def _check_products(
    record: Project, fault: Say, place: Place, found: Found, output: WorldOutput | None
) -> None:
    for number, product in enumerate(record.products):
        for index, capacity in enumerate(product.capacity):
            path: Path = ("products", number, "capacity", index, "value")
            if capacity.value < 0:
                fault(path, f"found {capacity.value:g}; a capacity is not negative")
                continue
            size = None if output is None else judged(product, capacity, output)
            if size is not None and size.verdict == "refused":
                fault(path, size.message)
            elif size is not None:
                found.doubts.append(f"{place(path)}: {size.message}")


def _check_times(record: Project, fault: Say, today: date) -> None:
    start = record.start
    if start is not None:
        low, high = start.low or start.year, start.high or start.year
        if not low <= start.year <= high:
            fault(("start",), f"found {low}, {start.year}, {high}; write low, year, high in order")
        if record.status is not None and record.status.value == "exploration" and start.year < today.year:
            fault(
                ("start", "year"),
                f"found {start.year}, before today ({today}), with status 'exploration'; "
                "correct the year or the status",
            )
    for dotted, figure in record.figures():
        on = day_of(figure.on)
        if on is not None and on > today:
            fault(
                (*_path(dotted), "on"), f"found {figure.on}, after today ({today}); a figure is of a past day"
            )


def _check_money(record: Project, fault: Say, place: Place, found: Found, rates: Sequence[Rate]) -> None:
    for number, one in enumerate(record.capex):
        low, high = one.million if one.low is None else one.low, one.million if one.high is None else one.high
        if not low <= one.million <= high:
            fault(
                ("capex", number),
                f"found {low:g}, {one.million:g}, {high:g}; write low, million, high in order",
            )
    for kind, index, currency in _currencies(record):
        if currency not in CURRENCIES:
            fault(
                (kind, index, "currency"),
                f"unknown currency {currency!r}{_near(currency, sorted(CURRENCIES))}",
            )
    for number, one in enumerate(record.capex):
        on = middle_of(one.on)
        if one.usd_million is not None or on is None or one.currency not in CURRENCIES:
            continue
        if usd(one.currency, on, rates) is None:
            found.doubts.append(
                f"{place(('capex', number, 'currency'))}: currency without a rate: no rate of {one.currency} "
                f"within half a year of {one.on}, so it is not converted; give one with --rates FILE, or "
                "'usd_million' if the source prints dollars too"
            )


def _currencies(record: Project) -> Iterator[tuple[str, int, str]]:
    kinds = ("capex", "opex", "economics", "financing", "history")
    for kind in kinds:
        for number, one in enumerate(getattr(record, kind)):
            if one.currency is not None:
                yield kind, number, one.currency
