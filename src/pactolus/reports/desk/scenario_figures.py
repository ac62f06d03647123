"""Numbers of a run of a scenario, each with its way back, and the words that name a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.disruption.scenarios.scenario import Shock, Spread
from pactolus.reports.desk.runs import Run
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.words import country, item_term, minerals_term, phrase_term
from pactolus.wording.names import name
from pactolus.wording.numbers import format_number, format_value
from pactolus.wording.phrases import phrase

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.disruption.effects.caveats import Caveat
    from pactolus.disruption.scenarios.reach import Place

__all__ = [
    "caveat_claim",
    "entity_term",
    "fictitious",
    "label_of",
    "loss",
    "lost_share",
    "month_figure",
    "origins_of",
    "other_figure",
    "shock_claims",
]

_LANGS: Final = ("en", "ko", "ja")
#: Column -> unit and digits.
_FORMS: Final[Mapping[str, tuple[str, int]]] = {
    "lost_share": ("share", 1),
    "price_mid": ("1", 2),
}
#: Columns that say nothing where a shock drowns in normal variation.
_HIDDEN: Final = ("lost_t", "lost_share")
Rows = dict[str, str | int | float]


def entity_term(run: Run, entity: str) -> Term:
    """A member, or all of them."""
    return country(entity) if entity in run.importers else Term("members", run.importers)


def rows_of(run: Run, place: Place, entity: str) -> Rows:
    """What selects a row of the result."""
    return {
        "scenario": run.spec,
        "mineral": place[0],
        "stage": place[1],
        "importer": entity,
        "year": run.year,
    }


def origins_of(world: World, run: Run) -> tuple[str, ...]:
    """Publishers behind the tonnes; none where they were made up for an exercise."""
    return () if run.scenario.declared else world.origins_of("trade")


def fictitious(run: Run) -> tuple[Claim, ...]:
    """What stands first wherever a made-up scenario is shown."""
    return (Claim(key="desk_scenario.caveat.fictitious"),) if run.scenario.fictitious else ()


def loss(
    world: World, run: Run, place: Place, entity: str, column: str, ends: Sequence[float | None] = ()
) -> Figure:
    """One number of a row of the result, or why there is none."""
    unit, digits = _FORMS.get(column, ("t", 0))
    rows, steps = rows_of(run, place, entity), (f"take {column}",)
    row = run.rows.get((place, entity))
    if row is None or row["status"] == "no_trade_data":
        return q.missing("no_trade_data", unit, "stress", rows, steps, digits)
    if row["status"] != "ok" and column in _HIDDEN:
        return q.missing(row["status"], unit, "stress", rows, steps, digits)
    low, high = ends if len(ends) == 2 else (None, None)
    return Figure(
        value=row[column],
        unit=unit,
        digits=digits,
        low=low,
        high=high,
        table="stress",
        rows=rows,
        steps=steps,
        origins=origins_of(world, run),
    )


def lost_share(world: World, run: Run, place: Place, entity: str) -> Figure:
    """Part of a year's imports that is lost, with its range. [share]"""
    return loss(world, run, place, entity, "lost_share", _ends(run, place, entity, share=True))


def lost_tonnes(world: World, run: Run, place: Place, entity: str) -> Figure:
    """Loss of the year with its range. [t]"""
    return loss(world, run, place, entity, "lost_t", _ends(run, place, entity))


def price(world: World, run: Run, place: Place) -> Figure:
    """World price against before, middle and range of the elasticities. [1]"""
    row = run.rows.get((place, run.entities[-1]), {})
    return loss(
        world, run, place, run.entities[-1], "price_mid", (row.get("price_low"), row.get("price_high"))
    )


def _ends(run: Run, place: Place, entity: str, *, share: bool = False) -> tuple[float | None, ...]:
    row = run.rows.get((place, entity), {})
    if row.get("lost_low_t") is None:
        return ()
    by = row["base_t"] if share else 1.0
    return row["lost_low_t"] / by, row["lost_high_t"] / by


