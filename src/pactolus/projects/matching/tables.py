"""The answers as tables, each cut to what its reader may see, with label and notice on competition law."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import OptionError
from pactolus.projects.matching.guard import LEAST_FIRMS, View, printable
from pactolus.projects.matching.study import PARTS, Matched, MatchStudy
from pactolus.stockpile.buying.lines import CLEARANCE

if TYPE_CHECKING:
    import polars as pl

__all__ = ["MATCH_NOTICE", "MATCH_TABLES", "match_notes", "match_table"]

#: Printed with every table.
MATCH_NOTICE: Final = (
    "Concerns competitors: not to be handed to any firm beyond its own rows; no firm's demand, price or bid "
    f"to another, and no agreement on prices between firms. {CLEARANCE}"
)
_COMMON: Final = ("status", "label", "audience", "notice")
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "summary": (
        *("method", "role", "country", "firms", "quantity", "unit", "value_usd"),
        *("value_lost", "blocking_pairs"),
    ),
    "matching": (
        *("method", "firm", "country", "role", "mineral", "slot", "project", "host", "quantity", "unit"),
        *("firm_value_usd", "project_value_usd", "payment_usd_per_unit"),
    ),
    "prices": (
        *("role", "slot", "project", "unit", "firms", "quantity", "payment_usd_per_unit"),
        *("price_low_usd_per_unit", "price_usd_per_unit", "price_high_usd_per_unit"),
    ),
    "blocking": ("method", "role", "firm", "country", "slot", "project", "firms", "pairs"),
    "projects": ("project", "host", "goes_ahead", "why_not"),
}
MATCH_TABLES: Final = tuple(_COLUMNS)
_TEXTS: Final = frozenset(
    {"method", "role", "country", "unit", "firm", "mineral", "slot", "project", "host", "why_not", *_COMMON}
)
_WHOLE: Final = frozenset({"firms", "blocking_pairs", "pairs"})
Row = dict[str, Any]


def match_table(study: MatchStudy, name: str, view: View[str]) -> pl.DataFrame:
    """One table of `MATCH_TABLES`, for one reader.

    Parameters
    ----------
    study : MatchStudy
    name : str
    view : View
        ``aggregates``: figures over three firms or more, others ``withheld``. ``firm``: its own rows.
        ``secretariat``: all.

    Returns
    -------
    polars.DataFrame
        Every row has `status` (``ok`` or ``withheld``), `label`, `audience` and `notice`.

    Raises
    ------
    OptionError
        If the table holds rows of single firms, or of projects, that the view may not see.
    """
    import polars as pl

    makers: Mapping[str, Callable[[MatchStudy, View[str]], Iterator[Row]]] = {
        "summary": _summary,
        "matching": _matching,
        "prices": _prices,
        "blocking": _blocking,
        "projects": _projects,
    }
    if name == "matching" and view.kind == "aggregates":
        raise OptionError(
            "--table matching: rows of single firms; --as FIRM shows its own, --secretariat WHO all"
        )
    if name == "projects" and view.kind != "secretariat":
        raise OptionError("--table projects: tells which firms lack what; it needs --secretariat WHO")
    common = {"label": str(study.label), "audience": view.audience, "notice": MATCH_NOTICE}
    columns = (*_COLUMNS[name], *_COMMON)
    rows = [{"status": "ok"} | row | common for row in makers[name](study, view)]
    return pl.DataFrame(
        [{one: row.get(one) for one in columns} for row in rows],
        schema={one: _type(one) for one in columns},
        orient="row",
    )


def _type(column: str) -> Any:
    import polars as pl

    if column in _TEXTS:
        return pl.String
    if column in _WHOLE:
        return pl.Int64
    return pl.Boolean if column == "goes_ahead" else pl.Float64


# ---- over firms -----------------------------------------------------------------------


def _leaves(study: MatchStudy, one: Matched) -> dict[tuple[str, str], set[str]]:
    """Who holds something, by role and country; also empty where firms offer and hold nothing."""
    found: dict[tuple[str, str], set[str]] = {}
    holds = one.quantity.sum(axis=1) > 0
    for line, held in zip(study.lines, holds.tolist(), strict=True):
        found.setdefault((line.role, line.country), set()).update({line.firm} if held else ())
    return found


def _shown(study: MatchStudy, view: View[str]) -> set[tuple[str, str]] | None:
    """Figures that may be printed, the same for every method; None for a reader who sees all."""
    if view.kind == "secretariat":
        return None
    return set.intersection(*(printable(_leaves(study, one)) for one in study.matched.values()))


def _summary(study: MatchStudy, view: View[str]) -> Iterator[Row]:
    """All, by role, and by role and country."""
    shown = _shown(study, view)
    for method, one in study.matched.items():
        for key in _keys(study, shown):
            row: Row = {"method": method, "role": key[0], "country": key[1]}
            if shown is not None and key not in shown:
                yield row | {"status": "withheld"}
                continue
            yield row | _sums(study, one, key)


def _keys(study: MatchStudy, shown: set[tuple[str, str]] | None) -> list[tuple[str, str]]:
    """Rows of the summary: roles of the slots, and countries below a role that is printed.

    They do not depend on who offers what: a row that is there for one firm alone would tell.
    """
    countries = sorted({one.country for one in study.lines})
    keys = [("all", "all")]
    for role in dict.fromkeys(one.role for one in study.slots):
        keys.append((role, "all"))
        if shown is None or (role, "all") in shown:
            keys += [(role, country) for country in countries]
    return keys


def match_notes(study: MatchStudy, view: View[str]) -> tuple[str, ...]:
    """What a reader must know beside a table: pairs that block, and what each method does without."""
    shown = _shown(study, view)
    told = list(study.notes)
    for name, one in study.matched.items():
        lost = study.lost(name) if shown is None or ("all", "all") in shown else None
        share = "" if lost is None else f", {lost:.1%} of the best joint value not reached"
        told.append(f"{name}: {len(one.blocking)} blocking pairs if nothing is paid{share}")
    if not study.label.is_open:
        told.append(
            f"labelled {study.label}: no figure leaves this circle unless each member named releases it"
        )
    return tuple(told)


def _sums(study: MatchStudy, one: Matched, key: tuple[str, str]) -> Row:
    import numpy as np

    mine = np.array(
        [key[0] in ("all", i.role) and key[1] in ("all", i.country) for i in study.lines], dtype=bool
    )
    x = np.where(mine[:, None], one.quantity, 0)
    held = x > 0
    row: Row = {
        "firms": len({study.lines[i].firm for i in np.flatnonzero(held.any(axis=1))}),
        "value_usd": study.problem.welfare(x),
    }
    if key == ("all", "all"):
        return row | {"value_lost": study.lost(one.method), "blocking_pairs": len(one.blocking)}
    return row | {"quantity": int(x.sum()) / PARTS, "unit": _unit_of(key[0])}


# ---- of single firms ------------------------------------------------------------------


def _matching(study: MatchStudy, view: View[str]) -> Iterator[Row]:
    import numpy as np

    for method, one in study.matched.items():
        for i, j in zip(*map(np.ndarray.tolist, np.nonzero(one.quantity)), strict=True):
            line, slot = study.lines[i], study.slots[j]
            if not view.sees(line.firm):
                continue
            amount = int(one.quantity[i, j])
            row: Row = {
                "method": method,
                "firm": line.firm,
                "country": line.country,
                "role": line.role,
                "mineral": slot.mineral,
                "slot": slot.slot,
                "project": slot.project,
                "host": slot.host,
                "quantity": amount / PARTS,
                "unit": line.unit,
                "firm_value_usd": float(amount * study.problem.firm_value[i, j]),
            }
            if view.kind == "secretariat":
                row["project_value_usd"] = float(amount * study.problem.slot_value[i, j])
            if method == "transfers":
                row |= _payment(study, i, j, view)
            yield row


def _payment(study: MatchStudy, i: int, j: int, view: View[str]) -> Row:
    """What a firm pays for a unit; from its own payment no rival's bid may follow."""
    import numpy as np

    assert study.assignment is not None
    if view.kind != "secretariat":
        others = {study.lines[k].firm for k in np.flatnonzero(study.problem.most[:, j])} - {view.who}
        if len(others) < LEAST_FIRMS:
            return {"status": "withheld"}
    paid = study.assignment.price[j] - study.problem.slot_value[i, j]
    return {"payment_usd_per_unit": float(paid * PARTS)}


