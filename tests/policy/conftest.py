"""Records as people write them, and registers made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from pactolus.policy.compiling import compiled_records
from pactolus.policy.register import Register, register_of


def record(identity: str = "CHN-2030-1", **changes: Any) -> dict[str, Any]:
    """A whole record; `changes` replace or add keys, and None takes one away."""
    whole: dict[str, Any] = {
        "id": identity,
        "issuer": ["CHN"],
        "instrument": "export_licence",
        "title": {"en": "Licence for gallium", "ko": "갈륨 수출허가", "ja": "ガリウムの輸出許可"},
        "covers": [{"minerals": ["gallium"], "stages": ["refined"]}],
        "targets": ["world"],
        "states": [
            {"state": "announced", "from": "2020-01-01"},
            {"state": "in_force", "from": "2020-02-01"},
        ],
        "references": [
            {
                "title": "Notice 1",
                "publisher": "Ministry",
                "link": "https://example.org/1",
                "locator": "article 1",
                "language": "en",
                "read_on": "2025-01-01",
                "kind": "official",
            }
        ],
    }
    return {key: value for key, value in {**whole, **changes}.items() if value is not None}


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write records, or a text, to a YAML file."""

    def to_file(*records: Any, name: str = "own.yaml") -> Path:
        from ruamel.yaml import YAML

        file = tmp_path / name
        if records and isinstance(records[0], str):
            file.write_text(records[0], encoding="utf-8")
            return file
        text = StringIO()
        YAML(typ="safe", pure=True).dump([dict(one) for one in records], text)
        file.write_text(text.getvalue(), encoding="utf-8")
        return file

    return to_file


@pytest.fixture
def register_from(write: Write) -> Callable[..., Register]:
    """A register of records."""

    def made(*records: Mapping[str, Any]) -> Register:
        return register_of(compiled_records([write(*records)]))

    return made
