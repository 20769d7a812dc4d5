"""One intent counts once, however often it is sent: double clicks, reloads and lost answers repeat the first answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.errors import Fault, InvalidError
from app.models.person import Intent

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

KEY_LIMIT = 64
_UNFIT = "This form carries no usable key. Open the page again and send it once more."
_OTHER = "This form was already sent with something else in it. Open the page again to see what was kept."


def once(
    session: Session,
    actor: ActorFacts,
    *,
    key: str,
    route: str,
    body_hash: str,
    act: Callable[[], str],
    now: datetime,
) -> str:
    """Do ``act`` unless the actor's ``key`` did it before; return its answer, or the answer it gave then.

    The key is claimed in the acting transaction: a failed act leaves no claim, and a second sender waits for the
    first. ``body_hash`` is the SHA-256 of what was sent. The same key with another body or route raises
    :class:`InvalidError`.
    """
    if not key or len(key) > KEY_LIMIT:
        raise InvalidError((Fault("intent", _UNFIT),))
    claim = {"actor_id": actor.person_id, "key": key, "route": route, "body_hash": body_hash, "created_at": now}
    if not _claimed(session, claim):
        return _repeated(session, actor, key, route, body_hash)
    answer = act()
    session.execute(update(Intent).where(*_own(actor, key)).values(answer=answer))
    return answer


def _claimed(session: Session, claim: Mapping[str, object]) -> bool:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(Intent).values(**claim, answer="").on_conflict_do_nothing().returning(Intent.key)
    return session.scalar(statement) is not None


def _repeated(session: Session, actor: ActorFacts, key: str, route: str, body_hash: str) -> str:
    kept = session.execute(select(Intent.route, Intent.body_hash, Intent.answer).where(*_own(actor, key))).one()
    if (kept.route, kept.body_hash) != (route, body_hash):
        raise InvalidError((Fault("intent", _OTHER),))
    answer: str = kept.answer
    return answer


def _own(actor: ActorFacts, key: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Intent.actor_id == actor.person_id, Intent.key == key
