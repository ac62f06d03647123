"""The desk: one application over one world, the REST API first (docs/decisions/0015)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pactolus.web.answers.settings import Settings
    from pactolus.web.app import create_app

_HOME = {"Settings": "pactolus.web.answers.settings", "create_app": "pactolus.web.app"}

__all__ = ["Settings", "create_app"]


def __getattr__(name: str) -> Any:
    """Bring a function in when it is first asked for (PEP 562)."""
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module 'pactolus.web' has no attribute {name!r}")
    found = getattr(import_module(_HOME[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
