"""Fuzzes the readers with atheris: ``python tests/fuzz/harness.py TARGET [options of libFuzzer]``.

TARGET is one of `targets.TARGETS`, or ``all``: then the first byte chooses. Whatever the bytes, a reader
gathers findings; it raises nothing but our own errors, and what it lets through is judged and satisfies the
specification of its table. A crash is written by libFuzzer to the file that it names.
"""

from __future__ import annotations

import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent))

from targets import TARGETS, Target, seed

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.corrections import Correction


def one(target: Target, content: bytes, folder: Path) -> str:
    """Read one file as a build reads it; the message that keeps it out, empty if it can be used.

    Raises
    ------
    AssertionError
        If what was read breaks the rules.
    """
    from pactolus.catalogue.readers.kinds import companions_of, origin_of, parts_of, reader
    from pactolus.catalogue.reading.findings import Findings
    from pactolus.catalogue.world import conform, spec_of
    from pactolus.errors import DataError

    file = target.write(folder, content)
    findings = Findings(file=file.name)
    tables: list[dict[str, pl.DataFrame]] = []
    try:
        companions_of(target.kind, file)
        tables = [
            reader(target.kind).read(file, part, findings) for part in parts_of(target.kind, file, findings)
        ]
    except DataError as error:
        findings.refuse("layout", "the file", str(error), "-")
    conform(findings.as_table(), spec_of("findings"))
    if findings.refusals:
        return findings.message()
    kind = reader(target.kind).KIND
    origin_of(kind, file, "0" * 64, "2030-01-02")
    for found in tables:
        assert set(found) <= set(kind.tables), f"{target.kind} gives {set(found)}"
        for table, frame in found.items():
            _judge(target.kind, table, frame)
    return ""


@cache
def _records() -> list[Correction]:
    from pactolus.catalogue.corrections import load

    return load()


def _judge(kind: str, table: str, frame: pl.DataFrame) -> None:
    from pactolus.catalogue.build.judge import judged
    from pactolus.catalogue.reading.findings import Findings
    from pactolus.catalogue.rules import faults_of
    from pactolus.catalogue.world import conform, spec_of

    hearing = Findings("judgement")
    one = judged(frame, table, kind, _records(), hearing)
    if not hearing.refusals:
        spec = spec_of(table)
        faults = faults_of(conform(one.frame, spec), spec)
        assert not faults, f"{table}: {faults}"


def main() -> None:
    """Run libFuzzer on one target, or on all."""
    import atheris

    name, options = sys.argv[1], sys.argv[2:]
    with atheris.instrument_imports(include=["pactolus.catalogue"], enable_loader_override=False):
        import pactolus.catalogue.build.judge
        import pactolus.catalogue.readers.kinds
        import pactolus.catalogue.reading.workbooks

        pactolus.catalogue.readers.kinds.kinds()
    chosen = [TARGETS[name]] if name in TARGETS else list(TARGETS.values())

    def test_one_input(data: bytes) -> None:
        if name not in TARGETS:
            target, data = chosen[data[0] % len(chosen) if data else 0], data[1:]
        else:
            target = chosen[0]
        with tempfile.TemporaryDirectory() as folder:
            one(target, data, Path(folder))

    atheris.Setup([sys.argv[0], *options], test_one_input)
    atheris.Fuzz()


def seeds(name: str) -> list[bytes]:
    """What fuzzing starts from."""
    if name in TARGETS:
        return [seed(name)]
    return [bytes([number]) + seed(target) for number, target in enumerate(TARGETS)]


if __name__ == "__main__":
    main()
