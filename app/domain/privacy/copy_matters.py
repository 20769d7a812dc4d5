"""What the printed copy of somebody's data is divided into, and what each column is called there."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from app.domain.privacy.erasing import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Mapping


class Layout(Enum):
    """Whether short things stand in one table, or each by itself."""

    TABLE = "table"
    ENTRIES = "entries"


class Kept(Enum):
    """What a text column holds that is data: a résumé, or names with a word each."""

    RESUME = "resume"
    PAIRS = "pairs"


@dataclass(frozen=True, slots=True)
class Part:
    """One table: its heading, its columns in the order in which they are read, and what each is called.

    ``title`` is the column that names an entry. ``unprinted`` are columns that stand in the JSON only: numbers and
    switches of the program. ``kept_as`` are the columns that hold JSON; every other text is what somebody wrote, and is
    printed letter by letter whatever it looks like.
    """

    table: str
    heading: str
    fields: Mapping[str, str]
    layout: Layout = Layout.ENTRIES
    title: str = ""
    unprinted: frozenset[str] = field(default_factory=frozenset)
    kept_as: Mapping[str, Kept] = field(default_factory=dict)


def _table(table: str, heading: str, fields: Mapping[str, str], *unprinted: str) -> Part:
    return Part(table, heading, fields, Layout.TABLE, unprinted=frozenset(unprinted))


def _entries(table: str, heading: str, title: str, fields: Mapping[str, str], *unprinted: str, **kept_as: Kept) -> Part:
    return Part(table, heading, fields, title=title, unprinted=frozenset(unprinted), kept_as=kept_as)


KEYS = frozenset({"dimension", "metric", "criterion", "level", "role", "current_level", "target_level", "from_level",
                  "to_level"})  # fmt: skip
"""Columns that hold a key of a blueprint or a ladder."""

_CANDIDATE = (
    ("You", (
        _entries("candidate", "Name and address", "", {
            "name": "Name", "email": "E-mail", "phone": "Phone", "headline": "Headline", "source": "How you came to us",
            "zone": "Time zone", "created_at": "Known since",
        }, "erased_at"),
        _entries("resume", "Résumé", "", {"body": "Text", "imported_at": "Taken over", "imported_by_id": "By"},
                 body=Kept.RESUME),
        _table("candidate_file", "Documents", {"name": "Name", "added_at": "Added", "added_by_id": "By"},
               "media_type", "size"),
        _table("consent", "What you were told, and agreed to", {
            "notice": "Notice", "shown_at": "Shown", "given_at": "Agreed", "withdrawn_at": "Taken back",
        }),
    )),
    ("Your applications", (
        _table("application", "Applications", {"opening": "For", "created_at": "Since", "stage": "Now"}),
        _table("stage_change", "Steps", {
            "at": "When", "from_stage": "From", "to_stage": "To", "reason": "Why", "by_id": "By",
        }, "number"),
    )),
    ("Interviews", (
        _table("interview", "Interviews", {
            "title": "Interview", "starts_at": "When", "minutes": "Minutes", "place": "Where",
            "cancelled_at": "Cancelled",
        }, "kind", "case_study", "created_at"),
        _table("invitation", "Invitations to your calendar", {
            "title": "Interview", "starts_at": "When", "minutes": "Minutes", "place": "Where", "told_at": "Sent",
        }, "number", "ended_at", "person_id"),
        _entries("time_request", "Other times that you asked for", "", {
            "text": "You wrote", "asked_at": "When", "settled_at": "Settled",
        }),
    )),
    ("Letters", (
        _entries("message", "Letters to you", "subject", {"created_at": "Written", "sent_at": "Sent", "body": "Text"},
                 "path", "with_link", "calendar_method", "account_link_id", "recipient_id"),
        _entries("candidate_feedback", "What you were told after the decision", "", {
            "body": "Text", "written_by_id": "By", "written_at": "Written", "shared_at": "Shown to you",
        }),
    )),
    ("Case work", (
        _entries("case_assignment", "Cases that you were given", "", {
            "opens_at": "Open from", "closes_at": "Open until", "consented_at": "You agreed", "started_at": "You began",
            "due_at": "Due", "handed_in_at": "Handed in", "withdrawn_at": "Taken back", "withdrawn_for": "Why",
            "created_at": "Given", "created_by_id": "By",
        }, "code", "closed_by_clock", "receipt"),
        _entries("case_answer", "Your answers", "", {"text": "Text", "saved_at": "Saved"}),
        _table("case_file", "Documents that you handed in", {"name": "Name", "added_at": "Added"},
               "number", "media_type", "size"),
        _table("case_allowance", "Extra time", {
            "percent": "Percent", "minutes": "Minutes", "set_at": "Granted", "set_by_id": "By",
        }),
    )),
    ("What was written of you and decided", (
        _entries("revision", "Scorecards", "", {
            "sealed_at": "Sealed", "recommendation": "Recommendation", "summary": "Summary",
            "reason": "Why it was changed", "entered_by_id": "Entered by",
        }, "number", "after_reveal"),
        _entries("rating", "Ratings", "dimension", {"value": "Rating", "evidence": "Evidence"}),
        _entries("decision", "Decisions", "", {
            "outcome": "Decision", "reasons": "Reasons", "departure_reason": "Why against the ratings",
            "absences": "Who was missing", "correction_reason": "Why it was corrected", "decided_by_id": "By",
            "decided_at": "When",
        }, "number", "composite", "coverage", "blueprint_sha256", "checkpoint"),
        _table("decision_vote", "Votes", {"member_id": "Who", "outcome": "Vote", "reason": "Reason"}),
    )),
)  # fmt: skip

_PERSON = (
    ("You and your account", (
        _entries("person", "Name and address", "", {
            "name": "Name", "email": "E-mail", "zone": "Time zone", "active": "Account open",
            "created_at": "Account since",
        }, "erased_at"),
        _table("role_grant", "Roles", {"role": "Role", "granted_at": "Given", "granted_by_id": "By"}, "person_id"),
        _table("sign_in", "Where you are signed in", {
            "created_at": "Since", "last_seen_at": "Last seen", "browser": "Browser", "place": "Place",
        }, "person_id", "how", "proved_at", "factor_done"),
        _table("identity", "Accounts elsewhere that you sign in with", {
            "issuer": "Provider", "linked_at": "Connected", "used_at": "Last used",
        }, "subject", "person_id"),
        _table("busy_calendar", "Calendars that you connected", {
            "name": "Calendar", "added_at": "Connected", "read_at": "Last read",
        }, "person_id", "covers_until", "tried_at", "fault"),
    )),
    ("Your place in the company", (
        _table("reporting", "Team", {"team": "Team", "manager_id": "You report to"}, "person_id"),
        _table("placement", "Levels", {
            "role": "Ladder", "level": "Level", "since": "Since", "reason": "Why", "recorded_by_id": "Recorded by",
        }, "person_id", "recorded_at"),
        _entries("conflict_of_interest", "Candidates whom you stand near to", "", {
            "kind": "How", "statement": "Statement", "declared_at": "Declared", "declared_by_id": "By",
            "withdrawn_at": "Taken back", "withdrawn_by_id": "By", "withdrawn_reason": "Why",
        }, "person_id"),
    )),
    ("Your first year", (
        _entries("plan", "Plans", "title", {
            "starts_on": "Begins", "state": "State", "manager_id": "Manager", "buddy_id": "Buddy", "ended_on": "Ended",
            "end_reason": "Why", "created_at": "Made", "created_by_id": "By",
        }, "hire_id", "zone", "counting", "roll", "extend_for_leave", "week", "country"),
        _table("plan_event", "Steps of a plan", {
            "at": "When", "what": "What", "reason": "Why", "by_id": "By",
        }, "number"),
        _entries("goal", "Goals", "text", {
            "state": "State", "since": "Since", "asked": "What was asked", "owner_id": "Whose",
            "blocked_by": "Blocked by", "waits_for_id": "Waits for",
        }, "position", "key"),
        _table("goal_event", "Steps of goals", {
            "at": "When", "act": "What", "note": "Note", "waits_for_id": "Waits for", "by_id": "By",
        }, "number", "state", "waited"),
        _entries("goal_evidence", "What shows that goals are met", "title", {
            "kind": "Kind", "body": "Text", "about_on": "About", "added_at": "Added", "added_by_id": "By",
        }, "media_type", "size"),
        _entries("check_in", "Check-ins", "", {
            "author_id": "By", "confidence": "Confidence", "against": "Against what was expected",
            "went_well": "Went well", "in_the_way": "In the way", "goals": "On the goals", "saved_at": "Saved",
            "sealed_at": "Handed in",
        }, "party", goals=Kept.PAIRS),
        _entries("talk_note", "Notes of talks", "", {
            "talked_on": "Day", "author_id": "By", "text": "Text", "shared": "Shared", "written_at": "Written",
        }),
        _table("plan_metric", "Measures", {
            "metric": "Measure", "area": "Area", "baseline": "Before", "low": "At least", "high": "At most",
            "picked_by_id": "Chosen by",
        }, "picked_at"),
        _table("reading", "What they read", {
            "day": "Day", "value": "Value", "note": "Note", "entered_by_id": "By",
        }, "number", "entered_at"),
    )),
    ("Your growth", (
        _entries("log_entry", "Your evidence log", "title", {
            "about_on": "About", "kind": "Kind", "body": "Text", "visibility": "Who sees it", "added_at": "Added",
            "changed_at": "Changed", "withdrawn_at": "Taken back", "withdrawn_reason": "Why",
        }, "person_id", "media_type", "size"),
        _table("assessment", "Assessments", {
            "due_on": "Due", "current_level": "Level", "target_level": "Against", "manager_id": "Manager",
            "team": "Team",
        }, "person_id", "left_at"),
        _entries("assessment_sheet", "What you wrote in assessments", "", {
            "answerer": "As", "words": "Words", "asked_at": "Asked", "saved_at": "Saved", "sealed_at": "Handed in",
            "declined_at": "Declined", "declined_words": "Why",
        }, "author_id"),
        _entries("promotion_case", "Cases for a promotion", "", {
            "from_level": "From", "to_level": "To", "level_since": "At this level since", "state": "State",
            "requested_by_id": "Asked by", "manager_id": "Manager", "brief": "For it", "case_against": "Against it",
            "against_by_id": "Written by", "development": "Development", "business_need": "What the work needs",
            "created_at": "Begun", "submitted_at": "Handed in", "ended_at": "Ended",
        }, "person_id"),
        _entries("case_evidence", "What such a case rests on", "criterion", {"why": "Why"}),
        _entries("appeal", "What you wrote against a decision", "", {"text": "Text", "at": "When", "by_id": "By"}),
    )),
)  # fmt: skip

MATTERS: Mapping[SubjectKind, tuple[tuple[str, tuple[Part, ...]], ...]] = {
    SubjectKind.CANDIDATE: _CANDIDATE, SubjectKind.PERSON: _PERSON,
}  # fmt: skip
"""By whose data it is: the matters, and of each its parts."""
