"""Fit the yearly outlook on the embedded world and write the coefficients that the package ships.

    python tools/fit_outlook.py [--check]

The fit draws nothing at random: the same world gives the same file. It is renewed with the world; until
then an outlook is fitted when it is asked for.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from pactolus.catalogue.world import World, open_world  # noqa: E402
from pactolus.warning.annual.fits import FIRST_FORECAST, Fits, as_text, examples_in, fit_years  # noqa: E402
from pactolus.warning.annual.panel import panel_of_world  # noqa: E402

OUT: Final = ROOT / "src/pactolus/warning/data/outlook.json"
ORIGIN: Final = (
    "Coefficients of our own fit (tools/fit_outlook.py) of next-year outcomes on trade of CEPII's BACI and "
    "governance of the World Bank, as they stand in the embedded world of this vintage"
)


def fitted(world: World) -> Fits:
    """Models of every year that can be forecast."""
    panel = panel_of_world(world)
    years = range(FIRST_FORECAST, panel.years[-1] + 2)
    repaired = "repairs" in world.derived_tables
    return fit_years(examples_in(world, panel), years, vintage=world.vintage, repaired=repaired)


def main() -> int:
    """Write the file, or only say whether it is of the embedded world."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit 1 if it is of another world"
    )
    world = open_world()
    if parser.parse_args().check:
        from pactolus.warning.annual.fits import stored_fits

        if stored_fits(world, OUT) is not None:
            return 0
        print(f"{OUT.name}: of another world or method; run 'python tools/fit_outlook.py'", file=sys.stderr)
        return 1
    OUT.write_text(as_text(fitted(world), ORIGIN), encoding="utf-8", newline="\n")
    print(f"wrote {OUT.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
