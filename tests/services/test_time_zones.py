"""Zones are those of places: a machine's own clock is no zone that anybody else could read a time in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from app.domain.errors import InvalidError
from app.domain.permission import ActorFacts, Role
from app.models.engine import writing
from app.services import accounts, time_zones
from tests.factories.hiring import make_person

if TYPE_CHECKING:
    from tests.databases import Database

NONE = ("localtime", "Factory", "posixrules", "posix/Europe/Oslo", "right/UTC", "", "Mars/Olympus", "../../etc/passwd")
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_every_zone_can_be_read_and_none_depends_on_the_machine() -> None:
    assert {"UTC", "Europe/Oslo", "US/Eastern", "America/Argentina/Ushuaia"} <= time_zones.known()
    assert not time_zones.known() & set(NONE)
    assert all(ZoneInfo(zone).key == zone for zone in time_zones.known())
    assert set(time_zones.offered()) <= time_zones.known()
    assert len(time_zones.offered()) > 400
    assert time_zones.offered()[0] == "UTC"


def test_who_has_an_older_name_keeps_it_among_the_choices() -> None:
    assert time_zones.offered("US/Eastern")[:2] == ("US/Eastern", "UTC")
    assert time_zones.offered("Europe/Oslo") == time_zones.offered() == time_zones.offered("localtime")


@pytest.mark.parametrize("zone", NONE)
def test_what_is_no_zone_is_named(zone: str) -> None:
    [fault] = time_zones.faults(zone)
    assert fault.field == "zone"
    assert "choose one such as Europe/Berlin" in fault.message


def test_no_account_gets_the_clock_of_the_machine(database: Database) -> None:
    with writing(database.engine) as session, pytest.raises(InvalidError, match="localtime"):
        accounts.create_person(
            session, None, email="ada@example.org", name="Ada", password=None, roles=(), zone="localtime", now=NOW
        )
    with writing(database.engine) as session:
        person = make_person(session, "Ada Brook", [Role.EMPLOYEE])
        actor = ActorFacts(person.id, person.email, frozenset())
        with pytest.raises(InvalidError, match="Factory"):
            accounts.set_zone(session, actor, "Factory", now=NOW)
