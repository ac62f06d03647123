"""BACI: whatever happens to the bytes, a reader answers with findings or with a table, never otherwise."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pactolus.catalogue.readers.baci_rows import wanted_rows
from pactolus.catalogue.reading.findings import Findings
from pactolus.terms.hs_concordance import to_hs92
from tests.catalogue.builders.baci_files import LISTS, SCHEMA, TIDY, TRADE, YEARLY, packed, read

ARCHIVE = packed({YEARLY: TRADE, **LISTS})
PLAIN = TRADE.encode()


def answer(content: bytes, name: str) -> tuple[pl.DataFrame | None, Findings]:
    """What a file of these bytes gives; the list of countries stands beside it."""
    with tempfile.TemporaryDirectory() as folder:
        for beside, text in LISTS.items():
            (Path(folder) / beside).write_text(text, encoding="utf-8")
        file = Path(folder) / name
        file.write_bytes(content)
        return read(file)


@given(st.integers(0, len(ARCHIVE) - 1), st.integers(1, 255))
@example(0, 1)
@example(len(ARCHIVE) - 1, 255)
@example(ARCHIVE.rindex(b"PK\x01\x02") + 45, 2)  # offset of a member: beyond what can be sought
@settings(max_examples=150)
def test_one_damaged_byte_of_an_archive_is_found_or_harmless(at: int, change: int) -> None:
    content = bytearray(ARCHIVE)
    content[at] ^= change
    trade, findings = answer(bytes(content), "BACI_HS92_V202601.zip")
    if trade is None:
        assert findings.refusals
    else:
        areas = pl.col("importer", "exporter").replace({"TWN": "S19"})  # without the archive's own list
        assert trade.with_columns(areas).rows() == TIDY


@given(st.integers(0, len(ARCHIVE)))
def test_an_archive_cut_off_anywhere_is_found(length: int) -> None:
    trade, findings = answer(ARCHIVE[:length], "BACI_HS92_V202601.zip")
    assert (trade is None) == (length < len(ARCHIVE))
    assert bool(findings.refusals) == (length < len(ARCHIVE))


@given(st.lists(st.tuples(st.integers(0, len(PLAIN) - 1), st.binary(max_size=3)), min_size=1, max_size=4))
def test_a_plain_file_with_other_bytes_gives_findings_or_a_table(edits: list[tuple[int, bytes]]) -> None:
    content = PLAIN
    for at, new in edits:
        content = content[:at] + new + content[at + 1 :]
    trade, findings = answer(content, YEARLY)
    if trade is None:
        assert findings.refusals
        assert findings.message()
    else:
        assert dict(trade.schema) == SCHEMA
        assert trade.drop("quantity_kg").null_count().sum_horizontal().item() == 0
        assert (trade["value_usd"] >= 0).all()
        assert trade.select("hs_code", "importer", "exporter", "year").is_unique().all()


@given(st.permutations(["t", "i", "j", "k", "v", "q", "note"]), st.sampled_from(",;\t|"))
def test_columns_in_any_order_give_an_equal_table(order: Sequence[str], separator: str) -> None:
    rows = [dict(zip("tijkvq", line.split(","), strict=True)) for line in TRADE.splitlines()[1:]]
    table = [separator.join(order)]
    table += [separator.join({**row, "note": "x"}[name] for name in order) for row in rows]
    trade, findings = answer("\n".join([*table, ""]).encode(), YEARLY)
    assert not findings.refusals
    assert trade is not None
    assert trade.rows() == TIDY


class Pieces:
    """Bytes that come in pieces of any size, as from a slow disk."""

    def __init__(self, content: bytes, sizes: Sequence[int]) -> None:
        self.content, self.sizes = content, list(sizes)

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes."""
        size = min(size, self.sizes.pop(0) if self.sizes else size)
        piece, self.content = self.content[:size], self.content[size:]
        return piece


lines = st.lists(
    st.sampled_from(
        [
            b"2024,4,36,282520,0.154,0.001",
            b"2024,4,36,10111,1,1",
            b"2023,4,36,282520,1,1",
            b"2024,4,36,x,1,1",
            b"2024,4,36,250410,1",
            b"2024,4,36,250410,1,1,1",
            b"",
        ]
    ),
    max_size=30,
)


@given(lines, st.lists(st.integers(1, 40), max_size=40), st.integers(1, 200))
def test_neither_blocks_nor_pieces_change_what_is_found(
    rows: list[bytes], sizes: list[int], block: int
) -> None:
    content = b"\n".join([b"t,i,j,k,v,q", *rows, b""])

    def found(pieces: Sequence[int], block: int) -> tuple[pl.DataFrame, dict[str, int]]:
        findings = Findings(file="x")
        frame = wanted_rows(
            Pieces(content, pieces), to_hs92("HS92"), 2024, findings, lambda _: None, block=block
        )
        counts = {f"{weight} {kind}": n for (weight, kind), n in findings.counts.items()}
        refused = {f"{f.place}: {f.found}": 1 for f in findings.refusals}
        return frame, {**counts, **refused}

    whole, in_pieces = found([], 1 << 20), found(sizes, block)
    assert whole[0].equals(in_pieces[0])
    assert whole[1] == in_pieces[1]
    taken = [n for n, row in enumerate(rows, start=2) if row.count(b",") == 5 and b",282520," in row]
    assert whole[0]["line"].to_list() == taken
