"""Outside identity providers, from the file that a setting names: typed, or refused with the line that mends it.

The file is TOML with a table for each provider, ``[providers.KEY]``; the key is part of its addresses here.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import SplitResult, urlsplit

from app.settings.names import LOOPBACK, PREFIX, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SETTING = "IDENTITY_FILE"
ALGORITHMS = ("RS256", "ES256", "PS256", "EdDSA")
ROLES = (
    "admin", "coordinator", "hiring_manager", "interviewer", "committee", "people_manager", "employee", "hr_partner",
    "auditor",
)  # fmt: skip
_KEY = re.compile(r"[a-z][a-z0-9-]{0,38}[a-z0-9]")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*")
_LONGEST, _LONGEST_NAME = 400, 60
_OTHERS = 0o007


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider: who it is, who we are to it, and what follows from its word.

    ``domains`` are those in whose verified addresses accounts are made at the first sign-in; ``origins`` are further
    origins where its sign-in pages lie; ``methods`` are values of ``amr`` that count as a second factor here;
    ``privileged`` lets groups give admin, HR partner and auditor too; ``sign_out_there`` sends who signs out here to
    sign out there as well.
    """

    key: str
    name: str
    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    algorithms: tuple[str, ...] = ALGORITHMS
    origins: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    verified_claim: str = "email_verified"
    methods: tuple[str, ...] = ()
    groups_claim: str = "groups"
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    privileged: bool = False
    sign_out_there: bool = False

    @property
    def origin(self) -> str:
        """The origin of the issuer, where its sign-in page is unless ``origins`` says more."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def is_plain(self) -> bool:
        """Whether it is asked without encryption, which only a provider on this very machine may be."""
        return urlsplit(self.issuer).scheme == "http"


def read_providers(file: Path | None) -> tuple[Provider, ...]:
    """Every provider of the file, in its order, none without a file.

    :class:`SettingsError` names the first thing that cannot be used.
    """
    if file is None:
        return ()
    body = _parsed(file)
    tables = body.pop("providers", None)
    if body or not isinstance(tables, dict) or not tables:
        _refuse(file, "holds something besides tables such as [providers.company]", "[providers.company]")
    found = tuple(_Table(file, key, table).provider() for key, table in tables.items())
    if len({provider.issuer for provider in found}) < len(found):
        _refuse(file, "names one issuer twice", "keep one table for each issuer")
    return found


def _parsed(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        _refuse(file, f"cannot be read ({type(error).__name__})", f"chmod 600 {file}")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        _refuse(file, f"is not TOML ({error})", '[providers.company] issuer = "https://login.example.org"')


class _Table:
    """One provider's table; every value is taken out once, and what is left over is refused."""

    def __init__(self, file: Path, key: str, table: object) -> None:
        self._file, self._key = file, key
        if not _KEY.fullmatch(key) or not isinstance(table, dict):
            self._wrong("", "is not a table with a short key in small letters", "[providers.company]")
        self._left: dict[str, Any] = dict(table)

    def provider(self) -> Provider:
        """The provider that the table says."""
        defaults = Provider(key=self._key, name="", issuer="", client_id="")
        found = Provider(
            key=self._key,
            name=self._text("name", '"Company account"', most=_LONGEST_NAME),
            issuer=self._address("issuer"),
            client_id=self._text("client_id", '"plumbline"'),
            client_secret=self._secret(),
            scopes=self._texts("scopes", defaults.scopes, '["openid", "email", "profile"]', _word),
            algorithms=self._texts("algorithms", ALGORITHMS, '["RS256"]', ALGORITHMS.__contains__),
            origins=self._texts("origins", (), '["https://sso.example.org"]', _origin),
            domains=self._texts("domains", (), '["example.org"]', _domain),
            verified_claim=self._text("verified_claim", '"email_verified"', default=defaults.verified_claim),
            methods=self._texts("second_factor_methods", (), '["mfa"]', _word),
            groups_claim=self._text("groups_claim", '"groups"', default=defaults.groups_claim),
            privileged=self._switch("privileged_roles"),
            sign_out_there=self._switch("sign_out_there"),
            groups=self._groups(),
        )
        if self._left:
            name = next(iter(self._left))
            self._wrong(name, "is nothing that a provider has", f"take {name} out")
        if "openid" not in found.scopes:
            self._wrong("scopes", 'lacks "openid"', 'scopes = ["openid", "email", "profile"]')
        return found

    def _text(self, name: str, example: str, *, default: str = "", most: int = _LONGEST) -> str:
        value = self._left.pop(name, default)
        if not isinstance(value, str) or not value.strip() or len(value) > most or not value.isprintable():
            self._wrong(name, "is missing or not a short text", f"{name} = {example}")
        return value.strip()

    def _texts(self, name: str, default: tuple[str, ...], example: str, fits: Callable[[str], bool]) -> tuple[str, ...]:
        value = self._left.pop(name, list(default))
        if not isinstance(value, list) or not all(isinstance(item, str) and fits(item) for item in value):
            self._wrong(name, "holds something that cannot be used", f"{name} = {example}")
        return tuple(value)

    def _switch(self, name: str) -> bool:
        value = self._left.pop(name, False)
        if not isinstance(value, bool):
            self._wrong(name, "is neither true nor false", f"{name} = false")
        return value

    def _address(self, name: str) -> str:
        value = self._text(name, '"https://login.example.org"')
        parts = _split(value)
        if parts is None or parts.query or parts.fragment:
            self._wrong(name, "is not an address", f'{name} = "https://login.example.org"')
        return value

    def _secret(self) -> str:
        given, file = self._left.pop("client_secret", ""), self._left.pop("client_secret_file", "")
        if not isinstance(given, str) or not isinstance(file, str) or (given and file):
            self._wrong("client_secret", "is no text, or stands beside client_secret_file", 'client_secret = "..."')
        holder = self._file.parent / file if file else self._file
        if (given or file) and _open_to_others(holder):
            self._wrong("client_secret", f"lies in {holder}, which others may read", f"chmod 600 {holder}")
        try:
            return holder.read_text(encoding="utf-8").strip() if file else given
        except (OSError, UnicodeDecodeError) as error:
            self._wrong("client_secret_file", f"cannot be read ({type(error).__name__})", f"chmod 600 {holder}")

    def _groups(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        value = self._left.pop("groups", {})
        example = '[providers.company.groups] "Recruiting" = ["coordinator"]'
        if not isinstance(value, dict):
            self._wrong("groups", "is not a table of groups and roles", example)
        for roles in value.values():
            if not isinstance(roles, list) or not all(role in ROLES for role in roles):
                self._wrong("groups", f"gives something that is none of {', '.join(ROLES)}", example)
        return tuple((group, tuple(roles)) for group, roles in value.items())

    def _wrong(self, name: str, why: str, mending: str) -> NoReturn:
        what = f"providers.{self._key}" + (f".{name}" if name else "")
        _refuse(self._file, f"{what} {why}", mending)


def identity_refusals(
    providers: tuple[Provider, ...], *, demo: bool, hosts: tuple[str, ...], password_sign_in: bool
) -> tuple[str, ...]:
    """Why a program with these providers must not start; ``hosts`` are those that it may ask."""
    lines = [line for provider in providers for line in _refusals_of(provider, demo=demo, hosts=hosts)]
    if not password_sign_in and not providers:
        why = "is off and there is no provider: nobody could sign in"
        lines.append(f"{PREFIX}PASSWORD_SIGN_IN {why}; set it with: {PREFIX}PASSWORD_SIGN_IN=on")
    return tuple(lines)


def _refusals_of(provider: Provider, *, demo: bool, hosts: tuple[str, ...]) -> list[str]:
    lines, parts = [], urlsplit(provider.issuer)
    host, where = parts.hostname or "", f"{PREFIX}{SETTING}: providers.{provider.key}"
    if provider.is_plain:
        if demo and host in LOOPBACK:
            return []
        mending = f'write it with: issuer = "https://{parts.netloc}{parts.path}"'
        return [f"{where}.issuer is not https: anybody on the way could sign in as anybody; {mending}"]
    entry = host if (parts.port or 443) == 443 else f"{host}:{parts.port}"  # noqa: PLR2004  the port of https
    if not {entry, f"{host}:443" if entry == host else entry} & {name.removeprefix("internal:") for name in hosts}:
        allow = ",".join([*hosts, entry])
        lines.append(f"{where}: {host} may not be asked; set it with: {PREFIX}OUTBOUND_ALLOW={allow}")
    return lines


def _split(value: str) -> SplitResult | None:
    try:
        parts = urlsplit(value)
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if whole and "@" not in parts.netloc and value.isascii() and " " not in value else None


def _origin(value: str) -> bool:
    parts = _split(value)
    return parts is not None and parts.scheme == "https" and value == f"https://{parts.netloc}" and ";" not in value


def _domain(value: str) -> bool:
    return bool(_DOMAIN.fullmatch(value))


def _word(value: str) -> bool:
    return value.isascii() and value.isprintable() and 0 < len(value) <= _LONGEST_NAME and " " not in value


def _open_to_others(file: Path) -> bool:
    try:
        return bool(file.stat().st_mode & _OTHERS)
    except OSError:
        return False


def _refuse(file: Path, why: str, mending: str) -> NoReturn:
    message = f"{PREFIX}{SETTING}: {file} {why}; mend it with: {mending}"
    raise SettingsError(message)
