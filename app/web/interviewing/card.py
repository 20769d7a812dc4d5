"""Interviewing: card."""
