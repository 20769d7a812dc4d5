"""What was scored, voted, decided and recorded: rewritten, cut, forked, deleted or decided too early."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy import func, select

from app.cli import main
from app.domain.audit import Broken, parse_checkpoint
from app.domain.privacy.erasing import SubjectKind
from app.formats import erasure_register
from app.models.audit import AuditEvent
from app.models.candidate import Application
from app.models.decision import Decision
from app.models.engine import reading, writing
from app.models.person import Person
from app.models.requisition import Requisition
from app.queries.audit import Sound, verify
from app.services import audit, erasures, wiping
from tests import databases
from tests.cli.test_audit import alone
from tests.factories import canaries
from tests.factories.committee import Committee, cast_chained, make_committee, make_scored
from tests.factories.hiring import NOW, make_interview, make_next_version, make_person
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from uuid import UUID

    from flask import Flask

    from tests.databases import Database

CARDS: list[dict[str, int | None]] = [
    {"strategy": 4, "fluency": 3, "empathy": 3},
    {"strategy": 2, "fluency": None, "empathy": 3},
]
DECIDED = {
    "outcome": "hire",
    "reasons": "Clear strategy in every interview.",
    "absence_reason": "On leave until the spring.",
    "departure_reason": "The best fit for this team.",
}
GUARDED = ("audit_event", "audit_checkpoint", "revision", "rating", "decision", "decision_vote", "stage_change")


@pytest.fixture
def committee(database: Database) -> Committee:
    """A committee for one opening."""
    with writing(database.engine) as session:
        return make_committee(session)


def scored(
    database: Database,
    committee: Committee,
    name: str = "Mira",
    cards: list[dict[str, int | None]] = CARDS,
    *,
    voted: bool = True,
) -> UUID:
    """An application at an open debrief, on which everybody but nobody too many has voted."""
    with writing(database.engine) as session:
        application = make_scored(session, committee, name, cards)
        for person in (committee.chair, *committee.members) if voted else ():
            cast_chained(session, application, person)
        return application.id


def verified(database: Database, line: str = "") -> Sound | Broken:
    with reading(database.engine) as session:
        return verify(session, parse_checkpoint(line) if line else None)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def decided(browser: Browser, application: UUID) -> str:
    """Record a decision as its chair; the checkpoint line that its page shows."""
    made = browser.post(f"/applications/{application}/decide", DECIDED)
    assert made.status_code == 303, words(made.text)
    found = re.search(r"plumbline-audit/v1 \S+ \d+ [0-9a-f]{64}", browser.get(made.location).text)
    assert found
    return found[0]


@pytest.mark.attack("BL-04")
def test_a_new_version_of_the_blueprint_moves_no_score_that_was_given(
    database: Database, committee: Committee, signed_in: Callable[[UUID], Browser]
) -> None:
    application = scored(database, committee)
    path, browser = f"/applications/{application}/debrief", signed_in(committee.coordinator.id)
    before = words(browser.get(path).text)
    with writing(database.engine) as session:
        make_next_version(session, session.get_one(Requisition, committee.requisition.id).blueprint)
    after = words(browser.get(path).text)
    stamp = "Blueprint Product Manager 1"
    assert f"{stamp}; version 2 exists" in after
    assert after.partition(stamp)[0] == before.partition(stamp)[0]


@pytest.mark.attack("BL-06")
def test_nobody_decides_before_the_votes_with_a_card_owed_or_after_the_end(
    database: Database, committee: Committee, signed_in: Callable[[UUID], Browser]
) -> None:
    early, owed = scored(database, committee, "Early", voted=False), scored(database, committee, "Owed")
    with writing(database.engine) as session:
        make_interview(session, session.get_one(Application, owed), [committee.interviewers[0]])
    chair = signed_in(committee.chair.id)
    assert chair.post(f"/applications/{early}/decide", DECIDED).status_code == 409
    assert chair.post(f"/applications/{owed}/decide", DECIDED).status_code == 409
    assert count(database, Decision) == 0
    coordinator = signed_in(committee.coordinator.id)
    skipped = coordinator.post(f"/applications/{early}/stage", {"stage": "decided", "reason": "x", "version": "1"})
    assert skipped.status_code in {404, 409, 422}
    assert count(database, Decision) == 0


@pytest.mark.attack("BL-07")
def test_nothing_is_deleted_with_what_hangs_on_it(database: Database, committee: Committee, program: Flask) -> None:
    scored(database, committee)
    assert [rule.rule for rule in program.url_map.iter_rules() if "DELETE" in (rule.methods or set())] == []
    before = (count(database, AuditEvent), count(database, Person), count(database, Application))
    for table in ("candidate", "person", "requisition", "application", "interview", "scorecard"):
        with pytest.raises(sa.exc.DBAPIError), writing(database.engine) as session:
            session.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608  names written above
    assert (count(database, AuditEvent), count(database, Person), count(database, Application)) == before


@pytest.mark.attack("BL-08")
def test_a_cut_tail_an_older_copy_and_an_edit_contradict_the_printed_line(
    database: Database, committee: Committee, signed_in: Callable[[UUID], Browser], session_folder: Path, tmp_path: Path
) -> None:
    applications = [scored(database, committee, name) for name in ("One", "Two")]
    with databases.copied(database, session_folder, tmp_path) as older:
        chair = signed_in(committee.chair.id)
        line = decided(chair, applications[0])
        size = parse_checkpoint(line).size
        assert isinstance(verified(database, line), Sound)
        found = verified(older, line)
        assert isinstance(found, Broken)
        assert f"but the checkpoint saw {size} events" in found.what
    owner = sa.create_engine(database.url, poolclass=sa.NullPool)
    with owner.begin() as connection:
        for act in ("update", "delete"):
            away = (
                f"DROP TRIGGER guard_audit_event_{act}"
                if database.is_sqlite
                else "SET session_replication_role = replica"
            )
            connection.execute(sa.text(away))
        connection.execute(
            sa.text("UPDATE audit_event SET body = replace(body, 'vote.cast', 'vote.void') WHERE seq = 4")
        )
    found = verified(database, line)
    assert isinstance(found, Broken)
    assert found.seq == 4


@pytest.mark.attack("BL-09")
def test_eight_people_at_once_make_one_chain(database: Database, program: Flask) -> None:
    with writing(database.engine) as session:
        people = [make_person(session, f"Person {number}").id for number in range(8)]
    browsers = [Browser(program) for _ in people]
    for browser, person in zip(browsers, people, strict=True):
        browser.sign_in(person)
        assert browser.token

    def act(browser: Browser) -> set[int]:
        return {browser.post("/account/zone", {"zone": zone}).status_code for zone in ("Europe/Berlin", "UTC") * 2}

    with ThreadPoolExecutor(8) as pool:
        answers = set().union(*pool.map(act, browsers))
    found = verified(database)
    assert isinstance(found, Sound), found
    assert answers <= {303, 503}
    assert 303 in answers
    with reading(database.engine) as session:
        changed = session.scalar(select(func.count()).where(AuditEvent.action == "person.zone"))
        assert (changed or 0) >= 8


@pytest.mark.attack("BL-10")
def test_after_an_erasure_the_chain_holds_and_says_what_was_erased(database: Database, tmp_path: Path) -> None:
    made = canaries.mark(database, tmp_path / "files")
    with writing(database.engine) as session:
        wish = erasures.ask(
            session, made.hana, SubjectKind.CANDIDATE, made.candidate, ground="Asked by letter.", now=NOW
        )
    register = tmp_path / erasure_register.NAME
    before = verified(database)
    with writing(database.engine) as session:
        erasures.approve(session, made.hugo, wish, keys=canaries.KEYS, register=register, now=NOW)
    wiping.finish(database.engine, tmp_path / "files", now=NOW)
    found = verified(database)
    assert isinstance(before, Sound)
    assert isinstance(found, Sound)
    assert len(found.erased) > len(before.erased)
    assert isinstance(verified(database, before.checkpoint), Sound)


@pytest.mark.attack("BL-12")
def test_no_statement_of_the_program_goes_round_the_guards(
    database: Database, committee: Committee, signed_in: Callable[[UUID], Browser]
) -> None:
    decided(signed_in(committee.chair.id), scored(database, committee))
    let_through = []
    for table in GUARDED:
        rows = sa.Table(table, sa.MetaData(), autoload_with=database.engine)
        last = list(rows.columns)[-1]
        forging = sa.insert(rows).prefix_with("OR REPLACE").from_select(list(rows.columns), sa.select(rows))
        emptying = forging if database.is_sqlite else sa.text(f"TRUNCATE {table} CASCADE")
        for statement in (sa.update(rows).values({last: last}), sa.delete(rows), emptying):
            with suppress(sa.exc.DBAPIError), writing(database.engine) as session:
                if session.execute(sa.select(sa.func.count()).select_from(rows)).scalar():
                    session.execute(statement)
                    let_through.append(f"{statement}")
    assert let_through == []
    assert isinstance(verified(database), Sound)


@pytest.mark.attack("BL-13")
def test_a_dimension_left_blank_moves_no_total(
    database: Database, committee: Committee, signed_in: Callable[[UUID], Browser]
) -> None:
    whole = scored(database, committee, "Whole", [{"strategy": 3, "fluency": 3, "empathy": 3}] * 2)
    blank = scored(database, committee, "Blank", [{"strategy": 3, "fluency": 3, "empathy": None}] * 2)
    browser = signed_in(committee.coordinator.id)
    pages = [words(browser.get(f"/applications/{each}/debrief").text) for each in (whole, blank)]
    assert ["How 3.0 came about" in page for page in pages] == [True, True]
    assert "100 % of the weight" in pages[0]
    assert "80 % of the weight" in pages[1]


@pytest.mark.attack("BL-14")
def test_two_decisions_at_once_leave_one_and_the_openings_hold(
    database: Database, committee: Committee, program: Flask
) -> None:
    one, two = scored(database, committee, "One"), scored(database, committee, "Two")
    browsers = [Browser(program) for _ in range(4)]
    for browser in browsers:
        browser.sign_in(committee.chair.id)
        assert browser.token

    def decide(place: int) -> int:
        return browsers[place].post(f"/applications/{one}/decide", DECIDED).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(decide, range(4)))
    assert answers == [303, 409, 409, 409]
    assert count(database, Decision) == 1
    assert browsers[0].post(f"/applications/{two}/decide", DECIDED).status_code in {409, 422}
    assert count(database, Decision) == 1


@pytest.mark.attack("BL-08")
def test_a_decision_on_paper_is_held_against_an_export_elsewhere(  # noqa: PLR0917  each is a fixture
    database: Database, committee: Committee, signed_in: Callable[[UUID], Browser], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    chair, application = signed_in(committee.chair.id), scored(database, committee)
    line = decided(chair, application)
    with reading(database.engine) as session:
        decision = session.scalars(select(Decision.id)).one()
    paper = chair.get(f"/decisions/{decision}.pdf")
    assert paper.mimetype == "application/pdf", paper.text[:500]
    (tmp_path / "decision.pdf").write_bytes(paper.data)
    (tmp_path / "forged.pdf").write_bytes(paper.data.replace(b"%PDF-1", b"%PDF-2", 1))
    with writing(database.engine) as session:
        audit.record(session, None, "act.later", "thing/1", now=NOW)
    monkeypatch.setenv("PLUMBLINE_ENV", "demo")
    monkeypatch.setenv("PLUMBLINE_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("PLUMBLINE_DATABASE_URL", database.url)
    assert main(["audit", "export", str(tmp_path / "chain.jsonl")]) == 0
    capsys.readouterr()
    assert main(["audit", "verifier"]) == 0
    (tmp_path / "verify.py").write_text(capsys.readouterr().out, encoding="utf-8")
    assert alone(tmp_path, "chain.jsonl", "--line", line, "--pdf", "decision.pdf")[0] == 0
    assert alone(tmp_path, "chain.jsonl", "--line", line, "--pdf", "forged.pdf")[0] == 1


def count(database: Database, table: type[AuditEvent | Person | Application | Decision]) -> int:
    with reading(database.engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0
