"""Forms with a file, written out: werkzeug's own way leaves a temporary file open behind a large one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from werkzeug.test import TestResponse

    from tests.web.browser import Browser

File = tuple[str, str, bytes]
"""The name, the media type as the browser says it, and the bytes."""


def send(
    browser: Browser, path: str, fields: Mapping[str, str | Sequence[str]], files: Mapping[str, File]
) -> TestResponse:
    """Post fields and files as a browser does, with the form token."""
    pairs = [
        (name, one)
        for name, value in {"csrf_token": browser.token, **fields}.items()
        for one in ([value] if isinstance(value, str) else value)
    ]
    parts = [_part(f'name="{name}"', value.encode()) for name, value in pairs]
    for name, (file_name, kind, data) in files.items():
        parts.append(_part(f'name="{name}"; filename="{file_name}"\r\nContent-Type: {kind}', data))
    body = b"".join(parts) + b"--line--\r\n"
    return browser.client.post(path, data=body, content_type="multipart/form-data; boundary=line")


def _part(head: str, body: bytes) -> bytes:
    return f"--line\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + body + b"\r\n"
