"""What is fuzzed: small files in the publishers' layouts, and how bytes become such a file.

A text is written as it is. A workbook is given as text, cells between tabs, one line a row, a line that
begins with ``##`` for each sheet, so that changed bytes reach the reader and not only its unpacking; bytes
that begin like a zip are written as they are.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["TARGETS", "Target", "seed"]

SEEDS = Path(__file__).parent / "seeds"


@dataclass(frozen=True)
class Target:
    """One layout of one kind of file."""

    kind: str
    name: str
    shape: Callable[[bytes], bytes] = bytes
    beside: str = ""
    """Target whose seed lies beside the file."""

    def write(self, folder: Path, content: bytes) -> Path:
        """Write the file that `content` stands for, and return the one that a build is given."""
        if self.beside:
            (folder / TARGETS[self.beside].name).write_bytes(seed(self.beside))
        (folder / self.name).write_bytes(self.shape(content))
        return folder / (TARGETS["mapping"].name if self.kind == "spreadsheet" else self.name)


def seed(name: str) -> bytes:
    """The small file of a target from which fuzzing starts."""
    return (SEEDS / f"{name.removesuffix('-zip')}.txt").read_bytes()


def workbook(content: bytes) -> bytes:
    """Cells between tabs as a workbook; ``=...`` is a formula."""
    if content.startswith(b"PK"):
        return content
    import openpyxl

    made = openpyxl.Workbook()
    made.remove(made.active)
    sheet = None
    for line in content.decode("utf-8", errors="replace").split("\n")[:200]:
        if line.startswith("##") or sheet is None:
            name = re.sub(r"[\\*?:/\[\]\x00-\x1f']", "", line.removeprefix("##"))[:31] or "Sheet1"
            sheet = made.create_sheet(name)
            if line.startswith("##"):
                continue
        cells = [re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", cell)[:200] for cell in line.split("\t")[:40]]
        sheet.append([float(c) if re.fullmatch(r"-?\d{1,15}(?:\.\d{1,9})?", c) else c or None for c in cells])
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def baci_archive(content: bytes) -> bytes:
    """A yearly file in an archive."""
    if content.startswith(b"PK"):
        return content
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("BACI_HS92_Y2024_V202601.csv", content)
        archive.writestr("country_codes_V202601.csv", _AREAS)
    return buffer.getvalue()


_AREAS = "country_code,country_name,country_iso2,country_iso3\n156,China,CN,CHN\n410,Rep. of Korea,KR,KOR\n"

TARGETS = {
    "baci": Target("baci", "BACI_HS92_Y2024_V202601.csv"),
    "baci-zip": Target("baci", "BACI_HS92_V202601.zip", baci_archive),
    "wmd": Target("wmd", "wmd.xlsx", workbook),
    "usgs-2026": Target("usgs", "MCS2026_Commodities_Data.csv"),
    "usgs-2025": Target("usgs", "MCS2025_World_Data.csv"),
    "usgs-2024": Target("usgs", "mcs2024-cobal_world.csv"),
    "usgs-salient": Target("usgs", "mcs2024-cobal_salient.csv"),
    "usgs-ds140": Target("usgs-ds140", "ds140-lithium-2021.xlsx", workbook),
    "wgi": Target("wgi", "wgidataset.xlsx", workbook),
    "pinksheet": Target("pinksheet", "CMO-Historical-Data-Monthly.xlsx", workbook),
    "bgs": Target("bgs", "BGS_gallium_production.csv"),
    "eu-crm": Target("eu-crm", "fact_EUSupplyShares&t.csv"),
    "icmm": Target("icmm", "global-mining-dataset.xlsx", workbook),
    "distances": Target("distances", "dist_cepii.csv"),
    "hdi": Target("hdi", "HDI_Trends_Table.xlsx", workbook),
    "iea": Target("iea", "iea.json"),
    "comtrade": Target("comtrade", "rows.csv"),
    "input-output": Target("input-output", "ICIO2021_2018.csv"),
    "mapping": Target("spreadsheet", "mapping.yaml", beside="spreadsheet"),
    "spreadsheet": Target("spreadsheet", "kor.csv", beside="mapping"),
}
