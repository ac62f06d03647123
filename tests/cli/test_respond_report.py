"""``pactolus respond EVENT --formats`` and ``pactolus coordinate`` as a user types them."""

from __future__ import annotations

import json
import time
from pathlib import Path

from .conftest import Pactolus

EVENT = "graphite-licence-2023"


def test_files_are_written_as_one_set(pactolus: Pactolus, tmp_path: Path) -> None:
    out = tmp_path / "paper"
    begun = time.process_time()
    answer = pactolus(
        f"respond {EVENT} --out {out} --formats html,pdf,xlsx,json --lang ko --quiet --format csv"
    )
    assert answer.code == 0
    assert time.process_time() - begun < 30
    names = sorted(file.name for file in out.iterdir())
    assert names == [
        *(f"response-{EVENT}.{kind}" for kind in ("json", "ko.html", "ko.pdf", "ko.xlsx")),
    ]
    assert [Path(row["file"]).name for row in answer.csv] == [
        *(f"response-{EVENT}.ko.{kind}" for kind in ("html", "pdf", "xlsx")),
        f"response-{EVENT}.json",
    ]
    record = json.loads((out / f"response-{EVENT}.json").read_text(encoding="utf-8"))
    assert record["label"] == "open"
    assert record["run"]["command"] == "respond"
    known = {claim["id"] for claim in record["claims"] if claim["value"] is not None}
    assert known <= set(record["trails"])


def test_a_number_of_a_paper_is_traced(pactolus: Pactolus, tmp_path: Path) -> None:
    assert pactolus(f"respond {EVENT} --out {tmp_path} --formats json --quiet").code == 0
    file = tmp_path / f"response-{EVENT}.json"
    record = json.loads(file.read_text(encoding="utf-8"))
    identity = next(c["id"] for c in record["claims"] if c["key"].startswith("exposed.1.lost"))
    answer = pactolus(f"data trace {identity} --manifest {file}")
    assert answer.code == 0
    assert "Imports of the year under these codes" in answer.out
    assert "CHN" in answer.out


def test_a_table_still_goes_to_a_file(pactolus: Pactolus, tmp_path: Path) -> None:
    file = tmp_path / "value.csv"
    assert pactolus(f"respond {EVENT} --table value --out {file} --quiet").code == 0
    assert file.read_text(encoding="utf-8").startswith("case,")
    answer = pactolus(f"respond {EVENT} --table value --out {tmp_path}")
    assert answer.code == 2
    assert "is a folder" in answer.err


def test_options_of_the_paper_are_checked_at_once(pactolus: Pactolus, tmp_path: Path) -> None:
    file = tmp_path / "plain.txt"
    file.write_text("x")
    answer = pactolus(f"respond {EVENT} --formats html,doc --lang fr --out {file}")
    assert answer.code == 2
    assert all(text in answer.err for text in ("doc", "fr", "is a file"))
    answer = pactolus(f"respond {EVENT} --lang ko")
    assert answer.code == 2
    assert "--lang: is for the paper" in answer.err


def test_holdings_label_the_files(pactolus: Pactolus, tmp_path: Path) -> None:
    held = tmp_path / "held.csv"
    held.write_text(
        "member,mineral,stage,low_t,high_t,band,label\n"
        "KOR,natural-graphite,mixed,,,20-40 days,KOR:restricted\n",
        encoding="utf-8",
    )
    out = tmp_path / "out"
    answer = pactolus(f"respond {EVENT} --holdings {held} --out {out} --formats html,json --lang en --quiet")
    assert answer.code == 0
    assert "label of these files: KOR:restricted" in answer.err
    assert "Label of this result: KOR:restricted" in (out / f"response-{EVENT}.en.html").read_text("utf-8")


def test_contributions_of_a_coalition(pactolus: Pactolus) -> None:
    answer = pactolus(f"coordinate {EVENT} --coalition G7 --with KOR --format csv")
    assert answer.code == 0
    mixed = [row for row in answer.csv if row["stage"] == "mixed"]
    assert {row["member"] for row in mixed} >= {"KOR", "JPN", "USA", "DEU"}
    need = sum(float(row["lost_t"]) for row in mixed)
    assert abs(sum(float(row["contribution_t"]) for row in mixed) - need) < 1e-6
    assert "an analogy" in answer.err
    assert "G7 as of 2023-10-20" in answer.err


def test_weights_and_abilities_are_given_by_members(pactolus: Pactolus) -> None:
    answer = pactolus(f"coordinate {EVENT} --rule weights --weights KOR=1,JPN=3 --format csv --quiet")
    assert [float(row["share"]) for row in answer.csv if row["stage"] == "mixed"] == [0.25, 0.75]
    answer = pactolus(f"coordinate {EVENT} --rule ability")
    assert answer.code == 3
    assert "declares neither a stock nor what it can give" in answer.err
    answer = pactolus(f"coordinate {EVENT} --rule ability --ability KOR=100,JPN=300 --format csv --quiet")
    assert [float(row["share"]) for row in answer.csv if row["stage"] == "mixed"] == [0.25, 0.75]


def test_gains_and_joining(pactolus: Pactolus) -> None:
    answer = pactolus(f"coordinate {EVENT} --table gains --format csv")
    assert answer.code == 0
    assert "no agreement without: KOR, JPN" in answer.err
    assert {row["no_agreement_without"] for row in answer.csv} == {"true"}
    answer = pactolus(f"coordinate {EVENT} --table joining --with USA --format csv --quiet")
    assert [row["role"] for row in answer.csv] == ["member", "member", "joins", "all"]
    assert float(answer.csv[-1]["change_musd"]) <= 1e-9


def test_projects_of_a_workspace_are_looked_up_for_a_coalition_too(
    pactolus: Pactolus, tmp_path: Path
) -> None:
    shipped = Path(__file__).parents[2] / "src" / "pactolus"
    records = (shipped / "projects" / "data" / "records" / "africa.yaml").read_text(encoding="utf-8")
    start = records.index("- id: TZA-GR-MAHENGE")
    end = records.find("\n- id: ", start + 1)
    own = records[start : end if end > 0 else None]
    own = own.replace("TZA-GR-MAHENGE", "TZA-GR-OURS").replace("Mahenge", "Ours")
    desk = tmp_path / "desk"
    assert pactolus(["workspace", "init", str(desk)]).code == 0
    (desk / "projects" / "ours.yaml").write_text(own, encoding="utf-8")
    event = tmp_path / "event.yaml"
    text = (shipped / "response" / "data" / "events" / f"{EVENT}.yaml").read_text(encoding="utf-8")
    project = "{project: TZA-GR-OURS, lead_months: 3, cost_musd: 2, stage: mixed, source: desk}"
    event.write_text(f"{text}\nprojects: [{project}]\n", encoding="utf-8")
    asked = ["coordinate", str(event), "--table", "gains", "--format", "csv", "--quiet"]
    unknown = pactolus(asked)
    assert unknown.code != 0
    assert "TZA-GR-OURS: is no record of the pipeline" in unknown.err
    answer = pactolus([*asked, "--workspace", str(desk)])
    assert answer.code == 0, answer.err
    assert {row["member"] for row in answer.csv} == {"KOR", "JPN"}


def test_faults_of_a_coalition(pactolus: Pactolus) -> None:
    answer = pactolus(f"coordinate {EVENT} --coalition FORGE")
    assert answer.code == 2
    assert "membership is unconfirmed" in answer.err
    answer = pactolus(f"coordinate {EVENT} --table joining --weights KOR=x")
    assert answer.code == 2
    assert "nobody joins" in answer.err
    assert "write member=number" in answer.err
