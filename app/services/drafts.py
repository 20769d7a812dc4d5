"""Drafts of blueprints: files on their way to a version, shared by everybody who may publish.

A draft may be as faulty as its authors like; only publishing asks for it to be without faults, and publishes all of it
or nothing. Names and digests of files go into the audit chain, their texts do not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.access import require
from app.domain.blueprint import canonical_json, digest, from_canonical
from app.domain.errors import ConflictError, DraftGoneError, Fault, InvalidError, NotFoundError
from app.domain.permission import Permission
from app.formats.archive_layout import is_id, role_file
from app.formats.blueprint_files import load_files
from app.formats.blueprint_skeleton import skeleton, title_of
from app.formats.blueprint_write import write_role
from app.models.blueprint import BlueprintDraft, BlueprintVersion
from app.services import audit, blueprints
from app.services.blueprints import TITLE_LIMIT

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.formats.blueprint_edit import Edit

MOST_TEXT = 1_000_000
"""Bytes of all files of a draft together; the shipped role has an eighth of it."""

MOST_FILES = 40
_STALE = "Somebody else changed this draft after you opened the page. Look at it as it is now, then do it again."
_NEWER = "Somebody published a newer version of this role. Look at what publishing would change in it, then decide."
_NO_FILE, _HAS_FILE = "This file is no longer in the draft.", "The draft has this file already."
_FAULTY = "This draft has faults. Mend them first; nothing was published."


@dataclass(frozen=True, slots=True)
class Published:
    """The version that a draft became."""

    version_id: UUID
    number: int
    title: str


def start_from_version(session: Session, actor: ActorFacts, version_id: UUID, *, now: datetime) -> UUID:
    """Begin a draft with the files of a published version and return its id."""
    require(actor, Permission.BLUEPRINT_PUBLISH)
    version = session.get(BlueprintVersion, version_id)
    if version is None:
        raise NotFoundError
    files = write_role(from_canonical(version.body))
    return _start(session, actor, version.role, version.title, files, base_id=version.id, now=now)


def start_from_files(
    session: Session, actor: ActorFacts, role: str, files: Mapping[str, str], *, now: datetime
) -> UUID:
    """Begin a draft with uploaded files; it is compared with the role's newest version, when there is one."""
    require(actor, Permission.BLUEPRINT_PUBLISH)
    _check_room("file", files)
    base = _newest(session, role)
    return _start(session, actor, role, _title_in(role, files), files, base_id=base.id if base else None, now=now)


def start_blank(session: Session, actor: ActorFacts, role: str, title: str, *, now: datetime) -> UUID:
    """Begin a draft of a role that is not there yet, with the least that is without faults."""
    require(actor, Permission.BLUEPRINT_PUBLISH)
    faults = []
    if not is_id(role):
        faults.append(Fault("role", "Write it in small letters, digits and hyphens, such as data-engineer."))
    elif _newest(session, role):
        faults.append(
            Fault("role", "There is a published role with this short name. Start from it, or choose another.")
        )
    if not title.strip() or len(title) > TITLE_LIMIT:
        faults.append(Fault("title", f"Give the role a title of at most {TITLE_LIMIT} characters."))
    if faults:
        raise InvalidError(tuple(faults))
    return _start(session, actor, role, title.strip(), skeleton(role, title.strip()), base_id=None, now=now)


def replace_files(
    session: Session,
    actor: ActorFacts,
    draft_id: UUID,
    role: str,
    files: Mapping[str, str],
    *,
    version: int,
    now: datetime,
) -> None:
    """Put uploaded files in place of all that the draft has; they must be of the same role."""
    draft = _locked(session, actor, draft_id)
    _check_version(draft, version)
    if role != draft.role:
        message = f"These are files of the role {role}, and this draft is of {draft.role}. Start a new draft with them."
        raise InvalidError((Fault("file", message),))
    _check_room("file", files)
    _change(session, actor, draft, dict(files), words="Replaced all files by an upload", now=now)


def edit(
    session: Session, actor: ActorFacts, draft_id: UUID, name: str, change: Edit, *, words: str, now: datetime
) -> None:
    """Change one file of a draft as it stands now; the edit itself refuses when what its author saw has changed."""
    draft = _locked(session, actor, draft_id)
    if name not in draft.files:
        raise ConflictError(_NO_FILE, current_version=draft.version)
    text = change(draft.files[name])
    files = {**draft.files, name: text}
    _check_room("text", files)
    if files != draft.files:
        _change(session, actor, draft, files, words=words, now=now)


def add_file(session: Session, actor: ActorFacts, draft_id: UUID, name: str, text: str, *, now: datetime) -> None:
    """Add a file that the draft does not have yet."""
    draft = _locked(session, actor, draft_id)
    if name in draft.files:
        raise ConflictError(_HAS_FILE, current_version=draft.version)
    files = {**draft.files, name: text}
    _check_room("name", files)
    _change(session, actor, draft, files, words=f"Added {name}", now=now)


def remove_file(session: Session, actor: ActorFacts, draft_id: UUID, name: str, *, version: int, now: datetime) -> None:
    """Take a file out of the draft; `role.yaml` stays, because it is what makes it a role."""
    draft = _locked(session, actor, draft_id)
    _check_version(draft, version)
    if name not in draft.files or name == role_file(draft.role, "role"):
        raise NotFoundError
    files = {key: text for key, text in draft.files.items() if key != name}
    _change(session, actor, draft, files, words=f"Removed {name}", now=now)


