"""One record to change a word of, and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pactolus.errors import InputError
from pactolus.projects.pipeline.compiling import Compiled, compiled_projects

TODAY = date(2026, 12, 1)
RECORD = """\
- id: XX-NI-ONE
  name: Long Ridge nickel
  host: MDG
  minerals: [nickel, cobalt]
  position: {lat: -18.9, lon: 48.3, approximate: true}
  status: {value: dfs, on: 2025-05-16, source: study}
  start: {year: 2030, on: 2025-05, source: study}
  products:
    - mineral: nickel
      stage: ore
      what: nickel concentrate
      form: sulphide concentrate
      capacity:
        - {value: 30, unit: kt/y, basis: contained, of: Ni, on: 2025-05, source: study}
  capex:
    - {million: 1500, currency: USD, kind: project, on: 2025-05, source: study}
  owners:
    - {holder: Firm A, country: KOR, share_pct: 60, on: 2025-05, source: study}
    - {holder: Firm B, country: JPN, share_pct: 40, on: 2025-05, source: study}
  sources:
    study:
      title: Feasibility study
      publisher: Firm A
      link: https://example.org/study
      read_on: 2026-01-05
"""

Edited = Callable[..., Path]
Read = Callable[..., Compiled]


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    """The record in a file, with words replaced; `more` is added to the file."""

    def write(*changes: tuple[str, str], more: str = "") -> Path:
        text = RECORD
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        file = tmp_path / "own.yaml"
        file.write_text(text + more, encoding="utf-8")
        return file

    return write


@pytest.fixture
def read(edited: Edited) -> Read:
    def one(*changes: tuple[str, str], more: str = "") -> Compiled:
        return compiled_projects([edited(*changes, more=more)], today=TODAY)

    return one


@pytest.fixture
def faults(read: Read) -> Callable[..., list[str]]:
    """Lines of the refusal of a changed record."""

    def lines(*changes: tuple[str, str], more: str = "") -> list[str]:
        with pytest.raises(InputError) as caught:
            read(*changes, more=more)
        return str(caught.value).splitlines()

    return lines
