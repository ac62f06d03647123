"""The way back of one number: what it is, each step with the value before and after, and its source rows.

Numbers of `assess` are named by what was asked (`pactolus.indicators.numbers`), figures of a brief by the id
in its manifest. A trail computes the number again from the rows; that it ends in the printed value is a test.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.catalogue.world import World
from pactolus.errors import DataError, NoAnswerError, OptionError
from pactolus.indicators.assess import assess
from pactolus.indicators.numbers import VINTAGE_LENGTH, Number, is_number_id, read_number_id
from pactolus.reports.way import Trail
from pactolus.terms.countries import entity

__all__ = ["find_manifest", "read_manifest", "trail_of", "trail_of_figure"]


def trail_of(world: World, identity: str, manifest: Mapping[str, Any] | None = None) -> Trail:
    """The trail of a number by its id.

    Parameters
    ----------
    world : World
        The world the number was printed from.
    identity : str
        ``method/mineral/stage/importer/year`` with an optional vintage, or the id of a figure of a brief.
    manifest : mapping, optional
        Manifest of the brief that holds the figure (see `find_manifest`).

    Raises
    ------
    OptionError
        If the id has neither form, or belongs to a brief and there is no manifest.
    WorldError
        If the id names another vintage than that of the world.
    NoAnswerError
        If the world has no such number.
    """
    if is_number_id(identity):
        return _trail_of_number(world, read_number_id(identity))
    if manifest is None:
        raise OptionError(
            f"{identity!r}: the id of a figure of a brief; name its manifest with --manifest, or run this "
            "where the brief was written (brief-<members>.manifest.json, here or in out/)"
        )
    entry = next((c for c in manifest["claims"] if c["id"] == identity), None)
    if entry is None:
        raise NoAnswerError(
            f"{identity!r}: no figure of this brief; its manifest has {len(manifest['claims'])} others"
        )
    _same_vintage(world, str(manifest["vintage"]), identity)
    if identity in manifest.get("trails", {}):
        from pactolus.reports.paper.trails import trail_from_record

        return trail_from_record(world, identity, entry, manifest)
    return trail_of_figure(world, figure_of(entry), key=str(entry["key"]))


def find_manifest(folder: Path, identity: str) -> Path | None:
    """The newest manifest in `folder` or its ``out`` that holds the id."""
    names = ("brief-*.manifest.json", "agenda-*.manifest.json", "response-*.json")
    places = [file for at in (folder, folder / "out") for name in names for file in at.glob(name)]
    for file in sorted(places, key=lambda f: f.stat().st_mtime, reverse=True):
        if f'"{identity}"' in file.read_text(encoding="utf-8", errors="replace"):
            return file
    return None


def read_manifest(file: Path) -> dict[str, Any]:
    """A manifest as `pactolus brief` writes it.

    Raises
    ------
    DataError
        If the file cannot be read as one.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{file}: not a readable manifest of a brief ({error})") from error
    if (
        not isinstance(content, dict)
        or not isinstance(content.get("claims"), list)
        or "vintage" not in content
    ):
        raise DataError(f"{file}: no manifest of a brief: it has no list 'claims' and 'vintage'")
    return content


def figure_of(entry: Mapping[str, Any]) -> Figure:
    """The figure that an entry of a manifest describes."""
    return Figure(
        value=entry["value"],
        unit=entry["unit"],
        digits=entry["digits"],
        low=entry.get("low"),
        high=entry.get("high"),
        status=entry["status"],
        table=entry["table"],
        rows=dict(entry["rows"]),
        steps=tuple(entry["steps"]),
        origins=tuple(entry["origins"]),
    )


def _same_vintage(world: World, vintage: str, identity: str) -> None:
    if not world.vintage.startswith(vintage[:VINTAGE_LENGTH]):
        from pactolus.errors import WorldError

        raise WorldError(
            f"{identity}: printed from the world {vintage[:VINTAGE_LENGTH]}, this one is "
            f"{world.vintage[:VINTAGE_LENGTH]}; give that world with --world"
        )


def _trail_of_number(world: World, number: Number) -> Trail:
    from pactolus.reports.trail_steps import walk

    if number.vintage:
        _same_vintage(world, number.vintage, number.id)
    rows = assess(
        world,
        importers=number.importer,
        minerals=number.mineral,
        years=number.year,
        methods=number.method,
        convention=number.convention or None,
        detail=True,
    ).filter(pl.col("stage") == number.stage)
    if number.raw_material:
        rows = rows.filter(pl.col("source") == number.source, pl.col("raw_material") == number.raw_material)
    if not rows.height:
        raise NoAnswerError(
            f"{number.id}: this world has no such row; ask 'pactolus assess' for the stages it has"
        )
    if rows.height > 1:
        series = " or ".join(f"/{s}:{r}" for s, r in rows.select("source", "raw_material").iter_rows())
        raise OptionError(f"{number.id}: several series; add one of them at the end: {series}")
    row = rows.row(0, named=True)
    if number.column not in row:
        raise OptionError(f"{number.id}: no column {number.column!r}; there are {', '.join(row)}")
    walked = walk(world, number, row)
    return Trail(
        id=Number(**{**_fields(number), "vintage": world.vintage[:VINTAGE_LENGTH]}).id,
        title=Claim(
            key="trail.title",
            terms={
                "method": Term("method", (number.method,)),
                "mineral": Term("mineral", (number.mineral,)),
                "stage": Term("stage", (number.stage,)),
                "importer": Term("phrase", ("trail.world",))
                if number.importer == "WLD"
                else Term("members", entity(number.importer).members),
                "year": Term("text", (str(number.year),)),
            },
        ),
        value=row[number.column],
        unit=row["unit"] if number.column == "value" else "",
        status=row["status"],
        vintage=world.vintage,
        low=row["low"] if number.column == "value" else None,
        high=row["high"] if number.column == "value" else None,
        note=row["note"] or "",
        # Without a value there is no last step: the note says what is missing.
        steps=walked.steps if row["status"] == "ok" else walked.steps[:-1],
        sources=walked.sources,
        parts=walked.parts,
    )


def _fields(number: Number) -> dict[str, Any]:
    return {name: getattr(number, name) for name in Number.__dataclass_fields__}


def trail_of_figure(
    world: World, figure: Figure, *, key: str = "", assessed: pl.DataFrame | None = None
) -> Trail:
    """The trail of a figure of a brief: its rows, and every step with the value before and after.

    A figure taken from `assess` goes on to the trail of that number; `assessed` are its rows, if they are at
    hand.
    """
    from pactolus.reports.trail_steps import walk_figure

    walked = walk_figure(world, figure, assessed)
    return Trail(
        id=figure.id,
        title=Claim(key="trail.figure", terms={"key": Term("text", (key or figure.id,))}),
        value=figure.value,
        unit=figure.unit,
        status=figure.status,
        vintage=world.vintage,
        low=figure.low,
        high=figure.high,
        steps=walked.steps,
        sources=walked.sources,
        parts=walked.parts,
    )
