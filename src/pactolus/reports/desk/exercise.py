"""An exercise on the table: the facilitator's sheet, what a role sees, decisions, score."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pactolus.catalogue.origins import Claim, Figure, Origin, Term
from pactolus.reports.document import Block, Card, Cell, Column, Section, Table
from pactolus.reports.sections.words import country, item_term, phrase_term
from pactolus.response.exercise.score import PATHS
from pactolus.response.exercise.table import case_of, played_so_far
from pactolus.response.exercise.views import seen

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.response.exercise.board import Setting
    from pactolus.response.exercise.decisions import Decision
    from pactolus.response.exercise.exercise import Exercise, Inject
    from pactolus.response.exercise.score import Score
    from pactolus.response.exercise.state import Done
    from pactolus.response.exercise.table import TableRun

__all__ = [
    "MADE_UP",
    "Tables",
    "decided_section",
    "news_section",
    "own_section",
    "roles_section",
    "score_section",
    "sheet_section",
    "stand_sections",
    "table_cards",
]

#: What numbers of an exercise name as their origin.
MADE_UP: Final = Origin(
    id="exercise",
    producer="pactolus",
    title="Exercise: stocks and some news are made up; no holding of any member is shown",
    edition="as shipped",
    published="not stated",
    accessed="not stated",
    licence="Apache-2.0",
    link="",
)
#: Settings that are kept.
MOST: Final = 8
#: Suppliers in a table.
SUPPLIERS: Final = 12
_LANGS: Final = ("en", "ko", "ja")


@dataclass
class Tables:
    """Exercises with their numbers, made once; safe to ask from several threads."""

    _kept: OrderedDict[tuple[str, str], Setting] = field(default_factory=OrderedDict)
    _gate: threading.Lock = field(default_factory=threading.Lock)

    def setting(self, world: World, exercise: Exercise) -> Setting:
        """An exercise on the trade of a world, or on its own made-up tonnes."""
        from pactolus.response.exercise.board import exercise_setting

        made_up = exercise.declared is not None
        key = (exercise.checksum, "" if made_up else world.vintage)
        with self._gate:
            if key not in self._kept:
                self._kept[key] = exercise_setting(exercise, None if made_up else world)
            self._kept.move_to_end(key)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
            return self._kept[key]


def _words(texts: Any, identity: str = "") -> Term:
    more = (identity,) if identity else ()
    return Term("parallel", (*(texts[lang] for lang in _LANGS), *more))


def _figure(
    run: TableRun, value: float, unit: str, digits: int, what: str, step: str, **rows: str | int
) -> Figure:
    """A number of the table; the seed is in none of its rows, for it tells what is hidden."""
    keys: dict[str, str | int | float] = {"exercise": run.exercise, "month": run.month, "what": what, **rows}
    return Figure(
        value=value,
        unit=unit,
        digits=digits,
        table="exercise",
        rows=keys,
        steps=(step,),
        origins=(MADE_UP.id,),
    )


def _tonnes(run: TableRun, value: float, what: str, **rows: str | int) -> Figure:
    return _figure(run, float(value), "t", 0 if value >= 10 else 1, what, "played as decided so far", **rows)


def banner(exercise: Exercise) -> Claim:
    """On every part: what is made up."""
    return Claim(key="exercise.made_up" if exercise.fictitious else "exercise.holdings_made_up")


# ---------------------------------------------------------------------------------------- the facilitator


def table_cards(setting: Setting, run: TableRun) -> tuple[Card, ...]:
    """Month on the table, deadline, decisions so far, what is missing so far."""
    exercise, closed = setting.exercise, run.month > setting.exercise.rounds
    month = min(run.month, exercise.rounds)
    path = played_so_far(setting, run, months=month).path
    missing = float(path.missing_t[:, :, : month - 1].sum()) if month > 1 else 0.0
    due = Term("date", (exercise.deadline(month - 1, setting.situation.start).isoformat(),))
    note = (
        Claim(key="desk_exercise.card.closed")
        if closed
        else Claim(key="desk_exercise.card.due", terms={"day": due})
    )
    now = [one for one in run.decisions if one.month == run.month]
    of = Claim(
        key="desk_exercise.card.of",
        figures={"rounds": _figure(run, exercise.rounds, "count", 0, "rounds", "as the exercise has it")},
    )
    here = Claim(
        key="desk_exercise.card.now",
        figures={"count": _figure(run, len(now), "count", 0, "decisions now", "count decisions")},
    )
    every = len(run.decisions)
    return (
        Card(
            label="desk_exercise.card.month",
            figure=_figure(run, month, "count", 0, "month", "as the run stands"),
            note=of,
        ),
        Card(
            label="desk_exercise.card.decisions",
            figure=_figure(run, every, "count", 0, "decisions", "count decisions"),
            note=here,
        ),
        Card(
            label="desk_exercise.card.missing",
            figure=_tonnes(run, missing, "missing", until=month),
            note=note,
        ),
    )


def sheet_section(exercise: Exercise, run: TableRun) -> Section:
    """All injects by month; those that have not come yet are marked, the hidden length is not told."""
    rows = tuple(
        (
            _month(one.month),
            Term("text", (str(one.day),)),
            phrase_term(
                "desk_exercise.state.came" if one.month <= run.month else "desk_exercise.state.hidden"
            ),
            _to(exercise, one.to),
            _words(one.titles),
            _words(one.texts),
            _words(one.asks) if one.asks else None,
            _changes(one),
        )
        for one in exercise.injects
    )
    keys = ("month", "day", "shown", "to", "title", "text", "asks", "changes")
    table = _table("exercise-injects", "desk_exercise.sheet.table", keys, rows)
    blocks: list[Block] = [banner(exercise), Claim(key="desk_exercise.sheet.hidden")]
    blocks += [
        Claim(key="desk_exercise.sheet.purpose", terms={"text": _words(exercise.purpose)}),
        table,
    ]
    blocks += [
        Claim(key="desk_exercise.sheet.note", terms={"text": _words(one)})
        for one in (*exercise.notes, *exercise.debrief)
    ]
    title: dict[str, Term | str] = {"title": _words(exercise.titles)}
    return Section(id="exercise-sheet", title="desk_exercise.sheet.title", slots=title, blocks=tuple(blocks))


def _table(
    identity: str, title: str, keys: Sequence[str], rows: tuple[tuple[Cell, ...], ...], **more: Any
) -> Table:
    numeric = ("tonnes", "carried", "use", "lost", "missing", "stock", "bought", "room", "chance", "saved")
    return Table(
        id=identity,
        title=title,
        columns=tuple(Column(key=k, label=f"desk_exercise.col.{k}", numeric=k in numeric) for k in keys),
        rows=rows,
        **more,
    )


def _month(number: int) -> Term:
    return Term("text", (str(number),))


def _to(exercise: Exercise, roles: Sequence[str]) -> Cell:
    if not roles:
        return phrase_term("desk_exercise.everybody")
    titles = [exercise.role(one).titles for one in roles]
    joined = tuple(", ".join(one[lang] for one in titles) for lang in _LANGS)
    return Term("parallel", joined)


def _changes(one: Inject) -> Cell:
    """What an inject changes in the numbers, as the record has it."""
    told = []
    for change in one.changes:
        parts = [change.change]
        parts += [part for part in (change.supplier, change.member) if part]
        if change.change in ("room", "loss"):
            parts.append(f"x {change.factor:g}")
        parts += [" / ".join(f"{part:g}" for part in change.chances)] if change.chances else []
        told.append(" ".join(parts))
    return Term("text", ("; ".join(told),)) if told else None


def roles_section(exercise: Exercise, run: TableRun) -> Section:
    """Who sits at the table, what each may decide, and how much it handed in; a title opens its view."""
    rows = tuple(
        (
            _words(one.titles, one.id),
            country(one.member) if one.member else None,
            _may(one.may),
            _figure(
                run,
                sum(d.role == one.id for d in run.decisions),
                "count",
                0,
                "handed in",
                "count decisions",
                role=one.id,
            ),
            _figure(
                run,
                sum(d.role == one.id and d.month == run.month for d in run.decisions),
                "count",
                0,
                "handed in now",
                "count decisions",
                role=one.id,
            ),
        )
        for one in exercise.roles
    )
    keys = ("role", "member", "may", "handed", "handed_now")
    table = _table("exercise-roles", "desk_exercise.roles.title", keys, rows)
    return Section(id="exercise-roles", title="desk_exercise.roles.title", blocks=(table,))


def _may(actions: Sequence[str]) -> Cell:
    from pactolus.wording.phrases import phrase

    if not actions:
        return phrase_term("desk_exercise.nothing")
    joined = tuple(", ".join(phrase(lang, f"exercise.action.{a}") for a in actions) for lang in _LANGS)
    return Term("parallel", joined)


def decided_section(setting: Setting, run: TableRun) -> Section:
    """All decisions so far, what became of each in each month."""
    played = played_so_far(setting, run, months=min(run.month, setting.exercise.rounds))
    rows = tuple(_done_row(setting, run, number, one) for number, one in enumerate(played.done))
    if not rows:
        none: tuple[Block, ...] = (Claim(key="exercise.nothing_decided"),)
        return Section(id="exercise-decided", title="desk_exercise.decided.title", blocks=none)
    keys = (
        "month",
        "role",
        "action",
        "item",
        "tonnes",
        "to_member",
        "from_supplier",
        "outcome",
        "carried",
        "why",
    )
    table = _table("exercise-decisions", "desk_exercise.decided.title", keys, rows)
    return Section(id="exercise-decided", title="desk_exercise.decided.title", blocks=(table,))


def _done_row(setting: Setting, run: TableRun, number: int, one: Done) -> tuple[Cell, ...]:
    carried = _tonnes(run, one.tonnes, "carried out", number=number, acts=one.month + 1)
    head = _decision_cells(setting, run, one.decision, f"all {number}")
    outcome = phrase_term("desk_exercise.open" if one.month + 1 == run.month else f"exercise.note.{one.note}")
    return (_month(one.month + 1), *head, outcome, carried, _why(one.decision))


def _why(one: Decision) -> Cell:
    return Term("text", (one.why,)) if one.why else None


def _decision_cells(setting: Setting, run: TableRun, one: Decision, number: str) -> tuple[Cell, ...]:
    role = setting.exercise.role(one.role)
    places = setting.situation.places
    place = next((m, s) for m, s in places if one.mineral in (None, m) and one.stage in (None, s))
    return (
        _words(role.titles),
        phrase_term(f"exercise.action.{one.action}"),
        item_term(place),
        _figure(run, one.tonnes, "t", 0 if one.tonnes >= 10 else 1, "decided", "as handed in", number=number),
        country(one.to) if one.to else None,
        country(one.from_) if one.from_ else None,
    )


def score_section(setting: Setting, run: TableRun, score: Score, shares: dict[str, float | None]) -> Section:
    """If nothing more is decided: share of what the best plan saves, and the cost of each way."""
    from pactolus.reports.sections import quantities as q

    keys: dict[str, str | int | float] = {"exercise": run.exercise, "month": run.month, "what": "score"}
    if score.share is None:
        share = q.missing("not_applicable", "share", "exercise", keys, ("share of the best plan",))
        blocks: list[Block] = [Claim(key="exercise.score_none_why")]
    else:
        ends = [value for value in (score.share, *shares.values()) if value is not None]
        share = Figure(
            value=score.share,
            unit="share",
            low=min(ends) if len(ends) > 1 else None,
            high=max(ends) if len(ends) > 1 else None,
            table="exercise",
            rows=keys,
            steps=("(doing nothing - as played) / (doing nothing - best plan)",),
            origins=(MADE_UP.id,),
        )
        blocks = [Claim(key="desk_exercise.score.share", figures={"share": share})]
    blocks += [Claim(key="exercise.score_note"), _costs(run, score)]
    if score.by_role:
        blocks.append(_by_role(setting, run, score))
    return Section(id="exercise-score", title="desk_exercise.score.title", blocks=tuple(blocks))


def _costs(run: TableRun, score: Score) -> Table:
    costs = {(row["path"], row["member"]): row for row in score.costs.iter_rows(named=True)}
    members = score.played.setting.situation.members
    columns = [Column(key="path", label="desk_exercise.col.path")]
    for column, label in (("cost", "desk_exercise.col.cost_of"), ("missing", "desk_exercise.col.missing_of")):
        columns += [
            Column(key=f"{column}_{m}", label=label, slots={"member": country(m)}, member=m, numeric=True)
            for m in members
        ]
        columns.append(Column(key=f"{column}_all", label=f"{label}_all", numeric=True))
    rows = []
    for name in PATHS:
        cells: list[Cell] = [phrase_term(f"exercise.path.{name}")]
        for column, unit, digits in (("cost_musd", "million USD", 2), ("missing_t", "t", 0)):
            for member in (*members, "all"):
                value = float(costs[name, member][column])
                cells.append(
                    _figure(
                        run, value, unit, digits, column, "played as decided so far", path=name, member=member
                    )
                )
        rows.append(tuple(cells))
    return Table(
        id="exercise-costs",
        title="desk_exercise.score.costs",
        columns=tuple(columns),
        rows=tuple(rows),
        notes=(Claim(key="exercise.method_text"),),
    )


def _by_role(setting: Setting, run: TableRun, score: Score) -> Table:
    rows = tuple(
        (
            _words(setting.exercise.role(name).titles),
            _figure(run, saved, "million USD", 2, "saved", "without the role's decisions", role=name),
        )
        for name, saved in score.by_role.items()
    )
    notes = (Claim(key="exercise.saved_note"),)
    return _table("exercise-saved", "exercise.by_role", ("role", "saved"), rows, notes=notes)


# ------------------------------------------------------------------------------------------------ a player


def _view(setting: Setting, run: TableRun, role: str) -> dict[str, Any]:
    month = min(run.month, setting.exercise.rounds) - 1
    return seen(setting, case_of(setting, run), run.decisions, role, month)


def news_section(setting: Setting, run: TableRun, role: str) -> Section:
    """What a role was sent up to the month on the table, the newest first; what is asked now."""
    exercise, view = setting.exercise, _view(setting, run, role)
    known = {one.id: one for one in exercise.injects}
    news = [known[identity] for identity in reversed(view["injects"])]
    head: list[Block] = [banner(exercise)]
    head.append(
        Claim(
            key="desk_exercise.news.over" if view["over"] else "desk_exercise.news.month",
            figures={"month": _figure(run, view["month"], "count", 0, "month", "as the run stands")},
            terms={} if view["over"] else {"day": Term("date", (view["deadline"],))},
        )
    )
    rows = tuple(
        (
            _month(one.month),
            Term("text", (str(one.day),)),
            _words(one.titles),
            _words(one.texts),
            _words(one.asks) if one.asks and one.month == view["month"] else None,
        )
        for one in news
    )
    keys = ("month", "day", "title", "text", "asks")
    body: tuple[Block, ...] = (_table("exercise-news", "exercise.news", keys, rows),) if rows else ()
    title: dict[str, Term | str] = {"role": _words(exercise.role(role).titles)}
    return Section(id="exercise-news", title="desk_exercise.news.title", slots=title, blocks=(*head, *body))


def stand_sections(setting: Setting, run: TableRun, role: str) -> tuple[Section, ...]:
    """What a role sees of members, suppliers and lengths."""
    view = _view(setting, run, role)
    found = [_members(run, view, role)]
    if view.get("suppliers"):
        found.append(_suppliers(run, view, role))
    if view.get("chances"):
        found.append(_chances(run, view, role))
    return tuple(found)


def _members(run: TableRun, view: dict[str, Any], role: str) -> Section:
    rows = tuple(_stands(run, view, role))
    stocks = any("declared_t" in place for one in view["members"] for place in one["places"])
    keys = ("member", "item", "use", "lost", "missing", *(("stock", "bought", "arriving") if stocks else ()))
    table = _table("exercise-stands", "desk_exercise.stands.title", keys, rows)
    return Section(id="exercise-stands", title="desk_exercise.stands.title", blocks=(table,))


def _stands(run: TableRun, view: dict[str, Any], role: str) -> Iterator[tuple[Cell, ...]]:
    from pactolus.reports.sections import quantities as q

    for one in view["members"]:
        for row in one["places"]:
            place = f"{row['mineral']}@{row['stage']}"
            at: dict[str, str | int] = {"role": role, "member": one["member"], "place": place}
            cells: list[Cell] = [country(one["member"]), item_term((row["mineral"], row["stage"]))]
            cells += [_tonnes(run, row[key], key, **at) for key in ("use_t", "lost_t", "missing_before_t")]
            if "declared_t" in row:
                keys: dict[str, str | int | float] = {"exercise": run.exercise, "what": "declared_t", **at}
                cells.append(
                    _tonnes(run, row["declared_t"], "declared_t", **at)
                    if row["declares"]
                    else q.missing("withheld", "t", "exercise", keys, ("as declared",))
                )
                cells.append(_tonnes(run, row["bought_t"], "bought_t", **at))
                coming = [f"{part['tonnes']:,.1f} t ({part['month']})" for part in row["arriving"]]
                cells.append(Term("text", ("; ".join(coming),)) if coming else None)
            yield tuple(cells)


def _suppliers(run: TableRun, view: dict[str, Any], role: str) -> Section:
    largest = sorted(view["suppliers"], key=lambda row: (-row["room_t"], row["supplier"]))[:SUPPLIERS]
    rows = tuple(
        (
            country(row["supplier"]),
            item_term((row["mineral"], row["stage"])),
            _tonnes(
                run,
                row["room_t"],
                "room_t",
                role=role,
                supplier=row["supplier"],
                place=f"{row['mineral']}@{row['stage']}",
            ),
            Term("text", (str(row["lag_months"]),)),
            Term("text", (f"{row['premium'][0]:.0%}–{row['premium'][-1]:.0%}",)),
        )
        for row in largest
    )
    keys = ("supplier", "item", "room", "lag", "premium")
    notes = (Claim(key="desk_exercise.suppliers.note"),)
    table = _table("exercise-suppliers", "desk_exercise.suppliers.title", keys, rows, notes=notes)
    return Section(id="exercise-suppliers", title="desk_exercise.suppliers.title", blocks=(table,))


def _chances(run: TableRun, view: dict[str, Any], role: str) -> Section:
    rows = tuple(
        (
            Term("text", (str(part["months"]),)),
            _figure(
                run,
                part["probability"],
                "share",
                0,
                "chance",
                "as thought now",
                role=role,
                months=part["months"],
            ),
        )
        for part in view["chances"]
    )
    table = _table("exercise-chances", "exercise.chances", ("months", "chance"), rows)
    return Section(id="exercise-chances", title="desk_exercise.chances.title", blocks=(table,))


def own_section(setting: Setting, run: TableRun, role: str) -> Section:
    """What a role handed in, and what became of it in the months that are closed; nothing of others."""
    closed = min(run.month, setting.exercise.rounds + 1) - 1
    played = played_so_far(setting, run, months=closed) if closed else None
    own = [one for one in (played.done if played else ()) if one.decision.role == role]
    rows = [_without_role(_done_row(setting, run, number, one)) for number, one in enumerate(own)]
    rows += [
        (
            _month(one.month),
            *_decision_cells(setting, run, one, f"now {number}")[1:],
            phrase_term("desk_exercise.open"),
            None,
            _why(one),
        )
        for number, one in enumerate(d for d in run.decisions if d.role == role)
        if one.month == run.month
    ]
    if not rows:
        none: tuple[Block, ...] = (Claim(key="desk_exercise.own.none"),)
        return Section(id="exercise-own", title="desk_exercise.own.title", blocks=none)
    keys = (
        "month",
        "action",
        "item",
        "tonnes",
        "to_member",
        "from_supplier",
        "outcome",
        "carried",
        "why",
    )
    table = _table("exercise-own-rows", "desk_exercise.own.title", keys, tuple(rows))
    return Section(id="exercise-own", title="desk_exercise.own.title", blocks=(table,))


def _without_role(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    return (row[0], *row[2:])
