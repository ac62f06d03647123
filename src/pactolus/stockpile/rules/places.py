"""Rules for minerals and members of a world, as tables: what each costs and protects, and how events go.

Each mineral stands alone: no cost is added up over minerals. The optimum and no stock stand beside every
rule, and costs are ranges over `SETTINGS`: the rule stays as it is, the assumption changes, and with it the
optimum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pactolus.errors import NoAnswerError
from pactolus.runs.progress import Progress, silent
from pactolus.stockpile.members.holdings import across, declared_holdings, held_days, label_of_holdings
from pactolus.stockpile.members.needs import SETTINGS, Need, Setting, need_of
from pactolus.stockpile.rules.bits import bit_of_event
from pactolus.stockpile.rules.costs import RuleCost, cost_of_rule, yearly_usd
from pactolus.stockpile.rules.day_rules import DAY_RULES, NO_STOCK, PolicyRule, ReleaseRule
from pactolus.stockpile.rules.stress import (
    EVENT_COLUMNS,
    STRESS_COLUMNS,
    EventPath,
    StressedRule,
    event_paths,
    stress_rule,
    worst_of,
)
from pactolus.stockpile.rules.triggers import TriggerSearch, find_trigger, terms_of
from pactolus.stockpile.stocks.continuous import DAYS, SizedStock, size_stock
from pactolus.stockpile.stocks.simulate import Rule, SimulatedRule, simulate_rule
from pactolus.workspace.labels import OPEN, Label

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.disruption.random_years.hazards import Expert
    from pactolus.disruption.scenarios.reach import Place
    from pactolus.policy.register import Register
    from pactolus.stockpile.base.regimes import Regimes
    from pactolus.stockpile.members.holdings import HoldingRange
    from pactolus.stockpile.stocks.continuous import Importer
    from pactolus.workspace.labels import Levels

__all__ = ["COMPARE_COLUMNS", "TRIGGER_COLUMNS", "MemberRules", "RuleStudy", "study_rules"]

#: Columns of `RuleStudy.compare` and `RuleStudy.triggers`.
COMPARE_COLUMNS: Final = (
    "mineral",
    "stage",
    "member",
    "year",
    "rule",
    "target_days",
    "denominator",
    "cost_low_usd",
    "cost_usd",
    "cost_high_usd",
    "holding_usd",
    "purchase_usd",
    "shortage_usd",
    "above_optimal_low",
    "above_optimal",
    "above_optimal_high",
    "low_at",
    "high_at",
    "saving_usd",
    "missing_days",
    "short_days",
    "worst_year_usd",
    "worst_year_short_days",
    "worst_event",
    "uncovered_months",
    "grade",
    "status",
)
TRIGGER_COLUMNS: Final = (
    "mineral",
    "stage",
    "member",
    "conditions",
    "rule",
    "target_days",
    "denominator",
    "release_above",
    "band_low",
    "band_high",
    "held_back_days",
    "emergency_above",
    "cap_days",
    "refill_months",
    "cost_usd",
    "gap_low",
    "gap_share",
    "gap_high",
    "low_at",
    "high_at",
    "chosen",
    "within",
    "grade",
    "status",
)
_Answer = TypeVar("_Answer")
#: why a row has no worth of a bit
NO_RANGE: Final = "withheld: no range is declared"
NO_STORE: Final = "not_applicable: the rule keeps no stock"
#: distance of the levels: in the middle, and where an assumption is at an end
FINE: Final = 2.0
WIDE: Final = 5.0
_WHOLE: Final = ("year", "conditions", "uncovered_months", "uncovered_high_months")
_DATES: Final = ("month", "empty_month")
_TEXTS: Final = (
    *("mineral", "stage", "member", "rule", "denominator", "low_at", "high_at", "worst_event", "grade"),
    *("status", "chosen", "within", "scenario", "kind", "fictitious", "start", "label", "bit_status"),
)


@dataclass(frozen=True, kw_only=True)
class MemberRules:
    """Rules of one member for one mineral at one stage.

    Attributes
    ----------
    member : str
    cases : mapping of str to (Importer, Regimes)
        By setting; the first is the middle.
    rules : tuple of ReleaseRule
        Those that are compared, without the search's.
    within : float
    paths : tuple of EventPath
        Events of the place in which the member is hit or spared.
    held : tuple of float, optional
        Low and high of what it says it holds. [days of use]
    """

    member: str
    cases: Mapping[str, tuple[Importer, Regimes]] = field(repr=False)
    rules: tuple[ReleaseRule, ...]
    within: float
    paths: tuple[EventPath, ...]
    held: tuple[float, float] | None = None
    _known: dict[tuple[str, str, float], Any] = field(default_factory=dict, repr=False, compare=False)

    def _once(self, what: str, rule: Rule, work: Callable[[], _Answer]) -> _Answer:
        """An answer, worked out the first time it is asked for."""
        key = (what, repr(rule), rule.target_days)
        if key not in self._known:
            self._known[key] = work()
        found: _Answer = self._known[key]
        return found

    @property
    def middle(self) -> tuple[Importer, Regimes]:
        """Importer and regimes of the middle setting."""
        return next(iter(self.cases.values()))

    @cached_property
    def optimum(self) -> SizedStock:
        """The optimal policy at the middle."""
        return size_stock(*self.middle, step_days=FINE)

    @cached_property
    def search(self) -> TriggerSearch:
        """The simplest rule near it."""
        return find_trigger(*self.middle, within=self.within, optimum=self.optimum, step_days=FINE)

    @cached_property
    def _optima(self) -> dict[str, float]:
        """Optimal cost by setting. [USD/year]"""
        first = next(iter(self.cases))
        found = {first: self.optimum.cost_usd}
        for name, case in self.cases.items():
            if name != first:
                found[name] = size_stock(*case, step_days=WIDE).cost_usd
        return found

    @property
    def compared(self) -> tuple[Rule, ...]:
        """No stock, the rules, the search's, and the optimal policy."""
        return (NO_STOCK, *self.rules, self.search.rule, PolicyRule(self.optimum))

    def costs(self, rule: Rule) -> dict[str, float]:
        """Yearly cost by setting; the optimal policy is the optimum of each. [USD/year]"""
        if isinstance(rule, PolicyRule):
            return self._optima
        first = next(iter(self.cases))
        return self._once(
            "costs",
            rule,
            lambda: {
                name: yearly_usd(*case, rule, step_days=FINE if name == first else WIDE)
                for name, case in self.cases.items()
            },
        )

    def above(self, costs: Mapping[str, float]) -> dict[str, float]:
        """Costs above the optimum of the same setting, as parts of that."""
        return {
            name: cost / self._optima[name] - 1 if self._optima[name] > 0 else 0.0
            for name, cost in costs.items()
        }

    def exact(self, rule: Rule) -> RuleCost:
        """At the middle."""
        return self._once("exact", rule, lambda: cost_of_rule(*self.middle, rule, step_days=FINE))

    def simulated(self, rule: Rule, seed: int) -> SimulatedRule:
        """At the middle."""
        return self._once(
            f"simulated {seed}", rule, lambda: simulate_rule(*self.middle, rule, paths=500, seed=seed)
        )

    def stressed(self, rule: Rule, path: EventPath) -> StressedRule:
        """On one event from a full stock, with the range of its cost over settings."""
        importers = [importer for importer, _ in self.cases.values()]
        return stress_rule(*self.middle, rule, path, importers=importers)

    def from_holding(self, rule: Rule, path: EventPath) -> list[StressedRule]:
        """The same from both ends and the middle of what the member says it holds; from a full stock if it
        says nothing, or holds none by rule."""
        if self.held is None or rule.target_days == 0:
            return [self.stressed(rule, path)]
        importers = [importer for importer, _ in self.cases.values()]
        starts = across(*self.held, lambda days: days)
        return [
            stress_rule(*self.middle, rule, path, importers=importers, start=name, start_days=days)
            for name, days in starts.items()
        ]

    def with_bit(self, rule: Rule, path: EventPath) -> list[StressedRule]:
        """The same, with what one bit about the holding is worth in the row of its middle."""
        found = self.from_holding(rule, path)
        if self.held is None or rule.target_days == 0:
            return [replace(one, bit_status=NO_RANGE if self.held is None else NO_STORE) for one in found]
        importers = [importer for importer, _ in self.cases.values()]
        worth = bit_of_event(*self.middle, rule, path.loss[self.member], self.held, importers=importers)
        return [replace(one, bit_usd=worth, bit_status="ok") if one.start == "mid" else one for one in found]

    def worst(self, rule: Rule) -> StressedRule | None:
        """On the known event that costs the member most."""
        path = worst_of(self.paths, self.member)
        return None if path is None else self.stressed(rule, path)