def undo(session: Session, actor: ActorFacts, draft_id: UUID, *, version: int, now: datetime) -> None:
    """Take the last change back; doing it twice brings it back again."""
    draft = _locked(session, actor, draft_id)
    _check_version(draft, version)
    if draft.undo is None:
        raise NotFoundError
    files = {**draft.files, **draft.undo["files"]}
    words = str(draft.undo["words"])
    back = words.removeprefix("Took back: ") if words.startswith("Took back: ") else f"Took back: {words}"
    left = {name: text for name, text in files.items() if text is not None}
    _change(session, actor, draft, left, words=back, now=now)


def discard(session: Session, actor: ActorFacts, draft_id: UUID, *, version: int, now: datetime) -> None:
    """Delete a draft as it was seen; nothing of it remains but its names and digests in the audit chain."""
    draft = _locked(session, actor, draft_id)
    _check_version(draft, version)
    _record(session, actor, "discard", draft, now=now)
    session.delete(draft)
    session.flush()


def publish(
    session: Session,
    actor: ActorFacts,
    draft_id: UUID,
    *,
    version: int,
    newest_id: UUID | None,
    note: str,
    now: datetime,
) -> Published:
    """Make the draft the role's next version and delete it, in this transaction or not at all.

    ``newest_id`` is the version that the actor compared it with, None when the role had none.
    :class:`InvalidError` when the draft has faults or nothing new; :class:`ConflictError` when it, or the newest
    version, is another than the actor saw.
    """
    draft = _locked(session, actor, draft_id)
    _check_version(draft, version)
    newest = _newest(session, draft.role)
    if (newest.id if newest else None) != newest_id:
        raise ConflictError(_NEWER, current_version=draft.version)
    blueprint = load_files(_bytes(draft.files), draft.role).blueprint
    if blueprint is None:
        raise InvalidError((Fault("draft", _FAULTY),))
    same = _same(session, draft.role, digest(canonical_json(blueprint)))
    if same is not None:
        message = (
            f"This is word for word version {same}. Nothing was published: discard the draft, or change something."
        )
        raise InvalidError((Fault("draft", message),))
    version_id = blueprints.publish(session, actor, blueprint, now=now, note=note)
    _record(session, actor, "publish", draft, now=now)
    session.delete(draft)
    session.flush()
    number = session.scalar(select(BlueprintVersion.number).where(BlueprintVersion.id == version_id)) or 1
    if number != (newest.number if newest else 0) + 1:
        # Somebody else's version came between the look and the act: the caller's transaction takes everything back.
        raise ConflictError(_NEWER)
    return Published(version_id, number, blueprint.role.title)


def _start(
    session: Session,
    actor: ActorFacts,
    role: str,
    title: str,
    files: Mapping[str, str],
    *,
    base_id: UUID | None,
    now: datetime,
) -> UUID:
    draft = BlueprintDraft(
        role=role, title=title, base_id=base_id, files=dict(files), created_at=now, created_by_id=actor.person_id,
        changed_at=now, changed_by_id=actor.person_id,
    )  # fmt: skip
    session.add(draft)
    session.flush()
    _record(session, actor, "start", draft, now=now)
    return draft.id


def _locked(session: Session, actor: ActorFacts, draft_id: UUID) -> BlueprintDraft:
    require(actor, Permission.BLUEPRINT_PUBLISH)
    draft = session.get(BlueprintDraft, draft_id, with_for_update=True)
    if draft is None:
        raise DraftGoneError
    return draft


def _change(
    session: Session, actor: ActorFacts, draft: BlueprintDraft, files: dict[str, str], *, words: str, now: datetime
) -> None:
    before = draft.files
    names = [name for name in {**before, **files} if before.get(name) != files.get(name)]
    draft.undo = {"words": words, "files": {name: before.get(name) for name in names}}
    draft.files = files
    draft.title = _title_in(draft.role, files)
    draft.changed_at, draft.changed_by_id = now, actor.person_id
    session.flush()
    _record(session, actor, "change", draft, now=now, names=names)


def _record(
    session: Session,
    actor: ActorFacts,
    act: str,
    draft: BlueprintDraft,
    *,
    now: datetime,
    names: list[str] | None = None,
) -> None:
    """Leave a link in the chain: the role and each file by its digest, never a text."""
    listed = draft.files if names is None else {name: draft.files.get(name, "") for name in names}
    hashes = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sorted(listed.items())}
    payload: dict[str, object] = {"role": draft.role, "files": hashes}
    audit.record(session, actor, f"draft.{act}", f"draft/{draft.id}", now=now, payload=payload)


def _check_version(draft: BlueprintDraft, version: int) -> None:
    if draft.version != version:
        raise ConflictError(_STALE, current_version=draft.version)


def _check_room(field: str, files: Mapping[str, str]) -> None:
    size = sum(len(text.encode()) for text in files.values())
    if size > MOST_TEXT:
        message = f"Together the files would have {size / 1_000_000:.1f} MB. A draft holds at most 1 MB of text."
        raise InvalidError((Fault(field, message),))
    if len(files) > MOST_FILES:
        message = f"That would be {len(files)} files. A draft holds at most {MOST_FILES}."
        raise InvalidError((Fault(field, message),))


def _newest(session: Session, role: str) -> BlueprintVersion | None:
    of_role = select(BlueprintVersion).where(BlueprintVersion.role == role)
    return session.scalar(of_role.order_by(BlueprintVersion.number.desc()).limit(1))


def _same(session: Session, role: str, sha256: str) -> int | None:
    of_role = BlueprintVersion.role == role
    return session.scalar(select(BlueprintVersion.number).where(of_role, BlueprintVersion.sha256 == sha256))


def _title_in(role: str, files: Mapping[str, str]) -> str:
    """The role's title as its file has it, else its short name: a list of drafts needs some name to show."""
    text = files.get(role_file(role, "role"), "")
    return title_of(text)[:TITLE_LIMIT] or role


def _bytes(files: Mapping[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in files.items()}
