"""Each question that the permission map is made of, against what it needs: with it the answer is yes, without it no.

For every way to a yes the facts are written out here, all others being no. Then each of those facts is changed, alone,
to every other value it can have; every other kind of object and no object at all are asked about; all of that is no.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from itertools import chain
from types import ModuleType
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from app.domain import growth_predicates as growth
from app.domain import predicates as our
from app.domain import privacy_predicates as private
from app.domain.card import CardState
from app.domain.facts import (
    ActorFacts,
    ApplicationFacts,
    CardFacts,
    CheckInFacts,
    FactorState,
    GlassFacts,
    GoalFacts,
    GradingFacts,
    GrantFacts,
    ImpactFacts,
    LookFacts,
    PlanFacts,
    RequisitionFacts,
    Role,
    Scope,
    TeamFacts,
)
from app.domain.growth.calibration import CalibrationState
from app.domain.growth.case import CaseState
from app.domain.growth.facts import AssessmentFacts, CalibrationFacts, CaseFacts, EntryFacts, ItemFacts, PersonFacts
from app.domain.growth.log import Visibility
from app.domain.hiring import RequisitionState
from app.domain.onboarding.goal import GoalState
from app.domain.onboarding.plan import PlanState
from app.domain.privacy.facts import PrivacyFacts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.domain.facts import Facts

ONE = UUID(int=1)
ACTOR = ActorFacts(UUID(int=9), "me@example.org", frozenset())
HIRING = {
    "requisition_id": ONE, "state": RequisitionState.OPEN, "is_hiring_manager": False, "is_committee": False,
    "is_chair": False, "has_seat": False,
}  # fmt: skip
APPLIED = {
    **HIRING, "application_id": ONE, "is_the_candidate": False, "has_conflict": False, "owes": 0, "sealed_own": 0,
    "reveals_after_own": False, "debrief_open": False, "decided": False,
}  # fmt: skip
FIRST_YEAR = {
    "plan_id": ONE, "state": PlanState.CLOSED, "is_hire": False, "is_manager": False, "is_buddy": False,
    "owns_goal": False,
}  # fmt: skip
SESSION = {"calibration_id": ONE, "state": CalibrationState.PREPARING, "is_chair": False, "is_member": False}
PLAIN: dict[type[Any], dict[str, object]] = {
    RequisitionFacts: HIRING,
    ApplicationFacts: APPLIED,
    CardFacts: {**APPLIED, "card_id": ONE, "is_author": False, "card_state": CardState.RELEASED},
    GlassFacts: {**APPLIED, "glass_id": ONE, "is_asker": False, "waiting": False, "reading": False},
    TeamFacts: {"team": "Data"},
    GrantFacts: {"request_id": ONE, "is_asker": False, "is_person": False, "waiting": False},
    LookFacts: {
        "person_id": ONE, "is_self": False, "open": False, "is_powerful": False, "is_applicant": False,
    },
    PlanFacts: FIRST_YEAR,
    GoalFacts: {
        **FIRST_YEAR, "goal_id": ONE, "goal_state": GoalState.BLOCKED, "is_owner": False, "is_signer": False,
        "waited_for": False,
    },
    CheckInFacts: {**FIRST_YEAR, "milestone_id": ONE, "hire_sealed": False, "manager_sealed": False},
    GradingFacts: {"task_id": ONE, "is_grader": False, "has_part": False},
    ImpactFacts: {"has_part": False},
    AssessmentFacts: {
        "assessment_id": ONE, "open": False, "is_subject": False, "is_manager": False, "is_peer": False,
        "self_sealed": False, "manager_sealed": False, "own_sealed": False, "apart": False,
    },
    PersonFacts: {"person_id": ONE, "is_self": False, "is_manager": False},
    EntryFacts: {
        "entry_id": ONE, "visibility": Visibility.PRIVATE, "withdrawn": False, "is_owner": False, "is_manager": False,
        "is_corroborator": False, "judges": False,
    },
    CaseFacts: {
        "case_id": ONE, "state": CaseState.WITHDRAWN, "is_person": False, "is_manager": False, "is_asked": False,
        "on_panel": False, "is_chair": False, "is_conflicted": False, "locked": False, "opened": False, "apart": False,
    },
    CalibrationFacts: SESSION,
    ItemFacts: {
        **SESSION, "item_id": ONE, "is_person": False, "is_manager": False, "is_conflicted": False, "voted": False,
    },
    PrivacyFacts: {"subject_id": ONE, "is_own": False, "held": False, "gone": False, "has_left": False},
}  # fmt: skip
"""Facts of each kind in which nothing holds that could let anybody do anything."""


@dataclass(frozen=True)
class Way:
    """A way to a yes: the kind of object, and the facts without which it is a no; a set lists all values that do."""

    predicate: our.Predicate
    kind: type[Any]
    needs: dict[str, object]
    or_kinds: tuple[type[Any], ...] = ()

    def facts(self, **other: object) -> Facts:
        """The object, with some facts changed."""
        needs = {name: next(iter(sorted(v))) if isinstance(v, frozenset) else v for name, v in self.needs.items()}
        made: Facts = self.kind(**{**PLAIN[self.kind], **needs, **other})
        return made

    def spoiled(self) -> Iterator[tuple[str, object]]:
        """Each needed fact with each value that it must not have."""
        for name, value in self.needs.items():
            if isinstance(value, bool):
                yield name, not value
            elif isinstance(value, int):
                yield name, value - 1 if value else 1
            else:
                good = value if isinstance(value, frozenset) else {value}
                one = next(iter(good))
                assert isinstance(one, Enum)
                yield from ((name, other) for other in type(one) if other not in good)


def _way(predicate: our.Predicate, kind: type[Any], *or_kinds: type[Any], **needs: object) -> Way:
    return Way(predicate, kind, needs, or_kinds)


NO_PART = {"has_seat": False, "is_committee": False, "is_hiring_manager": False}
WAYS = (
    _way(our.manages, RequisitionFacts, is_hiring_manager=True),
    _way(our.on_committee, RequisitionFacts, is_committee=True),
    _way(our.chairs, RequisitionFacts, is_chair=True),
    _way(our.interviews, RequisitionFacts, has_seat=True),
    _way(our.closed, RequisitionFacts, state=RequisitionState.CLOSED),
    _way(our.closed, ApplicationFacts, RequisitionFacts, decided=True),
    _way(our.requisition_closed, RequisitionFacts, state=RequisitionState.CLOSED),
    _way(our.sealed_own, ApplicationFacts, sealed_own=1, reveals_after_own=True),
    _way(our.sealed_own, ApplicationFacts, sealed_own=1, debrief_open=True),
    _way(our.debrief_open, ApplicationFacts, debrief_open=True),
    _way(our.owes_nothing, ApplicationFacts, owes=0),
    _way(our.undecided, ApplicationFacts, decided=False),
    _way(our.decided, ApplicationFacts, decided=True),
    _way(our.writes, CardFacts, is_author=True),
    _way(our.card_owed, CardFacts, card_state=CardState.OWED),
    _way(our.card_sealed, CardFacts, card_state=CardState.SEALED),
    _way(our.enters_apart, CardFacts, is_author=False, **NO_PART),
    _way(our.is_hire, PlanFacts, is_hire=True),
    _way(our.leads, PlanFacts, is_manager=True),
    _way(our.accompanies, PlanFacts, is_buddy=True),
    _way(our.accompanies, PlanFacts, owns_goal=True),
    _way(our.is_plan, PlanFacts),
    _way(our.of_another, PlanFacts, is_hire=False),
    _way(our.running, PlanFacts, state=PlanState.ACTIVE),
    _way(our.owns_goal, GoalFacts, is_owner=True),
    _way(our.signs_goal, GoalFacts, is_signer=True),
    _way(our.waited_for, GoalFacts, waited_for=True),
    _way(our.hire_to_answer, CheckInFacts, is_hire=True, hire_sealed=False),
    _way(our.manager_to_answer, CheckInFacts, is_manager=True, manager_sealed=False),
    _way(our.both_answered, CheckInFacts, hire_sealed=True, manager_sealed=True),
    _way(our.grades, GradingFacts, is_grader=True),
    _way(our.has_no_part, GradingFacts, has_part=False),
    _way(our.stands_apart, ImpactFacts, has_part=False),
    _way(our.asked_by_another, GrantFacts, GlassFacts, is_asker=False),
    _way(our.asked_by_another, GlassFacts, GrantFacts, is_asker=False),
    _way(our.asked_oneself, GrantFacts, GlassFacts, is_asker=True),
    _way(our.asked_oneself, GlassFacts, GrantFacts, is_asker=True),
    _way(our.still_waits, GrantFacts, GlassFacts, waiting=True),
    _way(our.still_waits, GlassFacts, GrantFacts, waiting=True),
    _way(our.for_another, GrantFacts, is_person=False),
    _way(our.glass_open, GlassFacts, reading=True),
    _way(our.judges_nobody, ApplicationFacts, **NO_PART),
    _way(our.can_be_looked_at, LookFacts, open=True, is_self=False, is_powerful=False),
    _way(our.no_applicant, LookFacts, is_applicant=False),
    _way(our.is_the_candidate, ApplicationFacts, is_the_candidate=True),
    _way(our.has_conflict, ApplicationFacts, has_conflict=True),
    _way(our.has_read_early, ApplicationFacts, read_early=True),
    _way(our.owes_a_card, ApplicationFacts, owes=1),
    _way(our.is_blinded, ApplicationFacts, PrivacyFacts, blinded=True),
    _way(our.is_blinded, PrivacyFacts, ApplicationFacts, blinded=True),
    _way(our.grades_unnamed, RequisitionFacts, is_grading=True),
    _way(our.is_put_away, ApplicationFacts, put_away=True),
    _way(our.is_erased, ApplicationFacts, erased=True),
    _way(growth.is_subject, AssessmentFacts, is_subject=True),
    _way(growth.assesses, AssessmentFacts, is_manager=True),
    _way(growth.answers_as_peer, AssessmentFacts, is_peer=True),
    _way(growth.still_answers, AssessmentFacts, open=True, own_sealed=False, declined=False),
    _way(growth.assessment_open, AssessmentFacts, open=True),
    _way(growth.both_in, AssessmentFacts, self_sealed=True, manager_sealed=True),
    _way(growth.assessment_of_another, AssessmentFacts, is_subject=False),
    _way(growth.forms_no_view, AssessmentFacts, CaseFacts, apart=False),
    _way(growth.forms_no_view, CaseFacts, AssessmentFacts, apart=False),
    _way(growth.is_oneself, PersonFacts, is_self=True),
    _way(growth.manages_person, PersonFacts, is_manager=True, is_self=False),
    _way(growth.is_somebody_else, PersonFacts, is_self=False),
    _way(growth.owns_entry, EntryFacts, is_owner=True),
    _way(
        growth.manages_owner, EntryFacts,
        is_manager=True, visibility=frozenset({Visibility.MANAGER, Visibility.CASE}),
    ),
    _way(growth.judges_entry, EntryFacts, judges=True, visibility=Visibility.CASE),
    _way(growth.corroborates, EntryFacts, is_corroborator=True, is_owner=False),
    _way(growth.entry_stands, EntryFacts, withdrawn=False),
    _way(growth.is_promoted, CaseFacts, is_person=True),
    _way(growth.makes_case, CaseFacts, is_manager=True, is_person=False),
    _way(growth.asked_for_feedback, CaseFacts, is_asked=True, is_person=False),
    _way(growth.judges_case, CaseFacts, on_panel=True, is_person=False),
    _way(growth.concludes_case, CaseFacts, is_chair=True, is_person=False, is_conflicted=False),
    _way(growth.case_of_another, CaseFacts, is_person=False),
    _way(growth.case_in_draft, CaseFacts, state=CaseState.DRAFT),
    _way(growth.case_handed_in, CaseFacts, state=CaseState.SUBMITTED),
    _way(growth.case_open, CaseFacts, state=frozenset({CaseState.DRAFT, CaseState.SUBMITTED})),
    _way(growth.case_decided, CaseFacts, state=CaseState.DECIDED),
    _way(growth.votes_opened, CaseFacts, opened=True),
    _way(growth.calibration_locked, CaseFacts, locked=True),
    _way(growth.is_calibration, CalibrationFacts),
    _way(growth.chairs_calibration, CalibrationFacts, is_chair=True),
    _way(growth.calibrates, CalibrationFacts, is_member=True),
    _way(growth.calibrates, CalibrationFacts, is_chair=True),
    _way(growth.has_vote, ItemFacts, is_member=True, is_conflicted=False, is_person=False),
    _way(growth.not_about_me, ItemFacts, is_person=False),
    _way(growth.hears, ItemFacts, is_manager=True, is_person=False),
    _way(growth.preparing, CalibrationFacts, state=CalibrationState.PREPARING),
    _way(growth.voting, CalibrationFacts, state=CalibrationState.VOTING),
    _way(growth.discussing, CalibrationFacts, state=CalibrationState.DISCUSSING),
    _way(
        growth.opened, CalibrationFacts,
        state=frozenset({CalibrationState.DISCUSSING, CalibrationState.LOCKED}),
    ),
    _way(growth.locked, CalibrationFacts, state=CalibrationState.LOCKED),
    _way(
        growth.unlocked, CalibrationFacts,
        state=frozenset(CalibrationState) - {CalibrationState.LOCKED},
    ),
    _way(private.is_about_oneself, PrivacyFacts, is_own=True),
    _way(private.is_about_another, PrivacyFacts, is_own=False),
    _way(private.is_not_erased, PrivacyFacts, gone=False),
    _way(private.works_here_no_more, PrivacyFacts, has_left=True),
    _way(private.erasure_waits, PrivacyFacts, waiting=True),
    _way(private.second_pair_of_eyes, PrivacyFacts, is_asker=False),
    _way(private.stands_clear, PrivacyFacts, near=False),
    _way(private.under_legal_hold, PrivacyFacts, held=True),
)  # fmt: skip
OF_THE_ACTOR: dict[our.Predicate, dict[str, tuple[object, ...]]] = {
    our.is_looked_through: {"looked_through": (False,)},
    our.is_disabled: {"active": (True,)},
    our.needs_second_factor: {"factor": (FactorState.SETTLED,)},
    our.has_factor_to_give: {"factor": (FactorState.SETTLED, FactorState.LACKING)},
    our.step_up_expired: {"proof_fresh": (True,)},
    our.owes_any_card: {"owes": (False,)},
}
"""What says no of somebody, whatever the object; with every other value the answer is yes."""
NAMES = [f"{way.predicate.__name__}-{way.kind.__name__}-{'-'.join(way.needs)}" for way in WAYS]


@pytest.mark.parametrize("way", WAYS, ids=NAMES)
def test_what_it_needs_is_needed(way: Way) -> None:
    assert way.predicate(ACTOR, way.facts()) is True
    for value in chain.from_iterable(v for v in way.needs.values() if isinstance(v, frozenset)):
        name = next(name for name, v in way.needs.items() if isinstance(v, frozenset))
        assert way.predicate(ACTOR, way.facts(**{name: value})) is True
    for name, value in way.spoiled():
        assert way.predicate(ACTOR, way.facts(**{name: value})) is False, f"{name} is {value}"


@pytest.mark.parametrize("way", WAYS, ids=NAMES)
def test_an_object_of_another_kind_and_none_are_a_no(way: Way) -> None:
    assert way.predicate(ACTOR, None) is False
    fitting = (way.kind, *way.or_kinds)
    # A special kind is its general one as well; a general one has not what the question is about.
    for kind, plain in PLAIN.items():
        if not issubclass(kind, fitting):
            made: Facts = kind(**{**plain, **{name: v for name, v in way.needs.items() if name in plain}})
            assert way.predicate(ACTOR, made) is False, kind


@pytest.mark.parametrize("predicate", OF_THE_ACTOR)
def test_a_veto_on_somebody_looks_at_its_own_fact(predicate: our.Predicate) -> None:
    ((name, fine),) = OF_THE_ACTOR[predicate].items()
    every = tuple(FactorState) if name == "factor" else (True, False)
    for value in every:
        actor = replace(ACTOR, **{name: value})  # type: ignore[arg-type]  # a field by name
        for facts in (None, *(kind(**plain) for kind, plain in PLAIN.items())):
            assert predicate(actor, facts) is (value not in fine)


def test_a_role_in_a_team_holds_for_every_kind_of_object_that_has_a_team_and_for_no_other() -> None:
    for role in Role:
        here = replace(ACTOR, scopes=frozenset({Scope(role, team="Data")}))
        for kind, plain in PLAIN.items():
            has_team = "team" in kind.__dataclass_fields__
            facts = kind(**{**plain, **({"team": "Data"} if has_team else {})})
            holding = [one for one in Role if our.holds_here(here, one, facts)]
            assert holding == ([role] if has_team else [])
            assert our.holds_here(here, role, kind(**{**plain, **({"team": "Sales"} if has_team else {})})) is False


@pytest.mark.parametrize("module", [our, growth, private], ids=lambda module: module.__name__)
def test_every_question_is_asked_here(module: ModuleType) -> None:
    asked = {way.predicate for way in WAYS} | set(OF_THE_ACTOR)
    apart = {our.anyone, our.role, our.holds_here}
    there = [one for one in vars(module).values() if getattr(one, "__module__", "") == module.__name__]
    plain = {one for one in there if callable(one) and not isinstance(one, type) and not one.__name__.startswith("_")}
    roles = {one for one in plain if one.__name__.startswith("is_") and one.__qualname__.startswith("role.")}
    assert plain - roles - apart <= asked


def test_everybody_is_anyone() -> None:
    assert our.anyone(ACTOR, None) is True
