"""Who is exposed: use, loss of a month, declared stocks and days of cover, applications."""

from __future__ import annotations

from typing import Final

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.indicators.applications import end_uses_of
from pactolus.reports.document import Block, Cell, Column, Section, Table
from pactolus.reports.paper.basis import Paper, Place, way
from pactolus.reports.sections.words import item_term, items_term, phrase_term

__all__ = ["loss_of_month", "section"]

#: Days of a month.
DAYS: Final = 365.25 / 12
#: Uses below it are left out. [share]
AT_LEAST: Final = 0.05


def section(paper: Paper) -> Section:
    """Table of the members, how days of cover are counted, applications."""
    blocks: list[Block] = [*_lead(paper), _table(paper)]
    uses = _uses(paper)
    blocks.append(uses if uses is not None else _no_uses(paper))
    return Section(id="exposed", title="paper.exposed.title", blocks=tuple(blocks))


def _no_uses(paper: Paper) -> Claim:
    minerals = tuple(dict.fromkeys(mineral for mineral, _ in paper.places))
    return Claim(key="paper.exposed.no_uses", terms={"minerals": Term("mineral", minerals)})


def _lead(paper: Paper) -> list[Claim]:
    """Who declares nothing of what; members that are silent on the same places share a line."""
    silent: dict[int, list[str]] = {}
    for place, member in paper.plan.situation.undeclared:
        silent.setdefault(place, []).append(paper.members[member])
    if not silent:
        return [Claim(key="paper.exposed.lead")]
    groups: dict[tuple[str, ...], list[Place]] = {}
    for place, names in silent.items():
        groups.setdefault(tuple(names), []).append(paper.places[place])
    return [
        Claim(
            key="paper.exposed.undeclared",
            terms={"members": Term("country", names), "items": items_term(places)},
        )
        for names, places in groups.items()
    ]


def loss_of_month(paper: Paper, place: Place, name: str, *, share: bool = False) -> Figure | None:
    """Lost in the worst month, with the ends of the losses; as a share of use if asked. [t]"""
    one = paper.plan.situation
    k, i = paper.places.index(place), paper.member(name)
    row = paper.loss_rows.get((*place, name))
    if row is None or not one.uses(k, i):
        return None
    use = float(one.use_t[k, i])
    value = paper.by_share(k, i)
    ends = [row["lost_low_t"], row["lost_high_t"]]
    low, high = (None if e is None else min(max(float(e) / 12, 0.0), use) for e in ends)
    steps = paper.loss_steps(place, name)
    keys: dict[str, str | int | float] = {"mineral": place[0], "stage": place[1], "member": name}
    if not share:
        return paper.traded(value, "t", 0, keys, "lost_t", steps, low=low, high=high)
    steps.append(way("of_use", value, value / use, "share"))
    spread = {"low": None if low is None else low / use, "high": None if high is None else high / use}
    return paper.traded(value / use, "share", 0, keys, "lost_share", steps, **spread)


def _table(paper: Paper) -> Table:
    one = paper.plan.situation
    rows: list[tuple[Cell, ...]] = []
    for k, place in enumerate(paper.places):
        for i, name in enumerate(paper.members):
            if not one.uses(k, i):
                status: Cell = phrase_term("paper.word.no_use")
                rows.append((item_term(place), Term("country", (name,)), status, *([None] * 4)))
                continue
            keys: dict[str, str | int | float] = {"mineral": place[0], "stage": place[1], "member": name}
            use = float(one.use_t[k, i])
            rows.append(
                (
                    item_term(place),
                    Term("country", (name,)),
                    paper.traded(use, "t", 0, keys, "use_t", [way("use", None, use)]),
                    loss_of_month(paper, place, name),
                    loss_of_month(paper, place, name, share=True),
                    *_stock(paper, k, i, keys, use),
                )
            )
    columns = ("item", "member", "use", "lost", "lost_share", "stock", "days")
    return Table(
        id="exposed",
        title="paper.exposed.table",
        columns=tuple(Column(key=c, label=f"paper.col.{c}", numeric=n > 1) for n, c in enumerate(columns)),
        rows=tuple(rows),
        notes=(Claim(key="paper.exposed.use_note"), Claim(key="paper.exposed.days_note")),
    )


def _stock(paper: Paper, k: int, i: int, keys: dict[str, str | int | float], use: float) -> tuple[Cell, Cell]:
    """Declared stock and days of cover, at the middle and the ends; or that nothing is declared."""
    one = paper.plan.situation
    if (k, i) in one.undeclared:
        return phrase_term("paper.word.not_declared"), None
    ends = [sum(lot.tonnes[e] for lot in one.held if (lot.place, lot.member) == (k, i)) for e in range(3)]
    low, middle, high = ends
    stock = paper.figure(
        middle, "t", 0, "exposed", keys, "stock_t", [way("declared", None, middle)], low=low, high=high
    )
    a_day = use / DAYS
    steps = [way("declared", None, middle), way("days", middle, middle / a_day, "days")]
    days = paper.figure(
        middle / a_day, "days", 0, "exposed", keys, "days", steps, low=low / a_day, high=high / a_day
    )
    return stock, days


def _uses(paper: Paper) -> Table | None:
    """Applications of the minerals, by the European use pattern."""
    if "end_uses" not in paper.world.tables:
        return None
    minerals = list(dict.fromkeys(mineral for mineral, _ in paper.places))
    found = end_uses_of(paper.world.table("end_uses"), minerals)
    rows: list[tuple[Cell, ...]] = []
    for row in found.iter_rows(named=True):
        if row["share"] < AT_LEAST or row["application"] == "other":
            continue
        keys = {"material": row["material"], "application": row["application"]}
        share = paper.figure(
            float(row["share"]),
            "share",
            0,
            "uses",
            keys,
            "share",
            [way("eu_use", None, float(row["share"]), "share")],
            origins=paper.world.origins_of("end_uses"),
        )
        rows.append((Term("mineral", (row["mineral"],)), Term("application", (row["application"],)), share))
    if not rows:
        return None
    columns = ("mineral", "application", "share_of_use")
    return Table(
        id="exposed-uses",
        title="paper.exposed.uses",
        columns=tuple(Column(key=c, label=f"paper.col.{c}", numeric=n == 2) for n, c in enumerate(columns)),
        rows=tuple(rows),
        notes=(Claim(key="paper.exposed.uses_note"),),
    )
