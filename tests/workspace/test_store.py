"""Saved records: versions, conflicts, the audit chain, writers at once, and a writer that is killed."""

from __future__ import annotations

import multiprocessing
import re
import signal
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from pactolus.errors import InputError, NoAnswerError
from pactolus.workspace import migrate
from pactolus.workspace.audit import FIRST
from pactolus.workspace.store import ConflictError, Store, connect


def test_every_version_is_kept(store: Store) -> None:
    store.put("holding", "KOR-lithium", {"t": 10}, author="kim")
    store.put("holding", "KOR-lithium", {"t": [10, 20]}, author="lee", label="KOR:restricted", expected=1)
    assert store.get("holding", "KOR-lithium").body == {"t": [10, 20]}
    assert store.get("holding", "KOR-lithium", 1).body == {"t": 10}
    assert [one.author for one in store.history("holding", "KOR-lithium")] == ["kim", "lee"]
    assert [(one.id, one.version, one.label) for one in store.all("holding")] == [
        ("KOR-lithium", 2, "KOR:restricted")
    ]
    assert store.kinds() == {"holding": 1}


def test_a_removed_record_keeps_its_versions(store: Store) -> None:
    store.put("run", "a", {"x": 1}, author="kim")
    store.remove("run", "a", author="kim", expected=1)
    assert store.all("run") == []
    assert [one.removed for one in store.history("run", "a")] == [False, True]
    with pytest.raises(NoAnswerError, match="run/a: there is no such record"):
        store.get("run", "a")
    store.put("run", "a", {"x": 2}, author="kim")
    assert store.get("run", "a").version == 3
    assert store.verify() == []


def test_a_lost_update_is_a_message(store: Store) -> None:
    store.put("event", "e", {"n": 1}, author="kim")
    store.put("event", "e", {"n": 2}, author="sato", expected=1)
    with pytest.raises(
        ConflictError, match=r"event/e: sato saved version 2 at \S+, after version 1 that you read"
    ):
        store.put("event", "e", {"n": 3}, author="kim", expected=1)
    with pytest.raises(ConflictError, match="event/new: version 4 was expected, but it was never saved"):
        store.put("event", "new", {}, author="kim", expected=4)
    assert store.get("event", "e").body == {"n": 2}


@pytest.mark.parametrize("body", [{"x": float("nan")}, {"x": object()}])
def test_what_is_no_json_is_refused(store: Store, body: object) -> None:
    with pytest.raises(InputError, match="run/a: cannot be saved"):
        store.put("run", "a", body, author="kim")
    assert store.chain() == []


def test_an_author_is_named(store: Store) -> None:
    with pytest.raises(InputError, match="author is empty"):
        store.put("run", "a", {}, author=" ")


TAMPERED = [
    (
        "UPDATE records SET body = '{\"t\":99}' WHERE version = 1",
        r"record holding/a version 1: was changed after audit row 1",
    ),
    ("UPDATE records SET author = 'x' WHERE version = 2", r"record holding/a version 2: was changed"),
    ("UPDATE audit SET actor = 'x' WHERE seq = 2", r"audit row 2 \(put holding/a version 2\): was changed"),
    ("DELETE FROM audit WHERE seq = 2", r"audit row 3 .*: row 2 was taken out before it"),
    ("DELETE FROM records WHERE version = 3", r"audit row 3 .*: the record it wrote is gone"),
    (
        "INSERT INTO records SELECT kind, id, 9, body, label, author, written_at, removed FROM records "
        "WHERE version = 1",
        r"record holding/a version 9: no audit row wrote it",
    ),
]


@pytest.mark.parametrize(("change", "named"), TAMPERED)
def test_verify_names_what_was_tampered_with(store: Store, change: str, named: str) -> None:
    for n in range(3):
        store.put("holding", "a", {"t": n}, author="kim")
    assert store.verify() == []
    with store.engine.connect().execution_options(pactolus_writes=True) as connection, connection.begin():
        connection.exec_driver_sql(change)
    assert any(re.search(named, fault) for fault in store.verify()), store.verify()


