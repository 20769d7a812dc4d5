"""Who may do what with an entry of an evidence log, held against a table that is written out by hand."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from app.domain.access import require
from app.domain.errors import NotAllowedError, NotFoundError
from app.domain.facts import ActorFacts, Role
from app.domain.growth.facts import EntryFacts
from app.domain.growth.log import Visibility
from app.domain.permission import Permission, allow

ME = UUID(int=1)
PEOPLE: dict[str, tuple[Role, dict[str, bool]]] = {
    "owner": (Role.EMPLOYEE, {"is_owner": True}),
    "manager": (Role.PEOPLE_MANAGER, {"is_manager": True}),
    "other manager": (Role.PEOPLE_MANAGER, {}),
    "asked": (Role.EMPLOYEE, {"is_corroborator": True}),
    "judge": (Role.COMMITTEE, {"judges": True}),
    "asked judge": (Role.COMMITTEE, {"judges": True, "is_corroborator": True}),
    "hr": (Role.HR_PARTNER, {}),
    "hr with a case": (Role.HR_PARTNER, {"judges": True}),
    "admin": (Role.ADMIN, {}),
    "auditor": (Role.AUDITOR, {}),
    "stranger": (Role.EMPLOYEE, {}),
}
ASKED = {"asked", "asked judge"}
SEES: dict[Visibility, set[str]] = {
    Visibility.PRIVATE: {"owner"} | ASKED,
    Visibility.MANAGER: {"owner", "manager"} | ASKED,
    Visibility.CASE: {"owner", "manager", "judge", "hr with a case"} | ASKED,
}
OF_ENTRIES = {Permission.EVIDENCE_SEE, Permission.EVIDENCE_KEEP, Permission.EVIDENCE_CORROBORATE}


def _actor(name: str) -> ActorFacts:
    return ActorFacts(ME, "me@example.org", frozenset({PEOPLE[name][0]}))


def _facts(name: str, visibility: Visibility, *, withdrawn: bool = False) -> EntryFacts:
    plain = dict.fromkeys(("is_owner", "is_manager", "is_corroborator", "judges"), False)
    return EntryFacts(entry_id=UUID(int=2), visibility=visibility, withdrawn=withdrawn, **{**plain, **PEOPLE[name][1]})


def _who(permission: Permission, visibility: Visibility, *, withdrawn: bool = False) -> set[str]:
    facts = {name: _facts(name, visibility, withdrawn=withdrawn) for name in PEOPLE}
    return {name for name in PEOPLE if allow(_actor(name), permission, facts[name]).granted}


@pytest.mark.parametrize("visibility", list(Visibility))
def test_an_entry_that_stands(visibility: Visibility) -> None:
    assert _who(Permission.EVIDENCE_SEE, visibility) == SEES[visibility]
    assert _who(Permission.EVIDENCE_KEEP, visibility) == {"owner"}
    assert _who(Permission.EVIDENCE_CORROBORATE, visibility) == ASKED


@pytest.mark.parametrize("visibility", list(Visibility))
def test_a_withdrawn_entry_is_its_owners_alone_and_never_changes(visibility: Visibility) -> None:
    assert _who(Permission.EVIDENCE_SEE, visibility, withdrawn=True) == {"owner"}
    assert _who(Permission.EVIDENCE_KEEP, visibility, withdrawn=True) == set()
    assert _who(Permission.EVIDENCE_CORROBORATE, visibility, withdrawn=True) == set()


def test_nobody_speaks_for_their_own_entry() -> None:
    own = replace(_facts("owner", Visibility.CASE), is_corroborator=True)

    assert not allow(_actor("owner"), Permission.EVIDENCE_CORROBORATE, own).granted


def test_who_may_not_read_it_does_not_learn_that_it_is_there() -> None:
    with pytest.raises(NotFoundError):
        require(_actor("manager"), Permission.EVIDENCE_KEEP, _facts("manager", Visibility.PRIVATE))
    with pytest.raises(NotAllowedError):
        require(_actor("manager"), Permission.EVIDENCE_KEEP, _facts("manager", Visibility.MANAGER))


def test_a_closed_account_may_do_nothing() -> None:
    closed = replace(_actor("owner"), active=False)

    assert not any(allow(closed, one, _facts("owner", Visibility.CASE)).granted for one in OF_ENTRIES)


def test_everybody_keeps_a_log() -> None:
    assert all(allow(_actor(name), Permission.EVIDENCE_LIST).granted for name in PEOPLE)
