"""``pactolus data trace``: the way back of one printed number."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import Common, Faults, opened
from pactolus.cli.shared import with_common_options

if TYPE_CHECKING:
    from pactolus.reports.way import SourceRows, Trail

__all__ = ["trace_number"]


@with_common_options()
def trace_number(
    faults: Faults,
    options: Common,
    identity: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="method/mineral/stage/importer/year as 'pactolus assess --detail' prints it, or the id of a "
            "figure of a brief.",
        ),
    ],
    manifest: Annotated[
        str | None,
        typer.Option(
            "--manifest",
            metavar="FILE",
            help="Manifest of the brief; looked for here and in out/ if omitted.",
        ),
    ] = None,
) -> None:
    """Print source rows, publisher, edition, licence, and every step with the value before and after."""
    source = faults.of(partial(opened, options), None)
    content = faults.of(partial(_manifest, identity, manifest), None)
    faults.refuse()
    assert source is not None
    from pactolus.cli.output import deliver, write_data
    from pactolus.reports.trail import trail_of

    found = trail_of(source, identity, content)
    if options.format == "json":
        deliver(_as_json(found), options.out)
    else:
        write_data(found.table, options, as_table=lambda _, width: _report(found, width))
    if found.parts:
        say("note: traced further with " + next(iter(found.parts.values())), quiet=options.quiet)


def _manifest(identity: str, given: str | None) -> dict[str, Any] | None:
    from pactolus.indicators.numbers import is_number_id
    from pactolus.reports.trail import find_manifest, read_manifest

    if is_number_id(identity):
        return None
    file = Path(given) if given else find_manifest(Path(), identity)
    return None if file is None else read_manifest(file)


def _report(trail: Trail, width: int | None) -> str:
    from pactolus.cli.tables import paragraph
    from pactolus.wording.phrases import render_claim

    title = "".join(span.text for span in render_claim(trail.title, "en"))
    lines = [trail.id, *paragraph(title, width, ""), f"value     {_value(trail)}"]
    lines += [f"world     {trail.vintage[:12]}"]
    if trail.note:
        lines += paragraph(f"note: {trail.note}", width, "")
    text = "\n".join(lines) + "\n\n" + _steps(trail, width)
    for role, identity in trail.parts.items():
        text += f"\nfrom {role}: {identity}"
    text += "\n" if trail.parts else ""
    return text + "".join(_rows_of(source, width) for source in trail.sources)


def _value(trail: Trail) -> str:
    if trail.value is None:
        return f"no data ({trail.status})"
    bounds = (
        "" if trail.low is None or trail.high is None else f" ({_short(trail.low)} to {_short(trail.high)})"
    )
    unit = "" if trail.unit in ("", "1") else f" {trail.unit}"
    return f"{_short(trail.value)}{unit}{bounds}"


def _steps(trail: Trail, width: int | None) -> str:
    from pactolus.cli.tables import TextColumn, lay_out
    from pactolus.wording.phrases import render_claim

    words = ["".join(s.text for s in render_claim(step.claim, "en")) for step in trail.steps]
    columns = [
        TextColumn(name="step", cells=[str(n) for n in range(1, len(words) + 1)], right=True, key=True),
        TextColumn(name="before", cells=[_short(s.before) for s in trail.steps], right=True, main=True),
        TextColumn(name="after", cells=[_short(s.after) for s in trail.steps], right=True, main=True),
        TextColumn(name="unit", cells=["" if s.unit == "1" else s.unit for s in trail.steps], main=True),
        TextColumn(name="what was done", cells=words, main=True),
    ]
    return lay_out(columns, width)


def _rows_of(source: SourceRows, width: int | None) -> str:
    from pactolus.cli.tables import as_text_table, paragraph

    shown = "all" if source.rows.height == source.count else f"the largest {source.rows.height} of"
    lines = [f"\n{source.table}: {shown} {source.count:,} rows"]
    for origin in source.origins:
        lines += paragraph(
            f"{origin.producer}, {origin.title}, {origin.edition}; licence: {origin.licence}; {origin.link}",
            width,
            "  ",
        )
    return "\n".join(lines) + "\n" + as_text_table(source.rows, width)


def _short(value: float | None) -> str:
    """Six significant digits with thousands commas; csv and json carry all of them."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100_000 else f"{value:,.6g}"


def _as_json(trail: Trail) -> bytes:
    import json

    from pactolus.reports.way import record_of

    return (json.dumps(record_of(trail), ensure_ascii=False, indent=1) + "\n").encode()
