"""Who somebody is to data that is kept about a person, one named question each."""

from __future__ import annotations

from app.domain.facts import ActorFacts, Facts
from app.domain.privacy.facts import PrivacyFacts


def is_about_oneself(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The data is the actor's own."""
    return isinstance(facts, PrivacyFacts) and facts.is_own


def is_about_another(_actor: ActorFacts, facts: Facts | None) -> bool:
    """The data is somebody else's: nobody decides what is kept about themselves."""
    return isinstance(facts, PrivacyFacts) and not facts.is_own


def is_not_erased(_actor: ActorFacts, facts: Facts | None) -> bool:
    """There is still something to erase or to give out."""
    return isinstance(facts, PrivacyFacts) and not facts.gone


def works_here_no_more(_actor: ActorFacts, facts: Facts | None) -> bool:
    """A candidate, or a colleague who has left: whoever works here has data that the work needs."""
    return isinstance(facts, PrivacyFacts) and facts.has_left


def erasure_waits(_actor: ActorFacts, facts: Facts | None) -> bool:
    """An erasure is asked for and not answered."""
    return isinstance(facts, PrivacyFacts) and facts.waiting


def second_pair_of_eyes(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Somebody else than whoever asked, where there is somebody else."""
    return isinstance(facts, PrivacyFacts) and not facts.is_asker


def stands_clear(_actor: ActorFacts, facts: Facts | None) -> bool:
    """Does not stand so near to the candidate that their documents are closed anyway."""
    return isinstance(facts, PrivacyFacts) and not facts.near


def under_legal_hold(_actor: ActorFacts, facts: Facts | None) -> bool:
    """A legal hold is on the data: nothing of it goes, whoever wants it."""
    return isinstance(facts, PrivacyFacts) and facts.held
