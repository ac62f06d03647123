"""Tables of a joint buying calendar, from its lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from pactolus.stockpile.buying.lines import NOTICE, BuyingCalendar, Lines, cap_of
from pactolus.stockpile.members.disclosure import bit_worth
from pactolus.stockpile.members.holdings import Declared, across, basis_of, label_of_holdings
from pactolus.stockpile.stocks.filling import Plan, fill_alone, fill_evenly, fill_together

if TYPE_CHECKING:
    import polars as pl

    from pactolus.disruption.scenarios.reach import Place
    from pactolus.workspace.labels import Label, Levels

    Starts = Mapping[Place, Mapping[str, Mapping[str, float]]]
    Lost = Mapping[tuple[str, str, str], tuple[str, float | None]]

__all__ = ["CALENDAR", "COMPARE", "DISCLOSURE", "FIRST", "PLANS", "tables_of"]

#: Plans, and what each is set against at the same end date; the calendar ends later, by choice.
PLANS: Final = {
    "calendar": "alone_even",
    "alone_even": None,
    "together_even": "alone_even",
    "alone_best": None,
    "together_best": "alone_best",
}
#: Columns of the tables of `BuyingCalendar`.
CALENDAR: Final = (
    "mineral",
    "stage",
    "holding",
    "month",
    "member",
    "stock_t",
    "stock_days",
    "target_days",
    "purchase_t",
    "purchase_days",
    "denominator",
    "joint_t",
    "world_share",
    "cap_share",
    "price_rise",
    "price_usd_per_t",
    "spend_usd",
    "saves_usd_per_t",
    "basis",
    "grade",
    "label",
    "notice",
    "status",
)
COMPARE: Final = (
    "mineral",
    "stage",
    "case",
    "plan",
    "member",
    "gap_t",
    "months",
    "spend_usd",
    "rise_usd",
    "peak_rise",
    "holding_usd",
    "exposure_usd",
    "cost_usd",
    "against",
    "spend_saved_usd",
    "cost_saved_usd",
    "rise_avoided",
    "months_later",
    "label",
    "notice",
    "status",
)
FIRST: Final = (
    "mineral",
    "stage",
    "case",
    "rank",
    "member",
    "saves_usd_per_t",
    "saves_of_price",
    "worth_usd_per_t",
    "price_usd_per_t",
    "start_days",
    "target_days",
    "denominator",
    "gap_t",
    "first_month",
    "half_month",
    "last_month",
    "label",
    "notice",
    "status",
)
DISCLOSURE: Final = (
    "mineral",
    "stage",
    "member",
    "low_t",
    "high_t",
    "low_days",
    "high_days",
    "denominator",
    "spend_low_usd",
    "spend_mid_usd",
    "spend_high_usd",
    "months_low",
    "months_mid",
    "months_high",
    "cover_low_days",
    "cover_mid_days",
    "cover_high_days",
    "cover_of",
    "buy_year_t",
    "buy_if_lower_t",
    "buy_if_upper_t",
    "bit_usd",
    "bit_low_usd",
    "bit_high_usd",
    "basis",
    "label",
    "notice",
    "status",
)
_TEXTS: Final = (
    *("mineral", "stage", "holding", "member", "denominator", "basis", "grade", "label", "notice", "status"),
    *("case", "plan", "against", "cover_of"),
)
_WHOLE: Final = (
    *("month", "months", "months_later", "rank", "first_month", "half_month", "last_month"),
    *("months_low", "months_mid", "months_high"),
)
#: part of a target below which a purchase is none
_LEAST: Final = 1e-9


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What all tables share."""

    members: Sequence[str]
    months: int
    world_share: float
    max_rise: float
    alone_months: int
    held: Declared
    levels: Levels

    def label(self, place: Place) -> str:
        """The label of all rows of a place: plans are joint, so that each shows a little of every stock."""
        own = [one for key, ranges in self.held.items() if key[:2] == place for one in ranges]
        return str(label_of_holdings(own, self.levels))

    def together(self, lines: Lines, start: Mapping[str, float]) -> Plan:
        """The calendar."""
        cap, _ = cap_of(lines.market, self.world_share, self.max_rise)
        return fill_together(lines.at(start), lines.market, self.months, cap_t=cap)

    def fits(self, lines: Lines, start: Mapping[str, float]) -> bool:
        """Whether the limits leave time."""
        cap, _ = cap_of(lines.market, self.world_share, self.max_rise)
        gap = sum(one.gap_t for one in lines.at(start))
        return gap <= self.months * cap * (1 + 1e-9)


