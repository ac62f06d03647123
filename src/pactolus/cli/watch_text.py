"""The watchlist for a reader at a terminal: members side by side, differences marked, the next step below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from rich.cells import cell_len

from pactolus.cli.tables import paragraph
from pactolus.warning.watching.levels import LEVELS
from pactolus.warning.watching.words import mineral_name, sentence
from pactolus.wording.dates import format_date
from pactolus.wording.names import member_order, members_name
from pactolus.wording.phrases import phrase

if TYPE_CHECKING:
    import polars as pl

    from pactolus.warning.watching.lists import Watchlist

__all__ = ["changes_text", "list_text"]

_NAMED: Final = 6
_DIFFERS: Final = "*"


@dataclass
class _Entry:
    """What is printed together: a reason for several minerals, or one mineral for several members."""

    levels: dict[str, str] = field(default_factory=dict)
    minerals: list[str] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)


def list_text(
    found: Watchlist, least: str | None, lang: str, frame: pl.DataFrame, width: int | None = None
) -> str:
    """The list as text; notes in one line each, without a next step.

    Parameters
    ----------
    found : Watchlist
    least : str, optional
        Level and above that are printed.
    lang : str
    frame : DataFrame
        Rows to print.
    width : int, optional
        Columns of the terminal.
    """
    members = member_order(found.members, lang)
    day = format_date(found.as_of, lang)
    lines = [phrase(lang, "watch.table.title", members=members_name(found.members, lang), day=day)]
    if len(members) > 1:
        lines.append(phrase(lang, "watch.table.difference"))
    shown = LEVELS if least is None else LEVELS[: LEVELS.index(least) + 1]
    entries = _entries(frame, found, lang)
    for level in shown:
        mine = [one for one in entries if min(one.levels.values(), key=LEVELS.index) == level]
        lines += ["", f"{phrase(lang, f'watch.level.{level}').upper()} ({len(mine)})"]
        if not mine:
            lines.append("  " + phrase(lang, "watch.table.none"))
        for entry in mine:
            lines += _printed(entry, members, lang, width, steps=level != LEVELS[-1])
    lines += _missing(found, lang, width)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _entries(frame: pl.DataFrame, found: Watchlist, lang: str) -> list[_Entry]:
    entries: dict[tuple[str, ...], _Entry] = {}
    for row in frame.iter_rows(named=True):
        law = row["signal"] in ("check", "due", "notice", "date")
        place = (row["signal"], row["partner"], row["item"], "" if law else row["mineral"])
        entry = entries.setdefault(place, _Entry())
        graver = min(row["level"], entry.levels.get(row["member"], row["level"]), key=LEVELS.index)
        entry.levels[row["member"]] = graver
        if row["mineral"] not in entry.minerals:
            entry.minerals.append(row["mineral"])
        whose = entry.texts.setdefault(sentence(row, lang, found.titles), [])
        if row["member"] not in whose:
            whose.append(row["member"])
        for step in (row["next"], row["then"]):
            if step and step not in entry.steps:
                entry.steps.append(step)
    return list(entries.values())


def _printed(
    entry: _Entry, members: Sequence[str], lang: str, width: int | None, *, steps: bool
) -> list[str]:
    levels = {
        m: phrase(lang, f"watch.level.{entry.levels[m]}") if m in entry.levels else "-" for m in members
    }
    differs = len(set(levels.values())) > 1
    room = max(cell_len(phrase(lang, f"watch.level.{one}")) for one in LEVELS)
    head = "  ".join(f"{m} {text}{' ' * (room - cell_len(text))}" for m, text in levels.items())
    names = [mineral_name(one, lang) for one in entry.minerals]
    more = len(names) - _NAMED
    if more > 1:
        names = [*names[:_NAMED], phrase(lang, "watch.table.more", count=more)]
    lines = [f"{_DIFFERS if differs else ' '} {head}  {', '.join(names)}"]
    for text, whose in entry.texts.items():
        who = f"{' '.join(m for m in members if m in whose)}: " if len(entry.texts) > 1 else ""
        lines += paragraph(who + text, width, "      ")
    return [*lines, *(f"      > {step}" for step in entry.steps[:2])] if steps else lines


def _missing(found: Watchlist, lang: str, width: int | None) -> list[str]:
    """How many minerals each source could not judge, and why."""
    counts: dict[tuple[str, str], list[str]] = {}
    for row in found.missing.iter_rows(named=True):
        names = counts.setdefault((row["source"], row["why"]), [])
        if row["mineral"] not in names:
            names.append(row["mineral"])
    if not counts:
        return []
    lines = ["", f"{phrase(lang, 'watch.table.missing').upper()} (--table missing)"]
    for (source, why), names in counts.items():
        shown = ", ".join(mineral_name(one, lang) for one in names[:3])
        more = f", {phrase(lang, 'watch.table.more', count=len(names) - 3)}" if len(names) > 3 else ""
        lines += paragraph(f"{source}: {why}: {shown}{more}", width, "  ")
    return lines


def changes_text(found: Watchlist, lang: str, frame: pl.DataFrame, width: int | None = None) -> str:
    """What changed, one paragraph a reason: change, levels, member, mineral, sentence, next step."""
    lines: list[str] = []
    entries: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in frame.iter_rows(named=True):
        place = (row["change"], row["level_before"], row["level"], row["text"], row["next"])
        entries.setdefault(place, []).append(row)
    for (change, old, new, text, step), rows in entries.items():
        who = " ".join(member_order(tuple(dict.fromkeys(row["member"] for row in rows)), lang))
        what = ", ".join(dict.fromkeys(mineral_name(row["mineral"], lang) for row in rows))
        levels = " -> ".join(filter(None, [old, new])) if old != new else new
        lines += [f"{change} ({levels})  {who}  {what}", *paragraph(text, width, "      ")]
        lines += [f"      > {step}"] if change != "gone" else []
    if not lines:
        lines = [phrase(lang, "watch.table.unchanged", day=format_date(found.as_of, lang))]
    return "".join(f"{line.rstrip()}\n" for line in lines)
