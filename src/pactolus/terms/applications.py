"""Applications of minerals, and the labels of the EU study's end-use table that each gathers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from pactolus.errors import UnknownTermError
from pactolus.terms.folding import fold
from pactolus.terms.languages import in_language
from pactolus.terms.loading import compiled

__all__ = ["application_name", "application_of", "applications"]


@cache
def applications() -> Mapping[str, Mapping[str, str]]:
    """Names of all applications by id."""
    return MappingProxyType(
        {one: record["names"] for one, record in compiled("applications")["records"].items()}
    )


def application_of(label: str) -> str:
    """Application id of a label in the EU study's end-use table.

    Raises
    ------
    UnknownTermError
        If the label is not mapped, with the nearest labels.

    Examples
    --------
    >>> application_of("PV cells")
    'photovoltaics'
    """
    index = compiled("applications")["index"]
    found = index.get(fold(label))
    if found is None:
        raise UnknownTermError.of("application label", label, index)
    return str(found)


def application_name(identity: str, lang: str) -> str:
    """Name of an application in a language."""
    found = applications().get(identity)
    if found is None:
        raise UnknownTermError.of("application", identity, applications())
    return in_language(found, lang)
