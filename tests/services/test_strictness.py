"""The stored strictness fit: what it keeps, when it keeps nothing, and that the newest is read back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from sqlalchemy import func, select

from app.analysis.estimate import Cards
from app.analysis.severity.fit import posterior
from app.models.audit import AuditEvent
from app.models.engine import reading, writing
from app.models.strictness import StrictnessEffect, StrictnessFit
from app.queries import strictness as queries
from app.services import strictness
from app.services.strictness import Pool
from tests.factories.hiring import NOW, make_blueprint_version, make_person

if TYPE_CHECKING:
    from uuid import UUID

    from tests.databases import Database

LEANING = (-0.8, 0.0, 0.5)


def _cards(targets: int = 12) -> Cards:
    """Everybody rated by three raters, of whom the first is 0.8 below and the last 0.5 above the middle one."""
    standing = np.tile([2.0, 3.0, 4.0], targets)[:targets]
    wobble = np.tile([0.1, -0.2, 0.15, -0.05], targets)
    target, rater = (codes.ravel() for codes in np.indices((targets, 3)))
    score = standing[target] + np.array(LEANING)[rater] + wobble[: len(target)]
    return Cards(target.astype(np.int64), rater.astype(np.int64), score, targets, 3)


def _pool(database: Database, cards: Cards, sha256: str = "a" * 64) -> Pool:
    with writing(database.engine) as session:
        version = make_blueprint_version(session)
        raters = tuple(make_person(session, name).id for name in ("Strict", "Middling", "Generous"))
        return Pool(version.id, cards, raters, sha256, n_openings=2)


def _fit(database: Database, pool: Pool, days: int = 0) -> UUID | None:
    with writing(database.engine) as session:
        return strictness.fit(session, pool, now=NOW + timedelta(days=days))


def test_a_fit_is_kept_and_read_back_to_the_last_digit(database: Database) -> None:
    pool = _pool(database, _cards())

    fit_id = _fit(database, pool)

    expected = posterior(pool.cards)
    with reading(database.engine) as session:
        found = queries.newest(session, pool.version_id)
    assert found is not None
    assert (found.fit_id, found.made_at, found.method, found.basis) == (fit_id, NOW, strictness.METHOD, "grid")
    assert (found.sha256, found.n_cards, found.n_openings) == (pool.sha256, 36, 2)
    assert found.components == expected.components
    assert expected.rater_sd is not None
    assert {rater: (one.effect, one.deviation, one.n_cards) for rater, one in found.effects.items()} == {
        rater: (float(expected.raters[code]), float(expected.rater_sd[code]), 12)
        for code, rater in enumerate(pool.rater_ids)
    }
    strict, _middling, generous = (found.effects[rater].effect for rater in pool.rater_ids)
    assert strict < -0.4 < 0.3 < generous
    assert found.may_show_adjusted


def test_the_same_cards_are_not_fitted_twice(database: Database) -> None:
    pool = _pool(database, _cards())
    assert _fit(database, pool) is not None

    assert _fit(database, pool, days=1) is None

    with reading(database.engine) as session:
        assert session.scalar(select(func.count()).select_from(StrictnessFit)) == 1


def test_other_cards_make_a_newer_fit_and_keep_the_older(database: Database) -> None:
    pool = _pool(database, _cards())
    _fit(database, pool)
    more = Pool(pool.version_id, _cards(20), pool.rater_ids, "b" * 64, 3)

    newer = _fit(database, more, days=1)

    with reading(database.engine) as session:
        found = queries.newest(session, pool.version_id)
        assert found is not None
        assert (found.fit_id, found.n_cards) == (newer, 60)
        assert session.scalar(select(func.count()).select_from(StrictnessFit)) == 2
        assert session.scalar(select(func.count()).select_from(StrictnessEffect)) == 6
        events = session.scalars(select(AuditEvent.action).where(AuditEvent.action == "strictness.fit")).all()
    assert len(events) == 2


@pytest.mark.parametrize("targets", [0, 1])
def test_cards_that_cannot_tell_keep_nothing(database: Database, targets: int) -> None:
    pool = _pool(database, _cards(targets))

    assert _fit(database, pool) is None

    with reading(database.engine) as session:
        assert queries.newest(session, pool.version_id) is None


def test_panels_with_nobody_in_common_are_kept_with_the_reason(database: Database) -> None:
    target = np.repeat(np.arange(8), 2)
    rater = np.array([0, 1] * 4 + [2, 3] * 4)
    score = np.array([3.0, 3.5, 2.0, 2.5, 4.0, 4.0, 1.0, 2.0, 5.0, 4.0, 3.0, 2.0, 4.0, 3.0, 2.0, 1.0])
    with writing(database.engine) as session:
        version = make_blueprint_version(session)
        raters = tuple(make_person(session, f"Rater {n}").id for n in range(4))
    _fit(database, Pool(version.id, Cards(target, rater, score, 8, 4), raters, "c" * 64, 1))

    with reading(database.engine) as session:
        found = queries.newest(session, version.id)
    assert found is not None
    assert not found.may_show_adjusted
    assert found.hidden_why == "panels without anybody in common"
