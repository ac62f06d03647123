"""What single companies and institutions would do, as their owners enter it: a file of its own.

A row is one company in one role. `equity` holds a part of projects with its own money, `finance` lends to
the holders of its country, `offtake` takes product. Money of an agency stands apart from that of firms: it
is bound by the dated powers and by the agencies' budget. What is empty sets no limit; it is not nought.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from pactolus.errors import InputError, OptionError, UnknownTermError
from pactolus.projects.base.cells import Cells, countries_in, country_in, mineral_in, names_in, rows_in
from pactolus.projects.selection.powers import Power, powers_on
from pactolus.workspace.labels import OPEN, Label, Levels

__all__ = ["COMPANY_COLUMNS", "COMPANY_ROLES", "Company", "power_faults", "read_companies"]

COMPANY_ROLES: Final = ("equity", "finance", "offtake")
_SIDES: Final = ("firm", "agency")
COMPANY_COLUMNS: Final = (
    *("company", "country", "role", "side", "minerals", "hosts", "projects"),
    *("most_musd", "most_share", "least_musd", "most_t", "label"),
)
_NEEDED: Final = ("company", "country", "role")
#: Columns that a role has no use for, and what to do instead.
_IDLE: Final[dict[str, dict[str, str]]] = {
    "offtake": {
        "projects": "offtake is settled by product and host; name hosts",
        "most_musd": "offtake takes no money; add a row of role equity",
        "most_share": "offtake takes no money; limit it by most_t",
        "least_musd": "offtake takes no money; add a row of role equity",
        "side": "agencies take no product here; leave it empty",
    },
    "equity": {"most_t": "money takes no product; add a row of role offtake"},
    "finance": {"most_t": "money takes no product; add a row of role offtake"},
}


@dataclass(frozen=True, kw_only=True)
class Company:
    """One company in one role.

    Attributes
    ----------
    company, country, role : str
    agency : bool
        Its money is the agencies'.
    minerals : tuple of str
        All if empty.
    hosts, projects : frozenset of str
        All if empty.
    most_musd : float or None
        In all projects and years together. [million USD]
    most_share : float or None
        Of each call of money of a project, for what is on offer of it; for a lender that is no agency: of the
        firms' money of its country in it. [0-1]
    least_musd : float
        In a project, if anything. [million USD]
    most_t : float or None
        Of each of its minerals. [t/year]
    named : bool
        False for the rest of a country's side, which nobody entered.
    label : Label
    source : str
        ``companies.csv:3``.
    """

    company: str
    country: str
    role: str
    agency: bool = False
    minerals: tuple[str, ...] = ()
    hosts: frozenset[str] = frozenset()
    projects: frozenset[str] = frozenset()
    most_musd: float | None = None
    most_share: float | None = None
    least_musd: float = 0.0
    most_t: float | None = None
    named: bool = True
    label: Label = OPEN
    source: str = "companies"

    def fits(self, product: str, host: str, project: str | None = None) -> bool:
        """Whether a project, or a product of a host, is one that it looks at."""
        return (
            (not self.minerals or any(is_of(product, one) for one in self.minerals))
            and (not self.hosts or host in self.hosts)
            and (project is None or not self.projects or project in self.projects)
        )

    def meets(self, other: Company) -> bool:
        """Whether both rows could speak of one project."""
        return (
            (self.company, self.role) == (other.company, other.role)
            and (not self.minerals or not other.minerals or bool({*self.minerals} & {*other.minerals}))
            and (not self.hosts or not other.hosts or bool(self.hosts & other.hosts))
            and (not self.projects or not other.projects or bool(self.projects & other.projects))
        )


def is_of(product: str, mineral: str) -> bool:
    """Whether a product, a mineral at a stage, is of a mineral.

    Examples
    --------
    >>> is_of("lithium (ore)", "lithium"), is_of("lithium (ore)", "nickel")
    (True, False)
    """
    return product == mineral or product.startswith(f"{mineral} (")


def read_companies(
    file: Path, levels: Levels | None = None, *, invented: bool = False
) -> tuple[Company, ...]:
    """What companies would do, from a CSV file with `COMPANY_COLUMNS`.

    Parameters
    ----------
    file : Path
    levels : Levels, optional
        Of the deployment. A row without a label is read as its country's strictest level.
    invented : bool
        Minerals and hosts are those of invented projects, which are no terms.

    Raises
    ------
    DataError
        If the file cannot be read as a table with these columns.
    InputError
        All faults of the rows at once, each with file, line and column.
    """
    known, faults = levels or Levels(), list[str]()
    lines = rows_in(file, COMPANY_COLUMNS, _NEEDED, faults)
    read = [(cells, _company(cells, known, invented)) for cells in lines]
    found = [(cells, one) for cells, one in read if one is not None]
    for n, (cells, one) in enumerate(found):
        _beside(cells, one, [other for _, other in found[:n]])
    if faults:
        raise InputError.gathered(faults)
    return tuple(one for _, one in found)


def _company(cells: Cells, levels: Levels, invented: bool) -> Company | None:
    nothing, nowhere = tuple[str, ...](), frozenset[str]()
    name, country = (
        cells.take("company", str, "", needed=True),
        cells.take("country", country_in, "", needed=True),
    )
    role = cells.take("role", _role, "", needed=True)
    for column, mend in _IDLE.get(role, {}).items():
        if cells.cells.get(column):
            cells.fault(column, f"means nothing for role {role}: {mend}")
    strict = Label(((country, levels.for_member(country)[-1]),)) if country else OPEN
    most, least = cells.take("most_musd", _amount, None), cells.take("least_musd", _amount, 0.0)
    if most is not None and least is not None and least > most:
        cells.fault("least_musd", f"{least:g} is more than most_musd {most:g}; lower it")
    agency = cells.take("side", _side, _is_agency(name, country)) if role != "offtake" else False
    if _is_agency(name, country) and not agency and role != "offtake":
        cells.fault("side", f"{name} is an agency with dated powers; write agency, or leave it empty")
    share = cells.take("most_share", _part, None)
    if role == "finance" and not agency and (share is None or share >= 1):
        cells.fault("most_share", "a lender's part of its country's money is below 1; somebody holds equity")
    found = Company(
        company=name,
        country=country,
        role=role,
        agency=agency,
        minerals=cells.take("minerals", names_in if invented else _minerals, nothing),
        hosts=cells.take(
            "hosts", (lambda text: frozenset(names_in(text))) if invented else countries_in, nowhere
        ),
        projects=cells.take("projects", lambda text: frozenset(names_in(text)), nowhere),
        most_musd=most,
        most_share=share,
        least_musd=least or 0.0,
        most_t=cells.take("most_t", _amount, None),
        label=cells.take("label", levels.read, strict),
        source=cells.source,
    )
    return None if cells.broken else found


def _beside(cells: Cells, one: Company, before: Sequence[Company]) -> None:
    """Faults of a row beside those before it."""
    for other in before:
        if other.company == one.company and other.country != one.country:
            cells.fault(
                "country", f"{one.company} is of {other.country} at {other.source}; a company has one country"
            )
            return
    if twice := [other.source for other in before if other.meets(one)]:
        cells.fault(
            "role", f"{one.company} stands at {twice[0]} with the same role and project; keep one row"
        )
    lenders = [x for x in (*before, one) if x.role == "finance" and not x.agency and x.country == one.country]
    total = sum(x.most_share or 0.0 for x in lenders)
    if one in lenders and total >= 1:
        cells.fault(
            "most_share", f"lenders of {one.country} make {total:g} together; below 1, somebody holds equity"
        )


def power_faults(
    companies: Iterable[Company], on: date, powers: Iterable[Power] | None = None
) -> Iterator[str]:
    """Agencies that may not hold equity on a day, by the dated records.

    Parameters
    ----------
    companies : iterable of Company
    on : date
    powers : iterable of Power, optional
        The shipped ones if omitted.
    """
    known = powers_on(on, powers)
    for one in companies:
        if not one.agency or one.role != "equity":
            continue
        equity = [p for p in known if p.member == one.country and p.kind == "equity"]
        own = [p for p in equity if p.agency == one.company] or equity
        if not any(p.most > 0 for p in own):
            said = ", ".join(f"{p.id}, {p.measure}" for p in own) or "none for its country"
            yield (
                f"{one.source}: role: {one.company} may take no equity abroad on {on} (records: {said}); "
                "leave the row out, or make it finance"
            )


def unknown_of(
    companies: Iterable[Company], members: Sequence[str], projects: Sequence[str]
) -> Iterator[str]:
    """Rows that do not fit: countries that are no members, projects that are no candidates."""
    for row in companies:
        if row.country not in members:
            known = ", ".join(members)
            yield f"{row.source}: country: {row.company} is of {row.country}, no member; they are {known}"
        for name in sorted(row.projects - set(projects)):
            told = UnknownTermError.of("project", name, projects)
            yield f"{row.source}: projects: {told}; it is no candidate of this run"


# ---- cells --------------------------------------------------------------------------------


def _is_agency(name: str, country: str) -> bool:
    from pactolus.projects.selection.powers import shipped_powers

    return any(one.agency == name and one.member == country for one in shipped_powers())


def _role(text: str) -> str:
    if text not in COMPANY_ROLES:
        told = UnknownTermError.of("role", text, COMPANY_ROLES)
        raise UnknownTermError(f"{told}; known are {', '.join(COMPANY_ROLES)}")
    return text


def _side(text: str) -> bool:
    if text not in _SIDES:
        raise OptionError(f"{text!r}; firm or agency")
    return text == "agency"


def _minerals(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mineral_in(one) for one in names_in(text)))


def _bounded(text: str, most: float, told: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = float("nan")
    if not 0 <= found <= most:
        raise OptionError(f"{text!r}; {told}")
    return found


def _amount(text: str) -> float:
    return _bounded(text, 1e9, "give a number, nought or more; empty is no limit")


def _part(text: str) -> float:
    found = _bounded(text, 1.0, "give a part, above 0 to 1, where 1 is 100 %")
    if not found > 0:
        raise OptionError(f"{text!r}; give a part above 0, or leave the row out")
    return found
