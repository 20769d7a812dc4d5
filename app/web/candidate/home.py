"""A candidate's home: what is next, in plain words; and what they were told after a decision."""

from __future__ import annotations

from app.domain.errors import NotFoundError
from app.queries.own_application import own_application
from app.web.candidate import job, schedule, task
from app.web.candidate.frame import SectionOf, candidate_page, installed
from app.web.database import reading
from app.web.guard import by_link_always, current_candidate

SECTIONS: tuple[SectionOf, ...] = (schedule.section,)
"""What the home is made of while the application runs, in order: appointments, then work."""
KEPT: tuple[SectionOf, ...] = (task.section,)
"""What it also shows once the application ended: the candidate's own copies."""


@job.get("/your-application")
@by_link_always
def home() -> tuple[str, int]:
    """What is next, and what can be done."""
    candidate = current_candidate()
    with reading() as session:
        makers = KEPT if candidate.ended else SECTIONS + KEPT
        sections = [section for make in makers if (section := make(session, candidate))]
        told = installed().candidate_feedback
        return candidate_page("candidate/home.html", session=session, sections=sections, told=told)


@job.get("/your-application/feedback")
@by_link_always
def feedback() -> tuple[str, int]:
    """What the company wrote after its decision; not there until it is shared, or where feedback is switched off."""
    with reading() as session:
        own = own_application(session, current_candidate())
        if not own.feedback or not installed().candidate_feedback:
            raise NotFoundError
        return candidate_page("candidate/feedback.html", session=session)
