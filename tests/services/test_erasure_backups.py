"""After an erasure nobody finds the person in a backup made since, nor in an older one that is put back."""

from __future__ import annotations

import subprocess
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app.domain.privacy.erasing import SubjectKind
from app.formats import backup_archive, erasure_register
from app.models.engine import make_engine, writing
from app.services import backups, erasures, installation, restores, wiping
from app.services.backup_postgres import DUMP
from app.services.backups import Source
from app.services.restores import Target
from tests import databases
from tests.databases import Database
from tests.factories import canaries
from tests.factories.hiring import NOW
from tests.services.test_backups import tools_of_the_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.orm import Session

    from tests.factories.canaries import Marked

LATER = NOW + timedelta(hours=1)
WHY = "They asked for it by letter."
__all__ = ["tools_of_the_server"]


@dataclass(frozen=True)
class Place:
    """An installation in which somebody has a word of their own in every text, and a backup of it."""

    database: Database
    made: Marked
    folder: Path
    empty: Target

    @property
    def instance(self) -> Path:
        return self.folder / "instance"

    def backup(self, name: str) -> Path:
        """A fresh one, not encrypted."""
        file = self.folder / name
        backups.create(Source(self.database.url, self.instance, "0.1.0"), file, key=None, now=LATER)
        return file

    def found_in(self, backup: Path) -> set[str]:
        """The words that stand in a backup, its packing undone."""
        apart = self.folder / f"{backup.name}.apart"
        apart.mkdir()
        backup_archive.unpack(backup, apart, None)
        files = [backup, *(one for one in apart.rglob("*") if one.is_file())]
        held = b"".join(one.read_bytes() for one in files)
        for dump in apart.rglob(DUMP):
            tool = ["pg_restore", "-f", "-", str(dump)]
            held += subprocess.run(tool, capture_output=True, check=True).stdout
        return {word for word in self.made.words if word.encode() in held}

    def erase(self) -> None:
        """Two people, and all that follows."""
        about = (SubjectKind.CANDIDATE, self.made.candidate)
        register = self.instance / erasure_register.NAME
        with writing(self.database.engine) as session:
            wish = erasures.ask(session, self.made.hana, *about, ground=WHY, now=NOW)
        with writing(self.database.engine) as session:
            erasures.approve(session, self.made.hugo, wish, keys=canaries.KEYS, register=register, now=NOW)
        erasures.settle(self.database.engine, register, now=NOW)
        wiping.finish(self.database.engine, self.instance / "files", now=NOW)


@pytest.fixture
def place(database: Database, tmp_path: Path, session_folder: Path) -> Iterator[Place]:
    """An installation, and an empty place to put a backup back into."""
    with writing(database.engine) as session:
        installation.ensure(session)
    made = canaries.mark(database, tmp_path / "instance" / "files")
    with ExitStack() as stack:
        url = "" if database.is_sqlite else stack.enter_context(databases.empty_postgresql_url(session_folder))
        yield Place(database, made, tmp_path, Target(tmp_path / "new", url))


def test_a_fresh_backup_holds_nothing_and_an_older_one_loses_it_when_it_is_put_back(place: Place) -> None:
    old = place.backup("old.plb")
    assert place.found_in(old) == set(place.made.words), "every word has to be there for this to mean something"
    place.erase()

    assert place.found_in(place.backup("fresh.plb")) == set()

    def again(session: Session, folder: Path) -> int:
        entries = erasure_register.read(place.instance / erasure_register.NAME)
        return erasures.reapply(session, entries, keys=canaries.KEYS, now=LATER, folder=folder / "files")

    done = restores.restore(old, place.empty, key=None, reapply=again, now=LATER)

    assert done.erased == 1
    restored = Database(done.database_url, make_engine(done.database_url))
    try:
        assert canaries.in_rows(restored, place.made.words) == []
        restored.engine.dispose()
        assert canaries.in_bytes(restored, place.made.words, place.empty.folder) == []
    finally:
        restored.engine.dispose()
