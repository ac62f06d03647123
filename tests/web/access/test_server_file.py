"""A server file that cannot be served is refused with the place and the mend, before anything listens."""

from __future__ import annotations

from pathlib import Path

import pytest

from pactolus.cli.main import run
from pactolus.errors import InputError
from pactolus.web.access.server_file import read_server_file

RIGHT = """\
address: https://desk.example.org
members: [KOR, JPN]
database:
  url: postgresql://pactolus_app@db.example.org/pactolus
oidc:
  issuer: https://login.example.org/realms/desk
  client_id: pactolus
  roles: {desk-viewers: viewer}
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "server.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_right_file_has_the_usual_limits(tmp_path: Path):
    found = read_server_file(written(tmp_path, RIGHT))
    assert (found.host, found.host_and_port) == ("desk.example.org", "desk.example.org")
    assert (found.sessions.idle_minutes, found.sessions.hours) == (30, 10)
    assert (found.limits.per_minute, found.database.pool) == (600, 5)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "database:\n  url: postgresql://pactolus_app@db.example.org/pactolus\n",
            "",
            ":1:1: database: is missing; add it",
        ),
        (
            "postgresql://pactolus_app@db.example.org/pactolus",
            "sqlite:///x.db",
            ":4:3: database.url: found 'sqlite:///x.db'; SQLite has no row-level security",
        ),
        (
            "pactolus_app@",
            "pactolus_app:secret@",
            ":4:3: database.url: the address holds a password; take it out",
        ),
        ("postgresql://pactolus_app@", "mysql://x@", "a server needs PostgreSQL"),
        (
            "desk-viewers: viewer",
            "desk-viewers: viewers",
            "member-confidential, secretariat or admin (did you mean 'viewer'?)",
        ),
        ("desk-viewers: viewer", "", "oidc.roles"),
        (
            "https://login.example.org",
            "http://login.example.org",
            ":6:3: oidc.issuer: found 'http://login.example.org/realms/desk'; write https://",
        ),
        (
            "https://desk.example.org",
            "https://desk.example.org/pactolus",
            ":1:1: address: found 'https://desk.example.org/pactolus'; the desk stands at the root",
        ),
        ("https://desk.example.org", "desk.example.org", "write an address such as https://desk.example.org"),
        ("https://desk.example.org", "https://desk.example.org:99999", "write an address such as"),
        ("[KOR, JPN]", "[KOR, JAP]", "unknown country or region 'JAP'"),
        ("[KOR, JPN]", "[KOR, Japan]", "write JPN, as labels do"),
        (
            "client_id: pactolus",
            "client_id: pactolus\n  client: x",
            ":8:3: oidc.client: no such key; did you mean 'client_id'?",
        ),
        (
            "client_id: pactolus",
            "client_id: pactolus\n  client_secret_env: A\n  client_secret_file: b",
            "client_secret_file and client_secret_env are both given; keep one",
        ),
        (
            "members:",
            "limits: {per_minute: 0}\nmembers:",
            "limits.per_minute: found 0; input should be greater than or equal to 1",
        ),
        ("members:", "sessions: {hours: 1000}\nmembers:", "sessions.hours"),
        ("members:", "levels: {USA: [x]}\nmembers:", "levels.USA: not among the members KOR, JPN"),
        ("members:", "levels: {KOR: [open]}\nmembers:", "levels.KOR: name each level above open once"),
        ("members:", "levels: {KOR: ['a+b']}\nmembers:", "a level holds no '+' or ':'"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, old: str, new: str, message: str):
    with pytest.raises(InputError) as found:
        read_server_file(written(tmp_path, RIGHT.replace(old, new)))
    assert message in str(found.value)
    assert "secret@" not in str(found.value)


def test_all_faults_are_named_at_once(tmp_path: Path):
    text = RIGHT.replace("https://desk", "http://desk").replace("viewer}", "boss}").replace("KOR,", "QQQ,")
    with pytest.raises(InputError) as found:
        read_server_file(written(tmp_path, text))
    assert len(str(found.value).splitlines()) == 3


def test_a_secret_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    text = RIGHT.replace("/pactolus\noidc", "/pactolus\n  password_env: DESK_PASSWORD\noidc")
    found = read_server_file(written(tmp_path, text))
    monkeypatch.delenv("DESK_PASSWORD", raising=False)
    with pytest.raises(InputError, match="environment variable DESK_PASSWORD: is not set or empty"):
        found.database.secret("password", "server.yaml: database")
    monkeypatch.setenv("DESK_PASSWORD", "word")
    assert found.database.secret("password", "x") == "word"
    named = text.replace("password_env: DESK_PASSWORD", f"password_file: {tmp_path / 'no'}")
    with pytest.raises(InputError, match="no: cannot be read"):
        read_server_file(written(tmp_path, named)).database.secret("password", "server.yaml: database")


def test_the_command_refuses_before_it_listens(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    away = RIGHT.replace("@db.example.org", "@127.0.0.1:9")
    file = written(tmp_path, away)
    assert run(["serve", "--server", str(file), "--port", "0"]) == 2
    assert "database.url: the database does not answer" in capsys.readouterr().err
    assert run(["serve", "--server", str(tmp_path / "none.yaml")]) == 2
    assert "No such file" in capsys.readouterr().err
    assert run(["serve", "--server", str(file), "--allow-others"]) == 2
    assert "--allow-others: is for a desk without login" in capsys.readouterr().err
