"""Who may do what: one map from permissions to predicates over small frozen facts. The whole policy is this page.

Deny by default: a permission without a rule, a fact that is missing and an object of the wrong kind all refuse.
A veto beats every grant, whatever the role.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.domain.card import CardState
from app.domain.hiring import RequisitionState


class Role(StrEnum):
    """What a person does in the company; a person may hold several, and grants add up."""

    ADMIN = "admin"
    COORDINATOR = "coordinator"
    HIRING_MANAGER = "hiring_manager"
    INTERVIEWER = "interviewer"
    COMMITTEE = "committee"
    PEOPLE_MANAGER = "people_manager"
    EMPLOYEE = "employee"
    HR_PARTNER = "hr_partner"
    AUDITOR = "auditor"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {"hr_partner": "HR partner", "committee": "Committee member"}.get(
            self.value, self.value.replace("_", " ").capitalize()
        )


class Permission(StrEnum):
    """Everything that a view, a service or a command can ask for."""

    HOME_SEE = "home.see"
    ACCOUNT_KEEP = "account.keep"
    SEARCH_USE = "search.use"
    BLUEPRINT_READ = "blueprint.read"
    BLUEPRINT_PUBLISH = "blueprint.publish"
    PREPARATION_KEEP = "preparation.keep"
    REQUISITION_LIST = "requisition.list"
    REQUISITION_OPEN = "requisition.open"
    REQUISITION_SEE = "requisition.see"
    REQUISITION_EDIT = "requisition.edit"
    PANEL_PLAN = "panel.plan"
    CANDIDATE_LIST = "candidate.list"
    CANDIDATE_ADD = "candidate.add"
    CANDIDATE_SEE = "candidate.see"
    CANDIDATE_EDIT = "candidate.edit"
    FILE_DOWNLOAD = "file.download"
    STAGE_MOVE = "stage.move"
    KIT_SEE = "kit.see"
    CARD_WRITE = "card.write"
    CARD_SEAL = "card.seal"
    CARD_REVISE = "card.revise"
    CARD_RELEASE = "card.release"
    CARD_READ_OWN = "card.read_own"
    CARD_READ = "card.read"
    PROGRESS_SEE = "progress.see"
    DEBRIEF_OPEN = "debrief.open"
    DEBRIEF_SEE = "debrief.see"
    COMPARISON_SEE = "comparison.see"
    VOTE_CAST = "vote.cast"
    DECISION_RECORD = "decision.record"
    DECISION_SEE = "decision.see"
    PERSON_LIST = "person.list"
    PERSON_INVITE = "person.invite"
    ROLE_GRANT = "role.grant"
    AUDIT_READ = "audit.read"


@dataclass(frozen=True, slots=True)
class ActorFacts:
    """Who acts; ``owes`` says whether any scorecard at all is due from them."""

    person_id: UUID
    email: str
    roles: frozenset[Role]
    active: bool = True
    owes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RequisitionFacts:
    """How the actor stands to a requisition. ``has_seat``: interviews somebody there."""

    requisition_id: UUID
    state: RequisitionState
    is_hiring_manager: bool
    is_committee: bool
    is_chair: bool
    has_seat: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFacts(RequisitionFacts):
    """How the actor stands to an application; ``has_seat`` now means: interviews this candidate.

    ``owes`` counts cards that the actor still owes on the candidate, in any requisition; ``sealed_own`` counts
    the actor's sealed cards with at least one rating on this application.
    """

    application_id: UUID
    is_the_candidate: bool
    owes: int
    sealed_own: int
    reveals_after_own: bool
    debrief_open: bool
    decided: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts(ApplicationFacts):
    """How the actor stands to a scorecard."""

    card_id: UUID
    is_author: bool
    card_state: CardState


Predicate = Callable[[ActorFacts, RequisitionFacts | None], bool]
AllOf = tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Granted or not, and the reason in words for a log or a page."""

    granted: bool
    reason: str


def anyone(_actor: ActorFacts, _facts: RequisitionFacts | None) -> bool:
    """Every signed-in person."""
    return True


def role(wanted: Role) -> Predicate:
    """Holders of a role."""

    def holds(actor: ActorFacts, _facts: RequisitionFacts | None) -> bool:
        return wanted in actor.roles

    holds.__name__ = f"is_{wanted.value}"
    return holds


def manages(_actor: ActorFacts, facts: RequisitionFacts | None) -> bool:
    """The requisition's hiring manager."""
    return facts is not None and facts.is_hiring_manager


