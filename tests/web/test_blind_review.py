"""Blind requisitions, structured résumés and their redacted copies, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.blind import code_of
from app.domain.hiring import RequisitionState
from app.domain.permission import Role
from app.models.audit import AuditEvent
from app.models.engine import reading, writing
from app.models.requisition import Requisition
from app.models.resume import Redaction, ResumeRow
from tests.factories import hiring as make
from tests.factories import uploads
from tests.statements import counted
from tests.web.browser import Browser
from tests.web.test_hiring_candidates import send_file, words

if TYPE_CHECKING:
    from app.models.candidate import Application
    from app.models.person import Person
    from tests.databases import Database

Open = Callable[[UUID], Browser]
RESUME = {
    "basics": {"name": "Mira Okafor", "email": "mira@mail.example.org", "image": "x.png"},
    "work": [{"name": "Acme", "position": "Lead", "summary": "Mira led it.", "url": "https://acme.example.org"}],
    "education": [{"institution": "Leeds Grammar", "area": "Physics"}],
}


class Scene:
    """A blind requisition with one candidate, whom Ida has to score and Cora coordinates."""

    def __init__(self, database: Database, signed_in: Open, *, blind: bool = True) -> None:
        with writing(database.engine) as session:
            manager = make.make_person(session, "Hedda Lund", [Role.HIRING_MANAGER])
            chair = make.make_person(session, "Chai Rao", [Role.COMMITTEE])
            need = make.make_requisition(session, manager=manager, chair=chair, state=RequisitionState.OPEN)
            need.blind = blind
            self.application: Application = make.make_application(session, need)
            self.ida: Person = make.make_person(session, "Ida Noor", [Role.INTERVIEWER])
            cora = make.make_person(session, "Cora Finn", [Role.COORDINATOR])
            interview = make.make_interview(session, self.application, [self.ida])
            self.candidate_id, self.cora_id, self.ida_id = self.application.candidate_id, cora.id, self.ida.id
            self.application_id, self.interview_id = self.application.id, interview.id
            self.requisition_id = self.application.requisition_id
        self.database = database
        self.cora, self.reader = signed_in(self.cora_id), signed_in(self.ida_id)
        self.page = f"/candidates/{self.candidate_id}"

    def redaction(self) -> Redaction | None:
        """What is kept of the redaction."""
        with reading(self.database.engine) as session:
            return session.get(Redaction, self.candidate_id)

    def begin(self, source: str, text: str = "", version: int | None = None) -> int:
        """Ask for a proposal, from the page as it stands now or as it was at some version."""
        kept = self.redaction()
        seen = version if version is not None else kept.version if kept else 0
        fields = {"source": source, "text": text, "version": str(seen)}
        return self.cora.post(f"{self.page}/redaction/begin", fields).status_code

    def keep(self, act: str, text: str, version: int = 1, **more: str) -> tuple[int, str]:
        """Press one of the three buttons."""
        fields = {"act": act, "redacted": text, "version": str(version), **more}
        answer = self.cora.post(f"{self.page}/redaction", fields)
        return answer.status_code, words(answer) if answer.status_code != 303 else str(answer.location)


@pytest.fixture
def scene(database: Database, signed_in: Open) -> Scene:
    """A scene of its own for each test."""
    return Scene(database, signed_in)


def test_a_resume_is_previewed_kept_shown_and_taken_away(scene: Scene) -> None:
    raw = json.dumps(RESUME).encode()
    preview = send_file(scene.cora, f"{scene.page}/resume", "cv.json", "application/json", raw)
    assert "Nothing is kept yet." in words(preview)
    assert "Left out These keys are not part of a JSON Resume, or are never kept: basics.image." in words(preview)
    assert "Is it the right one?" not in words(preview)
    assert "It replaces" not in words(preview)
    other = json.dumps({"basics": {"name": "Ben Sands"}}).encode()
    wrong = send_file(scene.cora, f"{scene.page}/resume", "cv.json", "application/json", other)
    assert "The résumé names Ben Sands. Is it the right one?" in words(wrong)
    with reading(scene.database.engine) as session:
        assert session.get(ResumeRow, scene.candidate_id) is None

    body = json.dumps({key: RESUME[key] for key in ("work", "education")})
    assert scene.cora.post(f"{scene.page}/resume/keep", {"body": body}).status_code == 303
    shown = words(scene.cora.get(scene.page))
    assert "Lead, Acme Mira led it." in shown
    assert "Leeds Grammar" in shown
    assert scene.cora.post(f"{scene.page}/resume/keep", {"body": '{"work": 3}'}).status_code == 422
    again = send_file(scene.cora, f"{scene.page}/resume", "cv.json", "application/json", raw)
    assert "It replaces the résumé that was imported before." in words(again)

    assert scene.cora.post(f"{scene.page}/resume/remove").status_code == 303
    assert "Leeds Grammar" not in words(scene.cora.get(scene.page))
    assert scene.cora.post(f"{scene.page}/resume/remove").status_code == 404


def test_a_resume_with_faults_names_each_by_its_place(scene: Scene) -> None:
    raw = b'{"work": [{"startDate": "soon"}], "skills": "SQL"}'
    answer = send_file(scene.cora, f"{scene.page}/resume", "cv.json", "application/json", raw)
    assert answer.status_code == 422
    assert "work[0].startDate: write a day as 2024-05-31" in words(answer)
    assert "skills: this has to be a list." in words(answer)


def test_a_redaction_is_proposed_edited_released_and_taken_back(scene: Scene) -> None:
    assert "Not begun" not in words(scene.cora.get("/redactions"))
    assert "No résumé yet" in words(scene.cora.get("/redactions"))
    assert scene.begin("text", "Mira Okafor led it, and she grew it. Call +44 20 7946 0958.") == 303
    page = scene.cora.get(f"{scene.page}/redaction")
    assert '<mark class="told">Mira Okafor<span class="told__what"> name</span></mark>' in page.text
    assert "[name] led it, and they grew it. Call [phone]." in words(page)
    assert "Read and release it" in words(scene.cora.get("/redactions"))
    assert "No redacted résumé is released yet" in words(scene.reader.get(f"/interviews/{scene.interview_id}/kit"))

    status, said = scene.keep("release", "Mira led it at Acme.")
    assert status == 422
    assert "Line 1 still holds “Mira”." in said
    assert scene.keep("save", "Someone led it at Acme.")[0] == 303
    assert scene.keep("release", "Stale.", version=1)[0] == 409
    assert scene.keep("release", "Someone led it at Acme.", version=2)[0] == 303
    kit = words(scene.reader.get(f"/interviews/{scene.interview_id}/kit"))
    assert "Someone led it at Acme." in kit
    assert code_of(scene.candidate_id) in kit
    assert "Okafor" not in kit
    assert "Released" in words(scene.cora.get("/redactions"))

    assert scene.keep("withdraw", "Someone led it at Acme.", version=3)[0] == 303
    assert "Someone led it" not in words(scene.reader.get(f"/interviews/{scene.interview_id}/kit"))
    with reading(scene.database.engine) as session:
        acts = session.scalars(
            select(AuditEvent.action).where(AuditEvent.action.startswith("redaction.")).order_by(AuditEvent.seq)
        ).all()
    assert acts == ["redaction.propose", "redaction.save", "redaction.release", "redaction.withdraw"]


def test_a_word_that_only_looks_like_the_name_is_released_on_a_second_look(scene: Scene) -> None:
    scene.begin("text", "A text.")
    assert scene.keep("release", "The Mira project.")[0] == 422
    assert scene.keep("release", "The Mira project.", sure="y")[0] == 303


def test_a_proposal_never_replaces_a_text_that_somebody_wrote_meanwhile(scene: Scene) -> None:
    assert scene.begin("text", "Mira led it.") == 303
    assert scene.begin("text", "Another text.", version=0) == 409
    kept = scene.redaction()
    assert kept is not None
    assert kept.original == "Mira led it."
    assert f'name="version" value="{kept.version}"' in scene.cora.get(f"{scene.page}/redaction").text


def test_a_redaction_begins_from_a_resume_or_a_document(scene: Scene) -> None:
    scene.cora.post(f"{scene.page}/resume/keep", {"body": json.dumps(RESUME)})
    assert scene.begin("resume") == 303
    kept = scene.redaction()
    assert kept is not None
    assert "Leeds Grammar" in kept.original
    assert kept.redacted == "WORK\nLead, Acme\n[name] led it.\n\nEDUCATION\nPhysics"

    send_file(scene.cora, f"{scene.page}/files", "cv.docx", "application/zip", uploads.office("docx"))
    send_file(scene.cora, f"{scene.page}/files", "cv.pdf", "application/pdf", uploads.pdf())
    page = scene.cora.get(f"{scene.page}/redaction")
    assert "The words of 1 document cannot be read here" in words(page)
    document = page.text.partition('name="source" value="')[2].partition('name="source" value="')[2][:36]
    assert scene.begin(document) == 303
    kept = scene.redaction()
    assert kept is not None
    assert (kept.origin, kept.redacted, kept.released_at) == ("cv.docx", "What I built", None)
    assert scene.begin("elsewhere") == 422
    assert scene.begin("00000000-0000-4000-8000-000000000000") == 404
    assert scene.begin("text", "") == 422


def test_a_new_resume_takes_the_old_redaction_back(scene: Scene) -> None:
    scene.cora.post(f"{scene.page}/resume/keep", {"body": json.dumps(RESUME)})
    scene.begin("resume")
    scene.keep("release", "Led it.")
    scene.cora.post(f"{scene.page}/resume/keep", {"body": json.dumps(RESUME)})
    assert scene.redaction() is None


def test_a_coordinator_who_owes_a_card_neither_reads_nor_redacts(scene: Scene) -> None:
    with writing(scene.database.engine) as session:
        application = session.get_one(type(scene.application), scene.application_id)
        cora = session.get_one(type(scene.ida), scene.cora_id)
        make.make_interview(session, application, [cora])
    for path in (f"{scene.page}/redaction", f"{scene.page}/resume", f"{scene.page}/edit"):
        assert scene.cora.get(path).status_code == 403, path
    assert scene.begin("text", "x") == 403
    assert "Okafor" not in words(scene.cora.get("/redactions"))
    page = words(scene.cora.get(scene.page))
    assert "Okafor" not in page
    assert "Document" not in page


def test_an_address_does_not_tell_whose_code_it_is(scene: Scene) -> None:
    with writing(scene.database.engine) as session:
        application = session.get_one(type(scene.application), scene.application_id)
        make.make_interview(session, application, [session.get_one(type(scene.ida), scene.cora_id)])
        email = application.candidate.email
    typed = scene.cora.post("/candidates/new", {"name": "M", "email": email})
    sent = send_file(scene.cora, "/candidates/import", "a.csv", "text/csv", f"name,email\nM,{email}\n".encode())
    for answer in (typed, scene.cora.get(str(sent.location)) if sent.status_code == 303 else sent):
        assert answer.status_code == 403
        assert "Okafor" not in answer.text
        assert code_of(scene.candidate_id) not in answer.text


def test_nobody_who_is_left_out_of_a_list_tells_who_the_candidate_is(scene: Scene) -> None:
    """Somebody of the company applies; whoever refers or manages them, or is missing from a list, would tell."""
    with writing(scene.database.engine) as session:
        application = session.get_one(type(scene.application), scene.application_id)
        friend = make.make_person(session, "Fred Friend", [Role.EMPLOYEE])
        application.candidate.referrer_id = friend.id
        make.make_person(session, "Mira Within", [Role.EMPLOYEE], email=application.candidate.email)
        session.flush()
    page = f"/applications/{scene.application_id}/conflicts"
    before = words(scene.cora.get(page))
    assert "Referred by Fred Friend" in before
    assert "Mira Within" not in before

    with writing(scene.database.engine) as session:
        application = session.get_one(type(scene.application), scene.application_id)
        make.make_interview(session, application, [session.get_one(type(scene.ida), scene.cora_id)])
    blinded = words(scene.cora.get(page))
    assert "Referred by" not in blinded
    assert "Fred Friend" in blinded
    assert "Mira Within" in blinded


def test_blindness_is_chosen_once(scene: Scene) -> None:
    path = f"/requisitions/{scene.requisition_id}/edit"
    with reading(scene.database.engine) as session:
        kept = session.get_one(Requisition, scene.requisition_id)
        people = {member.part.value: str(member.person_id) for member in kept.members}
        fields = {
            "title": kept.title, "openings": "1", "panel_size": "4", "reveal": "after_own",
            "version": str(kept.version),
            "blueprint_version_id": str(kept.blueprint_version_id),
            "hiring_manager_id": people.get("hiring_manager", ""), "chair_id": people.get("chair", ""),
        }  # fmt: skip
    answer = scene.cora.post(path, fields)
    assert answer.status_code == 422
    assert "so it stays blind" in words(answer)
    assert scene.cora.post(path, {**fields, "blind": "y"}).status_code == 303
    assert "Reviewed blind" in words(scene.cora.get(f"/requisitions/{scene.requisition_id}"))


def test_documents_stay_shut_for_the_blinded(scene: Scene) -> None:
    send_file(scene.cora, f"{scene.page}/files", "Mira.txt", "text/plain", b"I am Mira")
    link = scene.cora.get(scene.page).text.partition('href="/files/')[2][:36]
    assert scene.cora.get(f"/files/{link}").status_code == 200
    refused = scene.reader.get(f"/files/{link}")
    assert refused.status_code == 403
    assert "reviewed blind" in words(refused)
    assert b"I am Mira" not in refused.data


def test_each_page_takes_at_most_six_statements(scene: Scene) -> None:
    scene.cora.post(f"{scene.page}/resume/keep", {"body": json.dumps(RESUME)})
    scene.begin("resume")
    expected = {"/redactions": 3, f"{scene.page}/redaction": 4, f"{scene.page}/resume": 5, scene.page: 5}
    found = {}
    for path in expected:
        scene.cora.get(path)
        with counted(scene.database.engine) as sent:
            assert scene.cora.get(path).status_code == 200
        found[path] = len(sent)
    assert found == expected


def test_an_interview_is_not_called_after_its_candidate(scene: Scene) -> None:
    fields = {
        "title": "Chat with Mira", "kind": "conversation", "minutes": "60", "focus": ["strategy"], "starts_at": "",
        "interviewer_ids": [str(scene.ida_id)], "place": "Room Okafor",
    }  # fmt: skip
    answer = scene.cora.post(f"/applications/{scene.application_id}/interviews/new", fields)
    assert answer.status_code == 422
    assert "Take “Mira” out of it." in words(answer)
    assert "Take “Okafor” out of it." in words(answer)
