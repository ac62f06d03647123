"""Situations that are made up: one member and one place with round numbers, and random ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from pactolus.response.plan.assumptions import Assumptions
from pactolus.response.plan.situation import Held, Situation, Source, checked

MEMBERS = ("KOR", "JPN", "USA")


def situation(
    *,
    use: Sequence[float] = (100.0, 50.0),
    part: Sequence[float] = (0.4, 0.6),
    stock: Sequence[float | None] = (300.0, 20.0),
    free: float = 0.5,
    room: float = 10.0,
    lengths: Sequence[int] = (3, 6),
    months: int = 12,
    price: float = 1000.0,
    **more: Any,
) -> Situation:
    """One place; each member loses `part` of its use while it lasts, and holds a free and a kept lot."""
    members = MEMBERS[: len(use)]
    loss = np.zeros((1, len(use), months, len(lengths)))
    for s, length in enumerate(lengths):
        loss[0, :, :length, s] = (np.array(part) * np.array(use))[:, None]
    held, silent = [], []
    for i, tonnes in enumerate(stock):
        if tonnes is None:
            silent.append((0, i))
            continue
        others = tuple(name for name in members if name != members[i])
        kept = tonnes * (1 - free)
        held.append(Held(place=0, member=i, tonnes=(kept / 2, kept, kept * 2), origin="CHN"))
        given = tonnes * free
        held.append(
            Held(place=0, member=i, tonnes=(given / 2, given, given * 2), origin="AUS", may_go=others)
        )
    source = Source(place=0, supplier="MOZ", room_t=room, open_to=members, premium=(0.05, 0.15, 0.3), lag=2)
    given_use = np.array([use], dtype=float)
    one = Situation(
        members=members,
        places=(("natural-graphite", "mixed"),),
        start=date(2026, 1, 1),
        lengths=tuple(lengths),
        probability=np.full(len(lengths), 1 / len(lengths)),
        use_t=given_use,
        bought_t=given_use.copy(),
        price_usd_per_t=np.array([price]),
        loss_t=loss,
        inflow_free=np.full((1, len(use)), 0.5),
        held=tuple(held),
        undeclared=tuple(silent),
        sources=(source,) if room else (),
    )
    return checked(replace(one, **more))


def random_situation(seed: int, *, members: int = 2, smallest: float = 1.0) -> Situation:
    """Two places, up to four durations; the last member uses `smallest` times what others use."""
    draw = np.random.default_rng(seed)
    months, places = 10, 2
    lengths = tuple(
        sorted(draw.choice(np.arange(1, months + 1), draw.integers(1, 5), replace=False).tolist())
    )
    chance = draw.dirichlet(np.ones(len(lengths)))
    use = draw.uniform(20, 200, (places, members))
    use[:, -1] *= smallest
    loss = np.zeros((places, members, months, len(lengths)))
    rate = draw.uniform(0, 0.9, (places, members)) * use
    for s, length in enumerate(lengths):
        loss[:, :, :length, s] = rate[:, :, None]
    names = MEMBERS[:members]
    held = [
        Held(
            place=k,
            member=i,
            tonnes=(part * tonnes / 2, part * tonnes, part * tonnes * 2),
            origin=origin,
            may_go=tuple(set(names) - {names[i]}) if origin == "AUS" else (),
        )
        for k in range(places)
        for i in range(members)
        for tonnes in [float(draw.uniform(0, 4) * use[k, i])]
        for origin, part in (("CHN", 0.4), ("AUS", 0.6))
    ]
    sources = [
        Source(
            place=k,
            supplier=name,
            room_t=float(draw.uniform(0, 0.3) * use[k].sum()),
            open_to=names if name == "MOZ" else names[:1],
            premium=(0.05, 0.15, 0.3),
            lag=int(draw.integers(0, 4)),
        )
        for k in range(places)
        for name in ("MOZ", "TZA")
    ]
    return checked(
        Situation(
            members=names,
            places=(("natural-graphite", "mixed"), ("tungsten", "product")),
            start=date(2026, 1, 1),
            lengths=lengths,
            probability=chance / chance.sum(),
            use_t=use,
            bought_t=use * 0.9,
            price_usd_per_t=draw.uniform(500, 20000, places),
            loss_t=loss,
            inflow_free=draw.uniform(0, 1, (places, members)),
            held=tuple(held),
            sources=tuple(sources),
            assumed=Assumptions(lag_lending=int(draw.integers(0, 3))),
        )
    )


#: Nothing else than swaps can help: no lending, no other supplier, no cargo to send on.
ONLY_GRADES = Assumptions(lending_share=0.0, swap_share=0.0)


def crossed(
    wrong_t: float = 100.0, right_t: float = 100.0, content: float = 0.5, **of_wrong: object
) -> Situation:
    """KOR holds what only JPN can use, JPN what both can; both lose."""
    wrong = Held(
        place=0, member=0, tonnes=(wrong_t,) * 3, origin="AUS", form="salt", may_go=("JPN",),
        usable_by=("JPN",), content=content,
    )  # fmt: skip
    right = Held(
        place=0,
        member=1,
        tonnes=(right_t,) * 3,
        origin="VNM",
        form="oxide",
        may_go=("KOR",),
        usable_by=MEMBERS[:2],
    )
    one = situation(part=(0.4, 0.0), stock=(None, None), room=0.0, lengths=(6,))
    held = (replace(wrong, **of_wrong), right)  # type: ignore[arg-type]
    return checked(replace(one, held=held, undeclared=(), assumed=ONLY_GRADES))
