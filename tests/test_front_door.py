"""`import pactolus as pt` computes and opens nothing, and everything is an attribute."""

from __future__ import annotations

import subprocess
import sys

import pytest

import pactolus as pt


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_import_brings_in_nothing_heavy() -> None:
    heavy = ("polars", "typer", "rich", "numpy", "pactolus")
    code = f"import sys, pactolus; print(sorted(m for m in sys.modules if m.split('.')[0] in {heavy}))"
    assert python(code) == "['pactolus']"


def test_rooms_are_attributes_without_importing_them() -> None:
    code = "import pactolus as pt; print(pt.terms.__name__, pt.indicators.hhi([3.0, 1.0]))"
    assert python(code) == "pactolus.terms 0.625"


def test_the_pure_formulas_need_no_table_library() -> None:
    code = "import sys, pactolus as pt; pt.indicators.hhi([1.0]); print('polars' in sys.modules)"
    assert python(code) == "False"


def test_every_promised_name_is_there() -> None:
    for name in pt.__all__:
        assert getattr(pt, name) is not None
    assert set(pt.__all__) <= set(dir(pt))
    for name in pt.indicators.__all__:
        assert getattr(pt.indicators, name) is not None
    assert dir(pt.indicators) == sorted(pt.indicators.__all__)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="module 'pactolus' has no attribute 'asess'"):
        _ = pt.asess
    with pytest.raises(AttributeError, match=r"module 'pactolus.indicators' has no attribute 'hhj'"):
        _ = pt.indicators.hhj
