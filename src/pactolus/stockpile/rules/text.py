"""A rule on one page in the reader's language: trigger, quantity, days with denominators, what it protects.

The page is for a table of negotiators. It names no holdings and nobody who decides; its figures are a
model's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Final

from pactolus.errors import UnknownTermError
from pactolus.stockpile.rules.day_rules import ReleaseRule
from pactolus.stockpile.rules.places import MemberRules, RuleStudy
from pactolus.stockpile.stocks.continuous import DAYS, MONTHS, Importer
from pactolus.wording.dates import format_date, format_year
from pactolus.wording.names import country_with_mark, member_order, members_name
from pactolus.wording.numbers import format_number, format_value
from pactolus.wording.templates import phrase, require_lang

if TYPE_CHECKING:
    from pactolus.disruption.scenarios.reach import Place
    from pactolus.stockpile.members.needs import Need
    from pactolus.stockpile.rules.stress import EventPath

__all__ = ["text_of_rule"]

#: beginning of the denominator of a declared consumption (`needs`)
_DECLARED: Final = "declared consumption"
_MILLION: Final = 1e6


def text_of_rule(
    study: RuleStudy, place: Place, lang: str, *, on: date, rule: ReleaseRule | None = None
) -> str:
    """The rule of a mineral at a stage for its members, as Markdown.

    Parameters
    ----------
    study : RuleStudy
    place : (mineral, stage)
    lang : str
        ``en``, ``ko`` or ``ja``. Members stand in the reader's order; all numbers are the same.
    on : date
        The day it is made for.
    rule : ReleaseRule, optional
        For all members; each one's own from the search if omitted.

    Returns
    -------
    str

    Raises
    ------
    UnknownTermError
        If the language or the place is not known.
    """
    require_lang(lang)
    if place not in study.needs:
        raise UnknownTermError.of(
            "mineral at a stage", " ".join(place), [" ".join(known) for known in study.needs]
        )
    need, members = study.needs[place], study.places[place]
    lines = [
        f"# {phrase(lang, 'stockpile.title', item=_item(place, lang))}",
        phrase(
            lang,
            "stockpile.head",
            members=members_name(list(members), lang),
            date=format_date(on, lang),
            year=format_year(need.year, lang),
        ),
        phrase(lang, "stockpile.model"),
    ]
    for name in member_order(list(members), lang):
        own = members[name]
        lines.append(f"## {country_with_mark(name, lang)}")
        if isinstance(own, str):
            lines.append(phrase(lang, "stockpile.no_figures", status=_status(own, lang)))
        else:
            lines.append(
                "\n".join(f"- {line}" for line in _of_member(own, need, place, lang, study.seed, rule))
            )
    lines.append(f"## {phrase(lang, 'stockpile.all')}")
    lines.append(
        "\n".join(
            f"- {phrase(lang, key)}" for key in ("stockpile.decides", "stockpile.time", "stockpile.reveals")
        )
    )
    return "\n\n".join(lines) + "\n"


def _of_member(
    own: MemberRules, need: Need, place: Place, lang: str, seed: int, given: ReleaseRule | None
) -> Iterator[str]:
    """All lines of one member."""
    rule = own.search.rule if given is None else given
    importer = own.middle[0]
    yield from _terms(rule, importer, _denominator(importer, place, need.year, lang), lang)
    yield from _costs(own, rule, lang)
    yield from _protects(own, rule, lang, seed)


def _terms(rule: ReleaseRule, importer: Importer, denominator: str, lang: str) -> Iterator[str]:
    """What to hold, when to release, how much, and how to refill."""
    if rule.target_days == 0:
        yield phrase(lang, "stockpile.hold_none")
        return
    tonnes = format_value(rule.target_days * importer.day_t, "t", 0, lang)
    yield phrase(
        lang, "stockpile.hold", days=_days(rule.target_days, 0), tonnes=tonnes, denominator=denominator
    )
    yield _trigger(rule, lang)
    if rule.cap_days is None:
        yield phrase(lang, "stockpile.amount")
    else:
        yield phrase(lang, "stockpile.amount_cap", days=_days(rule.cap_days))
    if rule.held_back_days > 0 and rule.emergency_above is None:
        yield phrase(lang, "stockpile.held_back_always", days=_days(rule.held_back_days))
    elif rule.held_back_days > 0 and rule.emergency_above is not None:
        opened = _share(rule.emergency_above, lang)
        yield phrase(lang, "stockpile.held_back", days=_days(rule.held_back_days), share=opened)
    yield phrase(
        lang,
        "stockpile.refill",
        days=_days(min(rule.target_days / rule.refill_months, importer.max_purchase * DAYS / MONTHS)),
        small=_share(importer.restock_up_to, lang),
    )


def _trigger(rule: ReleaseRule, lang: str) -> str:
    share = _share(rule.release_above, lang)
    if rule.band is None:
        return phrase(lang, "stockpile.trigger", share=share)
    low, high = (format_number(end, 0 if end == round(end) else 1) for end in rule.band)
    if rule.release_above > 0:
        return phrase(lang, "stockpile.trigger_both", share=share, low=low, high=high)
    return phrase(lang, "stockpile.trigger_band", low=low, high=high)


def _costs(own: MemberRules, rule: ReleaseRule, lang: str) -> Iterator[str]:
    """Yearly cost beside the optimum and no stock, each with its range."""
    costs = own.costs(rule)
    exact = own.exact(rule)
    without = own.costs(ReleaseRule(0.0))
    above = [100 * one for one in own.above(costs).values()]
    percent = (
        f"{format_number(above[0], 1)}% ({format_number(min(above), 1)}–{format_number(max(above), 1)}%)"
    )
    yield phrase(lang, "stockpile.cost", cost=_musd(list(costs.values()), lang), above=percent)
    parts = {
        name: format_value(usd / _MILLION, "million USD", 2, lang) for name, usd in exact.parts_usd.items()
    }
    yield phrase(lang, "stockpile.parts", **parts)
    yield phrase(lang, "stockpile.without", cost=_musd(list(without.values()), lang))


def _protects(own: MemberRules, rule: ReleaseRule, lang: str, seed: int) -> Iterator[str]:
    """Shortage left in a mean year, in the worst years, and in the known event that costs most."""
    exact = own.exact(rule)
    yield phrase(
        lang,
        "stockpile.protects",
        missing=_days(DAYS * exact.missing_share),
        short=_days(exact.short_days),
        worst=_days(own.simulated(rule, seed).worst_short_days),
    )
    hit = own.worst(rule)
    if hit is None:
        yield phrase(lang, "stockpile.no_event")
        return
    sums = {name: hit.days[name].sum(axis=1) for name in ("lost", "released", "short")}
    yield phrase(
        lang,
        "stockpile.event",
        title=_title(hit.path, lang),
        lost=_range(*sums["lost"]),
        released=_days(float(sums["released"][1])),
        short=_range(*sums["short"]),
        months=str(int(hit.uncovered[1])),
        small=_share(own.middle[0].restock_up_to, lang),
    )
    if hit.status != "ok":
        yield phrase(lang, "stockpile.event_small")
    if hit.path.fictitious:
        yield phrase(lang, "stockpile.event_fictitious")


def _title(path: EventPath, lang: str) -> str:
    """A scenario's own title; a past event has its size as measured."""
    title = path.titles[lang]
    return phrase(lang, "stockpile.past", event=title) if path.past else title


