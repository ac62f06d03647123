"""Fuzzing of every reader: seeds can be used, and a short run of libFuzzer finds nothing.

A longer run by hand: ``make fuzz`` (``FUZZ_SECONDS=600``, ``FUZZ_TARGETS="wmd baci-zip"``).
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


def loaded(name: str) -> ModuleType:
    sys.path.insert(0, str(HERE))
    try:
        spec = importlib.util.spec_from_file_location(f"fuzz_{name}", HERE / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(HERE))
    return module


HARNESS = loaded("harness")


@pytest.mark.parametrize("name", sorted(HARNESS.TARGETS))
def test_what_fuzzing_starts_from_can_be_used(name: str, tmp_path: Path) -> None:
    (content,) = HARNESS.seeds(name)
    assert HARNESS.one(HARNESS.TARGETS[name], content, tmp_path) == ""


def test_every_kind_is_fuzzed() -> None:
    from pactolus.catalogue.readers.kinds import MODULES

    assert {target.kind for target in HARNESS.TARGETS.values()} == set(MODULES)


@pytest.mark.slow
def test_a_short_run_of_libfuzzer(tmp_path: Path, sweep: str) -> None:
    pytest.importorskip("atheris", reason="atheris is made for Linux (extra 'fuzz')")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(HARNESS.seeds("all")):
        (corpus / f"seed-{number}").write_bytes(seed)
    runs = {"small": 300, "full": 20_000}[sweep]
    options = [f"-runs={runs}", "-seed=1", "-timeout=60", f"-artifact_prefix={tmp_path}/", str(corpus)]
    done = subprocess.run(
        [sys.executable, str(HERE / "harness.py"), "all", *options],
        capture_output=True,
        text=True,
        errors="replace",
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    assert f"Done {runs}" in done.stderr
