"""One self-contained page a language: text, tables, pictures, and the way back of every number.

Fonts, script and data are inside; the page's own policy forbids any request. Without JavaScript the
text, the tables and still pictures remain.
"""

from __future__ import annotations

import base64
import functools
import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pactolus.catalogue.origins import Figure
from pactolus.errors import MissingExtraError
from pactolus.reports.document import Brief, Table
from pactolus.reports.figures.draw import WIDTH, draw
from pactolus.reports.style import FONT_WEB, member_colours
from pactolus.reports.svg import ECHARTS, render_svg
from pactolus.reports.trail_view import trail_payload
from pactolus.reports.view import BriefView, ChartView, grouped, sources_text, view_of
from pactolus.wording.phrases import phrase

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["content_policy", "environment", "fonts_css", "render_html"]

_HERE: Final = Path(__file__).parent
_WEIGHTS: Final = {"regular": 400, "bold": 700}
#: Widths for which a chart is laid out; the page stretches the nearest smaller one. [px]
_WIDTHS: Final = (340, WIDTH)
_TRACE: Final = (
    *("id", "value", "table", "rows", "steps", "none", "before", "after", "source_rows", "largest", "asked"),
    *("origin", "edition", "published", "accessed", "licence", "carrier", "link"),
)


def render_html(brief: Brief, lang: str) -> str:
    """A report as one self-contained page.

    Parameters
    ----------
    brief : Brief
    lang : str
        One of ``en``, ``ko``, ``ja``.

    Returns
    -------
    str
        The page. ``body[data-ready]`` is set once its charts are drawn.

    Raises
    ------
    MissingExtraError
        If Jinja2 or mini-racer is not installed.
    UnknownTermError
        If the language, a phrase or a term is unknown.
    """
    from markupsafe import Markup

    view = view_of(brief, lang)
    charts = [b for s in view.sections for b in s.blocks if isinstance(b, ChartView)]
    script = (_HERE / "templates" / "brief.js").read_text(encoding="utf-8")
    page = environment().get_template("brief.html.j2")
    return page.render(
        **_tools(view),
        policy=Markup(content_policy(script, ECHARTS.read_text(encoding="utf-8"))),
        fonts=Markup(fonts_css(lang)),
        css=Markup((_HERE / "templates" / "brief.css").read_text(encoding="utf-8")),
        colours=member_colours(view.members),
        stills={c.id: Markup(_still(c, lang)) for c in charts},
        payload=Markup(_json(_payload(view))),
        charts=Markup(_packed(charts, lang)),
        trails=Markup(
            _json(_gzip(json.dumps(trail_payload(view), ensure_ascii=False, separators=(",", ":"))))
        ),
        own_origins=not any(
            b.id == "sources" for s in brief.sections for b in s.blocks if isinstance(b, Table)
        ),
        script=Markup(script),
    )


def _tools(view: BriefView) -> dict[str, Any]:
    """Names that templates use, bound to one language."""
    template = environment().get_template("parts.html.j2")

    def t(key: str, **slots: object) -> str:
        return phrase(view.lang, f"render.{key}", **slots)

    parts = template.make_module({"t": t, "view": view, "sources_text": sources_text, "raw": _raw})
    macros = {name: getattr(parts, name) for name in ("big", "number", "runs", "sources", "table")}
    return {"t": t, "view": view, "grouped": grouped, **macros}


@functools.cache
def environment() -> Environment:
    """Templates of pages."""
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ImportError as error:
        raise MissingExtraError.of("report", "writing a page") from error
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )


def _raw(figure: Figure) -> str:
    """Full precision for the CSV: the shortest text that reads back as the same number; empty for a gap."""
    return "" if figure.value is None else repr(figure.value)


def _still(view: ChartView, lang: str) -> str:
    drawing = draw(view.chart, lang)
    return render_svg(drawing.option, drawing.width, drawing.height, land=drawing.land)


@functools.cache
def fonts_css(lang: str) -> str:
    """Both weights as data, so that the page looks the same where no such font is installed."""
    faces = []
    for weight, number in _WEIGHTS.items():
        content = (_HERE / "assets" / "fonts" / f"web-{lang}-{weight}.woff2").read_bytes()
        data = base64.b64encode(content).decode("ascii")
        faces.append(
            f'@font-face{{font-family:"{FONT_WEB}";font-weight:{number};font-display:block;'
            f'src:url("data:font/woff2;base64,{data}") format("woff2")}}\n'
        )
    return "".join(faces)


def content_policy(*scripts: str) -> str:
    """Content policy: nothing from anywhere, only the scripts of this page."""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts
    )
    hashes = hashes or "'none'"
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; font-src data:; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _json(value: Any) -> str:
    """JSON that cannot end its own script element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _payload(view: BriefView) -> dict[str, Any]:
    """What the trace panel reads; lists of steps and of origins are stored once."""
    steps: dict[tuple[str, ...], int] = {}
    sources: dict[tuple[str, ...], int] = {}
    figures = {
        id: [
            f.table,
            dict(f.rows),
            steps.setdefault(f.steps, len(steps)),
            sources.setdefault(f.origins, len(sources)),
        ]
        for id, f in sorted(view.figures.items())
    }
    return {
        "stem": view.brief.stem,
        "words": {key: phrase(view.lang, f"render.trace.{key}") for key in _TRACE},
        "figures": figures,
        "steps": list(steps),
        "sources": list(sources),
        "origins": {key: asdict(o) for key, o in view.origins.items()},
    }


def _packed(charts: Sequence[ChartView], lang: str) -> str:
    """Script and options of the charts, compressed; where they cannot be unpacked, still pictures stay."""
    land = ""
    options: dict[str, Any] = {}
    for view in charts:
        tips: dict[str, int] = {}
        layouts: list[dict[str, Any]] = []
        for width in _WIDTHS:
            drawing = draw(view.chart, lang, width)
            land = land or drawing.land
            option = _numbered(drawing.option, tips)
            layouts.append({"width": drawing.width, "height": drawing.height, "option": option})
        layouts[0]["tips"] = list(tips)
        options[view.id] = layouts
    content = json.dumps(
        {"land": json.loads(land) if land else None, "charts": options},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return _json({"echarts": _echarts(), "charts": _gzip(content)})


def _numbered(value: Any, tips: dict[str, int]) -> Any:
    """A copy in which tooltips are numbers of a list, because both layouts say the same."""
    if isinstance(value, dict):
        return {
            k: tips.setdefault(v, len(tips)) if k == "tip" else _numbered(v, tips) for k, v in value.items()
        }
    if isinstance(value, list | tuple):
        return [_numbered(v, tips) for v in value]
    return round(value, 5) if isinstance(value, float) else value


@functools.cache
def _echarts() -> str:
    return _gzip(ECHARTS.read_text(encoding="utf-8"))


def _gzip(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode("utf-8"), 9, mtime=0)).decode("ascii")
