"""Projects as a workbook: the template to fill in, with its example, and any records in the same form."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import MissingExtraError
from pactolus.projects.pipeline.columns import EXAMPLE, Column, columns_of, sheets
from pactolus.projects.pipeline.parts import Project
from pactolus.projects.pipeline.records import as_plain, project_of
from pactolus.terms.minerals import minerals

if TYPE_CHECKING:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]

__all__ = ["example", "rows_of", "template", "workbook"]

_NEEDED: Final = frozenset(
    [
        *("id", "name", "host", "minerals", "key", "title", "publisher", "read_on", "project", "mineral"),
        *("stage", "what", "value", "unit", "basis", "on", "source", "million", "currency", "kind", "holder"),
        *("buyer", "who", "principle", "state", "member", "years"),
    ]
)
_ROWS: Final = 500
_WIDE: Final = {"name": 30, "what": 34, "title": 40, "link": 40, "note": 30, "doubts": 40, "publisher": 24}
#: The day a workbook says it was made on: the same records give the same bytes.
_MADE: Final = datetime(2026, 1, 1)
_READ_ME: Final = (
    "Projects, to be read by: pactolus projects import FILE --workspace DIR",
    "One project a row in sheet 'projects'; its products, costs, owners, buyers and so on in the other "
    "sheets, each row with the id of the project.",
    "Headings with * must be filled. Leave a cell empty where nothing is known: missing is not zero.",
    "Every figure has a day (on: 2025-05-16, 2025-05, 2025, or unknown) and a source: a key of sheet "
    "'sources'; several keys with semicolons. A source without a project serves all projects of this file.",
    "basis: product (t of product), contained (t of what 'of' names in it), equivalent (counted as 'of'), "
    "ore_feed, volume_commitment, past_output (no capacities), unclear.",
    "kind of capex: only project, expansion and project_all_phases are costs of building.",
    "The first product of a project is the one that is counted; of several costs of one scope the last "
    "counts.",
    f"The project {EXAMPLE} is fictitious: it shows how a record is filled in, and is never imported.",
)


def example() -> Project:
    """The filled example of the template: fictitious in every figure."""
    figure: dict[str, Any] = {"on": "2026-03", "source": ["study"]}
    return project_of(
        {
            "id": EXAMPLE,
            "name": "Nowhere Bay, phase 1 (fictitious)",
            "also_known_as": ["Nowhere"],
            "host": "ATA",
            "minerals": ["copper", "cobalt"],
            "position": {"lat": -75.0, "lon": 0.0, "approximate": True},
            "status": {**figure, "value": "dfs"},
            "start": {**figure, "year": 2031, "low": 2030, "high": 2034},
            "products": [
                {
                    "mineral": "copper",
                    "stage": "ore",
                    "what": "copper concentrate, 25 % Cu",
                    "form": "concentrate",
                    "content": [{**figure, "pct": 25, "of": "Cu"}],
                    "capacity": [
                        {**figure, "value": 120, "unit": "kt/y", "basis": "product", "scope": "phase 1"}
                    ],
                }
            ],
            "capex": [
                {**figure, "million": 900, "low": 800, "high": 1100, "currency": "USD", "kind": "project",
                 "scope": "phase 1"},
            ],
            "opex": [{**figure, "per_t": 410, "currency": "USD"}],
            "life": [{**figure, "years": 22}],
            "owners": [
                {**figure, "holder": "Nowhere Mining (fictitious)", "country": ["AUS"], "share_pct": 80},
                {**figure, "holder": "Example Metals (fictitious)", "country": ["JPN"], "share_pct": 20},
            ],
            "offtakers": [
                {**figure, "buyer": "Example Smelting (fictitious)", "country": ["KOR"], "share_pct": 30,
                 "years": 10, "binding": "no"},
            ],
            "financing": [{**figure, "who": "Export credit (fictitious)", "kind": "letter", "million": 200,
                           "currency": "USD"}],
            "gate": [
                {**figure, "principle": "communities", "state": "met", "evidence": "agreement (fictitious)"},
                {**figure, "principle": "environment", "state": "unknown"},
            ],
            "economics": [{**figure, "study": "definitive feasibility study", "code": "not_stated",
                           "npv_million": 500, "currency": "USD", "discount_pct": 8, "tax": "after"}],
            "roles": [{**figure, "member": "JPN", "what": "A trading house holds 20 % (fictitious)"}],
            "history": [{**figure, "kind": "decision", "what": "The study is published (fictitious)."}],
            "doubts": "Everything here is fictitious.",
            "fictitious": True,
            "sources": {
                "study": {
                    "title": "Feasibility study of Nowhere Bay (fictitious)",
                    "publisher": "Nowhere Mining (fictitious)",
                    "read_on": "2026-03-31",
                    "locator": "page 12",
                    "confidence": "low",
                }
            },
        }
    )  # fmt: skip


def template() -> bytes:
    """An empty form as a workbook, with the example.

    Raises
    ------
    MissingExtraError
        If xlsxwriter is not installed.
    """
    return workbook([example()])


def workbook(records: Iterable[Project]) -> bytes:
    """Records as a workbook that `pactolus projects import` reads back.

    Raises
    ------
    MissingExtraError
        If xlsxwriter is not installed.
    """
    try:
        from xlsxwriter import Workbook
    except ImportError as error:
        raise MissingExtraError.of("report", "writing a workbook") from error
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = Workbook(buffer, options)
    book.set_properties({"title": "Projects", "created": _MADE})
    held = list(records)
    lists = _lists()
    _read_me(book)
    for name, columns in sheets().items():
        rows = [row for record in held for row in rows_of(record, name)]
        _sheet(book, name, columns, rows, lists)
    _write_lists(book, lists)
    book.close()
    return buffer.getvalue()


def rows_of(record: Project, sheet: str) -> Iterator[dict[str, Any]]:
    """Rows of a sheet for a record: value by heading.

    Parameters
    ----------
    record : Project
    sheet : str
        A name of `pactolus.projects.pipeline.columns.sheets`.
    """
    plain = as_plain(record)
    columns = sheets()[sheet]
    if sheet == "projects":
        yield _row(columns, plain)
    elif sheet == "products":
        for product in plain.get("products", []):
            yield from ({"project": record.id, **row} for row in _product_rows(columns, product))
    elif sheet == "sources":
        for key, source in plain["sources"].items():
            yield {"project": record.id, **_row(columns, {"key": key, **source})}
    else:
        for one in plain.get(sheet, []):
            yield {"project": record.id, **_row(columns, one)}


def _product_rows(columns: Sequence[Column], product: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    count = max(len(product.get("capacity", [])), len(product.get("content", [])), 1)
    for number in range(count):
        one = {
            **product,
            **{key: product.get(key, [])[number : number + 1] for key in ("capacity", "content")},
        }
        yield _row(columns, one)


def _row(columns: Sequence[Column], plain: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for column in columns:
        value: Any = plain
        for part in column.path:
            if isinstance(part, int):
                value = value[part] if value and len(value) > part else None
            else:
                value = value.get(part) if isinstance(value, Mapping) else None
        if value is not None:
            found[column.name] = _cell(column, value)
    return found


def _cell(column: Column, value: Any) -> Any:
    if column.kind in ("list", "links"):
        several = [value] if isinstance(value, str) else value
        return ("; " if column.kind == "list" else " ").join(several)
    if column.kind == "yes_no":
        return "yes" if value else "no"
    return value


def _sheet(
    book: Workbook,
    name: str,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    lists: Mapping[str, list[str]],
) -> None:
    sheet = book.add_worksheet(name)
    headings = columns_of(name)
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    by_name = {one.name: one for one in columns}
    for number, heading in enumerate(headings):
        sheet.write_string(0, number, f"{heading} *" if _is_needed(name, heading) else heading, head)
        sheet.set_column(number, number, _WIDE.get(heading, 14))
        choices = _choices(name, by_name.get(heading))
        if choices in lists:
            place = f"=lists!${_letter(list(lists).index(choices))}$2:${_letter(list(lists).index(choices))}$"
            sheet.data_validation(
                1, number, _ROWS, number,
                {"validate": "list", "source": f"{place}{len(lists[choices]) + 1}", "error_type": "warning"},
            )  # fmt: skip
    for line, row in enumerate(rows, start=1):
        for number, heading in enumerate(headings):
            value = row.get(heading)
            if isinstance(value, str):
                sheet.write_string(line, number, value)
            elif value is not None:
                sheet.write_number(line, number, value)
    sheet.freeze_panes(1, 1)


def _is_needed(sheet: str, heading: str) -> bool:
    if heading in ("form", "of", "country") or (sheet == "financing" and heading in ("million", "currency")):
        return False
    return heading in _NEEDED and not (sheet == "history" and heading in ("million", "currency"))


def _choices(sheet: str, column: Column | None) -> str:
    """Name of the list of what may stand in a column."""
    if column is None:
        return ""
    if column.name in ("mineral", "stage", "unit"):
        return column.name
    if column.name == "currency":
        return "currency"
    if column.kind == "yes_no":
        return "yes_no"
    return f"{sheet}.{column.name}"


def _lists() -> dict[str, list[str]]:
    """What may stand in the columns that have a closed list."""
    from pactolus.projects.pipeline.rates import CURRENCIES
    from pactolus.projects.pipeline.schema import KINDS
    from pactolus.projects.pipeline.tonnes import UNITS

    found = {
        "mineral": list(minerals()),
        "stage": ["ore", "intermediate", "refined", "product"],
        "unit": list(UNITS),
        "currency": sorted(CURRENCIES),
        "yes_no": ["yes", "no"],
    }
    for name, columns in sheets().items():
        for column in columns:
            choices = column.choices or KINDS.get(f"{name}.{column.name}", ())
            if choices and column.name not in found:
                found[f"{name}.{column.name}"] = list(choices)
    return found


def _write_lists(book: Workbook, lists: Mapping[str, list[str]]) -> None:
    sheet = book.add_worksheet("lists")
    for number, (name, values) in enumerate(lists.items()):
        for line, value in enumerate([name, *values]):
            sheet.write_string(line, number, value)


def _read_me(book: Workbook) -> None:
    sheet = book.add_worksheet("read me")
    sheet.set_column(0, 0, 110)
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    for line, text in enumerate(_READ_ME):
        sheet.write_string(line, 0, text, wrap)


def _letter(number: int) -> str:
    from pactolus.catalogue.reading.workbooks import address

    return address(0, number).rstrip("1")
