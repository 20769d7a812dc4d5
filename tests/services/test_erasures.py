from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.domain.errors import NotAllowedError
from app.domain.permission import Role
from app.domain.privacy.erasing import ErasureState, SubjectKind
from app.formats import erasure_register
from app.models.candidate import Application, Candidate
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.models.person import Person
from app.models.privacy import DoomedFile, Erasure
from app.models.scorecard import RatingRow
from app.queries.audit import Sound, verify
from app.services import erasures, wiping, witnesses
from tests.factories import canaries
from tests.factories.hiring import NOW, make_person

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from tests.databases import Database
    from tests.factories.canaries import Marked

GROUND = "Asked for it by letter."


def asked(database: Database, made: Marked) -> UUID:
    with writing(database.engine) as session:
        return erasures.ask(session, made.hana, SubjectKind.CANDIDATE, made.candidate, ground=GROUND, now=NOW)


def approved(database: Database, made: Marked, wish: UUID, folder: Path) -> None:
    register = folder / erasure_register.NAME
    with writing(database.engine) as session:
        erasures.approve(session, made.hugo, wish, keys=canaries.KEYS, register=register, now=NOW)
    wiping.finish(database.engine, folder / "files", now=NOW)


def test_nothing_of_an_erased_candidate_is_left_anywhere(database: Database, tmp_path: Path) -> None:
    files = tmp_path / "files"
    made = canaries.mark(database, files)
    (tmp_path / "rendered").mkdir()
    (tmp_path / "rendered" / "0.pdf").write_text(made.word())
    before = {line.split(": ")[1] for line in canaries.in_rows(database, made.words)}
    before |= {line.split(": ")[1] for line in canaries.in_bytes(database, made.words, tmp_path)}
    assert before == set(made.words), "every word has to stand somewhere for this to mean something"

    approved(database, made, asked(database, made), tmp_path)

    assert canaries.in_rows(database, made.words) == []
    database.engine.dispose()
    assert canaries.in_bytes(database, made.words, tmp_path) == []
    assert list(files.iterdir()) == []


def test_numbers_without_a_person_and_a_sound_chain_stay(database: Database, tmp_path: Path) -> None:
    made = canaries.mark(database, tmp_path / "files")
    with reading(database.engine) as session:
        ratings = session.scalars(select(RatingRow.value)).all()
    wish = asked(database, made)
    approved(database, made, wish, tmp_path)

    with reading(database.engine) as session:
        assert session.scalars(select(RatingRow.value)).all() == ratings
        assert session.get_one(Candidate, made.candidate).name == "Erased candidate"
        assert session.get_one(Application, made.application).candidate_id == made.candidate
        assert session.get_one(Erasure, wish).state is ErasureState.DONE
        assert session.scalar(select(func.count()).select_from(DoomedFile)) == 0
    with reading(database.engine) as session:
        assert isinstance(verify(session), Sound)
    entries = erasure_register.read(tmp_path / erasure_register.NAME)
    assert [(one.kind, one.subject_id, one.erasure_id) for one in entries] == [
        (SubjectKind.CANDIDATE, made.candidate, wish)
    ]


def test_nobody_approves_what_they_asked_for(database: Database, tmp_path: Path) -> None:
    made = canaries.mark(database, tmp_path / "files")
    wish = asked(database, made)
    with pytest.raises(NotAllowedError), writing(database.engine) as session:
        erasures.approve(session, made.hana, wish, keys=canaries.KEYS, register=tmp_path / "r", now=NOW)
    assert canaries.in_rows(database, made.words[:1]) != []
    assert not (tmp_path / "r").exists()


def test_a_single_hr_partner_erases_alone_only_where_the_company_lets_them_and_auditors_hear_of_it(
    database: Database, tmp_path: Path
) -> None:
    made = canaries.mark(database, tmp_path / "files")
    wish = asked(database, made)
    register = tmp_path / erasure_register.NAME

    def approve(*, alone: bool) -> None:
        with writing(database.engine) as session:
            erasures.approve(session, made.hana, wish, keys=canaries.KEYS, register=register, now=NOW, alone=alone)

    with pytest.raises(NotAllowedError):
        approve(alone=True)  # there are two
    with writing(database.engine) as session:
        watching = make_person(session, "Wanda Watch", [Role.AUDITOR]).id
        session.get_one(Person, made.hugo.person_id).active = False
    with pytest.raises(NotAllowedError):
        approve(alone=False)
    approve(alone=True)

    with reading(database.engine) as session:
        assert session.get_one(Erasure, wish).single_handed
        told = session.scalars(select(Message.recipient_id).where(Message.subject == witnesses.ERASED_ALONE)).all()
    assert told == [watching]


def test_an_erasure_takes_no_letter_that_only_holds_the_name_inside_other_words(
    database: Database, tmp_path: Path
) -> None:
    made = canaries.mark(database, tmp_path / "files")
    with writing(database.engine) as session:
        session.get_one(Candidate, made.candidate).name = "Li"
        texts = ("A list of the links that you like.", "Li comes at nine.", "9:00\\nLi\\, second talk")
        session.add_all(
            Message(recipient_id=made.hugo.person_id, subject=text, body="-", path="/", created_at=NOW)
            for text in texts
        )

    approved(database, made, asked(database, made), tmp_path)

    with reading(database.engine) as session:
        left = session.scalars(select(Message.subject).where(Message.recipient_id == made.hugo.person_id)).all()
    assert [text for text in left if text in texts] == [texts[0]]
