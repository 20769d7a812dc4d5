"""Promotion cases up to their handing in: who begins one, for which level, on what, and what refuses."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from app.domain.growth.case import CaseState
from app.domain.growth.casework import CaseTexts
from app.domain.growth.log import Visibility
from app.models.audit import AuditEvent
from app.models.engine import reading, writing
from app.models.evidence import LogEntry
from app.models.ladder import Placement, Reporting
from app.models.outbox import Message
from app.models.promotion import CaseEvent, CaseEvidence, PromotionCase
from app.services import cases, placements
from app.services.cases import Citation
from tests.factories import cases as make
from tests.factories.hiring import NOW, actor_of, make_next_version, make_person

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.databases import Database

TODAY = make.TODAY


@pytest.mark.parametrize("by", ["person", "manager"])
def test_the_person_or_the_manager_begins_a_case(database: Database, by: str) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        assessment = make.make_assessment(session, cast)
        case = make.make_case(session, cast, by=by)

        assert (case.manager_id, case.requested_by_id) == (cast.manager.id, cast[by].id)
        assert (case.from_level, case.to_level, case.level_since) == ("senior", "principal", make.SINCE)
        assert (case.blueprint_version_id, case.assessment_id) == (cast.version.id, assessment.id)
        other = cast.manager if by == "person" else cast.person
        assert set(session.scalars(select(Message.recipient_id))) == {other.id}
    with reading(database.engine) as session:
        assert session.scalars(select(AuditEvent.action).where(AuditEvent.action.startswith("case."))).all() == [
            "case.begin"
        ]


def test_nobody_else_begins_one_not_even_hr(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)

        for name in ("hr", "peer", "stranger"):
            with pytest.raises(NotFoundError):
                make.make_case(session, cast, by=name)
        assert session.scalars(select(PromotionCase)).all() == []


@pytest.mark.parametrize(
    ("level", "word"),
    [
        ("junior", "PM is not above the current level, Senior PM"),
        ("senior", "Senior PM is the current level"),
        ("emperor", "Choose one of the levels"),
    ],
)
def test_a_level_that_is_not_above_the_current_one_is_refused(database: Database, level: str, word: str) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)

        with pytest.raises(InvalidError, match=word):
            cases.ask_for(session, actor_of(cast.person), cast.person.id, level, today=TODAY, now=NOW)


def test_any_track_above_is_a_target(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case_id = cases.ask_for(session, actor_of(cast.person), cast.person.id, "group", today=TODAY, now=NOW)

        assert session.get_one(PromotionCase, case_id).to_level == "group"


def test_a_case_rests_on_no_assessment_that_is_not_sealed_by_both(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        make.make_assessment(session, cast, sealed=False)

        assert make.make_case(session, cast).assessment_id is None


def test_without_an_assessment_it_rests_on_the_newest_version(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        newer = make_next_version(session, cast.version)

        assert make.make_case(session, cast).blueprint_version_id == newer.id


def test_only_one_case_runs_at_a_time(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_case(session, cast)

        with pytest.raises(ConflictError, match="withdraw it first"):
            make.make_case(session, cast, by="manager")
        cases.withdraw(session, actor_of(cast.person), case.id, "Not this year.", now=NOW)
        assert make.make_case(session, cast).id != case.id
        assert case.state is CaseState.WITHDRAWN


def test_somebody_without_a_level_or_a_manager_is_told_whom_to_ask(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        newcomer = make_person(session, "Nils New")
        session.add(Reporting(person_id=newcomer.id, manager_id=cast.manager.id))
        session.flush()

        with pytest.raises(InvalidError, match="No level is recorded"):
            cases.ask_for(session, actor_of(newcomer), newcomer.id, "principal", today=TODAY, now=NOW)
        session.get_one(Reporting, newcomer.id).manager_id = None
        with pytest.raises(NotAllowedError, match="Ask HR to record your manager"):
            cases.ask_for(session, actor_of(newcomer), newcomer.id, "principal", today=TODAY, now=NOW)


def test_a_level_that_begins_later_does_not_count_yet(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        session.add(
            Placement(
                person_id=cast.person.id, role=cast.version.role, level="principal", since=TODAY + timedelta(days=1),
                reason="", recorded_at=NOW, recorded_by_id=cast["hr"].id,
            )
        )  # fmt: skip

        assert make.make_case(session, cast).from_level == "senior"


def test_both_write_and_a_stale_page_is_refused(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_case(session, cast)
        before = case.version
        cases.write(session, actor_of(cast.person), case.id, make.WHOLE, version=before, now=NOW)

        with pytest.raises(ConflictError):
            cases.write(session, actor_of(cast.manager), case.id, CaseTexts("Mine"), version=before, now=NOW)
        cases.write(session, actor_of(cast.manager), case.id, CaseTexts("Mine"), version=case.version, now=NOW)
        assert (case.brief, case.business_need) == ("Mine", "")


def test_writing_the_same_again_leaves_no_line(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_case(session, cast)
        for _ in range(2):
            cases.write(session, actor_of(cast.person), case.id, make.WHOLE, version=case.version, now=NOW)

        assert _history(session, case) == ["Case begun", "Texts changed"]


def test_the_case_against_is_the_managers_to_write(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_case(session, cast)

        with pytest.raises(NotAllowedError):
            cases.argue_against(session, actor_of(cast.person), case.id, make.AGAINST, version=case.version, now=NOW)
        with pytest.raises(InvalidError, match="80 characters"):
            cases.argue_against(session, actor_of(cast.manager), case.id, "None.", version=case.version, now=NOW)
        cases.argue_against(session, actor_of(cast.manager), case.id, make.AGAINST, version=case.version, now=NOW)
        assert (case.case_against, case.against_by_id) == (make.AGAINST, cast.manager.id)


def test_only_what_the_judges_may_read_is_cited(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_case(session, cast)
        own = make.log_entry(session, cast, visibility=Visibility.MANAGER)
        private = make.log_entry(session, cast, visibility=Visibility.PRIVATE)
        gone = make.log_entry(session, cast, withdrawn_at=NOW)

        for entry, word in ((own, "Its owner opens it"), (private, "from the list"), (gone, "withdrawn")):
            with pytest.raises(InvalidError, match=word):
                make.cite(session, cast, case, "impact", entry)
        with pytest.raises(NotFoundError):
            make.cite(session, cast, case, "no-such-criterion", make.log_entry(session, cast))
        with pytest.raises(InvalidError):
            cases.cite(session, actor_of(cast.person), case.id, Citation("impact", uuid4()), now=NOW)


def test_citing_again_changes_why_and_can_be_taken_back(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case, entry = make.make_case(session, cast), make.log_entry(session, cast)
        for why in ("First", "Second"):
            cited = Citation("impact", entry.id, why)
            cases.cite(session, actor_of(cast.person), case.id, cited, now=NOW)
        rows = session.scalars(select(CaseEvidence)).all()

        assert [row.why for row in rows] == ["Second"]
        cases.uncite(session, actor_of(cast.manager), case.id, "impact", entry.id, now=NOW)
        assert session.scalars(select(CaseEvidence)).all() == []


def test_the_history_names_a_criterion_by_its_words(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case, entry = make.make_case(session, cast), make.log_entry(session, cast)
        cases.cite(session, actor_of(cast.person), case.id, Citation("impact", entry.id, "Two quarters"), now=NOW)
        cases.uncite(session, actor_of(cast.manager), case.id, "impact", entry.id, now=NOW)

        told = session.execute(select(CaseEvent.what, CaseEvent.reason).order_by(CaseEvent.number)).all()
        words = "Shows impact over several quarters"
        assert [tuple(row) for row in told[-2:]] == [
            ("Evidence cited", words), ("Evidence no longer cited", words)
        ]  # fmt: skip


def test_a_case_is_handed_in_whole_with_a_criterion_empty(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_case(session, cast)
        with pytest.raises(InvalidError) as refused:
            cases.hand_in(session, actor_of(cast.manager), case.id, version=case.version, now=NOW)
        assert [fault.field for fault in refused.value.faults] == [
            "brief", "criteria", "against", "development", "need"
        ]  # fmt: skip
        make.fill(session, cast, case)

        with pytest.raises(NotAllowedError):
            cases.hand_in(session, actor_of(cast.person), case.id, version=case.version, now=NOW)
        cases.hand_in(session, actor_of(cast.manager), case.id, version=case.version, now=NOW)
        assert (case.state, case.submitted_at) == (CaseState.SUBMITTED, NOW)
        with pytest.raises(NotAllowedError):
            cases.write(session, actor_of(cast.person), case.id, make.WHOLE, version=case.version, now=NOW)


def test_evidence_that_was_closed_again_does_not_carry_a_case(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_case(session, cast)
        make.fill(session, cast, case)
        for entry_id in session.scalars(select(CaseEvidence.entry_id)):
            session.get_one(LogEntry, entry_id).visibility = Visibility.MANAGER

        with pytest.raises(InvalidError, match="None of the cited evidence can be read"):
            cases.hand_in(session, actor_of(cast.manager), case.id, version=case.version, now=NOW)


@pytest.mark.parametrize("handed_in", [False, True])
def test_a_case_in_preparation_goes_to_the_new_manager(database: Database, *, handed_in: bool) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_case(session, cast)
        if handed_in:
            make.hand_in(session, cast, case)
        placements.report_to(session, actor_of(cast["hr"]), cast.person.id, cast["stranger"].id, "Search", now=NOW)

        assert case.manager_id == (cast.manager.id if handed_in else cast["stranger"].id)
        assert ("Given to Stina Strom" in _history(session, case)) != handed_in


def test_withdrawing_asks_why_and_ends_the_case(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_case(session, cast)
        with pytest.raises(InvalidError):
            cases.withdraw(session, actor_of(cast.person), case.id, "  ", now=NOW)
        cases.withdraw(session, actor_of(cast.person), case.id, "Another role.", now=NOW)

        assert (case.state, case.ended_at) == (CaseState.WITHDRAWN, NOW)
        reasons = session.scalars(select(CaseEvent.reason).order_by(CaseEvent.number)).all()
        assert reasons == ["", "Another role."]
        with pytest.raises(NotAllowedError):
            cases.withdraw(session, actor_of(cast.manager), case.id, "Again.", now=NOW)


def _history(session: Session, case: PromotionCase) -> list[str]:
    rows = session.scalars(select(CaseEvent.what).where(CaseEvent.case_id == case.id).order_by(CaseEvent.number))
    return list(rows)


def test_a_draft_that_saves_itself_is_noted_once_an_hour(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make.make_case_cast(session)
        case = make.make_case(session, cast)
        person, version = actor_of(cast.person), case.version
        for number, minutes in enumerate((0, 1, 2, 61)):
            texts = CaseTexts(f"Word {number}")
            at = NOW + timedelta(minutes=minutes)
            version = cases.write(session, person, case.id, texts, version=version, now=at, draft=True)
        assert (case.brief, case.version) == ("Word 3", version)
        version = cases.write(
            session, actor_of(cast.manager), case.id, CaseTexts("Mine"), version=version, now=NOW, draft=True
        )
        cases.write(session, person, case.id, CaseTexts("Saved"), version=version, now=NOW)
        with pytest.raises(ConflictError):
            cases.write(session, person, case.id, CaseTexts("Late"), version=version, now=NOW, draft=True)

        noted = session.scalars(select(CaseEvent.by_id).where(CaseEvent.what == "Texts changed")).all()
        assert len(noted) == 4
