"""Pictures drawn in this process: the same text each time, and nothing that reaches outside."""

from __future__ import annotations

import builtins
import re
import subprocess
import sys
from typing import Any

import pytest

from pactolus.errors import DataError, MissingExtraError
from pactolus.reports import svg
from pactolus.reports.figures import draw
from pactolus.reports.svg import render_svg

from .conftest import DATA, chart


def drawn(kind: str, lang: str = "en") -> str:
    picture = draw(chart(kind), lang)
    return render_svg(picture.option, picture.width, picture.height, land=picture.land)


@pytest.mark.parametrize("kind", DATA)
def test_a_picture_is_one_svg_without_scripts_or_addresses(kind: str) -> None:
    text = drawn(kind)
    assert text.startswith("<svg ")
    assert text.rstrip().endswith("</svg>")
    assert "<script" not in text
    assert "<style" not in text
    assert "<image" not in text
    assert set(re.findall(r"https?://[^\s\"]+", text)) == {"http://www.w3.org/2000/svg"}


def test_the_same_option_gives_the_same_text_whatever_was_drawn_before() -> None:
    first = drawn("heatmap")
    svg._rendered.cache_clear()
    drawn("bars")
    assert drawn("heatmap") == first


def test_ids_differ_between_pictures_of_one_page() -> None:
    ids = [set(re.findall(r'id="([^"]+)"', drawn(kind))) for kind in ("heatmap", "bars", "stage_columns")]
    assert all(ids)
    assert not ids[0] & ids[1]
    assert not ids[1] & ids[2]


@pytest.mark.parametrize("kind", ["heatmap", "bars", "stage_columns"])
def test_no_data_is_a_pattern_in_the_picture(kind: str) -> None:
    assert "<pattern" in drawn(kind)


def test_an_option_that_cannot_be_drawn_is_one_clear_error() -> None:
    with pytest.raises(DataError, match=r"ECharts cannot draw the option \(.*TypeError.*\); it begins \{"):
        render_svg({"series": [{"type": "bar", "data": [1]}]}, 100, 100)


def test_without_the_engine_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("py_mini_racer"):
            raise ImportError(name)
        return real(name, *rest, **more)

    svg._engine.cache_clear()
    svg._rendered.cache_clear()
    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(
        MissingExtraError, match=r"drawing charts needs the optional part 'report'.*pactolus\[report\]"
    ):
        render_svg({"series": []}, 10, 10)
    monkeypatch.undo()
    svg._engine.cache_clear()


def test_a_process_that_has_drawn_ends_by_itself() -> None:
    code = "from pactolus.reports.svg import render_svg; print(len(render_svg({'series': []}, 10, 10)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert int(done.stdout) > 50
