"""Messages: only what is new, once, also when a receiver, a disk or a second run misbehaves."""

from __future__ import annotations

import email
import json
import threading
from collections.abc import Iterator
from datetime import date
from email import policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from pactolus.errors import InputError, OptionError, OutputError, PactolusError
from pactolus.policy.register import Register, register
from pactolus.runs.asking import Patience
from pactolus.runs.locks import only_one
from pactolus.warning import Watchlist, notify, watchlist
from pactolus.warning.watching.channels import JsonLines, MailFolder, Message, Webhook, channel_of

from .conftest import CHOSEN, SmallWorld

SECRET = "T0pS3cret"
NOW = date(2026, 12, 1)


def listed(day: date = NOW) -> Watchlist:
    world: Any = SmallWorld()
    known = Register([register()[name] for name in CHOSEN])
    return watchlist(world, "KOR,JPN", register=known, as_of=day)


class Receiver(HTTPServer):
    """Answers with the codes it was given, then 200, and keeps what it was sent."""

    def __init__(self, *codes: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.codes = list(codes)
        self.got: list[tuple[dict[str, Any], str]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook/{SECRET}"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.got.append((json.loads(body), self.headers["Idempotency-Key"]))
        code = server.codes.pop(0) if server.codes else 200
        self.send_response(code)
        if code in (301, 302):
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Any]:
    servers: list[Receiver] = []

    def start(*codes: int) -> Receiver:
        server = Receiver(*codes)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def patient(waited: list[float] | None = None) -> Patience:
    pauses: list[float] = [] if waited is None else waited
    return Patience(tries=3, longest=5.0, wait=pauses.append)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_what_was_sent_is_not_sent_again(tmp_path: Path) -> None:
    out, state = tmp_path / "new.jsonl", tmp_path / "state" / "sent.jsonl"
    (first,) = notify(listed(), [JsonLines(out)], state)
    rows = lines(out)
    assert len(rows) == len(first.new) > 0
    assert {row["level"] for row in rows} == {"act", "look"}
    assert {row["level_before"] for row in rows} == {""}
    assert len({row["id"] for row in rows}) == len(rows)
    kept = state.read_bytes()
    (again,) = notify(listed(), [JsonLines(out)], state)
    assert (again.new, lines(out), state.read_bytes()) == ((), rows, kept)
    (next_day,) = notify(listed(date(2026, 12, 2)), [JsonLines(out)], state)
    assert next_day.new == ()


def test_only_what_is_new_and_what_came_back(tmp_path: Path) -> None:
    out, state = JsonLines(tmp_path / "new.jsonl"), tmp_path / "sent.jsonl"
    notify(listed(date(2026, 7, 15)), [out], state)
    before = len(lines(out.path))
    (later,) = notify(listed(), [out], state)
    assert "CHN-2025-57" in {row["item"] for row in later.new}
    assert len(lines(out.path)) == before + len(later.new)
    notify(listed(date(2026, 7, 15)), [out], state)
    (back,) = notify(listed(), [out], state)
    assert {row["key"] for row in back.new} == {row["key"] for row in later.new}
    ids = [row["id"] for row in lines(out.path)]
    assert len(ids) == len(set(ids))


def test_due_that_turned_unconfirmed_is_news(tmp_path: Path) -> None:
    out, state = JsonLines(tmp_path / "new.jsonl"), tmp_path / "sent.jsonl"
    notify(listed(date(2026, 11, 1)), [out], state)
    (found,) = notify(listed(), [out], state)
    assert {row["item"] for row in found.new if row["signal"] == "check"} == {"CHN-2025-57", "CHN-2025-58"}


def test_each_channel_and_each_question_has_its_own_memory(tmp_path: Path) -> None:
    one, other, state = JsonLines(tmp_path / "a"), JsonLines(tmp_path / "b"), tmp_path / "sent.jsonl"
    notify(listed(), [one], state)
    (found,) = notify(listed(), [other], state)
    assert found.new
    (graver,) = notify(listed(), [one], state, level="act")
    assert {row["level"] for row in graver.new} == {"act"}
    addresses = state.read_text(encoding="utf-8")
    assert str(tmp_path) not in addresses


def test_lines_that_arrived_before_a_crash_are_not_doubled(tmp_path: Path) -> None:
    out, state = tmp_path / "new.jsonl", tmp_path / "sent.jsonl"
    notify(listed(), [JsonLines(out)], state)
    rows = lines(out)
    state.unlink()  # the lines were written, the state was not
    notify(listed(), [JsonLines(out)], state)
    assert lines(out) == rows


def test_a_line_that_a_full_disk_cut_off_spoils_no_other(tmp_path: Path) -> None:
    out, state = tmp_path / "new.jsonl", tmp_path / "sent.jsonl"
    out.write_bytes(b'{"id": "half')
    (found,) = notify(listed(), [JsonLines(out)], state)
    rows = out.read_text(encoding="utf-8").splitlines()[1:]
    assert len([json.loads(row) for row in rows]) == len(found.new)


@pytest.mark.parametrize(("lang", "word"), [("en", "Korea and Japan"), ("ko", "한·일"), ("ja", "日・韓")])
def test_a_file_of_e_mail(tmp_path: Path, lang: str, word: str) -> None:
    notify(listed(), [MailFolder(tmp_path / "out")], tmp_path / "sent.jsonl", lang=lang)
    (file,) = (tmp_path / "out").glob("*.eml")
    content = file.read_bytes()
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    mail = email.message_from_bytes(content, policy=policy.default)
    assert word in mail["Subject"]
    assert mail["Date"].startswith("Tue, 01 Dec 2026")
    assert mail["Message-ID"].endswith("@pactolus.invalid>")
    assert mail.get_content_charset() == "utf-8"
    text = mail.get_content()
    assert "pactolus policy show CHN-2025-57" in text
    assert listed().vintage in text
    order = text[text.index(" | ") - 7 :][:7]
    assert order == {"en": "KOR JPN", "ko": "KOR JPN", "ja": "JPN KOR"}[lang]


def test_a_webhook_gets_the_rows_and_a_key_against_doubles(tmp_path: Path, receiver: Any) -> None:
    server = receiver()
    (found,) = notify(listed(), [Webhook(server.address, patient())], tmp_path / "sent.jsonl")
    ((body, key),) = server.got
    assert found.fault == ""
    assert (body["id"], body["as_of"], body["members"]) == (key, "2026-12-01", ["KOR", "JPN"])
    assert len(body["new"]) == len(found.new)
    assert body["new"][0]["next"].startswith("pactolus ")


@pytest.mark.parametrize("codes", [(503,), (500, 429)])
def test_a_busy_server_is_asked_again(tmp_path: Path, receiver: Any, codes: tuple[int, ...]) -> None:
    server, waited = receiver(*codes), []
    (found,) = notify(listed(), [Webhook(server.address, patient(waited))], tmp_path / "sent.jsonl")
    assert found.fault == ""
    assert len(server.got) == len(codes) + 1
    assert len({key for _, key in server.got}) == 1
    assert waited == [1.0, 2.0][: len(codes)]


@pytest.mark.parametrize(("codes", "tries"), [((503,) * 3, 3), ((404,), 1), ((302,), 1), ((401,), 1)])
def test_what_did_not_arrive_is_sent_by_the_next_run(
    tmp_path: Path, receiver: Any, codes: tuple[int, ...], tries: int
) -> None:
    server, state = receiver(*codes), tmp_path / "sent.jsonl"
    hook = Webhook(server.address, patient())
    (lost,) = notify(listed(), [hook], state)
    assert str(codes[0]) in lost.fault
    assert SECRET not in lost.fault + lost.channel + repr(hook)
    assert len(server.got) == tries
    (found,) = notify(listed(), [hook], state)
    assert found.fault == ""
    assert len(found.new) == len(lost.new) > 0
    assert server.got[-1][1] == server.got[0][1]
    assert SECRET not in state.read_text(encoding="utf-8")


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    hook = Webhook(f"http://127.0.0.1:9/{SECRET}", patient())
    out = JsonLines(tmp_path / "new.jsonl")
    lost, kept = notify(listed(), [hook, out], tmp_path / "sent.jsonl")
    assert "refused" in lost.fault
    assert SECRET not in lost.fault
    assert kept.fault == ""
    assert lines(out.path)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for channel in (MailFolder(tmp_path / "file" / "x"), JsonLines(tmp_path / "file" / "x")):
        (found,) = notify(listed(), [channel], tmp_path / "sent.jsonl")
        assert "cannot be written" in found.fault


def test_two_writers(tmp_path: Path) -> None:
    with only_one(tmp_path, "watch"), pytest.raises(OutputError, match="another watch is at work"):
        notify(listed(), [JsonLines(tmp_path / "new.jsonl")], tmp_path / "sent.jsonl")
    assert not (tmp_path / "new.jsonl").exists()


def test_a_state_that_is_none(tmp_path: Path) -> None:
    state = tmp_path / "sent.jsonl"
    state.write_text('{"channel": 1}\nnothing\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"(?s)sent.jsonl:1: .*sent.jsonl:2: "):
        notify(listed(), [JsonLines(tmp_path / "new.jsonl")], state)


def test_the_state_is_only_added_to(tmp_path: Path) -> None:
    state, out = tmp_path / "sent.jsonl", JsonLines(tmp_path / "new.jsonl")
    before = ""
    for day in (date(2026, 7, 15), date(2026, 11, 1), NOW):
        notify(listed(day), [out], state)
        now = state.read_text(encoding="utf-8")
        assert now.startswith(before)
        assert now != before
        before = now


@pytest.mark.parametrize(
    "text",
    [f"http://example.org/{SECRET}", f"https://me:{SECRET}@example.org/", f"ftp://x/{SECRET}", "jsonl:"],
)
def test_channels_that_are_none_do_not_tell_secrets(text: str) -> None:
    with pytest.raises(OptionError) as found:
        channel_of(text)
    assert SECRET not in str(found.value)


def test_an_address_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PACTOLUS_WEBHOOK", raising=False)
    with pytest.raises(OptionError, match="PACTOLUS_WEBHOOK"):
        channel_of("webhook")
    monkeypatch.setenv("PACTOLUS_WEBHOOK", f"https://example.org/{SECRET}")
    assert channel_of("webhook").shown == "https://example.org"


def test_an_address_that_cannot_be_asked() -> None:
    empty = Message(id="x", as_of=NOW, members=("KOR",), vintage="", rows=(), subject="", body="")
    with pytest.raises(PactolusError) as found:
        Webhook(f"https://exa mple.org/{SECRET} b", patient()).send(empty)
    assert SECRET not in str(found.value)