def _prices(study: MatchStudy, view: View[str]) -> Iterator[Row]:
    """Prices of slots for the secretariat; else mean payments by role, and a firm's own."""
    found = study.assignment
    assert found is not None
    if view.kind == "secretariat":
        for j, slot in enumerate(study.slots):
            held = found.quantity[:, j]
            yield {
                "role": slot.role,
                "slot": slot.slot,
                "project": slot.project,
                "unit": _unit_of(slot.role),
                "firms": len({study.lines[i].firm for i in held.nonzero()[0]}),
                "quantity": int(held.sum()) / PARTS,
                "price_low_usd_per_unit": float(found.price_low[j] * PARTS),
                "price_usd_per_unit": float(found.price[j] * PARTS),
                "price_high_usd_per_unit": float(found.price_high[j] * PARTS),
            }
        return
    yield from _mean_payments(study, view)
    if view.kind == "firm":
        for row in _matching(study, view):
            if row["method"] == "transfers":
                kept = ("role", "slot", "project", "unit", "quantity", "payment_usd_per_unit", "status")
                yield {name: row[name] for name in kept if name in row}


def _mean_payments(study: MatchStudy, view: View[str]) -> Iterator[Row]:
    import numpy as np

    assert study.assignment is not None
    shown, x = _shown(study, view), study.assignment.quantity
    payment = np.nan_to_num(study.assignment.payment(study.problem))
    for role in dict.fromkeys(one.role for one in study.slots):
        row: Row = {"role": role, "unit": _unit_of(role)}
        mine = np.array([one.role == role for one in study.lines])
        held = np.where(mine[:, None], x, 0)
        if (shown is not None and (role, "all") not in shown) or not held.any():
            yield row | {"status": "withheld"}
            continue
        yield row | {
            "firms": len({study.lines[i].firm for i in np.flatnonzero(held.any(axis=1))}),
            "quantity": int(held.sum()) / PARTS,
            "payment_usd_per_unit": float((held * payment).sum() / held.sum() * PARTS),
        }


