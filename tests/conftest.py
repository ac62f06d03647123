"""What all tests share: property-test profiles, and what a test may need of the machine it runs on."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, settings

from pactolus.runs.threads import one_thread

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Tests run in as many processes as there are processors; threads on top of them only wait for each other.
one_thread(os.environ)
os.environ.setdefault("POLARS_MAX_THREADS", "1")

ROOT: Final = Path(__file__).resolve().parents[1]

# Times are never a criterion: the machines that run these tests are shared.
_CALM: Final = [HealthCheck.too_slow]
settings.register_profile("dev", deadline=None, max_examples=40, suppress_health_check=_CALM)
settings.register_profile(
    "ci", deadline=None, max_examples=60, derandomize=True, print_blob=True, suppress_health_check=_CALM
)
settings.register_profile("thorough", deadline=None, max_examples=1000, suppress_health_check=_CALM)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


def chromium_path() -> Path | None:
    """Debian's Chromium, or the one that PACTOLUS_CHROMIUM names."""
    named = os.environ.get("PACTOLUS_CHROMIUM") or shutil.which("chromium")
    return Path(named) if named and Path(named).is_file() else None


def shared_folder() -> Path | None:
    """The large source files kept beside the repository, or where PACTOLUS_SHARED says."""
    folder = Path(os.environ.get("PACTOLUS_SHARED") or ROOT.parent / "shared")
    return folder if (folder / "data").is_dir() else None


def postgres_answers() -> bool:
    """Whether a PostgreSQL server was named by PACTOLUS_POSTGRES and takes connections."""
    wish = os.environ.get("PACTOLUS_POSTGRES", "")
    parts = dict(p.split("=", 1) for p in wish.split() if "=" in p)
    if "host" not in parts:
        return False
    try:
        with socket.create_connection((parts["host"], int(parts.get("port", "5432"))), timeout=5):
            return True
    except OSError:
        return False


#: marker -> (is it here, why a test is skipped without it)
NEEDS: Final[dict[str, tuple[Callable[[], object], str]]] = {
    "chromium": (chromium_path, "no Chromium on this machine (apt-get install chromium)"),
    "postgres": (postgres_answers, "no PostgreSQL server named by PACTOLUS_POSTGRES"),
    "shared": (shared_folder, "the large source files are not beside the repository (PACTOLUS_SHARED)"),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose machine lacks something; PACTOLUS_REQUIRE=chromium,postgres makes that a failure."""
    required = {word.strip() for word in os.environ.get("PACTOLUS_REQUIRE", "").split(",") if word.strip()}
    unknown = required - set(NEEDS)
    if unknown:
        raise pytest.UsageError(f"PACTOLUS_REQUIRE names {sorted(unknown)}; known are {sorted(NEEDS)}")
    for marker, (here, reason) in NEEDS.items():
        if item.get_closest_marker(marker) is None or here():
            continue
        if marker in required:
            pytest.fail(f"PACTOLUS_REQUIRE asks for {marker}: {reason}", pytrace=False)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def repository() -> Path:
    """Root folder of the source tree."""
    return ROOT


@pytest.fixture
def shared() -> Path:
    """Folder of the large source files; for tests marked `shared`."""
    folder = shared_folder()
    assert folder is not None, "mark the test with pytest.mark.shared"
    return folder


@pytest.fixture
def sweep() -> str:
    """How far a test marked `slow` goes: `small` (also in .ci/run) or `full` (PACTOLUS_SWEEP=full)."""
    size = os.environ.get("PACTOLUS_SWEEP", "small")
    assert size in {"small", "full"}, f"PACTOLUS_SWEEP is {size!r}; it can be 'small' or 'full'"
    return size


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium without a window; tests that use it are marked `chromium`."""
    from playwright.sync_api import sync_playwright

    flags = (
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
        "--disable-component-update --disable-sync"
    )
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_path(), args=flags.split())
        yield running
        running.close()
