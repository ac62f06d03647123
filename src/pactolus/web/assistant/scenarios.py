"""``scenario`` and ``scenarios`` for an assistant: losses beside the baselines, with ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from pactolus import __version__
from pactolus.errors import NoAnswerError, OptionError
from pactolus.terms.countries import entity
from pactolus.web.assistant.answers import (
    VINTAGE_LENGTH,
    Answer,
    answered,
    origin_record,
    page,
    plain_rows,
    printed,
)
from pactolus.web.assistant.questions import ScenarioQuestion, ScenariosQuestion

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.disruption.effects.stresses import Stress
    from pactolus.disruption.scenarios.scenario import Scenario

__all__ = [
    "SEED",
    "made_up_origin",
    "made_up_tonnes",
    "masked",
    "scenario_answer",
    "scenario_id",
    "scenarios_answer",
]

#: Seed of every run here, as in a brief: the same question has the same answer, and can be traced.
SEED: Final = 0
_HIDDEN: Final = ("lost_", "at_stake", "rank")


def scenario_answer(world: World, question: ScenarioQuestion) -> Answer:
    """One table of a run.

    Raises
    ------
    InputError
        If the scenario cannot be made of the arguments.
    NoAnswerError
        If the world has none of the trade that is cut.
    """
    from pactolus.disruption.effects.stresses import stress

    asked = _scenario(world, question)
    found = stress(world, asked, seed=SEED)
    frame, tables = _side(world, found, question.table)
    years = dict(found.losses.select("importer", "year").iter_rows())
    rows = plain_rows(masked(page(frame, question.limit, question.offset)))
    origins: dict[str, dict[str, str]] = {}
    for row in rows:
        cited = _origins(world, asked, row, tables)
        origins |= cited
        _complete(row, world, question, years.get(row["importer"]), list(cited))
    notes = [*found.notes, *([] if question.id else ["a scenario of one's own has no id: cite its shocks"])]
    return answered(
        world,
        head=f"{asked.title}: {frame.height} rows ({question.table}), seed {SEED}."
        + (" FICTITIOUS: made up for an exercise." if asked.fictitious else ""),
        lines=[_line(row) for row in rows],
        rows=rows,
        total=frame.height,
        offset=question.offset,
        origins=origins,
        notes=notes,
        narrower="name fewer importers, or ask on with offset",
        title=asked.title,
        fictitious=asked.fictitious,
        seed=SEED,
    )


def _origins(
    world: World, asked: Scenario, row: Mapping[str, Any], tables: tuple[str, ...]
) -> dict[str, dict[str, str]]:
    """Origins of a row: tonnes made up for an exercise stand in the place of the trade table."""
    made_up = made_up_tonnes(asked, row)
    named = [
        name for table in tables if not (made_up and table == "trade") for name in world.origins_of(table)
    ]
    found = {name: origin_record(world.origins[name]) for name in named}
    return made_up_origin(asked) | found if made_up else found


def made_up_tonnes(asked: Scenario, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Trade of the row's mineral and stage that the scenario itself declares."""
    place = (row["mineral"], row["stage"])
    return [asdict(one) for one in asked.declared if (one.mineral, one.stage) == place]


def made_up_origin(asked: Scenario) -> dict[str, dict[str, str]]:
    """What to cite for tonnes that nobody measured."""
    record = {
        "publisher": "pactolus",
        "title": f"scenario {asked.scenario}, tonnes made up for an exercise: FICTITIOUS",
        "edition": __version__,
        "licence": "Apache-2.0",
        "link": "",
        "accessed": "not applicable",
    }
    return {"made-up": record}


def _scenario(world: World, question: ScenarioQuestion) -> Scenario:
    from pactolus.disruption.scenarios.library import ready
    from pactolus.disruption.scenarios.scenario import scenario_of

    if (question.id is None) == (question.shocks is None):
        raise OptionError("scenario: id or shocks: give one of them; the tool scenarios lists the ids")
    importers = () if question.importers is None else tuple(_importer(name) for name in question.importers)
    if question.id is not None:
        found = ready(question.id, world)
        found = replace(found, importers=tuple(dict.fromkeys(importers))) if importers else found
        return found if question.year is None else replace(found, year=question.year)
    assert question.shocks is not None
    content: dict[str, Any] = {
        "scenario": "own",
        "title": "A scenario of one's own",
        "shocks": [shock.model_dump(exclude_none=True, exclude_defaults=True) for shock in question.shocks],
    }
    content |= {"importers": list(dict.fromkeys(importers))} if importers else {}
    return scenario_of(content if question.year is None else content | {"year": question.year})


def _importer(name: str) -> str:
    found = entity(name)
    if not found.members:
        raise OptionError(f"scenario: importers: {name!r} holds everybody; name countries or coalitions")
    return found.id


