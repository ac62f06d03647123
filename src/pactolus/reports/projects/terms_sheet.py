"""Term sheets as a workbook: a summary, and one sheet a project, in one language.

Every sheet says that it is a draft for negotiation and no offer. Companies stand only where the user
gave them.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from pactolus import __version__
from pactolus.catalogue.origins import Term
from pactolus.errors import MissingExtraError
from pactolus.projects.selection.company_tables import COMPANY_NOTICE
from pactolus.reports.projects.deals import Deal
from pactolus.reports.projects.trails import appraised_figures, pages_of
from pactolus.reports.style import INK, MUTED, NAVY, PAPER
from pactolus.reports.xlsx import fonts_of
from pactolus.terms.countries import countries
from pactolus.wording.names import member_order, members_name, name
from pactolus.wording.phrases import phrase, require_lang

__all__ = ["term_sheets"]

_WIDTHS: Final = (34, 22, 22, 22, 22, 40, 40)
_TONNES: Final = "#,##0"
_MONEY: Final = "#,##0.0"
_PART: Final = "0.0%"


def term_sheets(
    deals: Sequence[Deal],
    members: Sequence[str],
    lang: str,
    *,
    day: date,
    synthetic: bool = False,
    notes: Sequence[str] = (),
) -> bytes:
    """A workbook of term sheets.

    Parameters
    ----------
    deals : sequence of Deal
    members : sequence of str
    lang : str
        One of ``en``, ``ko``, ``ja``.
    day : date
        Printed on it and used as the date of the file: the same deals give the same bytes.
    synthetic : bool
        Invented projects: said on every sheet.
    notes : sequence of str
        What the model assumed, in its own words (English).

    Raises
    ------
    MissingExtraError
        If xlsxwriter is not installed.
    """
    require_lang(lang)
    try:
        from xlsxwriter import Workbook  # type: ignore[import-untyped]
    except ImportError as error:
        raise MissingExtraError.of("report", "writing a workbook") from error
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        **dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False),
        "default_format_properties": {"font_name": fonts_of(lang), "font_size": 10, "font_color": INK},
    }
    book = Workbook(buffer, options)
    book.set_properties(
        {
            "title": phrase(lang, "projects.sheet.draft"),
            "author": f"pactolus {__version__}",
            "created": datetime(day.year, day.month, day.day),
        }
    )
    writer = _Writer(book, member_order(tuple(members), lang), lang, day, synthetic)
    writer.summary(deals, notes)
    for deal in deals:
        writer.deal(deal, notes)
    book.close()
    return buffer.getvalue()


class _Writer:
    """Sheets of one workbook, from above to below."""

    def __init__(self, book: Any, members: tuple[str, ...], lang: str, day: date, synthetic: bool) -> None:
        self.book, self.members, self.lang, self.day, self.synthetic = book, members, lang, day, synthetic
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.sheet: Any = None
        self.row = 0

    def word(self, key: str, **slots: object) -> str:
        return phrase(self.lang, f"projects.sheet.{key}", **slots)

    def country(self, code: str) -> str:
        if code not in countries():
            return code  # an invented host, or a coalition under its own name
        return name(Term("country", (code,)), self.lang)

    def form(self, **properties: Any) -> Any:
        key = tuple(sorted({"valign": "top", **properties}.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(dict(key))
        return self.formats[key]

    def open(self, tab: str, title: str) -> None:
        """A sheet with its title and what stands on every one."""
        self.sheet, self.row = self.book.add_worksheet(tab[:31]), 0
        for column, width in enumerate(_WIDTHS):
            self.sheet.set_column(column, column, width)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.line(title, bold=True, font_size=14)
        self.line(self.word("draft"), bold=True, font_color=NAVY)
        if self.synthetic:
            self.line(self.word("synthetic"), bold=True)
        members = members_name(self.members, self.lang)
        made = self.word("made", day=self.day.isoformat(), members=members, version=__version__)
        for text in (made, self.word("law"), self.word("english")):
            self.line(text, font_color=MUTED, font_size=9)

    def line(self, text: str, **properties: Any) -> None:
        self.sheet.write_string(self.row, 0, text, self.form(**properties))
        self.row += 1

    def head(self, title: str, columns: Sequence[str] = ()) -> None:
        """A heading, and the names of columns below it."""
        self.row += 1
        self.line(title, bold=True, font_size=11, font_color=NAVY)
        if columns:
            style = self.form(bold=True, bg_color=NAVY, font_color=PAPER, text_wrap=True)
            for column, text in enumerate(columns):
                self.sheet.write_string(self.row, column, text, style)
            self.row += 1

    def cells(self, *cells: str | float | tuple[float, str] | None) -> None:
        """One row: text, a number, or a number with its format; None is an empty cell."""
        for column, cell in enumerate(cells):
            if isinstance(cell, tuple):
                self.sheet.write_number(self.row, column, cell[0], self.form(num_format=cell[1]))
            elif isinstance(cell, int | float):
                self.sheet.write_number(self.row, column, cell, self.form())
            elif cell:
                self.sheet.write_string(self.row, column, cell, self.form(text_wrap=True))
        self.row += 1

    def summary(self, deals: Sequence[Deal], notes: Sequence[str]) -> None:
        """All projects in one table."""
        self.open(self.word("summary"), self.word("summary"))
        shares = [f"{self.country(m)}: {self.word('stake')}" for m in self.members]
        heads = [self.word(k) for k in ("project", "host", "mineral", "begin")]
        self.head(self.word("parties"), [*heads, *shares, f"{self.word('capital')} (million USD)"])
        for deal in deals:
            parts = [(deal.share[m] * deal.part_on_offer, _PART) for m in self.members]
            self.cells(
                self.title(deal),
                self.country(deal.host),
                self.product(deal),
                deal.start,
                *parts,
                (deal.capital_musd, _MONEY),
            )
        self.head(self.word("assumed"))
        for note in notes:
            self.line(note)

    def title(self, deal: Deal) -> str:
        return deal.id if deal.record is None else f"{deal.record.name} ({deal.id})"

    def product(self, deal: Deal) -> str:
        if deal.candidate is None:
            return deal.product
        return name(Term("mineral_stage", (f"{deal.candidate.mineral}@{deal.candidate.stage}",)), self.lang)

    def deal(self, deal: Deal, notes: Sequence[str]) -> None:
        """One project whole."""
        self.open(deal.id, self.word("title", project=self.title(deal)))
        self.facts(deal)
        self.parties(deal)
        self.companies(deal)
        self.offtake(deal)
        self.conditions(deal)
        self.head(self.word("assumed"))
        own = deal.candidate.notes if deal.candidate else ()
        for note in (*own, *notes):
            self.line(note)
        if deal.record is not None:
            keys = ("figure", "printed", "day", "publisher", "page", "link", "read_on")
            self.head(self.word("sources"), [self.word(k) for k in keys])
            pages = pages_of(deal.record, appraised_figures(deal.record))
            for row in pages.drop("id").iter_rows():
                self.cells(*row)

    def facts(self, deal: Deal) -> None:
        self.head(self.word("project"))
        self.cells(self.word("id"), deal.id)
        self.cells(self.word("host"), self.country(deal.host))
        self.cells(self.word("mineral"), self.product(deal))
        if deal.candidate is not None:
            state = phrase(self.lang, f"render.project.status.{deal.candidate.status}")
            self.cells(self.word("product"), deal.candidate.product)
            self.cells(self.word("state"), state)
            self.cells(self.word("state_day"), deal.candidate.status_on.isoformat())
        self.cells(self.word("begin"), deal.start)
        self.cells(self.word("on_offer"), (deal.part_on_offer, _PART))
        self.cells(f"{self.word('capacity')} (t)", (deal.capacity_t, _TONNES))
        self.cells(f"{self.word('capital')} (million USD)", (deal.capital_musd, _MONEY))
        if deal.candidate is not None and deal.candidate.owners:
            self.head(self.word("holders"))
            for stake in deal.candidate.owners:
                who = self.country(stake.country) if stake.country else self.word("not_stated")
                self.cells(who, self.word("not_stated") if stake.share is None else (stake.share, _PART))

    def parties(self, deal: Deal) -> None:
        keys = ("member", "share", "stake", "money", "agencies", "company", "role")
        heads = [self.word(k) + (" (million USD)" if k == "money" else "") for k in keys]
        self.head(self.word("parties"), heads)
        for member in self.members:
            share = deal.share[member]
            known = bool(deal.powers[member]) or deal.candidate is None
            limit = (deal.public_part[member], _PART) if known else self.word("no_power")
            named = [one for one in deal.parties if one.member == member]
            self.cells(
                self.country(member),
                (share, _PART),
                (share * deal.part_on_offer, _PART),
                (deal.money_musd[member], _MONEY),
                limit,
                "" if named else self.word("no_company"),
            )
            for one in named:
                part = share * one.share
                stake = (part * deal.part_on_offer, _PART)
                said = f"{one.role} ({self.word('given')}: {one.source})"
                self.cells(None, (part, _PART), stake, None, None, one.company, said)

    def companies(self, deal: Deal) -> None:
        """Companies whose limits were part of the choice: shares and money, then tonnes by year."""
        if not deal.stakes:
            return
        keys = ("member", "company", "role", "share", "stake", "money")
        heads = [self.word(k) + (" (million USD)" if k == "money" else "") for k in keys]
        self.head(self.word("company"), heads)
        roles = {"equity": self.word("equity"), "finance": self.word("loan"), "offtake": self.word("offtake")}
        paid = [one for one in deal.stakes if one.money_musd is not None]
        for one in paid:
            part = None if one.share is None else (one.share, _PART)
            stake = None if one.share is None else (one.share * deal.part_on_offer, _PART)
            who = self.country(one.party.country)
            money = (one.money_musd or 0.0, _MONEY)
            self.cells(who, one.party.company, roles[one.role], part, stake, money)
        takers = [one for one in deal.stakes if one.offtake_t is not None]
        if takers:
            self.head(roles["offtake"], [self.word("year"), *(f"{one.party.company} (t)" for one in takers)])
        for place, year in enumerate(deal.years):
            tonnes = [0.0 if one.offtake_t is None else float(one.offtake_t[place]) for one in takers]
            if sum(tonnes) > 0:
                self.cells(year, *((t, _TONNES) for t in tonnes))
        self.line(COMPANY_NOTICE, font_color=MUTED, font_size=9)

    def offtake(self, deal: Deal) -> None:
        total = self.word("total")
        heads = [self.word("year"), *(f"{self.country(m)} (t)" for m in self.members), f"{total} (t)"]
        self.head(self.word("offtake"), heads)
        sums = [0.0] * len(self.members)
        for place, year in enumerate(deal.years):
            tonnes = [float(deal.offtake_t[m][place]) for m in self.members]
            if sum(tonnes) <= 0:
                continue
            sums = [a + b for a, b in zip(sums, tonnes, strict=True)]
            self.cells(year, *((t, _TONNES) for t in tonnes), (sum(tonnes), _TONNES))
        self.cells(total, *((t, _TONNES) for t in sums), (sum(sums), _TONNES))
        self.line(self.word("offtake_note"), font_color=MUTED, font_size=9)

    def conditions(self, deal: Deal) -> None:
        self.head(self.word("conditions"))
        gate = deal.candidate.gate if deal.candidate else "unknown"
        self.cells(self.word("gate"), self.word(gate))
        floor = deal.floor_usd_per_t
        label = f"{self.word('floor')} (USD/t)"
        self.cells(label, self.word("no_floor") if floor is None else (floor, _TONNES))
        keys = ("member", "agency", "kind", "most", "since", "source", "doubts")
        self.head(self.word("powers"), [self.word(k) for k in keys])
        for member in self.members:
            if not deal.powers[member]:
                self.cells(self.country(member), self.word("no_power"))
            for one in deal.powers[member]:
                source = (
                    f"{one.source.title}. {one.source.publisher}; {one.source.link}; {one.source.read_on}"
                )
                most = (one.most, _PART)
                who = self.country(member)
                self.cells(
                    who, one.agency, self.word(one.kind), most, str(one.from_), source, one.doubts or None
                )
