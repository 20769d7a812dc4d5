"""What is kept of a plan equals what it derives from, after every kind of act, on both databases."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from random import Random
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.domain.errors import PlumblineError
from app.domain.onboarding.goal import MOVES, EvidenceKind, GoalAct, GoalState
from app.domain.onboarding.plan import Health, PartyName, PlanState, health, tally, worst
from app.domain.permission import Role
from app.models.engine import writing
from app.models.onboarding import Goal, GoalEventRow, GoalEvidence, PlanMilestone, Signature
from app.models.outlook import COLUMNS, PlanOutlook
from app.queries import plans as lists
from app.services import goals, milestones, plan_dates, plans
from app.services.goals import GoalDraft
from app.services.milestones import parties
from tests.factories.hiring import NOW, actor_of, make_person
from tests.factories.plans import START, TODAY, Cast, make_plan

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session

    from tests.databases import Database

STEPS = 150
_OTHERS = ("show", "add", "reword", "sign a milestone", "pin", "move", "reassign")
_CHANCES = {GoalAct.SUBMIT: 4, GoalAct.SIGN: 2, "show": 4, "sign a milestone": 3}


class Play:
    """A plan on which acts are done at random, by whoever may do them; what is refused leaves nothing behind."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session, self.random, self.done = session, Random(seed), Counter[str]()
        self.cast: Cast = make_plan(session)
        self.next_manager = make_person(session, "Nia Next", [Role.PEOPLE_MANAGER])
        cast = self.cast
        self.people = {one.id: one for one in (cast.hire, cast.manager, cast.buddy, cast.hr, self.next_manager)}

    def step(self) -> None:
        """Try one act."""
        acts = [*goals.ALLOWED, *_OTHERS]
        wanted = self.random.choices(acts, [_CHANCES.get(act, 1) for act in acts])[0]
        try:
            with self.session.begin_nested():
                self._act(wanted) if isinstance(wanted, GoalAct) else self._other(wanted)
        except PlumblineError:
            self.session.expire_all()
        else:
            self.done[str(wanted)] += 1

    def _act(self, what: GoalAct) -> None:
        goal, plan = self._goal(MOVES[what].before), self.cast.plan
        signer = plan.hire_id if goal.owner_id == plan.manager_id else plan.manager_id
        by = {
            GoalAct.SIGN: signer, GoalAct.RETURN: signer, GoalAct.WAIVE: plan.manager_id,
            GoalAct.RESTORE: plan.manager_id,
        }  # fmt: skip
        actor = actor_of(self.people[by.get(what, goal.owner_id)])
        blocker = self.cast.hr.id if what is GoalAct.BLOCK else None
        goals.act(
            self.session, actor, goal.id, what, version=goal.version, now=NOW, note="Agreed.", waits_for=blocker
        )  # fmt: skip

    def _other(self, what: str) -> None:
        session, plan, goal, part = self.session, self.cast.plan, self._goal(), self._part()
        manager = actor_of(self.people[plan.manager_id])
        draft = GoalDraft(f"Goal {self.random.random()}", self.random.choice((plan.hire_id, plan.manager_id)))
        if what == "show":
            piece = GoalEvidence(kind=EvidenceKind.TEXT, title="Done", body="As seen.", about_on=TODAY)
            owner = actor_of(self.people[goal.owner_id])
            goals.show(session, owner, goal.id, piece, today=TODAY, now=NOW)
        elif what == "add":
            goals.add(session, manager, part.id, draft, version=plan.version, now=NOW)
        elif what == "reword":
            goals.reword(session, manager, goal.id, draft, version=goal.version, now=NOW)
        elif what == "sign a milestone":
            milestones.sign(session, self.random.choice((manager, actor_of(self.cast.hire))), self._ready().id, now=NOW)
        elif what == "pin":
            day = START + timedelta(days=self.random.randrange(200))
            plan_dates.pin(session, manager, part.id, day, version=plan.version, now=NOW)
        elif what == "move":
            start = START + timedelta(days=self.random.randrange(90))
            wanted = replace(plan_dates.draft_of(plan), starts_on=start)
            plan_dates.reschedule(session, manager, plan.id, wanted, today=TODAY, version=plan.version, now=NOW)
        else:
            to, buddy = self.random.choice((self.cast.manager, self.next_manager)), self.cast.buddy.id
            plans.reassign(session, manager, plan.id, manager_id=to.id, buddy_id=buddy, version=plan.version, now=NOW)

    def _goal(self, states: Container[GoalState] = frozenset(GoalState)) -> Goal:
        """A goal, in one of these states if there is any such."""
        wanted = select(Goal).join(PlanMilestone, PlanMilestone.id == Goal.milestone_id)
        own = wanted.where(Goal.plan_id == self.cast.plan.id)
        rows = self.session.scalars(own.order_by(PlanMilestone.position, Goal.position)).all()
        return self.random.choice([row for row in rows if row.state in states] or rows)

    def _ready(self) -> PlanMilestone:
        """A milestone that can be signed, if there is any."""
        parts = parts_of(self.session, self.cast)
        ready = [one for one in parts if all(goal.state.settled for goal in goals_of(self.session, one))]
        return self.random.choice(ready or parts)

    def _part(self) -> PlanMilestone:
        return self.random.choice(parts_of(self.session, self.cast))


