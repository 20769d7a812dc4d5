"""How strict interviewers are, as it was last worked out from decided openings, with what it rests on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Digest, Key, refers


class StrictnessFit(Base):
    """One fit of the cards of one blueprint version; the newest counts, older ones stay to be looked at.

    Variances are in squared scale points, ``mean`` in scale points. ``history_sha256`` says which cards it rests on and
    ``method`` by which revision of the method; ``hidden_why`` why no adjusted score may be shown, "" where one may.
    """

    __tablename__ = "strictness_fit"
    __table_args__ = (
        CheckConstraint("basis IN ('grid', 'reml')", name="basis_known"),
        Index("ix_strictness_fit_version_made", "blueprint_version_id", "made_at"),
    )

    id: Mapped[Key]
    blueprint_version_id: Mapped[UUID] = refers("blueprint_version.id")
    made_at: Mapped[datetime]
    method: Mapped[str] = mapped_column(String(40))
    basis: Mapped[str] = mapped_column(String(8))
    history_sha256: Mapped[Digest]
    n_cards: Mapped[int]
    n_openings: Mapped[int]
    target: Mapped[float]
    rater: Mapped[float]
    residual: Mapped[float]
    mean: Mapped[float]
    hidden_why: Mapped[str] = mapped_column(String(200), default="")

    effects: Mapped[list[StrictnessEffect]] = relationship()


class StrictnessEffect(Base):
    """One interviewer in a fit: how far their cards lie above (+) or below the rest's, in scale points.

    ``deviation`` is None where the data were too many for one to be worked out.
    """

    __tablename__ = "strictness_effect"

    fit_id: Mapped[UUID] = refers("strictness_fit.id", primary_key=True)
    rater_id: Mapped[UUID] = refers("person.id", primary_key=True)
    n_cards: Mapped[int]
    effect: Mapped[float]
    deviation: Mapped[float | None]
