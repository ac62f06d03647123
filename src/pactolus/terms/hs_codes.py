"""Trade codes of the Harmonized System, the minerals that each holds, and how well it tells them apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from pactolus.errors import UnknownTermError
from pactolus.terms.loading import compiled

__all__ = ["HsCode", "codes_of", "hs_code", "hs_codes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HsCode:
    """A six-digit code.

    `coding` is ``own`` (the code holds this mineral alone, at whatever stages), ``shared`` (it holds the
    minerals named and cannot tell them apart), ``residual`` (it holds much else beside) or ``ended`` (it
    ceased with `last_year`; rows after that are leftovers). `stage` is ``mixed`` where the code spans stages
    or minerals; `note` says which.
    """

    code: str
    edition: str
    minerals: tuple[str, ...]
    stage: str
    coding: str
    last_year: int | None
    what: Mapping[str, str]
    note: str
    source: str


@cache
def hs_codes() -> Mapping[str, HsCode]:
    """All codes, in rising order."""
    found = {}
    for record in compiled("hs_codes")["records"]:
        found[record["code"]] = HsCode(**{**record, "minerals": tuple(record["minerals"])})
    return MappingProxyType(dict(sorted(found.items())))


def hs_code(code: str) -> HsCode:
    """The code as a record.

    Raises
    ------
    UnknownTermError
        If the vocabulary does not hold it.
    """
    digits = code.replace(".", "")
    try:
        return hs_codes()[digits]
    except KeyError:
        raise UnknownTermError.of("HS92 code", code, hs_codes()) from None


def codes_of(mineral: str, stage: str | None = None, *, own: bool = True) -> tuple[str, ...]:
    """Codes that hold a mineral.

    Parameters
    ----------
    mineral : str
        Mineral id.
    stage : str, optional
        Only the codes of this stage.
    own : bool
        Only codes that are the mineral's own (an ended code among them, up to its last year); otherwise
        shared and residual codes as well.
    """
    return tuple(code.code for code in _by_mineral().get(mineral, ()) if _fits(code, stage, own))


def _fits(code: HsCode, stage: str | None, own: bool) -> bool:
    return (stage is None or code.stage == stage) and (not own or code.coding in ("own", "ended"))


@cache
def _by_mineral() -> Mapping[str, tuple[HsCode, ...]]:
    found: dict[str, list[HsCode]] = {}
    for code in hs_codes().values():
        for held in code.minerals:
            found.setdefault(held, []).append(code)
    return {mineral: tuple(codes) for mineral, codes in found.items()}