def on_committee(_actor: ActorFacts, facts: RequisitionFacts | None) -> bool:
    """A member of the requisition's committee, the chair included."""
    return facts is not None and facts.is_committee


def chairs(_actor: ActorFacts, facts: RequisitionFacts | None) -> bool:
    """The chair of the requisition's committee."""
    return facts is not None and facts.is_chair


def interviews(_actor: ActorFacts, facts: RequisitionFacts | None) -> bool:
    """Somebody with an interview there (of this candidate, when the object is an application)."""
    return facts is not None and facts.has_seat


def closed(_actor: ActorFacts, facts: RequisitionFacts | None) -> bool:
    """The process is over: the requisition is closed, or the application is decided."""
    return facts is not None and (
        facts.state is RequisitionState.CLOSED or (isinstance(facts, ApplicationFacts) and facts.decided)
    )


def requisition_closed(_actor: ActorFacts, facts: RequisitionFacts | None) -> bool:
    """The requisition itself is closed."""
    return facts is not None and facts.state is RequisitionState.CLOSED


def sealed_own(_actor: ActorFacts, facts: RequisitionFacts | None) -> bool:
    """Has sealed a card with a rating on this application, and the reveal rule lets that open the others."""
    return (
        isinstance(facts, ApplicationFacts) and facts.sealed_own > 0 and (facts.reveals_after_own or facts.debrief_open)
    )


def debrief_open(_actor: ActorFacts, facts: RequisitionFacts | None) -> bool:
    """The debrief of this application has been opened."""
    return isinstance(facts, ApplicationFacts) and facts.debrief_open


def owes_nothing(_actor: ActorFacts, facts: RequisitionFacts | None) -> bool:
    """Owes no card on the candidate, so that being let in by an open debrief or a decision tells nothing too early."""
    return isinstance(facts, ApplicationFacts) and not facts.owes


def undecided(_actor: ActorFacts, facts: RequisitionFacts | None) -> bool:
    """No decision is recorded on this application."""
    return isinstance(facts, ApplicationFacts) and not facts.decided


def decided(_actor: ActorFacts, facts: RequisitionFacts | None) -> bool:
    """A decision is recorded on this application."""
    return isinstance(facts, ApplicationFacts) and facts.decided


def writes(_actor: ActorFacts, facts: RequisitionFacts | None) -> bool:
    """The interviewer whose card it is."""
    return isinstance(facts, CardFacts) and facts.is_author


def card_owed(_actor: ActorFacts, facts: RequisitionFacts | None) -> bool:
    """The card is still owed."""
    return isinstance(facts, CardFacts) and facts.card_state is CardState.OWED


def card_sealed(_actor: ActorFacts, facts: RequisitionFacts | None) -> bool:
    """The card has been sealed."""
    return isinstance(facts, CardFacts) and facts.card_state is CardState.SEALED


COORDINATES = role(Role.COORDINATOR)
HR = role(Role.HR_PARTNER)
AUDITS = role(Role.AUDITOR)
ADMINISTERS = role(Role.ADMIN)
LEADS = role(Role.HIRING_MANAGER)

_READS_CARDS: tuple[AllOf, ...] = (
    (COORDINATES, debrief_open),
    (manages, debrief_open),
    (on_committee, debrief_open),
    (interviews, sealed_own),
    (HR, closed),
    (AUDITS, closed),
)

