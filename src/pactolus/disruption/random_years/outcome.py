"""Tables of a Monte Carlo: losses, exceedance, contributions and the joint view, from what was counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pactolus.disruption.history.intervals import NOISE
from pactolus.disruption.random_years.hazards import numbers
from pactolus.disruption.random_years.supply import ways
from pactolus.disruption.random_years.tail import chance_above, losses_of, together_in_tail, worst
from pactolus.disruption.random_years.tally import BANDS, MODES, PAIR_EDGES, pairs

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from pactolus.disruption.random_years.question import Question
    from pactolus.disruption.random_years.supply import Plan, Supplies, Supply
    from pactolus.disruption.random_years.tally import Tally

    Floats = NDArray[np.float64]

__all__ = ["CONTRIBUTIONS", "EXCEEDANCE", "JOINT", "LEVELS", "LOSSES", "THRESHOLDS", "Outcome"]

#: Columns of the tables of `MonteCarlo`.
LOSSES: Final = (
    "mineral",
    "stage",
    "importer",
    "case",
    "year",
    "base_t",
    "probability",
    "probability_se",
    "above_noise",
    "above_noise_se",
    "expected_t",
    "expected_share",
    "expected_se",
    "exact_share",
    "everybody_share",
    "kept_low_share",
    "kept_high_share",
    "cvar95_t",
    "cvar95_share",
    "cvar95_se",
    "unrated_share",
    "grade",
    "status",
)
EXCEEDANCE: Final = ("mineral", "stage", "importer", "case", "loss_share", "probability", "se")
CONTRIBUTIONS: Final = (
    "mineral",
    "stage",
    "importer",
    "case",
    "of",
    "what",
    "expected_share",
    "part_of_expected",
    "cvar95_share",
    "part_of_cvar95",
)
JOINT: Final = (
    "mineral",
    "stage",
    "case",
    "one",
    "other",
    "both_any",
    "both_above_noise",
    "correlation",
    "level",
    "threshold_one",
    "threshold_other",
    "beyond_one",
    "beyond_other",
    "both_beyond",
    "one_given_other",
    "one_given_other_se",
    "other_given_one",
    "other_given_one_se",
)
#: Losses of the exceedance curve. [share of imports]
THRESHOLDS: Final = (0.0, 0.01, 0.02, 0.05, 0.1, NOISE, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
#: Levels of the joint view.
LEVELS: Final = (0.90, 0.95)
_WORST: Final = 0.05


class Outcome:
    """The tables of a result, from what was asked, what the world says, and what was counted."""

    def __init__(
        self,
        asked: Question,
        given: Supplies,
        plan: Plan,
        which: Mapping[str, int],
        tally: Tally,
        grades: Mapping[tuple[str, str], str],
    ) -> None:
        self._asked = asked
        self._given = given
        self._plan = plan
        self._tally = tally
        self._grades = grades
        self._which = dict(which)
        together = ("+".join(asked.members),) if len(asked.members) > 1 else ()
        self._entities = (*asked.members, *together)
        self._mean_size = plan.sizes.mean(axis=1)

    def _cells(self) -> Iterator[tuple[dict[str, Any], tuple[int, int, int], Supply]]:
        """Key, place in the tally and supply of every row."""
        for place, supply in enumerate(self._plan.supplies):
            for number, entity in enumerate(self._entities):
                for case in self._asked.cases:
                    key = {"mineral": supply.mineral, "stage": supply.stage, "importer": entity, "case": case}
                    yield key, (place, self._which[case], number), supply

    def _weights(self, supply: Supply, entity: int) -> Floats:
        """Weight of each member in an entity."""
        import numpy as np

        if entity < len(self._asked.members):
            found: Floats = np.eye(len(self._asked.members))[entity]
            return found
        total = float(supply.base_t.sum())
        return supply.base_t / total if total > 0 else np.zeros(len(supply.base_t))

    def _status(self, supply: Supply, case: int, entity: int) -> tuple[str, float, float]:
        """Status before anything is counted, imports, and the part of them without a rate."""
        weights = self._weights(supply, entity)
        single = entity < len(self._asked.members)
        base = float(supply.base_t[entity] if single else supply.base_t.sum())
        unrated = float(weights @ supply.unrated[case])
        if base <= 0:
            return "no_trade_data", 0.0, 0.0
        return ("no_governance_data" if unrated >= numbers()["unrated_share"].value else "ok"), base, unrated

    def losses(self) -> pl.DataFrame:
        """`LOSSES`."""
        rows = []
        kept = numbers()["kept_share"]
        for key, at, supply in self._cells():
            status, base, unrated = self._status(supply, at[1], at[2])
            row: dict[str, Any] = key | {"year": self._asked.year, "status": status}
            row["grade"] = self._grades.get(supply.place)
            if status != "no_trade_data":
                row |= {"base_t": base, "unrated_share": unrated}
            if status == "ok":
                row |= self._numbers(at, supply, base)
                row["kept_low_share"] = kept.low * row["exact_share"]
                row["kept_high_share"] = kept.high * row["exact_share"]
                if row["cvar95_share"] < NOISE:
                    row["status"] = "not_distinguishable"
            rows.append(row)
        for mineral, stage, status in self._given.missing:
            for entity in self._entities:
                for case in self._asked.cases:
                    key = {"mineral": mineral, "stage": stage or None, "importer": entity, "case": case}
                    rows.append(key | {"year": self._asked.year, "status": status})
        return _frame(rows, LOSSES)

    def _numbers(self, at: tuple[int, int, int], supply: Supply, base: float) -> dict[str, float]:
        moments, scenarios = self._tally.moments[at], self._tally.scenarios[at[:2]]
        found = losses_of(moments, scenarios)
        any_, noise = (chance_above(moments, scenarios, one) for one in (0.0, NOISE))
        tail, _ = worst(moments, scenarios, _WORST)
        expected = self._expected(supply, at[1])
        return {
            "probability": any_.value,
            "probability_se": any_.error,
            "above_noise": noise.value,
            "above_noise_se": noise.error,
            "expected_t": found.mean.value * base,
            "expected_share": found.mean.value,
            "expected_se": found.mean.error,
            "exact_share": float(self._weights(supply, at[2]) @ supply.shares @ expected),
            "everybody_share": float(supply.everybody @ expected),
            "cvar95_t": tail.value * base,
            "cvar95_share": tail.value,
            "cvar95_se": tail.error,
        }

    def _expected(self, supply: Supply, case: int) -> Floats:
        """Expected part of a year's exports that each country loses: chances of the bands x mean sizes."""
        import numpy as np
        from scipy.special import ndtr

        chance = ndtr(supply.thresholds[case])
        ends = np.minimum(ndtr(np.maximum.accumulate(supply.bands, axis=0)), chance)
        parts = np.diff(np.vstack([np.zeros_like(chance), ends, chance]), axis=0)
        found: Floats = (parts * self._mean_size[supply.kinds]).sum(axis=0)
        return found

    def _told(self) -> Iterator[tuple[dict[str, Any], tuple[int, int, int], Supply]]:
        """Cells that have numbers."""
        for key, at, supply in self._cells():
            if self._status(supply, at[1], at[2])[0] == "ok":
                yield key, at, supply

    def exceedance(self) -> pl.DataFrame:
        """`EXCEEDANCE`."""
        rows = []
        for key, at, _ in self._told():
            for threshold in THRESHOLDS:
                found = chance_above(self._tally.moments[at], self._tally.scenarios[at[:2]], threshold)
                rows.append(key | {"loss_share": threshold, "probability": found.value, "se": found.error})
        return _frame(rows, EXCEEDANCE)

    def contributions(self) -> pl.DataFrame:
        """`CONTRIBUTIONS`."""
        rows = []
        names = ways()
        for key, at, supply in self._told():
            moments, scenarios = self._tally.moments[at], self._tally.scenarios[at[:2]]
            weight = float(moments[:, 0].sum())
            tail, taken = worst(moments, scenarios, _WORST)
            mean = losses_of(moments, scenarios).mean.value
            suppliers = [*(names[k] for k in supply.named), "others"]
            columns = [*range(len(supply.named)), self._tally.suppliers.shape[-1] - 1]
            kinds = [f"{band}, {mode}" for band in BANDS for mode in MODES]
            for of, labels, table in (
                ("supplier", suppliers, self._tally.suppliers[at][:, columns]),
                ("kind", kinds, self._tally.kinds[at]),
            ):
                expected, worse = table.sum(axis=0) / weight, taken @ table / (_WORST * weight)
                for label, part, tail_part in zip(labels, expected, worse, strict=True):
                    if part <= 0 and label not in suppliers:
                        continue
                    rows.append(
                        key
                        | {"of": of, "what": label, "expected_share": float(part)}
                        | {"part_of_expected": float(part) / mean if mean > 0 else None}
                        | {"cvar95_share": float(tail_part)}
                        | {"part_of_cvar95": float(tail_part) / tail.value if tail.value > 0 else None}
                    )
        return _frame(rows, CONTRIBUTIONS)

    def joint(self) -> pl.DataFrame:
        """`JOINT`."""
        noise = PAIR_EDGES.index(NOISE) + 1
        members = self._asked.members
        rows = []
        for place, supply in enumerate(self._plan.supplies):
            for case in self._asked.cases:
                which = self._which[case]
                for number, (one, other) in enumerate(pairs(len(members))):
                    states = {self._status(supply, which, member)[0] for member in (one, other)}
                    if states != {"ok"}:
                        continue
                    both = self._tally.both[place, which, number]
                    weight = float(both[0].sum())
                    key = {"mineral": supply.mineral, "stage": supply.stage, "case": case}
                    key |= {"one": members[one], "other": members[other]}
                    common = {
                        "both_any": float(both[0, 1:, 1:].sum()) / weight,
                        "both_above_noise": float(both[0, noise:, noise:].sum()) / weight,
                        "correlation": self._correlation((place, which), number, (one, other)),
                    }
                    rows += [key | common | _tail_row(both, level) for level in LEVELS]
        return _frame(rows, JOINT)

    def _correlation(self, at: tuple[int, int], pair: int, members: tuple[int, int]) -> float | None:
        """Of the losses of two members; none where one of them never loses anything."""
        scenarios = self._tally.scenarios[at]
        one, other = (losses_of(self._tally.moments[(*at, m)], scenarios) for m in members)
        if one.spread <= 0 or other.spread <= 0:
            return None
        product = float(self._tally.product[(*at, pair)]) / one.weight
        found = (product - one.mean.value * other.mean.value) / (one.spread * other.spread)
        return min(max(found, -1.0), 1.0)


def _tail_row(both: Floats, level: float) -> dict[str, Any]:
    found = together_in_tail(both, level)
    return {
        "level": level,
        "threshold_one": found.threshold[0],
        "threshold_other": found.threshold[1],
        "beyond_one": found.beyond[0],
        "beyond_other": found.beyond[1],
        "both_beyond": found.both,
        "one_given_other": found.given_other[0],
        "one_given_other_se": found.error[0],
        "other_given_one": found.given_other[1],
        "other_given_one_se": found.error[1],
    }


def _frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pl.DataFrame:
    import polars as pl

    texts = ("mineral", "stage", "importer", "case", "grade", "status", "of", "what", "one", "other")
    schema = {c: pl.String if c in texts else pl.Int64 if c == "year" else pl.Float64 for c in columns}
    return pl.DataFrame([{name: row.get(name) for name in columns} for row in rows], schema=schema)