def month_figure(
    world: World, run: Run, place: Place, entity: str, row: Mapping[str, Any] | None, column: str, unit: str
) -> Figure:
    """Loss of a month by the rule or a baseline: in tonnes, or as a part of a usual month's imports."""
    said: Rows = rows_of(run, place, entity)
    steps: tuple[str, ...] = (f"take {column}",)
    by = 1.0
    if row is not None:
        said["month"] = row["month"].isoformat()
    if unit == "share":
        steps = (*steps, "divide by usual_t")
        by = 1.0 if row is None else row["usual_t"]
    form: dict[str, Any] = {"unit": unit, "digits": 1 if unit == "share" else 0}
    form |= {"table": "stress:months", "rows": said, "steps": steps}
    if row is None:
        return Figure(
            value=None, status="not_applicable" if (place, entity) in run.months else "no_trade_data", **form
        )
    if row["status"] != "ok":  # as in a brief: nothing is drawn that cannot be told from normal variation
        return Figure(value=None, status=row["status"], **form)
    if row[column] is None:
        return Figure(value=None, status="not_applicable", **form)
    ends = (row["lost_low_t"] / by, row["lost_high_t"] / by) if column == "lost_t" else (None, None)
    return Figure(value=row[column] / by, low=ends[0], high=ends[1], origins=origins_of(world, run), **form)


def other_figure(
    world: World, run: Run, table: str, row: Mapping[str, Any], column: str, more: Rows
) -> Figure:
    """A number of the tables of other suppliers, or why there is none. [t]"""
    said = {**rows_of(run, (row["mineral"], row["stage"]), row["importer"]), **more}
    name_of, steps = f"stress:{table}", (f"take {column}",)
    if row.get(column) is None:
        return q.missing("not_applicable", "t", name_of, said, steps)
    return Figure(
        value=row[column],
        unit="t",
        table=name_of,
        rows=said,
        steps=steps,
        origins=world.origins_of("trade"),
    )


# ---------------------------------------------------------------------------------------------- words


def label_of(run: Run) -> Term:
    """What a scenario is called: its title, or what a line writes, and what was changed of it."""
    return Term("parallel", tuple(_label(run, lang) for lang in _LANGS))


def _label(run: Run, lang: str) -> str:
    scenario = run.scenario
    written = len(set(scenario.titles.values())) == 1 and scenario.titles["en"] == scenario.scenario
    text = _written(scenario.shocks[0], lang) if written else scenario.titles[lang]
    marks = [] if written or run.spec.startswith("{") else run.spec.split("~")[1:]
    said = [_mark(mark, lang) for mark in marks]
    return phrase(lang, "desk_scenario.changed", title=text, changes=" · ".join(said)) if said else text


def _mark(mark: str, lang: str) -> str:
    key, _, value = mark.partition("-")
    return _mark_of(key, _numbers(value), lang)


def _mark_of(key: str, spread: Spread, lang: str) -> str:
    return phrase(lang, f"desk_scenario.mark.{key}", value=spread_text(key, spread, lang))


def _numbers(text: str) -> Spread:
    return tuple(float(one) for one in text.split("_"))


def spread_text(key: str, spread: Spread, lang: str) -> str:
    """A size, length or share as it is printed: one number or both ends."""
    low, high = spread[0], spread[-1]
    unit = "months" if key == "months" else "share"
    digits = (
        0 if all(float(one * (1 if unit == "months" else 100)).is_integer() for one in (low, high)) else 1
    )
    last = format_value(high, unit, digits, lang)
    if low == high:
        return last
    return f"{format_number(low * (1 if unit == 'months' else 100), digits)}–{last}"


def _written(shock: Shock, lang: str) -> str:
    who = name(country(shock.exporter or (shock.by or ("",))[0]), lang)
    what = name(minerals_term(shock.minerals), lang) if shock.minerals else ", ".join(shock.hs_codes)
    kind = phrase(lang, f"desk_scenario.kind.{shock.kind}")
    return phrase(lang, "desk_scenario.written", who=who, kind=kind, what=what)


def shock_claims(run: Run) -> tuple[Claim, ...]:
    """What a scenario assumes, one line a shock."""
    return tuple(_shock_claim(run, number, shock) for number, shock in enumerate(run.scenario.shocks))


