"""Opening a cycle: the form, then who would be in it and who not, then the cycle, all of it in one transaction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request

from app.domain.access import require
from app.domain.errors import Fault, InvalidError
from app.domain.permission import Permission
from app.formats import people_csv
from app.formats.address_list import read_addresses
from app.formats.csv_cells import csv_bytes
from app.formats.csv_table import CsvFault
from app.queries import eligible, ladders
from app.services import cycle_people
from app.services import cycles as services
from app.services.cycles import CycleDraft
from app.web.clock import now
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.ladder import job
from app.web.ladder.cycle_form import FILE, ROLE, TEAM, TYPED, CycleForm
from app.web.pages import go, page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.queries.eligible import Placed
    from app.queries.ladders import LadderVersion
    from app.services.cycle_people import Member

SHOWN_FAULTS = 200
_SHOWN = {"people": "who"}
"""Where the form shows a fault of a field that it hides."""
Chosen = tuple["Mapping[UUID, UUID | None]", tuple[CsvFault, ...]]


@dataclass(frozen=True, slots=True)
class Preview:
    """Who would be in the cycle, who would be left out, and what is wrong with the list that was given."""

    members: tuple[Member, ...] = ()
    left_out: tuple[Member, ...] = ()
    faults: tuple[CsvFault, ...] = ()


@job.route("/ladder/cycles/new", methods=["GET", "POST"])
@requires(Permission.CYCLE_KEEP)
def new_cycle() -> Response | tuple[str, int]:
    """First the form, then the same form with the people, then the cycle."""
    require(current_actor(), Permission.CYCLE_KEEP)
    form, preview, status = CycleForm(), Preview(), HTTPStatus.OK
    with reading() as session:
        people = eligible.candidates(session, current_actor(), today=now().date())
        versions = ladders.ladders(session)
        form.offer(versions, people)
        if not form.is_submitted():
            form.blueprint_version_id.data = _likeliest(versions, people)
        valid = form.is_submitted() and form.validate()
        if valid and request.form.get("step") != "open":
            late = services.date_faults(form.day, now().date())
            if late:
                form.take(InvalidError(late))
            else:
                preview = _previewed(session, form, people, versions)
    if valid and request.form.get("step") == "open":
        try:
            return go("ladder.cycle", cycle_id=UUID(_opened(form, people)), done="cycle-opened")
        except InvalidError as error:
            form.take(InvalidError(tuple(replace(one, field=_SHOWN.get(one.field, one.field)) for one in error.faults)))
    if form.is_submitted() and not preview.members:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    form.people.data = _text(preview.members, people)
    return page(
        "ladder/new_cycle.html", status=status, form=form, versions=versions, preview=preview,
        faults=preview.faults[:SHOWN_FAULTS], hidden=len(preview.faults) - SHOWN_FAULTS,
        names={one.person_id: one.name for one in people}, limits=people_csv.LIMITS,
    )  # fmt: skip


def _likeliest(versions: Sequence[LadderVersion], people: Sequence[Placed]) -> str:
    """The newest version of the role in which most people have a level."""
    held = Counter(one.role for one in people)
    newest = [one for one in versions if one.newest]
    return str(max(newest, key=lambda one: held[one.stamp.role]).version_id) if newest else ""


def _previewed(
    session: Session, form: CycleForm, people: Sequence[Placed], versions: Sequence[LadderVersion]
) -> Preview:
    version_id = UUID(form.blueprint_version_id.data)
    version = next(one for one in versions if one.version_id == version_id)
    chosen, faults = _chosen(form, people, version)
    if faults:
        return Preview(faults=faults)
    everybody = cycle_people.members(session, chosen, version_id, today=now().date())
    fine = tuple(one for one in everybody if not one.obstacle)
    if not fine:
        form.take(_nobody(form))
    return Preview(fine, tuple(one for one in everybody if one.obstacle))


def _nobody(form: CycleForm) -> InvalidError:
    words = {
        ROLE: "Nobody with a level in this role can be in it. Give people levels under People and levels first.",
        TEAM: "Nobody of this team can be in it.",
    }
    return InvalidError((Fault("who", words.get(str(form.who.data), "None of these people can be in it.")),))


def _chosen(form: CycleForm, people: Sequence[Placed], version: LadderVersion) -> Chosen:
    """The people who are asked for, each with a manager or with ``None`` for whom they report to."""
    if form.who.data == TEAM:
        return {one.person_id: None for one in people if one.team and one.team == form.team.data}, ()
    if form.who.data == TYPED:
        return _typed(form.typed.data or "", people)
    if form.who.data == FILE:
        given = form.file.data
        return _read(given.read() if given else b"", people)
    return {one.person_id: None for one in people if one.role == version.stamp.role}, ()


def _typed(text: str, people: Sequence[Placed]) -> Chosen:
    """People by typed addresses; faults name the line on which an address was typed."""
    found = read_addresses(text)
    chosen, faults = _read(csv_bytes(("email",), ((address,) for _, address in found)), people)
    places = dict(enumerate((line for line, _ in found), start=2))
    return chosen, tuple(CsvFault(places.get(one.line, one.line), one.column, one.message) for one in faults)


def _read(raw: bytes, people: Sequence[Placed]) -> Chosen:
    """People of a CSV text, and its faults."""
    rows, found = people_csv.read(raw)
    by_email = {one.email: one.person_id for one in people}
    faults = list(found)
    for row in rows:
        faults += [
            CsvFault(row.line, column, f"nobody has an open account with the address {email}")
            for column, email in (("email", row.email), ("manager", row.manager))
            if email and email not in by_email
        ]
    if faults:
        return {}, tuple(sorted(faults))
    return {by_email[row.email]: by_email[row.manager] if row.manager else None for row in rows}, ()


def _text(members: Sequence[Member], people: Sequence[Placed]) -> str:
    """The previewed people as the text that the next step reads back."""
    emails = {one.person_id: one.email for one in people}
    rows = ((emails[one.person_id], emails[one.manager_id] if one.manager_id else "") for one in members)
    return csv_bytes(people_csv.COLUMNS, rows).decode("utf-8-sig") if members else ""


def _opened(form: CycleForm, people: Sequence[Placed]) -> str:
    """Open the cycle for the people who were previewed, or repeat the answer to this very form."""
    chosen, faults = _read(str(form.people.data or "").encode(), people)
    if faults:
        raise InvalidError(tuple(Fault("who", str(one)) for one in faults))
    draft = CycleDraft(
        title=str(form.title.data), blueprint_version_id=UUID(form.blueprint_version_id.data), due_on=form.day,
        people=chosen, with_peers=bool(form.with_peers.data),
    )  # fmt: skip
    return form.once(
        lambda session: str(services.open_cycle(session, current_actor(), draft, today=now().date(), now=now()))
    )
