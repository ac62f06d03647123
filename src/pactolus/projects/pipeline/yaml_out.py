"""Projects as YAML that people go on editing: a figure a line, what it says first, where it is from last."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from pactolus.projects.pipeline.parts import Project
from pactolus.projects.pipeline.records import as_plain

__all__ = ["as_yaml"]

_WIDTH: Final = 112
#: What stands last in a figure.
_LAST: Final = ("on", "source", "confidence", "note")
#: Words that need no quotation marks, inside of brackets too.
_PLAIN: Final = re.compile(r"^[^\W\d_][\w.()/%&+'=;-]*( [\w(][\w.()/%&+'=;-]*)*$")
#: Days and links need no quotation marks under the keys that hold them.
_BARE: Final = {
    **dict.fromkeys(("on", "until", "read_on"), re.compile(r"^\d{4}(-\d\d(-\d\d)?)?$")),
    "link": re.compile(r"^https?://[^\s,\[\]{}#'\"]+$"),
}
_NOT_TEXT: Final = frozenset(["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"])


def as_yaml(records: Iterable[Project], heading: str = "") -> str:
    """Records in the form that people edit, in the order given.

    Parameters
    ----------
    records : iterable of Project
    heading : str
        Lines of a comment above them.
    """
    comment = "".join(f"# {line}".rstrip() + "\n" for line in heading.splitlines())
    texts = ["\n".join(_record(as_plain(record))) for record in records]
    return comment + ("\n" if comment else "") + "\n\n".join(texts) + "\n"


def _record(plain: Mapping[str, Any]) -> Iterator[str]:
    first = "- "
    ordered = {key: value for key, value in plain.items() if key != "sources"}
    for key, value in (*ordered.items(), ("sources", plain["sources"])):
        lines = list(_entry(key, value))
        yield first + lines[0]
        yield from ("  " + line for line in lines[1:])
        first = "  "


def _entry(key: str, value: Any) -> Iterator[str]:
    """A key of a record with its value, not indented."""
    if key == "sources":
        yield "sources:"
        for name, source in value.items():
            yield f"  {_text(name)}:"
            yield from ("    " + line for one in source.items() for line in _entry(*one))
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        yield f"{key}:"
        for one in value:
            yield from _item(one)
    elif key == "link" and isinstance(value, list):
        yield "link:"
        yield from (f"  - {_text(one, key)}" for one in value)
    elif isinstance(value, str):
        yield from _wrapped_parts(f"{key}: ", _words(_text(value, key)))
    else:
        yield from _wrapped_parts(f"{key}: ", _flow(value, key))


def _item(one: Mapping[str, Any]) -> Iterator[str]:
    """One of a list: a figure in one flow, a product in a block of its own."""
    if "on" in one:
        yield from _wrapped_parts("  - ", _flow(one))
        return
    first = "  - "
    for key, value in one.items():
        for number, line in enumerate(_entry(key, value)):
            yield (first if number == 0 else "    ") + line
            first = "    "


def _flow(value: Any, key: str = "") -> list[str]:
    """Pieces of a flow that may be broken between them."""
    if isinstance(value, Mapping):
        ordered = [name for name in value if name not in _LAST] + [name for name in _LAST if name in value]
        return _closed("{", [[f"{name}: ", *_flow(value[name], name)] for name in ordered], "}")
    if isinstance(value, list):
        return _closed("[", [["", *_flow(one, key)] for one in value], "]")
    return _words(_scalar(value, key))


def _closed(opening: str, entries: Sequence[list[str]], closing: str) -> list[str]:
    """Entries with commas between; a key stays with the first word of its value."""
    pieces: list[str] = []
    for number, (key, first, *rest) in enumerate(entries, start=1):
        words = [key + first, *rest]
        words[-1] += ", " if number < len(entries) else ""
        pieces += words
    if not pieces:
        return [opening + closing]
    return (
        [opening + pieces[0], *pieces[1:-1], pieces[-1] + closing]
        if len(pieces) > 1
        else [opening + pieces[0] + closing]
    )


def _words(text: str) -> list[str]:
    """Where a text may be broken: a single blank is what a break reads as."""
    if text.startswith('"') or "  " in text:
        return [text]
    *most, last = text.split(" ")
    return [*(f"{word} " for word in most), last]


def _scalar(value: Any, key: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(value, key) if isinstance(value, str) else repr(value)


def _text(value: str, key: str = "") -> str:
    if (key in _BARE and _BARE[key].match(value)) or (
        _PLAIN.match(value) and value.isprintable() and value.casefold() not in _NOT_TEXT
    ):
        return value
    if value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return '"' + "".join(_escaped(letter) for letter in value) + '"'


def _escaped(letter: str) -> str:
    if letter in ('"', "\\"):
        return "\\" + letter
    return letter if letter.isprintable() else f"\\U{ord(letter):08x}"


def _wrapped_parts(head: str, pieces: Sequence[str]) -> Iterator[str]:
    line, empty = head, True
    indent = " " * (len(head) - len(head.lstrip()) + 4)
    for piece in pieces:
        if not empty and len(line) + len(piece.rstrip()) > _WIDTH - 4:
            yield line.rstrip()
            line = indent
        line += piece
        empty = False
    yield line.rstrip()