def tables_of(
    lines: Mapping[Place, Mapping[str, Lines]],
    starts: Starts,
    held: Declared,
    *,
    members: Sequence[str],
    months: int,
    world_share: float,
    max_rise: float,
    alone_months: int,
    lost: Lost | None,
    levels: Levels,
    label: Label,
    notes: tuple[str, ...],
) -> BuyingCalendar:
    """All tables; arguments as `calendar`."""
    asked = _Asked(
        members=members,
        months=months,
        world_share=world_share,
        max_rise=max_rise,
        alone_months=alone_months,
        held=held,
        levels=levels,
    )
    rows: dict[str, list[dict[str, Any]]] = {"calendar": [], "compare": [], "first": [], "disclosure": []}
    told: list[str] = []
    for place, cases in lines.items():
        middle, start = next(iter(cases.values())), starts[place]["mid"]
        common = {"mineral": place[0], "stage": place[1], "label": asked.label(place), "notice": NOTICE}
        missing = [
            common | {"member": name, "status": middle.need.absent[name]}
            for name in members
            if name in middle.need.absent
        ]
        rows["calendar"] += [common | row for row in _calendar_rows(asked, middle, starts[place])] + missing
        rows["first"] += [common | row for row in _first_rows(asked, cases, start)] + missing
        compared = [common | row for row in _compare_rows(asked, cases, start)]
        rows["compare"] += compared + missing
        rows["disclosure"] += [common | row for row in _disclosure_rows(asked, cases, start, lost)] + missing
        told += _ranges(place, compared, asked)
    return BuyingCalendar(
        calendar=_frame(rows["calendar"], CALENDAR),
        compare=_frame(rows["compare"], COMPARE),
        first=_frame(rows["first"], FIRST),
        disclosure=_frame(rows["disclosure"], DISCLOSURE),
        label=label,
        notes=notes,
        ranges=tuple(told),
    )


def _calendar_rows(
    asked: _Asked, lines: Lines, starts: Mapping[str, Mapping[str, float]]
) -> Iterator[dict[str, Any]]:
    import numpy as np

    cap, _ = cap_of(lines.market, asked.world_share, asked.max_rise)
    for end, start in starts.items():
        plan = asked.together(lines, start)
        total, rise, after = plan.total, plan.rise, plan.stock
        last = max([1, *(np.flatnonzero(total > 0) + 1)])
        for month in range(last):
            for number, one in enumerate(plan.buyers):
                bought, day = float(plan.bought[number, month]), lines.day_t[one.member]
                before = float(after[number, month]) - bought
                paid = one.price_usd_per_t + plan.market.steep * float(total[month]) / 2
                yield {
                    "holding": end,
                    "month": month + 1,
                    "member": one.member,
                    "stock_t": before,
                    "stock_days": before / day,
                    "target_days": one.target_t / day,
                    "purchase_t": bought,
                    "purchase_days": bought / day,
                    "denominator": lines.need.importer(one.member).denominator,
                    "joint_t": float(total[month]),
                    "world_share": float(total[month]) / plan.market.month_t,
                    "cap_share": cap / plan.market.month_t,
                    "price_rise": float(rise[month]),
                    "price_usd_per_t": paid,
                    "spend_usd": bought * paid,
                    "saves_usd_per_t": one.saving(before),
                    "basis": basis_of(one.member, asked.held.get((*lines.place, one.member), ())),
                    "grade": lines.need.grade,
                    "status": "ok",
                }


