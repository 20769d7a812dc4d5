"""The sentences that a page shows after an act; the address carries only their code, never a text."""

from __future__ import annotations

from flask import request

from app.web.shell import Notice, NoticeKind

_SENTENCES: dict[str, tuple[NoticeKind, str]] = {
    "signed-out": ("info", "You are signed out."),
    "password-changed": ("good", "Your password is changed. Other browsers were signed out."),
    "zone-changed": ("good", "Times are now shown in your zone."),
    "reminders-changed": ("good", "Your reminders are changed."),
    "feed-revoked": ("good", "The calendar address is revoked. Calendars that ask for it find nothing."),
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
    "check-in-sealed": ("good", "Your answers are sealed."),
    "check-in-opened": ("good", "Your answers are sealed. Both of you have answered, so this page opens."),
    "check-in-concluded": ("good", "What you agreed on is recorded. Earlier texts stay readable."),
    "note-kept": ("good", "Your note is kept. Only you see it."),
    "note-shared": ("good", "Your note is kept and shared."),
    "metric-picked": ("good", "The metric is picked. Enter its first reading next."),
    "metric-aimed": ("good", "Your changes are saved."),
    "readings-entered": ("good", "The readings are entered."),
    "outcome-recorded": ("good", "The outcome is recorded. It stands beside the interviews now."),
    "goal-start": ("good", "The goal is in progress."),
    "goal-block": ("good", "The goal is blocked. Whoever can clear it was told."),
    "goal-unblock": ("good", "The way is free: the goal is in progress again."),
    "goal-submit": ("good", "Submitted. Whoever signs was told."),
    "goal-withdraw": ("info", "Taken back. Submit it again when it is ready."),
    "goal-sign": ("good", "Signed off. The owner was told."),
    "goal-return": ("info", "Returned. The owner was told what is missing."),
    "goal-waive": ("info", "Waived. Its history keeps why, and it can be asked for again."),
    "goal-restore": ("good", "The goal is asked for again."),
    "goal-note": ("good", "Your note is in the history."),
    "goal-added": ("good", "The goal is added. Its owner was told."),
    "goal-reworded": ("good", "Your changes are saved. The history keeps what it said before."),
    "evidence-added": ("good", "The evidence is added."),
    "milestone-signed": ("good", "You have signed. The milestone is done once everybody has."),
    "milestone-complete": ("good", "You have signed, and so has everybody. The milestone is done."),
    "dates-applied": ("good", "The dates are as you saw them. The new hire is told of what moved."),
    "date-pinned": ("good", "The date is changed."),
    "plan-begun": ("good", "The plan is begun. The new hire, the manager and the buddy were told."),
    "plan-there": ("info", "This first year has begun already. Its manager and HR can open it."),
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
