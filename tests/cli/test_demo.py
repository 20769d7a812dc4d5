"""The demo: told through the services, the same each time, current on any day, and never near real data."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.cli import demo, main
from app.cli.demo import story
from app.cli.demo.moments import Moments
from app.domain.card import CardState
from app.domain.decision import Outcome
from app.domain.hiring import RequisitionState, Stage
from app.domain.permission import Role
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application, Candidate, CandidateFile
from app.models.decision import Decision, DecisionVote
from app.models.engine import make_engine, reading, writing
from app.models.facts import actor_facts
from app.models.interview import Interview
from app.models.person import Installation, Person
from app.models.requisition import Requisition
from app.models.scorecard import RatingRow, Revision, ScorecardRow
from app.queries import comparisons, debriefs, duties, followed, people
from app.services import accounts, audit, installation
from app.settings import Environment, Settings
from tests.cli.conftest import SUNDAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from tests.databases import Database

WEDNESDAY_NIGHT = datetime(2027, 3, 31, 22, 30, tzinfo=UTC)
CHECKPOINT_ON_SUNDAY = re.compile(r"plumbline-audit/v1 5b0f6c1e-7a53-5d0a-9a9e-2f1f6c0d3b47 (\d+) [0-9a-f]{64}")


def _file_of(engine: Engine) -> Path:
    return Path(str(engine.url.database))


def _settings(folder: Path, env: Environment = Environment.DEMO) -> Settings:
    return Settings(instance=folder, database_url=f"sqlite:///{folder / 'plumbline.db'}", secret_key="", env=env)


def _actor(session: Session, key: str) -> ActorFacts:
    person_id = session.scalar(select(Person.id).where(Person.email == f"{key}@{story.DOMAIN}"))
    assert person_id is not None
    actor = actor_facts(session, person_id)
    assert actor is not None
    return actor


def _application(session: Session, name: str) -> Application:
    return session.scalars(select(Application).join(Candidate).where(Candidate.name.startswith(name))).one()


def test_the_same_moment_gives_the_same_chain_on_both_databases(
    database: Database, told: Engine, tmp_path: Path
) -> None:
    demo.fill(database.engine, tmp_path / "files", now=SUNDAY)
    with reading(database.engine) as session, reading(told) as other:
        line = audit.checkpoint(session)
        assert CHECKPOINT_ON_SUNDAY.fullmatch(line)
        assert line == audit.checkpoint(other)


def test_nothing_is_told_of_the_future(tmp_path: Path, telling: Callable[[Path, datetime], Engine]) -> None:
    engine = telling(tmp_path, WEDNESDAY_NIGHT)
    with reading(engine) as session:
        for column in (Revision.sealed_at, ScorecardRow.draft_saved_at, Decision.decided_at, Application.created_at):
            newest = session.scalar(select(func.max(column)))
            assert newest is not None
            assert newest < WEDNESDAY_NIGHT
        ahead = session.scalars(select(Interview.starts_at).where(Interview.starts_at > WEDNESDAY_NIGHT)).all()
    assert len(ahead) >= 3


@pytest.mark.parametrize("days", range(7))
def test_every_interview_falls_on_a_working_day(days: int) -> None:
    moments = Moments(SUNDAY + timedelta(days=days), story.ZONE)
    told = [i.at for r in story.requisitions() for c in r.candidates for i in c.interviews]
    assert {moments.at(at).weekday() for at in told} <= {0, 1, 2, 3, 4}
    assert moments.at("-1 10:00") < moments.now < moments.at("1 10:00") + timedelta(hours=24)


def test_a_moment_is_read_in_the_companys_zone_over_a_change_of_clocks() -> None:
    moments = Moments(datetime(2026, 3, 31, 12, 0, tzinfo=UTC), story.ZONE)
    assert moments.at("-1 10:00") == datetime(2026, 3, 30, 8, 0, tzinfo=UTC)
    assert moments.at("-2 10:00") == datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
    assert moments.at("0 10:00") == datetime(2026, 3, 31, 8, 0, tzinfo=UTC)
    with pytest.raises(ValueError, match="no moment of the story"):
        moments.at("yesterday")


def test_the_cast_and_the_company_are_complete(told: Engine) -> None:
    with reading(told) as session:
        about = installation.about(session)
        assert about
        assert (about.company, about.demo) == ("Brightquay", True)
        assert sorted(session.scalars(select(Requisition.state))) == [
            RequisitionState.CLOSED,
            RequisitionState.CLOSED,
            RequisitionState.CLOSED,
            RequisitionState.DECIDING,
            RequisitionState.OPEN,
            RequisitionState.OPEN,
            RequisitionState.OPEN,
        ]
        assert session.scalar(select(func.count()).select_from(Candidate)) == 75
        offered = people.demo_people(session)
    roles = [role for person in offered for role in person.roles]
    assert set(roles) == set(Role)
    assert roles.count(Role.INTERVIEWER) == 10
    assert roles.count(Role.COORDINATOR) == roles.count(Role.HIRING_MANAGER) == 2


def test_cards_stand_in_every_state(told: Engine) -> None:
    with reading(told) as session:
        states = Counter(session.scalars(select(ScorecardRow.state)))
        drafts = session.scalars(select(ScorecardRow).where(ScorecardRow.draft != "")).all()
        assert states[CardState.SEALED] > 40
        assert states[CardState.OWED] > 5
        assert states[CardState.RELEASED] == 2
        assert [draft.state for draft in drafts] == [CardState.OWED]
        later = session.scalars(select(Revision).where(Revision.number > 1)).all()
        assert [(one.after_reveal, bool(one.reason)) for one in later] == [(True, True)]


def test_interviewers_differ_in_strictness(told: Engine) -> None:
    with reading(told) as session:
        rows = session.execute(
            select(Person.name, func.avg(RatingRow.value))
            .join(ScorecardRow, ScorecardRow.interviewer_id == Person.id)
            .join(Revision, Revision.scorecard_id == ScorecardRow.id)
            .join(RatingRow, RatingRow.revision_id == Revision.id)
            .group_by(Person.name)
        ).all()
    means = {name: float(mean) for name, mean in rows}
    assert len(means) == 10
    assert means["Hannelore Brandt"] < 3
    assert means["Samuel Okonkwo"] > 4


def test_every_extreme_rating_has_evidence_and_most_others_too(told: Engine) -> None:
    with reading(told) as session:
        first = select(RatingRow.value, RatingRow.evidence).join(Revision).where(Revision.number == 1)
        ratings = session.execute(first).all()
    rated = [(value, evidence) for value, evidence in ratings if value is not None]
    assert all(evidence for value, evidence in rated if value in {1, 5})
    assert sum(bool(evidence) for _value, evidence in rated) > 0.75 * len(rated)
    written = [evidence for _value, evidence in rated if evidence]
    assert len(set(written)) == len(written)


def test_one_requisition_is_told_on_another_role_and_scale(told: Engine) -> None:
    with reading(told) as session:
        rows = session.execute(
            select(BlueprintVersion.role, func.max(RatingRow.value))
            .join(Requisition, Requisition.blueprint_version_id == BlueprintVersion.id)
            .join(Application, Application.requisition_id == Requisition.id)
            .join(ScorecardRow, ScorecardRow.application_id == Application.id)
            .join(Revision, Revision.scorecard_id == ScorecardRow.id)
            .join(RatingRow, RatingRow.revision_id == Revision.id)
            .group_by(BlueprintVersion.role)
        ).all()
    assert sorted(map(tuple, rows)) == [("senior-data-scientist", 4), ("senior-ml-pm", 5)]


def test_the_open_debrief_disagrees_and_leaves_a_dimension_unassessed(told: Engine) -> None:
    with reading(told) as session:
        rafael = _application(session, "Rafael").id
        debrief = debriefs.debrief(session, _actor(session, "beatriz"), rafael)
    spreads = [row.score.spread for row in debrief.rows if row.score.spread is not None]
    assert spreads[0] == 3
    assert [row.dimension.id for row in debrief.rows if row.nobody] == ["commercial-acumen"]
    assert [(card.interviewer, card.revision) for card in debrief.later_revisions] == [("Samuel Okonkwo", 2)]


def test_one_candidate_has_insufficient_evidence(told: Engine) -> None:
    with reading(told) as session:
        need = _application(session, "Elliot").requisition_id
        shown = comparisons.comparison(session, _actor(session, "joris"), need, now=SUNDAY)
    why = {column.candidate: column.score.why for column in shown.columns if column.score}
    assert why["Elliot Hargreaves"] == "a must-have dimension was not assessed"
    assert [column.candidate for column in shown.columns if column.sealed] == ["Noor Al-Khatib"]


def test_the_hire_departs_from_the_order_with_a_reason_and_a_dissent(told: Engine) -> None:
    with reading(told) as session:
        hire = session.scalars(select(Decision).where(Decision.outcome == Outcome.HIRE)).one()
        votes = session.scalars(select(DecisionVote.outcome).where(DecisionVote.decision_id == hire.id)).all()
        corrections = session.scalars(select(Decision).where(Decision.corrects_id.is_not(None))).all()
    assert hire.departure_reason.startswith("Henrik Dahl")
    assert sorted(votes) == [Outcome.HIRE, Outcome.HIRE, Outcome.HOLD]
    assert hire.checkpoint.startswith("plumbline-audit/v1 ")
    assert len(corrections) == 1


@pytest.mark.parametrize(
    ("key", "kinds"),
    [
        ("priyanka", {"debrief"}),
        ("joris", {"debrief"}),
        ("beatriz", {"vote", "decision"}),
        ("olumide", {"vote"}),
        ("mei-ling", {"scorecard", "goal_waits", "assess_peer", "corroborate"}),
        ("diego", {"scorecard", "goal_sign", "check_in", "outcome", "assess_report", "assessment_talk", "case_finish"}),
        ("lucia", set()),
        ("bogdan", {"goal", "goal_returned"}),
        ("grace", {"scorecard", "vote", "corroborate", "prevote"}),
        ("samuel", {"scorecard", "give_feedback", "grading"}),
        ("yuki", {"scorecard", "assess_self"}),
        ("aisling", {"scorecard", "grading"}),
        *((key, {"scorecard"}) for key in ("hannelore", "farid", "leif", "ruth")),
    ],
)
def test_what_waits_for_whom(told: Engine, key: str, kinds: set[str]) -> None:
    with reading(told) as session:
        waiting = duties.duties(session, _actor(session, key), SUNDAY)
    assert {duty.kind.value for duty in waiting} == kinds


def test_a_late_card_and_a_begun_one_wait(told: Engine) -> None:
    with reading(told) as session:
        diego, mei_ling = (
            [duty for duty in duties.duties(session, _actor(session, key), SUNDAY) if duty.kind.value == "scorecard"]
            for key in ("diego", "mei-ling")
        )
    assert (diego[0].title, diego[0].late) == ("Score Mira Oyelaran", True)
    assert (mei_ling[0].title, mei_ling[0].begun) == ("Score Mira Oyelaran", True)


@pytest.mark.parametrize(("key", "at"), [("yuki", ("One week", 2, 3)), ("kwame", ("One hour", 1, 4)), ("amara", None)])
def test_who_prepares_for_the_role(told: Engine, key: str, at: tuple[str, int, int] | None) -> None:
    with reading(told) as session:
        lines = followed.followed(session, _actor(session, key), SUNDAY).preparing
    assert [(line.plan, line.done, line.of) for line in lines] == ([at] if at else [])
    assert all(line.touched < SUNDAY for line in lines)


def test_documents_lie_where_the_program_looks_for_them(told: Engine) -> None:
    with reading(told) as session:
        files = session.scalars(select(CandidateFile)).all()
    assert len(files) >= 6
    for file in files:
        assert (_file_of(told).parent / "files" / str(file.id)).stat().st_size == file.size


def test_it_is_told_once_and_anew_after_a_reset(
    empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(_settings(tmp_path), database_url=empty_database_url)
    assert demo.ensure_seeded(settings) is True
    assert demo.ensure_seeded(settings) is False
    names = [name for name, _email, _does in demo.accounts(settings)]
    assert len(names) == 31
    assert names[:3] == ["Tomasz Wieczorek", "Nadia Benhamou", "Caleb Whitfield"]
    monkeypatch.setenv("PLUMBLINE_INSTANCE", str(tmp_path))
    monkeypatch.setenv("PLUMBLINE_DATABASE_URL", empty_database_url)
    assert main(["demo", "--reset", "--yes"]) == 0
    assert len(demo.accounts(settings)) == 31


def test_real_people_are_left_alone(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    engine = _migrated(settings)
    with writing(engine) as session:
        installation.ensure(session, company="Real Company", demo=True)
        accounts.create_person(
            session, None, email="me@real.example", name="Me", password=None, roles=[Role.ADMIN], now=SUNDAY
        )
    assert demo.ensure_seeded(settings) is False
    assert demo.accounts(settings) == ()
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 1


def test_an_installation_that_is_no_demo_is_not_filled(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    engine = _migrated(settings)
    with writing(engine) as session:
        installation.ensure(session, company="Real Company", demo=False)
    assert demo.ensure_seeded(settings) is False
    assert demo.ensure_seeded(_settings(tmp_path / "other", Environment.PRODUCTION)) is False
    assert not (tmp_path / "other").exists()


def _migrated(settings: Settings) -> Engine:
    from app.models import migrate

    migrate.upgrade(settings.database_url)
    return make_engine(settings.database_url)


class _Here:
    """The demo command in an instance folder of its own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.settings = _settings(folder)
        monkeypatch.setenv("PLUMBLINE_INSTANCE", str(folder))
        monkeypatch.setenv("PLUMBLINE_ENV", "demo")
        monkeypatch.delenv("PLUMBLINE_DATABASE_URL", raising=False)

    def take(self, told: Engine) -> None:
        """Put a copy of a told demo here."""
        shutil.copyfile(_file_of(told), self.settings.instance / "plumbline.db")

    def count(self) -> int:
        """How many people the database holds."""
        engine = make_engine(self.settings.database_url)
        with reading(engine) as session:
            return session.scalar(select(func.count()).select_from(Person)) or 0


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Here:
    return _Here(tmp_path, monkeypatch)


