"""Mutated files of the USGS and the BGS: findings are gathered, whatever the bytes, and nothing is raised."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.readers import bgs, ds140, usgs
from tests.catalogue.builders import test_bgs as bgs_files
from tests.catalogue.builders import test_ds140 as ds140_files
from tests.catalogue.builders import test_usgs as long_files
from tests.catalogue.builders import test_usgs_layouts as world_files
from tests.catalogue.builders import test_usgs_salient as salient_files
from tests.catalogue.builders.mutations import changes, check, few, odd_texts, spliced, splices, with_changes
from tests.catalogue.builders.workbook_files import Rows, book, repacked

FEW = few(2)
TEXTS: Mapping[str, tuple[ModuleType, str, str]] = {
    "long": (usgs, "MCS2026_Commodities_Data.csv", long_files.TEXT),
    "world": (usgs, "mcs2024-cobal_world.csv", world_files.COBALT),
    "capacity": (usgs, "mcs2024-galli_world.csv", world_files.GALLIUM),
    "of-2025": (usgs, "MCS2025_World_Data.csv", world_files.WORLD_2025),
    "salient": (usgs, "mcs2024-lithi_salient.csv", salient_files.LITHIUM),
    "records": (usgs, "mcs2024-galli_salient.csv", salient_files.GALLIUM),
    "bgs": (bgs, "BGS_production.csv", bgs_files.TEXT),
}
BOOKS: Mapping[str, tuple[ModuleType, str, Rows]] = {
    "ds140": (ds140, "ds140-lithium-2021.xlsx", ds140_files.LITHIUM),
    "salient": (usgs, "mcs2023-quartz_salient.xlsx", salient_files.QUARTZ),
}
words = st.lists(st.tuples(st.floats(0, 1), odd_texts), min_size=1, max_size=4)


@pytest.mark.parametrize("case", TEXTS)
@given(changed=splices)
@FEW
def test_bytes_of_a_text(
    case: str, changed: list[tuple[float, int, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    reader, name, content = TEXTS[case]
    file = tmp_path_factory.mktemp("text") / name
    file.write_bytes(spliced(content.encode("cp1252" if case == "long" else "utf-8"), changed))
    check(reader, file)


@pytest.mark.parametrize("case", TEXTS)
@given(changed=words)
@FEW
def test_cells_of_a_text(
    case: str, changed: list[tuple[float, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    reader, name, content = TEXTS[case]
    cells = content.split(",")
    for where, word in changed:
        cells[int(where * (len(cells) - 1))] = word
    file = tmp_path_factory.mktemp("cells") / name
    file.write_bytes(",".join(cells).encode("utf-8"))
    check(reader, file)


@pytest.mark.parametrize("case", BOOKS)
@given(changed=changes)
@FEW
def test_cells_of_a_workbook(
    case: str, changed: list[tuple[int, int, object]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    reader, name, rows = BOOKS[case]
    check(reader, book(tmp_path_factory.mktemp("book") / name, {"salient": with_changes(rows, changed)}))


@pytest.mark.parametrize("case", BOOKS)
@given(changed=splices, part=st.sampled_from(["xl/worksheets/sheet1.xml", "xl/workbook.xml", ""]))
@FEW
def test_bytes_of_a_workbook(
    case: str,
    changed: list[tuple[float, int, bytes]],
    part: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    reader, name, rows = BOOKS[case]
    file = book(tmp_path_factory.mktemp("book") / name, {"salient": rows})
    if part:
        repacked(file, lambda at, content: spliced(content, changed) if at == part else content)
    else:
        file.write_bytes(spliced(file.read_bytes(), changed))
    check(reader, file)
