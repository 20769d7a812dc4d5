"""The inbox: what waits for the person, then what they follow."""

from __future__ import annotations

from app.domain.growth.calibration import CalibrationState
from app.domain.permission import Permission, Role
from app.queries import duties, followed
from app.web.clock import now
from app.web.database import reading
from app.web.guard import current_actor, current_person, requires
from app.web.home import job
from app.web.pages import page

_NUMBERS = ("Nothing", "One thing", "Two things", "Three things", "Four things", "Five things", "Six things")
_IN_HOURS_FROM = 90
_HIRING = frozenset({Role.COORDINATOR, Role.HIRING_MANAGER, Role.INTERVIEWER, Role.COMMITTEE})
_PLANNING = frozenset({Role.COORDINATOR, Role.HIRING_MANAGER})
_REVIEWING = frozenset({Role.COMMITTEE, Role.HR_PARTNER, Role.AUDITOR, Role.COORDINATOR, Role.HIRING_MANAGER})
_GROWING = frozenset({Role.PEOPLE_MANAGER, Role.EMPLOYEE})


@job.get("/")
@requires(Permission.HOME_SEE)
def inbox() -> tuple[str, int]:
    """What waits for the person: what is late before what is not, each with the oldest first."""
    actor = current_actor()
    roles = actor.roles | actor.scoped_roles
    with reading() as session:
        waiting = duties.duties(session, actor, now())
        follows = followed.followed(session, actor, now())
        asked = bool(roles & _PLANNING) and any(line.kind in followed.WAITING for line in follows.news)
        return page(
            "home/home.html",
            session=session,
            first_name=current_person().name.split()[0],
            waiting=late_first(waiting),
            upcoming=[duty for duty in waiting if duty.upcoming],
            lede=_lede(waiting, asked=asked),
            followed=follows,
            hires=bool(roles & _HIRING),
            plans=bool(roles & _PLANNING),
            reviews=bool(roles & _REVIEWING),
            grows=bool(actor.roles & _GROWING),
            interviews=Role.INTERVIEWER in actor.roles,
            audits=Role.AUDITOR in actor.roles,
            administers=Role.ADMIN in actor.roles,
            without_role=not roles,
            session_words={state.value: state.words for state in CalibrationState},
            may_open=bool(actor.roles & _PLANNING),
        )


def _lede(waiting: tuple[duties.Duty, ...], *, asked: bool) -> str:
    """What there is to do; ``asked`` when others wait for something that is nobody's in particular."""
    due = late_first(waiting)
    if not due and asked:
        return "Nothing waits for you by name. What others wait for comes first."
    if not due:
        return "Nothing waits for you right now." if not waiting else "Nothing is due. An interview is coming up."
    count = _NUMBERS[len(due)] if len(due) < len(_NUMBERS) else f"{len(due)} things"
    order = "What is late comes first." if due[0].late else "The oldest comes first."
    said = f"{count} to do, about {guess(sum(duty.minutes for duty in due))}."
    return said if len(due) == 1 else f"{said} {order}"


def late_first(waiting: tuple[duties.Duty, ...]) -> list[duties.Duty]:
    """What can be done now, the late before the rest, each in the order that it came: the oldest first."""
    return sorted((duty for duty in waiting if not duty.upcoming), key=lambda duty: not duty.late)


def guess(minutes: int) -> str:
    """A guess at a time in words; from an hour and a half on, in half hours, since nobody knows it closer."""
    if minutes < _IN_HOURS_FROM:
        return f"{minutes} minutes"
    halves = (minutes + 15) // 30
    return f"{halves // 2}{' and a half' if halves % 2 else ''} hours"
