"""Semiconductors, batteries and magnets: the table, and the sentences that count its rows."""

from __future__ import annotations

import pytest

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.reports.document import Brief, Table


def table_of(brief: Brief) -> Table:
    blocks = [b for s in brief.sections if s.id == "applications" for b in s.blocks]
    return next(b for b in blocks if isinstance(b, Table) and b.id == "sectors")


def cells(table: Table, key: str) -> list:
    place = [c.key for c in table.columns].index(key)
    return [row[place] for row in table.rows]


def claims(brief: Brief) -> list[Claim]:
    return [
        b
        for s in brief.sections
        if s.id == "applications"
        for b in s.blocks
        if isinstance(b, Claim) and b.key.startswith("brief.applications.field")
    ]


@pytest.mark.parametrize("field", ["semiconductor", "battery", "magnet"])
def test_the_sentence_of_a_field_counts_the_rows_of_the_table(brief: Brief, field: str) -> None:
    table = table_of(brief)
    of_field = [cell.ids == (f"brief.field.{field}",) for cell in cells(table, "field")]
    answers = [a for a, mine in zip(cells(table, "same_first"), of_field, strict=True) if mine]
    said = next(c for c in claims(brief) if c.terms["field"].ids == (f"brief.field.{field}",))
    assert said.figures["all"].value == len(answers) > 0
    assert said.figures["same"].value == sum(a.ids == ("brief.word.yes",) for a in answers)
    absent = sum(a.ids in (("no_code",), ("no_trade_data",)) for a in answers)
    assert said.figures["gaps"].value == absent if absent else "gaps" not in said.figures


def test_lithium_and_graphite_stand_among_the_batteries_without_a_made_up_share(brief: Brief) -> None:
    """The EU table of end uses holds neither: 'no data', not zero, beside the suppliers that are known."""
    table = table_of(brief)
    batteries = [row for row in table.rows if row[0] == Term("phrase", ("brief.field.battery",))]
    keys = [c.key for c in table.columns]
    for mineral in ("lithium", "natural-graphite"):
        row = next(r for r in batteries if any(mineral in i for i in r[1].ids))
        use = row[keys.index("use")]
        assert isinstance(use, Figure)
        assert (use.value, use.status) == (None, "no_use_data")
        assert all(f.status == "ok" for f in row[keys.index("use") + 1 :] if isinstance(f, Figure))


def test_gallium_has_no_supplier_and_says_why(brief: Brief) -> None:
    table = table_of(brief)
    row = next(r for r in table.rows if any("gallium" in i for i in r[1].ids))
    shares = [f for f in row[3:] if isinstance(f, Figure) and f.table == "trade"]
    assert [f.status for f in shares] == ["no_code", "no_code"]
    assert all(f.value is None for f in shares)
