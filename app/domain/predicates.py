"""Who somebody is to a thing, one named question each; the permission map is made of these."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from app.domain.card import CardState
from app.domain.facts import (
    ActorFacts,
    ApplicationFacts,
    CardFacts,
    CheckInFacts,
    FactorState,
    Facts,
    GlassFacts,
    GoalFacts,
    GradingFacts,
    GrantFacts,
    ImpactFacts,
    LookFacts,
    PlanFacts,
    RequisitionFacts,
    Role,
    TeamFacts,
)
from app.domain.growth.facts import AssessmentFacts, CaseFacts, PersonFacts
from app.domain.hiring import RequisitionState
from app.domain.onboarding.plan import PlanState
from app.domain.privacy.facts import PrivacyFacts

Predicate = Callable[[ActorFacts, Facts | None], bool]
AllOf = tuple[Predicate, ...]


def anyone(_actor: ActorFacts, _facts: Facts | None) -> bool:
    """Every signed-in person."""
    return True


def role(wanted: Role) -> Predicate:
    """Holders of a role, in the whole company or just where the object is."""

    def holds(actor: ActorFacts, facts: Facts | None) -> bool:
        return wanted in actor.roles or holds_here(actor, wanted, facts)

    holds.__name__ = f"is_{wanted.value}"
    return holds


def holds_here(actor: ActorFacts, wanted: Role, facts: Facts | None) -> bool:
    """Holds a role in the requisition or the team of the object; without an object no such role counts."""
    return any(scope.role is wanted and scope.fits(*_place(facts)) for scope in actor.scopes)


def _place(facts: Facts | None) -> tuple[UUID | None, str]:
    """The requisition and the team that an object lies in."""
    requisition_id = facts.requisition_id if isinstance(facts, RequisitionFacts) else None
    return requisition_id, facts.team if isinstance(facts, _IN_A_TEAM) else ""


_IN_A_TEAM = (RequisitionFacts, PlanFacts, AssessmentFacts, PersonFacts, CaseFacts, TeamFacts)


def manages(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The requisition's hiring manager."""
    return isinstance(facts, RequisitionFacts) and facts.is_hiring_manager


def on_committee(_actor: ActorFacts, facts: Facts | None) -> bool:
    """A member of the requisition's committee, the chair included."""
    return isinstance(facts, RequisitionFacts) and facts.is_committee


