"""The examples in docstrings are run, module by module."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import pactolus

MODULES = [
    "pactolus",
    *(m.name for m in pkgutil.walk_packages(pactolus.__path__, "pactolus.") if "__main__" not in m.name),
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_docstrings_give_what_they_show(name: str) -> None:
    module = importlib.import_module(name)
    done = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert done.failed == 0