def _first_rows(
    asked: _Asked, cases: Mapping[str, Lines], start: Mapping[str, float]
) -> Iterator[dict[str, Any]]:
    import numpy as np

    for name, lines in cases.items():
        if not asked.fits(lines, start):
            yield {"case": name, "status": "not_applicable"}
            continue
        plan = asked.together(lines, start)
        order = sorted(
            range(len(plan.buyers)),
            key=lambda n: (plan.buyers[n].gap_t <= 0, -_saves(plan, n), plan.buyers[n].member),
        )
        for rank, number in enumerate(order, start=1):
            one, day = plan.buyers[number], lines.day_t[plan.buyers[number].member]
            done = np.cumsum(plan.bought[number])
            buys = np.flatnonzero(plan.bought[number] > _LEAST * max(one.target_t, 1e-300)) + 1
            worth = -np.diff(lines.later[one.member]) / np.diff(one.levels)
            place = min(int(np.searchsorted(one.levels, one.start_t, side="right")) - 1, len(worth) - 1)
            yield {
                "case": name,
                "rank": rank if one.gap_t > 0 else None,
                "member": one.member,
                "saves_usd_per_t": _saves(plan, number),
                "saves_of_price": _saves(plan, number) / one.price_usd_per_t,
                "worth_usd_per_t": float(worth[place]),
                "price_usd_per_t": one.price_usd_per_t,
                "start_days": one.start_t / day,
                "target_days": one.target_t / day,
                "denominator": lines.need.importer(one.member).denominator,
                "gap_t": one.gap_t,
                "first_month": int(buys[0]) if len(buys) else None,
                "half_month": int(np.searchsorted(done, done[-1] / 2) + 1) if len(buys) else None,
                "last_month": int(buys[-1]) if len(buys) else None,
                "status": "ok",
            }


def _saves(plan: Plan, number: int) -> float:
    return plan.buyers[number].saving(plan.buyers[number].start_t)


def _compare_rows(
    asked: _Asked, cases: Mapping[str, Lines], start: Mapping[str, float]
) -> Iterator[dict[str, Any]]:
    for name, lines in cases.items():
        buyers, market = lines.at(start), lines.market
        plans = {
            "alone_even": fill_evenly(buyers, market, asked.alone_months, of=asked.months),
            "together_even": fill_together(buyers, market, asked.alone_months, of=asked.months),
            "alone_best": fill_alone(buyers, market, asked.months),
            "together_best": fill_together(buyers, market, asked.months),
        }
        if asked.fits(lines, start):
            plans["calendar"] = asked.together(lines, start)
        numbers = {plan: _numbers(found) for plan, found in plans.items()}
        for plan, against in PLANS.items():
            if plan not in plans:
                yield {"case": name, "plan": plan, "status": "not_applicable"}
                continue
            for member, own in numbers[plan].items():
                row = {"case": name, "plan": plan, "member": member, "status": "ok"} | own
                if against:
                    other = numbers[against][member]
                    row |= {
                        "against": against,
                        "spend_saved_usd": other["spend_usd"] - own["spend_usd"],
                        "cost_saved_usd": other["cost_usd"] - own["cost_usd"],
                        "rise_avoided": other["peak_rise"] - own["peak_rise"],
                        "months_later": own["months"] - other["months"],
                    }
                yield row


def _numbers(plan: Plan) -> dict[str, dict[str, Any]]:
    """Member -> what the plan comes to; and all together, under their joint name."""
    costs, months = plan.costs(), plan.months_until_full()
    peak = float(plan.rise.max())
    found: dict[str, dict[str, Any]] = {}
    for number, one in enumerate(plan.buyers):
        own = {kind: float(values[number]) for kind, values in costs.items()}
        found[one.member] = _sums(own, one.gap_t, months[number], peak)
    if len(plan.buyers) > 1:
        all_ = {kind: float(values.sum()) for kind, values in costs.items()}
        name = "+".join(one.member for one in plan.buyers)
        found[name] = _sums(all_, sum(one.gap_t for one in plan.buyers), max(months), peak)
    return found


def _sums(own: Mapping[str, float], gap: float, months: int, peak: float) -> dict[str, Any]:
    return {
        "gap_t": gap,
        "months": months,
        "spend_usd": own["base"] + own["rise"],
        "rise_usd": own["rise"],
        "peak_rise": peak,
        "holding_usd": own["holding"],
        "exposure_usd": own["exposure"],
        "cost_usd": sum(own.values()),
    }


