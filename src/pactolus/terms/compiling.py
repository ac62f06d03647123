"""Check and compile the edited vocabulary: what `hatch_build.py` runs, never the product itself.

Each vocabulary is a CSV file below `data/` and one function here. A fault reads `file:line:column: message`;
the faults of all files are gathered and raised once.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

__all__ = ["CompileError", "compile_terms"]

LANGUAGES: Final = ("en", "ko", "ja")
STAGES: Final = ("ore", "intermediate", "refined", "product", "mixed")
CODINGS: Final = ("own", "shared", "residual", "ended")
STATUSES_OF_FACTS: Final = ("seen", "unconfirmed")
DATE: Final = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


class CompileError(Exception):
    """Faults in the edited files, one a line."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Row:
    """One record of a CSV file, and where each of its cells stands."""

    file: str
    line: int
    cells: Mapping[str, str]
    columns: Mapping[str, int]

    def __getitem__(self, name: str) -> str:
        return self.cells[name]

    def at(self, name: str = "") -> str:
        """`file:line:column` of a cell, or of the record."""
        return f"{self.file}:{self.line}:{self.columns.get(name, 1)}"

    @property
    def source(self) -> str:
        """`file:line`, as it is stored with the record."""
        return f"{self.file}:{self.line}"


@dataclass
class Compiler:
    """Reads the edited files below `data`, gathers faults, keeps what refers to what."""

    data: Path
    fold: Callable[[str], str]
    faults: list[str] = field(default_factory=list)
    ids: dict[str, frozenset[str]] = field(default_factory=dict)
    out: dict[str, Any] = field(default_factory=dict)

    def fault(self, where: str, message: str) -> None:
        """Keep a fault; compiling goes on, so that all are told at once."""
        self.faults.append(f"{where}: {message}")

    def rows(self, name: str, columns: Sequence[str]) -> list[Row]:
        """Records of `name`.csv; wrong headers and short or long records are faults."""
        file = self.data / f"{name}.csv"
        if not file.is_file():
            self.fault(f"{name}.csv:1:1", "the file is missing")
            return []
        return list(self._rows(file, columns))

    def _rows(self, file: Path, columns: Sequence[str]) -> Iterator[Row]:
        lines = file.read_text(encoding="utf-8").splitlines()
        header = next(csv.reader(lines[:1]), [])
        if header != list(columns):
            self.fault(f"{file.name}:1:1", f"columns are {','.join(header)}; expected {','.join(columns)}")
            return
        for number, line in enumerate(lines[1:], start=2):
            cells = next(csv.reader([line]), [])
            if not cells:
                self.fault(f"{file.name}:{number}:1", "empty line")
                continue
            if len(cells) != len(columns):
                self.fault(f"{file.name}:{number}:1", f"{len(cells)} cells, the header has {len(columns)}")
                continue
            stripped = [cell.strip() for cell in cells]
            yield Row(file.name, number, dict(zip(columns, stripped, strict=True)), _starts(line, columns))

    def unique(self, rows: Iterable[Row], key: str) -> list[Row]:
        """Rows with a key of their own; a repeated or empty one is a fault."""
        seen: dict[str, Row] = {}
        for row in rows:
            if not row[key]:
                self.fault(row.at(key), f"{key} is empty")
            elif row[key] in seen:
                self.fault(row.at(key), f"duplicate {key} {row[key]!r}; first in line {seen[row[key]].line}")
            else:
                seen[row[key]] = row
        return list(seen.values())

    def one_of(self, row: Row, column: str, known: Iterable[str], *, empty: bool = False) -> str:
        """A cell that must be one of `known`."""
        value, choice = row[column], list(known)
        if not (value in choice or (empty and not value)):
            shown = ", ".join(choice) if len(choice) <= 20 else f"{len(choice)} others"
            self.fault(row.at(column), f"unknown {column} {value!r}; known are {shown}")
        return value

    def several_of(self, row: Row, column: str, vocabulary: str) -> list[str]:
        """A cell of ids of another vocabulary, separated by semicolons."""
        values = parts(row[column])
        for value in values:
            if value not in self.ids.get(vocabulary, frozenset()):
                self.fault(row.at(column), f"{value!r} is not in {vocabulary}.csv")
        if len(set(values)) != len(values):
            self.fault(row.at(column), f"{column} repeats a value: {row[column]!r}")
        return values

    def names(self, row: Row, prefix: str = "") -> dict[str, str]:
        """The three languages of a name; a missing one is a fault."""
        found = {language: row[f"{prefix}{language}"] for language in LANGUAGES}
        for language, text in found.items():
            if not text:
                self.fault(
                    row.at(f"{prefix}{language}"),
                    f"no {language} name for {next(iter(row.cells.values()))!r}",
                )
        return found

    def date(self, row: Row, column: str) -> str:
        """A cell that is a year, a month or a day of ISO 8601, or empty."""
        if row[column] and not DATE.fullmatch(row[column]):
            self.fault(row.at(column), f"{row[column]!r} is not a date; write 2025, 2025-10 or 2025-10-01")
        return row[column]

    def number(self, row: Row, column: str) -> int | None:
        """A cell that is a whole number, or empty."""
        if not row[column]:
            return None
        if not row[column].isdecimal():
            self.fault(row.at(column), f"{row[column]!r} is not a whole number")
            return None
        return int(row[column])

    def index(self, entries: Iterable[tuple[Row, str, Iterable[str]]], kind: str) -> dict[str, str]:
        """Folded name -> id; a name that stands for two ids is a fault."""
        index: dict[str, str] = {}
        first: dict[str, Row] = {}
        told: set[tuple[str, str]] = set()
        for row, identity, names in entries:
            for name, folded in ((name, self.fold(name)) for name in names):
                if not folded:
                    continue
                first.setdefault(folded, row)
                if index.setdefault(folded, identity) != identity and (folded, identity) not in told:
                    held = f"{index[folded]!r} (line {first[folded].line})"
                    self.fault(row.at(), f"name {name!r} of {kind} {identity!r} already stands for {held}")
                    told.add((folded, identity))
        return index


