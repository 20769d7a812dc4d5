"""A plan's metrics with their readings and standing; on both databases."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.domain.errors import NotAllowedError
from app.domain.onboarding.reading import Standing
from app.models.engine import reading, writing
from app.queries import measures
from app.services import measuring
from app.services.measuring import AimDraft, ReadingDraft
from tests.factories import hiring as make
from tests.factories.plans import TODAY, make_plan
from tests.statements import counted

if TYPE_CHECKING:
    from tests.databases import Database

NOW = make.NOW


def test_the_last_reading_of_a_day_counts_and_says_how_many_it_replaces(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        hire = make.actor_of(cast.hire)
        aim = AimDraft("precision", "Alerts", Decimal("0.70"), Decimal("0.85"))
        metric = measuring.pick(session, hire, cast.plan.id, aim, now=NOW)
        week = TODAY - timedelta(days=7)
        readings = [
            ReadingDraft(week, Decimal("0.9")),
            ReadingDraft(week, Decimal("0.72")),
            ReadingDraft(TODAY, Decimal("0.80")),
        ]
        measuring.read(session, hire, metric, readings, today=TODAY, now=NOW)
        page = measures.page(session, make.actor_of(cast.manager), cast.plan.id)

    line = page.picked[0]
    assert [(one.day, one.value, one.earlier) for one in line.readings] == [
        (week, Decimal("0.72"), 1),
        (TODAY, Decimal("0.80"), 0),
    ]
    assert (line.metric.title, line.area, line.standing) == ("Precision", "Alerts", Standing.TOWARDS)
    assert [metric.id for metric in page.offered] == ["latency"]
    assert page.may_keep


def test_a_metric_without_readings_says_so(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        measuring.pick(session, make.actor_of(cast.hire), cast.plan.id, AimDraft("latency"), now=NOW)
        page = measures.page(session, make.actor_of(cast.hr), cast.plan.id)

    assert [(line.metric.id, line.readings, line.standing) for line in page.picked] == [
        ("latency", (), Standing.NO_READING)
    ]
    assert not page.may_keep


def test_a_buddy_sees_no_metrics(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        with pytest.raises(NotAllowedError):
            measures.page(session, make.actor_of(cast.buddy), cast.plan.id)


@pytest.mark.parametrize("number", [1, 2])
def test_the_page_takes_as_many_queries_whatever_is_picked(database: Database, number: int) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        for metric in ("precision", "latency")[:number]:
            measuring.pick(session, make.actor_of(cast.hire), cast.plan.id, AimDraft(metric), now=NOW)
        actor, plan_id = make.actor_of(cast.manager), cast.plan.id
        measures.page(session, actor, plan_id)
    with reading(database.engine) as session, counted(database.engine) as statements:
        measures.page(session, actor, plan_id)

    assert len(statements) == 3
