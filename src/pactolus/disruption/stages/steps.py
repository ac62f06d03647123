"""Chains of stages: what is made of what, under which codes, and how much of it a tonne takes."""

from __future__ import annotations

from collections.abc import Sequence
from csv import DictReader
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pactolus.errors import NoAnswerError
from pactolus.network.balances import scope_of
from pactolus.terms.hs_codes import codes_of
from pactolus.terms.links import stage_links_of

__all__ = ["Step", "chains", "steps_of"]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One stage of a chain as the edited table has it.

    `series` is the publisher's series of output where the stage has several, `basis` ``gross`` or ``content``
    (the measure of the mineral), `need` low, mid and high tonnes of the stage before; None for the first, and
    where nothing is known.
    """

    name: str
    mineral: str
    stage: str
    codes: tuple[str, ...]
    series: str = ""
    basis: str = "content"
    need: tuple[float, float, float] | None = None
    status: str = ""
    source: str = ""
    note: str = ""


@cache
def chains() -> dict[str, tuple[Step, ...]]:
    """Chains with known needs, by the mineral at their beginning."""
    file = Path(__file__).parents[1] / "data" / "chain_stages.csv"
    found: dict[str, list[Step]] = {}
    with file.open(encoding="utf-8", newline="") as rows:
        for row in DictReader(rows):
            need = (row["need_low"], row["need_mid"], row["need_high"])
            step = Step(
                name=row["stage_name"],
                mineral=row["mineral"],
                stage=row["stage"],
                codes=tuple(row["codes"].split(";")),
                series=row["series"],
                basis=row["basis"],
                need=(float(need[0]), float(need[1]), float(need[2])) if need[0] else None,
                status=row["status"],
                source=row["source"],
                note=row["note"],
            )
            found.setdefault(row["chain"], []).append(step)
    return {name: tuple(steps) for name, steps in found.items()}


def steps_of(name: str, stages: Sequence[str] = ()) -> tuple[Step, ...]:
    """The chain of a mineral from a stage on; without known needs where the table has none.

    Raises
    ------
    NoAnswerError
        If nothing is made of the mineral at that stage, as far as the vocabulary knows.
    """
    known = chains()
    for steps in known.values():
        at = [n for n, s in enumerate(steps) if s.mineral == name and (not stages or s.stage in stages)]
        if at and at[0] < len(steps) - 1:
            return steps[at[0] :]
    links = [one for one in stage_links_of(name) if one.from_stage != one.to_stage and one.from_codes]
    links = [one for one in links if not stages or one.from_stage in stages]
    if not links:
        where = f" ({', '.join(stages)})" if stages else ""
        raise NoAnswerError(f"{name}{where}: no stage that is made of it is known; nothing is passed on")
    start = links[0].from_stage
    later = dict.fromkeys(one.to_stage for one in links if one.from_stage == start)
    return (
        Step(name=f"{name} ({start})", mineral=name, stage=start, codes=scope_of(name, start).codes),
        *(
            Step(name=f"{name} ({stage})", mineral=name, stage=stage, codes=codes_of(name, stage))
            for stage in later
        ),
    )
