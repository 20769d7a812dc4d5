"""Who somebody is to a thing, one named question each; the permission map is made of these."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.card import CardState
from app.domain.facts import (
    ActorFacts,
    ApplicationFacts,
    CardFacts,
    CheckInFacts,
    Facts,
    GoalFacts,
    ImpactFacts,
    PlanFacts,
    RequisitionFacts,
    Role,
)
from app.domain.hiring import RequisitionState
from app.domain.onboarding.plan import PlanState

Predicate = Callable[[ActorFacts, Facts | None], bool]
AllOf = tuple[Predicate, ...]


def anyone(_actor: ActorFacts, _facts: Facts | None) -> bool:
    """Every signed-in person."""
    return True


def role(wanted: Role) -> Predicate:
    """Holders of a role."""

    def holds(actor: ActorFacts, _facts: Facts | None) -> bool:
        return wanted in actor.roles

    holds.__name__ = f"is_{wanted.value}"
    return holds


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


def stands_apart(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Neither decides nor scores on any of the requisitions that a report tells of."""
    return isinstance(facts, ImpactFacts) and not facts.has_part


COORDINATES = role(Role.COORDINATOR)
HR = role(Role.HR_PARTNER)
AUDITS = role(Role.AUDITOR)
ADMINISTERS = role(Role.ADMIN)
LEADS = role(Role.HIRING_MANAGER)
MANAGES_PEOPLE = role(Role.PEOPLE_MANAGER)


def is_disabled(actor: ActorFacts, _facts: Facts | None) -> bool:
    """A closed account may do nothing."""
    return not actor.active


def is_the_candidate(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Nobody touches an evaluation of themselves."""
    return isinstance(facts, ApplicationFacts) and facts.is_the_candidate


def owes_a_card(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Independent first: whoever still owes a card on the candidate learns nothing of the others."""
    return isinstance(facts, ApplicationFacts) and facts.owes > 0


def owes_any_card(actor: ActorFacts, _facts: Facts | None) -> bool:
    """The chain tells who sealed what on everybody, so whoever owes any card does not read it."""
    return actor.owes
