"""A pair of files to start from. All firms, projects and figures are made up."""

from __future__ import annotations

from pathlib import Path
from typing import Final

__all__ = ["EXAMPLE_FILES", "write_example"]

_FIRMS: Final = """\
firm,country,role,mineral,hosts,not_hosts,capacity,least,value,values,prefers,apart,label
Firm A (KOR),KOR,offtake,natural-graphite,,,9000,1000,120,P1-offtake=150,,,KOR:confidential
Firm A (KOR),KOR,processing,natural-graphite,,,20000,,60,,,,KOR:confidential
Firm B (KOR),KOR,offtake,natural-graphite,,MOZ,6000,1000,110,,P2-offtake > P1-offtake,,KOR:confidential
Firm B (KOR),KOR,equity,,,,80,5,9000,P2-equity=12000,,,KOR:confidential
Firm C (KOR),KOR,equity,natural-graphite,TZA;MOZ,,120,10,11000,,,Firm F (JPN),KOR:confidential
Firm D (KOR),KOR,epc,,,,1,,400000,P1-epc=650000,,,KOR:confidential
Firm E (KOR),KOR,finance_lead,,,,2,,200000,,,,KOR:confidential
Firm E (KOR),KOR,finance,,,,300,20,3000,,,,KOR:confidential
Firm F (JPN),JPN,offtake,natural-graphite,,,8000,1000,130,,,,JPN:confidential
Firm F (JPN),JPN,equity,,,,100,5,10500,,,,JPN:confidential
Firm G (JPN),JPN,offtake,,,,7000,500,125,P2-offtake=160,,,JPN:confidential
Firm H (JPN),JPN,equity,natural-graphite,,,150,10,10000,P1-equity=12500,,,JPN:confidential
Firm I (JPN),JPN,epc,,,,1,,500000,,,,JPN:confidential
Firm J (JPN),JPN,finance,,,,250,20,3200,,,,JPN:confidential
Firm J (JPN),JPN,finance_lead,,,,1,,250000,,,,JPN:confidential
Firm K (JPN),JPN,processing,natural-graphite,,,15000,,75,,,,JPN:confidential
Firm L (JPN),JPN,finance,,,,100,20,2900,,,,JPN:confidential
"""
_SLOTS: Final = """\
slot,project,host,mineral,role,need,least,whole_equity,required,value,values,prefers,label
P1-equity,Project P1,TZA,natural-graphite,equity,120,10,200,yes,4000,Firm B (KOR)=7000;Firm F (JPN)=6000,,open
P1-offtake,Project P1,TZA,natural-graphite,offtake,12000,1000,,yes,40,Firm F (JPN)=55;Firm G (JPN)=50,,open
P1-epc,Project P1,TZA,natural-graphite,epc,1,,,yes,100000,,Firm I (JPN) > Firm D (KOR),open
P1-processing,Project P1,TZA,natural-graphite,processing,12000,,,no,20,,,open
P1-finance,Project P1,TZA,natural-graphite,finance,200,20,,yes,1500,,,open
P1-lead,Project P1,TZA,natural-graphite,finance_lead,1,,,yes,50000,,,open
P2-equity,Project P2,MDG,natural-graphite,equity,100,10,150,yes,3500,,,open
P2-offtake,Project P2,MDG,natural-graphite,offtake,10000,1000,,yes,45,Firm A (KOR)=60,,open
P2-epc,Project P2,MDG,natural-graphite,epc,1,,,yes,80000,,,open
P2-finance,Project P2,MDG,natural-graphite,finance,150,20,,yes,1600,,Firm L (JPN) > Firm E (KOR),open
P2-lead,Project P2,MDG,natural-graphite,finance_lead,1,,,yes,50000,,,open
"""
EXAMPLE_FILES: Final = {"firms.csv": _FIRMS, "slots.csv": _SLOTS}


def write_example(folder: Path) -> tuple[Path, ...]:
    """Write the files into a folder; files of these names are replaced together.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    from pactolus.runs.files import replace_files, require_writable_folder, writing_folder

    require_writable_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with writing_folder(folder, "match") as beside:
        for name, text in EXAMPLE_FILES.items():
            (beside / name).write_text(text, encoding="utf-8", newline="\n")
        replace_files(beside, folder, tuple(EXAMPLE_FILES))
    return tuple(folder / name for name in EXAMPLE_FILES)
