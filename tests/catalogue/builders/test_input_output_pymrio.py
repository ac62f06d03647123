"""Input-output tables against pymrio: its own parser as the oracle, and systems that it saved.

Importing pymrio takes seconds, so these tests run in .ci/run and wherever PACTOLUS_SWEEP is set.
"""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pactolus.catalogue.readers import input_output
from tests.catalogue.builders.test_input_output import table, values, written
from tests.catalogue.builders.workbook_files import mended, read, told

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def pymrio() -> Any:
    """The package, where it is installed and there is time for it."""
    if not os.environ.get("PACTOLUS_SWEEP"):
        pytest.skip("importing pymrio takes seconds; set PACTOLUS_SWEEP=small to run this")
    return pytest.importorskip("pymrio", reason="pymrio is not installed (pip install 'pactolus[data]')")


def test_the_same_as_pymrios_own_parser(pymrio: Any, tmp_path: Path) -> None:
    # pymrio adds CN1 and CN2 to rows and columns of CHN, which the published tables hold.
    rows = table()
    for row in rows:
        row.insert(5, "CHN_C24" if row[0] == "V1" else 0.0)
    rows.insert(5, ["CHN_C24", *[0.0] * 9])
    file = written(tmp_path, rows, "ICIO2021_2018.csv")
    theirs = pymrio.parse_oecd(file)
    ours = values(file)
    for (region, sector), row in theirs.Z.iterrows():
        for (to_region, to_sector), value in row.items():
            assert ours.get((region, sector, to_region, to_sector), 0.0) == pytest.approx(value)
    final = theirs.Y.T.groupby(level="region").sum().T
    for (region, sector), row in final.iterrows():
        for to_region, value in row.items():
            assert ours.get((region, sector, to_region, "FD"), 0.0) == pytest.approx(value)
    added = theirs.factor_inputs.F.loc["VA"]
    assert {k: ours[k[0], "VA", k[0], k[1]] for k in added.index} == pytest.approx(dict(added))


def saved(pymrio: Any, folder: Path, *, unit: str = "M USD", description: str = "Test 2019") -> Path:
    """A system that pymrio saved, zipped."""
    import pandas as pd

    index = pd.MultiIndex.from_tuples([("KOR", "C26"), ("JPN", "C26")], names=["region", "sector"])
    columns = pd.MultiIndex.from_tuples([("KOR", "FD"), ("JPN", "FD")], names=["region", "category"])
    system = pymrio.IOSystem(
        Z=pd.DataFrame([[10.0, 5.0], [20.0, 30.0]], index=index, columns=index),
        Y=pd.DataFrame([[80.0, 5.0], [10.0, 140.0]], index=index, columns=columns),
        unit=pd.DataFrame({"unit": [unit] * 2}, index=index),
        description=description,
    )
    system.x = pymrio.calc_x(system.Z, system.Y)
    system.save_all(folder / "saved")
    file = folder / "saved.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for path in sorted((folder / "saved").rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return file


def test_a_system_that_pymrio_saved(pymrio: Any, tmp_path: Path) -> None:
    file = saved(pymrio, tmp_path)
    found = values(file)
    assert found["JPN", "C26", "KOR", "C26"] == 20.0
    assert found["KOR", "C26", "JPN", "FD"] == 5.0
    assert found["KOR", "VA", "KOR", "C26"] == 100.0 - 30.0
    assert read(input_output, file)[0]["input_output"]["year"].unique().to_list() == [2019]
    assert mended(input_output, file) == [
        "the archive: no table of factor inputs; value added is output less inputs"
    ]


def test_a_saved_system_in_another_unit_or_without_a_year_is_refused(pymrio: Any, tmp_path: Path) -> None:
    assert told(input_output, saved(pymrio, tmp_path, unit="M.EUR", description="no date")) == [
        "saved.zip: metadata: no year in the name or description; save it with a description such as "
        "'EXIOBASE 2022'",
        "saved.zip: unit: unit 'M.EUR'; convert the system to million USD, and say so in its unit",
    ]


def test_a_saved_system_that_is_damaged_is_refused(pymrio: Any, tmp_path: Path) -> None:
    file = saved(pymrio, tmp_path)
    out = io.BytesIO()
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(out, "w") as new:
        for name in archive.namelist():
            new.writestr(name, b"{" if name.endswith(".json") else archive.read(name))
    (tmp_path / "damaged.zip").write_bytes(out.getvalue())
    (line,) = told(input_output, tmp_path / "damaged.zip")
    assert line.startswith("damaged.zip: the archive: pymrio cannot load it (")
