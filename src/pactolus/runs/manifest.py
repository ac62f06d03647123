"""What a run was: enough to run it again, and nothing that differs between two runs of the same question."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from pactolus.errors import OptionError

__all__ = ["RunManifest", "as_of_today"]

Plain = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunManifest:
    """The question a result answers: command, options, seed, world and version."""

    command: str
    options: Mapping[str, Plain | tuple[Plain, ...]] = field(default_factory=dict)
    seed: int = 0
    as_of: str = ""
    """ISO date printed on results."""
    vintage: str = ""
    """Vintage of the world (`pactolus.catalogue.world.World.vintage`)."""
    version: str = ""

    def as_dict(self) -> dict[str, object]:
        """Plain values in a fixed order, ready for JSON: same question, same text."""
        options = {k: list(v) if isinstance(v, tuple) else v for k, v in sorted(self.options.items())}
        return {
            "command": self.command,
            "options": options,
            "seed": self.seed,
            "as_of": self.as_of,
            "vintage": self.vintage,
            "version": self.version,
        }


def as_of_today(environ: Mapping[str, str] | None = None) -> date:
    """The date of a run that names none: ``SOURCE_DATE_EPOCH`` (UTC) where it is set, else today.

    Raises
    ------
    OptionError
        If ``SOURCE_DATE_EPOCH`` is set and is no number of seconds.

    References
    ----------
    .. [1] Reproducible Builds, "SOURCE_DATE_EPOCH specification", version 1.1.
       https://reproducible-builds.org/specs/source-date-epoch/
    """
    text = (os.environ if environ is None else environ).get("SOURCE_DATE_EPOCH", "")
    if not text:
        return datetime.now().astimezone().date()
    try:
        return datetime.fromtimestamp(int(text), tz=UTC).date()
    except (ValueError, OverflowError, OSError):
        raise OptionError(
            f"SOURCE_DATE_EPOCH: {text!r} is not a number of seconds since 1970; unset it, or give --as-of"
        ) from None
