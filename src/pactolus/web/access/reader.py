"""Who asks: the reader of a request, and what it may do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from starlette.exceptions import HTTPException
from starlette.requests import Request

__all__ = ["LOCAL", "NOBODY", "ROLES", "Reader", "Role", "csrf_of", "reader_of", "require", "with_implied"]

Role = Literal["viewer", "analyst", "member-confidential", "secretariat", "admin"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
_IMPLIED: Final[Mapping[str, tuple[Role, ...]]] = {
    "analyst": ("viewer",),
    "member-confidential": ("viewer", "analyst"),
    "secretariat": ("viewer", "analyst"),
    "admin": ("viewer",),
}
#: Where the layer of a server puts the reader.
KEY: Final = "pactolus.reader"


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who asks.

    Attributes
    ----------
    id : str
        Stable at the provider; author of what is saved, actor in the audit. ``local`` without a login.
    name : str
        To show.
    roles : frozenset of str
        Of `ROLES`, implied ones too.
    member : str
        Whose confidential rows it may see (``KOR``); empty for nobody's.
    session : str
        Hash of the session's name; empty without a login.
    csrf : str
        What a changing request must bring; empty without a login.
    """

    id: str
    name: str = ""
    roles: frozenset[str] = frozenset()
    member: str = ""
    session: str = ""
    csrf: str = field(default="", repr=False)

    def may(self, role: Role) -> bool:
        """Whether it has a role."""
        return role in self.roles

    @property
    def cleared_member(self) -> str:
        """The member whose confidential rows it may see; empty for nobody's."""
        return self.member if self.may("member-confidential") else ""


#: Of a desk on loopback, without a login: reads open data, starts runs, saves own scenarios.
LOCAL: Final = Reader(id="local", roles=frozenset({"viewer", "analyst"}))
#: Of a server, before a login: may nothing.
NOBODY: Final = Reader(id="")


def with_implied(roles: Iterable[str]) -> frozenset[str]:
    """Roles and those that they bring with them.

    Examples
    --------
    >>> sorted(with_implied(["analyst"]))
    ['analyst', 'viewer']
    """
    return frozenset(one for role in roles for one in (role, *_IMPLIED.get(role, ())))


def reader_of(request: Request) -> Reader:
    """Who asks; `LOCAL` on a desk without a server's settings, else whom the session names."""
    if getattr(request.app.state, "server", None) is None:
        return LOCAL
    found = request.scope.get(KEY, NOBODY)
    assert isinstance(found, Reader)
    return found


def csrf_of(request: Request) -> str:
    """What pages put in ``<meta name="csrf">`` and send as ``X-CSRF-Token``; empty without a login."""
    return reader_of(request).csrf


def require(role: Role) -> Callable[[Request], Reader]:
    """A dependency of a route: the reader, if it has the role.

    Raises
    ------
    HTTPException
        401 without a login, 403 without the role.
    """

    def required(request: Request) -> Reader:
        reader = reader_of(request)
        if not reader.id:
            raise HTTPException(401, "log in first, at /login")
        if not reader.may(role):
            raise HTTPException(403, f"needs the role {role}; ask the administrator of this desk for it")
        if role == "member-confidential" and not reader.member:
            raise HTTPException(403, "the login names no member, and these rows are of a member")
        return reader

    return required
