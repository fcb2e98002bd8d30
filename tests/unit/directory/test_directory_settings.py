"""Who may come in before anybody has a mandate: addresses of the settings, read with care."""

from pathlib import Path

import pytest

from intercoop_chassis.settings import SettingsError, load_settings_from
from intercoop_directory.accounts.domain.mail_link import Grant
from intercoop_directory.accounts.handlers.grants import grants_of
from intercoop_directory.settings import DirectorySettings

NEEDED = {
    "INTERCOOP_NETWORK": "cgscop-2016",
    "INTERCOOP_OWNER": "midi-pyrenees",
    "INTERCOOP_DATABASE": "postgresql://directory:pa55word@localhost:5432/directory",
    "INTERCOOP_KAFKA": "localhost:9092",
}


def loaded(**more: str) -> DirectorySettings:
    environ = {**NEEDED, **{f"INTERCOOP_{name}": value for name, value in more.items()}}
    return load_settings_from("directory", DirectorySettings, environ)


def complaint(**more: str) -> str:
    with pytest.raises(SettingsError) as caught:
        loaded(**more)
    return str(caught.value).splitlines()[1].strip()


def test_nobody_comes_in_by_the_settings_where_they_name_nobody() -> None:
    assert grants_of(loaded()) == {}


def test_an_address_of_the_settings_makes_what_it_is_named_as_however_it_is_written() -> None:
    settings = loaded(
        OPERATORS="Operatrice@Example.coop, <mailto:both@example.coop>",
        STAFF="nadia@example.coop,both@example.coop",
    )

    assert grants_of(settings) == {
        "operatrice@example.coop": Grant.OPERATOR,
        "both@example.coop": Grant.OPERATOR,
        "nadia@example.coop": Grant.STAFF,
    }


def test_a_wrong_address_is_told_by_its_place_and_not_quoted() -> None:
    said = complaint(OPERATORS="operatrice@example.coop, nadia at example")

    assert said.startswith(
        "INTERCOOP_OPERATORS is wrong: has to be e-mail addresses separated by commas: "
        "number 2 is none"
    )
    assert "nadia" not in said


def test_more_addresses_than_a_first_start_needs_are_refused() -> None:
    many = ",".join(f"p{number}@example.coop" for number in range(51))

    assert "50 addresses at most" in complaint(STAFF=many)


PROVIDER = {
    "PUBLIC_URL": "https://coop.example",
    "OIDC_ISSUER": "https://connexion.example/realms/union",
    "OIDC_CLIENT_ID": "intercoop",
}


def test_a_provider_is_set_by_its_address_and_what_it_calls_the_instance(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")

    settings = loaded(**PROVIDER, OIDC_CLIENT_SECRET_FILE=str(secret))

    assert settings.oidc_client_secret is not None
    assert settings.oidc_client_secret.get_secret_value() == "s3cret"
    assert loaded(**PROVIDER).oidc_client_secret is None
    assert loaded(**PROVIDER | {"OIDC_ISSUER": "http://127.0.0.1:8080/realms/union"}).oidc_issuer


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"OIDC_CLIENT_ID": ""}, "INTERCOOP_OIDC_CLIENT_ID is missing and INTERCOOP_OIDC_ISSUER"),
        ({"OIDC_ISSUER": ""}, "INTERCOOP_OIDC_CLIENT_ID is wrong: is of no use without INTERCOOP_"),
        ({"PUBLIC_URL": ""}, "INTERCOOP_OIDC_ISSUER is wrong: is of no use without INTERCOOP_PUBL"),
        ({"OIDC_ISSUER": "http://connexion.example"}, "OIDC_ISSUER is wrong: has to be an address"),
        (
            {"OIDC_ISSUER": "connexion.example"},
            "INTERCOOP_OIDC_ISSUER is wrong: has to be an addre",
        ),
        ({"OIDC_ISSUER": "https://u@connexion.example"}, "has to be the provider's address alone"),
        (
            {"OIDC_ISSUER": "https://connexion.example?x=1"},
            "has to be the provider's address alone",
        ),
    ],
)
def test_what_a_provider_lacks_is_said_with_the_setting(wrong: dict[str, str], said: str) -> None:
    assert said in complaint(**{**PROVIDER, **wrong})
