"""What is kept about people, for how long, for what, and how it is removed."""

from __future__ import annotations
