"""Files of firms and of slots, as tables: every fault with its file, line and column, all at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pactolus.errors import InputError, UnknownTermError
from pactolus.projects.base.cells import Cells, countries_in, country_in, mineral_in, names_in, rows_in
from pactolus.projects.matching.bundles import ONE_FIRM
from pactolus.workspace.labels import Label, Levels

__all__ = ["FIRM_COLUMNS", "ROLES", "SLOT_COLUMNS", "Line", "Slot", "read_firms", "read_slots"]

#: Role -> the unit of its capacities and needs.
ROLES: Final[Mapping[str, str]] = {
    "equity": "musd",
    "offtake": "t",
    "epc": "place",
    "processing": "t",
    "finance": "musd",
    "finance_lead": "place",
}
assert set(ONE_FIRM) <= set(ROLES)
FIRM_COLUMNS: Final = (
    *("firm", "country", "role", "mineral", "hosts", "not_hosts", "capacity", "least"),
    *("value", "values", "prefers", "apart", "label"),
)
SLOT_COLUMNS: Final = (
    *("slot", "project", "host", "mineral", "role", "need", "least", "whole_equity", "required"),
    *("value", "values", "prefers", "label"),
)
_FIRM_NEEDS: Final = ("firm", "country", "role", "capacity")
_SLOT_NEEDS: Final = ("slot", "project", "host", "mineral", "role", "need", "label")
_NO_PARTNER: Final = "PRK"
_LARGEST: Final = 1e12


@dataclass(frozen=True, kw_only=True)
class Line:
    """What one firm would do in one role, as its owner enters it.

    Attributes
    ----------
    firm : str
    country : str
        ISO alpha-3.
    role : str
        Of `ROLES`.
    mineral : str or None
        Any if None.
    hosts, not_hosts : frozenset of str
        Where it would go (anywhere if empty), and where not. ISO alpha-3.
    capacity, least : float
        In all, and of one slot if it takes any. [unit of the role]
    value : float or None
        Gained by a unit in any slot that fits; None: only in those of `values`. [USD a year a unit]
    values : mapping of str to float
        Slot -> value, before `value`.
    prefers : tuple of str
        Slots, the best first; the only ones it enters if nothing is paid. By value if empty.
    apart : frozenset of str
        Firms with which it is not in one project.
    label : Label
    source : str
        ``firms.csv:3``.
    """

    firm: str
    country: str
    role: str
    mineral: str | None
    hosts: frozenset[str]
    not_hosts: frozenset[str]
    capacity: float
    least: float
    value: float | None
    values: Mapping[str, float]
    prefers: tuple[str, ...]
    apart: frozenset[str]
    label: Label
    source: str

    @property
    def unit(self) -> str:
        """Of its capacity."""
        return ROLES[self.role]

    def fits(self, slot: Slot) -> bool:
        """Whether role, mineral and host agree."""
        return (
            self.role == slot.role
            and self.mineral in (None, slot.mineral)
            and (not self.hosts or slot.host in self.hosts)
            and slot.host not in self.not_hosts
        )


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One role of one project.

    Attributes
    ----------
    slot, project : str
    host : str
        ISO alpha-3.
    mineral, role : str
    need, least : float
        In all, and of one firm if it takes any. [unit of the role]
    whole_equity : float
        Of the project, for caps on shares; `need` unless given. [million USD]
    required : bool
        The project does not go ahead in a bundle unless the slot is full.
    value : float or None
        What the project gains by a unit of any firm; None: only of those of `values`. [USD a year a unit]
    values : mapping of str to float
        Firm -> value.
    prefers : tuple of str
        Firms, the best first.
    label : Label
    source : str
    """

    slot: str
    project: str
    host: str
    mineral: str
    role: str
    need: float
    least: float
    whole_equity: float
    required: bool
    value: float | None
    values: Mapping[str, float]
    prefers: tuple[str, ...]
    label: Label
    source: str


def read_firms(file: Path, levels: Levels | None = None) -> tuple[Line, ...]:
    """What firms would do, from a CSV file with `FIRM_COLUMNS`.

    Parameters
    ----------
    file : Path
    levels : Levels, optional
        Of the deployment. A row without a label is read as its country's strictest level.

    Raises
    ------
    DataError
        If the file cannot be read as a table with these columns.
    InputError
        All faults of the rows at once, each with file, line and column.
    """
    known, faults = levels or Levels(), list[str]()
    found = [_line(cells, known) for cells in rows_in(file, FIRM_COLUMNS, _FIRM_NEEDS, faults)]
    lines = tuple(one for one in found if one is not None)
    countries: dict[str, Line] = {}
    for one in lines:
        first = countries.setdefault(one.firm, one)
        if first.country != one.country:
            faults.append(
                f"{one.source}: country: {one.firm} is of {one.country}, at {first.source} of "
                f"{first.country}; a firm has one country"
            )
    for one in lines:
        faults += [
            _unknown(one.source, "apart", "firm", n, countries) for n in one.apart if n not in countries
        ]
    if faults:
        raise InputError.gathered(faults)
    return lines


