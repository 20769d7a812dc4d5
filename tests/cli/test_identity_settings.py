"""Providers in their file: typed, refused in words, and refused when unsafe with the line that mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app import settings
from app.domain.permission import Role
from app.settings import Settings, SettingsError
from app.settings.identity import ALGORITHMS, ROLES, Provider, read_providers
from tests.cli.processes import PRODUCTION

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = """
[providers.company]
name = "Harrow & Vale account"
issuer = "https://login.example.org/realm"
client_id = "plumbline"
client_secret = "a secret of the client"
algorithms = ["RS256"]
origins = ["https://sso.example.org"]
domains = ["example.org"]
second_factor_methods = ["mfa"]
privileged_roles = true
sign_out_there = true

[providers.company.groups]
"Recruiting" = ["coordinator"]
"*" = ["employee"]
"""
LEAST = """
[providers.company]
name = "Company account"
issuer = "https://login.example.org"
client_id = "plumbline"
"""


def written(folder: Path, text: str, *, mode: int = 0o600) -> Path:
    file = folder / "identity.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def test_a_whole_file_is_understood(tmp_path: Path) -> None:
    assert read_providers(written(tmp_path, WHOLE)) == (
        Provider(
            key="company", name="Harrow & Vale account", issuer="https://login.example.org/realm",
            client_id="plumbline", client_secret="a secret of the client", algorithms=("RS256",),
            origins=("https://sso.example.org",), domains=("example.org",), methods=("mfa",), privileged=True,
            sign_out_there=True,
            groups=(("Recruiting", ("coordinator",)), ("*", ("employee",))),
        ),
    )  # fmt: skip
    least = read_providers(written(tmp_path, LEAST))[0]
    assert (least.domains, least.groups, least.privileged, least.methods) == ((), (), False, ())
    assert least.algorithms == ALGORITHMS
    assert least.origin == "https://login.example.org"


def test_the_secret_may_lie_beside_the_file_and_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "client.secret").write_text("beside\n", encoding="utf-8")
    (tmp_path / "client.secret").chmod(0o600)
    found = read_providers(written(tmp_path, LEAST + 'client_secret_file = "client.secret"\n', mode=0o644))[0]
    assert found.client_secret == "beside"
    assert "beside" not in repr(found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not toml", "is not TOML"),
        ("", "besides tables"),
        ("[other]\n" + LEAST, "besides tables"),
        ("[providers.Company]\n", "a short key in small letters"),
        (LEAST + "colour = 'red'\n", "company.colour is nothing that a provider has"),
        (LEAST.replace('name = "Company account"\n', ""), "company.name is missing"),
        (LEAST.replace("https://login", "ftp://login"), "company.issuer is not an address"),
        (LEAST + 'algorithms = ["HS256"]\n', "company.algorithms holds something"),
        (LEAST + 'algorithms = ["none"]\n', "company.algorithms holds something"),
        (LEAST + 'origins = ["https://sso.example.org; script-src *"]\n', "company.origins holds something"),
        (LEAST + 'domains = ["*"]\n', "company.domains holds something"),
        (LEAST + 'scopes = ["email"]\n', 'company.scopes lacks "openid"'),
        (LEAST + "privileged_roles = 1\n", "company.privileged_roles is neither true nor false"),
        (LEAST + "sign_out_there = 1\n", "company.sign_out_there is neither true nor false"),
        (LEAST + 'groups = { "x" = ["owner"] }\n', "gives something that is none of admin"),
        (LEAST + LEAST.replace("company", "second"), "names one issuer twice"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_providers(written(tmp_path, text))
    assert said in str(refused.value)
    assert str(refused.value).startswith("PLUMBLINE_IDENTITY_FILE: ")
    assert "; mend it with: " in str(refused.value)


def test_a_secret_that_others_may_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="others may read; mend it with: chmod 600"):
        read_providers(written(tmp_path, WHOLE, mode=0o644))


def production(folder: Path, text: str, **given: str) -> Settings:
    more = {f"PLUMBLINE_{name}": value for name, value in given.items()}
    file = written(folder, text)
    return Settings.from_environment({**PRODUCTION, "PLUMBLINE_IDENTITY_FILE": str(file), **more})


def test_a_complete_provider_is_accepted_and_the_line_that_mends_it_mends(tmp_path: Path) -> None:
    line = settings.refusals(production(tmp_path, LEAST))[0]
    name, _, value = line.rpartition("set it with: PLUMBLINE_")[2].partition("=")
    assert (name, value) == ("OUTBOUND_ALLOW", "login.example.org")
    assert settings.refusals(production(tmp_path, LEAST, **{name: value})) == ()
    assert settings.refusals(production(tmp_path, LEAST, OUTBOUND_ALLOW="internal:login.example.org")) == ()


def test_an_issuer_without_encryption_keeps_the_program_from_starting(tmp_path: Path) -> None:
    plain = LEAST.replace("https://login.example.org", "http://127.0.0.1:9400")
    refused = settings.refusals(production(tmp_path, plain))
    assert [line for line in refused if "issuer is not https" in line]

    demo = {"PLUMBLINE_ENV": "demo", "PLUMBLINE_IDENTITY_FILE": str(written(tmp_path, plain))}
    assert settings.refusals(Settings.from_environment(demo)) == ()
    elsewhere = {**demo, "PLUMBLINE_IDENTITY_FILE": str(written(tmp_path, plain.replace("127.0.0.1", "10.0.0.1")))}
    assert "is not https" in settings.refusals(Settings.from_environment(elsewhere))[0]


def test_without_password_and_without_provider_nobody_gets_in(tmp_path: Path) -> None:
    shut = Settings.from_environment({**PRODUCTION, "PLUMBLINE_PASSWORD_SIGN_IN": "off"})
    why = "PLUMBLINE_PASSWORD_SIGN_IN is off and there is no provider: nobody could sign in"
    assert settings.refusals(shut) == (f"{why}; set it with: PLUMBLINE_PASSWORD_SIGN_IN=on",)
    with_provider = production(tmp_path, LEAST, PASSWORD_SIGN_IN="off", OUTBOUND_ALLOW="login.example.org")
    assert settings.refusals(with_provider) == ()
    assert not with_provider.password_sign_in


def test_the_file_knows_every_role_of_the_program() -> None:
    assert tuple(Role) == ROLES
