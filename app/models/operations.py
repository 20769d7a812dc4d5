"""What the program keeps of its own running: when each recurring job last ran, and how that went."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class JobRun(Base):
    """One recurring job, such as ``mail`` or ``backup``.

    ``good_at`` is when it last ended well and ``trouble`` why it did not since, in words without anybody's name.
    ``failures`` counts those that followed each other; ``ended_at`` is empty while it runs.
    """

    __tablename__ = "job_run"

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    good_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(String(200), default="")
