"""A plain page of the OpenAPI: every route, parameter and error; no other host is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.responses import HTMLResponse, Response

from pactolus.web.api.problems import HTML_POLICY

__all__ = ["docs_page", "docs_router"]

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a2233}"
    "code{background:#eef1f5;padding:.1em .3em}table{border-collapse:collapse;width:100%}"
    "td,th{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #d5dae2}"
    "h2{margin-top:2rem;font-size:1.1rem}"
)


def docs_router(app: FastAPI) -> APIRouter:
    """The route ``/api/docs``."""
    router = APIRouter()

    @router.get("/api/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(docs_page(app.openapi()), headers={"content-security-policy": HTML_POLICY})

    @router.get("/api/docs.css", include_in_schema=False)
    def style() -> Response:
        return Response(_STYLE, media_type="text/css", headers={"cache-control": "max-age=3600"})

    return router


def docs_page(described: Mapping[str, Any]) -> str:
    """The page as HTML."""
    info = described["info"]
    title = escape(f"{info['title']} {info['version']}: REST API")
    parts = "".join(_operation(*one) for one in _operations(described))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        '<link rel="stylesheet" href="/api/docs.css">'
        f"<h1>{title}</h1><p>{escape(info['description'])} "
        f'The description for programs: <a href="/api/v1/openapi.json">openapi.json</a>.</p>{parts}</html>'
    )


def _operations(described: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(one['name'])}</code></td><td>{escape(_kind(one))}</td>"
        f"<td>{escape(one.get('description', ''))}</td></tr>"
        for one in operation.get("parameters", ())
    )
    head = "<tr><th>parameter</th><th>default</th><th>what</th></tr>"
    codes = ", ".join(escape(f"{code} {one['description']}") for code, one in operation["responses"].items())
    return (
        f"<h2>{method.upper()} <code>{escape(path)}</code></h2><p>{escape(operation.get('summary', ''))}</p>"
        + (f"<table>{head}{rows}</table>" if rows else "")
        + f"<p>Answers: {codes}</p>"
    )


def _kind(parameter: Mapping[str, Any]) -> str:
    if parameter.get("required"):
        return "needed"
    default = parameter.get("schema", {}).get("default")
    return "" if default is None else str(default)
