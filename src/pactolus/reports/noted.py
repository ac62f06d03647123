"""What an engine says beside its tables, in its own words, as a folded table."""

from __future__ import annotations

from collections.abc import Sequence

from pactolus.catalogue.origins import Term
from pactolus.reports.document import Column, Table

__all__ = ["notes_table"]


def notes_table(name: str, notes: Sequence[str]) -> tuple[Table, ...]:
    """One row a note; nothing where there is none.

    Parameters
    ----------
    name : str
        Id of the table.
    notes : sequence of str
        In English, as on the command line.
    """
    if not notes:
        return ()
    columns = (Column(key="note", label="desk.said.note"),)
    rows = tuple((Term("text", (note,)),) for note in notes)
    return (Table(id=name, title="desk.said.title", columns=columns, rows=rows, appendix=True),)