def parts(cell: str) -> list[str]:
    """Values of a cell separated by semicolons."""
    return [part.strip() for part in cell.split(";") if part.strip()]


def _starts(line: str, columns: Sequence[str]) -> dict[str, int]:
    """Column (from 1) at which each cell of a CSV line begins."""
    starts, quoted, begin = [], False, True
    for position, letter in enumerate(line, start=1):
        if begin:
            starts.append(position)
            begin = False
        if letter == '"':
            quoted = not quoted
        elif letter == "," and not quoted:
            begin = True
    starts += [len(line) + 1] * (len(columns) - len(starts))
    return dict(zip(columns, starts, strict=False))


MINERAL_COLUMNS: Final = (
    *("id", *LANGUAGES, "symbol", "aliases"),
    *("wmd", "wmd_stage", "wmd_basis", "geopolrisk", "geopolrisk_hs", "parts", "note"),
)


def minerals(c: Compiler) -> None:
    """Minerals, with the index of every name by which one is found, and the groups."""
    rows = c.unique(c.rows("minerals", MINERAL_COLUMNS), "id")
    c.ids["minerals"] = frozenset(row["id"] for row in rows)
    groups = _groups(c)
    records, entries = [], []
    for row in rows:
        record = _mineral(c, row)
        record["groups"] = [group["id"] for group in groups if row["id"] in group["minerals"]]
        records.append(record)
        own = (row["id"], *record["names"].values(), row["symbol"], row["wmd"], row["geopolrisk"])
        entries.append((row, row["id"], (*own, *record["aliases"])))
    index = c.index(entries, "mineral")
    for group in groups:
        if c.fold(group["id"]) in index:
            c.fault(f"{group['source']}:1", f"group {group['id']!r} has the name of a mineral")
    c.out["minerals"] = {"records": records, "groups": groups, "index": index}


def _mineral(c: Compiler, row: Row) -> dict[str, Any]:
    c.one_of(row, "wmd_stage", STAGES, empty=not row["wmd"])
    if bool(row["geopolrisk"]) != bool(row["geopolrisk_hs"]):
        c.fault(row.at("geopolrisk_hs"), "geopolrisk and geopolrisk_hs go together")
    as_they_are = ("id", "symbol", "wmd", "wmd_stage", "wmd_basis", "geopolrisk", "note")
    return {
        **{column: row[column] for column in as_they_are},
        "names": c.names(row),
        "aliases": parts(row["aliases"]),
        "geopolrisk_hs": parts(row["geopolrisk_hs"]),
        "parts": c.several_of(row, "parts", "minerals"),
        "source": row.source,
    }