def parts_of(session: Session, cast: Cast) -> Sequence[PlanMilestone]:
    """The plan's milestones in their order."""
    wanted = select(PlanMilestone).where(PlanMilestone.plan_id == cast.plan.id).order_by(PlanMilestone.position)
    return session.scalars(wanted).all()


def goals_of(session: Session, part: PlanMilestone) -> Sequence[Goal]:
    """The goals of a milestone."""
    return session.scalars(select(Goal).where(Goal.milestone_id == part.id)).all()


def kept(session: Session, cast: Cast) -> dict[str, object]:
    """What is kept of the plan."""
    columns = [getattr(PlanOutlook, name) for name in COLUMNS]
    found = session.execute(select(*columns).where(PlanOutlook.plan_id == cast.plan.id)).one()
    return dict(zip(COLUMNS, found, strict=True))


def derived(session: Session, cast: Cast) -> dict[str, object]:
    """The same, counted here from the rows that it derives from."""
    parts, plan = parts_of(session, cast), cast.plan
    every = {part.id: goals_of(session, part) for part in parts}
    tallies = {part.id: tally([goal.state for goal in every[part.id]]) for part in parts}
    unsigned = [part for part in parts if part.settled is None]
    submitted = [goal for part in parts for goal in every[part.id] if goal.state is GoalState.SUBMITTED]
    ready = [part for part in unsigned if tallies[part.id].total == tallies[part.id].settled]
    signed = {
        part.id: set(session.scalars(select(Signature.party).where(Signature.milestone_id == part.id)))
        for part in parts
    }
    lacking = [party for part in ready for party in parties(part) if party not in signed[part.id]]
    first = unsigned[0] if unsigned else None
    final = next(part for part in parts if part.key == "day-90")
    return {
        "plan_id": plan.id,
        "milestones": len(parts),
        "signed": len(parts) - len(unsigned),
        "blocked": sum(tallies[part.id].blocked > 0 for part in unsigned),
        "begun": sum(not 0 < tallies[part.id].total == tallies[part.id].untouched for part in unsigned),
        "next_title": first.title if first else None,
        "next_on": first.due_on if first else None,
        "first_due": min((part.due_on for part in unsigned), default=None),
        "first_unshown": min((part.due_on for part in unsigned if tallies[part.id].unshown), default=None),
        "submitted": len(submitted),
        "goals_for_hire": sum(goal.owner_id == plan.manager_id for goal in submitted),
        "goals_for_manager": sum(goal.owner_id != plan.manager_id for goal in submitted),
        "milestones_for_hire": lacking.count(PartyName.HIRE),
        "milestones_for_manager": lacking.count(PartyName.MANAGER),
        "outcome_asked": PartyName.MANAGER in signed[final.id],
    }