def _side(world: World, found: Stress, table: str) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The table asked for, and the tables of the world behind it."""
    if table == "months":
        from pactolus.disruption.effects.monthly import by_month

        return by_month(found), ("trade",)
    if table == "applications":
        from pactolus.disruption.effects.applications import at_stake

        return at_stake(world, found), ("trade", "end_uses")
    return found.losses, ("trade",)


def masked(frame: pl.DataFrame) -> pl.DataFrame:
    """Without the losses that cannot be told from normal variation, so that nobody reads them out."""
    import polars as pl

    hidden = [name for name in frame.columns if name.startswith(_HIDDEN)]
    told = pl.col("status") != "not_distinguishable"
    return frame.with_columns(pl.when(told).then(pl.col(name)).alias(name) for name in hidden)


def _complete(
    row: dict[str, Any], world: World, question: ScenarioQuestion, year: int | None, origins: list[str]
) -> None:
    """Add what a citation needs, and the baseline of no change."""
    known = year is not None and row["status"] != "no_trade_data" and question.id is not None
    identity = scenario_id(world, row, int(year or 0)) if known else None
    row["id"] = identity if question.table == "losses" else None
    if question.table == "losses":
        row["no_change_t"] = None if row["status"] == "no_trade_data" else 0.0
    else:
        row["part_of"] = identity
    row |= {"unit": "t", "vintage": world.vintage, "origins": origins}


def scenario_id(world: World, row: Mapping[str, Any], year: int) -> str:
    """Id of a loss of a ready scenario."""
    place = f"{row['scenario']}/{row['mineral']}/{row['stage']}/{row['importer']}/{year}"
    return f"scenario/{place}@{world.vintage[:VINTAGE_LENGTH]}"


def _line(row: Mapping[str, Any]) -> str:
    where = f"{row['mineral']} ({row['stage']}), {row['importer']}"
    where += "".join(f", {row[name]}" for name in ("month", "application") if row.get(name))
    cited = f" [{row['id']}]" if row["id"] else ""
    made_up = "FICTITIOUS, " if "made-up" in row["origins"] else ""
    return f"- {made_up}{where}: {_said(row)}{cited}"


def _said(row: Mapping[str, Any]) -> str:
    if row["status"] == "not_distinguishable":
        return f"not distinguishable from normal variation{_baselines(row)}"
    if row["status"] != "ok":
        return f"no data ({row['status']})"
    if "at_stake" in row:
        low, mid, high = (row[f"at_stake{end}"] for end in ("_low", "", "_high"))
        return f"share of use at stake {printed(mid)} ({printed(low)} to {printed(high)}), {row['pattern']}"
    span = f"{printed(row['lost_low_t'])} to {printed(row['lost_high_t'])} t"
    return f"lost {printed(row['lost_t'])} t (80 %: {span}){_baselines(row)}"


def _baselines(row: Mapping[str, Any]) -> str:
    if "uniform_t" not in row:
        return ""
    return (
        f"; baselines: no change 0 t, same share for everybody {printed(row['uniform_t'], 't')}, "
        f"by purchases {printed(row['proportional_t'], 't')}"
    )


def scenarios_answer(world: World, question: ScenariosQuestion) -> Answer:
    """Ready scenarios: forward-looking ones, then named events as they happened.

    Raises
    ------
    NoAnswerError
        If none holds the word.
    """
    word = (question.word or "").casefold()
    every = _records(world)
    rows = [dict(row) for row in every if word in " ".join(map(str, row.values())).casefold()]
    if not rows:
        raise NoAnswerError(f"scenarios: none of {len(every)} holds {question.word!r}; leave the word away")
    fiction = {True: " (FICTITIOUS)", False: ""}
    return answered(
        world,
        head=f"{len(rows)} ready scenarios; run one with the tool scenario.",
        lines=[f"- {row['id']}: {row['title']}{fiction[row['fictitious']]}" for row in rows],
        rows=rows,
        total=len(rows),
        offset=0,
        origins={},
    )


@lru_cache(maxsize=2)
def _records(world: World) -> tuple[Mapping[str, Any], ...]:
    from pactolus.disruption.scenarios.library import ready_names

    return tuple(_record(world, name) for name in ready_names())


def _record(world: World, name: str) -> dict[str, Any]:
    from pactolus.disruption.scenarios.library import ready
    from pactolus.disruption.scenarios.reach import places

    row: dict[str, Any] = {"id": name, "title": None, "kinds": [], "exporters": [], "minerals": []}
    row |= {"confidence": [], "fictitious": False, "year": None, "status": "no_trade_data"}
    try:
        found = ready(name, world)
    except NoAnswerError:
        return row
    return row | {
        "title": found.title,
        "kinds": list(dict.fromkeys(shock.kind for shock in found.shocks)),
        "exporters": list(dict.fromkeys(one for shock in found.shocks for one in shock.exporters)),
        "minerals": list(dict.fromkeys(mineral for mineral, _ in places(found))),
        "confidence": list(dict.fromkeys(shock.confidence for shock in found.shocks)),
        "fictitious": found.fictitious,
        "year": found.year,
        "status": "ok",
    }