def test_a_head_noted_earlier_shows_a_cut_end(store: Store) -> None:
    assert store.head() == FIRST
    store.put("holding", "a", {}, author="kim")
    store.put("holding", "a", {}, author="kim")
    head = store.head()
    store.put("holding", "b", {}, author="kim")
    assert store.verify(head) == []
    with store.engine.connect().execution_options(pactolus_writes=True) as connection, connection.begin():
        connection.execute(text("DELETE FROM audit WHERE seq > 1"))
        connection.execute(text("DELETE FROM records WHERE version > 1 OR id = 'b'"))
    assert store.verify() == []
    (fault,) = store.verify(head)
    assert "rows were taken off its end" in fault


def _write(job: tuple[str, int]) -> None:
    url, writer = job
    store = Store(connect(url))
    for n in range(10):
        store.put("note", f"{writer}-{n}", {"n": n}, author=f"writer {writer}")
        store.put("note", "shared", {"by": writer, "n": n}, author=f"writer {writer}")


def test_writers_at_once_lose_nothing(store: Store, url: str) -> None:
    store.engine.dispose()
    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(_write, [(url, writer) for writer in range(3)]))
    assert len(store.all("note")) == 31
    assert [one.version for one in store.history("note", "shared")] == list(range(1, 31))
    assert store.verify() == []


KILLED = """
import sys
from pactolus.workspace.store import Store, connect
store = Store(connect(sys.argv[1]))
n = 0
while True:
    n += 1
    store.put("note", str(n), {"n": n}, author="kim")
    print(n, flush=True)
"""


def test_a_killed_writer_loses_nothing_it_saved(store: Store, url: str) -> None:
    store.engine.dispose()
    with subprocess.Popen([sys.executable, "-c", KILLED, url], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for _ in range(5):
            said = writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        said = [said, *writer.stdout.readlines()][-1]
    kept = {one.id for one in store.all("note")}
    assert {str(n) for n in range(1, int(said) + 1)} <= kept
    assert store.verify() == []
    store.put("note", "after", {}, author="kim")


def test_going_down_and_up_keeps_the_data(store: Store, engine: Engine) -> None:
    store.put("holding", "a", {"t": 1}, author="kim")
    store.put("holding", "a", {"t": 2}, author="kim")
    store.put("holding", "b", {"t": 3}, author="kim")
    store.remove("holding", "b", author="kim")
    before = (store.all("holding"), store.history("holding", "b"), store.chain())
    migrate.downgrade(engine, "0001")
    assert migrate.current(engine) == "0001"
    with engine.connect() as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM records")).scalar() == 4
    with pytest.raises(
        InputError, match=r"at revision 0001, this version needs \d+; run: pactolus workspace upgrade"
    ):
        migrate.require_newest(engine, "desk")
    migrate.upgrade(engine)
    assert (store.all("holding"), store.history("holding", "b"), store.chain()) == before
    assert store.verify() == []
    migrate.downgrade(engine, "base")
    assert migrate.current(engine) is None
    migrate.upgrade(engine)
    assert store.all("holding") == []


def test_the_tables_are_those_of_the_migrations(engine: Engine) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from pactolus.workspace.schema import metadata

    migrate.upgrade(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_database_of_a_newer_version_is_refused(store: Store) -> None:
    with store.engine.connect().execution_options(pactolus_writes=True) as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(
        InputError, match=r"of a newer version of pactolus \(revision 9999\); update pactolus"
    ):
        migrate.require_newest(store.engine, "desk")


@pytest.mark.parametrize("address", ["mysql://host/name", "nonsense", "oracle://x"])
def test_an_address_that_cannot_be_used_says_what_can(address: str) -> None:
    with pytest.raises(InputError, match="sqlite:///file or postgresql://host/name"):
        connect(address)


def test_a_full_disk_leaves_what_was_saved(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{(tmp_path / 'w.db').as_posix()}")
    migrate.upgrade(engine)
    store = Store(engine)
    store.put("note", "a", {"n": 1}, author="kim")
    from sqlalchemy import event

    @event.listens_for(engine, "connect")
    def _small(connection: object, _: object) -> None:  # as a disk without room: no page may be added
        connection.execute("PRAGMA max_page_count = 1")  # type: ignore[attr-defined]

    engine.dispose()
    from pactolus.errors import OutputError

    with pytest.raises(OutputError, match="cannot be written: database or disk is full"):
        store.put("note", "b", {"text": "x" * 200_000}, author="kim")
    assert [one.id for one in store.all("note")] == ["a"]
    assert store.verify() == []
