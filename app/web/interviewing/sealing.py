"""Interviewing: sealing."""
