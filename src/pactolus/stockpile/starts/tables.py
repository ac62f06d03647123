"""What tables share that begin from declared stocks: what is solved, where a row begins, the frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pactolus.runs.progress import Progress
from pactolus.stockpile.members.holdings import label_of_holdings
from pactolus.stockpile.starts.cases import StartCase, head_of
from pactolus.stockpile.starts.values import Group, StartProblem, StartValues, gathered, tasks_of
from pactolus.workspace.labels import Label, Levels

if TYPE_CHECKING:
    import polars as pl

    from pactolus.disruption.scenarios.reach import Place

__all__ = ["Started", "joint_place", "named", "place_of", "row_head", "solved_values", "started"]


@dataclass(frozen=True, kw_only=True)
class Started:
    """A table that begins from declared stocks.

    Attributes
    ----------
    table : polars.DataFrame
    label : Label
        The strictest of the holdings that went in, for each member.
    notes : tuple of str
    """

    table: pl.DataFrame
    label: Label
    notes: tuple[str, ...]


def started(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    cases: Sequence[StartCase],
    levels: Levels | None,
    notes: Sequence[str],
) -> Started:
    """Rows as a table, with the strictest label of all that went in."""
    import polars as pl

    texts = (
        "low_at",
        "high_at",
        "leaves_core_at",
        "findings",
        "rule",
        "view",
        "arrangement",
        "start",
        "ends",
    )
    also = (
        "mineral",
        "stage",
        "members",
        "member",
        "denominator",
        "method",
        "basis",
        "label",
        "grade",
        "status",
    )
    kinds: dict[str, Any] = {
        name: pl.String
        if name in (*texts, *also)
        else pl.Int64
        if name in ("year", "years")
        else pl.Boolean
        if name == "in_core"
        else pl.Float64
        for name in columns
    }
    used = [one for case in cases for forms in case.forms.values() for one in forms]
    return Started(
        table=pl.DataFrame([{name: row.get(name) for name in columns} for row in rows], schema=kinds),
        label=label_of_holdings(used, levels),
        notes=tuple(dict.fromkeys(notes)),
    )


def _solved(data: Mapping[Any, StartProblem], task: tuple[Any, Group, int]) -> Any:
    """Levels, values and target of one coalition."""
    return data[task[0]].value(*task[1:])


def solved_values(
    runner: Any,
    cases: Sequence[StartCase],
    wanted: Mapping[Place, Sequence[Group]],
    progress: Progress,
    *,
    finer: bool,
) -> dict[tuple[Place, str], StartValues]:
    """Values of every place and setting."""
    problems = {(case.place, name): one for case in cases for name, one in case.problems.items()}
    tasks = [
        (key, *task)
        for key, one in problems.items()
        for task in tasks_of(wanted[key[0]], len(one.importers), finer=finer)
    ]
    answers = dict(
        zip(tasks, runner.each(_solved, tasks, data=problems, named=named, progress=progress), strict=True)
    )
    return {
        key: gathered(one, {task[1:]: found for task, found in answers.items() if task[0] == key})
        for key, one in problems.items()
    }


def named(task: Sequence[Any]) -> str:
    (mineral, stage), setting = task[0]
    return f"{mineral} ({stage}), {setting}"


def row_head(case: StartCase, values: StartValues) -> dict[str, Any]:
    return head_of(case.need) | {"interest": values.interest, "label": str(case.label), "status": "ok"}


def place_of(case: StartCase, i: int, days: Sequence[float]) -> dict[str, Any]:
    """What one member begins with."""
    importer = case.need.importers[i]
    return {
        "member": importer.member,
        "start_days": days[i],
        "start_t": days[i] * importer.day_t,
        "denominator": importer.denominator,
        "basis": case.basis(importer.member),
        "status": "ok" if case.forms[importer.member] else "withheld",
    }


def joint_place(case: StartCase, some: Sequence[int], days: Sequence[float]) -> dict[str, Any]:
    """What some members begin with, all together; days are of the use of all of them, as they weigh it."""
    own = [case.need.importers[i] for i in some]
    problem = next(iter(case.problems.values()))
    day_t = [problem.importers[i].day_t for i in some]
    unsaid = [each.member for each in own if not case.forms[each.member]]
    basis = f"declared by {', '.join(e.member for e in own if e.member not in unsaid) or 'nobody'}"
    return {
        "member": "+".join(each.member for each in own),
        "start_days": sum(days[i] * t for i, t in zip(some, day_t, strict=True)) / sum(day_t),
        "start_t": sum(days[i] * each.day_t for i, each in zip(some, own, strict=True)),
        "denominator": "; ".join(dict.fromkeys(each.denominator for each in own)),
        "basis": basis + (f"; not by {', '.join(unsaid)}" if unsaid else ""),
    }
