"""A reason in one sentence of each language, with the same numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from pactolus.terms.minerals import minerals
from pactolus.wording.dates import format_date
from pactolus.wording.names import country_with_mark, join_list
from pactolus.wording.numbers import format_value
from pactolus.wording.phrases import phrase

__all__ = ["Titles", "mineral_name", "number", "sentence", "signal_name"]

Titles = Mapping[str, Mapping[str, str]]
"""Measure or date -> its title by language."""


def sentence(row: Mapping[str, Any], lang: str, titles: Titles) -> str:
    """What fired, with value, threshold and unit; for an outlook also its range and the simple answers.

    Parameters
    ----------
    row : mapping
        Columns of `reasons.COLUMNS`.
    lang : str
    titles : mapping
        Titles of the measures.
    """
    said = _SENTENCES.get(row["signal"], _series)(row, lang, titles)
    if row["status"] in ("ok", ""):
        return said
    return phrase(lang, "watch.with_status", text=said, status=_status(row["status"], lang))


def signal_name(signal: str, lang: str) -> str:
    """A signal in words."""
    return phrase(lang, f"watch.signal.{signal}")


def mineral_name(mineral: str, lang: str) -> str:
    """A mineral, or what a measure covers that is none; all goods where nothing is named."""
    if mineral in minerals():
        return minerals()[mineral].names[lang]
    return phrase(lang, f"watch.scope.{mineral or 'none'}")


def number(value: float | None) -> str:
    """A value with as many digits as tell it from its threshold.

    Examples
    --------
    >>> number(2.3456), number(-12.34), number(400.0), number(None)
    ('2.35', '-12.3', '400', '')
    """
    if value is None:
        return ""
    digits = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _percent(value: float | None, lang: str) -> str:
    return phrase(lang, "watch.unknown") if value is None else format_value(value, "share", 0, lang)


def _day(value: Any, lang: str) -> str:
    return format_date(value, lang) if isinstance(value, date) else str(value or "")


def _title(row: Mapping[str, Any], lang: str, titles: Titles) -> str:
    return str(titles[row["item"]][lang]) if row["item"] in titles else str(row["item"])


def _who(row: Mapping[str, Any], lang: str) -> str:
    return join_list([country_with_mark(one, lang) for one in row["partner"].split("+")], lang)


def _check(row: Mapping[str, Any], lang: str, titles: Titles) -> str:
    why, _, day = row["why"].partition(": ")
    shown = format_date(day, lang) if len(day) == 10 else day
    return phrase(
        lang,
        "watch.text.check",
        title=_title(row, lang, titles),
        id=row["item"],
        partner=_who(row, lang),
        why=phrase(lang, f"names.why.{why}", day=shown),
    )


def _due(row: Mapping[str, Any], lang: str, titles: Titles) -> str:
    key = "ends" if row["state"] == "suspended" else "begins"
    return phrase(
        lang,
        f"watch.text.{key}",
        title=_title(row, lang, titles),
        id=row["item"],
        partner=_who(row, lang),
        day=_day(row["until"], lang),
        days=row["lead_days"],
    )


def _notice(row: Mapping[str, Any], lang: str, titles: Titles) -> str:
    said = phrase(
        lang,
        "watch.text.notice",
        title=_title(row, lang, titles),
        id=row["item"],
        partner=_who(row, lang),
        state=phrase(lang, f"watch.state.{row['state']}"),
        day=_day(row["since"], lang),
        value=number(row["value"]),
        threshold=number(row["threshold"]),
    )
    if row["until"] is None:
        return said
    return phrase(
        lang, "watch.text.effect", text=said, day=_day(row["until"], lang), days=row["lead_days"] or 0
    )


def _date(row: Mapping[str, Any], lang: str, titles: Titles) -> str:
    title, day = _title(row, lang, titles), _day(row["until"], lang)
    return phrase(lang, "watch.text.date", title=title, day=day, days=row["lead_days"] or 0)


def _outlook(row: Mapping[str, Any], lang: str, _: Titles) -> str:
    return phrase(
        lang,
        f"watch.text.{row['signal']}",
        code=f"{row['item'][:4]}.{row['item'][4:]}",
        year=row["year"],
        before=row["year"] - 1,
        probability=_percent(row["probability"], lang),
        low=_percent(row["low"], lang),
        high=_percent(row["high"], lang),
        volatility=_percent(row["volatility_only"], lang),
        base=_percent(row["base_rate"], lang),
    )


def _cover(row: Mapping[str, Any], lang: str, _: Titles) -> str:
    ends = {"low": number(row["low"]), "high": number(row["high"])}
    return phrase(lang, "watch.text.cover_days", **ends, threshold=number(row["threshold"]))


def _series(row: Mapping[str, Any], lang: str, _: Titles) -> str:
    item = row["item"]
    place = f"{item}, {country_with_mark(row['partner'], lang)}" if row["partner"] else item
    return phrase(
        lang,
        "watch.text.series",
        signal=signal_name(row["signal"], lang),
        place=place,
        month=format_date(row["state"], lang),
        value=number(row["value"]),
        unit=phrase(lang, f"watch.unit.{row['unit']}"),
        threshold=number(row["threshold"]),
        since=format_date(f"{row['since']:%Y-%m}", lang),
    )


def _status(status: str, lang: str) -> str:
    """Parts of a data status in words; one that has no word stands as it is."""
    said = []
    for part in status.split("; "):
        head, _, day = part.partition("stale since ")
        if day and not head:
            said.append(phrase(lang, "watch.status.stale", day=format_date(day, lang)))
        elif (key := part.replace(" ", "_")) in _STATUSES:
            said.append(phrase(lang, f"watch.status.{key}"))
        else:
            said.append(part)
    return join_list(said, lang)


_STATUSES: Final = (
    "shared_code",
    "residual_code",
    "weights_repaired",
    "weight_without_value",
    "high_above",
)
_SENTENCES: Final = {
    "check": _check,
    "due": _due,
    "notice": _notice,
    "date": _date,
    "outlook_volume": _outlook,
    "outlook_value": _outlook,
    "cover_days": _cover,
}
