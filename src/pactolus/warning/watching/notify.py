"""Send what is new in a list, and remember it: each channel for itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pactolus.errors import PactolusError
from pactolus.warning.watching.channels import Channel, Message
from pactolus.warning.watching.levels import LEVELS
from pactolus.warning.watching.sent import Sent, digest, open_sent
from pactolus.warning.watching.words import mineral_name, sentence
from pactolus.wording.dates import format_date
from pactolus.wording.names import member_order, members_name
from pactolus.wording.phrases import phrase

if TYPE_CHECKING:
    from pactolus.warning.watching.lists import Watchlist

__all__ = ["Outcome", "message_of", "notify"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one channel.

    Attributes
    ----------
    channel : str
        As it may be printed.
    new : tuple of mapping
        Rows that were new to it.
    fault : str
        Empty where they arrived, or where there was nothing to send.
    """

    channel: str
    new: tuple[Mapping[str, Any], ...]
    fault: str = ""


def notify(
    found: Watchlist, channels: Iterable[Channel], state: Path, *, level: str = "look", lang: str = "en"
) -> list[Outcome]:
    """Send to every channel what it does not know, and keep what it knows.

    Parameters
    ----------
    found : Watchlist
    channels : iterable of Channel
    state : Path
        File that is only added to. It holds checksums of the channels, not their addresses.
    level : str
        Rows of this level and above.
    lang : str
        Of the e-mail.

    Returns
    -------
    list of Outcome
        One a channel. What did not arrive is not kept, so that the next run sends it again, with the same id
        while nothing else is new.

    Raises
    ------
    InputError
        If the state cannot be read or written, or another run holds it.

    Notes
    -----
    New is a reason that the channel did not know, or knew at a lower level. One that went and came back is
    new again.
    """
    shown = {row["key"]: row for row in _rows(found, level)}
    scope = digest(*sorted(found.members), "", *sorted(found.minerals), level)
    with open_sent(state) as sent:
        return [_one(found, channel, sent, scope, shown, lang) for channel in channels]


def _rows(found: Watchlist, level: str) -> list[dict[str, Any]]:
    wanted = LEVELS[: LEVELS.index(level) + 1]
    return [row for row in found.table.iter_rows(named=True) if row["level"] in wanted]


def _one(
    found: Watchlist,
    channel: Channel,
    sent: Sent,
    scope: str,
    shown: Mapping[str, dict[str, Any]],
    lang: str,
) -> Outcome:
    name = digest(channel.name)
    known, before = sent.last(name, scope)
    new = [row for key, row in shown.items() if _is_new(row["level"], known.get(key))]
    levels = {key: row["level"] for key, row in shown.items()}
    if not new:
        if levels != known:
            sent.add(name, scope, found.as_of, "", levels)
        return Outcome(channel=channel.shown, new=())
    message = message_of(found, new, known, (name, scope, before), lang)
    try:
        channel.send(message)
    except PactolusError as error:
        return Outcome(channel=channel.shown, new=tuple(new), fault=str(error))
    sent.add(name, scope, found.as_of, message.id, levels)
    return Outcome(channel=channel.shown, new=tuple(new))


def _is_new(level: str, known: str | None) -> bool:
    return known is None or LEVELS.index(level) < LEVELS.index(known)


def message_of(
    found: Watchlist,
    new: Sequence[Mapping[str, Any]],
    known: Mapping[str, str],
    place: tuple[str, str, str],
    lang: str,
) -> Message:
    """A message about some rows of a list.

    Parameters
    ----------
    found : Watchlist
    new : sequence of mapping
        Rows of its table.
    known : mapping
        Reason -> level at which the channel knew it.
    place : tuple of str
        Channel, scope, and what it was told last: the ids of message and rows are made of them, so that a row
        that did not arrive keeps its id.
    lang : str
    """
    said = [f"{row['key']}={row['level']}" for row in new]
    identity = digest(*place, *said)
    act = sum(row["level"] == "act" for row in new)
    subject = phrase(
        lang,
        "watch.message.subject",
        members=members_name(found.members, lang),
        day=format_date(found.as_of, lang),
        new=len(new),
        act=act,
    )
    rows = tuple(
        {
            "id": digest(*place, name),
            "message": identity,
            "as_of": found.as_of.isoformat(),
            "level_before": known.get(row["key"], ""),
            **{column: _plain(value) for column, value in row.items()},
            "text": sentence(row, lang, found.titles),
            "vintage": found.vintage,
        }
        for name, row in zip(said, new, strict=True)
    )
    return Message(
        id=identity,
        as_of=found.as_of,
        members=found.members,
        vintage=found.vintage,
        rows=rows,
        subject=subject,
        body=_body(found, new, subject, lang),
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _body(found: Watchlist, new: Sequence[Mapping[str, Any]], subject: str, lang: str) -> str:
    """Subject, then one paragraph a reason with the members that it is new for, and the next step."""
    parts = [subject]
    for level in LEVELS:
        entries: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for row in new:
            if row["level"] == level:
                text = sentence(row, lang, found.titles)
                entries.setdefault((text, row["next"]), []).append(row)
        if entries:
            parts.append(phrase(lang, f"watch.level.{level}").upper())
        parts += [_paragraph(text, rows, lang) for (text, _), rows in entries.items()]
    ends = [
        phrase(lang, "watch.message.absence"),
        phrase(lang, "watch.message.vintage", vintage=found.vintage),
    ]
    return "\n\n".join([*parts, "\n".join(ends)]) + "\n"


def _paragraph(text: str, rows: Sequence[Mapping[str, Any]], lang: str) -> str:
    who = " ".join(member_order(tuple(dict.fromkeys(row["member"] for row in rows)), lang))
    what = ", ".join(dict.fromkeys(mineral_name(row["mineral"], lang) for row in rows))
    lines = [f"{who} | {what}", text, f"-> {rows[0]['next']}"]
    if rows[0]["then"]:
        lines.append(f"-> {rows[0]['then']}")
    if rows[0]["link"]:
        lines.append(rows[0]["link"])
    return "\n".join(lines)
