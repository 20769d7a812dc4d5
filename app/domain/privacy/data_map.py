"""The data map: of every table, whose data it holds, how it is guarded, what for, and how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class DataClass(StrEnum):
    """How closely data is guarded."""

    OPEN = "P0"
    WORK = "P1"
    JUDGED = "P2"
    SPECIAL = "P3"
    SECRET = "S"  # noqa: S105  the name of a class of data

    @property
    def words(self) -> str:
        """The words on the page."""
        return _CLASS_WORDS[self]


class About(StrEnum):
    """Whose data it is."""

    NOBODY = "nobody"
    CANDIDATES = "candidates"
    COLLEAGUES = "colleagues"
    BOTH = "both"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {"both": "Candidates and colleagues"}.get(self.value, self.value.capitalize())


class Kept(StrEnum):
    """How long data is kept: by which rule, or what ends it."""

    DOCUMENTS = "documents"
    LETTERS = "letters"
    RECORD = "record"
    PERSONNEL = "personnel"
    ACCOUNT = "account"
    ENDS = "ends"
    STAYS = "stays"

    @property
    def words(self) -> str:
        """The words on the page."""
        return _KEPT_WORDS[self]


_CLASS_WORDS = {
    DataClass.OPEN: "Nothing personal, but for who wrote it",
    DataClass.WORK: "Names, work addresses, plans of work",
    DataClass.JUDGED: "Applications, documents, judgements",
    DataClass.SPECIAL: "Self-identification and accommodations, kept apart",
    DataClass.SECRET: "Secrets, kept as hashes or encrypted",
}
_KEPT_WORDS = {
    Kept.DOCUMENTS: "Until the time for documents is over",
    Kept.LETTERS: "Until the time for letters is over",
    Kept.RECORD: "Until the time for the record of an application is over",
    Kept.PERSONNEL: "Until the time after leaving is over",
    Kept.ACCOUNT: "Until the account is erased",
    Kept.ENDS: "Ends by itself, within days",
    Kept.STAYS: "As long as the installation",
}


@dataclass(frozen=True, slots=True)
class Holding:
    """What one table holds."""

    guard: DataClass
    about: About
    kept: Kept
    purpose: str


def _each(guard: DataClass, about: About, kept: Kept, purposes: Mapping[str, str]) -> dict[str, Holding]:
    return {table: Holding(guard, about, kept, purpose) for table, purpose in purposes.items()}


DATA_MAP: Mapping[str, Holding] = {
    **_each(DataClass.JUDGED, About.CANDIDATES, Kept.RECORD, {
        "candidate": "Who applied, and how to reach them",
        "application": "Which opening somebody applied to, and how far they have come",
        "stage_change": "The steps of an application, and why",
        "interview": "Who is met, when, where and on what",
        "interview_focus": "What an interview looks at",
        "scorecard": "Who judges an interview, and their draft",
        "revision": "Sealed scorecards, with recommendation and notes",
        "rating": "Ratings with the evidence for each",
        "signal_note": "Signals that were ticked",
        "debrief": "When the talk about a candidate began",
        "vote": "Votes of the committee",
        "decision": "Decisions with their reasons",
        "decision_vote": "Votes as they stood at the decision",
        "kept_analysis": "How certain the numbers of a decision were",
        "conflict_of_interest": "Who stands too near to a candidate, and why",
        "broken_glass": "Who asked to read sealed scorecards early, and why",
        "kit_opening": "Who has opened the preparation for an interview",
        "seat_offer": "Interviews that were offered to somebody else",
        "card_reminder": "Which reminders of scorecards were sent",
        "case_assignment": "Which case was given to whom, and for how long",
        "case_extension": "Time that was added, and why",
        "case_grade": "Who grades a case, and their draft",
        "case_mark": "Notes on single answers",
        "case_sealed_grade": "Sealed grades of case work",
        "case_further_grade": "On which work one more grader was asked for, and why",
        "case_reveal": "When grades became scorecards",
        "case_credit": "Which scorecard a grade became",
        "erasure": "Who was erased, when and why: no name and no text is left in it",
    }),
    **_each(DataClass.JUDGED, About.CANDIDATES, Kept.DOCUMENTS, {
        "candidate_file": "Documents that came with an application",
        "resume": "The résumé in parts",
        "redaction": "The résumé without what tells whose it is",
        "case_answer": "Answers to a case",
        "case_file": "Documents handed in with a case",
    }),
    **_each(DataClass.JUDGED, About.CANDIDATES, Kept.LETTERS, {
        "candidate_feedback": "What a candidate was told after the decision",
        "candidate_link": "The candidate's link to their own page",
        "candidate_visit": "Browsers that came by such a link",
        "invitation": "What calendars were told of interviews",
        "time_request": "What other times a candidate asked for",
    }),
    **_each(DataClass.JUDGED, About.BOTH, Kept.LETTERS, {"message": "Notices and letters that leave by mail"}),
    **_each(DataClass.SPECIAL, About.CANDIDATES, Kept.RECORD, {
        "self_identification": "What candidates say of themselves, under a keyed name that nobody can follow",
        "case_allowance": "Extra time that somebody needs",
    }),
    **_each(DataClass.WORK, About.CANDIDATES, Kept.RECORD, {
        "consent": "Which notices a candidate was shown, and what they agreed to",
    }),
    **_each(DataClass.JUDGED, About.COLLEAGUES, Kept.PERSONNEL, {
        "check_in": "Answers of hire and manager at a milestone",
        "check_in_outcome": "What was agreed on after a check-in",
        "talk_note": "Notes of talks in the first year",
        "outcome": "How somebody does after a year, by dimension",
        "log_entry": "Evidence that somebody keeps of their work",
        "entry_shows": "What an entry shows",
        "corroboration": "Colleagues who confirm an entry",
        "assessment": "Who assesses whom against which level",
        "assessment_sheet": "Assessments by oneself, the manager and peers",
        "expectation_mark": "How far single expectations are met",
        "mark_evidence": "Which entries speak for a mark",
        "assessment_outcome": "What was agreed on after an assessment",
        "assessment_event": "The steps of an assessment",
        "promotion_case": "Cases for a promotion, for and against",
        "case_evidence": "Which entries a case rests on",
        "peer_feedback": "What colleagues said for a case",
        "case_decision": "Decisions on promotions, with reasons",
        "case_decision_vote": "Votes on promotions",
        "case_signature": "Who signed a decision on a promotion",
        "case_event": "The steps of a case",
        "appeal": "What somebody wrote against a decision",
        "calibration_item": "What a calibration agreed on about somebody",
        "calibration_conflict": "Who takes no part in judging whom, and why",
        "pre_vote": "Views before a calibration",
        "vote_change": "Views that were changed in a calibration, and why",
        "placement": "Who stands on which level since when",
        "strictness_effect": "How strict an interviewer is",
    }),
    **_each(DataClass.WORK, About.COLLEAGUES, Kept.PERSONNEL, {
        "plan": "Plans of the first year",
        "plan_event": "The steps of a plan",
        "plan_leave": "Days on which somebody is away",
        "plan_milestone": "Milestones of a plan",
        "plan_metric": "Measures of a plan, with aims",
        "plan_outlook": "What is next in a plan",
        "goal": "Goals of a plan",
        "goal_event": "The steps of a goal",
        "goal_evidence": "What shows that a goal is met",
        "signature": "Who signed a milestone",
        "reading": "What a measure read on a day",
        "reporting": "Who reports to whom, and in which team",
        "training": "What interviewers were trained in",
        "interview_limit": "How many interviews a week somebody takes",
    }),
    **_each(DataClass.WORK, About.COLLEAGUES, Kept.ACCOUNT, {
        "person": "Who works with the program",
        "role_grant": "Which roles somebody holds",
        "scoped_grant": "Which roles somebody holds in one place",
        "role_request": "Roles that wait for a second administrator",
        "group_grant": "Roles that come from the company's own sign-in",
        "directory_entry": "How the company's directory names somebody",
        "identity": "Accounts elsewhere that somebody signs in with",
        "known_browser": "Browsers that somebody signed in with before",
        "looking": "When an administrator looked as somebody else, and why",
        "preparation_mark": "What an interviewer has prepared",
        "busy_calendar": "Calendars that somebody connected",
        "busy_time": "Times at which somebody is busy",
        "reminder": "Which reminders were sent",
        "soon_off": "Who wants no reminders in advance",
        "look": "Which day somebody last looked at their list",
        "case_grader": "Who grades which case",
        "calibration_member": "Who sits in a calibration",
        "requisition_member": "Who has which part in an opening",
    }),
    **_each(DataClass.SECRET, About.COLLEAGUES, Kept.ACCOUNT, {
        "totp": "Seeds of second factors, encrypted",
        "passkey": "Public keys of passkeys",
        "recovery_code": "Hashes of recovery codes",
        "feed": "Hashes of the addresses of calendar feeds",
    }),
    **_each(DataClass.SECRET, About.COLLEAGUES, Kept.ENDS, {
        "sign_in": "Who is signed in, and where",
        "sign_in_flow": "Sign-ins that are under way",
        "account_link": "Hashes of invitations and resets",
        "way_in": "Hashes of ways in for emergencies",
        "passkey_challenge": "Challenges to passkeys",
        "logout_notice": "Hashes of notices that a session ended elsewhere",
        "attempt": "How often something was tried",
        "intent": "Acts that were done, so that none is done twice",
    }),
    **_each(DataClass.WORK, About.BOTH, Kept.RECORD, {"search_entry": "Words by which things are found"}),
    **_each(DataClass.JUDGED, About.BOTH, Kept.RECORD, {
        "legal_hold": "Whose data must not go, and why",
        "audit_payload": "What events of the audit chain are about; blanked when somebody is erased",
    }),
    **_each(DataClass.WORK, About.COLLEAGUES, Kept.STAYS, {
        "audit_event": "The audit chain: which number did what to which number, and when",
    }),
    **_each(DataClass.OPEN, About.NOBODY, Kept.STAYS, {
        "audit_head": "The end of the audit chain",
        "audit_checkpoint": "Signed lines that witness the audit chain",
        "blueprint_draft": "Blueprints that are being written",
        "blueprint_version": "Published blueprints",
        "requisition": "Openings",
        "must_have": "What has to be assessed in an opening",
        "panel_plan": "How interviews of an opening are planned",
        "panel_plan_row": "Interviews of such a plan",
        "panel_plan_focus": "What an interview of such a plan looks at",
        "case_task": "Cases that are given to candidates",
        "case_question": "Questions of a case",
        "case_question_focus": "What a question bears on",
        "cycle": "Rounds of assessments",
        "calibration": "Meetings that compare judgements",
        "plan_holiday": "Public holidays of a plan",
        "strictness_fit": "How the strictness of interviewers was worked out",
        "impact_release": "Released reports on fairness, in numbers of groups",
        "impact_part": "Which openings a report told of",
        "privacy_notice": "What candidates are told",
        "retention_rule": "How long the company keeps what",
        "purge": "What the rules removed, in numbers",
        "doomed_file": "Stored files that leave the disk next",
        "installation": "Whose installation this is",
        "job_run": "When the program last did its rounds",
    }),
}  # fmt: skip
"""By table. A table that is not in here fails a test: nobody may keep data that is on no map."""


def personal_tables() -> tuple[str, ...]:
    """Tables that hold something about somebody which may go one day, in alphabetical order."""
    going = (
        table for table, held in DATA_MAP.items() if held.about is not About.NOBODY and held.kept is not Kept.STAYS
    )
    return tuple(sorted(going))
