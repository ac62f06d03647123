"""Invented instances for benchmarks and tests; every output of them says ``synthetic``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pactolus.errors import OptionError
from pactolus.projects.selection.instance import Chain, Instance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["synthetic_instance"]

_RATE = 0.08
_FIRST = 2027
_STEP = 2
_WINDOW = 4
_LIFE = 15


def synthetic_instance(
    projects: int = 100,
    scenarios: int = 50,
    seed: int = 0,
    *,
    members: tuple[str, ...] = ("KOR", "JPN"),
    minerals: int = 10,
    hosts: int = 25,
    years: int = 20,
    budget: float = 1.0,
) -> Instance:
    """Projects, hosts, losses and budgets out of a random generator.

    Parameters
    ----------
    projects, scenarios, seed : int
    members : tuple of str
        The last one needs half as much again as the first.
    minerals, hosts, years : int
        Each fourth mineral is the refined product of the one before it.
    budget : float
        Money of all members as a multiple of a tenth of what all projects cost, at least that of three.

    Returns
    -------
    Instance
        With ``synthetic=True``.

    Raises
    ------
    OptionError
        If a count is below 1.

    Examples
    --------
    >>> made = synthetic_instance(20, 5, seed=3)
    >>> made.synthetic, len(made.projects), made.gap.shape
    (True, 20, (2, 10, 20, 5))
    """
    import numpy as np

    counts = {
        "projects": projects,
        "scenarios": scenarios,
        "minerals": minerals,
        "hosts": hosts,
        "years": years,
    }
    if faults := [f"{name}: {n}; give at least 1" for name, n in counts.items() if n < 1]:
        raise OptionError("\n".join(faults))
    draw = np.random.default_rng([seed, projects, scenarios])
    span = np.arange(years)
    starts = np.arange(0, max(1, years - 6), _STEP)
    windows = tuple((_FIRST + a, _FIRST + min(a + _WINDOW, years) - 1) for a in range(0, years, _WINDOW))
    price = 10 ** draw.uniform(3.3, 5.0, minerals)
    worth = 10 ** draw.uniform(2.0, 3.5, minerals)  # MUSD of use a year by the first member
    scale = np.linspace(1.0, 1.5, len(members))
    need = (worth / price * 1e6)[None, :, None] * scale[:, None, None] * 1.01**span
    product_of, host_of = draw.integers(0, minerals, projects), draw.integers(0, hosts, projects)
    capacity = need[0, product_of, 0] * np.clip(draw.lognormal(-2.3, 0.8, projects), 0.02, 1.0)
    value = capacity * price[product_of] / 1e6  # MUSD a year
    capex = value * draw.uniform(1.2, 3.5, projects)
    margin = value * draw.uniform(0.12, 0.62, projects)
    build = draw.integers(2, 5, projects)
    discount = (1 + _RATE) ** -span.astype(float)
    npv, cash, output = _by_start(capacity, capex, margin, build, starts, years, discount)
    calm, risk = draw.uniform(0.01, 0.12, hosts), draw.uniform(0.03, 0.14, minerals)
    total = budget * max(0.10 * capex.sum(), np.sort(capex)[-3:].sum()) * _WINDOW / years
    money = np.full((len(members), len(windows)), total) * (scale / scale.sum())[:, None]
    names = [f"mineral {m:02d}" for m in range(minerals)]
    return Instance(
        members=members,
        products=tuple(names),
        hosts=tuple(f"host {h:02d}" for h in range(hosts)),
        projects=tuple(f"project {p:04d}" for p in range(projects)),
        classes=("rare", "base"),
        years=tuple(range(_FIRST, _FIRST + years)),
        starts=tuple(int(_FIRST + s) for s in starts),
        windows=windows,
        product_of=product_of,
        host_of=host_of,
        class_of=(product_of % 2).astype(int),
        npv_musd=npv,
        cash_musd=cash,
        output_t=output,
        esg=np.where(draw.random(projects) < 0.25, np.nan, draw.uniform(0.1, 1.0, projects)),
        need_t=need,
        gap=_gaps(draw, len(members), minerals, years, scenarios, risk),
        availability=1.0 - 0.8 * _spells(draw, (hosts, years, scenarios), calm[:, None]),
        probability=np.full(scenarios, 1.0 / scenarios),
        discount=discount,
        segment_width=np.array([0.1, 0.2, 0.7]),
        segment_price=price[:, None] * np.array([1.4, 3.0, 8.0]),
        public_musd=money * 0.5,
        private_musd=money * 0.8,
        public_share=np.array([[0.7, 0.5] if i % 2 == 0 else [0.75, 0.5] for i in range(len(members))]),
        chains=tuple(
            Chain(ore=names[m - 1], refined=names[m], yield_=float(price[m - 1] / price[m]), feed_t=None)
            for m in range(3, minerals, 4)
        ),
        synthetic=True,
        notes=("synthetic: projects, hosts, needs, losses and budgets are invented",),
    )


def _by_start(
    capacity: Floats,
    capex: Floats,
    margin: Floats,
    build: NDArray[np.int64],
    starts: NDArray[np.int64],
    years: int,
    discount: Floats,
) -> tuple[Floats, Floats, Floats]:
    """Present value, calls of money by window, and product, by start; beyond the last year nothing counts."""
    import numpy as np

    t = np.arange(years)[None, None, :]
    since = t - starts[None, :, None]
    building = (since >= 0) & (since < build[:, None, None])
    running = (since >= build[:, None, None]) & (since < (build + _LIFE)[:, None, None])
    spent = building * (capex / build)[:, None, None]
    flow = running * margin[:, None, None] - spent
    tail = margin[:, None] * _annuity(np.maximum(0, starts + build[:, None] + _LIFE - years)) * discount[-1]
    npv = flow @ discount + tail
    slot = np.arange(years) // _WINDOW
    cash = np.stack([spent[:, :, slot == v].sum(2) for v in range(slot[-1] + 1)], axis=2)
    return npv, cash, running * capacity[:, None, None]


def _annuity(left: NDArray[np.int64]) -> Floats:
    """Worth of one a year for so many years; 1.0 in the first of them discounted once."""
    found: Floats = (1 - (1 + _RATE) ** -left.astype(float)) / _RATE
    return found


def _spells(draw: np.random.Generator, shape: tuple[int, int, int], onset: Floats) -> Floats:
    """1 while an event lasts; it begins with the chance `onset` and goes on with a half."""
    import numpy as np

    first, years, scenarios = shape
    on = np.zeros((first, scenarios), dtype=bool)
    found = np.zeros(shape)
    for t in range(years):
        on = np.where(on, draw.random((first, scenarios)) < 0.5, draw.random((first, scenarios)) < onset)
        found[:, t] = on
    return found


def _gaps(
    draw: np.random.Generator, members: int, minerals: int, years: int, scenarios: int, risk: Floats
) -> Floats:
    """Losses by events that hit every member, and by events that are aimed at one of them."""
    import numpy as np

    def size(count: int) -> Floats:
        return draw.uniform(0.2, 0.8, (count, 1, scenarios))

    common = _spells(draw, (minerals, years, scenarios), 0.7 * risk[:, None]) * size(minerals)
    aimed = [
        _spells(draw, (minerals, years, scenarios), 0.3 * risk[:, None]) * size(minerals)
        for _ in range(members)
    ]
    return np.stack([np.clip(common + one, 0, 0.95) for one in aimed])