def check_pieces(session: Session, cast: Cast) -> None:
    """Each milestone counts the evidence of the goals that are not waived."""
    for part in parts_of(session, cast):
        session.refresh(part)
        asked = [goal.id for goal in goals_of(session, part) if goal.state is not GoalState.WAIVED]
        pieces = session.scalar(select(func.count()).where(GoalEvidence.goal_id.in_(asked)))
        assert part.pieces == (pieces if asked else None)


def check_list(session: Session, cast: Cast) -> set[Health]:
    """The list says of the plan what its worst milestone is, whatever the day; return what it said."""
    said = set()
    for days in range(-60, 200, 13):
        now = NOW + timedelta(days=days)
        (line,) = lists.listing(session, actor_of(cast.hire), lists.PlanFilter(), now=now)
        doing = [
            health(
                tally([goal.state for goal in goals_of(session, part)]), part.due_on, now.date(),
                signed=part.settled is not None,
            )
            for part in parts_of(session, cast)
        ]  # fmt: skip
        assert (line.health, line.signed) == (worst(doing), doing.count(Health.DONE))
        said.add(line.health)
    return said


@pytest.mark.parametrize("seed", [2, 11])
def test_what_is_kept_follows_every_act(database: Database, seed: int) -> None:
    said: set[Health] = set()
    with writing(database.engine) as session:
        play = Play(session, seed)
        for step in range(STEPS):
            play.step()
            assert kept(session, play.cast) == derived(session, play.cast), play.done
            if step % 20 == 0:
                check_pieces(session, play.cast)
                said |= check_list(session, play.cast)

    assert play.done.keys() >= {*map(str, goals.ALLOWED), *_OTHERS}, "each kind of act was done at least once"
    assert said >= {Health.BLOCKED, Health.OVERDUE, Health.AT_RISK, Health.ON_TRACK}


def test_a_sign_off_keeps_how_long_the_goal_had_waited(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        goal, hire, manager = cast.goal(session, "ship"), actor_of(cast.hire), actor_of(cast.manager)
        piece = GoalEvidence(kind=EvidenceKind.TEXT, title="Done", body="As seen.", about_on=TODAY)
        goals.show(session, hire, goal.id, piece, today=TODAY, now=NOW)
        goals.act(session, hire, goal.id, GoalAct.SUBMIT, version=goal.version, now=NOW)
        later = NOW + timedelta(days=2, hours=1)
        goals.act(session, manager, goal.id, GoalAct.SIGN, version=goal.version, now=later)
        waits = session.execute(select(GoalEventRow.act, GoalEventRow.waited).where(GoalEventRow.goal_id == goal.id))
        assert {row.act: row.waited for row in waits if row.waited is not None} == {GoalAct.SIGN: 49 * 3600}


def test_an_ended_plan_waits_for_nobody(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        goal = cast.goal(session, "ship")
        goal.state = GoalState.SUBMITTED
        session.flush()
        plans.end(
            session, actor_of(cast.manager), cast.plan.id, PlanState.CLOSED, reason="Left.", today=TODAY,
            version=cast.plan.version, now=NOW,
        )  # fmt: skip
        everything = lists.PlanFilter(states=frozenset(PlanState))
        (line,) = lists.listing(session, actor_of(cast.manager), everything, now=NOW)
        assert line.health is Health.OVERDUE
        assert (line.waiting, line.late) == (0, False)


def test_acts_at_the_same_moment_are_all_kept(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        every = [(goal.id, goal.version) for part in parts_of(session, cast) for goal in goals_of(session, part)]
    ready = Barrier(len(every))

    def begin(goal_id: UUID, version: int) -> None:
        ready.wait()
        with writing(database.engine) as session:
            goals.act(session, actor_of(cast.hire), goal_id, GoalAct.START, version=version, now=NOW)

    with ThreadPoolExecutor(len(every)) as pool:
        for done in [pool.submit(begin, *one) for one in every]:
            done.result()
    with writing(database.engine) as session:
        session.add(cast.plan)
        assert kept(session, cast) == derived(session, cast)
        assert kept(session, cast)["begun"] == 3
