"""Text cells of a spreadsheet as values: countries, codes, periods, weights, money; and what cannot be."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final

from pactolus.catalogue.readers.mapping import SheetMapping
from pactolus.catalogue.readers.mapping_parts import alpha2
from pactolus.catalogue.readers.mapping_yaml import did_you_mean
from pactolus.catalogue.readers.spreadsheet_cells import Cells, Fact
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.reading.names import fold_name, known_countries
from pactolus.catalogue.reading.numbers import Words, number_in
from pactolus.catalogue.reading.words import (
    flow_of,
    is_rest,
    money,
    month_of,
    period_of,
    plain,
    weight,
    year_of,
)
from pactolus.errors import near_misses
from pactolus.terms.countries import WORLD, countries

__all__ = ["Judge", "Row"]

_GAPS: Final = ("", "-", "–", "—", "…", "...", "..", "NA", "N/A", "n.a.", "null")
_LARGEST: Final = 2.0**53

#: Values of one fact by column, and ``_place``.
Row = dict[str, Any]


class Judge:
    """Turns the text cells of facts into values, and gathers what cannot be."""

    def __init__(self, cells: Cells, mapping: SheetMapping, findings: Findings) -> None:
        self.cells = cells
        self.mapping = mapping
        self.findings = findings
        self.counted: dict[tuple[str, str, str], tuple[str, int]] = {}
        gaps = (*_GAPS, *mapping.gaps)
        self.words = Words(
            gaps={g: "" for g in gaps if g not in mapping.zeros}, zeros=mapping.zeros, bounds=False
        )
        self.names = {fold_name(k): v for k, v in mapping.countries.items()}
        self.known = known_countries()
        self.areas: dict[str, str | None] = {}
        self.once: set[tuple[str, str]] = set()
        self.make: Callable[[Fact], Row | None] = {
            "trade_reported": self._trade,
            "production": self._production,
            "prices_monthly": self._price,
            "prices_annual": self._price,
            "statistics": self._statistic,
        }[mapping.table]

    def row(self, fact: Fact) -> Row | None:
        """Values of one fact by column; None where it is refused or says nothing."""
        made = self.make(fact)
        return None if made is None else {"source": self.mapping.id, **made, "_place": self._place(fact, "")}

    def tell(self) -> None:
        """Write down what was counted."""
        for (kind, found, done), (place, many) in self.counted.items():
            self.findings.mended(kind, place, f"{found} ({many:,} rows)", done, times=many)

    # Tables

    def _trade(self, fact: Fact) -> Row | None:
        period, reporter, partner = (
            self._period(fact),
            self._country(fact, "reporter"),
            self._country(fact, "partner"),
        )
        flow, code = self._flow(fact), self._code(fact)
        quantity = self._weight(fact)
        value = self._value(fact, period)
        if None in (period, reporter, partner, flow) or code is None:
            return None
        edition = self._edition(fact, period)
        if not quantity and not value:
            self._count(fact, "number", "rows without weight and value", "left out")
            return None
        if quantity == 0:
            self._count(
                fact, "number", "a weight of 0 beside a value", "taken as not reported: less than one unit"
            )
            quantity = None
        if edition is None or period is None:
            return None
        return {
            "reporter": reporter,
            "partner": partner,
            "flow": flow,
            "hs_edition": edition,
            "code": code,
            "year": period[0],
            "month": period[1],
            "quantity_kg": quantity,
            "value_usd": value,
            "estimated": False,
        }

    def _production(self, fact: Fact) -> Row | None:
        period, country, about = (
            self._year(fact),
            self._country(fact, "country"),
            self._material(fact, "raw_material"),
        )
        amount = self._amount(fact, "quantity", "quantity_unit", bases=("kg", "ct", "m3"))
        if period is None or country is None or about is None or amount is None:
            return None
        return {
            "raw_material": fact.cells["raw_material"],
            "mineral": about["mineral"],
            "stage": about["stage"],
            "country": country,
            "year": period,
            "quantity": amount[0],
            "unit": amount[1],
            "basis": about["basis"],
            "flag": fact.cells.get("flag"),
        }

    def _price(self, fact: Fact) -> Row | None:
        monthly = self.mapping.table == "prices_monthly"
        period = self._period(fact) if monthly else None
        year = period[0] if period else None if monthly else self._year(fact)
        about = self._material(fact, "series")
        price = self._number(fact, "price")
        if monthly and period and not period[1]:
            self._refuse(
                fact, "period", "is a year, not a month", "give months, or fill prices_annual", "number"
            )
            return None
        if year is None or about is None or price is None:
            if price is None and fact.cells.get("price", "") in self.words.gaps:
                self._count(fact, "number", "cells without a price", "left out")
            return None
        made = {"series": fact.cells["series"], "mineral": about["mineral"], "year": year, "price": price}
        unit = self.mapping.units.get("price") or fact.cells.get("unit")
        if not unit:
            self._refuse(fact, "unit", "is empty", "name the unit of the price", "unit")
            return None
        more = {"month": period[1]} if period else {"flag": fact.cells.get("flag")}
        return made | {"unit": unit} | more

    def _statistic(self, fact: Fact) -> Row | None:
        year, country = self._year(fact), self._country(fact, "country")
        value = self._number(fact, "value", at_least=None)
        unit = self.mapping.units.get("value") or fact.cells.get("unit")
        for role in ("raw_material", "item"):
            if not fact.cells.get(role):
                self._refuse(fact, role, "is empty", "name it, or leave the row out", "name")
        if not unit:
            self._refuse(fact, "unit", "is empty", "name the unit of the value", "unit")
        if (
            year is None
            or country is None
            or not unit
            or not fact.cells.get("raw_material")
            or not fact.cells.get("item")
        ):
            return None
        material = self.mapping.materials.get(fact.cells["raw_material"])
        return {
            "raw_material": fact.cells["raw_material"],
            "mineral": (material.mineral if material else "") or None,
            "item": fact.cells["item"],
            "country": country,
            "year": year,
            "value": value,
            "unit": unit,
            "flag": fact.cells.get("flag"),
        }

    # Cells

    def _place(self, fact: Fact, role: str) -> str:
        return self.cells.place(fact.row, fact.at.get(role))

    def _refuse(self, fact: Fact, role: str, why: str, mend: str, kind: str) -> None:
        if role in self.mapping.constants:
            place, shown = self.mapping.place(f"constants.{role}"), self.mapping.constants[role]
            self.findings.refuse(kind, place, f"{shown[:60]!r} {why}", mend)
            return
        text = fact.cells.get(role, "")
        found = f"{role} {text[:60]!r} {why}" if text else f"{role} {why}"
        self.findings.refuse(kind, self._place(fact, role), found, mend)

    def _refuse_once(self, kind: str, part: str, found: str, mend: str) -> None:
        """Refuse a part of the mapping, whatever number of rows it fails for."""
        if (part, found) not in self.once:
            self.findings.refuse(kind, self.mapping.place(part), found, mend)
        self.once.add((part, found))

    def _count(self, fact: Fact, kind: str, found: str, done: str) -> None:
        place, many = self.counted.get((kind, found, done), (self._place(fact, ""), 0))
        self.counted[kind, found, done] = (place, many + 1)

    def _period(self, fact: Fact) -> tuple[int, int] | None:
        if "period" in fact.cells:
            found = period_of(fact.cells["period"])
            if isinstance(found, str):
                self._refuse(fact, "period", found, "correct the cell", "number")
                return None
            return found
        year = year_of(fact.cells.get("year", ""))
        if year is None:
            self._refuse(fact, "year", "is no year", "write four digits", "number")
            return None
        if "month" not in fact.cells:
            if "month" in self.mapping.columns:
                self._refuse(fact, "month", "is empty", "write a month, or leave the row out", "number")
                return None
            return year, 0
        month = month_of(fact.cells["month"])
        if month is None:
            self._refuse(fact, "month", "is no month", "write 1 to 12, 1월, 1月 or January", "number")
            return None
        return year, month

    def _year(self, fact: Fact) -> int | None:
        period = self._period(fact)
        if period and period[1]:
            self._refuse(fact, "period", "is a month, and the table holds years", "give years", "number")
            return None
        return period[0] if period else None

    def _country(self, fact: Fact, role: str) -> str | None:
        text = fact.cells.get(role, "")
        if not text:
            self._refuse(fact, role, "is empty", "name the country, or leave the row out", "name")
            return None
        if text == WORLD:  # stands for a row that adds up the others
            return WORLD
        if text not in self.areas:
            self.areas[text] = self._area(text)
        found = self.areas[text]
        if found is None:
            mend = "add it under 'countries' in the mapping"
            self._refuse(fact, role, f"is no country that is known{_alike(text)}", mend, "name")
        return found

    def _area(self, text: str) -> str | None:
        """Id of a country or area under any of its names; the mapping's own words first."""
        name = fold_name(plain(text))
        if self.names.get(name) or self.known.get(name):
            return self.names.get(name) or self.known.get(name)
        if is_rest(text):
            return "OTHER"
        return alpha2().get(text) if re.fullmatch(r"[A-Z]{2}", text) else None

    def _flow(self, fact: Fact) -> str | None:
        found = flow_of(fact.cells.get("flow", ""))
        if found is None:
            self._refuse(
                fact, "flow", "is neither import nor export", "write 수입, 輸入, import or their like", "name"
            )
        return found

    def _code(self, fact: Fact) -> str | None:
        text = plain(fact.cells.get("code", "")).strip("'\"")
        digits = re.sub(r"[.\-\s]", "", re.sub(r"\.0$", "", text) if text.count(".") == 1 else text)
        lengths = self.mapping.digits or (6, 7, 8, 9, 10, 11, 12)
        if digits.isascii() and digits.isdigit() and len(digits) in lengths:
            return digits
        if digits.isascii() and digits.isdigit() and len(digits) in (2, 4, 6) and len(digits) < min(lengths):
            self._count(fact, "total", f"codes of {len(digits)} digits", "left out: they add up longer ones")
            return None
        wanted = " or ".join(map(str, lengths)) if self.mapping.digits else "at least six"
        self._refuse(
            fact,
            "code",
            f"has not {wanted} digits",
            "a leading zero may be lost: keep codes as text",
            "number",
        )
        return None

    def _edition(self, fact: Fact, period: tuple[int, int] | None) -> str | None:
        if period is None:
            return None
        years = [year for year in self.mapping.editions if year <= period[0]]
        if not years:
            found = f"no edition for {period[0]}" if self.mapping.editions else "no edition"
            mend = "say which edition the codes follow: edition: HS22"
            self._refuse_once("column", "code", found, mend)
            return None
        return self.mapping.editions[max(years)]

    def _material(self, fact: Fact, role: str) -> dict[str, str] | None:
        text = fact.cells.get(role, "")
        found = self.mapping.materials.get(text)
        if found is None:
            near = did_you_mean(text, list(self.mapping.materials))
            why = f"is not under 'materials'{near}" if text else "is empty"
            self._refuse(fact, role, why, "add it to the mapping, or leave the row out", "name")
            return None
        return {"mineral": found.mineral, "stage": found.stage, "basis": found.basis}

    def _number(self, fact: Fact, role: str, *, at_least: float | None = 0.0) -> float | None:
        text = plain(fact.cells.get(role, ""))
        if self.mapping.decimal == ",":
            text = text.replace(".", "").replace(",", ".")
        number, _, fault = number_in(text, self.words)
        if fault:
            self._refuse(
                fact,
                role,
                fault,
                "correct the cell or empty it",
                "formula" if "formula" in fault else "number",
            )
            return None
        if number is not None and (not math.isfinite(number) or (at_least is not None and number < at_least)):
            self._refuse(fact, role, f"is below {at_least:g}", "correct the cell or empty it", "range")
            return None
        return number

    def _weight(self, fact: Fact) -> int | None:
        """The first of the quantities that is a weight, in kg."""
        for role, unit in (("quantity", "quantity_unit"), ("second_quantity", "second_quantity_unit")):
            if role in fact.cells:
                found = self._amount(fact, role, unit, bases=("kg",))
                if found is not None and found[0] is not None:
                    return found[0]
        return None

    def _amount(
        self, fact: Fact, role: str, unit_role: str, bases: Sequence[str]
    ) -> tuple[int | None, str] | None:
        """A quantity in whole base units, and the base unit; None where its unit is no weight."""
        number = self._number(fact, role)
        said = fact.cells.get(unit_role) or self.mapping.units.get(role, "")
        unit = weight(said)
        if unit is None and self.mapping.table == "trade_reported" and unit_role in self.mapping.columns:
            self._count(fact, "unit", f"quantities in {said!r}", "not a weight: left empty")
            return None
        if unit is None or unit.name not in bases:
            self._refuse(
                fact, unit_role, f"unit {said[:20]!r} is not known", "write for example kg or t", "unit"
            )
            return None
        if number is None:
            return None, unit.name
        if number * unit.factor >= _LARGEST:
            self._refuse(fact, role, "is too large to be a quantity", "look at its unit", "range")
            return None
        return round(number * unit.factor), unit.name

    def _value(self, fact: Fact, period: tuple[int, int] | None) -> int | None:
        number = self._number(fact, "value") if "value" in fact.cells else None
        unit = money(self.mapping.units.get("value", ""))
        if number is None or unit is None or period is None:
            return None
        dollars = number * unit.factor
        if unit.name != "USD":
            rate = self._rate(fact, period)
            if rate is None:
                return None
            dollars /= rate
        if dollars >= _LARGEST:
            self._refuse(fact, "value", "is too large to be a value", "look at its unit", "range")
            return None
        return round(dollars)

    def _rate(self, fact: Fact, period: tuple[int, int]) -> float | None:
        if "exchange_rate" in (*self.mapping.columns, *self.mapping.constants):
            rate = self._number(fact, "exchange_rate")
            if not rate:
                self._refuse(
                    fact,
                    "exchange_rate",
                    "is no rate",
                    "give units of the currency for one US dollar",
                    "range",
                )
            return rate or None
        rates = self.mapping.per_usd
        for key in (f"{period[0]}-{period[1]:02d}", str(period[0]), ""):
            if key in rates:
                return rates[key]
        when = f"{period[0]}-{period[1]:02d}" if period[1] else str(period[0])
        self._refuse_once("unit", "exchange", f"no rate for {when}", "add it under per_usd")
        return None


@cache
def _letters() -> dict[str, str]:
    """Names of countries in all languages by their letters: Hangul taken apart, so that slips are near."""
    names = [n for c in countries().values() for n in (*c.names.values(), *c.aliases)]
    return {unicodedata.normalize("NFD", name): name for name in names}


def _alike(text: str) -> str:
    near = near_misses(unicodedata.normalize("NFD", plain(text)), _letters(), most=2)
    return f"; did you mean {' or '.join(repr(_letters()[n]) for n in near)}?" if near else ""
