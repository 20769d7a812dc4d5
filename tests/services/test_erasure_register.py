"""The register of erasures repeats what was committed and nothing else, wherever between its lines it all stops."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.audit import Head
from app.domain.errors import AlreadyDoneError, NotAllowedError, UnavailableError
from app.domain.permission import ActorFacts, Role
from app.domain.privacy.erasing import ErasureState, Progress, RegisterEntry, SubjectKind
from app.formats import erasure_register
from app.models.audit import AuditEvent
from app.models.candidate import Candidate
from app.models.engine import reading, writing
from app.models.privacy import Erasure
from app.services import audit, erasures, holds
from tests import databases
from tests.factories import hiring
from tests.factories.canaries import KEYS
from tests.factories.hiring import NOW

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.databases import Database

WHY = "They asked for it by letter."
CANDIDATE = SubjectKind.CANDIDATE


class PowerCutError(Exception):
    """The machine stops here."""


@dataclass(frozen=True, slots=True)
class Company:
    """Somebody who asked to be erased, two HR partners, and the register."""

    database: Database
    hana: ActorFacts
    hugo: ActorFacts
    candidate: UUID
    wish: UUID
    register: Path

    def approve(self) -> None:
        """Erase as the page does, without a word to the register afterwards."""
        self.announce()
        with writing(self.database.engine) as session:
            erasures.approve(session, self.hugo, self.wish, keys=KEYS, register=self.register, now=NOW)

    def announce(self) -> None:
        """The event that stands in the chain before anything is erased."""
        with writing(self.database.engine) as session:
            erasures.announce(session, self.hugo, self.wish, now=NOW)

    def stop_before_commit(self) -> None:
        """The power fails when all is done but the commit."""
        self.announce()
        with suppress(PowerCutError), writing(self.database.engine) as session:
            erasures.approve(session, self.hugo, self.wish, keys=KEYS, register=self.register, now=NOW)
            raise PowerCutError

    def settled(self) -> list[Progress]:
        """What the register says once the installation had time to settle."""
        erasures.settle(self.database.engine, self.register, now=NOW)
        return [one.progress for one in erasure_register.read(self.register)]

    def put_back(self, database: Database, *, answer: Progress | None = None) -> int:
        """Restore: repeat the register on another database, with what the operator knows."""
        entries = [
            replace(one, progress=answer or one.progress) if one.progress is Progress.BEGUN else one
            for one in erasure_register.read(self.register)
        ]
        with writing(database.engine) as session:
            return erasures.reapply(session, entries, keys=KEYS, now=NOW)

    def name(self, database: Database) -> str:
        """What the candidate is called there."""
        with reading(database.engine) as session:
            return session.get_one(Candidate, self.candidate).name

    def older(self, session_folder: Path, folder: Path) -> AbstractContextManager[Database]:
        """A backup of how things stand now, put back."""
        return databases.copied(self.database, session_folder, folder)

    def hold(self, database: Database) -> None:
        """Somebody goes to court."""
        with writing(database.engine) as session:
            holds.hold_subject(session, self.hana, CANDIDATE, self.candidate, reason=WHY, now=NOW)


@pytest.fixture
def company(database: Database, tmp_path: Path) -> Company:
    """An erasure that waits for approval."""
    with writing(database.engine) as session:
        hana, hugo = (
            hiring.actor_of(hiring.make_person(session, name, [Role.HR_PARTNER])) for name in ("Hana Sato", "Hugo Blum")
        )
        candidate = hiring.make_application(session).candidate_id
        wish = erasures.ask(session, hana, CANDIDATE, candidate, ground=WHY, now=NOW)
    return Company(database, hana, hugo, candidate, wish, tmp_path / erasure_register.NAME)


def test_one_that_is_committed_is_done_and_repeated_in_spite_of_a_later_hold(
    company: Company, session_folder: Path, tmp_path: Path
) -> None:
    with company.older(session_folder, tmp_path) as backup:
        company.approve()
        assert company.settled() == [Progress.DONE]
        company.hold(backup)
        assert company.put_back(backup) == 1
        assert company.name(backup) == "Erased candidate"
        assert company.put_back(backup) == 0


def test_one_that_stopped_before_its_commit_is_void_and_a_hold_made_since_stands(
    company: Company, session_folder: Path, tmp_path: Path
) -> None:
    name = company.name(company.database)
    company.stop_before_commit()
    assert [one.progress for one in erasure_register.read(company.register)] == [Progress.BEGUN]

    assert company.settled() == [Progress.VOID]
    company.hold(company.database)
    with company.older(session_folder, tmp_path) as backup:
        assert company.put_back(backup) == 0
        assert company.name(backup) == name


def test_one_of_which_nobody_knows_the_end_is_asked_about_and_then_done_as_answered(
    company: Company, session_folder: Path, tmp_path: Path
) -> None:
    name = company.name(company.database)
    with company.older(session_folder, tmp_path) as backup:
        company.approve()  # and the machine stops for good before the second line
        company.hold(backup)
        with pytest.raises(erasures.UndecidedError) as asked:
            company.put_back(backup)
        assert [one.erasure_id for one in asked.value.entries] == [company.wish]
        assert company.name(backup) == name, "nothing is done against a hold on a guess"
        assert company.put_back(backup, answer=Progress.VOID) == 0
        assert company.put_back(backup, answer=Progress.DONE) == 1
        assert company.name(backup) == "Erased candidate"


def test_a_database_that_knows_answers_for_itself(company: Company, session_folder: Path, tmp_path: Path) -> None:
    company.approve()
    with company.older(session_folder, tmp_path) as newer:
        assert company.put_back(newer) == 0, "the backup was made after it, and nobody is asked"
    assert company.settled() == [Progress.DONE]


def test_one_that_was_refused_after_it_stopped_was_never_done(
    company: Company, session_folder: Path, tmp_path: Path
) -> None:
    name = company.name(company.database)
    company.stop_before_commit()
    with writing(company.database.engine) as session:
        erasures.refuse(session, company.hugo, company.wish, answer=WHY, now=NOW)
    with company.older(session_folder, tmp_path) as backup:
        assert company.put_back(backup) == 0
        assert company.name(backup) == name


def test_a_second_try_that_succeeds_counts(company: Company) -> None:
    company.stop_before_commit()
    company.approve()
    assert company.settled() == [Progress.DONE]
    assert len(company.register.read_text(encoding="utf-8").splitlines()) == 3


def test_without_the_first_line_nothing_is_erased(company: Company) -> None:
    name = company.name(company.database)
    company.register.mkdir()
    with pytest.raises(UnavailableError, match="Nothing was erased"):
        company.approve()
    assert company.name(company.database) == name
    with reading(company.database.engine) as session:
        assert session.get_one(Erasure, company.wish).state is ErasureState.ASKED


@pytest.mark.parametrize("torn", ["begun", "done"])
def test_a_line_that_the_power_cut_is_no_line(company: Company, torn: str) -> None:
    company.approve()
    if torn == "done":
        assert company.settled() == [Progress.DONE]
    text = company.register.read_bytes()
    company.register.write_bytes(text[:-9])
    assert [one.progress for one in erasure_register.read(company.register)] == ([Progress.BEGUN] * (torn == "done"))
    erasure_register.begin(company.register, RegisterEntry(company.wish, CANDIDATE, company.candidate, NOW))
    assert company.settled() == [Progress.DONE]


def test_a_line_of_an_older_version_says_that_it_was_done(company: Company) -> None:
    about = {"kind": "candidate", "subject": str(company.candidate)}
    old = json.dumps({"at": NOW.isoformat(), "erasure": str(company.wish), **about})
    company.register.write_text(old + "\n")
    entry = RegisterEntry(company.wish, CANDIDATE, company.candidate, NOW, Progress.DONE)
    assert erasure_register.read(company.register) == (entry,)


@pytest.mark.parametrize("line", ["Dear all,", '{"line": "done"}', '{"erasure": 5}', '{"a":' * 9999 + "}", "{\udcff}"])
def test_a_line_that_cannot_be_read_keeps_none_of_the_others_from_being_settled(
    company: Company, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    company.register.write_bytes(line.encode(errors="surrogateescape") + b"\n")
    company.approve()
    erasures.settle(company.database.engine, company.register, now=NOW)
    register = erasure_register.look(company.register)
    assert [one.progress for one in register.entries] == [Progress.DONE]
    assert [one.partition(":")[0] for one in register.damaged] == ["erasures.jsonl, line 1"]
    assert "1 lines of the register of erasures are damaged" in caplog.text
    assert line not in caplog.text
    with pytest.raises(ValueError, match="line 1"):
        erasure_register.read(company.register)


def test_a_register_that_the_disk_refuses_is_left_for_the_next_time(
    company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    company.register.mkdir()
    erasures.settle(company.database.engine, company.register, now=NOW)
    assert "cannot be read (IsADirectoryError)" in caplog.text


def test_an_old_copy_that_was_put_back_by_hand_and_went_on_does_not_call_it_void(
    company: Company, session_folder: Path, tmp_path: Path
) -> None:
    with company.older(session_folder, tmp_path) as copy:
        company.approve()  # and the machine stops before the second line, for good
        went_on(copy)
        there = replace(company, database=copy)
        assert there.settled() == [Progress.BEGUN]
        with pytest.raises(erasures.UndecidedError):
            there.put_back(copy)
        with writing(copy.engine) as session:
            erasures.refuse(session, company.hugo, company.wish, answer=WHY, now=NOW)
        with pytest.raises(erasures.UndecidedError):
            there.put_back(copy)  # whoever refused it there could not know of the certificate
        assert there.settled() == [Progress.BEGUN]


def test_a_second_try_in_an_old_copy_that_came_to_nothing_says_nothing_of_the_first(
    company: Company, session_folder: Path, tmp_path: Path
) -> None:
    with company.older(session_folder, tmp_path) as copy:
        company.approve()
        went_on(copy)
        there = replace(company, database=copy)
        there.stop_before_commit()
        assert there.settled() == [Progress.BEGUN]
        there.approve()
        assert there.settled() == [Progress.DONE]


def test_in_an_old_copy_it_is_done_once_another_erasure_took_the_same_person(
    company: Company, session_folder: Path, tmp_path: Path
) -> None:
    with company.older(session_folder, tmp_path) as copy:
        lost = RegisterEntry(UUID(int=7), CANDIDATE, company.candidate, NOW, after=(Head(99, "f" * 64),))
        erasure_register.begin(company.register, lost)
        there = replace(company, database=copy)
        assert there.settled() == [Progress.BEGUN]
        there.approve()
        assert there.settled() == [Progress.DONE, Progress.DONE]


def test_the_first_line_names_the_event_that_announced_it(company: Company) -> None:
    company.stop_before_commit()
    with reading(company.database.engine) as session:
        newest = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert newest is not None
    assert (newest.action, newest.object) == ("erasure.begin", f"erasure/{company.wish}")
    (entry,) = erasure_register.read(company.register)
    assert entry.after == (Head(newest.seq, newest.hash),)


def test_nobody_announces_what_they_may_not_approve_or_what_was_answered(company: Company) -> None:
    with pytest.raises(NotAllowedError), writing(company.database.engine) as session:
        erasures.announce(session, company.hana, company.wish, now=NOW)
    company.approve()
    with pytest.raises(AlreadyDoneError):
        company.announce()


def test_of_a_line_of_an_older_version_that_names_no_event_nothing_is_concluded(company: Company) -> None:
    company.stop_before_commit()
    row = json.loads(company.register.read_text())
    del row["event"], row["hash"]
    company.register.write_text(json.dumps(row) + "\n")
    went_on(company.database)
    assert company.settled() == [Progress.BEGUN]
    company.approve()
    assert company.settled() == [Progress.DONE]


@pytest.mark.parametrize("event", ["soon", None, {}])
def test_a_line_whose_event_is_no_number_cannot_be_read(company: Company, event: object) -> None:
    company.stop_before_commit()
    row = json.loads(company.register.read_text())
    company.register.write_text(json.dumps({**row, "event": event}) + "\n")
    with pytest.raises(ValueError, match="line 1"):
        erasure_register.read(company.register)


def went_on(database: Database) -> None:
    """The company works on with this database."""
    with writing(database.engine) as session:
        audit.record(session, None, "test.act", "test/1", now=NOW + timedelta(days=2))


def test_a_register_that_is_not_ours_is_named(company: Company) -> None:
    company.register.write_text(f'{{"erasure": "{company.wish}", "line": "done", "at": "{NOW.isoformat()}"}}\n')
    with pytest.raises(ValueError, match="line 1: this line of the register of erasures cannot be read"):
        erasure_register.read(company.register)
    company.register.write_text("Dear all,\n")
    with pytest.raises(ValueError, match="line 1: this is not a line of the register of erasures"):
        erasure_register.read(company.register)
