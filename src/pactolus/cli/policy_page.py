"""One measure as a page of text, and as JSON."""

from __future__ import annotations

import dataclasses
import json
import textwrap
from datetime import date
from typing import Any

from pactolus.policy.register import Measure, instruments

__all__ = ["as_json", "as_page"]


def as_json(measure: Measure) -> str:
    """The whole record, days as ``YYYY-MM-DD``."""

    def plain(value: Any) -> Any:
        if isinstance(value, date):
            return value.isoformat()
        raise TypeError(type(value).__name__)

    return json.dumps(dataclasses.asdict(measure), ensure_ascii=False, indent=1, default=plain) + "\n"


def as_page(measure: Measure, *, unverified: bool = False) -> str:
    """For a reader at a terminal.

    Parameters
    ----------
    measure : Measure
    unverified : bool
        Say that it never counts.
    """
    lines = [measure.id, *_wrapped(measure.titles["en"], "  ")]
    lines += [f"  {measure.titles['ko']}", f"  {measure.titles['ja']}"]
    if unverified:
        lines.append("  unverified: no source of it was read again; it never counts")
    targets = ", ".join(measure.targets)
    limits = [f"{measure.entities} named firms"] * (measure.entities is not None)
    limits += [f"only {measure.end_use} use"] * (measure.end_use is not None)
    lines += ["", f"issuer       {' + '.join(measure.issuer)}"]
    lines += [f"authority    {', '.join(measure.authority)}"] * bool(measure.authority)
    lines += [
        f"instrument   {instruments()[measure.instrument].names['en']} ({measure.instrument})",
        f"targets      {targets}{' (' + '; '.join(limits) + ')' if limits else ''}",
        f"third parties  {measure.reach}",
    ]
    lines += [f"legal basis  {measure.legal_basis}"] * bool(measure.legal_basis)
    if measure.scope:
        lines.append(f"scope        {measure.scope}")
    for cover in measure.covers:
        parts = [", ".join([*cover.minerals, *cover.subjects]), "/".join(cover.stages)]
        if cover.hs_codes:
            wider = {"yes": "broader than the measure", "no": "no broader", "unknown": "breadth unknown"}
            breadth = wider[cover.broader or "unknown"]
            parts.append(f"{cover.hs_edition} {', '.join(cover.hs_codes)} ({breadth})")
        lines += _wrapped("; ".join(part for part in parts if part), "covers       ")
    lines += ["", "states"]
    for span in measure.spans:
        until = "" if span.end is None else f" to {span.end}"
        why = f": {span.why.replace('_', ' ')} {span.what}" if span.why else ""
        entry = measure.states[span.entry]
        more = [f"by {entry.by}"] * (entry.by is not None) + [entry.reason or ""] * (entry.reason is not None)
        lines.append(
            f"  {span.begin}{until}  {span.state}{why}{' (' + '; '.join(more) + ')' if more else ''}"
        )
    if measure.values:
        lines += ["", "numbers"]
    for value in measure.values:
        number = (
            f"{value.value[0]:g} to {value.value[1]:g}"
            if isinstance(value.value, tuple)
            else f"{value.value:g}"
        )
        of = f" of {value.of}" if value.of else ""
        kind = f"{value.kind}, {value.year}" if value.year else value.kind
        lines.append(f"  {value.what}{of}: {number} {value.unit} ({kind})")
    for heading, text in (("says", measure.says), ("in doubt", measure.doubts)):
        if text:
            lines += ["", heading, *_wrapped(text, "  ")]
    lines += ["", "read in"]
    for place, reference in enumerate(measure.references, start=1):
        lines += _wrapped(f"{place}. {reference.publisher}: {reference.title}", "  ")
        read = [reference.locator or "no locator", reference.language, reference.kind]
        lines.append("     " + " · ".join([*read, f"read on {reference.read_on or 'no day'}"]))
        lines.append(f"     {reference.link}")
    if measure.related:
        lines += ["", f"related      {', '.join(measure.related)}"]
    lines += ["", f"record       {measure.source}"]
    return "\n".join(lines) + "\n"


def _wrapped(text: str, first: str) -> list[str]:
    return textwrap.wrap(
        text, 100, initial_indent=first, subsequent_indent=" " * len(first), break_on_hyphens=False
    )