def _item(place: Place, lang: str) -> str:
    from pactolus.terms.minerals import minerals
    from pactolus.terms.stages import stage_name

    named = minerals()[place[0]].names[lang]
    return phrase(lang, "names.mineral_stage", mineral=named, stage=stage_name(place[1], lang))


def _status(status: str, lang: str) -> str:
    from pactolus.terms.statuses import status_name

    return status_name(status, lang)


def _denominator(importer: Importer, place: Place, year: int, lang: str) -> str:
    """What a day is a day of, in the reader's words."""
    slots = {"item": _item(place, lang), "year": format_year(year, lang)}
    if importer.denominator.startswith(_DECLARED):
        return phrase(lang, "stockpile.declared", **slots)
    return phrase(lang, "stockpile.net_imports", **slots)


def _days(days: float, digits: int = 1) -> str:
    return format_number(days, 0 if days == round(days) else max(digits, 1))


def _range(low: float, middle: float, high: float) -> str:
    return f"{format_number(middle, 1)} ({format_number(low, 1)}–{format_number(high, 1)})"


def _share(part: float, lang: str) -> str:
    percent = 100 * part
    return format_value(part, "share", 0 if abs(percent - round(percent)) < 1e-9 else 1, lang)


def _musd(costs: list[float], lang: str) -> str:
    """The middle, and the range over assumptions. [million USD]"""
    low, middle, high = (format_number(usd / _MILLION, 2) for usd in (min(costs), costs[0], max(costs)))
    return phrase(lang, "numbers.unit.million_usd", number=f"{middle} ({low}–{high})")
