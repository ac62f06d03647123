"""A server in this process: PostgreSQL, a provider of logins, an application asked without a socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy.engine import make_url
from starlette.testclient import TestClient

from pactolus.web import Settings, create_app
from pactolus.web.access.server import Server, open_server
from tests.web.access.browser import Browser
from tests.web.access.provider import CLIENT, SECRET, Provider, provided
from tests.workspace.readers import Served, empty_database, served_database

ROLES = {
    "desk-viewers": "viewer",
    "desk-analysts": "analyst",
    "desk-members": "member-confidential",
    "desk-secretariat": "secretariat",
    "desk-admins": "admin",
}
PEOPLE: dict[str, dict[str, Any]] = {
    "kim": {"sub": "s-kim", "name": "Kim", "groups": ["desk-members"], "member": "KOR"},
    "lee": {"sub": "s-lee", "name": "Lee", "groups": ["desk-members"], "member": "KOR"},
    "sato": {"sub": "s-sato", "name": "佐藤", "groups": ["desk-members"], "member": "JPN"},
    "park": {"sub": "s-park", "name": "Park", "groups": ["desk-analysts"], "member": "KOR"},
    "vera": {"sub": "s-vera", "name": "Vera", "groups": ["desk-viewers"]},
    "sec": {"sub": "s-sec", "name": "Sec", "groups": ["desk-secretariat"]},
    "ada": {"sub": "s-ada", "name": "Ada", "groups": ["desk-admins"], "member": "KOR"},
    "none": {"sub": "s-none", "name": "None", "groups": ["others"]},
}


def server_yaml(folder: Path, served: Served, issuer: str, address: str, more: str = "") -> Path:
    """A server file and the files of its secrets."""
    url = make_url(served.reader_url)
    (folder / "db.secret").write_text(str(url.password), encoding="utf-8")
    (folder / "client.secret").write_text(SECRET + "\n", encoding="utf-8")
    (folder / "metrics.secret").write_text("the token of the metrics\n", encoding="utf-8")
    roles = "".join(f"    {claim}: {role}\n" for claim, role in ROLES.items())
    file = folder / "server.yaml"
    file.write_text(
        f"address: {address}\n"
        "members: [KOR, JPN]\n"
        "database:\n"
        f"  url: {url._replace(password=None).render_as_string()}\n"
        f"  password_file: {folder / 'db.secret'}\n"
        "oidc:\n"
        f"  issuer: {issuer}\n"
        f"  client_id: {CLIENT}\n"
        f"  client_secret_file: {folder / 'client.secret'}\n"
        "  claims: {roles: groups}\n"
        f"  roles:\n{roles}"
        f"metrics: {{token_file: {folder / 'metrics.secret'}}}\n"
        + (more or "limits: {per_minute: 1000000, burst: 1000000, logins_per_minute: 1000000}\n"),
        encoding="utf-8",
    )
    return file


@dataclass
class House:
    """Everything that one test of a server may need."""

    provider: Provider
    served: Served
    server: Server
    app: FastAPI
    client: TestClient
    base: str

    def browser(self) -> Browser:
        """Somebody who is not logged in."""
        return Browser(self.client, self.base)

    def person(self, name: str) -> Browser:
        """Somebody who is."""
        self.provider.says = PEOPLE[name]
        found = self.browser()
        assert found.login().status_code == 303
        return found


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    with provided() as found:
        yield found


@pytest.fixture(scope="session")
def house(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One server for all tests; each test uses names of its own, or takes its changes back."""
    base = "http://localhost:8400"
    with empty_database() as url, served_database(url) as served:
        file = server_yaml(tmp_path_factory.mktemp("server"), served, provider.url, base)
        server = open_server(file)
        app = create_app(Settings(workers=1, hosts=frozenset({"localhost", "127.0.0.1"})), server)
        with TestClient(app, base_url=base, raise_server_exceptions=False) as client:
            yield House(provider, served, server, app, client, base)
        server.engine.dispose()


@pytest.fixture
def person(house: House) -> Callable[[str], Browser]:
    return house.person
