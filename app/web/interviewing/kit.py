"""Interviewing: kit."""