def _shock_claim(run: Run, number: int, shock: Shock) -> Claim:
    said = []
    for key in ("cut", "rise", "months"):
        spread = shock.lasting if key == "months" else getattr(shock, key)
        if spread is not None:
            said.append((key, spread))
    texts = tuple(
        " · ".join(
            [
                *(_mark_of(key, spread, lang) for key, spread in said),
                *_drawn(shock, lang),
                *_aimed(shock, lang),
                phrase(lang, "desk_scenario.mark.start", value=shock.start.isoformat()),
                phrase(lang, f"brief.confidence.{shock.confidence}"),
            ]
        )
        for lang in _LANGS
    )
    who = country(*shock.exporters) if shock.exporters else country(*shock.by)
    what = minerals_term(shock.minerals) if shock.minerals else Term("text", (", ".join(shock.hs_codes),))
    return Claim(
        key="desk_scenario.shock",
        terms={
            "who": who,
            "kind": phrase_term(f"desk_scenario.kind.{shock.kind}"),
            "what": what,
            "said": Term("parallel", texts),
        },
    )


def _drawn(shock: Shock, lang: str) -> list[str]:
    """What is left to past cases."""
    found = []
    if shock.cut is None and shock.kind not in ("surge", "route"):
        found.append(phrase(lang, "desk_scenario.mark.cut_past"))
    if shock.lasting is None and shock.kind != "surge":
        found.append(phrase(lang, "desk_scenario.mark.months_past"))
    return found


def _aimed(shock: Shock, lang: str) -> list[str]:
    if not shock.hit:
        return []
    return [phrase(lang, "desk_scenario.mark.to", value=name(country(*shock.hit), lang))]


def caveat_claim(world: World, one: Caveat) -> Claim:
    """A caveat of the engine in the reader's words, its numbers with their rows."""
    values = one.values
    terms: dict[str, Term] = {}
    figures: dict[str, Figure] = {}
    if "mineral" in values:
        terms["item"] = item_term((str(values["mineral"]), str(values["stage"])))
    if "who" in values:
        who = str(values["who"])
        kinds = ("surge", "route")
        terms["who"] = phrase_term(f"desk_scenario.kind.{who}") if who in kinds else country(*who.split("+"))
    if "kind" in values:
        terms["kind"] = phrase_term(f"desk_scenario.kind.{values['kind']}")
    if one.kind == "no_trade_made":
        terms |= {
            "country": country(str(values["country"])),
            "source": Term("text", (str(values["source"]),)),
        }
        terms |= {
            "year": Term("year", (str(values["year"]),)),
            "series": Term("text", (str(values["raw_material"]),)),
        }
        rows: Rows = {k: str(values[k]) for k in ("source", "raw_material")} | {"year": int(values["year"])}
        figures["share"] = Figure(
            value=float(values["share"]),
            unit="share",
            digits=0,
            table="production",
            rows=rows,
            steps=("sum quantity by country", f"share of {values['country']}"),
            origins=world.origins_of("production"),
        )
    for key in ("events", "of_all", "ended", "count", "rows"):
        if key in values:
            figures[key] = _prior(one, key, float(values[key]), "count", 0)
    if one.kind == "spare":
        low, high = float(values["low"]), float(values["high"])
        spare = _prior(one, "spare", (low + high) / 2, "share", 0)
        figures["spare"] = spare if low == high else replace(spare, low=low, high=high)
        return Claim(key="desk_scenario.caveat.spare", figures=figures)
    for key in ("low", "high", "noise"):
        if key in values:
            unit = "months" if one.kind == "months_prior" else "share"
            figures[key] = _prior(one, key, float(values[key]), unit, 1 if unit == "months" else 0)
    return Claim(key=f"desk_scenario.caveat.{one.kind}", figures=figures, terms=terms)


def _prior(one: Caveat, key: str, value: float, unit: str, digits: int) -> Figure:
    """A number that a prior or the scenario itself gives."""
    table = "priors" if one.kind.endswith("_prior") else "scenario"
    rows: Rows = {k: v for k, v in one.values.items() if k in ("kind", "who")}
    number = int(value) if unit == "count" else value
    return Figure(
        value=number,
        unit=unit,
        digits=digits,
        table=table,
        rows={**rows, "of": one.kind},
        steps=(f"take {key}",),
    )


def entity_texts(run: Run, entity: str) -> tuple[str, ...]:
    """A member or all of them, in each language."""
    return tuple(name(entity_term(run, entity), lang) for lang in _LANGS)
