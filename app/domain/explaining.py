"""Why somebody may do something, or may not, told from the permission map alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.domain.facts import ActorFacts, Facts, RequisitionFacts, Role, Scope
from app.domain.permission import POLICY, Permission, allow, vetoes
from app.domain.permission_words import AREAS, MAY
from app.domain.policy_words import BECAUSE, THOUGH, rule_in_words
from app.domain.predicates import Predicate

_ROLES = {f"is_{role.value}": role for role in Role}
_ALWAYS = frozenset({"anyone", *_ROLES})
_OF_A_REQUISITION = frozenset(
    {"anyone", "chairs", "interviews", "manages", "on_committee", "requisition_closed", *_ROLES}
)
"""Questions that a requisition answers by itself; the others need an application, a scorecard or a request in it."""
_OF_THE_SESSION = frozenset({"is_looked_through", "needs_second_factor", "has_factor_to_give"})


class Answer(StrEnum):
    """How somebody stands to a permission."""

    YES = "yes"
    WHERE = "where"
    NO = "no"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {"yes": "Yes", "where": "Where it fits", "no": "No"}[self.value]


@dataclass(frozen=True, slots=True)
class Explained:
    """One permission of one person: ``because`` holds one reason a line, ``unless`` what refuses all the same."""

    permission: Permission
    may: str
    answer: Answer
    because: tuple[str, ...]
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One permission of the map in words: each way to hold it, and what refuses in spite of them."""

    permission: Permission
    may: str
    ways: tuple[str, ...]
    though: tuple[str, ...]


def areas() -> Iterator[tuple[str, tuple[Permission, ...]]]:
    """The parts of the program, each with its permissions in the order of the pages."""
    for area, permissions in AREAS.items():
        yield area, tuple(permissions)


def rule(permission: Permission) -> Rule:
    """What the map says of a permission; vetoes that hold for everything are left to the page's beginning."""
    ways = tuple(rule_in_words(tuple(one.__name__ for one in way)) for way in POLICY[permission])
    return Rule(permission, MAY[permission], ways, _unless(permission))


EVERYWHERE = frozenset.intersection(*(frozenset(veto.__name__ for veto in vetoes(one)) for one in POLICY))
"""Names of the vetoes that hold for every single permission."""


def in_general(actor: ActorFacts, permission: Permission) -> Explained:
    """How somebody stands to a permission without any one object: by their roles, or where something else fits.

    What a session owes, such as a second factor, is left out, and so is whether they owe a scorecard anywhere: that
    would tell who has sealed.
    """
    if not actor.active:
        return Explained(permission, MAY[permission], Answer.NO, (f"because {THOUGH['is_disabled']}",))
    held, there = [], []
    for way in POLICY[permission]:
        names = tuple(one.__name__ for one in way)
        places = _places(actor, names)
        if places is None:
            continue
        if set(names) <= _ALWAYS and not places:
            held.append(f"because they {rule_in_words(names)}")
        else:
            there.append(f"where they {rule_in_words(names)}{_only(places)}")
    if held or there:
        answer = Answer.YES if held else Answer.WHERE
        return Explained(permission, MAY[permission], answer, tuple(held or there), _unless(permission))
    return Explained(permission, MAY[permission], Answer.NO, (_lacking(permission),))


def here(actor: ActorFacts, permission: Permission, facts: Facts) -> Explained:
    """How somebody stands to a permission on one object: what the map answers, and its reason.

    On a requisition a way may stay open that only an application or a scorecard in it decides: then that is told.
    """
    verdict = allow(actor, permission, facts)
    if verdict.granted:
        said = rule_in_words(tuple(verdict.reason.split(" and ")))
        return Explained(permission, MAY[permission], Answer.YES, (f"because they {said}",))
    if verdict.reason in THOUGH:
        return Explained(permission, MAY[permission], Answer.NO, (f"because {THOUGH[verdict.reason]}",))
    within = _within(actor, permission, facts) if type(facts) is RequisitionFacts else ()
    if within:
        return Explained(permission, MAY[permission], Answer.WHERE, within, _unless(permission))
    return Explained(permission, MAY[permission], Answer.NO, ("because nothing gives it to them here",))


def _within(actor: ActorFacts, permission: Permission, facts: RequisitionFacts) -> tuple[str, ...]:
    """Ways that something in the requisition may still open."""
    ways = (way for way in POLICY[permission] if all(_may_hold(one, actor, facts) for one in way))
    return tuple(f"where they {rule_in_words(tuple(one.__name__ for one in way))}" for way in ways)


def _may_hold(question: Predicate, actor: ActorFacts, facts: RequisitionFacts) -> bool:
    name = question.__name__
    if name == "writes":
        return facts.has_seat
    if name == "has_no_part":
        return not (facts.is_hiring_manager or facts.is_committee or facts.has_seat)
    return name not in _OF_A_REQUISITION or question(actor, facts)


def holders(permission: Permission) -> frozenset[Role]:
    """The roles that help to hold a permission, alone or together with something else."""
    return frozenset(_ROLES[one.__name__] for way in POLICY[permission] for one in way if one.__name__ in _ROLES)


def _places(actor: ActorFacts, names: tuple[str, ...]) -> tuple[Scope, ...] | None:
    """Where a way is open as far as its roles go: nothing for everywhere, ``None`` for nowhere."""
    for role in (_ROLES[name] for name in names if name in _ROLES):
        if role not in actor.roles:
            found = tuple(scope for scope in actor.scopes if scope.role is role)
            return found or None
    return ()


def _only(places: tuple[Scope, ...]) -> str:
    if not places:
        return ""
    teams = sorted(f"the team {scope.team}" for scope in places if scope.team)
    requisitions = sum(scope.requisition_id is not None for scope in places)
    named = [*teams, *([f"{requisitions} requisition{'s' if requisitions > 1 else ''}"] if requisitions else [])]
    return f", in {' and '.join(named)}"


def _unless(permission: Permission) -> tuple[str, ...]:
    names = (veto.__name__ for veto in vetoes(permission))
    return tuple(THOUGH[name] for name in names if name not in EVERYWHERE and name not in _OF_THE_SESSION)


def _lacking(permission: Permission) -> str:
    wanted = sorted(role.words for role in holders(permission))
    return f"because they do not hold the role {' or '.join(wanted)}" if wanted else "because they have no part in it"


def complete() -> tuple[str, ...]:
    """Names of permissions and questions that have no words yet; empty when all have."""
    questions = {one.__name__ for ways in POLICY.values() for way in ways for one in way} - set(BECAUSE)
    refusals = {veto.__name__ for permission in POLICY for veto in vetoes(permission)} - set(THOUGH)
    return tuple(sorted({*questions, *refusals, *(one.value for one in Permission if one not in MAY)}))
