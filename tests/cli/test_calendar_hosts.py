"""Which hosts the worker may ask for calendars: what the setting takes, and that nothing is asked without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.cli.demo import story
from app.cli.jobs import calendars
from app.domain.outbound import allowed
from app.models.candidate import Candidate
from app.models.engine import reading, writing
from app.models.person import Person
from app.models.schedule import BusyCalendar, BusyTime, Invitation, TimeRequest
from app.settings import Settings, SettingsError
from tests.cli.conftest import SUNDAY
from tests.factories.hiring import make_person

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from tests.databases import Database

NAME = "PLUMBLINE_OUTBOUND_ALLOW"


def test_hosts_are_taken_as_they_are_written() -> None:
    settings = Settings.from_environment({NAME: "calendar.google.com, internal:mail.corp:8443"})

    assert settings.outbound_allow == ("calendar.google.com", "internal:mail.corp:8443")
    assert [allowed(host).internal for host in settings.outbound_allow] == [False, True]
    assert Settings.from_environment({}).outbound_allow == ()


@pytest.mark.parametrize(
    "value",
    ["*", "*.example.org", "https://example.org", "127.0.0.1", "169.254.169.254", "2130706433", "[::1]", "a..b", "-a.b",
     "a.-.b", "example.org:0", "example.org:99999", "example.org/path", "user@example.org"],
)  # fmt: skip
def test_wildcards_addresses_and_paths_are_refused_with_an_example(value: str) -> None:
    with pytest.raises(SettingsError, match=f"{NAME}=calendar.google.com"):
        Settings.from_environment({NAME: value})


def test_without_the_setting_no_address_is_asked(database: Database, tmp_path: Path) -> None:
    settings = Settings(instance=tmp_path, database_url=database.url, secret_key="")
    with writing(database.engine) as session:
        person = make_person(session, "Ada Brook", [])
        session.add(BusyCalendar(person_id=person.id, name="Work", address="https://127.0.0.1/x", added_at=SUNDAY))
    calendars(database.engine, settings)

    with reading(database.engine) as session:
        assert session.scalars(select(BusyCalendar.tried_at)).all() == [None]


def test_the_demo_has_clocks_calendars_invitations_and_a_wish(told: Engine) -> None:
    with reading(told) as session:
        zones = session.scalars(select(Candidate.zone).where(Candidate.zone != "")).all()
        owners = session.scalars(select(Person.email).join(BusyCalendar, BusyCalendar.person_id == Person.id))
        assert zones == ["Africa/Lagos"]
        assert set(owners) == {f"{key}@{story.DOMAIN}" for key in ("yuki", "farid")}
        assert len(session.scalars(select(BusyTime)).all()) == 4
        assert session.scalars(select(TimeRequest)).one().settled_at is None
        living = session.scalars(select(Invitation).where(Invitation.ended_at.is_(None))).all()
        assert {one.person_id is None for one in living if one.starts_at > SUNDAY} == {True, False}
