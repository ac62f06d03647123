"""The desk asked from another program: the same rows as frames, the same errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus.client.asking import Client
    from pactolus.client.rows import Rows
    from pactolus.client.running import Run

_HOME = {
    "Client": "pactolus.client.asking",
    "Rows": "pactolus.client.rows",
    "Run": "pactolus.client.running",
}

__all__ = ["Client", "Rows", "Run"]


def __getattr__(name: str) -> Any:
    """Bring a class in when it is first asked for (PEP 562)."""
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module 'pactolus.client' has no attribute {name!r}")
    found = getattr(import_module(_HOME[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
