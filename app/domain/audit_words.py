"""The audit chain in words: which kinds of object there are, and what an action is called on a page."""

from __future__ import annotations

from app.domain.audit_acts import ACTS

KINDS = frozenset(
    {
        "application", "assessment", "blueprint", "calibration", "calibration_item", "candidate", "case",
        "case-assignment", "case-task", "case_assignment", "case_grade", "case_grader", "cycle", "decision", "document",
        "draft", "erasure", "file", "goal", "hold", "impact", "instance", "interview", "log_entry", "notice", "person",
        "placement", "plan", "purge", "requisition", "scorecard", "strictness_fit", "user",
    }
)  # fmt: skip
"""What stands before the slash of an object."""

FAMILIES = (
    ("scorecard.", "Scorecards"),
    ("debrief.", "Debriefs"),
    ("vote.", "Votes"),
    ("decision.", "Decisions"),
    ("application.", "Applications"),
    ("candidate.", "Candidates"),
    ("requisition.", "Requisitions"),
    ("interview.", "Interviews"),
    ("file.", "Files"),
    ("link.", "Links of candidates"),
    ("case", "Cases and case work"),
    ("conflict.", "Conflicts of interest"),
    ("plan.", "First years"),
    ("assessment.", "Assessments"),
    ("calibration.", "Calibrations"),
    ("log.", "Evidence"),
    ("blueprint.", "Blueprints"),
    ("cycle.", "Cycles of assessments"),
    ("goal.", "Goals"),
    ("checkin.", "Check-ins"),
    ("metric.", "Metrics"),
    ("draft.", "Drafts of blueprints"),
    ("redaction.", "Redacted résumés"),
    ("resume.", "Résumés"),
    ("feedback.", "Feedback on cases"),
    ("grader.", "Graders"),
    ("training.", "Interviewer training"),
    ("identity.", "Accounts elsewhere"),
    ("consent.", "Consents"),
    ("impact.", "Fairness"),
    ("person.", "Accounts"),
    ("role.", "Roles"),
    ("look.", "Looking as somebody"),
    ("glass.", "Early readings"),
    ("session.", "Sign-ins"),
    ("factor.", "Second steps"),
    ("retention.", "Retention"),
    ("hold.", "Legal holds"),
    ("erasure.", "Erasures"),
    ("data.", "Copies of personal data"),
    ("audit.", "Audit"),
    ("chain.", "The chain itself"),
)
"""Beginnings of actions, and what a list offers them as."""


def act_words(action: str) -> str:
    """What happened, as a page says it; an action without words of its own is spelled out."""
    if action in ACTS:
        return ACTS[action][:1].upper() + ACTS[action][1:]
    family, _, act = action.partition(".")
    return f"{_plain(family).capitalize()}: {_plain(act)}" if act else _plain(family).capitalize()


def _plain(text: str) -> str:
    return text.replace("_", " ").replace("-", " ")
