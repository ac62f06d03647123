"""``pactolus projects map`` and ``ribbon``: projects on a map and over the years, drawn or as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import Common, Faults, chosen, items, opened, whole
from pactolus.cli.policy_options import OnOption, WorkspaceOption, day_of
from pactolus.cli.projects_options import records_for
from pactolus.cli.shared import with_common_options
from pactolus.errors import NoAnswerError, OptionError

if TYPE_CHECKING:
    from pactolus.projects.pipeline.parts import Project
    from pactolus.reports.document import Chart

__all__ = ["map_command", "ribbon_command"]

_LANGUAGES: tuple[str, ...] = ("en", "ko", "ja")
_NOBODY: tuple[str, ...] = ()
_MOST_RIBBONS = 40

MineralsOption = Annotated[
    str | None, typer.Option("--minerals", metavar="ID[,ID]", help="Only projects of these minerals.")
]
HostsOption = Annotated[
    str | None, typer.Option("--hosts", metavar="ISO3[,ISO3]", help="Only projects in these hosts.")
]
RegionOption = Annotated[
    str | None, typer.Option("--region", metavar="NAME", help="Part of a UN sub-region's name.")
]
MembersOption = Annotated[
    str, typer.Option("--members", metavar="LIST", help="Whose part in each project is marked.")
]
LanguageOption = Annotated[str, typer.Option("--lang", metavar="en|ko|ja", help="Language of the picture.")]
WidthOption = Annotated[str, typer.Option("--width", metavar="PIXELS", help="Width of the picture.")]


@with_common_options()
def map_command(
    faults: Faults,
    options: Common,
    minerals: MineralsOption = None,
    hosts: HostsOption = None,
    region: RegionOption = None,
    members: MembersOption = "KOR,JPN",
    language: LanguageOption = "en",
    width: WidthOption = "1080",
    on: OnOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Drawn if ``--out`` ends in .svg, .png or .html; rows of the pins otherwise."""
    whose, lang, wide, day = _common(faults, members, language, width, on)
    world = faults.of(lambda: opened(options), None)
    records = _records(faults, minerals, hosts, region, workspace)
    assert world is not None
    from pactolus.reports.projects.pictures import map_of

    chart = map_of(world, records, whose)
    absent = sum(pin["place"] is None for pin in chart.data["pins"])
    _deliver(chart, lang, wide, day, options)
    if absent:
        say(f"{absent} of {len(records)} have no position on record: in the rows alone", quiet=options.quiet)


@with_common_options(world=False)
def ribbon_command(
    faults: Faults,
    options: Common,
    minerals: MineralsOption = None,
    hosts: HostsOption = None,
    region: RegionOption = None,
    members: MembersOption = "KOR,JPN",
    language: LanguageOption = "en",
    width: WidthOption = "1080",
    on: OnOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Candidates that do not produce yet; drawn if ``--out`` ends in .svg, .png or .html."""
    whose, lang, wide, day = _common(faults, members, language, width, on)
    records = _records(faults, minerals, hosts, region, workspace)
    from pactolus.reports.projects.pictures import ribbons_of

    chart = ribbons_of(records, whose, day, most=_MOST_RIBBONS)
    if chart is None:
        raise NoAnswerError("no project that fits can be appraised and is ahead of its first production")
    _deliver(chart, lang, wide, day, options)


def _common(
    faults: Faults, members: str, language: str, width: str, on: str | None
) -> tuple[tuple[str, ...], str, int, date]:
    from pactolus.terms.countries import entity

    whose = faults.of(
        lambda: tuple(dict.fromkeys(entity(one).id for one in items("--members", members))), _NOBODY
    )
    lang = faults.of(lambda: chosen("--lang", "language", language, _LANGUAGES), _LANGUAGES)[0]
    wide = faults.of(lambda: whole("--width", width, at_least=320, at_most=4000), 1080)
    return whose, lang, wide, faults.of(lambda: day_of("--on", on), date.min)


def _records(
    faults: Faults, minerals: str | None, hosts: str | None, region: str | None, workspace: str | None
) -> list[Project]:
    """Records that fit, after all faults of the options are told."""
    from pactolus.projects.pipeline.listing import fitting
    from pactolus.projects.pipeline.places import hosts_of, region_of
    from pactolus.terms.minerals import resolve_minerals

    wanted = _NOBODY if minerals is None else faults.of(lambda: resolve_minerals(minerals), _NOBODY)
    places = _NOBODY if hosts is None else faults.of(lambda: hosts_of(hosts), _NOBODY)
    area = frozenset[str]() if region is None else faults.of(lambda: region_of(region), frozenset[str]())
    faults.refuse()
    found = fitting(records_for(workspace), minerals=wanted, hosts=places, region=area)
    if not found:
        raise NoAnswerError("no project on record fits; absence here is no evidence")
    return found


def _deliver(chart: Chart, lang: str, width: int, day: date, options: Common) -> None:
    """The picture or its rows, as the name of the file says."""
    from pactolus.cli.output import deliver, write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.reports.projects.picture_files import FORMATS, picture, picture_table

    kind = _kind(options.out)
    if kind in FORMATS:
        deliver(picture(chart, lang, kind, day=day, width=width), options.out)
    elif kind in _OTHER_PICTURES:
        raise OptionError(f"--out: {options.out}: no {kind} is drawn; write .{', .'.join(FORMATS)}")
    else:
        write_data(picture_table(chart, lang), options, as_table=as_text_table)


_OTHER_PICTURES: Sequence[str] = ("jpg", "jpeg", "gif", "pdf", "webp")


def _kind(out: Path | None) -> str:
    return "" if out is None else out.suffix.lower().removeprefix(".")
