"""Committee: debriefs, comparisons, votes and decisions."""

from __future__ import annotations

from flask import Blueprint

job = Blueprint("committee", __name__)

import app.web.committee.comparing  # noqa: E402  the routes hang themselves on the job
import app.web.committee.debriefing  # noqa: E402  as above
import app.web.committee.decided  # noqa: E402  as above
import app.web.committee.deciding  # noqa: E402  as above
import app.web.committee.voting  # noqa: E402  as above
import app.web.committee.weighing  # noqa: E402, F401  as above
