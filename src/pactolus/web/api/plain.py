"""Plain pages without script and style, for logins and releases."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from starlette.responses import HTMLResponse

__all__ = ["form", "page"]


def page(title: str, content: str, status: int = 200) -> HTMLResponse:
    """A plain page without script and style."""
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)} - pactolus</title><main><h1>{escape(title)}</h1>{content}</main></html>",
        status,
        {"cache-control": "no-store"},
    )


def form(method: str, place: str, button: str, values: Mapping[str, str]) -> str:
    """A form of one button."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">' for k, v in values.items()
    )
    return f'<form method="{method}" action="{place}">{hidden}<button>{escape(button)}</button></form>'
