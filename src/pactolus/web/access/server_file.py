"""The server file: YAML in, checked settings out, every fault with its file, line and column."""

from __future__ import annotations

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from pactolus.errors import InputError
from pactolus.web.access.reader import Role
from pactolus.workspace.forms import Form, Text
from pactolus.workspace.records import Faults, parsed_mapping
from pactolus.workspace.serving import address_fault

__all__ = ["ServerFile", "is_loopback", "read_server_file"]

_LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "::1")


def is_loopback(host: str | None) -> bool:
    """Whether only this machine reaches a host."""
    try:
        return host in _LOOPBACK_NAMES or ip_address(host or "").is_loopback
    except ValueError:
        return False


def _https(text: str) -> str:
    try:
        parts = urlsplit(text)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        raise ValueError(f"found {text!r}; write an address such as https://desk.example.org") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_right:
        raise ValueError(f"found {text!r}; write an address such as https://desk.example.org")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError(f"found {text!r}; write https://, since http can be read and changed on its way")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError(f"found {text!r}; leave name, password, query and fragment out of the address")
    return text.rstrip("/")


def _origin(text: str) -> str:
    found = _https(text)
    if urlsplit(found).path:
        raise ValueError(f"found {text!r}; the desk stands at the root of its address: leave the path out")
    return found


def _database(text: str) -> str:
    fault = address_fault(text)
    if fault:
        raise ValueError(fault)
    return text


def _member(text: str) -> str:
    from pactolus.terms.countries import country

    try:
        found = country(text).iso3
    except InputError as error:
        raise ValueError(str(error)) from None
    if found != text:
        raise ValueError(f"found {text!r}; write {found}, as labels do")
    return found


class _Secret(Form):
    """A part with a secret that is kept elsewhere."""

    @model_validator(mode="after")
    def _one_place(self) -> _Secret:
        named = [
            key for key in type(self).model_fields if key.endswith(("_file", "_env")) and getattr(self, key)
        ]
        if len(named) > 1:
            raise ValueError(f"{' and '.join(named)} are both given; keep one")
        return self

    def secret(self, what: str, where: str) -> str | None:
        """The secret, or None where no place is named.

        Raises
        ------
        InputError
            If the file cannot be read, the variable is not set, or it is empty.
        """
        file, variable = getattr(self, f"{what}_file"), getattr(self, f"{what}_env")
        if variable is not None:
            found = os.environ.get(variable, "")
            place = f"environment variable {variable}"
        elif file is not None:
            place = str(file)
            try:
                found = Path(file).read_text(encoding="utf-8").strip("\r\n")
            except (OSError, UnicodeDecodeError) as error:
                why = error.strerror if isinstance(error, OSError) else "not UTF-8"
                raise InputError(f"{where}: {place}: cannot be read ({why})") from error
        else:
            return None
        if not found:
            raise InputError(f"{where}: {place}: is not set or empty; put the {what.replace('_', ' ')} there")
        return found


class Database(_Secret):
    """Where the records are; the password from one place, or from where PostgreSQL's programs look."""

    url: Annotated[Text, AfterValidator(_database)]
    password_file: Path | None = None
    password_env: Text | None = None
    pool: Annotated[int, Field(ge=1, le=100)] = 5


class Claims(Form):
    """Which claims of the provider say what; a dot goes into a mapping."""

    name: Text = "name"
    roles: Text = "roles"
    member: Text = "member"


class Oidc(_Secret):
    """The provider of logins."""

    issuer: Annotated[Text, AfterValidator(_https)]
    client_id: Text
    client_secret_file: Path | None = None
    client_secret_env: Text | None = None
    scopes: Text = "openid profile"
    claims: Claims = Claims()
    roles: Annotated[dict[str, Role], Field(min_length=1)]
    """What the claim says -> role here."""


class SessionLimits(Form):
    """When a session ends."""

    idle_minutes: Annotated[float, Field(gt=0, le=1440, allow_inf_nan=False)] = 30
    hours: Annotated[float, Field(gt=0, le=168, allow_inf_nan=False)] = 10


class Rates(Form):
    """How often one reader, or one address without a login, may ask."""

    per_minute: Annotated[int, Field(ge=1, le=10_000_000)] = 600
    burst: Annotated[int, Field(ge=1, le=10_000_000)] = 120
    logins_per_minute: Annotated[int, Field(ge=1, le=10_000_000)] = 20


class Metrics(_Secret):
    """Who may read the metrics, besides this machine and admins."""

    token_file: Path | None = None
    token_env: Text | None = None


class ServerFile(Form):
    """Everything a server is told; see docs/how-to/run-a-server.md."""

    address: Annotated[Text, AfterValidator(_origin)]
    members: Annotated[list[Annotated[Text, AfterValidator(_member)]], Field(min_length=1)]
    database: Database
    oidc: Oidc
    sessions: SessionLimits = SessionLimits()
    limits: Rates = Rates()
    metrics: Metrics = Metrics()
    proxies: tuple[Text, ...] = ()
    levels: dict[str, list[Text]] = Field(default_factory=dict)

    @property
    def host(self) -> str:
        """Name of the desk in a ``Host`` header, without port."""
        return urlsplit(self.address).hostname or ""

    @property
    def host_and_port(self) -> str:
        """As a ``Host`` header says it."""
        return urlsplit(self.address).netloc.lower()


def read_server_file(file: Path) -> ServerFile:
    """Settings of a server.

    Raises
    ------
    InputError
        All faults at once, each with file, line and column.
    """
    faults = Faults.none()
    found: Any = parsed_mapping(file, str(file), ServerFile, faults)
    faults.raise_any()
    assert isinstance(found, ServerFile)
    wrong = [
        f"{file}: levels.{member}: {what}"
        for member, levels in found.levels.items()
        for what in _level_faults(member, levels, found.members)
    ]
    if wrong:
        raise InputError.gathered(wrong)
    return found


def _level_faults(member: str, levels: list[str], members: list[str]) -> list[str]:
    faults = [] if member in members else [f"not among the members {', '.join(members)}"]
    if not levels or "open" in levels or len(set(levels)) < len(levels):
        faults.append("name each level above open once, the least strict first")
    if any(set(level) & set("+:") for level in levels):
        faults.append("a level holds no '+' or ':'")
    return faults
