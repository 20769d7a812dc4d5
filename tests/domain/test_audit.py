from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.domain import audit
from app.domain.audit_tree import Tree

BEGUN = datetime(2026, 11, 22, tzinfo=UTC)
INSTANCE = "00000000-0000-4000-8000-000000000001"
FIRST_HASH = "1e3ac232b70abe170e274d18f1896eb6590d37aad6a4b39f796b86be9bef8567"
SECOND_HASH = "616d5384ee4192d837a9c18f70c1440e981b714226def470de812228ad49b4ce"
SECOND_ROOT = "08132b0ee7dd9fd8563ce3ec8257468d31251294aa24f77b738ab1590ceae96d"
PAYLOAD_HASH = "cdee86864ac62f42eb089d195bf9eb189124faf50430dbbc624b8694458ae455"


def first_body() -> str:
    return audit.event_body(action="chain.begin", actor="system", at=BEGUN, subject=f"instance/{INSTANCE}")


def second_body() -> str:
    return audit.event_body(
        action="scorecard.seal",
        actor="user/00000000-0000-4000-8000-000000000002",
        at=BEGUN + timedelta(seconds=1),
        subject="scorecard/00000000-0000-4000-8000-000000000003",
        payload=PAYLOAD_HASH,
    )


def links(bodies: list[str]) -> list[audit.Link]:
    made, prev = [], audit.GENESIS
    for seq, body in enumerate(bodies, start=1):
        digest = audit.event_hash(prev, seq, body)
        made.append(audit.Link(seq, body, prev.hex(), digest.hex()))
        prev = digest
    return made


def walked(chain: list[audit.Link], witness: audit.Checkpoint | None = None) -> audit.Broken | str:
    walk = audit.Walk(witness)
    for link in chain:
        broken = walk.step(link)
        if broken:
            return broken
    return walk.end() or walk.line()


def test_published_vectors_of_body_payload_and_event_hashes() -> None:
    payload = audit.canonical({"ratings": {"strategy": 4, "ml": 3}, "note": "naïve"})
    chain = links([first_body(), second_body()])

    assert first_body() == (
        '{"action":"chain.begin","actor":"system","at":"2026-11-22T00:00:00.000000Z",'
        '"object":"instance/00000000-0000-4000-8000-000000000001","on_behalf_of":"","payload":""}'
    )
    assert (payload, len(payload.encode())) == ('{"note":"naïve","ratings":{"ml":3,"strategy":4}}', 49)
    assert audit.payload_hash(bytes(range(16)), payload) == PAYLOAD_HASH
    assert [link.hash for link in chain] == [FIRST_HASH, SECOND_HASH]


def test_published_vectors_of_the_tree() -> None:
    first, second = bytes.fromhex(FIRST_HASH), bytes.fromhex(SECOND_HASH)

    tree = Tree()
    assert tree.root() == hashlib.sha256(b"").digest()
    tree.add(first)
    assert tree.root().hex() == "05ed4f9279415c4528a3de1a609103b52462ae0b395dbf812cc58a7e43ef36d8"
    tree.add(second)
    assert tree.root().hex() == SECOND_ROOT


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word by word: split at the largest power of two below the number of leaves."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


def test_the_growing_tree_equals_the_recursive_definition() -> None:
    leaves = [bytes([number]) * 32 for number in range(70)]
    tree = Tree()
    for size, leaf in enumerate(leaves, start=1):
        tree.add(leaf)
        assert tree.root() == naive_root(leaves[:size])
    assert tree.size == 70


def test_a_moment_in_another_zone_is_written_in_utc() -> None:
    moment = datetime(2026, 11, 22, 1, 0, 0, 7, tzinfo=timezone(timedelta(hours=1)))
    assert audit.timestamp(moment) == "2026-11-22T00:00:00.000007Z"


def test_a_sound_chain_gives_its_checkpoint_which_reads_back() -> None:
    line = walked(links([first_body(), second_body()]))
    assert line == f"plumbline-audit/v1 {INSTANCE} 2 {SECOND_ROOT}"
    assert audit.parse_checkpoint(f"  {line}\n") == audit.Checkpoint(INSTANCE, 2, SECOND_ROOT)


@pytest.mark.parametrize(
    "text", ["", "plumbline-audit/v1", f"plumbline-audit/v2 {INSTANCE} 2 {SECOND_ROOT}", f"x {INSTANCE} 2 {'g' * 64}"]
)
def test_a_line_that_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="plumbline-audit/v1 INSTANCE SIZE ROOT"):
        audit.parse_checkpoint(text)


def test_every_part_of_a_link_is_covered() -> None:
    one, two = links([first_body(), second_body()])
    other = "ab" * 32
    assert walked([one, audit.Link(3, two.body, two.prev, two.hash)]) == audit.Broken(
        2, "event 2 is missing; the next one found is 3"
    )
    assert walked([one, audit.Link(2, two.body + " ", two.prev, two.hash)]) == audit.Broken(
        2, "its text does not match its hash"
    )
    assert walked([one, audit.Link(2, two.body, other, two.hash)]) == audit.Broken(
        2, "it does not link to the event before it"
    )
    assert walked([audit.Link(1, one.body, one.prev, other), two]) == audit.Broken(
        1, "its text does not match its hash"
    )


def test_a_cut_tail_contradicts_the_checkpoint() -> None:
    witness = audit.Checkpoint(INSTANCE, 2, SECOND_ROOT)
    assert walked(links([first_body()]), witness) == audit.Broken(
        2, "the chain ends at event 1, but the checkpoint saw 2 events"
    )


def test_a_rewritten_chain_contradicts_the_checkpoint_even_when_it_grew() -> None:
    witness = audit.Checkpoint(INSTANCE, 2, SECOND_ROOT)
    forged = second_body().replace("scorecard.seal", "scorecard.void")
    assert walked(links([first_body(), forged, second_body()]), witness) == audit.Broken(
        2, "the first 2 events are not those that the checkpoint saw"
    )
    assert isinstance(walked(links([first_body(), second_body(), forged]), witness), str)


def test_a_checkpoint_of_another_installation_is_told_apart() -> None:
    witness = audit.Checkpoint(INSTANCE.replace("1", "2"), 1, "00" * 32)
    found = walked(links([first_body()]), witness)
    assert isinstance(found, audit.Broken)
    assert found.seq == 1
    assert "is of instance" in found.what


def test_a_chain_as_long_as_its_checkpoint_agrees_with_it() -> None:
    witness = audit.Checkpoint(INSTANCE, 2, SECOND_ROOT)
    assert walked(links([first_body(), second_body()]), witness) == f"plumbline-audit/v1 {INSTANCE} 2 {SECOND_ROOT}"


def test_before_the_first_event_there_is_no_checkpoint() -> None:
    assert walked([]) == ""


def test_what_json_has_no_word_for_is_not_hashed() -> None:
    with pytest.raises(ValueError, match="JSON"):
        audit.canonical({"mean": float("nan")})
