"""Coroutines run to their end, also where this thread has an event loop (a browser of another test)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import anyio

__all__ = ["run_apart"]

Found = TypeVar("Found")


def run_apart(work: Callable[[], Awaitable[Found]]) -> Found:
    """What `work` returns, from an event loop in a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, work).result()