def test_reset_tells_it_anew_and_removes_what_was_added(
    here: _Here, told: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    here.take(told)
    with writing(make_engine(here.settings.database_url)) as session:
        accounts.create_person(session, None, email="x@y.example", name="X", password=None, roles=[], now=SUNDAY)
    here.settings.files_dir.mkdir()
    stray = here.settings.files_dir / "stray"
    stray.write_text("left over", encoding="utf-8")
    assert main(["demo", "--reset", "--yes"]) == 0
    assert here.count() == 31
    assert not stray.exists()
    assert capsys.readouterr().out.startswith("The demo is ready:\n  Tomasz Wieczorek")
    assert main(["demo"]) == 0
    assert capsys.readouterr().out.startswith("The demo is there already")


def test_reset_asks_before_it_deletes(here: _Here, told: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    here.take(told)
    assert main(["demo", "--reset"]) == 2
    assert "Confirm it with: python3 -m app demo --reset --yes" in capsys.readouterr().err
    assert here.count() == 31


def test_reset_refuses_what_is_no_demo(here: _Here, capsys: pytest.CaptureFixture[str]) -> None:
    engine = _migrated(here.settings)
    with writing(engine) as session:
        installation.ensure(session, company="Real Company", demo=False)
        accounts.create_person(session, None, email="a@b.example", name="A", password=None, roles=[], now=SUNDAY)
    assert main(["demo", "--reset", "--yes"]) == 2
    assert capsys.readouterr().err == "This database belongs to Real Company and is no demo; nothing was deleted\n"
    assert here.count() == 1


def test_a_story_that_breaks_off_leaves_nothing(here: _Here) -> None:
    # A file where the folder should be stops the first résumé half-way through the story.
    here.settings.files_dir.write_text("in the way", encoding="utf-8")
    with pytest.raises(OSError, match="files"):
        demo.ensure_seeded(here.settings)
    assert here.count() == 0
    with reading(make_engine(here.settings.database_url)) as session:
        assert session.scalar(select(func.count()).select_from(Installation)) == 0
    here.settings.files_dir.unlink()
    assert demo.ensure_seeded(here.settings) is True


def test_production_is_never_touched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from tests.cli.processes import PRODUCTION

    for name, value in {**PRODUCTION, "PLUMBLINE_INSTANCE": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    assert main(["demo", "--reset", "--yes"]) == 2
    assert list(tmp_path.iterdir()) == []


def test_the_applications_stand_at_many_stages(told: Engine) -> None:
    with reading(told) as session:
        stages = set(session.scalars(select(Application.stage)))
    assert stages >= {Stage.APPLIED, Stage.INTERVIEWING, Stage.DEBRIEF, Stage.DECIDED, Stage.WITHDRAWN}


def test_a_misspelt_key_in_the_story_is_refused() -> None:
    told = story.requisitions()[0].model_dump()
    with pytest.raises(ValueError, match="manger"):
        story.RequisitionStory.model_validate({**told, "manger": "joris"})
