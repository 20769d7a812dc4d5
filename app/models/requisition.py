"""The approved need, pinned to one blueprint version, and the people who decide on it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.hiring import Part, RequisitionState, RevealRule
from app.models.base import Base, Key, Slug, Title, choice, refers
from app.models.blueprint import BlueprintVersion


class Requisition(Base):
    """An approved need with its openings; the blueprint version never changes once it is open.

    ``blind``: whoever owes a scorecard on one of its candidates reads a code in place of the name.
    ``jurisdiction`` is whose law says how long records are kept; empty until somebody says.
    """

    __tablename__ = "requisition"
    __table_args__ = (
        CheckConstraint("openings BETWEEN 1 AND 999", name="openings_range"),
        CheckConstraint("panel_size BETWEEN 1 AND 20", name="panel_size_range"),
    )

    id: Mapped[Key]
    title: Mapped[Title]
    blueprint_version_id: Mapped[UUID] = refers("blueprint_version.id", index=True)
    state: Mapped[RequisitionState] = mapped_column(choice(RequisitionState, "requisition_state"))
    reveal: Mapped[RevealRule] = mapped_column(choice(RevealRule, "reveal_rule"), default=RevealRule.AFTER_OWN)
    openings: Mapped[int]
    panel_size: Mapped[int]
    blind: Mapped[bool] = mapped_column(default=False, server_default=false())
    jurisdiction: Mapped[str] = mapped_column(String(32), default="", server_default=text("''"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID] = refers("person.id")
    version: Mapped[int] = mapped_column()

    blueprint: Mapped[BlueprintVersion] = relationship()
    members: Mapped[list[RequisitionMember]] = relationship(cascade="all, delete-orphan")
    musts: Mapped[list[MustHave]] = relationship(cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads a plain dict here


class RequisitionMember(Base):
    """A person's part in a requisition."""

    __tablename__ = "requisition_member"

    requisition_id: Mapped[UUID] = refers("requisition.id", primary_key=True)
    person_id: Mapped[UUID] = refers("person.id", primary_key=True, index=True)
    part: Mapped[Part] = mapped_column(choice(Part, "part"), primary_key=True)


class MustHave(Base):
    """A dimension that has to be assessed before a composite is shown."""

    __tablename__ = "must_have"

    requisition_id: Mapped[UUID] = refers("requisition.id", primary_key=True)
    dimension: Mapped[Slug] = mapped_column(primary_key=True)
