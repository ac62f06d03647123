"""A document as a file to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pactolus.reports.document import Brief

__all__ = ["FORMATS", "MEDIA", "rendered"]

FORMATS: Final = ("html", "pdf", "xlsx")
MEDIA: Final = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def rendered(document: Brief, lang: str, kind: str) -> bytes:
    """A document in one language and one of `FORMATS`: the bytes that the command line writes."""
    if kind == "pdf":
        from pactolus.reports.pdf import render_pdf

        return render_pdf(document, lang)
    if kind == "xlsx":
        from pactolus.reports.xlsx import render_xlsx

        return render_xlsx(document, lang)
    from pactolus.reports.html import render_html

    return render_html(document, lang).encode("utf-8")
