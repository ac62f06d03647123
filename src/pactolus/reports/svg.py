"""ECharts in this process: an option of plain data becomes SVG text, the same bytes each time.

V8 is started once and closed at exit; nothing is fetched, and the script is the vendored one that
pages use too.
"""

from __future__ import annotations

import atexit
import functools
import hashlib
import json
import re
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pactolus.errors import DataError, MissingExtraError

__all__ = ["ECHARTS", "render_svg"]

#: The vendored script, used here and in pages.
ECHARTS: Final = Path(__file__).parent / "assets" / "echarts.min.js"

_LOCK: Final = threading.Lock()
_DRAW: Final = """
function pactolusDraw(option, width, height, land) {
  if (land) { echarts.registerMap('land', JSON.parse(land)); }
  const chart = echarts.init(null, null, {renderer: 'svg', ssr: true, width: width, height: height});
  chart.setOption(JSON.parse(option));
  const text = chart.renderToSVGString();
  chart.dispose();
  return text;
}
"""
_COUNTED = re.compile(r"zr\d+-")
_STYLE = re.compile(r"<style ?>.*?</style>\n?", re.DOTALL)
_MARKS = re.compile(
    r' (?:ecmeta_\w+="[^"]*"|class="zr\d+-cls-\d+"|pointer-events="[^"]*"|xmlns:xlink="[^"]*")'
)
_DECIMALS = re.compile(r"(\d\.\d\d)\d+")


def render_svg(option: Mapping[str, Any], width: int, height: int, *, land: str = "") -> str:
    """Draw an ECharts option as SVG.

    Parameters
    ----------
    option : mapping
        Plain lists, numbers and text.
    width, height : int
        Size of the picture. [px]
    land : str
        GeoJSON of the map ``land``, where the option has a map.

    Returns
    -------
    str
        One ``<svg>`` element without scripts, styles or outside addresses. The same option gives
        the same text, and ids inside differ between pictures, so that several can stand in one
        page.

    Raises
    ------
    MissingExtraError
        If mini-racer is not installed.
    DataError
        If ECharts cannot draw the option.
    """
    return _rendered(json.dumps(option, ensure_ascii=False, sort_keys=True), width, height, land)


@functools.lru_cache(maxsize=64)
def _rendered(option: str, width: int, height: int, land: str) -> str:
    with _LOCK:
        try:
            text = str(_engine().call("pactolusDraw", option, width, height, land))
        except MissingExtraError:
            raise
        except Exception as error:
            said = str(error).splitlines()[0]
            raise DataError(
                f"chart: ECharts cannot draw the option ({said}); it begins {option[:120]}"
            ) from error
    mark = hashlib.sha256(f"{option}{width}x{height}".encode()).hexdigest()[:8]
    return _DECIMALS.sub(r"\1", _COUNTED.sub(f"c{mark}-", _MARKS.sub("", _STYLE.sub("", text))))


@functools.cache
def _engine() -> Any:
    try:
        from py_mini_racer import MiniRacer
    except ImportError as error:
        raise MissingExtraError.of("report", "drawing charts") from error
    engine = MiniRacer()
    atexit.register(engine.close)
    engine.eval(ECHARTS.read_text(encoding="utf-8"))
    engine.eval(_DRAW)
    return engine
