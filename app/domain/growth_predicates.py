"""Who somebody is to a thing on the ladder, one named question each."""

from __future__ import annotations

from app.domain.facts import ActorFacts, Facts
from app.domain.growth.calibration import CalibrationState
from app.domain.growth.case import CaseState
from app.domain.growth.facts import AssessmentFacts, CalibrationFacts, CaseFacts, EntryFacts, ItemFacts, PersonFacts
from app.domain.growth.log import Visibility


def is_subject(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Whom the assessment is about."""
    return isinstance(facts, AssessmentFacts) and facts.is_subject


def assesses(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The manager who answers on the person."""
    return isinstance(facts, AssessmentFacts) and facts.is_manager


def answers_as_peer(_actor: ActorFacts, facts: Facts | None) -> bool:
    """A peer who was asked to answer."""
    return isinstance(facts, AssessmentFacts) and facts.is_peer


def still_answers(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The assessment is open, and their own answers are neither sealed nor declined."""
    return isinstance(facts, AssessmentFacts) and facts.open and not (facts.own_sealed or facts.declined)


def assessment_open(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The cycle of the assessment is open."""
    return isinstance(facts, AssessmentFacts) and facts.open


def both_in(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The person and the manager have both sealed their answers."""
    return isinstance(facts, AssessmentFacts) and facts.self_sealed and facts.manager_sealed


def assessment_of_another(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The assessment is about somebody else: no role opens one's own."""
    return isinstance(facts, AssessmentFacts) and not facts.is_subject


def forms_no_view(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Does not sit where votes on it are still given apart: whoever votes has not seen the manager's marks before."""
    return isinstance(facts, AssessmentFacts | CaseFacts) and not facts.apart


def is_oneself(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The page is about the actor."""
    return isinstance(facts, PersonFacts) and facts.is_self


def manages_person(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The manager of whom the page is about."""
    return isinstance(facts, PersonFacts) and facts.is_manager and not facts.is_self


def is_somebody_else(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The page is about somebody else."""
    return isinstance(facts, PersonFacts) and not facts.is_self


def owns_entry(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Whose evidence it is."""
    return isinstance(facts, EntryFacts) and facts.is_owner


def manages_owner(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The manager of whose evidence it is, where they may read it."""
    return isinstance(facts, EntryFacts) and facts.is_manager and facts.visibility is not Visibility.PRIVATE


def judges_entry(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Somebody who reads a case that cites it, where its owner lets them."""
    return isinstance(facts, EntryFacts) and facts.judges and facts.visibility is Visibility.CASE


def corroborates(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Somebody who was asked whether it happened so."""
    return isinstance(facts, EntryFacts) and facts.is_corroborator and not facts.is_owner


def entry_stands(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The entry was not withdrawn."""
    return isinstance(facts, EntryFacts) and not facts.withdrawn


def is_promoted(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Whom the case is about."""
    return isinstance(facts, CaseFacts) and facts.is_person


def makes_case(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The manager of whom the case is about."""
    return isinstance(facts, CaseFacts) and facts.is_manager and not facts.is_person


def asked_for_feedback(_actor: ActorFacts, facts: Facts | None) -> bool:
    """A peer who was asked for feedback on the person."""
    return isinstance(facts, CaseFacts) and facts.is_asked and not facts.is_person


def judges_case(_actor: ActorFacts, facts: Facts | None) -> bool:
    """On the panel of the case, and not the person."""
    return isinstance(facts, CaseFacts) and facts.on_panel and not facts.is_person


def concludes_case(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Who chairs its calibration, neither the person nor in conflict."""
    return isinstance(facts, CaseFacts) and facts.is_chair and not facts.is_person and not facts.is_conflicted


def case_of_another(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The case is about somebody else."""
    return isinstance(facts, CaseFacts) and not facts.is_person


def case_in_draft(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The case is still being prepared."""
    return isinstance(facts, CaseFacts) and facts.state is CaseState.DRAFT


def case_handed_in(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The case was handed in and is not decided."""
    return isinstance(facts, CaseFacts) and facts.state is CaseState.SUBMITTED


def case_open(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The case is neither decided nor withdrawn."""
    return isinstance(facts, CaseFacts) and facts.state in {CaseState.DRAFT, CaseState.SUBMITTED}


def case_decided(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The case is decided."""
    return isinstance(facts, CaseFacts) and facts.state is CaseState.DECIDED


def votes_opened(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The members of the case's calibration have given their votes, each on their own."""
    return isinstance(facts, CaseFacts) and facts.opened


def calibration_locked(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The calibration of the case is over."""
    return isinstance(facts, CaseFacts) and facts.locked


def is_calibration(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The object is a calibration, or an item of one."""
    return isinstance(facts, CalibrationFacts)


def chairs_calibration(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Who chairs the session."""
    return isinstance(facts, CalibrationFacts) and facts.is_chair


def calibrates(_actor: ActorFacts, facts: Facts | None) -> bool:
    """A member of the session, the chair included."""
    return isinstance(facts, CalibrationFacts) and (facts.is_member or facts.is_chair)


def has_vote(_actor: ActorFacts, facts: Facts | None) -> bool:
    """A member who is neither the person nor in conflict over the item."""
    return isinstance(facts, ItemFacts) and facts.is_member and not (facts.is_conflicted or facts.is_person)


def not_about_me(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The item is about somebody else."""
    return isinstance(facts, ItemFacts) and not facts.is_person


def hears(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The manager to whom the session's words on the item go."""
    return isinstance(facts, ItemFacts) and facts.is_manager and not facts.is_person


def preparing(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Votes have not begun."""
    return isinstance(facts, CalibrationFacts) and facts.state is CalibrationState.PREPARING


def voting(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Members vote apart."""
    return isinstance(facts, CalibrationFacts) and facts.state is CalibrationState.VOTING


def discussing(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The session is discussing."""
    return isinstance(facts, CalibrationFacts) and facts.state is CalibrationState.DISCUSSING


def opened(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Votes lie open to the members."""
    return isinstance(facts, CalibrationFacts) and facts.state in {CalibrationState.DISCUSSING, CalibrationState.LOCKED}


def locked(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The session is over."""
    return isinstance(facts, CalibrationFacts) and facts.state is CalibrationState.LOCKED


def unlocked(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The session is not over."""
    return isinstance(facts, CalibrationFacts) and facts.state is not CalibrationState.LOCKED
