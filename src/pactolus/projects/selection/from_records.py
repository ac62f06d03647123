"""An instance of the records that can be appraised: local terms, prices at the border, fiscal rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from pactolus.projects.selection.instance import Instance
from pactolus.projects.selection.real import Means, instance_of

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.policy.register import Register
    from pactolus.projects.appraisal.country_risk import CountryRisk
    from pactolus.projects.appraisal.prices import Price
    from pactolus.projects.pipeline.parts import Project

__all__ = ["instance_of_records"]

Prices = Mapping[tuple[str, str], "Price"]


def instance_of_records(
    world: World,
    records: Sequence[Project],
    members: Sequence[str],
    means: Means,
    *,
    measures: Register,
    on: date,
    own_prices: Prices | None = None,
    risk: Mapping[str, CountryRisk] | None = None,
    scenarios: int = 200,
    seed: int = 0,
) -> Instance:
    """What can be chosen from the records, as `instance_of` makes it.

    Parameters
    ----------
    world : World
    records : sequence of Project
    members : sequence of str
    means : Means
    measures, on, scenarios, seed
        As for `instance_of`.
    own_prices : mapping, optional
        (project, "") or (mineral, stage) -> price of the user.
    risk : mapping, optional
        Country premiums; a range if omitted.

    Raises
    ------
    NoAnswerError, OptionError
        As `instance_of`.
    """
    from pactolus.projects.appraisal.country_risk import with_country_risk
    from pactolus.projects.appraisal.fiscal import shipped_fiscal, with_fiscal
    from pactolus.projects.appraisal.prices import price_for
    from pactolus.projects.appraisal.terms import Terms
    from pactolus.projects.pipeline.appraisable import candidates_of

    found, _ = candidates_of(records)
    fiscal, base = shipped_fiscal(), Terms()
    return instance_of(
        world,
        found,
        members,
        means,
        terms_of=lambda one: with_country_risk(
            with_fiscal(base, one.host, one.mineral, fiscal), one.host, risk
        ),
        price_of=lambda one: price_for(world, own_prices or {}, one, members),
        measures=measures,
        on=on,
        scenarios=scenarios,
        seed=seed,
    )
