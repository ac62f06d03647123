"""Mapping files: how any spreadsheet becomes one of our tables (YAML, edited by the user).

A mapping names what the file is (producer, licence), the table it goes to, and which heading holds which
role. Every fault is found at once, each with its place: ``mapping.yaml:6:5: columns.value: ...``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pactolus.catalogue.readers.mapping_parts import (
    TARGETS,
    Material,
    check_roles,
    named_countries,
    named_editions,
    named_materials,
    rates,
    units_of,
)
from pactolus.catalogue.readers.mapping_yaml import Node, did_you_mean, read_yaml
from pactolus.catalogue.reading.findings import Findings

__all__ = ["ENCODINGS", "FIELDS", "SheetMapping", "load"]

#: Encodings that a mapping may name -> Python's name.
ENCODINGS: Final[Mapping[str, str]] = {
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "cp949": "cp949",
    "euc-kr": "cp949",
    "cp932": "cp932",
    "shift_jis": "cp932",
    "euc-jp": "euc_jp",
    "cp1252": "cp1252",
}
_ID: Final = re.compile(r"^[a-z0-9][a-z0-9-]{1,59}$")
#: Parts of a mapping file -> what each says.
FIELDS: Final[Mapping[str, str]] = {
    "id": "short name in small letters, digits and hyphens",
    "title": "what the publisher calls the table",
    "producer": "who publishes it",
    "licence": "under which terms it may be used",
    "link": "where it is published",
    "edition": "edition or date of the file, as the publisher says",
    "published": "when it was published",
    "table": "table it goes to",
    "files": "file name, or list of names; * stands for any letters",
    "sheet": "sheet of a workbook",
    "header": "row of the headings, counted from 1, or a list of rows that together head a column",
    "until": "word at which the table ends (a line of notes)",
    "separator": "between the cells of a text file",
    "encoding": "of a text file",
    "columns": "role -> heading",
    "constants": "role -> one value for all rows",
    "fill_down": "roles whose empty cells repeat the cell above",
    "units": "role -> unit",
    "exchange": "units of the currency for one US dollar, and who says so",
    "code": "edition and number of digits of the trade codes",
    "countries": "word of the file -> ISO code",
    "materials": "word of the file -> mineral, stage, basis",
    "leave_out": "heading -> words; rows that hold one of them are not read",
    "totals": "further words for rows that add up others",
    "gaps": "what stands in a cell without a number",
    "zeros": "what stands in a cell for zero",
    "decimal": "decimal sign",
    "add_up": "true where several rows of one fact are to be added up",
}


@dataclass(frozen=True, kw_only=True)
class SheetMapping:
    """A mapping file, checked."""

    id: str
    title: str
    producer: str
    licence: str
    link: str
    table: str
    files: tuple[str, ...]
    columns: Mapping[str, str]
    constants: Mapping[str, str]
    edition: str = ""
    published: str = ""
    sheet: str = ""
    header: tuple[int, ...] = (1,)
    until: str = ""
    separator: str = ""
    encoding: str = ""
    fill_down: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    per_usd: Mapping[str, float] = field(default_factory=dict)
    """Period (``2024``, ``2024-01``, or empty for every one) -> units of the currency for one US dollar."""
    editions: Mapping[int, str] = field(default_factory=dict)
    """First year -> edition of the Harmonized System that the codes follow."""
    digits: tuple[int, ...] = ()
    countries: Mapping[str, str] = field(default_factory=dict)
    materials: Mapping[str, Material] = field(default_factory=dict)
    leave_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    totals: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    zeros: tuple[str, ...] = ()
    decimal: str = "."
    add_up: bool = False
    places: Mapping[str, str] = field(default_factory=dict)
    """Path in the mapping -> line and column, for faults that show only in the data."""

    def place(self, path: str) -> str:
        """Where a part of the mapping stands: ``6:12: columns.value``."""
        return f"{self.places.get(path, '1:1')}: {path}"


def load(file: Path, findings: Findings) -> SheetMapping | None:
    """A mapping file, or None with findings for everything that is wrong in it.

    Raises
    ------
    MissingExtraError
        If ruamel.yaml is not installed.
    """
    node = read_yaml(file, findings)
    if node is None:
        return None
    mapping = _mapping(node)
    return None if findings.refusals else mapping


def _mapping(node: Node) -> SheetMapping:
    node.only(tuple(FIELDS))
    node.places |= {str(key): node.mark(key) for key in node.data}
    texts = {
        key: node.scalar(key) or ""
        for key in ("title", "producer", "licence", "link", "edition", "published")
    }
    for key in ("id", "title", "producer", "licence", "link", "table", "files", "columns"):
        if key not in node.data:
            node.refuse_at("1:1", key, "is missing", f"write {FIELDS[key]}", kind="column")
    identity = node.scalar("id") or ""
    if identity and not _ID.match(identity):
        node.refuse(
            "id", repr(identity), "write small letters, digits and hyphens, such as kor-imports", kind="name"
        )
    table = _choice(node, "table", TARGETS)
    columns, constants = node.pairs("columns"), node.pairs("constants")
    per_usd = rates(node)
    if table:
        check_roles(node, table, columns, constants)
    code = node.level("code")
    return SheetMapping(
        id=identity,
        table=table,
        files=_files(node),
        columns=columns,
        constants=constants,
        sheet=node.scalar("sheet") or "",
        header=node.numbers("header", 1, 10_000) or (1,),
        until=node.scalar("until") or "",
        separator=_separator(node),
        encoding=_choice(node, "encoding", ENCODINGS),
        fill_down=_known_roles(node, columns),
        units=units_of(node, table, columns, constants, per_usd) if table else {},
        per_usd=per_usd,
        editions=named_editions(code),
        digits=code.numbers("digits", 6, 12) if code else (),
        countries=named_countries(node),
        materials=named_materials(node, table) if table else {},
        leave_out=_leave_out(node),
        totals=node.texts("totals"),
        gaps=node.texts("gaps"),
        zeros=node.texts("zeros"),
        decimal=_choice(node, "decimal", (".", ",")) or ".",
        add_up=_flag(node, "add_up"),
        places=MappingProxyType(node.places),
        **texts,
    )


def _choice(node: Node, key: str, known: Collection[str]) -> str:
    value = node.scalar(key) or ""
    if value and value not in known:
        node.refuse(
            key, f"{value[:40]!r}{did_you_mean(value, known)}", f"known are {', '.join(known)}", kind="name"
        )
        return ""
    return value


def _flag(node: Node, key: str) -> bool:
    value = node.data.get(key, False)
    if not isinstance(value, bool):
        node.refuse(key, f"{str(value)[:40]!r}", "write true or false")
    return value is True


def _separator(node: Node) -> str:
    value = node.data.get("separator", "")
    if value in ("tab", "\\t"):
        return "\t"
    if not isinstance(value, str) or len(value) > 1:
        node.refuse("separator", f"{str(value)[:10]!r}", "write one character, or tab")
        return ""
    return value


def _files(node: Node) -> tuple[str, ...]:
    names = node.texts("files")
    for name in names:
        if "/" in name or "\\" in name or ".." in name or "\x00" in name:
            node.refuse(
                "files", repr(name), "a file lies beside its mapping: give its name only", kind="name"
            )
    return names


def _known_roles(node: Node, columns: Mapping[str, str]) -> tuple[str, ...]:
    roles = node.texts("fill_down")
    for role in roles:
        if role not in columns:
            node.refuse(
                "fill_down",
                f"{role!r} is no role under columns{did_you_mean(role, columns)}",
                "correct it",
                kind="name",
            )
    return roles


def _leave_out(node: Node) -> dict[str, tuple[str, ...]]:
    level = node.level("leave_out")
    if level is None:
        return {}
    return {str(heading): level.texts(heading) for heading in level.data}
