"""PostgreSQL decides which rows a reader sees; what our code forgets shows nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from pactolus.errors import InputError, NoAnswerError
from pactolus.workspace import migrate
from pactolus.workspace.serving import grant, require_reading_role
from pactolus.workspace.sessions import Sessions
from pactolus.workspace.store import ConflictError, Store, connect
from tests.workspace.readers import Served, empty_database, served_database, server


@contextmanager
def filled() -> Iterator[Served]:
    """A database in which each of two members holds something."""
    with empty_database() as url, served_database(url) as found:
        found.acting("KOR").put(
            "holding", "KOR/tungsten", {"low": 10}, author="reader-KOR", label="KOR:restricted"
        )
        found.acting("JPN").put(
            "holding", "JPN/tungsten", {"low": 99}, author="reader-JPN", label="JPN:shared"
        )
        found.acting().put("note", "hello", "open to all", author="reader-nobody")
        yield found


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """For tests that leave the rows that they find as they are."""
    with filled() as found:
        yield found


@pytest.fixture
def fresh() -> Iterator[Served]:
    """For tests that change the rows or the rules that they find."""
    with filled() as found:
        yield found


RAW = (
    "SELECT id FROM records WHERE kind = 'holding'",
    "SELECT id FROM records WHERE label LIKE 'JPN%' OR true",
    "SELECT r.id FROM records r CROSS JOIN heads",
    "SELECT id FROM heads",
    "WITH x AS MATERIALIZED (SELECT * FROM records) SELECT id FROM x",
)


@pytest.mark.postgres
@pytest.mark.parametrize("statement", RAW)
def test_one_member_does_not_read_another_with_sql_of_its_own(served: Served, statement: str):
    with served.acting("KOR")._reading() as connection:
        found = {row.id for row in connection.execute(text(statement))}
    assert "KOR/tungsten" in found
    assert "JPN/tungsten" not in found


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records SET label = 'open'",
        "DELETE FROM records",
        "TRUNCATE records",
        "UPDATE audit SET actor = 'nobody'",
        "DELETE FROM audit",
        "ALTER TABLE records DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE records NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY reads ON records",
        "CREATE POLICY mine ON records USING (true)",
        "CREATE OR REPLACE FUNCTION pactolus_covers(label text) RETURNS bool LANGUAGE sql AS 'SELECT true'",
        "SET row_security = off; SELECT * FROM records",
    ],
)
def test_the_serving_role_changes_no_row_and_no_rule(served: Served, statement: str):
    with (
        pytest.raises(DBAPIError, match=r"permission denied|must be owner|row-level security"),
        served.acting("KOR")._reading() as connection,
    ):
        connection.execute(text(statement))
    assert served.kept.verify() == []


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["records", "heads", "audit"])
def test_a_forgotten_setting_shows_nothing(served: Served, table: str):
    def seen() -> int:
        with served.engine.connect() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())

    assert seen() == 0
    with served.acting("KOR", "admin")._reading() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() > 0
    assert seen() == 0  # the settings ended with their transaction, though the connection is the same one


@pytest.mark.postgres
def test_rows_are_written_in_ones_own_name_and_member_only(served: Served):
    with pytest.raises(NoAnswerError, match="refuses this row"):
        served.acting("KOR").put("holding", "JPN/x", {}, author="reader-KOR", label="JPN:shared")
    with pytest.raises(NoAnswerError, match="refuses this row"):
        served.acting("KOR").put("note", "x", {}, author="reader-JPN")
    with pytest.raises(NoAnswerError, match="refuses this row"):
        served.acting().put("holding", "KOR/x", {}, author="reader-nobody", label="KOR:shared")
    with pytest.raises(ConflictError, match="name is taken"):  # hidden, and in the way all the same
        served.acting("KOR").put("holding", "JPN/tungsten", {}, author="reader-KOR", label="KOR:shared")
    assert served.kept.verify() == []


@pytest.mark.postgres
def test_reading_a_labelled_row_is_in_the_chain_and_an_open_one_is_not(fresh: Served):
    fresh.acting("KOR", name="Kim").read("holding", "KOR/tungsten")
    fresh.acting("KOR", name="Kim").read("note", "hello")
    assert [one.id for one in fresh.acting("KOR", name="Kim").read_all("holding")] == ["KOR/tungsten"]
    reads = [row for row in fresh.kept.chain() if row["action"] == "read"]
    assert [(row["actor"], row["id"], row["version"]) for row in reads] == [("Kim", "KOR/tungsten", 1)] * 2
    assert fresh.kept.verify() == []
    with fresh.owner.begin() as connection:
        connection.execute(text("UPDATE records SET body = '{}' WHERE id = 'KOR/tungsten'"))
    faults = fresh.kept.verify()
    assert any("(read holding/KOR/tungsten version 1)" in one for one in faults)


@pytest.mark.postgres
def test_what_is_not_noted_is_not_read(fresh: Served):
    with fresh.owner.begin() as connection:
        connection.execute(text("DROP POLICY notes ON audit"))
    with pytest.raises(NoAnswerError, match="refuses this row"):
        fresh.acting("KOR").read("holding", "KOR/tungsten")


@pytest.mark.postgres
def test_a_joint_figure_is_read_by_nobody_until_each_member_approved(served: Served):
    label, subject = "JPN:shared+KOR:restricted", {"kind": "derived", "id": "d1", "version": 1}
    served.acting("JPN+KOR", name="joint").put("derived", "d1", 55, author="joint", label=label)

    def seen(member: str) -> bool:
        try:
            return bool(served.acting(member).get("derived", "d1").body == 55)
        except NoAnswerError:
            return False

    assert not any(map(seen, ("KOR", "JPN", "USA")))
    served.acting("KOR").put("release", "r1", {"subject": subject, "to": ["KOR", "JPN"]}, author="reader-KOR")
    approve = {"decision": "approve"}
    served.acting("KOR").put("approval", "r1/KOR", approve, author="reader-KOR")
    assert not any(map(seen, ("KOR", "JPN", "USA")))
    with pytest.raises(NoAnswerError, match="refuses this row"):  # Korea does not approve for Japan
        served.acting("KOR").put("approval", "r1/JPN", approve, author="reader-KOR")
    served.acting("JPN").put("approval", "r1/JPN", {"decision": "refuse"}, author="reader-JPN")
    assert not any(map(seen, ("KOR", "JPN", "USA")))
    with pytest.raises(NoAnswerError, match="refuses this row"):  # a decision is made once
        served.acting("JPN").put("approval", "r1/JPN", approve, author="reader-JPN")
    served.acting("JPN").put("release", "r2", {"subject": subject, "to": ["KOR", "JPN"]}, author="reader-JPN")
    for member in ("KOR", "JPN"):
        served.acting(member).put("approval", f"r2/{member}", approve, author=f"reader-{member}")
    assert [seen(one) for one in ("KOR", "JPN", "USA")] == [True, True, False]
    assert served.kept.verify() == []


@pytest.mark.postgres
def test_roles_that_no_rule_binds_are_refused(served: Served):
    require_reading_role(served.engine, "server.yaml")
    with pytest.raises(InputError, match="owns the tables, or is a member of their owner"):
        require_reading_role(served.owner, "server.yaml")
    admin = connect(server().set(database=served.owner.url.database).render_as_string(hide_password=False))
    with pytest.raises(InputError, match=r"is superuser.*pactolus workspace grant"):
        require_reading_role(admin, "server.yaml")
    with pytest.raises(InputError, match="there is none; make it with CREATE ROLE"):
        grant(served.owner, "no_such_role")
    with pytest.raises(InputError, match="sees only rows of the reader"):
        Store(served.engine).verify()
    with pytest.raises(InputError, match="sees only rows of the reader"):
        Store(served.engine).dump()


def test_sqlite_cannot_serve(tmp_path):
    with pytest.raises(InputError, match="sqlite has no row-level security"):
        require_reading_role(connect(f"sqlite:///{tmp_path / 'x.db'}"), "server.yaml")


def test_the_upgrade_keeps_every_row_and_so_does_going_down(engine: Engine):
    migrate.upgrade(engine, "0002")
    store = Store(engine)
    store.put("run", "a", {"x": 1}, author="Kim", label="KOR:restricted")
    store.put("run", "a", {"x": 2}, author="Kim", label="KOR:restricted")
    store.put("commitment", "b", {"y": "한글"}, author="Sato")
    store.remove("commitment", "b", author="Sato")
    versions = [store.history("run", "a"), store.history("commitment", "b")]
    chain, head = store.chain(), store.head()
    for step in (
        lambda: migrate.upgrade(engine),
        lambda: migrate.downgrade(engine, "0002"),
        lambda: migrate.upgrade(engine),
    ):
        step()
        assert [store.history("run", "a"), store.history("commitment", "b")] == versions
        assert store.chain() == chain
        assert store.verify(head) == []
    assert store.put("run", "a", {"x": 3}, author="Kim").version == 3


@pytest.mark.postgres
def test_the_upgrade_guards_rows_that_were_there_and_the_owner_keeps_seeing_them(postgres_url: str):
    with served_database(postgres_url, revision="0002") as old:
        old.kept.put("run", "a", {"x": 1}, author="Kim", label="KOR:restricted")
        migrate.upgrade(old.owner)
        grant(old.owner, old.engine.url.username or "")
        assert old.kept.get("run", "a").body == {"x": 1}
        assert old.kept.verify() == []
        assert old.acting("KOR").read("run", "a").body == {"x": 1}
        with pytest.raises(NoAnswerError, match="no such record"):
            old.acting("JPN").get("run", "a")


@pytest.fixture
def sessions(engine: Engine) -> tuple[Sessions, list[float]]:
    migrate.upgrade(engine)
    now = [1000.0]
    return Sessions(engine, idle=60, most=200, clock=lambda: now[0]), now


def test_a_session_ends_when_idle_when_old_and_when_closed(sessions: tuple[Sessions, list[float]]):
    kept, now = sessions
    who = {"reader": "s1", "shown": "Kim", "member": "KOR", "roles": ("viewer", "admin")}
    name, word = kept.open(**who)
    found = kept.find(name)
    assert found is not None
    assert (found.reader, found.member, found.roles) == ("s1", "KOR", ("viewer", "admin"))
    assert name not in repr(found)
    assert found.csrf == word
    now[0] += 61
    assert kept.find(name) is None
    name, word = kept.open(**who)
    for _ in range(4):
        now[0] += 45
        assert kept.find(name) is not None
    now[0] += 45
    assert kept.find(name) is None
    name, word = kept.open(**who)
    kept.close(name)
    assert kept.find(name) is None
    assert kept.find("\ud800") is None


def test_a_login_comes_back_once_to_its_own_browser(sessions: tuple[Sessions, list[float]]):
    kept, now = sessions
    state, browser, login = kept.begin_login(onward="/x")
    other_state, other_browser, _ = kept.begin_login(onward="/y")
    assert kept.end_login(state, other_browser) is None
    assert kept.end_login(other_state, browser) is None
    assert kept.end_login(state, browser) == login
    assert kept.end_login(state, browser) is None
    state, browser, _ = kept.begin_login(onward="/z")
    now[0] += 601
    assert kept.end_login(state, browser) is None
