"""Whole projects: who takes which part, where a project goes ahead only with all of them.

    maximise   sum c_ij x_ij
    least_ij z_ij <= x_ij <= most_ij z_ij,      z_ij <= y_p            parts of a project that goes ahead
    sum_i x_ij <= need_j,   sum_i x_ij >= need_j y_p where the slot is required
    sum_j x_ij <= supply_i                                             capacity of the line
    equity of a firm, and of a country, <= cap x whole equity of the project
    one firm at most for EPC, for processing, for the lead in finance
    at least one firm of each member in each project
    two firms that stay apart, two roles that one firm may not hold together

x is continuous, y and z are 0 or 1. Rows have names and belong to a kind of limit, so that a programme
without an answer can say which kinds clash.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import NoAnswerError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.projects.matching.problem import MatchProblem
    from pactolus.solvers import LinearProgram

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["ONE_FIRM", "Bundle", "BundleLimits", "Bundling", "bundle"]

#: Roles that one firm alone takes in a project.
ONE_FIRM: Final = ("epc", "processing", "finance_lead")
#: Kinds of limits that are there by choice; the others are what a project is.
_BY_CHOICE: Final = (
    "full slots",
    "capacity",
    "minimum share",
    "equity cap of a firm",
    "equity cap of a country",
    "one firm",
    "firms of each member",
    "firms apart",
    "roles not held together",
)
_NODES: Final = 20_000
_DUST: Final = 0.01
_TOLD: Final = 8


@dataclass(frozen=True, kw_only=True)
class BundleLimits:
    """Limits that bind over roles.

    Attributes
    ----------
    equity_cap : float
        Most of a project's equity for one firm, 0-1.
    country_cap : float or None
        Most of it for all firms of one country.
    members : tuple of str
        Each has a firm in every project that goes ahead.
    one_firm : tuple of str
        Roles for one firm alone.
    not_both : tuple of (str, str)
        Roles that one firm may not hold together in a project.
    must : tuple of str
        Projects that go ahead in any case.
    """

    equity_cap: float = 0.49
    country_cap: float | None = None
    members: tuple[str, ...] = ("KOR", "JPN")
    one_firm: tuple[str, ...] = ONE_FIRM
    not_both: tuple[tuple[str, str], ...] = ()
    must: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Bundling:
    """Who the lines and slots of a problem are.

    Attributes
    ----------
    firm, country : sequence of str, length n
        Of each line.
    project, role : sequence of str, length m
        Of each slot.
    required : sequence of bool, length m
        The project does not go ahead unless the slot is full.
    least : ndarray of int64, shape (n, m)
        Least that a line takes of a slot if it takes any. [unit]
    whole_equity : ndarray of int64, shape (m,)
        Whole equity of the project, for slots of role equity. [unit]
    apart : frozenset of frozenset of str
        Pairs of firms that are not in one project.
    """

    firm: Sequence[str]
    country: Sequence[str]
    project: Sequence[str]
    role: Sequence[str]
    required: Sequence[bool]
    least: Ints
    whole_equity: Ints
    apart: frozenset[frozenset[str]] = frozenset()


@dataclass(frozen=True, kw_only=True, eq=False)
class Bundle:
    """Projects that go ahead, and who takes what.

    Attributes
    ----------
    quantity : ndarray of int64, shape (n, m)
        Rounded down to the unit.
    projects : tuple of str
        That go ahead.
    value, bound : float
        Joint value, and what no bundle exceeds. [USD a year]
    status : str
        ``optimal`` or ``node_limit``.
    why_not : dict of str to str
        Project that stays away -> the limits that keep it from going ahead, or that its firms do better
        elsewhere.
    """

    quantity: Ints
    projects: tuple[str, ...]
    value: float
    bound: float
    status: str
    why_not: dict[str, str]


def bundle(
    problem: MatchProblem, roles: Bundling, limits: BundleLimits | None = None, *, nodes: int = _NODES
) -> Bundle:
    """The most valuable set of whole projects that keeps all limits.

    Parameters
    ----------
    problem : MatchProblem
    roles : Bundling
    limits : BundleLimits, optional
    nodes : int
        Budget of the search; the same on every machine.

    Returns
    -------
    Bundle

    Raises
    ------
    NoAnswerError
        If a project that must go ahead cannot: names the limits that clash, and which kind of limit, lifted
        alone, would do.
    """
    import numpy as np

    from pactolus.solvers import solve_integer

    asked = limits or BundleLimits()
    rows = _Rows(problem, roles, asked)
    names = rows.projects
    try:
        found = solve_integer(rows.program(), rows.whole(), nodes=nodes, where="bundles")
    except NoAnswerError as error:
        if not asked.must or _possible(problem, roles, asked, asked.must, nodes):
            raise
        raise NoAnswerError(f"bundles: {_because(problem, roles, asked, nodes, asked.must)}") from error
    # what lies below the smallest unit is the solver's tolerance
    held = np.where(found.x[rows.part] > 0.5, found.x[: rows.pairs], 0.0) * rows.column
    x = np.zeros(problem.shape, dtype=np.int64)
    x[rows.i, rows.j] = np.floor(held + _DUST).astype(np.int64)
    on = found.x[2 * rows.pairs :] > 0.5
    away = [name for name, one in zip(names, on, strict=True) if not one]
    return Bundle(
        quantity=x,
        projects=tuple(name for name, one in zip(names, on, strict=True) if one),
        value=-found.objective * rows.scale,
        bound=-found.bound * rows.scale,
        status=found.status,
        why_not={name: _alone(problem, roles, asked, name, nodes) for name in away},
    )


def _alone(problem: MatchProblem, roles: Bundling, limits: BundleLimits, project: str, nodes: int) -> str:
    """Why a project stays away: what lacks even if nothing else is done."""
    if _possible(problem, roles, limits, (project,), nodes):
        return "possible; its firms do better elsewhere, or it is worth nothing"
    return _because(problem, roles, limits, nodes, (project,))


def _because(
    problem: MatchProblem, roles: Bundling, limits: BundleLimits, nodes: int, must: tuple[str, ...]
) -> str:
    """Limits that clash if fractions are allowed, and kinds of which each, lifted alone, would do."""
    from dataclasses import replace

    from pactolus.solvers.diagnosis import clash

    program = _Rows(problem, roles, replace(limits, must=must), only=must).program(free=True)
    found = clash(program)
    named = [program.row_names[row] for row in found.rows] if found else []
    more = f" and {len(named) - _TOLD} more" if len(named) > _TOLD else ""
    told = f"cannot hold together: {'; '.join(named[:_TOLD])}{more}. " if named else "fractions would do. "
    return told + _mends(problem, roles, limits, nodes, must)


def _possible(
    problem: MatchProblem,
    roles: Bundling,
    limits: BundleLimits,
    must: tuple[str, ...],
    nodes: int,
    without: str = "",
) -> bool:
    """Whether projects can go ahead, one kind of limit lifted if named."""
    from dataclasses import replace

    from pactolus.solvers import solve_integer

    rows = _Rows(problem, roles, replace(limits, must=must), without=without, only=must)
    try:
        solve_integer(rows.program(free=True), rows.whole(), nodes=nodes)
    except NoAnswerError:
        return False
    return True


def _mends(
    problem: MatchProblem, roles: Bundling, limits: BundleLimits, nodes: int, must: tuple[str, ...]
) -> str:
    """Kinds of limits of which each, lifted alone, would let the projects go ahead."""
    present = _Rows(problem, roles, limits, only=must).kinds
    would = [
        kind
        for kind in _BY_CHOICE
        if kind in present and _possible(problem, roles, limits, must, nodes, without=kind)
    ]
    if not would:
        return f"No kind of limit lifted alone lets {', '.join(must)} go ahead"
    return f"It would do to lift one of: {', '.join(would)}"


@dataclass(eq=False)
class _Rows:
    """The programme, row by row."""

    problem: MatchProblem
    roles: Bundling
    limits: BundleLimits
    without: str = ""
    only: tuple[str, ...] = ()
    entries: list[tuple[list[int], list[float], float, float, str]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        import numpy as np

        known = list(dict.fromkeys(self.roles.project))
        self.projects = [one for one in known if not self.only or one in self.only]
        joint = self.problem.joint
        inside = np.isin(np.array(self.roles.project, dtype=object), self.projects)
        self.i, self.j = np.nonzero(np.isfinite(joint) & inside[None, :])
        self.pairs = int(self.i.size)
        self.worth = joint[self.i, self.j]
        self.most = self.problem.most[self.i, self.j].astype(float)
        self.column = np.maximum(self.problem.need[self.j].astype(float), 1.0)
        self.scale = float(np.max(np.abs(self.worth * self.column), initial=0.0)) or 1.0
        self.part = np.arange(self.pairs, 2 * self.pairs)
        self.firm = np.array(self.roles.firm, dtype=object)[self.i]
        self.country = np.array(self.roles.country, dtype=object)[self.i]
        self.role = np.array(self.roles.role, dtype=object)[self.j]
        self.project = np.array(self.roles.project, dtype=object)[self.j]
        for build in (self._parts, self._slots, self._lines, self._equity, self._people, self._apart):
            build()

    def _add(
        self,
        kind: str,
        name: str,
        at: Any,
        by: Any,
        lower: float = float("-inf"),
        upper: float = float("inf"),
    ) -> None:
        if kind != self.without:
            self.kinds.append(kind)
            self.entries.append((list(map(int, at)), list(map(float, by)), lower, upper, name))

    def _on(self, project: str) -> int:
        return 2 * self.pairs + self.projects.index(project)

    def _parts(self) -> None:
        """A part is within its limits, and only of a project that goes ahead."""
        for k in range(self.pairs):
            i, j = int(self.i[k]), int(self.j[k])
            name = f"{self.roles.firm[i]} as {self.roles.role[j]} of {self.roles.project[j]}"
            z, on = self.pairs + k, self._on(self.roles.project[j])
            self._add("fits", f"{name}: at most", [k, z], [1, -self.most[k]], upper=0)
            self._add("project", f"{name}: with the project", [z, on], [1, -1], upper=0)
            if least := float(self.roles.least[i, j]):
                self._add("minimum share", f"{name}: at least", [k, z], [1, -least], lower=0)

    def _slots(self) -> None:
        import numpy as np

        for j, project in enumerate(self.roles.project):
            if project not in self.projects:
                continue
            held, need = np.flatnonzero(self.j == j), float(self.problem.need[j])
            name = f"{self.roles.role[j]} of {project}"
            if held.size:
                self._add("need", f"{name}: no more than it takes", held, [1] * held.size, upper=need)
            if self.roles.required[j]:
                at, by = [*held, self._on(project)], [1] * held.size + [-need]
                self._add("full slots", f"{name}: full", at, by, lower=0)

    def _lines(self) -> None:
        import numpy as np

        for i in range(self.problem.shape[0]):
            held = np.flatnonzero(self.i == i)
            if held.size:
                name = f"capacity of {self.roles.firm[i]}"
                upper = float(self.problem.supply[i])
                self._add("capacity", name, held, [1] * held.size, upper=upper)

    def _equity(self) -> None:
        """Caps on one firm's equity, and on that of all firms of one country."""
        import numpy as np

        caps = [(self.firm, self.limits.equity_cap, "equity cap of a firm")]
        if self.limits.country_cap is not None:
            caps.append((self.country, self.limits.country_cap, "equity cap of a country"))
        for owner, cap, kind in caps:
            for project in self.projects:
                mine = (self.project == project) & (self.role == "equity")
                whole = sum(
                    int(self.roles.whole_equity[j])
                    for j, name in enumerate(self.roles.project)
                    if name == project and self.roles.role[j] == "equity"
                )
                for one in dict.fromkeys(owner[mine]):
                    held = np.flatnonzero(mine & (owner == one))
                    name = f"equity of {one} in {project}"
                    self._add(kind, name, held, [1] * held.size, upper=cap * whole)

    def _people(self) -> None:
        """One firm for some roles, a firm of each member, and whether the project must go ahead."""
        import numpy as np

        for project in self.projects:
            mine = self.project == project
            for role in self.limits.one_firm:
                held = np.flatnonzero(mine & (self.role == role))
                if held.size:
                    at, by = self.pairs + held, [1] * held.size
                    self._add("one firm", f"one firm for {role} in {project}", at, by, upper=1)
            for member in self.limits.members:
                held = np.flatnonzero(mine & (self.country == member))
                both = [1] * held.size + [-1]
                z_on = [*(self.pairs + held).tolist(), self._on(project)]
                self._add("firms of each member", f"a firm of {member} in {project}", z_on, both, lower=0)
            if project in self.limits.must:
                self._add("must go ahead", f"{project} goes ahead", [self._on(project)], [1], lower=1)

    def _apart(self) -> None:
        """Firms that stay apart, and roles that one firm does not hold together, in one project."""
        import numpy as np

        if not self.roles.apart and not self.limits.not_both:
            return
        for project in self.projects:
            for a, b in combinations(np.flatnonzero(self.project == project).tolist(), 2):
                z, two = [self.pairs + a, self.pairs + b], {self.role[a], self.role[b]}
                if frozenset((self.firm[a], self.firm[b])) in self.roles.apart:
                    name = f"{self.firm[a]} and {self.firm[b]} stay apart in {project}"
                    self._add("firms apart", name, z, [1, 1], upper=1)
                elif self.firm[a] == self.firm[b] and any(set(one) == two for one in self.limits.not_both):
                    name = f"{self.firm[a]} not both {' and '.join(sorted(two))} in {project}"
                    self._add("roles not held together", name, z, [1, 1], upper=1)

    def whole(self) -> Any:
        """Columns of 0 or 1."""
        import numpy as np

        return np.arange(2 * self.pairs + len(self.projects)) >= self.pairs

    def program(self, *, free: bool = False) -> LinearProgram:
        """All rows, a pair in shares of its slot; with `free` nothing is maximised."""
        import numpy as np
        from scipy import sparse

        from pactolus.solvers import linear_program

        n = 2 * self.pairs + len(self.projects)
        cost = np.zeros(n)
        if not free:
            cost[: self.pairs] = -self.worth * self.column / self.scale
        counts = [len(entry[0]) for entry in self.entries]
        at = np.array([k for entry in self.entries for k in entry[0]], dtype=int)
        by = np.array([v for entry in self.entries for v in entry[1]])
        by = by * np.concatenate([self.column, np.ones(n - self.pairs)])[at]
        row = np.repeat(np.arange(len(counts)), counts)
        size = np.zeros(len(counts))
        np.maximum.at(size, row, np.abs(by))
        size = np.maximum(size, 1e-300)
        return linear_program(
            cost,
            sparse.csc_array((by / size[row], (row, at)), shape=(len(counts), n)),
            row_lower=np.array([entry[2] for entry in self.entries]) / size,
            row_upper=np.array([entry[3] for entry in self.entries]) / size,
            upper=np.concatenate([self.most / self.column, np.ones(n - self.pairs)]),
            row_names=[entry[4] for entry in self.entries],
        )
