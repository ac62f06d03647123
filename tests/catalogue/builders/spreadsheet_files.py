"""Mapping files and the small spreadsheets beside them. Layouts and figures are made up: none is official."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import polars as pl

from pactolus.catalogue.readers import spreadsheet
from pactolus.catalogue.reading.findings import Findings

KOR: dict[str, Any] = {
    "id": "kor-customs-test",
    "title": "품목별 국가별 수출입실적",
    "producer": "made up",
    "licence": "none needed",
    "link": "https://example.org/kor",
    "table": "trade_reported",
    "files": "kor.csv",
    "header": 3,
    "until": "자료",
    "columns": {
        "period": "기간",
        "partner": "국가",
        "code": "HS코드",
        "quantity": "{flow} 중량",
        "value": "{flow} 금액",
    },
    "constants": {"reporter": "KOR"},
    "units": {"quantity": "kg", "value": "천달러"},
    "code": {"edition": "HS22", "digits": 10},
}
KOR_CSV = """품목별 국가별 수출입실적,,,,,,
"(단위: kg, 천 달러)",,,,,,
기간,국가,HS코드,수출 중량,수출 금액,수입 중량,수입 금액
2024.01,총계,2504101000,"1,200",9,"845,000","1,422"
2024.01,중국,2504101000,0,0,"820,000","1,350"
2024.01,일본,2504101000,"1,200",9,"5,000",32
2024.01,기타,2504101000,-,-,"20,000",40
2024년 2월,중국,2504101000,300,4,"640,500","1,002"
자료: 관세청 (가상)
"""
JPN: dict[str, Any] = {
    "id": "jpn-customs-test",
    "title": "品別国別表",
    "producer": "made up",
    "licence": "none needed",
    "link": "https://example.org/jpn",
    "table": "trade_reported",
    "files": "jpn.csv",
    "encoding": "shift_jis",
    "columns": {
        "year": "年",
        "partner": "国",
        "code": "品目番号",
        "quantity_unit": "第２単位",
        "quantity": "{month}月 数量",
        "value": "{month}月 金額",
    },
    "constants": {"reporter": "JPN", "flow": "輸入"},
    "units": {"value": "千円"},
    "exchange": {"per_usd": {"2024-01": 150, "2024": 160}, "source": "made up"},
    "code": {"edition": {2017: "HS17", 2022: "HS22"}, "digits": 9},
    "countries": {"105": "CHN", "103": "KR"},
    "leave_out": {"国": ["000"]},
}
JPN_CSV = """年,国,品目番号,第２単位,1月 数量,1月 金額,2月 数量,2月 金額,合計 数量
令和6年,105,'250410000',KG,"1,250,000","300,000",0,0,"1,250,000"
２０２４年,中国,'284690210',MT,12.3,"55,500",9.87,"41,600",22.17
令和6年,103,'850511000',NO,"5,000","8,850",,,"5,000"
令和6年,総額,'250410000',KG,"1,400,000","350,000",,,
令和6年,000,'250410000',KG,"1,400,000","350,000",,,
2020,韓国,'250410000',KG,"7","160",,,
"""


def written(folder: Path, mapping: dict[str, Any] | str, **files: str | bytes) -> Path:
    """A mapping (JSON is YAML too) and the files beside it, UTF-8 unless they are bytes."""
    for name, content in files.items():
        file = folder / name.replace("_", ".")
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    made = folder / "mapping.yaml"
    made.write_text(mapping if isinstance(mapping, str) else as_yaml(mapping), encoding="utf-8")
    return made


def as_yaml(mapping: dict[str, Any], indent: str = "") -> str:
    """A mapping as a person would write it."""
    lines = []
    for name, value in mapping.items():
        word = (
            json.dumps(name, ensure_ascii=False)
            if isinstance(name, str) and not name.isidentifier()
            else name
        )
        if isinstance(value, dict):
            lines.append(f"{indent}{word}:\n{as_yaml(value, indent + '  ')}")
        else:
            lines.append(f"{indent}{word}: {json.dumps(value, ensure_ascii=False)}\n")
    return "".join(lines)


def read(file: Path, accepted: Collection[str] = ()) -> tuple[pl.DataFrame, Findings]:
    """The one table of a mapping and its findings, part by part as a build reads it."""
    findings = Findings(file.name, accepted)
    frames = [
        table
        for part in spreadsheet.parts(file, findings)
        for table in spreadsheet.read(file, part, findings).values()
    ]
    return (pl.concat(frames) if frames else pl.DataFrame()), findings


def told(file: Path) -> list[str]:
    """The lines that keep a mapping or its files out."""
    return read(file)[1].message().splitlines()


def mended(file: Path) -> list[str]:
    """What was put right."""
    findings = read(file)[1]
    assert findings.message() == ""
    return [f"{f.place}: {f.found}; {f.mend}" for f in findings.kept]
