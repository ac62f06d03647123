"""``python -m pactolus.policy.check FILE ...``: what is wrong with edited records, and their states."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from pactolus.errors import PactolusError
from pactolus.policy.compiling import compiled_records, data_folder
from pactolus.policy.schema import MeasureForm
from pactolus.workspace.records import read_records


def main(names: list[str]) -> int:
    """Check the files named; 0 if they can be compiled."""
    files = [Path(name) for name in names]
    verified = not any("unverified" in file.parts for file in files)
    try:
        others = [
            file
            for file in sorted(data_folder().rglob("*.yaml"))
            if file.resolve() not in {f.resolve() for f in files}
        ]
        known: set[str] = set()
        for file in others:
            try:
                known |= {one.record.id for one in read_records([file], MeasureForm)}
            except PactolusError:
                continue
        records = compiled_records(files, verified=verified, known=known)
    except PactolusError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return error.exit_code
    for record in records:
        spans = "; ".join(
            f"{date.fromordinal(b)} {state}{f' ({why} {what})' if why else ''}"
            for b, _, state, _, why, what in record["spans"]
        )
        print(f"{record['id']}: {spans}")  # noqa: T201
    print(f"{len(records)} records")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