def _groups(c: Compiler) -> list[dict[str, Any]]:
    columns = ("id", *LANGUAGES, "minerals", "reason", "source_url")
    return [
        {
            "id": row["id"],
            "names": c.names(row),
            "minerals": c.several_of(row, "minerals", "minerals"),
            "reason": row["reason"],
            "reference": row["source_url"],
            "source": row.source,
        }
        for row in c.unique(c.rows("groups", columns), "id")
    ]


def hs_codes(c: Compiler) -> None:
    """Trade codes with the minerals that they hold."""
    columns = ("code", "minerals", "stage", "coding", "last_year", *LANGUAGES, "note")
    records = []
    for row in c.unique(c.rows("hs_codes", columns), "code"):
        if not re.fullmatch(r"\d{6}", row["code"]):
            c.fault(row.at("code"), f"{row['code']!r} is not six digits")
        held = c.several_of(row, "minerals", "minerals")
        c.one_of(row, "stage", STAGES)
        c.one_of(row, "coding", CODINGS)
        if (row["coding"] == "ended") != bool(row["last_year"]):
            c.fault(row.at("last_year"), "last_year is for a code that ended, and needed there")
        if row["coding"] == "shared" and len(held) < 2:
            c.fault(row.at("minerals"), "a shared code holds at least two minerals")
        records.append(
            {
                "code": row["code"],
                "edition": "HS92",
                "minerals": held,
                "stage": row["stage"],
                "coding": row["coding"],
                "last_year": c.number(row, "last_year"),
                "what": c.names(row),
                "note": row["note"],
                "source": row.source,
            }
        )
    c.out["hs_codes"] = {"records": records}


def countries(c: Compiler) -> None:
    """Countries and regions, with the index of names and CEPII's numeric codes.

    `countries.csv` holds what CLDR and CEPII say; `country_overrides.csv` what was checked, laid over it.
    """
    footnotes = labels(c, "footnotes", extra=())
    overrides = _overrides(c, footnotes)
    rows = c.unique(c.rows("countries", ("iso3", "iso2", "baci", *LANGUAGES, "aliases")), "iso3")
    c.ids["countries"] = frozenset(row["iso3"] for row in rows)
    for iso3 in sorted(overrides.keys() - c.ids["countries"]):
        c.fault(overrides[iso3].at("iso3"), f"{iso3!r} is not in countries.csv")
    records = [_country(c, row, overrides.get(row["iso3"])) for row in rows]
    seen: set[int] = set()
    for row, record in zip(rows, records, strict=True):
        if seen & set(record["baci"]):
            c.fault(row.at("baci"), f"{row['baci']!r} stands for another country or region too")
        seen.update(record["baci"])
    entries = [
        (row, row["iso3"], (row["iso3"], *record["names"].values(), *record["aliases"]))
        for row, record in zip(rows, records, strict=True)
    ]
    index = c.index(entries, "country or region")
    c.out["countries"] = {"records": records, "index": index, "footnotes": footnotes}


def _overrides(c: Compiler, footnotes: Iterable[str]) -> dict[str, Row]:
    columns = ("iso3", *LANGUAGES, "aliases", "footnote", "until", "status", "reference")
    rows = c.unique(c.rows("country_overrides", columns), "iso3")
    for row in rows:
        named = any(row[language] for language in LANGUAGES)
        c.one_of(row, "footnote", footnotes, empty=True)
        c.one_of(row, "status", STATUSES_OF_FACTS, empty=not named)
        if row["status"] == "seen" and not row["reference"]:
            c.fault(
                row.at("reference"), f"the names of {row['iso3']!r} are marked seen, and no source is named"
            )
    return {row["iso3"]: row for row in rows}


