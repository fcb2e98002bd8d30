"""The settings that only notifications has, in its own environment and in the others'."""

import pytest

from intercoop_chassis.context import Context
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.runner import Instance
from intercoop_chassis.settings import Settings, SettingsError, load_settings_from
from intercoop_notifications.main import SERVICE
from intercoop_notifications.settings import NotificationsSettings

SHARED = {
    "INTERCOOP_NETWORK": "cgscop-2016",
    "INTERCOOP_OWNER": "midi-pyrenees",
    "INTERCOOP_DATABASE": "postgresql://localhost/one",
    "INTERCOOP_KAFKA": "localhost:9092",
    "INTERCOOP_SMTP": "smtp://localhost:587",
    "INTERCOOP_MAIL_FROM": "intercoop@scop.example",
}


def load(**changes: str) -> NotificationsSettings:
    return load_settings_from("notifications", NotificationsSettings, SHARED | changes)


def complaint(service: str, settings: type[Settings], **changes: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings_from(service, settings, SHARED | changes)
    return str(caught.value)


def test_notifications_reads_its_own_and_those_of_every_service() -> None:
    settings = load(INTERCOOP_NOTIFICATIONS_SMTP="smtps://mail.example")

    assert settings.smtp == "smtps://mail.example"
    assert settings.mail_from == "intercoop@scop.example"
    assert settings.owner == "midi-pyrenees"


@pytest.mark.parametrize("value", ["localhost:587", "smtp://", "smtp://user@mail.example"])
def test_a_mail_server_is_an_address_without_a_user(value: str) -> None:
    assert "INTERCOOP_SMTP is wrong: has to be smtp://host:port or smtps://host:port" in complaint(
        "notifications", NotificationsSettings, INTERCOOP_SMTP=value
    )


@pytest.mark.parametrize("days", ["0", "59", "-1", "soon"])
def test_notices_are_kept_for_as_long_at_least_as_they_are_needed(days: str) -> None:
    assert "INTERCOOP_NOTICES_KEPT_DAYS is wrong" in complaint(
        "notifications", NotificationsSettings, INTERCOOP_NOTICES_KEPT_DAYS=days
    )
    assert load().notices_kept_days == 365
    assert load(INTERCOOP_NOTICES_KEPT_DAYS="60").notices_kept_days == 60


def test_a_service_beside_it_leaves_them_alone_whatever_they_say() -> None:
    environ = SHARED | {
        "INTERCOOP_SMTP": "nonsense",
        "INTERCOOP_SMTP_PASSWORD_FILE": "/nowhere",
        "INTERCOOP_NOTIFICATIONS_SMTP": "smtp://localhost:25",
    }

    assert load_settings_from("directory", Settings, environ).owner == "midi-pyrenees"


def test_a_service_beside_it_knows_them_when_one_is_misspelt() -> None:
    assert ("INTERCOOP_SMPT is not a setting: did you mean INTERCOOP_SMTP?") in complaint(
        "directory", Settings, INTERCOOP_SMPT="smtp://localhost:25"
    )


def test_its_settings_are_given_as_its_own_class_and_no_others_are() -> None:
    db = Database("postgresql://localhost/one", home=AtHome("midi-pyrenees"))
    common = load_settings_from("directory", Settings, SHARED)

    assert Context(load(), db).settings_as(NotificationsSettings).smtp == "smtp://localhost:587"
    with pytest.raises(TypeError, match="NotificationsSettings"):
        Context(common, db).settings_as(NotificationsSettings)


def test_it_does_not_run_with_the_settings_of_another_service() -> None:
    with pytest.raises(TypeError, match="notifications needs NotificationsSettings"):
        Instance(SERVICE, load_settings_from("directory", Settings, SHARED))
