"""Small instances, written by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from pactolus.projects.selection.instance import Instance


def small(**changes: Any) -> Instance:
    """Two members, one product, two hosts, three projects, two years, two scenarios; no limit on money."""
    base: dict[str, Any] = {
        "members": ("KOR", "JPN"),
        "products": ("lithium",),
        "hosts": ("AUS", "CHL"),
        "projects": ("A1", "A2", "C1"),
        "classes": ("all",),
        "years": (2027, 2028),
        "starts": (2027,),
        "windows": ((2027, 2028),),
        "product_of": np.zeros(3),
        "host_of": np.array([0, 0, 1]),
        "class_of": np.zeros(3),
        "npv_musd": np.array([[-1.0], [-2.0], [-1.5]]),
        "cash_musd": np.array([[[10.0]], [[20.0]], [[15.0]]]),
        "output_t": np.array([[[100.0, 100.0]], [[200.0, 200.0]], [[150.0, 150.0]]]),
        "esg": np.array([0.9, np.nan, 0.2]),
        "need_t": np.full((2, 1, 2), 400.0),
        "gap": np.array([[[[0.5, 0.0], [0.5, 0.0]]], [[[0.25, 0.0], [0.25, 0.0]]]]),
        "availability": np.ones((2, 2, 2)),
        "probability": np.array([0.5, 0.5]),
        "discount": np.ones(2),
        "segment_width": np.array([0.1, 0.2, 0.7]),
        "segment_price": np.array([[1e4, 2e4, 5e4]]),
        "public_musd": np.full((2, 1), np.inf),
        "private_musd": np.full((2, 1), np.inf),
        "public_share": np.array([[0.7], [0.75]]),
    }
    return Instance(**(base | changes))