@dataclass(frozen=True, kw_only=True)
class RuleStudy:
    """Rules of all members and places; tables are worked out when they are asked for.

    Attributes
    ----------
    places : mapping of (mineral, stage) to mapping of str to MemberRules or str
        Or the status that says why a member is left out.
    needs : mapping of (mineral, stage) to Need
    seed : int
    notes : tuple of str
    label : Label
        The strictest of the holdings that went in: what is released reveals them.
    """

    places: Mapping[Place, Mapping[str, MemberRules | str]]
    needs: Mapping[Place, Need]
    seed: int
    notes: tuple[str, ...]
    label: Label = OPEN

    @property
    def compare(self) -> pl.DataFrame:
        """`COMPARE_COLUMNS`, one row a rule."""
        return _frame(self._rows(self._compared), COMPARE_COLUMNS)

    @property
    def triggers(self) -> pl.DataFrame:
        """`TRIGGER_COLUMNS`, one row a number of conditions; `chosen` marks the answer."""
        return _frame(self._rows(_searched), TRIGGER_COLUMNS)

    @property
    def stress(self) -> pl.DataFrame:
        """`STRESS_COLUMNS`, one row a month of an event, for the search's rule and one's own."""
        return _frame(self._rows(_by_month), STRESS_COLUMNS)

    @property
    def events(self) -> pl.DataFrame:
        """`EVENT_COLUMNS`, one row an event and rule, no stock and the optimal policy among them."""
        return _frame(self._rows(_by_event), EVENT_COLUMNS)

    def _rows(self, of: Any) -> Iterator[dict[str, Any]]:
        for place, members in self.places.items():
            need = self.needs.get(place)
            for name, own in members.items():
                head = {"mineral": place[0], "stage": place[1], "member": name}
                if isinstance(own, str) or need is None:
                    yield head | {"status": own}
                    continue
                known = {"year": need.year, "grade": need.grade, "label": str(self.label), "status": "ok"}
                yield from ({**head, **known, **row} for row in of(own))

    def _compared(self, own: MemberRules) -> Iterator[dict[str, Any]]:
        without = next(iter(own.costs(NO_STOCK).values()))
        for rule in own.compared:
            exact, drawn, hit = own.exact(rule), own.simulated(rule, self.seed), own.worst(rule)
            cost = own.costs(rule)
            above = own.above(cost)
            low, high = min(above, key=lambda n: above[n]), max(above, key=lambda n: above[n])
            yield {
                "rule": rule.name,
                "target_days": exact.target_days,
                "denominator": exact.denominator,
                "cost_low_usd": min(cost.values()),
                "cost_usd": next(iter(cost.values())),
                "cost_high_usd": max(cost.values()),
                "holding_usd": exact.parts_usd["holding"],
                "purchase_usd": exact.parts_usd["purchase"],
                "shortage_usd": exact.parts_usd["shortage"],
                "above_optimal_low": above[low],
                "above_optimal": next(iter(above.values())),
                "above_optimal_high": above[high],
                "low_at": low,
                "high_at": high,
                "saving_usd": without - next(iter(cost.values())),
                "missing_days": DAYS * exact.missing_share,
                "short_days": exact.short_days,
                "worst_year_usd": drawn.worst_usd,
                "worst_year_short_days": drawn.worst_short_days,
                "worst_event": None if hit is None else hit.path.scenario,
                "uncovered_months": None if hit is None else int(hit.uncovered[1]),
            }


