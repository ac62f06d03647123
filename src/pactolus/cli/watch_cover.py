"""Days of cover on the watchlist: declared ranges over the use of a day, against a member's own trigger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pactolus.cli.options import items
from pactolus.cli.stockpile_options import holdings_of, levels_of
from pactolus.errors import InputError, OptionError

if TYPE_CHECKING:
    from pactolus.stockpile.members.holdings import HoldingRange

__all__ = ["held_for", "triggers_of"]


def triggers_of(text: str | None) -> dict[str, float]:
    """Member -> days, of ``KOR=60,JPN=30``; every fault at once."""
    from pactolus.terms.countries import country

    found: dict[str, float] = {}
    faults = []
    for item in () if text is None else items("--trigger", text):
        name, _, days = item.partition("=")
        try:
            member, number = country(name.strip()).iso3, float(days)
        except InputError as error:
            faults.append(f"--trigger: {error}")
        except ValueError:
            faults.append(f"--trigger: {item!r}; write for example KOR=60, in days")
        else:
            if not 0 < number < float("inf"):
                faults.append(f"--trigger: {item!r}; give days above 0")
            elif member in found:
                faults.append(f"--trigger: {member} stands twice")
            found[member] = number
    if faults:
        raise OptionError("\n".join(faults))
    return found


def held_for(
    holdings: str | None, workspace: str | None, members: Sequence[str], triggers: Mapping[str, float]
) -> tuple[tuple[HoldingRange, ...], str]:
    """Declared ranges of those with a trigger, and the label that the list inherits from them.

    Raises
    ------
    OptionError
        If holdings are named and nothing fires on them, or a trigger is of nobody on the list.
    """
    from pactolus.stockpile.members.holdings import label_of_holdings

    if not triggers:
        if holdings is not None:
            raise OptionError("--holdings: say under how many days to warn, --trigger KOR=60")
        return (), "open"
    others = [member for member in triggers if member not in members]
    if others:
        raise OptionError(f"--trigger: {', '.join(others)} not on this list of {', '.join(members)}")
    levels = levels_of(workspace)
    held = holdings_of(holdings, workspace, [one for one in members if one in triggers], levels)
    if not held:
        raise OptionError("--trigger: nobody says what is held; give --holdings FILE or a workspace")
    label = label_of_holdings(held, levels)
    return held, "open" if label.is_open else str(label)
