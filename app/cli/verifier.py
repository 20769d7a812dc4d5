"""Verify an exported audit chain, or the proof of one decision, on any computer with Python 3.9 or newer.

python3 verify.py CHAIN.jsonl [--line "plumbline-audit/v1 ..."] [--event "SEQ HASH"] [--pdf DECISION.pdf]
python3 verify.py PROOF.json --line "plumbline-audit/v1 ..." [--event "SEQ HASH"]
A decision on paper shows the line and the event. Exit code 0: it holds, 1: it does not, 2: it cannot be read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any, Iterable  # noqa: UP035  Python 3.9 has to read this file


def _digest(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def _framed(kind: bytes, before: bytes, text: str) -> bytes:
    return _digest(b"\0plumbline/" + kind + b"/v1\0", before, len(text.encode()).to_bytes(8, "big"), text.encode())


def _root(peaks: list[tuple[int, bytes]]) -> str:
    node = peaks[-1][1]
    for _, one in reversed(peaks[:-1]):
        node = _digest(b"\1", one, node)
    return node.hex()


def _grow(peaks: list[tuple[int, bytes]], event: bytes) -> None:
    height, node = 0, _digest(b"\0", event)
    while peaks and peaks[-1][0] == height:
        height, node = height + 1, _digest(b"\1", peaks.pop()[1], node)
    peaks.append((height, node))


def _chain(lines: Iterable[str], line: list[str], event: list[str], pdf: str) -> str:
    peaks: list[tuple[int, bytes]] = []
    prev, instance, seq, seen = bytes(32), "", 0, set()
    for seq, text in enumerate(lines, 1):
        one = json.loads(text)
        found, body = _framed(b"audit", prev + seq.to_bytes(8, "big"), one["body"]), json.loads(one["body"])
        if (one["seq"], one["prev"], one["hash"]) != (seq, prev.hex(), found.hex()):
            return f"event {seq} does not hold"
        _grow(peaks, found)
        prev, instance = found, instance or body["object"][9:]
        if line[2:3] == [str(seq)] and line == ["plumbline-audit/v1", instance, str(seq), _root(peaks)]:
            seen.add("line")
        if event == [str(seq), found.hex()]:
            seen.add("event")
        if pdf and body["object"] == f"document/{pdf}":
            print(f"this very file was made at {body['at']}, event {seq}")
            seen.add("pdf")
    for what, asked in (("line", line), ("event", event), ("pdf", pdf)):
        if asked and what not in seen:
            return f"this chain of {seq} events does not have the {what}: rewritten, cut short, older, or not its own"
    print(f"sound: {seq} events\nplumbline-audit/v1 {instance} {seq} {_root(peaks)}")
    return ""


def _proof(proof: dict[str, Any], line: list[str], event: list[str]) -> str:
    sealed = _framed(b"payload", bytes.fromhex(proof["salt"]), proof["payload"]).hex()
    if sealed != json.loads(proof["body"])["payload"]:
        return "the decision's text is not the one that was recorded"
    found = _framed(b"audit", bytes.fromhex(proof["prev"]) + proof["seq"].to_bytes(8, "big"), proof["body"])
    node = _digest(b"\0", found)
    for step in proof["path"]:
        node = _digest(b"\1", *[node, bytes.fromhex(step["node"])][:: -1 if step["left"] else 1])
    other = event and event != [str(proof["seq"]), found.hex()]
    if other or ["plumbline-audit/v1", proof["instance"], str(proof["size"]), node.hex()] != line:
        return "the proof does not lead to the --line, or is not of the --event: both have to come from paper or mail"
    print(f"sound: event {proof['seq']} of {proof['size']}\n{proof['body']}\n{proof['payload']}")
    return ""


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("file", "--line", "--event", "--pdf"):
        parser.add_argument(name, default="")
    given = parser.parse_args()
    line, event, is_proof = given.line.lower().split(), given.event.lower().split(), given.file.endswith(".json")
    if given.pdf and is_proof:
        parser.error("a proof knows of no file; hold the --pdf against the exported chain")
    try:
        pdf = hashlib.sha256(Path(given.pdf).read_bytes()).hexdigest() if given.pdf else ""
        with Path(given.file).open(encoding="utf-8") as file:
            wrong = _proof(json.load(file), line, event) if is_proof else _chain(file, line, event, pdf)
    except (OSError, ValueError, LookupError, TypeError) as error:
        print(f"cannot be read: {error!r}")
        return 2
    sys.stdout.write(f"BROKEN: {wrong}\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(_main())
