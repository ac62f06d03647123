"""The workbook: a sheet a table, numbers as numbers, native charts, sentences, and where all comes from.

Text cells are written as text whatever they begin with, so that nothing in a name can become a formula.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from pactolus.catalogue.origins import Figure
from pactolus.errors import MissingExtraError
from pactolus.reports.document import Brief
from pactolus.reports.figures.common import text_width
from pactolus.reports.sheets import sheet_names, tables_of
from pactolus.reports.style import GRID, INK, MUTED, NAVY, member_colours
from pactolus.reports.view import BriefView, CellView, ChartView, Paragraph, TableView, sources_text, view_of
from pactolus.wording.numbers import format_figure, scale_of, unit_word
from pactolus.wording.phrases import phrase

if TYPE_CHECKING:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]
    from xlsxwriter.format import Format  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

__all__ = ["render_xlsx"]

#: Fonts that the office programs of each country have.
_FONTS: Final = {"en": "Calibri", "ko": "Malgun Gothic", "ja": "Yu Gothic"}
_HEAD_ROW: Final = 3
_WIDEST: Final = 60.0
#: Longest header that office programs take. [characters]
_HEADER: Final = 255


def render_xlsx(brief: Brief, lang: str) -> bytes:
    """A report as workbook.

    Parameters
    ----------
    brief : Brief
    lang : str
        One of ``en``, ``ko``, ``ja``.

    Returns
    -------
    bytes
        The file; created on ``brief.as_of``, the same bytes each time.

    Raises
    ------
    MissingExtraError
        If xlsxwriter is not installed.
    """
    try:
        from xlsxwriter import Workbook
    except ImportError as error:
        raise MissingExtraError.of("report", "writing a workbook") from error
    view = view_of(brief, lang)
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": fonts_of(lang), "font_size": 10, "font_color": INK},
    }
    book = Workbook(buffer, options)
    created = datetime.fromisoformat(brief.as_of)
    book.set_properties({"title": view.title, "author": f"pactolus {brief.version}", "created": created})
    writer = _Writer(book, view)
    writer.claims()
    for table, chart in tables_of(view):
        writer.table(table, chart)
    writer.numbers()
    writer.origins()
    book.close()
    return buffer.getvalue()


def fonts_of(lang: str) -> str:
    """Font of a workbook: one that comes with the office programs of the language."""
    return _FONTS[lang]


class _Writer:
    """Sheets of one workbook, with its formats made once."""

    def __init__(self, book: Workbook, view: BriefView) -> None:
        self._book = book
        self._view = view
        self._names = sheet_names(view)
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def claims(self) -> None:
        """First sheet: every sentence, then every number in it with id, value, unit and sources."""
        keys = ("key", "sentence")
        trace = ("id", "value")
        heads = [self._word(f"column.{k}") for k in keys]
        heads += [self._word(f"trace.{k}") for k in trace]
        heads += [self._word(f"column.{k}") for k in ("unit", "low", "high", "status")]
        heads += [self._word(f"trace.{k}") for k in ("table", "rows", "steps", "origin")]
        sheet = self._sheet("claims", self._view.title, self._subtitle())
        for column, (head, width) in enumerate(
            zip(heads, (26, 70, 13, 14, 12, 11, 11, 15, 14, 50, 50, 34), strict=True)
        ):
            sheet.set_column(column, column, width)
            sheet.write_string(_HEAD_ROW, column, head, self._head(numeric=False))
        row = _HEAD_ROW + 1
        wrap = self._format(text_wrap=True, valign="top")
        for card in self._view.cards:
            sheet.write_string(row, 0, "card", self._format(valign="top", font_color=MUTED))
            name = self._view.member_names.get(card.member, "")
            sheet.write_string(row, 1, f"{card.label} {name}".strip() + f": {card.text}", wrap)
            self._trace(sheet, row, 2, card.figure)
            row += 1
        for paragraph in self._paragraphs():
            figures = [r.figure for r in paragraph.runs if r.figure is not None]
            for number, figure in enumerate(figures or [None]):
                sheet.write_string(row, 0, paragraph.key, self._format(valign="top", font_color=MUTED))
                sheet.write_string(row, 1, paragraph.text if number == 0 else "", wrap)
                if figure is not None:
                    self._trace(sheet, row, 2, figure)
                row += 1
        sheet.freeze_panes(_HEAD_ROW + 1, 0)

    def _paragraphs(self) -> list[Paragraph]:
        found = [c.note for c in self._view.cards if c.note is not None]
        for section in self._view.sections:
            for block in section.blocks:
                found += [block] if isinstance(block, Paragraph) else list(block.notes)
        return found

    def _trace(self, sheet: Worksheet, row: int, column: int, figure: Figure) -> None:
        """Id, value, unit, interval, status, table, row keys, steps and origins, from a column on."""
        top = self._format(valign="top")
        sheet.write_string(row, column, figure.id, top)
        self._number(sheet, row, column + 1, figure, figure.value)
        sheet.write_string(row, column + 2, unit_word(figure.unit, self._view.lang), top)
        for offset, bound in ((3, figure.low), (4, figure.high)):
            if bound is not None:
                self._number(sheet, row, column + offset, figure, bound)
        rows = "; ".join(f"{k} = {v}" for k, v in figure.rows.items())
        texts = (figure.status, figure.table, rows, "; ".join(figure.steps), "; ".join(figure.origins))
        for offset, text in enumerate(texts, start=5):
            sheet.write_string(row, column + offset, text, top)

    def table(self, table: TableView, chart: ChartView | None) -> None:
        """One table: title, headings, cells, notes and sources; beside it its native chart."""
        sheet = self._sheet(table.id, table.title, self._subtitle())
        for column, head in enumerate(table.heads):
            sheet.write_string(
                _HEAD_ROW, column, self._headed(table, column), self._head(numeric=head.numeric)
            )
            sheet.set_column(column, column, self._width(table, column))
        for number, cells in enumerate(table.rows, start=_HEAD_ROW + 1):
            for column, cell in enumerate(cells):
                self._cell(sheet, number, column, cell)
        self._foot(sheet, table, chart, _HEAD_ROW + 1 + len(table.rows) + 1)
        sheet.freeze_panes(_HEAD_ROW + 1, 1)
        if table.rows:
            sheet.autofilter(_HEAD_ROW, 0, _HEAD_ROW + len(table.rows), len(table.heads) - 1)
        if chart is not None and chart.chart.kind in ("bars", "series"):
            self._chart(sheet, table, chart)

    def _headed(self, table: TableView, column: int) -> str:
        """Heading with the unit of its numbers, because the cells hold bare numbers."""
        units = {row[column].figure.unit for row in table.rows if row[column].figure is not None}  # type: ignore[union-attr]
        words = {unit_word(u, self._view.lang) for u in units if u != "share"}
        text = table.heads[column].text
        word = words.pop() if len(words) == 1 else ""
        return (
            phrase(self._view.lang, "render.axis", measure=text, unit=word)
            if word and word not in text
            else text
        )

    def _cell(self, sheet: Worksheet, row: int, column: int, cell: CellView) -> None:
        if cell.figure is None:
            sheet.write_string(row, column, cell.text, self._format(valign="top"))
        elif cell.figure.value is None:
            gap = self._format(
                font_color=MUTED, pattern=14, fg_color=GRID, bg_color="#FFFFFF", align="right", valign="top"
            )
            sheet.write_string(row, column, cell.reason or cell.text, gap)
        else:
            self._number(sheet, row, column, cell.figure, cell.figure.value)

    def _number(
        self, sheet: Worksheet, row: int, column: int, figure: Figure, value: float | int | None
    ) -> None:
        if value is None:
            sheet.write_string(
                row, column, format_figure(figure, self._view.lang, reason=False), self._format(valign="top")
            )
            return
        form = number_format(figure)
        share = scale_of(figure.unit) == 100.0 and "%" in form
        shown = (
            float(value) if share else value * scale_of(figure.unit) if scale_of(figure.unit) != 1 else value
        )
        sheet.write_number(row, column, shown, self._format(num_format=form, valign="top"))

    def _foot(self, sheet: Worksheet, table: TableView, chart: ChartView | None, row: int) -> None:
        """Notes and sources below the table."""
        notes = chart.notes if chart is not None else table.notes
        texts = [n.text for n in notes]
        if chart is not None and chart.chart.kind in ("flow_map", "project_map"):
            texts.insert(0, self._word("map_note"))
        if table.sources:
            texts.append(f"{self._word('source')}: {sources_text(table.sources, self._view.origins)}")
        for offset, text in enumerate(texts):
            sheet.write_string(row + offset, 0, text, self._format(font_color=MUTED, font_size=9))

    def numbers(self) -> None:
        """Every number of every table: its cell, id, value, row keys, steps and origins."""
        sheet = self._sheet("numbers", self._word("numbers"), self._subtitle())
        heads = [self._word("sheet"), self._word("cell")]
        heads += [self._word(f"trace.{k}") for k in ("id", "value")]
        heads += [self._word(f"column.{k}") for k in ("unit", "low", "high", "status")]
        heads += [self._word(f"trace.{k}") for k in ("table", "rows", "steps", "origin")]
        for column, (head, width) in enumerate(
            zip(heads, (34, 7, 13, 14, 12, 11, 11, 15, 14, 50, 50, 34), strict=True)
        ):
            sheet.set_column(column, column, width)
            sheet.write_string(_HEAD_ROW, column, head, self._head(numeric=False))
        line = _HEAD_ROW + 1
        top = self._format(valign="top")
        for table, _ in tables_of(self._view):
            for number, cells in enumerate(table.rows, start=_HEAD_ROW + 1):
                for column, cell in enumerate(cells):
                    if cell.figure is not None:
                        sheet.write_string(line, 0, self._names[table.id], top)
                        sheet.write_string(line, 1, f"{_letters(column)}{number + 1}", top)
                        self._trace(sheet, line, 2, cell.figure)
                        line += 1
        sheet.freeze_panes(_HEAD_ROW + 1, 0)
        sheet.autofilter(_HEAD_ROW, 0, max(line - 1, _HEAD_ROW), len(heads) - 1)

    def origins(self) -> None:
        """Last sheet: publisher, edition, licence and link of every origin."""
        fields = (
            "id",
            "producer",
            "title",
            "edition",
            "published",
            "accessed",
            "licence",
            "link",
            "carrier",
            "sha256",
        )
        sheet = self._sheet("origins", self._word("origins"), self._subtitle())
        for column, (name, width) in enumerate(
            zip(fields, (22, 28, 46, 28, 14, 12, 34, 50, 34, 20), strict=True)
        ):
            head = (
                "SHA-256"
                if name == "sha256"
                else self._word("trace.origin" if name == "id" else f"trace.{name}")
            )
            sheet.write_string(_HEAD_ROW, column, head, self._head(numeric=False))
            sheet.set_column(column, column, width)
        wrap = self._format(text_wrap=True, valign="top")
        for row, origin in enumerate(self._view.origins.values(), start=_HEAD_ROW + 1):
            for column, name in enumerate(fields):
                sheet.write_string(row, column, str(getattr(origin, name)), wrap)
        sheet.freeze_panes(_HEAD_ROW + 1, 0)

    def _chart(self, sheet: Worksheet, table: TableView, chart: ChartView) -> None:
        """A native chart of the cells of its sheet: bars of all categories, or lines of the first panel."""
        bars = chart.chart.kind == "bars"
        first, last = _HEAD_ROW + 1, _HEAD_ROW + len(table.rows)
        label = 0
        if not bars:
            label = 1
            panel = table.rows[0][0].text
            last = first + sum(1 for row in table.rows if row[0].text == panel) - 1
        native = self._book.add_chart({"type": "bar"} if bars else {"type": "line"})
        name = self._names[table.id]
        colours = self._colours(chart)
        for column in range(label + 1, len(table.heads)):
            colour = colours.get(table.heads[column].text, "#7b8794")
            line = {"color": colour, "width": 2.0}
            native.add_series(
                {
                    "name": [name, _HEAD_ROW, column],
                    "categories": [name, first, label, last, label],
                    "values": [name, first, column, last, column],
                    **({"fill": {"color": colour}, "gap": 60, "overlap": -5} if bars else {"line": line}),
                }
            )
        title = chart.title if bars else f"{chart.title}: {table.rows[0][0].text}"
        native.set_title({"name": title, "name_font": {"size": 11, "color": INK}, "overlay": False})
        native.set_legend({"position": "top"})
        grid = {"visible": True, "line": {"color": GRID}}
        if bars:
            native.set_y_axis({"reverse": True, "major_gridlines": {"visible": False}})
            native.set_x_axis({"major_gridlines": grid, "label_position": "low"})
        else:
            native.set_y_axis({"major_gridlines": grid})
            native.show_blanks_as("gap")
        native.set_size({"width": 640, "height": max(320, 24 * (last - first + 1) + 120) if bars else 340})
        sheet.insert_chart(_HEAD_ROW, len(table.heads) + 1, native)

    def _colours(self, chart: ChartView) -> dict[str, str]:
        """Colour of each column of a chart by its heading."""
        colours = member_colours(self._view.members)
        return {self._view.member_names[m]: c for m, c in colours.items()}

    def _sheet(self, key: str, title: str, subtitle: str) -> Worksheet:
        sheet = self._book.add_worksheet(self._names[key])
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{_plain(self._view.title)}&R&P / &N")
        if self._view.marks:
            marks = " · ".join(self._view.marks)
            sheet.set_header(f"&C&B{_plain(marks)}"[:_HEADER])
            sheet.write_string(2, 0, marks, self._format(bold=True))
        sheet.write_string(0, 0, title, self._format(bold=True, font_size=14))
        sheet.write_string(1, 0, subtitle, self._format(font_color=MUTED))
        sheet.repeat_rows(_HEAD_ROW)
        return sheet

    def _subtitle(self) -> str:
        brief = self._view.brief
        parts = (
            self._word("figures_of", year=brief.year),
            self._word("as_of", date=brief.as_of),
            self._word("vintage", vintage=brief.vintage[:16]),
            self._word("program", version=brief.version),
        )
        return " · ".join(parts)

    def _word(self, key: str, **slots: object) -> str:
        return phrase(self._view.lang, f"render.{key}", **slots)

    def _width(self, table: TableView, column: int) -> float:
        texts = [table.heads[column].text, *(row[column].text for row in table.rows)]
        return min(max(text_width(t, 1.0) for t in texts) * 1.9 + 3.0, _WIDEST)

    def _head(self, *, numeric: bool) -> Format:
        return self._format(
            bold=True,
            font_color="#FFFFFF",
            bg_color=NAVY,
            text_wrap=True,
            valign="vcenter",
            align="right" if numeric else "left",
        )

    def _format(self, **properties: Any) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": fonts_of(self._view.lang), "font_size": 10, "font_color": INK}
            self._formats[key] = self._book.add_format(base | properties)
        return self._formats[key]


def number_format(figure: Figure) -> str:
    """Number format of a cell: the digits and sign of the figure; shares as percent."""
    decimals = "." + "0" * figure.digits if figure.digits else ""
    if figure.unit == "share":
        plain = f"0{decimals}%"
    elif figure.unit == "year":
        plain = "0"
    else:
        plain = f"#,##0{decimals}"
    return f"+{plain};-{plain};{plain}" if figure.signed else plain


def _letters(column: int) -> str:
    """Letters of a column: 0 -> A, 26 -> AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _plain(text: str) -> str:
    """Text for a footer, where ``&`` begins a code."""
    return text.replace("&", "&&")