def chairs(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The chair of the requisition's committee."""
    return isinstance(facts, RequisitionFacts) and facts.is_chair


def interviews(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Somebody with an interview there (of this candidate, when the object is an application)."""
    return isinstance(facts, RequisitionFacts) and facts.has_seat


def closed(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The process is over: the requisition is closed, or the application is decided."""
    return isinstance(facts, RequisitionFacts) and (
        facts.state is RequisitionState.CLOSED or (isinstance(facts, ApplicationFacts) and facts.decided)
    )


def requisition_closed(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The requisition itself is closed."""
    return isinstance(facts, RequisitionFacts) and facts.state is RequisitionState.CLOSED


def sealed_own(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Has sealed a card with a rating on this application, and the reveal rule lets that open the others."""
    return (
        isinstance(facts, ApplicationFacts) and facts.sealed_own > 0 and (facts.reveals_after_own or facts.debrief_open)
    )


def debrief_open(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The debrief of this application has been opened."""
    return isinstance(facts, ApplicationFacts) and facts.debrief_open


def owes_nothing(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Owes no card on the candidate, so that being let in by an open debrief or a decision tells nothing too early."""
    return isinstance(facts, ApplicationFacts) and not facts.owes


def undecided(_actor: ActorFacts, facts: Facts | None) -> bool:
    """No decision is recorded on this application."""
    return isinstance(facts, ApplicationFacts) and not facts.decided


def decided(_actor: ActorFacts, facts: Facts | None) -> bool:
    """A decision is recorded on this application."""
    return isinstance(facts, ApplicationFacts) and facts.decided


def writes(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The interviewer whose card it is."""
    return isinstance(facts, CardFacts) and facts.is_author


def card_owed(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The card is still owed."""
    return isinstance(facts, CardFacts) and facts.card_state is CardState.OWED


def card_sealed(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The card has been sealed."""
    return isinstance(facts, CardFacts) and facts.card_state is CardState.SEALED


def enters_apart(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Types a card for somebody else, and has neither seat nor vote nor part in deciding there."""
    return (
        isinstance(facts, CardFacts)
        and not facts.is_author
        and not facts.has_seat
        and not facts.is_committee
        and not facts.is_hiring_manager
    )


def is_hire(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The person whose first year it is."""
    return isinstance(facts, PlanFacts) and facts.is_hire


def leads(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The manager of the person whose first year it is."""
    return isinstance(facts, PlanFacts) and facts.is_manager


def accompanies(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The buddy, or somebody who owns a goal of the plan: they see what is theirs and nothing else."""
    return isinstance(facts, PlanFacts) and (facts.is_buddy or facts.owns_goal)


def is_plan(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The object is an onboarding plan, or part of one."""
    return isinstance(facts, PlanFacts)


def of_another(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The object is somebody else's onboarding plan, or part of one: a role never helps with one's own first year."""
    return isinstance(facts, PlanFacts) and not facts.is_hire


def running(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The plan is neither completed nor closed."""
    return isinstance(facts, PlanFacts) and facts.state is PlanState.ACTIVE


def owns_goal(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Whoever owns the goal."""
    return isinstance(facts, GoalFacts) and facts.is_owner


def signs_goal(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Whoever accepts or returns the goal."""
    return isinstance(facts, GoalFacts) and facts.is_signer


def waited_for(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Whoever a blocked goal waits for."""
    return isinstance(facts, GoalFacts) and facts.waited_for


def hire_to_answer(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The hire, while their own answers are not sealed."""
    return isinstance(facts, CheckInFacts) and facts.is_hire and not facts.hire_sealed


def manager_to_answer(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The manager, while their own answers are not sealed."""
    return isinstance(facts, CheckInFacts) and facts.is_manager and not facts.manager_sealed


def both_answered(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Both parties have sealed their answers."""
    return isinstance(facts, CheckInFacts) and facts.hire_sealed and facts.manager_sealed


def grades(_actor: ActorFacts, facts: Facts | None) -> bool:
    """A grader of the case, not released from it."""
    return isinstance(facts, GradingFacts) and facts.is_grader


def has_no_part(actor: ActorFacts, facts: Facts | None) -> bool:
    """Has nothing else to do with the requisition, and no role anywhere that could tell whose work it is."""
    told = (actor.roles | actor.scoped_roles) & NAMES_KNOWN_TO
    return isinstance(facts, GradingFacts) and not facts.has_part and not told


def stands_apart(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Neither decides nor scores on any of the requisitions that a report tells of."""
    return isinstance(facts, ImpactFacts) and not facts.has_part


NAMES_KNOWN_TO = frozenset({Role.ADMIN, Role.COORDINATOR, Role.HR_PARTNER, Role.AUDITOR})
"""Roles that see every candidate, or the chain that names them: whoever holds one grades nobody's case unnamed."""

COORDINATES = role(Role.COORDINATOR)
HR = role(Role.HR_PARTNER)
AUDITS = role(Role.AUDITOR)
ADMINISTERS = role(Role.ADMIN)
LEADS = role(Role.HIRING_MANAGER)
MANAGES_PEOPLE = role(Role.PEOPLE_MANAGER)


def asked_by_another(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Somebody else asked for it."""
    return isinstance(facts, GrantFacts | GlassFacts) and not facts.is_asker


def asked_oneself(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Asked for it themselves."""
    return isinstance(facts, GrantFacts | GlassFacts) and facts.is_asker


def still_waits(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Nobody has decided on the request, and it has not lapsed."""
    return isinstance(facts, GrantFacts | GlassFacts) and facts.waiting


def for_another(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The role would be somebody else's."""
    return isinstance(facts, GrantFacts) and not facts.is_person


def glass_open(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Reading early was approved, and the hour is not over."""
    return isinstance(facts, GlassFacts) and facts.reading


def judges_nobody(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Neither interviews the candidate, nor votes or decides in the requisition."""
    return isinstance(facts, ApplicationFacts) and not (facts.has_seat or facts.is_committee or facts.is_hiring_manager)


def can_be_looked_at(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Somebody else with an open account, who holds no role that takes two administrators to give."""
    return isinstance(facts, LookFacts) and facts.open and not (facts.is_self or facts.is_powerful)


def no_applicant(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Has never applied for anything here."""
    return isinstance(facts, LookFacts) and not facts.is_applicant


def is_looked_through(actor: ActorFacts, _facts: Facts | None) -> bool:
    """An administrator who looks through somebody's eyes reads nothing sealed or private, and does nothing."""
    return actor.looked_through


def is_disabled(actor: ActorFacts, _facts: Facts | None) -> bool:
    """A closed account may do nothing."""
    return not actor.active


def needs_second_factor(actor: ActorFacts, _facts: Facts | None) -> bool:
    """Until the second factor is set up and given, a session may do nothing."""
    return actor.factor is not FactorState.SETTLED


def has_factor_to_give(actor: ActorFacts, _facts: Facts | None) -> bool:
    """Who has a second factor gives it before they change anything about it."""
    return actor.factor is FactorState.OWED


def step_up_expired(actor: ActorFacts, _facts: Facts | None) -> bool:
    """Acts on accounts, factors and roles want a proof of the last minutes."""
    return not actor.proof_fresh


def is_the_candidate(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Nobody touches an evaluation of themselves."""
    return isinstance(facts, ApplicationFacts) and facts.is_the_candidate


def has_conflict(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Stands too near to the candidate to have any part in judging them."""
    return isinstance(facts, ApplicationFacts) and facts.has_conflict


def has_read_early(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Independent first: whoever read others' scorecards on the candidate early does not judge them afterwards."""
    return isinstance(facts, ApplicationFacts) and facts.read_early


def owes_a_card(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Independent first: whoever still owes a card on the candidate learns nothing of the others."""
    return isinstance(facts, ApplicationFacts) and facts.owes > 0


def is_blinded(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Blind review: whoever owes a card on the candidate in a blind requisition does not learn who it is."""
    return isinstance(facts, ApplicationFacts | PrivacyFacts) and facts.blinded


def owes_any_card(actor: ActorFacts, _facts: Facts | None) -> bool:
    """The chain tells who sealed what on everybody, so whoever owes any card does not read it."""
    return actor.owes


def grades_unnamed(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Whoever owes a grade in a requisition sees nothing of it but the case: any page could tell whose work it is."""
    return isinstance(facts, RequisitionFacts) and facts.is_grading


def is_put_away(actor: ActorFacts, facts: Facts | None) -> bool:
    """The candidate's data is kept because the law asks for it, and shown to HR partners only."""
    return isinstance(facts, ApplicationFacts) and facts.put_away and Role.HR_PARTNER not in actor.roles


def is_erased(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The candidate was erased; the numbers that are left belong to nobody and are shown in sums only."""
    return isinstance(facts, ApplicationFacts) and facts.erased