def _disclosure_rows(
    asked: _Asked, cases: Mapping[str, Lines], start: Mapping[str, float], lost: Lost | None
) -> Iterator[dict[str, Any]]:
    middle = next(iter(cases.values()))
    for member in middle.buyers:
        own, day = asked.held.get((*middle.place, member), ()), middle.day_t[member]
        basis = basis_of(member, own)
        if not own:
            status = "withheld" if basis.startswith("withheld") else "not_applicable"
            yield {"member": member, "basis": basis, "status": status}
            continue
        low, high = (sum(ends) for ends in zip(*(one.tonnes(day) for one in own), strict=True))
        row: dict[str, Any] = {
            "member": member,
            "low_t": low,
            "high_t": high,
            "low_days": low / day,
            "high_days": high / day,
            "denominator": middle.need.importer(member).denominator,
            "basis": basis,
            "status": "ok",
        }
        answers = across(low, high, partial(_answer, asked, middle, start, member))
        for end in ("low", "mid", "high"):
            row[f"spend_{end}_usd"], row[f"months_{end}"] = answers.get(end, answers["mid"])
        row |= _cover(middle, member, low, high, lost)
        bits = [bit_worth(c.buyers[member], c.market, c.later[member], low, high) for c in cases.values()]
        yield row | {
            "buy_year_t": bits[0].buy_t,
            "buy_if_lower_t": bits[0].buy_lower_t,
            "buy_if_upper_t": bits[0].buy_upper_t,
            "bit_usd": bits[0].worth_usd,
            "bit_low_usd": min(bit.worth_usd for bit in bits),
            "bit_high_usd": max(bit.worth_usd for bit in bits),
        }


def _answer(
    asked: _Asked, lines: Lines, start: Mapping[str, float], member: str, held: float
) -> tuple[float | None, int | None]:
    """Spend of a member and months until it is full, all others at the middle of their ranges."""
    start = {**start, member: held}
    if not asked.fits(lines, start):
        return None, None
    own = _numbers(asked.together(lines, start))[member]
    return own["spend_usd"], own["months"]


def _cover(lines: Lines, member: str, low: float, high: float, lost: Lost | None) -> dict[str, Any]:
    """How long the holding makes good all that is lost in a scenario."""
    if lost is None:
        return {}
    scenario, tonnes = lost.get((*lines.place, member), ("", None))
    if not scenario:
        return {"cover_of": "not hit in the scenario"}
    if not tonnes or tonnes <= 0:
        return {"cover_of": f"no loss that can be told from normal variation in {scenario}"}
    day = tonnes / 365
    return {
        "cover_low_days": low / day,
        "cover_mid_days": (low + high) / 2 / day,
        "cover_high_days": high / day,
        "cover_of": f"imports lost in a day of {scenario}, gross weight: {day:.4g} t",
    }


def _ranges(place: Place, rows: Sequence[Mapping[str, Any]], asked: _Asked) -> list[str]:
    """One sentence on the calendar against buying without coordination, over all cases."""
    names = {row["member"] for row in rows if row.get("member")}
    joint = max(names, key=lambda name: (name.count("+"), name), default="")
    of = {plan: [row for row in rows if row["plan"] == plan and row.get("member") == joint] for plan in PLANS}
    own = of["calendar"]
    if not own or not own[0]["gap_t"]:
        return [f"{place[0]} ({place[1]}): nothing is missing to the targets"]
    even = f"each alone in {asked.alone_months} months"
    where, cases = f"{place[0]} ({place[1]}), {joint}", f"over {len(own)} case{'s' * (len(own) > 1)}"
    return [
        f"{where}, calendar less {even}, {cases}: purchases {_span(own, 'spend_saved_usd', -1e-6, 2)} MUSD, "
        f"highest price rise {_span(own, 'rise_avoided', -100, 1)} points, last stock at 99 % "
        f"{_span(own, 'months_later', 1, 0)} months, all costs {_span(own, 'cost_saved_usd', -1e-6, 2)} MUSD",
        f"{where}, coordination alone, without a limit, {cases}: all costs "
        f"{_span(of['together_even'], 'cost_saved_usd', -1e-6, 2)} MUSD against {even}, "
        f"{_span(of['together_best'], 'cost_saved_usd', -1e-6, 2)} MUSD against each at its own best pace",
    ]


def _span(rows: Sequence[Mapping[str, Any]], name: str, scale: float, digits: int) -> str:
    """Smallest and largest of a column, with their sign."""
    values = sorted(row[name] * scale for row in rows)
    low, high = (f"{round(value, digits) + 0.0:+,.{digits}f}" for value in (values[0], values[-1]))
    return low if low == high else f"{low} to {high}"


def _frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pl.DataFrame:
    import polars as pl

    kinds = {
        name: pl.String if name in _TEXTS else pl.Int64 if name in _WHOLE else pl.Float64 for name in columns
    }
    return pl.DataFrame([{name: row.get(name) for name in columns} for row in rows], schema=kinds)
