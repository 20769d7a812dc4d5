"""Verify the audit chain, against itself, the live rows and a printed checkpoint; export it, prove, sign."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from app.cli import BadInputError
from app.cli.looking import looking
from app.settings import load

if TYPE_CHECKING:
    import argparse

    from app.domain.audit import Broken, Checkpoint, Link
    from app.queries.audit import Sound


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be done with the chain."""
    acts = parser.add_subparsers(
        dest="act", required=True, metavar="{verify,export,prove,checkpoint,key,verifier,mend-head}"
    )
    verify = acts.add_parser("verify", help="exit 0 when the chain holds, 1 when it does not, 2 when it cannot be read")
    verify.add_argument("--checkpoint", metavar="LINE", help="a line printed on a decision: plumbline-audit/v1 ...")
    verify.add_argument("--file", metavar="EXPORT.jsonl", help="verify an export instead of the database")
    verify.add_argument("--json", action="store_true", help="answer in JSON")
    export = acts.add_parser("export", help="write every event as a line of JSON, without personal text")
    export.add_argument("file", metavar="OUT.jsonl")
    prove = acts.add_parser("prove", help="print as JSON that a decision is in the chain, for the stand-alone verifier")
    prove.add_argument("decision", metavar="DECISION", help="the ID at the end of its address: /decisions/ID")
    prove.add_argument("--checkpoint", metavar="LINE", help="lead to this line (the newest kept one without it)")
    acts.add_parser("checkpoint", help="sign what there is now, keep it and print it")
    acts.add_parser("key", help="print the public key that signs checkpoints")
    acts.add_parser("mend-head", help="put the head row back to the last event, if the events themselves hold")
    acts.add_parser("verifier", help="print the stand-alone verifier: one file, no installation needed")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked for."""
    if arguments.act == "export":
        return _export(Path(arguments.file))
    if arguments.act == "verify":
        witness = _checkpoint(arguments.checkpoint)
        found = _verify_file(Path(arguments.file), witness) if arguments.file else _verify_database(witness)
        return _answer(found, as_json=arguments.json)
    if arguments.act == "prove":
        return _prove(arguments.decision, _checkpoint(arguments.checkpoint))
    acts = {"checkpoint": _sign, "key": _key, "verifier": _verifier, "mend-head": _mend_head}
    return acts[arguments.act]()


def _prove(decision: str, witness: Checkpoint | None) -> int:
    from app.domain.errors import NotFoundError
    from app.queries.audit_proof import proof

    with looking(load(os.environ).database_url) as session:
        try:
            found = proof(session, UUID(decision), witness.size if witness else None)
        except (ValueError, NotFoundError) as error:
            message = f"No decision has the ID {decision}; it is the end of a decision's address: /decisions/ID"
            raise BadInputError(message) from error
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    return 0


def _sign() -> int:
    from app.formats import audit_key
    from app.models.engine import make_engine, writing
    from app.services import checkpoints

    settings = load(os.environ)
    with looking(settings.database_url):
        engine = make_engine(settings.database_url)
    try:
        with writing(engine) as session:
            made = checkpoints.make(
                session, audit_key.at(settings.audit_key_file), checkpoints.ASKED, now=datetime.now(UTC)
            )
    finally:
        engine.dispose()
    told = f"{made.line}\nkey {made.key_id}\nsignature {made.signature}" if made else "There is no event yet."
    sys.stdout.write(f"{told}\n")
    return 0


def _mend_head() -> int:
    from app.domain.audit import Broken
    from app.models.engine import make_engine, writing
    from app.queries import audit
    from app.services import audit as chain

    settings = load(os.environ)
    with looking(settings.database_url) as session:
        found = audit.verify(session, without_head=True)
    if isinstance(found, Broken):
        return _answer(found, as_json=False)
    engine = make_engine(settings.database_url)
    try:
        with writing(engine) as session:
            last = chain.mend_head(session, now=datetime.now(UTC))
    finally:
        engine.dispose()
    sys.stdout.write(f"the head row stands at event {last} again; that it was mended is the next event\n")
    return 0


def _key() -> int:
    from app.formats import audit_key

    key = audit_key.at(load(os.environ).audit_key_file)
    sys.stdout.write(f"key {key.key_id}\npublic {key.public}\n")
    return 0


def _verifier() -> int:
    sys.stdout.write(Path(__file__).with_name("verifier.py").read_text(encoding="utf-8"))
    return 0


def _checkpoint(line: str | None) -> Checkpoint | None:
    from app.domain.audit import parse_checkpoint

    if line is None:
        return None
    try:
        return parse_checkpoint(line)
    except ValueError as error:
        raise BadInputError(str(error)) from error


def _verify_database(witness: Checkpoint | None) -> Sound | Broken:
    from app.formats import audit_key
    from app.queries import audit

    settings = load(os.environ)
    own = audit_key.existing(settings.audit_key_file)
    key = audit.PublicKey(own.key_id, own.public) if own else None
    with looking(settings.database_url) as session:
        return audit.verify(session, witness, key=key, url=settings.database_url)


def _verify_file(file: Path, witness: Checkpoint | None) -> Sound | Broken:
    from app.domain.audit import Walk
    from app.queries.audit import Sound

    walk = Walk(witness)
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                broken = walk.step(_link(file, number, line))
                if broken:
                    return broken
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file} cannot be read: {error}"
        raise BadInputError(message) from error
    return walk.end() or Sound(walk.head.seq, walk.line(), ())


def _link(file: Path, number: int, line: str) -> Link:
    from app.domain.audit import Link

    try:
        event = json.loads(line)
        return Link(int(event["seq"]), str(event["body"]), str(event["prev"]), str(event["hash"]))
    except (ValueError, KeyError, TypeError) as error:
        message = f"{file}:{number}: this is not an exported event; make the file with: python3 -m app audit export"
        raise BadInputError(message) from error


def _export(file: Path) -> int:
    from app.queries import audit

    try:
        with looking(load(os.environ).database_url) as session, file.open("x", encoding="utf-8", newline="\n") as out:
            count = 0
            for line in audit.exported(session):
                out.write(line + "\n")
                count += 1
    except OSError as error:
        message = f"{file} cannot be written: {error.strerror}; name a new file in a folder of yours"
        raise BadInputError(message) from error
    sys.stdout.write(f"{count} events written to {file}\n")
    return 0


def _answer(found: Sound | Broken, *, as_json: bool) -> int:
    from app.domain.audit import Broken

    if isinstance(found, Broken):
        told = {"sound": False, "seq": found.seq, "what": found.what}
        where = f"at event {found.seq}" if found.seq else "outside the chain"
        sys.stdout.write(json.dumps(told) + "\n" if as_json else f"BROKEN {where}: {found.what}\n")
        return 1
    told = {
        "sound": True, "size": found.size, "checkpoint": found.checkpoint, "erased": list(found.erased),
        "signed": found.signed, "unsigned": found.unsigned,
    }  # fmt: skip
    sys.stdout.write(json.dumps(told) + "\n" if as_json else _in_words(found))
    return 0


def _in_words(found: Sound) -> str:
    lines = [f"sound: {found.size} events"]
    if found.erased:
        lines.append(f"erased payloads, without which the chain holds: {', '.join(map(str, found.erased))}")
    if found.signed:
        lines.append(f"kept checkpoints with this installation's signature: {found.signed}")
    if found.unsigned:
        lines.append(f"kept checkpoints of a key that is not here, whose signature was not checked: {found.unsigned}")
    if found.checkpoint:
        lines.append(found.checkpoint)
    return "\n".join(lines) + "\n"
