"""The provider of logins: OIDC authorization code with PKCE, state and nonce."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from ssl import SSLContext
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

from pactolus.errors import PactolusError
from pactolus.web.access.reader import with_implied
from pactolus.web.access.server_file import Oidc, is_loopback
from pactolus.workspace.sessions import Login

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

__all__ = ["LoginError", "Person", "Provider"]

#: Signatures that are taken: a secret that both sides know, or none, is not among them.
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_KEEP_SECONDS: Final = 3600.0
#: Keys are read again for a key that is not known, but not more often than this. [s]
_AGAIN_SECONDS: Final = 10.0
_LEEWAY: Final = 30
_WAIT: Final = 10.0


class LoginError(PactolusError):
    """A login that is refused, with what may be shown of why."""


@dataclass(frozen=True)
class Person:
    """Whom a provider vouches for."""

    id: str
    name: str
    member: str
    roles: tuple[str, ...]


class Provider:
    """One provider; its description and keys are asked for when the first login needs them.

    Parameters
    ----------
    oidc : Oidc
    secret : str or None
        Of the client; none for a public client, which PKCE protects.
    address : str
        Of the desk.
    members : sequence of str
    clock : callable
        Seconds of the epoch.
    """

    def __init__(
        self,
        oidc: Oidc,
        secret: str | None,
        address: str,
        members: tuple[str, ...],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.oidc, self.address, self.members, self.clock = oidc, address, members, clock
        self._secret = secret
        self._lock = threading.Lock()
        self._about: tuple[float, Mapping[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    @property
    def origin(self) -> str:
        """Scheme and host, for a policy of forms."""
        parts = urlsplit(self.oidc.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def _back(self) -> str:
        return f"{self.address}/login/back"

    # ------------------------------------------------------------------------------------------ the two steps

    def begin(self, state: str, login: Login) -> str:
        """Where the browser is sent."""
        with self._client() as client:
            url, _ = client.create_authorization_url(
                self._endpoint("authorization_endpoint"),
                state=state,
                nonce=login.nonce,
                code_verifier=login.verifier,
            )
        return str(url)

    def end(self, code: str, login: Login) -> Person:
        """Whom a code stands for.

        Raises
        ------
        LoginError
            If the provider refuses the code, or its token is not right in every part.
        """
        import httpx2
        from authlib.integrations.base_client.errors import OAuthError

        try:
            with self._client() as client:
                token = client.fetch_token(
                    self._endpoint("token_endpoint"),
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=login.verifier,
                )
        except (OAuthError, httpx2.HTTPError, ValueError) as error:
            raise LoginError("the provider did not take the login; begin again") from error
        identity = token.get("id_token")
        if not isinstance(identity, str):
            raise LoginError("the provider gave no ID token; its client needs the scope openid")
        return self._person(self._claims(identity, login.nonce))

    def logout_url(self) -> str | None:
        """Where the provider ends its own session; None if it has no such place."""
        try:
            place = self._described().get("end_session_endpoint")
        except LoginError:
            return None
        if not isinstance(place, str):
            return None
        back = {"client_id": self.oidc.client_id, "post_logout_redirect_uri": f"{self.address}/login"}
        return f"{place}?{urlencode(back)}"

    # ---------------------------------------------------------------------------------------------- the token

    def _claims(self, token: str, nonce: str) -> Mapping[str, Any]:
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError, JoseError

        claims = jwt.JWTClaimsRegistry(
            now=int(self.clock()),
            leeway=_LEEWAY,
            iss={"essential": True, "value": str(self._described()["issuer"])},
            aud={"essential": True, "value": self.oidc.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            try:
                found = jwt.decode(token, self._key_set(), algorithms=list(ALGORITHMS))
            except (InvalidKeyIdError, ValueError):
                found = jwt.decode(token, self._key_set(again=True), algorithms=list(ALGORITHMS))
            claims.validate(found.claims)
        except (JoseError, ValueError, TypeError) as error:
            raise LoginError(f"the token of the provider is refused ({type(error).__name__})") from error
        if found.claims.get("azp", self.oidc.client_id) != self.oidc.client_id:
            raise LoginError("the token of the provider is for another client")
        return found.claims

    def _person(self, claims: Mapping[str, Any]) -> Person:
        identity = claims["sub"]
        if not isinstance(identity, str) or not identity.isprintable() or not 0 < len(identity) <= 150:
            raise LoginError("the token of the provider names nobody (sub)")
        said = _at(claims, self.oidc.claims.roles)
        values = [said] if isinstance(said, str) else said if isinstance(said, list) else []
        roles = with_implied(
            self.oidc.roles[one] for one in values if isinstance(one, str) and one in self.oidc.roles
        )
        name = _at(claims, self.oidc.claims.name)
        return Person(
            identity,
            name if isinstance(name, str) and name.isprintable() and name else identity,
            self._member(_at(claims, self.oidc.claims.member)),
            tuple(sorted(roles)),
        )

    def _member(self, said: Any) -> str:
        if said in (None, "", []):
            return ""
        only = said[0] if isinstance(said, list) and len(said) == 1 else said
        if not isinstance(only, str) or only not in self.members:
            raise LoginError(
                f"the provider says member {said!r}; this desk serves {', '.join(self.members)}, one a login"
            )
        return only

    # ---------------------------------------------------------------------------------------- its description

    def _described(self) -> Mapping[str, Any]:
        with self._lock:
            if self._about is None or self._about[0] <= self.clock() - _KEEP_SECONDS:
                about = self._json(f"{self.oidc.issuer}/.well-known/openid-configuration")
                if str(about.get("issuer", "")).rstrip("/") != self.oidc.issuer:
                    raise LoginError("the provider calls itself another issuer than the server file does")
                self._about = (self.clock(), about)
            return self._about[1]

    def _endpoint(self, name: str) -> str:
        place = self._described().get(name)
        if not isinstance(place, str):
            raise LoginError(f"the provider has no {name}")
        parts = urlsplit(place)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
            raise LoginError(f"the {name} of the provider is not https")
        return place

    def _key_set(self, *, again: bool = False) -> KeySet:
        from joserfc.jwk import KeySet

        place = self._endpoint("jwks_uri")
        with self._lock:
            age = _AGAIN_SECONDS if again else _KEEP_SECONDS
            if self._keys is None or self._keys[0] <= self.clock() - age:
                try:
                    self._keys = (self.clock(), KeySet.import_key_set(dict(self._json(place))))  # type: ignore[arg-type]
                except (KeyError, ValueError, TypeError) as error:
                    raise LoginError("the keys of the provider cannot be read") from error
            return self._keys[1]

    def _json(self, place: str) -> Mapping[str, Any]:
        import httpx2

        try:
            with httpx2.Client(timeout=_WAIT, trust_env=self._outside, verify=self._trusted) as client:
                found = client.get(place, headers={"accept": "application/json"}).raise_for_status().json()
        except (httpx2.HTTPError, ValueError) as error:
            raise LoginError("the provider of logins does not answer as one; try again later") from error
        if not isinstance(found, dict):
            raise LoginError("the provider of logins does not answer as one; try again later")
        return found

    @property
    def _outside(self) -> bool:
        """Whether proxies of the environment stand between."""
        return not is_loopback(urlsplit(self.oidc.issuer).hostname)

    @cached_property
    def _trusted(self) -> SSLContext:
        """Authorities that are trusted, read once."""
        import httpx2

        return httpx2.create_ssl_context(trust_env=self._outside)

    def _client(self) -> Any:
        from authlib.integrations.httpx_client import OAuth2Client

        return OAuth2Client(
            client_id=self.oidc.client_id,
            client_secret=self._secret,
            token_endpoint_auth_method="client_secret_basic" if self._secret else "none",
            scope=self.oidc.scopes,
            redirect_uri=self._back,
            code_challenge_method="S256",
            timeout=_WAIT,
            trust_env=self._outside,
            verify=self._trusted,
        )


def _at(claims: Mapping[str, Any], path: str) -> Any:
    """A claim, or a part of one: ``realm_access.roles``."""
    if path in claims:
        return claims[path]
    here: Any = claims
    for part in path.split("."):
        here = here.get(part) if isinstance(here, Mapping) else None
    return here
