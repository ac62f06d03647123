"""How many threads linear algebra takes: one, so that digits do not depend on the machine.

A sum split over threads is rounded in another order, and threads that wait for each other spend more than
they save on systems of our size.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Final

__all__ = ["ONE_THREAD", "one_thread"]

#: Variables that libraries read when they are first imported.
ONE_THREAD: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def one_thread(environ: MutableMapping[str, str]) -> None:
    """Ask for one thread where the user asks for nothing; to be called before NumPy is imported.

    Examples
    --------
    >>> environ = {"OMP_NUM_THREADS": "4"}
    >>> one_thread(environ)
    >>> environ["OMP_NUM_THREADS"], environ["OPENBLAS_NUM_THREADS"]
    ('4', '1')
    """
    for name in ONE_THREAD:
        environ.setdefault(name, "1")