def _country(c: Compiler, row: Row, over: Row | None) -> dict[str, Any]:
    names = {lang: (over[lang] if over else "") or row[lang] for lang in LANGUAGES}
    for language in (language for language, name in names.items() if not name):
        c.fault(row.at(language), f"no {language} name for {row['iso3']!r}")
    for number in parts(row["baci"]):
        if not number.isdecimal():
            c.fault(row.at("baci"), f"{number!r} is not a whole number")
    base = [row[language] for language in LANGUAGES if row[language] not in names.values()]
    known = [*parts(over["aliases"] if over else ""), *parts(row["aliases"]), *filter(None, base)]
    return {
        "iso3": row["iso3"],
        "iso2": row["iso2"],
        "names": names,
        "aliases": list(dict.fromkeys(known)),
        "baci": [int(number) for number in parts(row["baci"]) if number.isdecimal()],
        "footnote": over["footnote"] if over else "",
        "until": over["until"] if over else "",
        "status": (over["status"] if over else "") or "cldr",
        "source": over.source if over else row.source,
    }


def labels(c: Compiler, name: str, extra: Sequence[str]) -> dict[str, dict[str, Any]]:
    """A closed list: id, name in three languages, and further columns as they are."""
    rows = c.unique(c.rows(name, ("id", *LANGUAGES, *extra)), "id")
    c.ids[name] = frozenset(row["id"] for row in rows)
    return {
        row["id"]: {"names": c.names(row), **{x: row[x] for x in extra}, "source": row.source} for row in rows
    }


def stages_and_statuses(c: Compiler) -> None:
    """The two closed lists whose meaning is one line in each language."""
    meanings = tuple(f"what_{language}" for language in LANGUAGES)
    for name in ("stages", "statuses"):
        rows = c.unique(c.rows(name, ("id", *LANGUAGES, *meanings)), "id")
        c.out[name] = {
            row["id"]: {"names": c.names(row), "what": c.names(row, "what_"), "source": row.source}
            for row in rows
        }
    found = tuple(c.out["stages"])
    if found and found != STAGES:
        c.fault("stages.csv:1:1", f"stages are {', '.join(found)}; expected {', '.join(STAGES)}")


DATES: Final = ("since", "until", "named_on")


def coalitions(c: Compiler) -> None:
    """Coalitions with their members and the days between which each belongs."""
    records: dict[str, dict[str, Any]] = {}
    for row in c.unique(c.rows("coalitions", ("id", *LANGUAGES, "kind", "note")), "id"):
        kind = c.one_of(row, "kind", ("fixed", "dated", "unconfirmed"))
        head = {"id": row["id"], "names": c.names(row), "kind": kind, "note": row["note"]}
        records[row["id"]] = {**head, "organisations": [], "memberships": [], "source": row.source}
    facts = ("status", "start_status")
    for row in c.rows("coalition_members", ("coalition", "member", *DATES, *facts, "reference", "note")):
        if c.one_of(row, "coalition", records) not in records:
            continue
        dates = {column: c.date(row, column) for column in DATES}
        statuses = {column: c.one_of(row, column, STATUSES_OF_FACTS) for column in facts}
        if row["member"] in records:
            records[row["coalition"]]["organisations"].append(row["member"])
            continue
        member = c.one_of(row, "member", c.ids.get("countries", frozenset()))
        told = {"reference": row["reference"], "note": row["note"], "source": row.source}
        records[row["coalition"]]["memberships"].append({"member": member, **dates, **statuses, **told})
    c.out["coalitions"] = list(records.values())


