import logging
from pathlib import Path

import pytest

from intercoop_chassis.settings import Settings, SettingsError, load_settings_from

NEEDED = {
    "INTERCOOP_NETWORK": "cgscop-2016",
    "INTERCOOP_OWNER": "midi-pyrenees",
    "INTERCOOP_DATABASE": "postgresql://directory:pa55word@localhost:5432/directory",
    "INTERCOOP_KAFKA": "localhost:9092",
}


def load(**changes: str | None) -> Settings:
    """The directory's settings, with variables changed, or taken away by None."""
    environ = {**NEEDED, **{f"INTERCOOP_{name}": value for name, value in changes.items()}}
    given = {name: value for name, value in environ.items() if value is not None}
    return load_settings_from("directory", Settings, given)


def complaints(**changes: str | None) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(**changes)
    return [line.strip() for line in str(caught.value).splitlines()[1:]]


def test_the_needed_settings_suffice() -> None:
    settings = load()

    assert settings.owner == "midi-pyrenees"
    assert settings.follows is None
    assert settings.http_port == 8000


def test_texts_become_what_the_service_works_with() -> None:
    settings = load(FOLLOWS="cgscop, auvergne", CREATE_TOPICS="false", TOPIC_PARTITIONS="3")

    assert settings.follows == frozenset({"cgscop", "auvergne"})
    assert settings.create_topics is False
    assert settings.topic_partitions == 3


def test_proxies_are_addresses_and_networks_and_nobody_when_there_are_none() -> None:
    trusted = load(TRUSTED_PROXIES="127.0.0.1, 10.0.0.0/8,2001:db8::/32").trusted_proxies

    assert [str(one) for one in trusted or ()] == ["127.0.0.1/32", "10.0.0.0/8", "2001:db8::/32"]
    assert load().trusted_proxies is None
    assert load(TRUSTED_PROXIES="").trusted_proxies is None
    assert complaints(TRUSTED_PROXIES="localhost")[0].startswith(
        "INTERCOOP_TRUSTED_PROXIES is wrong: has to be addresses or networks separated by commas"
    )


def test_everything_wrong_is_named_at_once_with_a_remedy() -> None:
    lines = complaints(OWNER="Midi Pyrénées", HTTP_PORT="eight", KAFKA=None, DATABSE="x")

    assert [line.split(" (")[0].split(" string")[0] for line in lines] == [
        "INTERCOOP_DATABSE is not a setting: did you mean INTERCOOP_DATABASE?",
        "INTERCOOP_OWNER is wrong: has to be at most 63 lower-case letters and digits joined by hyphens",
        "INTERCOOP_KAFKA is missing",
        "INTERCOOP_HTTP_PORT is wrong: has to be a valid integer, unable to parse",
    ]
    assert lines[1].endswith("(the instance's slug, e.g. INTERCOOP_OWNER=midi-pyrenees)")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KAFKA", "localhost"),
        ("DATABASE", "mysql://localhost/directory"),
        ("DATABASE", "postgresql://localhost"),
        ("PUBLIC_URL", "file:///etc/coop"),
        ("PUBLIC_URL", "https://user:hush@coop.example"),
        ("HTTP_RATE", "-1"),
        ("FOLLOWS", "cgscop,,Auvergne"),
        ("LOG_LEVEL", "loud"),
        ("HTTP_PORT", "70000"),
        ("POOL_MAX", "0"),
        ("TRUSTED_PROXIES", "localhost"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("TRUSTED_PROXIES", "127.0.0.1 10.0.0.1"),
        ("TRUSTED_PROXIES", "*"),
        ("TRUSTED_PROXIES", "0.0.0.0/0"),
        ("TRUSTED_PROXIES", "127.0.0.1,::/0"),
        ("SEALING_KEYS_FILE", "/nowhere/keys"),
        ("SIGNING_KEYS_FILE", "/nowhere/keys"),
        ("LOG_LEVEL_FILE", "/nowhere/level"),
    ],
)
def test_a_wrong_value_is_named_and_nothing_else_is(name: str, value: str) -> None:
    lines = complaints(**{name: value})

    assert len(lines) == 1
    assert lines[0].startswith(f"INTERCOOP_{name}")


@pytest.mark.parametrize("name", ["ISSUER", "JWKS_FILE", "AUDIENCE", "DIRECTORY_JWKS"])
def test_a_setting_of_the_version_before_is_told_what_takes_its_place(name: str) -> None:
    [line] = complaints(**{name: "https://id.example.org"})

    assert line.startswith(f"INTERCOOP_{name} is a setting no more: remove it")
    assert "INTERCOOP_SIGNING_KEYS_FILE" in line