def _searched(own: MemberRules) -> Iterator[dict[str, Any]]:
    for rule, cost in own.search.best:
        above = own.above(own.costs(rule))
        low, high = min(above, key=lambda n: above[n]), max(above, key=lambda n: above[n])
        yield terms_of(rule) | {
            "denominator": own.middle[0].denominator,
            "cost_usd": cost,
            "gap_low": above[low],
            "gap_share": next(iter(above.values())),
            "gap_high": above[high],
            "low_at": low,
            "high_at": high,
            "chosen": "yes" if rule == own.search.rule else "no",
            "within": "yes" if cost <= own.search.optimal_usd * (1 + own.within) else "no",
        }


def _shown(own: MemberRules) -> tuple[Rule, ...]:
    """One's own rules and the search's: rules of thumb are compared, not stressed month by month."""
    return (*(rule for rule in own.rules if rule not in DAY_RULES), own.search.rule)


def _by_month(own: MemberRules) -> Iterator[dict[str, Any]]:
    for path in own.paths:
        for rule in _shown(own):
            for one in own.from_holding(rule, path):
                yield from one.month_rows()


def _by_event(own: MemberRules) -> Iterator[dict[str, Any]]:
    for path in own.paths:
        for rule in own.compared:
            for one in own.with_bit(rule, path):
                yield one.event_row()


