"""What refuses in spite of any grant: for each permission every veto, held against what is written out here."""

from __future__ import annotations

import pytest

from app.domain.permission import Permission, vetoes

EVERYWHERE = {"is_disabled", "is_the_candidate", "grades_unnamed", "has_conflict", "is_put_away", "is_erased"}
OTHER_EYES = {
    "home.see", "look.stop", "blueprint.read", "policy.read", "access.own", "requisition.list", "interviewers.see",
}  # fmt: skip
"""What somebody who looks through another's eyes sees; all else is closed to them."""
ASKS_AGAIN = {
    "factor.enrol", "credential.change", "person.invite", "role.grant", "role.grant_here", "role.confirm",
    "person.look_as",
}  # fmt: skip
OWED_HERE = {
    "card.read", "card.enter", "progress.see", "debrief.open", "debrief.see", "vote.cast", "decision.record",
    "decision.see", "candidate.tell", "link.issue", "glass.ask", "glass.see", "glass.decide", "glass.read",
}  # fmt: skip
OWED_ANYWHERE = {"audit.read", "person.look_as"}
JUDGING = {"card.write", "card.seal", "card.revise", "card.enter", "vote.cast", "decision.record"}
NAMING = {"candidate.edit", "file.download", "link.issue", "case_work.keep", "privacy.see", "data.export"}
BY_SET = (
    (OWED_HERE, "owes_a_card"), (OWED_ANYWHERE, "owes_any_card"), (JUDGING, "has_read_early"), (NAMING, "is_blinded"),
    ({"erasure.approve"}, "under_legal_hold"),
)  # fmt: skip


@pytest.mark.parametrize("permission", Permission)
def test_each_permission_has_these_vetoes_and_no_others(permission: Permission) -> None:
    wanted = EVERYWHERE | {veto for names, veto in BY_SET if permission.value in names}
    if permission.value not in OTHER_EYES:
        wanted.add("is_looked_through")
    if permission.value in ASKS_AGAIN:
        wanted.add("step_up_expired")
    if permission.value == "factor.enrol":
        wanted.add("has_factor_to_give")
    elif permission.value != "proof.give":
        wanted.add("needs_second_factor")
    assert sorted(veto.__name__ for veto in vetoes(permission)) == sorted(wanted)


def test_every_name_written_here_is_a_permission() -> None:
    written = OTHER_EYES | ASKS_AGAIN | set().union(*(names for names, _ in BY_SET))
    assert written <= {permission.value for permission in Permission}
