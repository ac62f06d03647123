"""Portfolios that are nearly as good: projects in all of them, in none, or open to negotiation.

Within a slack (a share of the gain over doing nothing) the choice is made again and again: a hop leaves, as
far as the slack allows, what the choices before have used; between hops all projects of one host or product
are left. Each hop works on the floors found so far, makes what it finds whole and prices it, which gives
one more floor. A project that its reduced cost rules in or out within the slack is `proved`; the rest is
`found`, in so many alternatives. Slacks are gone through in order; what fits a smaller one counts for the
larger ones too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import NoAnswerError, OptionError
from pactolus.projects.selection.halves import Priced
from pactolus.projects.selection.reasons import Reasons, prices_of_change, reasons_of
from pactolus.projects.selection.solve import Choice, open_columns, starts_of
from pactolus.solvers.integer import solve_integer
from pactolus.solvers.linear import LinearModel

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

__all__ = ["Alternatives", "alternatives"]

_CLOSE: Final = 1e-6
#: Hops for each alternative that is asked for; some do not end within the slack.
_EXTRA: Final = 2
#: Starts up to which a programme is small.
_SMALL: Final = 3000


@dataclass(frozen=True)
class _Effort:
    """How hard a hop tries: parts of the slack that the relaxed answer may use by the floors, starts left
    open around it, nodes, times it is made whole, and floors that are looked at.
    """

    parts: tuple[float, ...]
    near: int
    nodes: int
    tries: int
    recent: int


_HARD: Final = _Effort(parts=(0.6, 0.3, 0.1), near=60, nodes=20, tries=3, recent=40)
_QUICK: Final = _Effort(parts=(0.25, 0.08), near=20, nodes=1, tries=2, recent=6)
_COLUMNS: Final = (
    "slack",
    "project",
    "product",
    "host",
    "verdict",
    "evidence",
    "in",
    "of",
    "in_best",
    "price_musd",
    "limit",
    "substitute",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Alternatives:
    """Near-best portfolios.

    Attributes
    ----------
    choice : Choice
        The best one.
    slacks : tuple of float
        Shares of the gain over doing nothing, rising.
    start_of : ndarray of int, shape (n, P)
        The first row is the best choice.
    objective : ndarray, shape (n,)
    slack_of : ndarray, shape (n,)
        What each costs more than the best, as a share of the gain over doing nothing.
    prices : ndarray, shape (P,)
        Least cost of taking a project that is out, or leaving one that is in, by reduced costs. [million USD]
    """

    choice: Choice
    slacks: tuple[float, ...]
    start_of: Whole
    objective: Floats
    slack_of: Floats
    prices: Floats

    def verdicts(self, slack: float) -> list[str]:
        """``must_have``, ``never`` or ``negotiable`` of each project within a slack."""

        inside = self.start_of[self.slack_of <= slack + 1e-9] >= 0
        part = inside.mean(axis=0)
        return ["must_have" if x == 1 else "never" if x == 0 else "negotiable" for x in part.tolist()]

    def proved(self, slack: float) -> NDArray[np.bool_]:
        """Whether reduced costs alone rule a change out within a slack, for each project."""
        room = self.choice.objective + slack * self.choice.improvement - self.choice.bound
        base = self.start_of[0] >= 0
        relaxed = taken_in(self.choice)
        found: NDArray[np.bool_] = (self.prices > room + _CLOSE) & (relaxed == base)
        return found

    @property
    def table(self) -> pl.DataFrame:
        """A row a project and slack, without those that are never taken and far from it.

        Columns: slack, project, product, host, verdict, evidence, in how many of how many, price of a change,
        the limit that resists, and the project that takes its place or gives way to it.
        """
        import numpy as np
        import polars as pl

        one = self.choice.programme.instance
        rows = []
        for slack in self.slacks:
            within = self.start_of[self.slack_of <= slack + 1e-9]
            inside = within >= 0
            why = reasons_of(self.choice, within)
            shown = np.flatnonzero(inside.any(axis=0) | ~self.proved(slack)).tolist()
            rows += self._rows(slack, inside, shown, why)
        kinds = {
            "slack": pl.Float64,
            "in": pl.Int64,
            "of": pl.Int64,
            "in_best": pl.Boolean,
            "price_musd": pl.Float64,
        }
        frame = pl.DataFrame(rows, schema={name: kinds.get(name, pl.String) for name in _COLUMNS})
        return frame.with_columns(synthetic=pl.lit(one.synthetic))

    def _rows(
        self, slack: float, inside: NDArray[np.bool_], shown: list[int], why: Reasons
    ) -> list[dict[str, Any]]:
        """Rows of one slack."""
        one = self.choice.programme.instance
        proved, verdicts = self.proved(slack), self.verdicts(slack)
        return [
            {
                "slack": slack,
                "project": one.projects[p],
                "product": one.products[one.product_of[p]],
                "host": one.hosts[one.host_of[p]],
                "verdict": verdicts[p],
                "evidence": "proved" if proved[p] and verdicts[p] != "negotiable" else "found",
                "in": int(inside[:, p].sum()),
                "of": len(inside),
                "in_best": bool(self.start_of[0, p] >= 0),
                "price_musd": float(self.prices[p]),
                "limit": why.limit[p] if verdicts[p] == "negotiable" else "",
                "substitute": why.substitute[p] if verdicts[p] == "negotiable" else "",
            }
            for p in shown
        ]


def alternatives(
    choice: Choice, *, slacks: Sequence[float] = (0.02, 0.05, 0.10), count: int = 20
) -> Alternatives:
    """Look for portfolios that cost little more.

    Parameters
    ----------
    choice : Choice
    slacks : sequence of float
        Shares of the gain over doing nothing that may be given up.
    count : int
        Alternatives to look for over all slacks.

    Returns
    -------
    Alternatives

    Raises
    ------
    OptionError
        If a slack lies outside 0 to 1, or the count is below 1.
    """
    import numpy as np

    steps = tuple(sorted(set(slacks)))
    if not steps or not all(0 < s <= 1 for s in steps) or count < 1:
        raise OptionError(f"slacks {list(slacks)}, count {count}; give shares above 0 to 1, and at least 1")
    pool = [(choice.objective, choice.start_of)]
    hops = _Hops(choice)
    directions = _directions(choice, pool)
    for n, slack in enumerate(steps):
        limit = choice.objective + slack * choice.improvement
        wanted = len(pool) + count // len(steps) + (n < count % len(steps))
        for _ in range(_EXTRA * count):
            if len(pool) >= wanted:
                break
            found = hops.hop(next(directions), limit)
            pool += [] if found is None else [found]
    objective = np.array([cost for cost, _ in pool])
    gain = choice.improvement or 1.0
    return Alternatives(
        choice=choice,
        slacks=steps,
        start_of=np.array([start for _, start in pool]),
        objective=objective,
        slack_of=np.maximum(0.0, objective - choice.objective) / gain,
        prices=prices_of_change(choice),
    )


def taken_in(choice: Choice) -> NDArray[np.bool_]:
    """Which projects the relaxed programme takes."""
    import numpy as np

    begin = choice.programme.begin
    value = np.where(begin >= 0, choice.relaxed.x[begin], 0.0).sum(axis=1)
    found: NDArray[np.bool_] = value > 0.5
    return found


def _directions(choice: Choice, pool: list[tuple[float, Whole]]) -> Iterator[Floats]:
    """Weights of projects to be left: by use so far, and by turns those of one host or product."""
    import numpy as np

    one = choice.programme.instance
    base = choice.start_of >= 0
    spent = np.where(base, one.cash_musd.sum(axis=2)[np.arange(base.size), choice.start_of], 0.0)
    groups = [
        (where, number, float(spent[where == number].sum()))
        for where, names in ((one.host_of, one.hosts), (one.product_of, one.products))
        for number in range(len(names))
    ]
    groups = sorted((g for g in groups if g[2] > 0), key=lambda g: -g[2])
    turn = 0
    while True:
        used = np.sum([start >= 0 for _, start in pool], axis=0).astype(float)
        yield used / max(1.0, used.max())
        if groups:
            where, number, _ = groups[turn % len(groups)]
            yield (where == number).astype(float) + 1e-3 * used / max(1.0, used.max())
            turn += 1


class _Hops:
    """Choices that use least of what is weighed within a limit on their cost."""

    def __init__(self, choice: Choice) -> None:
        import numpy as np

        self._choice = choice
        self._halves = choice.halves
        size = choice.halves.first.size
        program = choice.halves.leading(np.ones(size, dtype=bool), np.zeros(size))
        self._model = LinearModel(replace(program, cost=np.zeros(size + 1)), where="alternatives")
        self._seen = len(choice.halves.cuts)
        self._effort = _HARD if int(choice.programme.integer.sum()) <= _SMALL else _QUICK

    def hop(self, weights: Floats, limit: float) -> tuple[float, Whole] | None:
        """The least weight of projects, whole and priced; none where the limit is missed."""
        import numpy as np

        made, halves = self._choice.programme, self._halves
        cost = np.zeros(made.lp.columns)
        there = made.begin >= 0
        cost[made.begin[there]] = np.broadcast_to(weights[:, None], there.shape)[there]
        for part in self._effort.parts:
            near = self._choice.objective + part * (limit - self._choice.objective)
            relaxed = self._relaxed(cost[halves.first], near)
            if relaxed is None:
                return None
            values, reduced = relaxed
            found = self._whole(values, reduced, cost[halves.first], limit)
            if found is not None:
                return found.objective, starts_of(made, found.x)
        return None

    def _relaxed(self, cost: Floats, room: float) -> tuple[Floats, Floats] | None:
        """The first half without whole numbers, its cost by the floors found so far within the room;
        begun from where the last one ended.
        """
        import numpy as np

        halves, model = self._halves, self._model
        for cut in halves.cuts[self._seen :]:
            model.add_rows(np.append(-cut.slope, 1.0)[None, :], lower=[cut.constant])
        self._seen = len(halves.cuts)
        columns = np.arange(cost.size)
        model.change_costs(columns, cost)
        model.change_columns([cost.size], upper=[room])
        try:
            found = model.solve()
        except NoAnswerError:
            return None
        return found.x[:-1], found.reduced_costs[:-1]

    def _whole(self, values: Floats, reduced: Floats, cost: Floats, limit: float) -> Priced | None:
        """Whole numbers near the relaxed answer, priced within the limit; less room each time."""
        import numpy as np

        halves = self._halves
        whole = halves.programme.integer[halves.first]
        free = open_columns(halves, values, reduced, self._effort.near)
        room = limit
        for _ in range(self._effort.tries):
            first = np.where(whole, np.round(values), values)
            part = halves.leading(free, first, self._effort.recent)
            part = replace(part, cost=np.append(cost[free], 0.0), upper=np.append(part.upper[:-1], room))
            try:
                found = solve_integer(
                    part,
                    np.append(whole[free], False),
                    nodes=self._effort.nodes,
                    gap=0.05,
                    where="alternatives",
                )
            except NoAnswerError:
                return None
            first[free] = found.x[:-1]
            first[whole] = np.round(first[whole])
            priced = halves.price(first)
            if priced.objective <= limit + _CLOSE * (1 + abs(limit)):
                return priced
            room -= 1.2 * (priced.objective - limit)
        return None