def _frame(rows: Iterator[dict[str, Any]], columns: Sequence[str]) -> pl.DataFrame:
    import polars as pl

    kinds = {
        name: pl.String
        if name in _TEXTS
        else pl.Int64
        if name in _WHOLE
        else pl.Date
        if name in _DATES
        else pl.Float64
        for name in columns
    }
    return pl.DataFrame([{name: row.get(name) for name in columns} for row in rows], schema=kinds)


def study_rules(
    world: World,
    places: Sequence[Place],
    members: Sequence[str],
    *,
    measures: Register,
    on: date,
    rules: Sequence[ReleaseRule] = DAY_RULES,
    within: float = 0.05,
    year: int | None = None,
    settings: Mapping[str, Setting] = SETTINGS,
    declared: Mapping[tuple[str, str, str], float] | None = None,
    expert: Expert | None = None,
    holdings: Sequence[HoldingRange] = (),
    levels: Levels | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> RuleStudy:
    """Rules beside the optimum and no stock, for minerals and members of a world.

    Parameters
    ----------
    world : World
    places : sequence of (mineral, stage)
    members : sequence of str
    measures, on, year, declared, expert
        As in `size_places`.
    rules : sequence of ReleaseRule
        A rule that names minerals is used for these alone.
    within : float
        See `find_trigger`.
    settings : mapping of str to Setting
        The first is the middle.
    holdings : sequence of HoldingRange
        What members say they hold: events begin from there instead of from a full stock.
    levels : Levels, optional
        Order of labels.
    seed : int
        Of the simulation and of the events.
    progress : callable

    Raises
    ------
    NoAnswerError
        If no member uses any of the places.
    """
    said = declared_holdings(holdings)
    studied: dict[Place, dict[str, MemberRules | str]] = {}
    needs: dict[Place, Need] = {}
    notes: list[str] = []
    for number, place in enumerate(places):
        progress(f"{place[0]} ({place[1]})", number, len(places))
        own = {m: t for (mineral, stage, m), t in (declared or {}).items() if (mineral, stage) == place}
        try:
            found = {
                name: need_of(
                    world,
                    *place,
                    members,
                    measures=measures,
                    on=on,
                    year=year,
                    setting=setting,
                    declared=own,
                    expert=expert,
                )
                for name, setting in settings.items()
            }
        except NoAnswerError as error:
            notes.append(str(error))
            studied[place] = {**error.why(members)}
            continue
        needs[place] = next(iter(found.values()))
        notes += needs[place].notes
        paths, silent_ones = event_paths(world, place, needs[place].members, seed=seed)
        notes += silent_ones
        if not paths:
            notes.append(f"{place[0]} ({place[1]}): no past event and no ready scenario cuts it")
        chosen = tuple(rule for rule in rules if not rule.minerals or place[0] in rule.minerals)
        studied[place] = {
            name: needs[place].absent.get(name)
            or MemberRules(
                member=name,
                cases={key: (need.importer(name), need.regimes([name])) for key, need in found.items()},
                rules=chosen,
                within=within,
                paths=tuple(path for path in paths if name in path.loss),
                held=held_days(said.get((*place, name), ()), needs[place].importer(name).day_t),
            )
            for name in members
        }
    progress("done", len(places), len(places))
    if not needs:
        raise NoAnswerError("; ".join(dict.fromkeys(notes)) or "no mineral to look at")
    return RuleStudy(
        places=studied,
        needs=needs,
        seed=seed,
        notes=tuple(dict.fromkeys(notes)),
        label=label_of_holdings(holdings, levels),
    )
