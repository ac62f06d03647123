"""Take the picture of the desk for the README: python tools/desk_picture.py (needs Chromium).

The overview as it opens, English, 1480 by 900 pixels, of a desk that is started for it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
PICTURE: Final = ROOT / "docs" / "images" / "desk-en.png"
ADDRESS: Final = "/en/overview?on=2026-11-23"


def main() -> int:
    """Start a desk, open the page, keep what a screen shows."""
    from playwright.sync_api import sync_playwright

    command = [sys.executable, "-m", "pactolus", "serve", "--port", "0"]
    desk = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert desk.stderr is not None
    found = re.search(r"http://[^/]+", desk.stderr.readline())
    try:
        if found is None:
            print("desk_picture: the desk did not start", file=sys.stderr)
            return 1
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page(viewport={"width": 1480, "height": 900})
            page.goto(found[0] + ADDRESS)
            page.wait_for_selector("body[data-settled]", timeout=120_000)
            page.screenshot(path=PICTURE)
            browser.close()
    finally:
        desk.terminate()
        desk.communicate(timeout=30)
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
