"""Renew the tables of docs/explanation/backtest.md, computed from the embedded world.

Sentences about failures are written here by hand; which events need one is computed.

Usage: python tools/backtest_page.py [--check]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final, Literal

ROOT: Final = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

import polars as pl  # noqa: E402

from pactolus.catalogue.world import World, open_world  # noqa: E402
from pactolus.disruption.backtest.announced import announced_scores  # noqa: E402
from pactolus.disruption.backtest.detected import Detection, detect  # noqa: E402
from pactolus.disruption.backtest.dose_response import dose_response, exposures, pass_through  # noqa: E402
from pactolus.disruption.backtest.scoring import Scores, bootstrap, scores  # noqa: E402
from pactolus.disruption.backtest.tuning import GRID, Tuning, tuned  # noqa: E402
from pactolus.disruption.engines.rules import LARGE, MIX, MODELS, SPREAD, THRESHOLD  # noqa: E402
from pactolus.disruption.history.events import Event, events_of, named_events, trade_weights  # noqa: E402
from pactolus.disruption.history.intervals import Coverage, coverage, historical_coverage  # noqa: E402
from tools.reference_pages import filled, table  # noqa: E402

PAGE: Final = "docs/explanation/backtest.md"
BASELINES: Final = ("no_change", "uniform", "proportional")
Group = Literal["event", "commodity"]
#: An error of this much more than that of no change is a failure.
WORSE: Final = 0.005
#: So is an error of this size, whatever the baselines do.
FAR: Final = 0.30
#: Where the customers' loss is this much further off than no change, others stepped in.
REROUTED: Final = 0.01
#: World trade that moves by more than this, or a main customer that keeps less than this, is doubted.
BREAK, KEPT = 0.5, 0.01

KINDS: Final[Mapping[str, str]] = {
    "worse": f"ours is worse than no change by more than {WORSE}",
    "far": f"ours is off by {FAR:.2f} or more",
    "re-routed": f"customers' loss (proportional) is worse than no change by more than {REROUTED}",
    "data": "world trade moved by more than half, or the main customer in a code bought less than 1 % after",
    "feared": "the loss was feared and not confirmed",
}
#: Why, for every event that one of the kinds catches.
WHY: Final[Mapping[str, str]] = {
    "IDN_BX_2023": (
        "China, the only customer of weight, bought from Guinea instead and imported more than before."
    ),
    "CHN_GR_2024": (
        "A licence was taken for a ban. Exports fell, but buyers moved each for its own reasons, and the "
        "size of the fall hangs on the repair of weights: 0.20 as published, 0.31 repaired."
    ),
    "RUS_SB_2024": (
        "World trade in antimony ore nearly doubled in the table, by shipments from Myanmar to Thailand, "
        "back, and on to China that were not there before; they drown the Russian loss."
    ),
    "COD_CO_2022": (
        "China's purchases under the code of cobalt oxides vanish in 2022, come back in 2023 and vanish "
        "again: a change of codes at the border. The small error is therefore no success."
    ),
    "RUS_PD_2022": (
        "London took 4 t instead of 30; the totals of importers did not follow, and in 2023 Hong Kong and "
        "China took what London had left. The feared shortage did not come."
    ),
    "IND_FE_2011": (
        "Australia, Brazil and others sold China more than India sold less: its imports rose by 5 %."
    ),
    "IND_FE_2012": "As in the year before: China's imports rose by 9 %.",
    "UKR_KA_2022": (
        "Three tenths had gone to Russia, which lost most of it; elsewhere others stepped in, and world "
        "trade did not fall."
    ),
    "IRN_OIL_2012": "Other producers of oil stepped in: world trade rose by 1 %.",
    "RUS_GAS_2022": (
        "Pipelines and contracts decided who lost: Italy half, Hungary three tenths. A share of supply "
        "does not tell. Belarus, a large customer, has no rows after 2020."
    ),
    "CAN_AS_2012": "India and Indonesia bought more from others than they had from Canada before.",
    "SYR_PH_2012": "India's own purchases grew by two thirds in that year; they are half of the error.",
    "ZAF_PT_2014": (
        "The trade moved between places of trading besides: Swiss purchases from South Africa fell by "
        "five sixths, Chinese nearly doubled."
    ),
    "RUS_OIL_2023": (
        "Russian oil went to India and China, other oil to Europe: the boycott changed routes, not totals."
    ),
    "AUS_COAL_2021": (
        "Indonesia, Russia, Canada and the United States sold China more: its total fell by a fifth, not "
        "by the 45 % that Australia no longer sold."
    ),
}


@dataclass(frozen=True)
class Results:
    """Everything the page shows, computed once."""

    world: World

    @cached_property
    def events(self) -> list[Event]:
        return events_of(self.world)

    @cached_property
    def ten(self) -> list[str]:
        """Large named events by published weights: the ten of the study."""
        return [e.id for e in events_of(self.world, repaired=False) if e.size >= LARGE]

    @cached_property
    def named(self) -> Scores:
        return scores(self.events)

    @cached_property
    def published(self) -> Scores:
        return scores(events_of(self.world, repaired=False))

    @cached_property
    def announced(self) -> Scores:
        return replace(announced_scores(self.events), commodities=self.named.commodities)

    @cached_property
    def detection(self) -> Detection:
        return detect(self.world)

    @cached_property
    def detected(self) -> Scores:
        return scores(self.detection.events)

    @cached_property
    def tunings(self) -> Mapping[str, Tuning]:
        return {
            "named events, each left out": tuned(self.events),
            "named events, each commodity left out": tuned(self.events, by="commodity"),
            "detected events, each commodity left out": tuned(self.detection.events, by="commodity"),
        }

    @cached_property
    def exposed(self) -> pl.DataFrame:
        return exposures(self.detection)

    @cached_property
    def coverages(self) -> Mapping[str, tuple[Coverage, Coverage]]:
        judged: Mapping[str, tuple[Sequence[Event], Group]] = {
            "named events, each left out": (self.events, "event"),
            "named events, each commodity left out": (self.events, "commodity"),
            "detected events, each commodity left out": (self.detection.events, "commodity"),
        }
        return {
            name: (coverage(events, by=by), historical_coverage(events, by=by))
            for name, (events, by) in judged.items()
        }

    @cached_property
    def failures(self) -> Mapping[str, list[str]]:
        """Kinds of failure of every named event that has one, size known."""
        found = {}
        gone = _customers_gone(self.world)
        for event in self.events:
            wape = _errors(self.named, event.id)
            assert event.world0_t is not None
            assert event.world1_t is not None
            moved = abs(event.world1_t / event.world0_t - 1)
            kinds = {
                "worse": wape["pactolus"] > wape["no_change"] + WORSE,
                "far": wape["pactolus"] >= FAR,
                "re-routed": wape["proportional"] > wape["no_change"] + REROUTED,
                "data": moved > BREAK or event.id in gone,
                "feared": event.confidence == "feared",
            }
            if any(kinds.values()):
                found[event.id] = [kind for kind, true in kinds.items() if true]
        return found


def _errors(found: Scores, event: str) -> dict[str, float]:
    return dict(found.table.filter(pl.col("event") == event).select("model", "wape").iter_rows())


def _customers_gone(world: World) -> set[str]:
    """Events in whose codes the main customer bought next to nothing in the year of the outcome."""
    trade = trade_weights(world, repaired=True)
    found = set()
    for one in named_events().values():
        rows = trade.filter(pl.col("hs_code").is_in(one.codes), pl.col("exporter") == one.exporter)
        tonnes = rows.filter(pl.col("year").is_in([one.base_year, one.outcome_year])).collect()
        for _, part in tonnes.group_by("hs_code"):
            before = part.filter(pl.col("year") == one.base_year).sort("t", "importer", descending=True)
            if not before.height or before["t"][0] < before["t"].sum() / 2:
                continue
            after = part.filter(
                pl.col("year") == one.outcome_year, pl.col("importer") == before["importer"][0]
            )
            if after["t"].sum() < KEPT * before["t"][0]:
                found.add(one.id)
    return found


def _verdict(gaps: Sequence[tuple[float, float, float] | None]) -> str:
    """A word only if every interval excludes zero."""
    if all(gap is not None and gap[1] > 0 for gap in gaps):
        return "better"
    if all(gap is not None and gap[2] < 0 for gap in gaps):
        return "worse"
    return "not separated"


def _interval(gap: tuple[float, float, float] | None) -> str:
    return "too few" if gap is None else f"[{gap[1]:+.3f}, {gap[2]:+.3f}]"


def _only(found: Scores, events: Iterable[str]) -> Scores:
    kept = list(events)
    return replace(
        found,
        table=found.table.filter(pl.col("event").is_in(kept)),
        sizes={event: size for event, size in found.sizes.items() if event in kept},
    )


def means(groups: Mapping[str, Scores]) -> str:
    """Mean error of every model on groups of events."""
    rows = [
        (name, len(found.sizes), *(f"{found.mean(model):.3f}" for model in MODELS))
        for name, found in groups.items()
    ]
    return table(["events", "n", "no change", "uniform", "proportional", "pactolus"], rows)


def gaps(groups: Mapping[str, Scores]) -> str:
    """Error of a baseline less that of our rule, with bootstrap intervals."""
    rows = []
    for name, found in groups.items():
        for against in BASELINES:
            of_events = bootstrap(found, "pactolus", against)
            of_commodities = bootstrap(found, "pactolus", against, by="commodity")
            mean = "—" if of_events is None else f"{of_events[0]:+.3f}"
            both = (of_events, of_commodities)
            intervals = map(_interval, both)
            rows.append(
                (
                    name,
                    against.replace("_", " "),
                    mean,
                    *intervals,
                    _without_best(found, against),
                    _verdict(both),
                )
            )
    drawn = ["95 %, events drawn", "95 %, commodities drawn"]
    return table(["events", "against", "baseline − ours", *drawn, "without our best event", "ours is"], rows)


def _without_best(found: Scores, against: str) -> str:
    """Mean gap without the event that speaks most for our rule."""
    both = [_errors(found, event) for event in found.sizes]
    of_events = sorted(wape[against] - wape["pactolus"] for wape in both)[:-1]
    return f"{sum(of_events) / len(of_events):+.3f}"


def _groups(r: Results, found: Scores) -> dict[str, Scores]:
    large = [event for event, size in found.sizes.items() if size >= LARGE]
    doubted = [event for event, kinds in r.failures.items() if "data" in kinds]
    return {
        "the ten large ones": _only(found, r.ten),
        "the ten without doubted data": _only(found, [event for event in r.ten if event not in doubted]),
        f"all of size {LARGE:.2f} or more": _only(found, large),
        "all others": _only(found, [event for event in found.sizes if event not in large]),
    }


def targets(r: Results) -> str:
    """What was to be reached, and what was."""
    ten, small = _only(r.named, r.ten), _groups(r, r.named)["all others"]
    best = min(_mean(ten, "uniform"), _mean(ten, "proportional"))
    raw = _only(r.published, r.ten)
    best_raw = min(_mean(raw, "uniform"), _mean(raw, "proportional"))
    rows = [
        _target("ten large events, size known", _mean(ten, "pactolus"), best + 0.005),
        _target("the same, published weights", _mean(raw, "pactolus"), best_raw + 0.005),
        _target("small events, size known", _mean(small, "pactolus"), _mean(small, "no_change") + 0.005),
    ]
    for event in (e.id for e in r.events if e.confidence == "feared"):
        wape = _errors(r.announced, event)
        rows.append(_target(f"`{event}`, announced", wape["pactolus"], wape["no_change"] + 0.05))
    for name, (ours, _) in r.coverages.items():
        met = "yes" if 0.70 <= ours.inside <= 0.90 else "no"
        rows.append((f"80 % intervals, {name}", f"{100 * ours.inside:.0f} % inside", "70–90 %", met))
    return table(["what", "measured", "target", "met"], rows)


def _target(what: str, measured: float, most: float) -> tuple[str, str, str, str]:
    return (what, f"{measured:.3f}", f"≤ {most:.3f}", "yes" if measured <= most else "no")


def _mean(found: Scores, model: str) -> float:
    mean = found.mean(model)
    assert mean is not None
    return mean


def announced(r: Results) -> str:
    """Errors where only the kind of measure is known."""
    groups = _groups(r, r.announced)
    feared = [e.id for e in r.events if e.confidence == "feared"]
    singles = {f"`{event}`, feared": _only(r.announced, [event]) for event in feared}
    return f"{means({**groups, **singles})}\n\n{gaps(groups)}"


def known(r: Results) -> str:
    """Errors where the size is known, event by event."""
    rows = [
        (
            f"`{event.id}`",
            named_events()[event.id].name,
            f"{event.share:.2f}",
            f"{event.cut:.2f}",
            f"{event.size:.3f}",
            *(f"{wape:.3f}" for wape in _errors(r.named, event.id).values()),
        )
        for event in r.events
    ]
    heads = ["event", "what", "share", "cut", "size", "no change", "uniform", "proportional", "pactolus"]
    groups = _groups(r, r.named)
    return "\n\n".join([means(groups), gaps(groups), table(heads, rows)])


def ten(r: Results) -> str:
    """Ids of the large events, by published weights and by repaired ones."""
    sizes = {e.id: e.size for e in events_of(r.world, r.ten, repaired=False)}
    rows = [
        (n, f"`{event}`", f"{sizes[event]:.3f}", f"{r.named.sizes[event]:.3f}")
        for n, event in enumerate(r.ten, start=1)
    ]
    more = [event for event, size in r.named.sizes.items() if size >= LARGE and event not in r.ten]
    text = ", ".join(f"`{event}` ({r.named.sizes[event]:.3f})" for event in more) or "none"
    heads = ["", "event", "size, published weights", "size, repaired weights"]
    return f"{table(heads, rows)}\n\nLarge by repaired weights alone: {text}."


def detected(r: Results) -> str:
    """What the rule found, and the errors on it."""
    found = r.detection.counts.iter_rows()
    large = [event for event, size in r.detected.sizes.items() if size >= LARGE]
    groups = {
        "all": r.detected,
        f"size {LARGE:.2f} or more": _only(r.detected, large),
        "others": _only(r.detected, [event for event in r.detected.sizes if event not in large]),
    }
    counted = table(
        ["verdict", "supplier-years", "what"], ((f"`{v}`", f"{n:,}", what) for v, n, what in found)
    )
    return f"{counted}\n\n{_of_the_ten(r)}\n\n{means(groups)}\n\n{gaps(groups)}"


def _of_the_ten(r: Results) -> str:
    """Which of the ten large named events the rule finds in at least one of their codes."""
    found = set(r.detection.table.filter(pl.col("verdict") == "event")["event"])
    labels = (named_events()[event] for event in r.ten)
    caught = [one.id for one in labels if {f"{one.exporter}-{c}-{one.base_year}" for c in one.codes} & found]
    listed = ", ".join(f"`{one}`" for one in caught)
    return f"Of the ten large named events the rule finds {len(caught)}: {listed}."


def grid(r: Results) -> str:
    """The three constants chosen anew, beside the fixed ones."""
    rows = []
    for name, tuning in r.tunings.items():
        one, times = tuning.commonest
        by: Group = "commodity" if "commodity" in name else "event"
        gap = bootstrap(tuning.scores, "chosen", "fixed", by=by)
        rows.append(
            (
                name,
                f"{_mean(tuning.scores, 'fixed'):.3f}",
                f"{_mean(tuning.scores, 'chosen'):.3f}",
                _interval(gap),
                f"{one.threshold:g}, {one.spread:g}, {one.mix:g} ({times} of {tuning.table.height})",
            )
        )
    heads = ["judged on", "fixed", "chosen anew", "fixed − chosen, 95 %", "chosen most often: z0, tau, mix"]
    text = f"Fixed: {THRESHOLD:g}, {SPREAD:g}, {MIX:g}. Grid of {len(GRID)} settings."
    return f"{text}\n\n{table(heads, rows)}"


def dose(r: Results) -> str:
    """How often imports fell, by exposure."""
    found = {(row["kind"], row["above"]): row for row in dose_response(r.exposed).iter_rows(named=True)}
    rows = []
    for kind, above in found:
        row = found[kind, above]
        said = "events" if kind == "event" else "nothing happened"
        chances = (f"{row[c]:.2f}" for c in ("fell_20", "fell_50"))
        change = f"{row['median_change']:+.2f}"
        rows.append((said, f"{above:g}–{row['up_to']:g}", f"{row['n']:,}", *chances, change))
    return table(["years", "exposure", "importers", "fell ≥ 20 %", "fell ≥ 50 %", "median change"], rows)


def passed(r: Results) -> str:
    """What is left of the implied loss after one, two and three years."""
    cuts = {"of others": "of the others", "of all": "of all", "none": "none: placebo, 0.5 assumed"}
    rows = []
    for name, words in cuts.items():
        part = pass_through(r.exposed).filter(pl.col("cut") == name)
        slopes = (
            f"{slope:.2f} ({error:.2f})" for slope, error in part.select("slope", "standard_error").rows()
        )
        rows.append((words, *slopes, f"{part['events'][0]:,}", f"{part['importers'][0]:,}"))
    return table(["cut", "year 1", "year 2", "year 3", "events", "importers"], rows)


def intervals(r: Results) -> str:
    """Coverage and score of 80 % intervals beside those of no change."""
    rows = []
    for name, both in r.coverages.items():
        for who, one in zip(("pactolus", "no change, past variation"), both, strict=True):
            rows.append((name, who, f"{100 * one.inside:.0f} %", f"{one.score:.2f}", f"{one.importers:,}"))
    return table(["judged on", "intervals of", "inside", "mean interval score", "importers"], rows)


def failed(r: Results) -> str:
    """Events that a rule of this page calls a failure, with the reason."""
    kinds = table(["kind", "when"], ((f"`{kind}`", when) for kind, when in KINDS.items()))
    rows = ((f"`{event}`", ", ".join(of), WHY.get(event, "")) for event, of in r.failures.items())
    return f"{kinds}\n\n{table(['event', 'kind', 'why'], rows)}"


PARTS: Final[Mapping[str, Callable[[Results], str]]] = {
    "targets": targets,
    "announced": announced,
    "known": known,
    "ten": ten,
    "detected": detected,
    "grid": grid,
    "dose": dose,
    "passed": passed,
    "intervals": intervals,
    "failed": failed,
}


def renewed(results: Results, text: str) -> str:
    """The page as it should read now."""
    for name, content in PARTS.items():
        text = filled(text, name, content(results))
    return text


def main() -> int:
    """Renew the page, or only say whether it is out of date."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if it is out of date")
    arguments = parser.parse_args()
    file = ROOT / PAGE
    before = file.read_text(encoding="utf-8")
    after = renewed(Results(open_world()), before)
    if before == after:
        return 0
    if arguments.check:
        print(f"{PAGE}: out of date; run 'python tools/backtest_page.py'", file=sys.stderr)
        return 1
    file.write_text(after, encoding="utf-8")
    print(f"renewed {PAGE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
