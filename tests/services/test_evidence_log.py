"""Entries of an evidence log: added, changed, withdrawn, asked about and answered, on both databases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.errors import (
    ConflictError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    NotYetError,
    UnavailableError,
)
from app.domain.growth.case import CaseState
from app.domain.growth.log import Shown, Visibility, Word
from app.domain.onboarding.goal import EvidenceKind
from app.models.engine import writing
from app.models.evidence import Corroboration, LogEntry
from app.models.outbox import Message
from app.services import corroborations, evidence_log
from app.services.evidence_log import EntryDraft
from app.services.files import Upload
from tests.factories import evidence as make
from tests.factories.hiring import NOW, actor_of, make_person

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.models.person import Person
    from tests.databases import Database

TODAY = make.TODAY
DRAFT = EntryDraft("Cut the waiting time", TODAY, Visibility.MANAGER, "From nine minutes to four.")
PDF = Upload("Result.pdf", "application/pdf", b"%PDF-1.7 result")


def _add(session: Session, person: Person, draft: EntryDraft, folder: Path) -> UUID:
    return evidence_log.add(session, actor_of(person), draft, folder=folder / "files", today=TODAY, now=NOW)


def _entry(session: Session, entry_id: UUID) -> LogEntry:
    return session.get_one(LogEntry, entry_id, populate_existing=True)


@pytest.mark.parametrize(
    ("draft", "kept"),
    [
        (DRAFT, (EvidenceKind.TEXT, "Cut the waiting time", "From nine minutes to four.")),
        (replace(DRAFT, body=""), (EvidenceKind.TEXT, "Cut the waiting time", "")),
        (
            replace(DRAFT, title=" A  map ", body=" https://example.org/a?b=c "),
            (EvidenceKind.LINK, "A map", "https://example.org/a?b=c"),
        ),
        (
            replace(DRAFT, body="See https://example.org and the chart"),
            (EvidenceKind.TEXT, "Cut the waiting time", "See https://example.org and the chart"),
        ),
        (replace(DRAFT, body="", upload=PDF), (EvidenceKind.FILE, "Cut the waiting time", "Result.pdf")),
    ],
)
def test_an_entry_is_kept_as_what_it_is(
    database: Database, tmp_path: Path, draft: EntryDraft, kept: tuple[EvidenceKind, str, str]
) -> None:
    with writing(database.engine) as session:
        entry = _entry(session, _add(session, make_person(session), draft, tmp_path))

        assert (entry.kind, entry.title, entry.body) == kept
        assert (entry.about_on, entry.visibility, entry.added_at) == (TODAY, Visibility.MANAGER, NOW)


@pytest.mark.parametrize(
    ("draft", "field", "said"),
    [
        (replace(DRAFT, title=" "), "title", "Write a title."),
        (replace(DRAFT, title="x" * 201), "title", "at most 200"),
        (replace(DRAFT, about_on=TODAY + timedelta(days=1)), "about_on", "23 November 2026 has not come yet."),
        (replace(DRAFT, about_on=date(1026, 1, 1)), "about_on", "too long ago"),
        (replace(DRAFT, body="https://user:secret@example.org/"), "body", "carries a password"),
        (replace(DRAFT, body="https://"), "body", "Write a whole address"),
        (replace(DRAFT, body="x" * 8001), "body", "at most 8000"),
        (replace(DRAFT, upload=PDF), "body", "Give a file or something written"),
        (replace(DRAFT, body="", upload=Upload("a.exe", "application/pdf", b"MZ")), "file", "not accepted"),
        (
            replace(DRAFT, body="", upload=Upload("a.pdf", "application/pdf", b"%PDF-" + b"0" * 10**7)),
            "file",
            "10.0 MB",
        ),
        (replace(DRAFT, shows=frozenset({make.STRATEGY})), "shows", "The role has no competency “strategy”"),
    ],
)
def test_what_cannot_be_an_entry_is_refused_and_leaves_nothing(
    database: Database, tmp_path: Path, draft: EntryDraft, field: str, said: str
) -> None:
    with writing(database.engine) as session:
        person = make_person(session)
        with pytest.raises(InvalidError) as refused:
            _add(session, person, draft, tmp_path)

        assert [fault.field for fault in refused.value.faults] == [field]
        assert said in refused.value.faults[0].message
        assert session.scalars(select(LogEntry)).all() == []
    assert not list((tmp_path / "files").glob("*"))


def test_an_entry_shows_what_the_role_asks_for(database: Database, tmp_path: Path) -> None:
    with writing(database.engine) as session:
        person = make_person(session)
        make.make_role(session, person)
        entry_id = _add(session, person, replace(DRAFT, shows=frozenset({make.STRATEGY, make.IMPACT})), tmp_path)
        draft = replace(DRAFT, shows=frozenset({make.IMPACT}), visibility=Visibility.CASE)
        evidence_log.edit(session, actor_of(person), entry_id, draft, version=1, today=TODAY, now=NOW)
        entry = _entry(session, entry_id)

        assert [(one.kind, one.key) for one in entry.shows] == [(Shown.CRITERION, "impact")]
        assert entry.visibility is Visibility.CASE
        assert entry.changed_at is None


@dataclass(frozen=True)
class _Kept:
    """An entry, and those around it."""

    circle: make.Circle
    entry: LogEntry

    def ask(self, session: Session, name: str) -> None:
        """Let the owner ask somebody."""
        person_id = self.circle.people[name].id
        corroborations.ask(session, actor_of(self.circle.owner), self.entry.id, person_id, now=NOW)

    def answer(self, session: Session, name: str, word: Word, words: str = "") -> None:
        """Let somebody answer."""
        corroborations.answer(session, actor_of(self.circle.people[name]), self.entry.id, word, words, now=NOW)

    def edit(self, session: Session, name: str = "owner", *, version: int = 1, **changes: object) -> None:
        """Change the entry as somebody."""
        draft = replace(DRAFT, **changes)  # type: ignore[arg-type]  # any field of the draft
        later = NOW + timedelta(hours=1)
        actor = actor_of(self.circle.people[name])
        evidence_log.edit(session, actor, self.entry.id, draft, version=version, today=TODAY, now=later)

    def withdraw(self, session: Session, name: str = "owner", reason: str = "Counted twice") -> None:
        """Take it back as somebody."""
        actor = actor_of(self.circle.people[name])
        evidence_log.withdraw(session, actor, self.entry.id, reason, version=self.entry.version, now=NOW)


def _kept(session: Session, **changes: object) -> _Kept:
    circle = make.make_circle(session)
    return _Kept(circle, make.make_entry(session, circle.owner, **changes))


def _mails(session: Session) -> list[tuple[UUID, str, str, str]]:
    rows = session.execute(select(Message.recipient_id, Message.subject, Message.body, Message.path))
    return [(row.recipient_id, row.subject, row.body, row.path) for row in rows]


def test_whoever_was_there_is_asked_once_and_told_nothing_of_what_it_says(database: Database) -> None:
    with writing(database.engine) as session:
        kept = _kept(session)
        for _ in range(2):
            kept.ask(session, "asked")
        [(recipient, subject, body, path)] = _mails(session)

        assert recipient == kept.circle.people["asked"].id
        assert subject == "Owner asks you to say whether something was so"
        assert "waiting time" not in body
        assert path == f"/evidence/{kept.entry.id}"
        assert len(session.scalars(select(Corroboration)).all()) == 1


def test_an_answer_is_kept_and_the_owner_is_told_that_there_is_one(database: Database) -> None:
    with writing(database.engine) as session:
        kept = _kept(session)
        kept.ask(session, "asked")
        kept.answer(session, "asked", Word.PARTLY, " It was five minutes. ")
        asked = session.scalars(select(Corroboration)).one()
        recipient, subject, body, _ = _mails(session)[1]

        assert (asked.word, asked.words, asked.answered_at) == (Word.PARTLY, "It was five minutes.", NOW)
        assert (recipient, subject) == (kept.circle.owner.id, "Asked has looked at an entry of yours")
        assert "five" not in body


@pytest.mark.parametrize("word", [Word.NO, Word.PARTLY])
def test_to_differ_needs_a_word(database: Database, word: Word) -> None:
    with writing(database.engine) as session:
        kept = _kept(session)
        kept.ask(session, "asked")
        with pytest.raises(InvalidError):
            kept.answer(session, "asked", word, " ")
        kept.answer(session, "asked", Word.CANNOT_SAY)


def test_nobody_answers_who_was_not_asked(database: Database) -> None:
    with writing(database.engine) as session:
        kept = _kept(session)
        for name, refused in {"manager": NotAllowedError, "owner": NotAllowedError, "stranger": NotFoundError}.items():
            with pytest.raises(refused):
                kept.answer(session, name, Word.YES)
        for name, refused in {"manager": NotAllowedError, "stranger": NotFoundError}.items():
            actor = actor_of(kept.circle.people[name])
            with pytest.raises(refused):
                corroborations.ask(session, actor, kept.entry.id, kept.circle.people["asked"].id, now=NOW)


def test_who_cannot_be_asked(database: Database) -> None:
    with writing(database.engine) as session:
        kept = _kept(session)
        gone = make_person(session, "Gone", active=False)
        for person_id, said in ((kept.circle.owner.id, "Nobody speaks for their own"), (gone.id, "from the list")):
            with pytest.raises(InvalidError, match=said):
                corroborations.ask(session, actor_of(kept.circle.owner), kept.entry.id, person_id, now=NOW)
        for number in range(10):
            make.make_asked(session, kept.entry, make_person(session, f"Witness {number}"))
        with pytest.raises(InvalidError, match="enough for one entry"):
            kept.ask(session, "asked")


def test_a_question_is_taken_back_as_long_as_nothing_was_said(database: Database) -> None:
    with writing(database.engine) as session:
        kept = _kept(session, visibility=Visibility.PRIVATE)
        owner, asked = actor_of(kept.circle.owner), kept.circle.people["asked"]
        kept.ask(session, "asked")
        corroborations.take_back(session, owner, kept.entry.id, asked.id, now=NOW)
        with pytest.raises(NotFoundError):
            kept.answer(session, "asked", Word.YES)
        kept.ask(session, "asked")
        kept.answer(session, "asked", Word.YES)
        with pytest.raises(NotYetError):
            corroborations.take_back(session, owner, kept.entry.id, asked.id, now=NOW)


def test_a_change_of_what_it_says_asks_those_who_spoke_again(database: Database) -> None:
    with writing(database.engine) as session:
        kept = _kept(session)
        make.make_asked(session, kept.entry, kept.circle.people["asked"], Word.YES)
        make.make_asked(session, kept.entry, kept.circle.people["member"])
        kept.edit(session, visibility=Visibility.CASE)
        assert kept.entry.changed_at is None
        kept.edit(session, version=2, body="From nine minutes to two.")

        assert kept.entry.changed_at == NOW + timedelta(hours=1)
        assert [mail[0] for mail in _mails(session)] == [kept.circle.people["asked"].id]


def test_a_change_in_another_tab_is_not_lost(database: Database) -> None:
    with writing(database.engine) as session:
        kept = _kept(session)
        kept.edit(session, body="Two")
        with pytest.raises(ConflictError) as refused:
            kept.edit(session, version=1, body="Three")

        assert refused.value.current_version == 2
        assert kept.entry.body == "Two"


@pytest.mark.parametrize("state", [CaseState.SUBMITTED, CaseState.DECIDED])
def test_what_a_case_rests_on_stays_as_it_is(database: Database, state: CaseState) -> None:
    with writing(database.engine) as session:
        kept = _kept(session, visibility=Visibility.CASE)
        make.cite(session, kept.circle, kept.entry, state=state)
        with pytest.raises(NotYetError):
            kept.edit(session, body="Something else")
        with pytest.raises(NotYetError):
            kept.withdraw(session)


@pytest.mark.parametrize("state", [CaseState.DRAFT, CaseState.WITHDRAWN])
def test_a_case_that_is_not_handed_in_holds_nothing_fast(database: Database, state: CaseState) -> None:
    with writing(database.engine) as session:
        kept = _kept(session, visibility=Visibility.CASE)
        make.cite(session, kept.circle, kept.entry, state=state)
        kept.edit(session, body="Something else", visibility=Visibility.CASE)

        assert kept.entry.body == "Something else"


def test_a_withdrawn_entry_stays_with_its_reason_for_its_owner_alone(database: Database) -> None:
    with writing(database.engine) as session:
        kept = _kept(session)
        kept.ask(session, "asked")
        with pytest.raises(InvalidError):
            kept.withdraw(session, reason=" ")
        with pytest.raises(NotAllowedError):
            kept.withdraw(session, "manager")
        kept.withdraw(session)

        assert (kept.entry.withdrawn_at, kept.entry.withdrawn_reason) == (NOW, "Counted twice")
        with pytest.raises(NotFoundError):
            kept.answer(session, "asked", Word.YES)
        with pytest.raises(NotAllowedError):
            kept.edit(session, version=kept.entry.version)
        with pytest.raises(NotAllowedError):
            kept.withdraw(session)


def test_a_file_goes_out_to_readers_and_only_whole(database: Database, tmp_path: Path) -> None:
    with writing(database.engine) as session:
        circle = make.make_circle(session)
        entry_id = _add(session, circle.owner, replace(DRAFT, body="", upload=PDF), tmp_path)
        folder = tmp_path / "files"
        stored = evidence_log.hand_out(session, actor_of(circle.people["manager"]), entry_id, folder=folder, now=NOW)
        assert (stored.name, stored.media_type, stored.data) == ("Result.pdf", "application/pdf", PDF.data)
        with pytest.raises(NotFoundError):
            evidence_log.hand_out(session, actor_of(circle.people["stranger"]), entry_id, folder=folder, now=NOW)
        (folder / str(entry_id)).write_bytes(b"%PDF-1.7 other")
        with pytest.raises(UnavailableError):
            evidence_log.hand_out(session, actor_of(circle.owner), entry_id, folder=folder, now=NOW)
