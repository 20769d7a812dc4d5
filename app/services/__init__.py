"""Verbs that change facts, on somebody's behalf: check permission, ask the domain, write, record in the audit chain."""
