"""Every act that the source records in the audit chain has words of its own, and none of the words is left over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

from app.domain.audit_acts import ACTS
from app.domain.onboarding.goal import GoalAct
from app.domain.onboarding.plan import PlanState
from app.domain.privacy.retention import Kind
from tests.house.source import ROOT

_PLAIN = re.compile(r"[a-z][a-z_-]*(\.[a-z][a-z_-]*)?")
_RECORDERS = frozenset({"audit", "recording"})
_ACTION = 2
"""Which argument of ``audit.record(session, actor, action, ...)`` it is."""
_BUILT = {
    "case-work.": ("add-file", "assign", "hand-in", "remove-file", "start", "time", "view-file", "withdraw"),
    "draft.": ("change", "discard", "publish", "start"),
    "goal.": tuple(act.value for act in GoalAct),
    "impact.": ("export", "release", "view"),
    "plan.": (PlanState.COMPLETED.value, PlanState.CLOSED.value),
    "retention.": (Kind.DOCUMENTS.value, Kind.LETTERS.value),
}
"""By beginning, the endings of actions that are put together where they are recorded."""
_CHAIN_ITSELF = {"chain.begin", "audit.mend"}
_CASE_WORK = re.compile(r'\brecord\(session, actor, "([a-z_-]+)", given')
_DRAFTS = re.compile(r'\b_record\(session, actor, "([a-z_-]+)", draft')


@cache
def _trees() -> tuple[ast.Module, ...]:
    return tuple(ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "app").rglob("*.py")))


def _recorded(tree: ast.Module) -> Iterator[ast.expr]:
    """What stands for the action in each call that records one."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "record":
            continue
        if isinstance(node.func.value, ast.Name) and node.func.value.id in _RECORDERS:
            given = {word.arg: word.value for word in node.keywords}
            yield node.args[_ACTION] if len(node.args) > _ACTION else given["action"]


def _texts(node: ast.AST) -> set[str]:
    found = (one.value for one in ast.walk(node) if isinstance(one, ast.Constant))
    return {one for one in found if isinstance(one, str) and _PLAIN.fullmatch(one)}


def _acts() -> tuple[set[str], set[str]]:
    """All actions that are spelled in the source, and the beginnings of those that are put together."""
    acts, begun, named = set(_CHAIN_ITSELF), set[str](), set[str]()
    for tree in _trees():
        for action in _recorded(tree):
            if isinstance(action, ast.JoinedStr):
                begun.add(str(action.values[0].value) if isinstance(action.values[0], ast.Constant) else "")
            elif _texts(action):
                acts |= _texts(action)
            else:
                named |= _texts(tree)
    # An action that has a name at the call is spelled elsewhere in its module, as one of a known family.
    families = {act.partition(".")[0] for act in acts} | {beginning.rstrip(".") for beginning in begun}
    families |= {"consent", "decision", "factor", "identity", "interview", "metric", "requisition"}
    return acts | {one for one in named if "." in one and one.partition(".")[0] in families}, begun


def test_every_act_that_is_recorded_has_words() -> None:
    acts, begun = _acts()
    built = {beginning + ending for beginning, endings in _BUILT.items() for ending in endings}
    assert {"glass.approve", "person.password", "candidate.edit", "restore"} <= acts, "the source is read"
    assert begun == set(_BUILT), "name here which endings an action can have"
    assert sorted((acts | built) - ACTS.keys()) == []
    assert sorted(ACTS.keys() - acts - built) == [], "words for acts that nothing records"


def test_endings_that_are_given_by_hand_are_those_of_the_source() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "app" / "services").glob("*.py"))
    assert set(_CASE_WORK.findall(source)) <= set(_BUILT["case-work."])
    assert set(_DRAFTS.findall(source)) == set(_BUILT["draft."])


def test_words_are_short_plain_and_told_apart() -> None:
    assert len(set(ACTS.values())) == len(ACTS)
    assert [words for words in ACTS.values() if not words[0].islower() or words.endswith(".") or len(words) > 60] == []
