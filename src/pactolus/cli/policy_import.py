"""``pactolus policy import``: measures of a public inventory as records of your own workspace."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import Common, Faults, chosen
from pactolus.cli.policy_options import WorkspaceOption, day_of, register_for
from pactolus.cli.shared import with_common_options
from pactolus.errors import NoAnswerError, OptionError

__all__ = ["import_command"]

_KINDS: tuple[str, ...] = ("gta", "oecd")
_SHOWN = 8


@with_common_options(world=False)
def import_command(
    faults: Faults,
    options: Common,
    kind: Annotated[
        str, typer.Argument(metavar="gta|oecd", help="Global Trade Alert (JSON) or the OECD inventory (CSV).")
    ],
    file: Annotated[str, typer.Argument(metavar="FILE", help="As the publisher gives it.")],
    hs_edition: Annotated[
        str | None, typer.Option("--hs-edition", metavar="HS2012", help="Edition of its codes.")
    ] = None,
    read_on: Annotated[
        str | None, typer.Option("--read-on", metavar="DATE", help="Day it was taken; today if omitted.")
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Count and show, and write nothing.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Write over a file that is there.")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Write the file that --out names, such as WORKSPACE/policy/gta.yaml, to read over and edit."""
    which = faults.of(lambda: chosen("kind", "inventory", kind, _KINDS), _KINDS)[0]
    day = faults.of(lambda: day_of("--read-on", read_on), date.min)
    if options.out is None and not preview:
        faults.note(OptionError("--out: name the file to write, such as my-workspace/policy/gta.yaml"))
    elif options.out is not None and options.out.exists() and not (replace or preview):
        faults.note(OptionError(f"--out: {options.out} is there; give another name, or --replace"))
    faults.refuse()
    from pactolus.policy.candidates import as_records, as_yaml
    from pactolus.policy.compiling import compiled_records
    from pactolus.policy.gta import read_gta
    from pactolus.policy.oecd import read_oecd

    read = {"gta": read_gta, "oecd": read_oecd}[which]
    found = read(Path(file), hs_edition=hs_edition) if hs_edition else read(Path(file))
    for reason, count in sorted(found.left_out.items()):
        say(f"left out: {count} with {reason}", quiet=options.quiet)
    if not found.candidates:
        raise NoAnswerError(f"{file}: no measure on a mineral of the vocabulary in it; nothing was written")
    register = register_for(workspace)
    records = as_records(found.candidates, day, register)
    heading = (
        f"From {Path(file).name}, read on {day}; layout unverified. "
        "Read every record over before you rely on it.\nMade by: pactolus policy import"
    )
    text = as_yaml(records, heading)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.yaml"
        draft.write_text(text, encoding="utf-8")
        compiled_records([draft], known=[measure.id for measure in register])
    alike = sum("related" in record for record in records)
    say(f"{len(records)} measures, {alike} of them may be in the register already", quiet=options.quiet)
    from pactolus.cli.output import deliver

    if preview:
        lines = [f"{r['id']}  {r['title']['en']}" for r in records[:_SHOWN]]
        lines += [f"... and {len(records) - _SHOWN} more"] * (len(records) > _SHOWN)
        deliver(("\n".join([*lines, "preview: nothing was written"]) + "\n").encode(), None)
        return
    assert options.out is not None
    options.out.parent.mkdir(parents=True, exist_ok=True)
    deliver(text.encode("utf-8"), options.out)
