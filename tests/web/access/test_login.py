"""Logging in at a real provider: every part of it that is wrong is refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from pactolus.web.access.provider import LoginError
from pactolus.web.api.entrance import CSRF_COOKIE, SESSION_COOKIE
from tests.web.access.conftest import PEOPLE, House
from tests.web.access.provider import CLIENT, Claims, unsigned

pytestmark = pytest.mark.postgres


@pytest.fixture(autouse=True)
def honest(house: House):
    """A provider that says what is right, before and after."""
    house.provider.says = PEOPLE["park"]
    yield
    house.provider.spoil, house.provider.sign = dict, house.provider.signed


def test_a_login_leads_where_it_began_and_names_the_reader(house: House):
    browser = house.browser()
    first = browser.get("/api/docs?x=1", headers={"accept": "text/html"})
    assert (first.status_code, first.headers["location"]) == (303, "/login?next=%2Fapi%2Fdocs%3Fx%3D1")
    page = browser.get(first.headers["location"])
    assert 'value="/api/docs?x=1"' in page.text
    done = browser.get(browser.from_provider(browser.to_provider("%2Fapi%2Fdocs%3Fx%3D1")))
    assert (done.status_code, done.headers["location"]) == (303, "/api/docs?x=1")
    assert set(browser.cookies) == {SESSION_COOKIE, CSRF_COOKIE}
    me = browser.get("/api/v1/me").json()
    assert (me["id"], me["name"], me["member"]) == ("s-park", "Park", "KOR")
    assert me["roles"] == ["analyst", "viewer"]
    assert me["csrf"] == browser.cookies[CSRF_COOKIE]
    assert browser.get("/api/docs").status_code == 200


def test_without_a_login_nothing_is_read(house: House):
    for place in (
        "/api/v1/",
        "/api/v1/data/tables",
        "/api/docs",
        "/api/v1/confidential/holdings",
        "/api/v1/openapi.json",
    ):
        found = house.browser().get(place)
        assert found.status_code == 401, place
        assert found.headers["content-type"] == "application/problem+json"


def other_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "first"})


SPOILT: dict[str, Callable[[Claims], Claims]] = {
    "issuer": lambda c: {**c, "iss": "http://127.0.0.1:1"},
    "audience": lambda c: {**c, "aud": "another client"},
    "audience is missing": lambda c: {k: v for k, v in c.items() if k != "aud"},
    "another party": lambda c: {**c, "aud": [CLIENT, "b"], "azp": "b"},
    "expired": lambda c: {**c, "exp": int(time.time()) - 60},
    "expiry is missing": lambda c: {k: v for k, v in c.items() if k != "exp"},
    "nonce": lambda c: {**c, "nonce": "x"},
    "nonce is missing": lambda c: {k: v for k, v in c.items() if k != "nonce"},
    "nobody": lambda c: {**c, "sub": ""},
    "strange name": lambda c: {**c, "sub": "a\nb"},
    "of the future": lambda c: {**c, "iat": int(time.time()) + 600},
    "another member": lambda c: {**c, "member": "USA"},
    "two members": lambda c: {**c, "member": ["KOR", "JPN"]},
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_token_that_is_wrong_in_one_part_is_refused(house: House, what: str):
    house.provider.spoil = SPOILT[what]
    browser = house.browser()
    assert browser.login().status_code == 403
    assert SESSION_COOKIE not in browser.cookies
    assert browser.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("how", ["another key", "none", "shared secret", "no token", "rubbish"])
def test_a_token_that_is_not_signed_by_the_provider_is_refused(house: House, how: str):
    shared = house.provider.key.as_dict(private=False)["n"]  # what everybody knows of the key
    signs: dict[str, Callable[[Claims], str]] = {
        "another key": lambda c: jwt.encode({"alg": "RS256", "kid": "first"}, c, other_key()),
        "none": unsigned,
        "shared secret": lambda c: jwt.encode({"alg": "HS256", "kid": "first"}, c, OctKey.import_key(shared)),
        "no token": lambda c: "",
        "rubbish": lambda c: "a.b.c",
    }
    house.provider.sign = signs[how]
    assert house.browser().login().status_code == 403


def test_keys_may_be_exchanged(house: House):
    provider = house.provider
    old, house.server.provider._keys = provider.key, None
    assert house.browser().login().status_code == 303
    provider.key = RSAKey.generate_key(2048, {"kid": "second", "use": "sig", "alg": "RS256"})
    provider.keys = [provider.key]
    assert house.server.provider._keys is not None
    house.server.provider._keys = (0.0 + time.time() - 60, house.server.provider._keys[1])
    try:
        assert house.browser().login().status_code == 303
    finally:
        provider.key, provider.keys, house.server.provider._keys = old, [old], None


def test_a_state_of_another_browser_or_a_second_time_is_refused(house: House):
    victim, thief = house.browser(), house.browser()
    back = thief.from_provider(thief.to_provider())
    assert victim.get(back).status_code == 403  # a login that somebody else began
    victim.to_provider()
    assert victim.get(back).status_code == 403
    assert victim.get("/login/back?code=x&state=" + "y" * 5000).status_code == 403
    assert thief.get(back).status_code == 303
    assert thief.get(back).status_code == 403


def test_a_code_is_useless_without_its_verifier(house: House):
    one, other = house.browser(), house.browser()
    stolen = parse_qs(urlsplit(one.from_provider(one.to_provider())).query)["code"][0]
    state = parse_qs(urlsplit(other.to_provider()).query)["state"][0]
    assert other.get("/login/back?" + urlencode({"code": stolen, "state": state})).status_code == 403


def test_a_session_name_that_was_there_before_names_nobody_afterwards(house: House):
    browser = house.browser()
    browser.cookies[SESSION_COOKIE] = "chosen by somebody else"
    assert browser.login().status_code == 303
    first = browser.cookies[SESSION_COOKIE]
    assert first != "chosen by somebody else"
    assert browser.login().status_code == 303
    assert browser.cookies[SESSION_COOKIE] != first
    late = house.browser()
    late.cookies[SESSION_COOKIE] = first
    assert late.get("/api/v1/me").status_code == 401


def test_logging_out_ends_the_session_everywhere(house: House):
    browser = house.person("park")
    kept = dict(browser.cookies)
    page = browser.get("/login")
    csrf = browser.meta(page.text)
    assert csrf == [browser.csrf]
    browser.csrf = ""
    wrong = browser.ask("POST", "/logout", data={"csrf": "x"})
    assert wrong.status_code == 403
    done = browser.ask("POST", "/logout", data={"csrf": csrf[0]})
    assert done.status_code == 303
    assert done.headers["location"].startswith(f"{house.provider.url}/out?client_id={CLIENT}")
    assert browser.cookies == {}
    browser.cookies = kept
    assert browser.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize(
    "place", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1", "x", "/\t/e"]
)
def test_a_login_leads_nowhere_else(house: House, place: str):
    browser = house.browser()
    done = browser.get(browser.from_provider(browser.to_provider(place.replace("\t", "%09"))))
    assert done.headers["location"] == "/"


def test_who_has_no_role_here_is_told(house: House):
    browser = house.person("none")
    found = browser.get("/api/v1/")
    assert found.status_code == 403
    assert "no role here" in found.json()["detail"]


def test_a_provider_that_does_not_answer_is_said(house: House):
    provider = house.server.provider
    about, provider._about = provider._about, None
    issuer = provider.oidc
    try:
        provider.oidc = issuer.model_copy(update={"issuer": "http://127.0.0.1:9"})
        found = house.browser().get("/login/start")
        assert found.status_code == 409
        assert "does not answer" in found.text
        provider.oidc = issuer.model_copy(
            update={"issuer": house.provider.url.replace("127.0.0.1", "localhost")}
        )
        with pytest.raises(LoginError, match="another issuer"):
            provider._described()
    finally:
        provider.oidc, provider._about = issuer, about