def _unit_of(role: str) -> str:
    """Unit of a role."""
    from pactolus.projects.matching.reading import ROLES

    return ROLES[role]


def _blocking(study: MatchStudy, view: View[str]) -> Iterator[Row]:
    """Pairs one by one where they may be seen, and their number, always."""
    for method, one in study.matched.items():
        pairs = [
            (study.lines[i], study.slots[j])
            for i, j in zip(one.blocking.line.tolist(), one.blocking.slot.tolist(), strict=True)
        ]
        yield {"method": method, "role": "all"} | _count(len({i.firm for i, _ in pairs}), len(pairs), view)
        for line, slot in pairs:
            if view.sees(line.firm):
                yield {
                    "method": method,
                    "role": line.role,
                    "firm": line.firm,
                    "country": line.country,
                    "slot": slot.slot,
                    "project": slot.project,
                    "pairs": 1,
                }


def _count(firms: int, pairs: int, view: View[str]) -> Row:
    """A number of pairs is no demand, price or bid; how many firms stand behind it only for three or more."""
    few = 0 < firms < LEAST_FIRMS and view.kind != "secretariat"
    return {"pairs": pairs} | ({} if few else {"firms": firms})


def _projects(study: MatchStudy, view: View[str]) -> Iterator[Row]:
    if study.bundle is None:
        raise OptionError("--table projects: tells of bundles; ask for --method bundle or all")
    for project in dict.fromkeys(one.project for one in study.slots):
        host = next(one.host for one in study.slots if one.project == project)
        ahead = project in study.bundle.projects
        yield {
            "project": project,
            "host": host,
            "goes_ahead": ahead,
            "why_not": None if ahead else study.bundle.why_not[project],
        }