def lists(c: Compiler) -> None:
    """Editions of critical-mineral lists, and what each names."""
    rows = c.rows("lists", ("list", "edition", *LANGUAGES, "issuer", "complete", "entries", "note"))
    records: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        key = row["list"], c.date(row, "edition")
        if key in records:
            c.fault(row.at("edition"), f"duplicate edition {row['edition']!r} of {row['list']!r}")
        records[key] = {
            "list": row["list"],
            "edition": row["edition"],
            "names": c.names(row),
            "issuer": row["issuer"],
            "complete": c.one_of(row, "complete", ("yes", "no", "unconfirmed")),
            "note": row["note"],
            "entries": [],
            "source": row.source,
        }
    columns = ("list", "edition", "entry", "mineral", "listed_as", "status", "doubtful", "reference")
    for row in c.rows("list_members", columns):
        if (row["list"], row["edition"]) not in records:
            c.fault(row.at("list"), f"lists.csv has no edition {row['edition']!r} of {row['list']!r}")
            continue
        c.several_of(row, "mineral", "minerals")
        entry = {name: row[name] for name in ("entry", "mineral", "listed_as", "reference")}
        status = c.one_of(row, "status", STATUSES_OF_FACTS)
        doubtful = c.several_of(row, "doubtful", "minerals")
        here = {**entry, "status": status, "doubtful": doubtful, "source": row.source}
        records[row["list"], row["edition"]]["entries"].append(here)
    for row in rows:
        found = len({entry["entry"] for entry in records[row["list"], row["edition"]]["entries"]})
        if c.number(row, "entries") not in (None, found):
            c.fault(
                row.at("entries"),
                f"{row['list']} {row['edition']}: {found} entries, the list has {row['entries']}",
            )
    c.out["lists"] = list(records.values())


def institutions(c: Compiler) -> None:
    """Institutions under the names that they had, each with the days of that name."""
    columns = (
        "id",
        "country",
        "abbr",
        *LANGUAGES,
        "since",
        "until",
        "successors",
        "status",
        "reference",
        "note",
    )
    rows = c.unique(c.rows("institutions", columns), "id")
    c.ids["institutions"] = frozenset(row["id"] for row in rows)
    c.out["institutions"] = [
        {
            "id": row["id"],
            "country": row["country"],
            "abbr": row["abbr"],
            "names": c.names(row),
            "since": c.date(row, "since"),
            "until": c.date(row, "until"),
            "successors": c.several_of(row, "successors", "institutions"),
            "status": c.one_of(row, "status", STATUSES_OF_FACTS),
            "reference": row["reference"],
            "note": row["note"],
            "source": row.source,
        }
        for row in rows
    ]


def glossary(c: Compiler) -> None:
    """Terms of the field with the words that ministries use, and whether those were read."""
    checked = tuple(f"{kind}_{language}" for kind in ("status", "reference") for language in ("ko", "ja"))
    columns = ("id", "kind", *LANGUAGES, "ko_alt", "ja_alt", *checked, "note")
    c.out["glossary"] = {
        row["id"]: {
            "kind": c.one_of(row, "kind", ("term", "element", "mineral")),
            "names": c.names(row),
            "alternatives": {language: parts(row[f"{language}_alt"]) for language in ("ko", "ja")},
            "status": {lang: c.one_of(row, f"status_{lang}", STATUSES_OF_FACTS) for lang in ("ko", "ja")},
            "reference": {lang: row[f"reference_{lang}"] for lang in ("ko", "ja")},
            "note": row["note"],
            "source": row.source,
        }
        for row in c.unique(c.rows("glossary", columns), "id")
    }


def applications(c: Compiler) -> None:
    """Applications, and the labels of the EU study that each gathers."""
    names = labels(c, "applications", extra=())
    entries = []
    for row in c.rows("application_map", ("label", "application")):
        c.one_of(row, "application", names)
        entries.append((row, row["application"], [row["label"]]))
    for unused in sorted(set(names) - {application for _, application, _ in entries}):
        c.fault(str(names[unused]["source"]), f"no label is mapped to {unused!r}")
    c.out["applications"] = {"records": names, "index": c.index(entries, "application")}


VOCABULARIES: Final[tuple[Callable[[Compiler], None], ...]] = (
    *(minerals, hs_codes, countries, stages_and_statuses, coalitions),
    *(lists, institutions, glossary, applications),
)


def compile_terms(
    data: Path, fold: Callable[[str], str], more: Sequence[Callable[[Compiler], None]] = ()
) -> dict[str, Any]:
    """Every vocabulary below `data`, by name.

    Parameters
    ----------
    data : Path
        Folder of the edited files.
    fold : callable
        How names are compared.
    more : sequence of callable
        Vocabularies of other files, compiled after those of this one.

    Raises
    ------
    CompileError
        With every fault of every file.
    """
    compiler = Compiler(data, fold)
    for build in (*VOCABULARIES, *more):
        build(compiler)
    if compiler.faults:
        raise CompileError(compiler.faults)
    return compiler.out
