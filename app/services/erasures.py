"""Erasures: asked for by one person, approved by another, done in one transaction, and repeated on restored backups.

That an erasure begins is announced in the audit chain, in a transaction of its own, and written to the register beside
the database before its own transaction is committed; :func:`settle` writes afterwards how it ended. A copy of the
database that is older lacks the announcement, so nobody learns from such a copy that an erasure came to nothing.
Stored files leave the disk then, by :mod:`app.services.wiping`.

Locks are taken in one order: the subject and the openings that they applied to, then the erasure.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from app.domain.access import found, require
from app.domain.errors import AlreadyDoneError, NotFoundError, UnavailableError
from app.domain.permission import ActorFacts, Permission, Role
from app.domain.privacy.erasing import ErasureState, Origin, Progress, RegisterEntry, SubjectKind, aged_out_on
from app.formats import erasure_register
from app.models import chain
from app.models.audit import AuditEvent
from app.models.base import new_id
from app.models.engine import writing
from app.models.person import Person, RoleGrant
from app.models.privacy import Erasure
from app.models.privacy_facts import subject_facts, subject_of
from app.services import audit, erasing_candidate, erasing_person, outbox, wiping, witnesses
from app.services.holds import lock_subject, reasoned

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.domain.fairness.pseudonym import AnswerKeys
    from app.domain.privacy.facts import PrivacyFacts

log = logging.getLogger("plumbline.privacy")

_WAITS = "An erasure of this person's data waits for an answer already."
_ANSWERED = "This erasure was answered before."
_SLOW = "SET LOCAL statement_timeout = '60s'"


class UndecidedError(Exception):
    """Neither the register nor the database knows whether some erasures were committed: a person has to be asked."""

    def __init__(self, entries: tuple[RegisterEntry, ...]) -> None:
        """``entries`` are these erasures."""
        super().__init__(f"{len(entries)} erasures may have been done or not")
        self.entries = entries


def ask(
    session: Session, actor: ActorFacts, kind: SubjectKind, subject_id: UUID, *, ground: str, now: datetime
) -> UUID:
    """Ask that a candidate's or a former colleague's data be erased; other HR partners are told, and one approves."""
    lock_subject(session, kind, subject_id)
    require(actor, Permission.ERASURE_ASK, found(subject_facts(session, actor, kind, subject_id)))
    wish = _new(kind, subject_id, Origin.REQUEST, now)
    wish.ground, wish.asked_by_id = reasoned(ground, "ground"), actor.person_id
    try:
        with session.begin_nested():
            session.add(wish)
    except IntegrityError as error:
        raise AlreadyDoneError(_WAITS) from error
    audit.record(session, actor, "erasure.ask", f"erasure/{wish.id}", now=now, payload={"ground": wish.ground})
    _tell_others(session, actor, wish.id, now)
    return wish.id


def refuse(session: Session, actor: ActorFacts, erasure_id: UUID, *, answer: str, now: datetime) -> None:
    """Say no to an erasure, with a reason. Whoever asked may take it back like this too."""
    wish, facts = _waiting(session, actor, erasure_id)
    require(actor, Permission.ERASURE_REFUSE, facts)
    wish.answer = reasoned(answer, "answer")
    wish.state, wish.answered_at, wish.answered_by_id = ErasureState.REFUSED, now, actor.person_id
    session.flush()
    audit.record(session, actor, "erasure.refuse", f"erasure/{wish.id}", now=now, payload={"answer": wish.answer})


def announce(session: Session, actor: ActorFacts, erasure_id: UUID, *, now: datetime, alone: bool = False) -> None:
    """Say in the chain that an erasure begins. Commit this before :func:`approve`, and ``alone`` as there."""
    _approvable(session, actor, erasure_id, alone=alone)
    audit.record(session, actor, "erasure.begin", f"erasure/{erasure_id}", now=now)


def announce_run(session: Session, *, now: datetime) -> None:
    """Say in the chain that data goes whose time is over. Commit this before the first :func:`expire` of a run."""
    audit.record(session, None, "erasure.begin", "retention/run", now=now)


def approve(
    session: Session,
    actor: ActorFacts,
    erasure_id: UUID,
    *,
    keys: AnswerKeys,
    register: Path,
    now: datetime,
    alone: bool = False,
) -> None:
    """Erase what an erasure that was announced asks for; commit, then :func:`settle` and :mod:`app.services.wiping`.

    ``alone``: the company lets its only HR partner answer their own requests, and the certificate says so.
    """
    wish = _approvable(session, actor, erasure_id, alone=alone)
    wish.answered_at, wish.answered_by_id = now, actor.person_id
    wish.single_handed = wish.asked_by_id == actor.person_id
    _erase(session, wish, keys, register, now)
    audit.record(session, actor, "erasure.done", f"erasure/{wish.id}", now=now)
    if wish.single_handed:
        path = f"/privacy/erasures/{wish.id}"
        witnesses.tell(session, witnesses.ERASED_ALONE, None, by=actor.person_id, path=path, now=now)


def expire(
    session: Session, kind: SubjectKind, subject_id: UUID, *, keys: AnswerKeys, register: Path, now: datetime
) -> bool:
    """Erase what a rule's time is over for; False, and nothing done, when it is held or gone already.

    The run was announced before.
    """
    facts = _facts_for_program(session, kind, subject_id)
    if facts is None or facts.held or facts.gone:
        return False
    wish = _open_wish(session, kind, subject_id) or _new(kind, subject_id, Origin.RETENTION, now)
    wish.answered_at = now
    session.add(wish)
    _erase(session, wish, keys, register, now)
    audit.record(session, None, "erasure.expire", f"erasure/{wish.id}", now=now)
    return True


def settle(engine: Engine, register: Path, *, now: datetime) -> None:
    """Write down how erasures ended that began, as the database has it: done, or void where it was not committed.

    Call it after every attempt, and daily. Waits for one that is under way. What cannot be settled now, because the
    database or the disk refuses, is settled the next time. From a database without the event that announced it, as one
    that was put back by hand is, nothing is learnt. Lines that cannot be read are passed over: doctor names them.
    """
    for entry in _readable(register):
        if entry.progress is Progress.BEGUN:
            with suppress(OperationalError, OSError), writing(engine) as session:
                end = _end(session, entry)
                if end is not None:
                    # Still under the lock, so that nobody begins anew between the look and the line.
                    erasure_register.end(register, entry.erasure_id, end, now=now)


def _readable(register: Path) -> tuple[RegisterEntry, ...]:
    try:
        found_there = erasure_register.look(register)
    except OSError as error:
        log.error("the register of erasures cannot be read (%s): run python3 -m app doctor", type(error).__name__)  # noqa: TRY400  the trace tells nothing more
        return ()
    if found_there.damaged:
        log.error("%d lines of the register of erasures are damaged: run python3 -m app doctor",
                  len(found_there.damaged))  # fmt: skip
    return found_there.entries


def _end(session: Session, entry: RegisterEntry) -> Progress | None:
    """How an erasure ended, if this database can know it; its subject is locked."""
    facts = _facts_for_program(session, entry.kind, entry.subject_id)
    if facts is None:
        return None
    if _state(session, entry.erasure_id) is ErasureState.DONE:
        return Progress.DONE
    if _lived_on(session, entry):
        return Progress.VOID
    # Whatever became of this one, another took the same person: to repeat both is to repeat one.
    return Progress.DONE if facts.gone else None


def _lived_on(session: Session, entry: RegisterEntry) -> bool:
    """Whether this database went on from where every attempt at an erasure began, and is not an older copy."""
    return all(
        session.scalar(select(AuditEvent.hash).where(AuditEvent.seq == one.seq)) == one.hash for one in entry.after
    )


def reapply(
    session: Session, entries: Iterable[RegisterEntry], *, keys: AnswerKeys, now: datetime, folder: Path | None = None
) -> int:
    """Repeat every erasure that was done on a database that may be older than they are; return how many it took.

    A subject that is erased here already, or was never in this database, is passed over. Holds do not stop it: what
    was erased lawfully once must not come back. :class:`UndecidedError`, and nothing done, where neither the register
    nor this database knows whether one was done. Writes no register. From ``folder``, of stored files that nobody uses
    yet, theirs go at once; without it, commit and then call :func:`app.services.wiping.finish`.
    """
    register = tuple(entries)
    undecided = _undecided(session, register)
    if undecided:
        raise UndecidedError(undecided)
    repeated = 0
    for entry in register:
        if entry.progress is not Progress.DONE or not _is_there(session, entry):
            continue
        wish = _open_wish(session, entry.kind, entry.subject_id) or _new(
            entry.kind, entry.subject_id, Origin.RESTORE, now
        )
        wish.answered_at = now
        session.add(wish)
        _erase(session, wish, keys, None, now)
        audit.record(session, None, "erasure.repeat", f"erasure/{wish.id}", now=now)
        repeated += 1
    if folder is not None:
        wiping.unlink_doomed(session, folder)
    return repeated


def _undecided(session: Session, register: tuple[RegisterEntry, ...]) -> tuple[RegisterEntry, ...]:
    """Erasures that began before this database was copied or after, and of which nobody knows how they ended.

    One that was refused later, by people who were not working on an older copy, cannot have been done, and one whose
    subject goes anyway makes no difference.
    """
    done = {entry.subject_id for entry in register if entry.progress is Progress.DONE}
    return tuple(
        entry
        for entry in register
        if entry.progress is Progress.BEGUN
        and entry.subject_id not in done
        and _is_there(session, entry)
        and not (_state(session, entry.erasure_id) is ErasureState.REFUSED and _lived_on(session, entry))
    )


def _is_there(session: Session, entry: RegisterEntry) -> bool:
    facts = _facts_for_program(session, entry.kind, entry.subject_id)
    return facts is not None and not facts.gone


def _state(session: Session, erasure_id: UUID) -> ErasureState | None:
    return session.scalar(select(Erasure.state).where(Erasure.id == erasure_id))


def _erase(session: Session, wish: Erasure, keys: AnswerKeys, register: Path | None, now: datetime) -> None:
    kind, subject_id = _about(wish.candidate_id, wish.person_id)
    if session.connection().dialect.name == "postgresql":
        session.execute(text(_SLOW))
    # The guards of the database let texts go only while this row says so, and no other transaction ever sees it.
    wish.state = ErasureState.RUNNING
    session.flush()
    if kind is SubjectKind.CANDIDATE:
        counts = erasing_candidate.erase(session, subject_id, keys=keys, now=now)
    else:
        counts = erasing_person.erase(session, subject_id, now=now)
    wish.ground, wish.counts = "", json.dumps(counts, sort_keys=True, ensure_ascii=False)
    wish.state, wish.done_at, wish.aged_out_on = ErasureState.DONE, now, aged_out_on(now)
    session.flush()
    if register is not None:
        _note(register, RegisterEntry(wish.id, kind, subject_id, now, after=(chain.last_of(session),)))


def _note(register: Path, entry: RegisterEntry) -> None:
    try:
        erasure_register.begin(register, entry)
    except OSError as error:
        message = f"Nothing was erased: {register.name} cannot be written ({error.strerror}). Tell an administrator."
        raise UnavailableError(message) from error


def _new(kind: SubjectKind, subject_id: UUID, origin: Origin, now: datetime) -> Erasure:
    wish = Erasure(id=new_id(), origin=origin, ground="", state=ErasureState.ASKED, asked_at=now)
    if kind is SubjectKind.CANDIDATE:
        wish.candidate_id = subject_id
    else:
        wish.person_id = subject_id
    return wish


def _about(candidate_id: UUID | None, person_id: UUID | None) -> tuple[SubjectKind, UUID]:
    if candidate_id is not None:
        return SubjectKind.CANDIDATE, candidate_id
    if person_id is not None:
        return SubjectKind.PERSON, person_id
    raise NotFoundError


def _approvable(session: Session, actor: ActorFacts, erasure_id: UUID, *, alone: bool) -> Erasure:
    wish, facts = _waiting(session, actor, erasure_id, alone=alone)
    require(actor, Permission.ERASURE_APPROVE, facts)
    return wish


def _waiting(
    session: Session, actor: ActorFacts, erasure_id: UUID, *, alone: bool = False
) -> tuple[Erasure, PrivacyFacts]:
    """The erasure and how the actor stands to whom it is about, both locked in the order that everybody keeps to.

    That it was answered before is told to whoever may see it.
    """
    # Only whom it is about: what is read of the row before it is locked may be old by then.
    columns = select(Erasure.candidate_id, Erasure.person_id).where(Erasure.id == erasure_id)
    kind, subject_id = _about(*(session.execute(columns).one_or_none() or (None, None)))
    lock_subject(session, kind, subject_id)
    wish = session.get_one(Erasure, erasure_id, with_for_update=True)
    facts = found(subject_facts(session, actor, kind, subject_id, alone=alone))
    if wish.state is not ErasureState.ASKED:
        require(actor, Permission.PRIVACY_SEE, facts)
        raise AlreadyDoneError(_ANSWERED)
    return wish, facts


def _open_wish(session: Session, kind: SubjectKind, subject_id: UUID) -> Erasure | None:
    waiting = select(Erasure).where(subject_of(kind, subject_id), Erasure.state == ErasureState.ASKED)
    return session.scalar(waiting.with_for_update())


def _facts_for_program(session: Session, kind: SubjectKind, subject_id: UUID) -> PrivacyFacts | None:
    """What the program itself has to know of a subject, who is locked; None where there is nobody of that id."""
    lock_subject(session, kind, subject_id)
    return subject_facts(session, ActorFacts(UUID(int=0), "", frozenset()), kind, subject_id)


def _tell_others(session: Session, actor: ActorFacts, erasure_id: UUID, now: datetime) -> None:
    partners = (
        select(Person.id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.HR_PARTNER, Person.active, Person.id != actor.person_id)
    )
    for person_id in session.scalars(partners):
        outbox.notify(
            session, person_id, subject="An erasure waits for a second person",
            body="Somebody asked that a person's data be erased. Please approve or refuse it.",
            path=f"/privacy/erasures/{erasure_id}", now=now,
        )  # fmt: skip
