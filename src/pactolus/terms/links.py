"""Which stage of a mineral feeds which, and which mineral comes with the output of which other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pactolus.terms.loading import compiled
from pactolus.terms.minerals import mineral

__all__ = [
    "ByproductLink",
    "StageLink",
    "byproduct_links",
    "byproducts_of",
    "hosts_of",
    "stage_links",
    "stage_links_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageLink:
    """One step of a chain; codes are empty where the stage has none in the map, or is not traded.

    `status` is ``seen`` (read at the source named) or ``unconfirmed`` (general knowledge, no source read).
    """

    id: str
    mineral: str
    from_stage: str
    from_codes: tuple[str, ...]
    to_stage: str
    to_codes: tuple[str, ...]
    process: str
    status: str
    reference: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ByproductLink:
    """A mineral won with another one.

    `host_detail` narrows the host ("UG2", "laterite HPAL"); `yield_text` and `share_text` are words as far as
    a source has them, shares being rarely published. `status` as in `StageLink`.
    """

    id: str
    hosts: tuple[str, ...]
    byproducts: tuple[str, ...]
    host_detail: str
    where: str
    yield_text: str
    share_text: str
    status: str
    title: str
    reference: str
    read_on: str
    note: str
    source: str


@cache
def stage_links() -> tuple[StageLink, ...]:
    """All links of stages, in the order of the edited table."""
    lists = ("from_codes", "to_codes")
    return tuple(
        StageLink(**{**one, **{name: tuple(one[name]) for name in lists}}) for one in compiled("stage_links")
    )


def stage_links_of(name: str) -> tuple[StageLink, ...]:
    """Links of one mineral, by any of its names.

    Raises
    ------
    UnknownTermError
        If no mineral has that name.
    """
    identity = mineral(name).id
    return tuple(link for link in stage_links() if link.mineral == identity)


@cache
def byproduct_links() -> tuple[ByproductLink, ...]:
    """All links of hosts and by-products, in the order of the edited table."""
    lists = ("hosts", "byproducts")
    return tuple(
        ByproductLink(**{**one, **{name: tuple(one[name]) for name in lists}})
        for one in compiled("byproduct_links")
    )


def hosts_of(name: str) -> tuple[ByproductLink, ...]:
    """Links in which a mineral is the by-product.

    Raises
    ------
    UnknownTermError
        If no mineral has that name.

    Examples
    --------
    >>> sorted({host for link in hosts_of("indium") for host in link.hosts})
    ['tin', 'zinc']
    """
    identity = mineral(name).id
    return tuple(link for link in byproduct_links() if identity in link.byproducts)


def byproducts_of(name: str) -> tuple[ByproductLink, ...]:
    """Links in which a mineral is the host.

    Raises
    ------
    UnknownTermError
        If no mineral has that name.
    """
    identity = mineral(name).id
    return tuple(link for link in byproduct_links() if identity in link.hosts)