def test_an_empty_variable_counts_as_absent() -> None:
    assert load(FOLLOWS="").follows is None
    assert complaints(OWNER="")[0].startswith("INTERCOOP_OWNER is missing")


def test_a_value_can_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "database"
    file.write_text("postgresql://u:from-file@localhost/directory\n")

    settings = load(DATABASE=None, DATABASE_FILE=str(file))

    assert settings.database.get_secret_value() == "postgresql://u:from-file@localhost/directory"


def test_a_value_and_a_file_for_it_contradict_each_other(tmp_path: Path) -> None:
    lines = complaints(OWNER_FILE=str(tmp_path / "owner"))

    assert lines == ["INTERCOOP_OWNER and INTERCOOP_OWNER_FILE are both set: keep one"]


def test_a_file_that_cannot_be_read_is_named_beside_whatever_else_is_wrong(tmp_path: Path) -> None:
    absent, binary = tmp_path / "absent", tmp_path / "binary"
    binary.write_bytes(b"\xff")

    lines = complaints(OWNER=None, OWNER_FILE=str(absent), KAFKA_FILE=str(binary), KAFKA=None)

    assert lines == [
        f"INTERCOOP_OWNER_FILE: {absent} cannot be read (No such file or directory): correct it",
        f"INTERCOOP_KAFKA_FILE: {binary} cannot be read (it is not UTF-8 text): correct it",
    ]


def test_what_is_constructed_is_what_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWNER", "auvergne")
    monkeypatch.setenv("POOL_MAX", "9")
    given = {name.removeprefix("INTERCOOP_").lower(): value for name, value in NEEDED.items()}

    settings = Settings(**given)

    assert (settings.owner, settings.pool_max) == ("midi-pyrenees", 4)


def test_a_setting_of_the_service_wins_over_the_common_one(tmp_path: Path) -> None:
    port = tmp_path / "port"
    port.write_text("8100")

    settings = load(POOL_MAX="2", DIRECTORY_POOL_MAX="8", DIRECTORY_HTTP_PORT_FILE=str(port))

    assert settings.pool_max == 8
    assert settings.http_port == 8100


def test_a_wrong_setting_of_the_service_is_named_as_it_was_written() -> None:
    lines = complaints(DIRECTORY_HTTP_PORT="eight")

    assert lines[0].startswith("INTERCOOP_DIRECTORY_HTTP_PORT is wrong")


def test_settings_of_services_beside_it_and_of_the_local_stack_are_left_alone() -> None:
    environ = {**NEEDED, "INTERCOOP_EVENTS_POOL_MAX": "9", "INTERCOOP_HOME": "/srv", "HOME": "/"}

    assert load_settings_from("directory", Settings, environ).pool_max == 4


def test_settings_of_a_service_nobody_knows_are_unknown() -> None:
    assert "DIRECTRY_POOL_MAX is not a setting" in complaints(DIRECTRY_POOL_MAX="9")[0]


def test_sasl_needs_a_user_and_a_password() -> None:
    lines = complaints(KAFKA_SECURITY="SASL_SSL", KAFKA_USER="midi-pyrenees")

    assert len(lines) == 1
    assert lines[0].startswith("INTERCOOP_KAFKA_PASSWORD is missing and SASL needs it")


def test_secrets_are_never_shown() -> None:
    settings = load(KAFKA_SECURITY="SASL_SSL", KAFKA_USER="u", KAFKA_PASSWORD="hush")
    lines = complaints(DATABASE="mysql://directory:pa55word@localhost/x", KAFKA="pa55word")

    assert "pa55word" not in repr(settings)
    assert "hush" not in repr(settings)
    assert "pa55word" not in "\n".join(lines)


def test_secrets_are_not_logged_where_sources_are(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PYDANTIC_SETTINGS_DEBUG", "1")
    with caplog.at_level(logging.DEBUG, "pydantic_settings"):
        load(KAFKA_USER="u", KAFKA_PASSWORD="hush")

    assert "kafka_password" in caplog.text
    assert "hush" not in caplog.text
    assert "pa55word" not in caplog.text


SECRETS = [
    name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)
]


def test_what_is_secret_is_typed_so() -> None:
    named = [name for name in Settings.model_fields if "password" in name or name == "database"]

    assert sorted(named) == sorted(SECRETS)


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_can_stand_in_a_file_and_is_not_shown(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text("postgresql://u:recognisable@localhost/d\n")

    settings = load(
        **{"DATABASE": None, f"{name}_FILE".upper(): str(file)}
        | ({} if name == "database" else {"DATABASE": NEEDED["INTERCOOP_DATABASE"]})
    )

    assert "recognisable" in getattr(settings, name).get_secret_value()
    for shown in (repr(settings), str(settings), settings.model_dump_json(), f"{settings!r:>9}"):
        assert "recognisable" not in shown
