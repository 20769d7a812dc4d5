"""The refusals that the program knows, in one small tree; the web turns each into a page once."""

from __future__ import annotations

from dataclasses import dataclass


class PlumblineError(Exception):
    """A refusal in plain words; the message may be shown to the person who asked."""


class NotAllowedError(PlumblineError):
    """The person may know of the thing but may not do this to it."""


class ProofNeededError(NotAllowedError):
    """The person may do this once they have proved anew who they are, or have given their second factor."""


class NotFoundError(PlumblineError):
    """There is no such thing, or its existence is not this person's to know: both look the same."""


class DraftGoneError(NotFoundError):
    """Somebody published or discarded the draft that was being edited."""

    def __init__(self) -> None:
        """Say what happened to it."""
        super().__init__("This draft is gone: somebody published or discarded it.")


class NotYetError(PlumblineError):
    """The act is right but too early: something else has to happen first."""


class AlreadyDoneError(PlumblineError):
    """The act cannot happen twice."""


class ConflictError(PlumblineError):
    """Somebody, perhaps the same person in another tab, changed the thing first."""

    def __init__(self, message: str, *, current_version: int | None = None) -> None:
        """Keep the version that is stored now, so that a form can offer both texts."""
        super().__init__(message)
        self.current_version = current_version


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with what was given: the field it is in and what to do about it."""

    field: str
    message: str


class InvalidError(PlumblineError):
    """What was given cannot be accepted; every fault is listed, not only the first."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Carry the faults; the message joins them for a log or a command line."""
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults = faults


class UnavailableError(PlumblineError):
    """Something outside the program is missing or busy; the message says how to mend it."""


class TooManyError(PlumblineError):
    """Tried too often; ``retry_after`` says for how many seconds to wait."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        """Keep the wait, so that the answer can name it."""
        super().__init__(message)
        self.retry_after = retry_after
