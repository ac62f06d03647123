"""A project as rows of sheets: which sheet holds what, under which heading, and how a cell is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Final, get_args, get_type_hints

from pactolus.projects.pipeline import parts

__all__ = ["EXAMPLE", "LISTS", "Column", "columns_of", "read_cell", "sheets"]

#: Id of the example that a template holds; it is never imported.
EXAMPLE: Final = "EXAMPLE-CU-NOWHERE"
_LAST: Final = ("on", "source", "confidence", "note")
#: Sheets whose rows are figures of one kind, by the key of the record.
LISTS: Final[Mapping[str, type]] = {
    "capex": parts.Capex,
    "opex": parts.Opex,
    "life": parts.Life,
    "owners": parts.Owner,
    "offtakers": parts.Offtaker,
    "financing": parts.Financing,
    "gate": parts.Principle,
    "economics": parts.Economics,
    "reserves": parts.Ore,
    "resources": parts.Ore,
    "programmes": parts.Programme,
    "roles": parts.Role,
    "history": parts.Event,
}
_NUMBER: Final = re.compile(r"^[-+]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?([eE][-+]?\d+)?$")
_WHOLE: Final = re.compile(r"^[-+]?\d+(\.0+)?$")
_MIDNIGHT: Final = re.compile(r"^(\d{4}-\d\d-\d\d)[ T]00:00:00(\.0+)?$")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet.

    Attributes
    ----------
    name : str
        Heading.
    path : tuple
        Where its value goes, from the part that a row stands for.
    kind : str
        ``text``, ``number``, ``whole``, ``yes_no``, ``list`` (parted by semicolons) or ``links`` (by blanks).
    choices : tuple of str
        What may stand in a cell; empty: anything.
    """

    name: str
    path: tuple[str | int, ...]
    kind: str = "text"
    choices: tuple[str, ...] = ()


def _kind(name: str, hint: Any) -> str:
    inner = {hint, *get_args(hint)}
    if name == "link":
        return "links"
    if str in get_args(hint) and hint != (str | None):
        return "list"
    for kind, word in ((bool, "yes_no"), (float, "number"), (int, "whole")):
        if kind in inner:
            return word
    return "text"


def _choices(hint: Any) -> tuple[str, ...]:
    options = [one for one in (hint, *get_args(hint)) if str(one).startswith("typing.Literal")]
    return tuple(str(one) for option in options for one in get_args(option))


@cache
def _of(kind: type, prefix: str = "", path: tuple[str | int, ...] = ()) -> tuple[Column, ...]:
    """Columns of a part: what it says first, where it is from last."""
    hints = get_type_hints(kind, vars(parts))
    names = [one.name for one in fields(kind)]
    ordered = [n for n in names if n not in _LAST] + [n for n in _LAST if n in names]
    return tuple(
        Column(f"{prefix}{name}", (*path, name), _kind(name, hints[name]), _choices(hints[name]))
        for name in ordered
    )


def _projects() -> tuple[Column, ...]:
    status = _of(parts.StatusOn, "status_", ("status",))
    start = _of(parts.Start, "start_", ("start",))
    return (
        Column("id", ("id",)),
        Column("name", ("name",)),
        Column("also_known_as", ("also_known_as",), "list"),
        Column("host", ("host",)),
        Column("minerals", ("minerals",), "list"),
        Column("lat", ("position", "lat"), "number"),
        Column("lon", ("position", "lon"), "number"),
        Column("approximate", ("position", "approximate"), "yes_no"),
        Column("status", status[0].path, "text", status[0].choices),
        *status[1:],
        *start,
        Column("remarks", ("remarks",)),
        Column("doubts", ("doubts",)),
        Column("fictitious", ("fictitious",), "yes_no"),
    )


def _products() -> tuple[Column, ...]:
    return (
        *(one for one in _of(parts.Product) if one.name not in ("content", "capacity")),
        *_of(parts.Capacity, "", ("capacity", 0)),
        *_of(parts.Content, "content_", ("content", 0)),
    )


@cache
def sheets() -> Mapping[str, tuple[Column, ...]]:
    """Every sheet with its columns; in all but ``projects`` a column ``project`` stands before them."""
    return {
        "projects": _projects(),
        "products": _products(),
        **{name: _of(kind) for name, kind in LISTS.items()},
        "sources": (Column("key", ("key",)), *_of(parts.Source)),
    }


def columns_of(sheet: str) -> tuple[str, ...]:
    """Headings of a sheet."""
    first = () if sheet == "projects" else ("project",)
    return (*first, *(one.name for one in sheets()[sheet]))


def read_cell(column: Column, text: str) -> tuple[Any, str]:
    """A cell as a value, and what is wrong with it; one of the two is empty.

    Parameters
    ----------
    column : Column
    text : str
        Not empty.
    """
    if column.kind in ("number", "whole"):
        return _number(column, text)
    if column.kind == "yes_no":
        folded = text.casefold()
        if folded in ("yes", "true", "1", "y"):
            return True, ""
        return (
            (False, "") if folded in ("no", "false", "0", "n") else (None, f"found {text!r}; write yes or no")
        )
    if column.kind == "list":
        return [one.strip() for one in text.split(";") if one.strip()], ""
    if column.kind == "links":
        return text.split(), ""
    return _MIDNIGHT.sub(r"\1", text), ""


def _number(column: Column, text: str) -> tuple[Any, str]:
    if not _NUMBER.match(text) or not any(letter.isdecimal() for letter in text):
        unit = " alone; the unit has a column of its own" if re.match(r"^[\d.,]+\s*\D+$", text) else ""
        return None, f"found {text!r}; write a number{unit}"
    plain = text.replace(",", "")
    if column.kind == "whole":
        if not _WHOLE.match(plain):
            return None, f"found {text!r}; write a whole number"
        return int(float(plain)), ""
    return float(plain), ""