POLICY: Mapping[Permission, tuple[AllOf, ...]] = {
    Permission.HOME_SEE: ((anyone,),),
    Permission.ACCOUNT_KEEP: ((anyone,),),
    Permission.SEARCH_USE: ((anyone,),),
    Permission.BLUEPRINT_READ: ((anyone,),),
    Permission.BLUEPRINT_PUBLISH: ((HR,),),
    Permission.PREPARATION_KEEP: ((anyone,),),
    Permission.REQUISITION_LIST: ((anyone,),),
    Permission.REQUISITION_OPEN: ((COORDINATES,), (LEADS,)),
    Permission.REQUISITION_SEE: (
        (COORDINATES,),
        (manages,),
        (on_committee,),
        (interviews,),
        (HR,),
        (AUDITS, requisition_closed),
    ),
    Permission.REQUISITION_EDIT: ((COORDINATES,), (manages,)),
    Permission.PANEL_PLAN: ((COORDINATES,), (manages,)),
    Permission.CANDIDATE_LIST: ((anyone,),),
    Permission.CANDIDATE_ADD: ((COORDINATES,),),
    Permission.CANDIDATE_SEE: (
        (COORDINATES,),
        (manages,),
        (interviews,),
        (on_committee, debrief_open, owes_nothing),
        (HR,),
        (AUDITS, closed, owes_nothing),
    ),
    Permission.CANDIDATE_EDIT: ((COORDINATES,),),
    Permission.FILE_DOWNLOAD: (
        (COORDINATES,),
        (manages,),
        (interviews,),
        (on_committee, debrief_open, owes_nothing),
        (HR,),
        (AUDITS, closed, owes_nothing),
    ),
    Permission.STAGE_MOVE: ((COORDINATES,), (manages,)),
    Permission.KIT_SEE: ((COORDINATES,), (manages,), (interviews,)),
    Permission.CARD_WRITE: ((writes, card_owed),),
    Permission.CARD_SEAL: ((writes, card_owed),),
    Permission.CARD_REVISE: ((writes, card_sealed, undecided),),
    Permission.CARD_RELEASE: ((COORDINATES, card_owed), (writes, card_owed)),
    Permission.CARD_READ_OWN: ((writes,),),
    Permission.CARD_READ: _READS_CARDS,
    Permission.PROGRESS_SEE: ((COORDINATES,), (manages,)),
    Permission.DEBRIEF_OPEN: ((COORDINATES,), (manages,)),
    Permission.DEBRIEF_SEE: _READS_CARDS,
    Permission.COMPARISON_SEE: (
        (COORDINATES,),
        (manages,),
        (on_committee,),
        (HR, closed),
        (AUDITS, closed),
    ),
    Permission.VOTE_CAST: ((on_committee, debrief_open, undecided),),
    Permission.DECISION_RECORD: ((chairs, debrief_open),),
    Permission.DECISION_SEE: (
        (COORDINATES, decided),
        (manages, decided),
        (on_committee, decided),
        (interviews, decided),
        (HR, decided),
        (AUDITS, decided),
    ),
    Permission.PERSON_LIST: ((ADMINISTERS,),),
    Permission.PERSON_INVITE: ((ADMINISTERS,),),
    Permission.ROLE_GRANT: ((ADMINISTERS,),),
    Permission.AUDIT_READ: ((ADMINISTERS,), (AUDITS,)),
}


def is_disabled(actor: ActorFacts, _facts: RequisitionFacts | None) -> bool:
    """A closed account may do nothing."""
    return not actor.active


def is_the_candidate(_actor: ActorFacts, facts: RequisitionFacts | None) -> bool:
    """Nobody touches an evaluation of themselves."""
    return isinstance(facts, ApplicationFacts) and facts.is_the_candidate


def owes_a_card(_actor: ActorFacts, facts: RequisitionFacts | None) -> bool:
    """Independent first: whoever still owes a card on the candidate learns nothing of the others."""
    return isinstance(facts, ApplicationFacts) and facts.owes > 0


def owes_any_card(actor: ActorFacts, _facts: RequisitionFacts | None) -> bool:
    """The chain tells who sealed what on everybody, so whoever owes any card does not read it."""
    return actor.owes


_BLIND = frozenset(
    {
        Permission.CARD_READ,
        Permission.PROGRESS_SEE,
        Permission.DEBRIEF_OPEN,
        Permission.DEBRIEF_SEE,
        Permission.VOTE_CAST,
        Permission.DECISION_RECORD,
        Permission.DECISION_SEE,
    }
)


def vetoes(permission: Permission) -> tuple[Predicate, ...]:
    """What refuses a permission in spite of any grant."""
    always: tuple[Predicate, ...] = (is_disabled, is_the_candidate)
    if permission is Permission.AUDIT_READ:
        return (*always, owes_any_card)
    return (*always, owes_a_card) if permission in _BLIND else always


def allow(actor: ActorFacts, permission: Permission, facts: RequisitionFacts | None = None) -> Verdict:
    """Judge one permission on one object (``None`` when the permission is about no object)."""
    for veto in vetoes(permission):
        if veto(actor, facts):
            return Verdict(granted=False, reason=veto.__name__)
    for rule in POLICY.get(permission, ()):
        if rule and all(predicate(actor, facts) for predicate in rule):
            return Verdict(granted=True, reason=" and ".join(p.__name__ for p in rule))
    return Verdict(granted=False, reason="no_rule_grants_it")
