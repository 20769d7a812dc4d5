"""Ask kept analyses again: `report verify`, for one decision or for all of them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING
from uuid import UUID

from app.cli import BadInputError
from app.cli.looking import looking
from app.domain.errors import NotFoundError
from app.settings import load

if TYPE_CHECKING:
    from app.queries.kept_analyses import Verified


def verify(wanted: str | None) -> int:
    """Say of the analysis with this ID or its decision's, or of every one, whether it is sound: 1 where one is not."""
    from app.queries import kept_analyses

    sought = _uuid(wanted)
    with looking(load().database_url) as session:
        try:
            found = [
                kept_analyses.verify(session, one) for one in ([sought] if sought else kept_analyses.all_ids(session))
            ]
        except NotFoundError as error:
            message = f"No decision or analysis has the ID {wanted}, or none was kept with it"
            raise BadInputError(message) from error
    for one in found:
        sys.stdout.write(_told(one))
    if not found:
        sys.stdout.write("No analysis is kept yet; one is kept with every decision.\n")
    return 1 if any(one.faults for one in found) else 0


def _uuid(text: str | None) -> UUID | None:
    try:
        return None if text is None else UUID(text)
    except ValueError as error:
        message = f"{text!r} is no ID; it is the end of a decision's address: /decisions/ID"
        raise BadInputError(message) from error


def _told(one: Verified) -> str:
    word = "sound" if not one.faults else "differs" if one.judged else "not judged"
    head = (
        f"decision {one.decision_id} record {one.number}: {word} ({one.method}, data {one.data_sha256[:12]}, kept by "
    )
    return "".join((f"{head}{one.libraries})\n", *(f"  {fault}\n" for fault in one.faults)))