def read_slots(file: Path, levels: Levels | None = None) -> tuple[Slot, ...]:
    """Roles of projects, from a CSV file with `SLOT_COLUMNS`.

    Raises
    ------
    DataError
        If the file cannot be read as a table with these columns.
    InputError
        All faults of the rows at once, each with file, line and column.
    """
    known, faults = levels or Levels(), list[str]()
    found = [_slot(cells, known) for cells in rows_in(file, SLOT_COLUMNS, _SLOT_NEEDS, faults)]
    slots = tuple(one for one in found if one is not None)
    seen: dict[str, Slot] = {}
    hosts: dict[str, Slot] = {}
    for one in slots:
        if one.slot in seen:
            faults.append(f"{one.source}: slot: {one.slot} stands twice, first at {seen[one.slot].source}")
        seen.setdefault(one.slot, one)
        first = hosts.setdefault(one.project, one)
        if first.host != one.host:
            faults.append(
                f"{one.source}: host: {one.project} is in {one.host}, at {first.source} in {first.host}; "
                "a project has one host"
            )
    if faults:
        raise InputError.gathered(faults)
    return slots


def _line(cells: Cells, levels: Levels) -> Line | None:
    firm = cells.take("firm", str, "", needed=True)
    country = cells.take("country", country_in, "", needed=True)
    nowhere, no_slots, nothing = frozenset[str](), tuple[str, ...](), dict[str, float]()
    label = Label(((country, levels.for_member(country)[-1]),)) if country else Label()
    value = cells.take("value", _number, None)
    values = cells.take("values", _values, nothing)
    if not cells.cells.get("value") and not cells.cells.get("values"):
        cells.fault("value", "no value and no values; a missing value is not zero, enter one of them")
    capacity = cells.take("capacity", _quantity, 0.0, needed=True)
    least = cells.take("least", _quantity, 0.0)
    apart = frozenset(cells.take("apart", names_in, no_slots))
    if least > capacity:
        cells.fault("least", f"{least:g} is more than the capacity {capacity:g}")
    if firm in apart:
        cells.fault("apart", f"{firm} is the firm itself")
    found = Line(
        firm=firm,
        country=country,
        role=cells.take("role", _role, "", needed=True),
        mineral=cells.take("mineral", mineral_in, None),
        hosts=cells.take("hosts", countries_in, nowhere),
        not_hosts=cells.take("not_hosts", countries_in, nowhere),
        capacity=capacity,
        least=least,
        value=value,
        values=values,
        prefers=cells.take("prefers", _order, no_slots),
        apart=apart,
        label=cells.take("label", levels.read, label),
        source=cells.source,
    )
    return None if cells.broken else found


def _slot(cells: Cells, levels: Levels) -> Slot | None:
    no_firms, nothing = tuple[str, ...](), dict[str, float]()
    need = cells.take("need", _quantity, 0.0, needed=True)
    role = cells.take("role", _role, "", needed=True)
    least = cells.take("least", _quantity, 0.0)
    whole = cells.take("whole_equity", _quantity, need)
    if not cells.cells.get("value") and not cells.cells.get("values"):
        cells.fault("value", "no value and no values; a missing value is not zero, enter one of them")
    if least > need:
        cells.fault("least", f"{least:g} is more than the need {need:g}")
    if cells.cells.get("whole_equity") and role and role != "equity":
        cells.fault("whole_equity", f"belongs to slots of role equity, not {role}; leave it empty")
    elif whole < need:
        cells.fault("whole_equity", f"{whole:g} is less than the need {need:g}")
    host = cells.take("host", country_in, "", needed=True)
    if host == _NO_PARTNER:
        cells.fault("host", f"{host} is under UN Security Council measures; leave the project out")
    found = Slot(
        slot=cells.take("slot", str, "", needed=True),
        project=cells.take("project", str, "", needed=True),
        host=host,
        mineral=cells.take("mineral", mineral_in, None, needed=True) or "",
        role=role,
        need=need,
        least=least,
        whole_equity=whole,
        required=cells.take("required", _yes, True),
        value=cells.take("value", _number, None),
        values=cells.take("values", _values, nothing),
        prefers=cells.take("prefers", _order, no_firms),
        label=cells.take("label", levels.read, Label(), needed=True),
        source=cells.source,
    )
    return None if cells.broken else found


# ---- cells --------------------------------------------------------------------------------


def _role(text: str) -> str:
    if text not in ROLES:
        raise UnknownTermError(f"{UnknownTermError.of('role', text, ROLES)}; known are {', '.join(ROLES)}")
    return text


def _number(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = float("nan")
    if not abs(found) <= _LARGEST:
        raise ValueError(f"{text!r} is not a number of USD a year for each unit")
    return found


def _quantity(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = float("nan")
    if not 0 < found <= 1e9:
        raise ValueError(f"{text!r}; give a quantity in the unit of the role, more than 0")
    if abs(found * 1000 - round(found * 1000)) > 1e-6:
        raise ValueError(f"{text!r} is finer than a thousandth of the unit; round it")
    return found


def _yes(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError(f"{text!r}; yes or no")
    return text == "yes"


def _order(text: str) -> tuple[str, ...]:
    found = tuple(one.strip() for one in text.split(">") if one.strip())
    if twice := [one for one in dict.fromkeys(found) if found.count(one) > 1]:
        raise ValueError(f"{', '.join(twice)} stands twice in an order of preference")
    return found


def _values(text: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in names_in(text):
        name, equals, number = (piece.strip() for piece in part.rpartition("="))
        if not equals or not name:
            raise ValueError(f"{part!r}; write NAME=NUMBER, with ';' between")
        if name in found:
            raise ValueError(f"{name} stands twice")
        found[name] = _number(number)
    return found


def _unknown(source: str, key: str, kind: str, name: str, known: Mapping[str, object]) -> str:
    return f"{source}: {key}: {UnknownTermError.of(kind, name, known)}"
