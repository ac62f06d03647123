"""Firms and slots matched by every method asked for, with what each method leaves behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from pactolus.errors import InputError, NoAnswerError, UnknownTermError
from pactolus.projects.matching.bundles import Bundle, BundleLimits, Bundling, bundle
from pactolus.projects.matching.problem import MatchProblem, match_problem
from pactolus.projects.matching.stable import Blocking, blocking_pairs, stable_match
from pactolus.projects.matching.transfers import Assignment, assign
from pactolus.workspace.labels import Label, Levels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.projects.matching.reading import Line, Slot

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["METHODS", "PARTS", "MatchStudy", "Matched", "Method", "match_firms", "methods_of", "problem_of"]

Method = Literal["transfers", "stable", "stable_slots", "bundle"]
METHODS: Final[tuple[Method, ...]] = ("transfers", "stable", "stable_slots", "bundle")
#: Whole numbers in one unit of a role.
PARTS: Final = 1000
_WATCHED: Final = ("RUS", "BLR", "IRN", "MMR")


@dataclass(frozen=True, kw_only=True, eq=False)
class Matched:
    """What one method gives.

    Attributes
    ----------
    method : str
        ``transfers``, ``stable`` (firms offer), ``stable_slots`` (slots offer) or ``bundle``.
    quantity : ndarray of int64, shape (n, m)
        In thousandths of the unit of the role.
    value : float
        Joint value. [USD a year]
    blocking : Blocking
        Pairs that would leave it together if nothing is paid.
    """

    method: Method
    quantity: Ints
    value: float
    blocking: Blocking


@dataclass(frozen=True, kw_only=True, eq=False)
class MatchStudy:
    """A matching by each method.

    Attributes
    ----------
    lines : tuple of Line
    slots : tuple of Slot
    problem : MatchProblem
        As the methods without bundles see it: no line has more of a project's equity than the cap.
    matched : dict of str to Matched
        By method.
    assignment : Assignment or None
        Prices, where the method ``transfers`` was asked for.
    bundle : Bundle or None
    label : Label
        The strictest of all inputs.
    notes : tuple of str
        What holds for all readers; no firm is named.
    """

    lines: tuple[Line, ...]
    slots: tuple[Slot, ...]
    problem: MatchProblem
    matched: Mapping[Method, Matched]
    assignment: Assignment | None
    bundle: Bundle | None
    label: Label
    notes: tuple[str, ...]

    def lost(self, method: Method) -> float | None:
        """Part of the best joint value that a method does without; None where nothing can be gained."""
        best = self.matched.get("transfers")
        if best is None or best.value <= 0:
            return None
        return 1.0 - self.matched[method].value / best.value


def methods_of(names: Iterable[str]) -> tuple[Method, ...]:
    """Methods of the names that users type: ``transfers``, ``stable`` (both ways), ``bundle``, ``all``."""
    return tuple(dict.fromkeys(one for name in names for one in _NAMED[name]))


_NAMED: Final[Mapping[str, tuple[Method, ...]]] = {
    "transfers": ("transfers",),
    "stable": ("stable", "stable_slots"),
    "bundle": ("bundle",),
    "all": ("transfers", "stable", "stable_slots", "bundle"),
}


def match_firms(
    lines: Sequence[Line],
    slots: Sequence[Slot],
    *,
    methods: Sequence[Method] = METHODS,
    limits: BundleLimits | None = None,
    levels: Levels | None = None,
    nodes: int = 20_000,
) -> MatchStudy:
    """Match firms to slots by each method.

    Parameters
    ----------
    lines : sequence of Line
    slots : sequence of Slot
    methods : sequence of str
        Of `METHODS`; ``transfers`` is always solved, as the measure of what the others lose.
    limits : BundleLimits, optional
        The cap on equity binds in every method, the others in ``bundle``.
    levels : Levels, optional
        Of the deployment.
    nodes : int
        Budget of the search for bundles.

    Returns
    -------
    MatchStudy

    Raises
    ------
    InputError
        All faults at once: names of slots or firms that the other file does not have, two rows of a firm for
        the same slot, a method or limit that cannot be used.
    NoAnswerError
        If no line fits any slot, or a project that must go ahead cannot.
    """
    asked = limits or BundleLimits()
    _check(lines, slots, methods, asked)
    problem = problem_of(lines, slots, equity_cap=asked.equity_cap)
    if not (problem.most > 0).any():
        raise NoAnswerError("matching: no firm fits any slot; compare roles, minerals, hosts and values")
    assignment = assign(problem)
    whole = (
        bundle(_uncapped(lines, slots), _roles(lines, slots), asked, nodes=nodes)
        if "bundle" in methods
        else None
    )
    quantities: dict[Method, Ints] = {"transfers": assignment.quantity}
    if "stable" in methods:
        quantities["stable"] = stable_match(problem)
    if "stable_slots" in methods:
        quantities["stable_slots"] = stable_match(problem, "slots")
    if whole is not None:
        quantities["bundle"] = whole.quantity
    return MatchStudy(
        lines=tuple(lines),
        slots=tuple(slots),
        problem=problem,
        matched={
            method: Matched(
                method=method,
                quantity=x,
                value=problem.welfare(x),
                blocking=blocking_pairs(problem, x),
            )
            for method, x in quantities.items()
        },
        assignment=assignment,
        bundle=whole,
        label=(levels or Levels()).strictest([*(i.label for i in lines), *(j.label for j in slots)]),
        notes=_notes(slots, whole, asked),
    )


def problem_of(
    lines: Sequence[Line], slots: Sequence[Slot], *, equity_cap: float | None = None
) -> MatchProblem:
    """Lines and slots as arrays, in thousandths of the unit of each role.

    Parameters
    ----------
    lines, slots : sequence
    equity_cap : float, optional
        Most of a project's equity for one line, 0-1.
    """
    import numpy as np

    shape = (len(lines), len(slots))
    firm_value, slot_value = np.full(shape, np.nan), np.full(shape, np.nan)
    firm_score, slot_score = np.full(shape, np.nan), np.full(shape, np.nan)
    supply = np.array([round(one.capacity * PARTS) for one in lines], dtype=np.int64)
    need = np.array([round(one.need * PARTS) for one in slots], dtype=np.int64)
    most = np.minimum(supply[:, None], need[None, :])
    for i, line in enumerate(lines):
        for j, slot in enumerate(slots):
            if line.fits(slot):
                mine, theirs = line.values.get(slot.slot, line.value), slot.values.get(line.firm, slot.value)
                if mine is not None and theirs is not None:
                    firm_value[i, j], slot_value[i, j] = mine / PARTS, theirs / PARTS
                    firm_score[i, j] = _score(slot.slot, line.prefers, mine)
                    slot_score[i, j] = _score(line.firm, slot.prefers, theirs)
                    if equity_cap is not None and slot.role == "equity":
                        cap = int(equity_cap * round(slot.whole_equity * PARTS))
                        most[i, j] = min(most[i, j], cap)
    return match_problem(
        firm_value, slot_value, supply, need, most=most, firm_score=firm_score, slot_score=slot_score
    )


def _score(name: str, prefers: Sequence[str], value: float) -> float:
    """Place in an order of preference, else the value; missing where the order leaves it out."""
    if not prefers:
        return value
    return float(len(prefers) - prefers.index(name)) if name in prefers else float("nan")


def _uncapped(lines: Sequence[Line], slots: Sequence[Slot]) -> MatchProblem:
    return problem_of(lines, slots)


def _roles(lines: Sequence[Line], slots: Sequence[Slot]) -> Bundling:
    import numpy as np

    least = [[max(line.least, slot.least) for slot in slots] for line in lines]
    return Bundling(
        firm=[one.firm for one in lines],
        country=[one.country for one in lines],
        project=[one.project for one in slots],
        role=[one.role for one in slots],
        required=[one.required for one in slots],
        least=np.rint(np.array(least) * PARTS).astype(np.int64),
        whole_equity=np.array([round(one.whole_equity * PARTS) for one in slots], dtype=np.int64),
        apart=frozenset(frozenset((one.firm, other)) for one in lines for other in one.apart),
    )


def _check(
    lines: Sequence[Line], slots: Sequence[Slot], methods: Sequence[Method], limits: BundleLimits
) -> None:
    faults = [
        f"method: {UnknownTermError.of('method', one, METHODS)}" for one in methods if one not in METHODS
    ]
    firms, names = {one.firm for one in lines}, {one.slot for one in slots}
    for line in lines:
        faults += _strangers(line, {"values": line.values, "prefers": line.prefers}, "slot", names)
    for slot in slots:
        faults += _strangers(slot, {"values": slot.values, "prefers": slot.prefers}, "firm", firms)
    caps: dict[str, float | None] = {"equity_cap": limits.equity_cap, "country_cap": limits.country_cap}
    for name, cap in caps.items():
        if cap is not None and not 0 < cap <= 1:
            faults.append(f"{name}: {cap:g}; give a part of the equity, more than 0, at most 1")
    faults += _twice(lines, slots)
    projects = {one.project for one in slots}
    faults += [
        f"must: {UnknownTermError.of('project', one, projects)}" for one in limits.must if one not in projects
    ]
    if faults:
        raise InputError.gathered(faults)


def _twice(lines: Sequence[Line], slots: Sequence[Slot]) -> list[str]:
    """Rows of one firm that both fit a slot: its capacity and its cap would count twice."""
    faults = []
    for number, line in enumerate(lines):
        for other in lines[:number]:
            if other.firm == line.firm and other.role == line.role:
                both = [one.slot for one in slots if line.fits(one) and other.fits(one)]
                if both:
                    faults.append(
                        f"{line.source}: role: this row and that of {other.source} both fit "
                        f"{', '.join(both)}; join them, or keep them apart by mineral or host"
                    )
    return faults


def _strangers(one: Line | Slot, given: Mapping[str, Any], kind: str, known: set[str]) -> list[str]:
    return [
        f"{one.source}: {key}: {UnknownTermError.of(kind, name, sorted(known))}"
        for key, names in given.items()
        for name in names
        if name not in known
    ]


def _notes(slots: Sequence[Slot], whole: Bundle | None, limits: BundleLimits) -> tuple[str, ...]:
    watched = sorted({one.host for one in slots if one.host in _WATCHED})
    notes = [
        f"equity of one firm in a project: at most {limits.equity_cap:.0%} in every method; minimum "
        "shares, one firm for EPC, processing and the lead in finance, and firms of each member: in bundles "
        "alone"
    ]
    if watched:
        notes.append(f"hosts {', '.join(watched)}: under sanctions or controls of some; have each checked")
    if whole is not None and whole.status != "optimal":
        notes.append("bundles: the search ended at its limit of nodes; allow more with --nodes")
    return tuple(notes)
