"""Take the picture of the brief that the README shows: its first screen, and its map and heat-map beside it.

Usage: python tools/take_picture.py [FOLDER], where FOLDER holds a brief (`make brief` writes one into out/).
Needs Debian's Chromium, or the one that PACTOLUS_CHROMIUM names.
"""

from __future__ import annotations

import base64
import os
import shutil
import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

ROOT: Final = Path(__file__).resolve().parents[1]
PICTURE: Final = ROOT / "docs" / "images" / "brief-en.png"
PAGE_WIDTH: Final = 1160
COLUMN: Final = 640
HEIGHT: Final = 800
LIMIT: Final = 300_000
#: draws the pictures side by side, with sixteen steps a colour, which saves a quarter of the bytes
DRAW: Final = """async ([sources, width, height]) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [width * sources.length + 1, height];
    const pen = canvas.getContext('2d');
    pen.imageSmoothingQuality = 'high';
    pen.fillStyle = '#ccd5dd';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    for (const [i, source] of sources.entries()) {
        const image = new Image();
        image.src = source;
        await image.decode();
        pen.drawImage(image, i * (width + 1), 0, width, height);
    }
    const pixels = pen.getImageData(0, 0, canvas.width, canvas.height);
    pixels.data.forEach((v, i) => { pixels.data[i] = Math.round(v / 17) * 17; });
    pen.putImageData(pixels, 0, 0);
    return canvas.toDataURL('image/png').split(',')[1];
}"""


def _clip(page: Page, top: float, height: float) -> str:
    """Part of the whole page as a data address."""
    box = {"x": 0.0, "y": top, "width": float(PAGE_WIDTH), "height": height}
    shot = page.screenshot(full_page=True, clip=box)  # type: ignore[arg-type]
    return "data:image/png;base64," + base64.b64encode(shot).decode("ascii")


def _top(page: Page, heading: str) -> float:
    box = page.get_by_role("heading", name=heading).first.bounding_box()
    assert box is not None
    return box["y"] + float(page.evaluate("window.scrollY")) - 24


def take(brief: Path) -> bytes:
    """The picture of an English brief, as PNG."""
    browser_path = os.environ.get("PACTOLUS_CHROMIUM") or shutil.which("chromium")
    height = HEIGHT * PAGE_WIDTH / COLUMN
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": PAGE_WIDTH, "height": 900})
        page.goto(brief.resolve().as_uri())
        page.wait_for_timeout(2000)
        left = _clip(page, 0, height)
        right = _clip(page, _top(page, "by origin"), height)
        picture = base64.b64decode(page.evaluate(DRAW, [[left, right], COLUMN, HEIGHT]))
        browser.close()
    return picture


def main() -> int:
    """Write the picture, and say how large it is."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "out"
    brief = folder / "brief-KOR-JPN.en.html"
    if not brief.is_file():
        print(f"{brief}: no such file; run 'make brief' first", file=sys.stderr)
        return 2
    picture = take(brief)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_bytes(picture)
    print(f"{PICTURE.relative_to(ROOT)}: {len(picture):,} bytes")
    return 0 if len(picture) < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
