"""The sentences that a page shows after an act; the address carries only their code, never a text."""

from __future__ import annotations

from flask import request

from app.web.shell import Notice, NoticeKind

_SENTENCES: dict[str, tuple[NoticeKind, str]] = {
    "signed-out": ("info", "You are signed out."),
    "password-changed": ("good", "Your password is changed. Other browsers were signed out."),
    "zone-changed": ("good", "Times are now shown in your zone."),
    "sessions-ended": ("good", "Other browsers were signed out."),
    "person-added": ("good", "The account is ready."),
    "roles-changed": ("good", "The roles are changed."),
    "account-closed": ("good", "The account is closed and its sessions have ended."),
    "account-opened": ("good", "The account is open again."),
    "requisition-opened": ("good", "The requisition is saved."),
    "requisition-saved": ("good", "Your changes are saved."),
    "requisition-rebased": ("good", "The requisition now rests on another version of its blueprint."),
    "requisition-moved": ("good", "The requisition has moved on."),
    "candidate-added": ("good", "The candidate is added."),
    "candidate-saved": ("good", "Your changes are saved."),
    "candidates-imported": ("good", "The candidates are imported."),
    "stage-moved": ("good", "The application has moved. Its history keeps every step."),
    "file-added": ("good", "The document is added."),
    "interview-planned": ("good", "The interview is planned. Its interviewers were told."),
    "panel-copied": ("good", "The panel is planned. Its interviewers were told; choose the times next."),
    "interview-saved": ("good", "The interview is changed."),
    "interview-cancelled": ("good", "The interview is cancelled and its scorecards are released."),
    "draft-saved": ("good", "Your draft is saved."),
    "card-sealed": ("good", "Your scorecard is sealed."),
    "card-revised": ("good", "Your revision is sealed. The earlier one stays readable."),
    "card-released": ("info", "The scorecard is released: nothing is due any more."),
    "handover-saved": ("good", "Your note is saved for the next interviewers."),
    "debrief-opened": ("good", "The debrief is open. The committee was told."),
    "vote-cast": ("good", "Your vote is sealed. It opens with the decision."),
    "preparation-saved": ("good", "Your marks are saved. Only you see them."),
    "preparation-cleared": ("good", "Your marks are deleted."),
    "draft-started": ("good", "The draft is ready. Nothing changes for anybody until you publish it."),
    "draft-uploaded": ("good", "The files are in the draft. Nothing is published yet."),
    "draft-undone": ("good", "Done. Undo it again to bring it back."),
    "draft-discarded": ("info", "The draft is deleted."),
    "section-saved": ("good", "Your changes are kept in the draft."),
    "section-removed": ("info", "It is out of the draft. “Undo” below brings it back."),
    "section-moved": ("good", "It has moved."),
    "file-added-to-draft": ("good", "The file is in the draft, with examples to replace."),
    "version-published": ("good", "The version is published. Requisitions stay on the version they have."),
    "decision-recorded": ("good", "The decision is recorded."),
    "plan-begun": ("good", "The plan is begun. The new hire, the manager and the buddy were told."),
    "plans-imported": ("good", "The plans are begun. Everybody in them was told."),
    "plan-people-changed": ("good", "The plan has new people. What was done before keeps its names."),
    "plan-completed": ("good", "The plan is complete. Everything in it stays readable."),
    "plan-closed": ("info", "The plan is closed. Its history stays readable."),
    "decision-corrected": ("good", "The correction is recorded. The earlier decision stays readable."),
}


def current() -> tuple[Notice, ...]:
    """The notice that this address asks for, if it is one of ours."""
    found = _SENTENCES.get(request.args.get("done", ""))
    return (Notice(*found),) if found else ()


def check(code: str) -> str:
    """Return the code; raise ``KeyError`` for one without a sentence, so that a typing slip is found by any test."""
    _SENTENCES[code]
    return code
