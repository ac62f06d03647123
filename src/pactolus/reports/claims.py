"""Every number of a brief in one list, and the manifest that goes with the files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.reports.document import Block, Brief, Chart, Table

__all__ = ["claims_of", "figures_of", "manifest", "terms_of"]


def manifest(brief: Brief) -> dict[str, Any]:
    """What ``brief-<members>.manifest.json`` holds.

    Parameters
    ----------
    brief : Brief

    Returns
    -------
    dict
        ``vintage``, ``version``, ``as_of``, ``members``, ``year``, ``claims`` (one entry a printed number:
        ``key`` says where it stands, then ``value``, ``unit``, ``digits``, ``low``, ``high``, ``status``,
        ``origins``, ``id``, ``table``, ``rows``, ``steps``), and ``origins`` by id. Numbers have full
        precision; a number without a value has ``null`` and the reason as its status. A share is on 0-1.
    """
    return {
        "vintage": brief.vintage,
        "version": brief.version,
        "as_of": brief.as_of,
        "members": list(brief.members),
        "year": brief.year,
        "claims": [_entry(key, figure) for key, figure in figures_of(brief)],
        **({"marks": [mark.key for mark in brief.marks]} if brief.marks else {}),
        "origins": {i: asdict(o) for i, o in sorted(brief.origins.items())},
    }


def figures_of(brief: Brief) -> Iterator[tuple[str, Figure]]:
    """Every printed number with the place it stands at, in reading order.

    A place is ``<claim key>.<slot>``, ``<table id>.<row>.<column>`` (rows from 1), ``<card label>`` or
    ``<chart id>.<path in its data>``.
    """
    for card in brief.cards:
        yield card.label if not card.member else f"{card.label}.{card.member}", card.figure
        if card.note is not None:
            yield from _figures_in(card.note)
    for section in brief.sections:
        for block in section.blocks:
            yield from _figures_in(block)


def claims_of(brief: Brief) -> Iterator[Claim]:
    """Every sentence, notes of cards, tables and charts included, in reading order."""
    yield from brief.marks
    yield from (card.note for card in brief.cards if card.note is not None)
    for section in brief.sections:
        for block in section.blocks:
            if isinstance(block, Claim):
                yield block
            else:
                yield from block.notes


def terms_of(value: object) -> Iterator[Term]:
    """Every term in a block or in the data of a chart."""
    if isinstance(value, Term):
        yield value
    elif isinstance(value, Claim):
        yield from value.terms.values()
    elif isinstance(value, Table):
        yield from terms_of(value.rows)
    elif isinstance(value, Chart):
        yield from terms_of(value.data)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from terms_of(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from terms_of(inner)


def _figures_in(block: Block) -> Iterator[tuple[str, Figure]]:
    if isinstance(block, Claim):
        yield from ((f"{block.key}.{slot}", figure) for slot, figure in block.figures.items())
        return
    if isinstance(block, Table):
        for number, row in enumerate(block.rows, start=1):
            for column, cell in zip(block.columns, row, strict=True):
                if isinstance(cell, Figure):
                    yield f"{block.id}.{number}.{column.key}", cell
    else:
        yield from _figures_below(block.data, block.id)
    for note in block.notes:
        yield from _figures_in(note)


def _figures_below(value: object, place: str) -> Iterator[tuple[str, Figure]]:
    if isinstance(value, Figure):
        yield place, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key != "land":
                yield from _figures_below(inner, f"{place}.{key}")
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, inner in enumerate(value, start=1):
            yield from _figures_below(inner, f"{place}.{number}")


def _entry(key: str, figure: Figure) -> dict[str, Any]:
    return {
        "key": key,
        "value": figure.value,
        "unit": figure.unit,
        "digits": figure.digits,
        "origins": list(figure.origins),
        "id": figure.id,
        "table": figure.table,
        "rows": dict(figure.rows),
        "steps": list(figure.steps),
        "low": figure.low,
        "high": figure.high,
        "status": figure.status,
    }
