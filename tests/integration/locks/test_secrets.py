"""Passwords stay where they belong: in files that one user reads, and out of what others see."""

import stat
import subprocess

from intercoop_chassis.settings import Settings, load_settings_from
from intercoop_local.platform.kafka_locks import Locks
from intercoop_network.connection import Connection, Secret
from testkit.locked import OPERATORS_PASSWORD

ENVIRONMENT = {
    "INTERCOOP_NETWORK": "test",
    "INTERCOOP_OWNER": "ouest",
    "INTERCOOP_DATABASE": "postgresql://u:p@localhost/d",
    "INTERCOOP_KAFKA": "localhost:9092",
    "INTERCOOP_KAFKA_SECURITY": "SASL_PLAINTEXT",
    "INTERCOOP_KAFKA_USER": "ouest",
}


def test_the_operators_password_is_in_no_command_and_in_no_file_that_others_read(locked_kafka):
    seen = subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, text=True).stdout
    assert str(locked_kafka.home) in seen
    assert OPERATORS_PASSWORD not in seen
    holding = [
        path
        for path in locked_kafka.home.iterdir()
        if path.is_file() and OPERATORS_PASSWORD in path.read_text(errors="replace")
    ]
    assert [path.name for path in holding] == ["server.properties"]
    assert stat.S_IMODE(holding[0].stat().st_mode) == 0o600


def test_what_holds_a_password_does_not_show_it(tmp_path):
    path = tmp_path / "password"
    path.write_text("a-secret-password\n")
    named = {**ENVIRONMENT, "INTERCOOP_KAFKA_PASSWORD_FILE": str(path)}
    settings = load_settings_from("directory", Settings, named)
    assert settings.kafka_password.get_secret_value() == "a-secret-password"
    connection = Connection("localhost:1", "SASL_SSL", "operator", Secret("a-secret-password"))
    for one in (settings, connection, Locks("a-secret-password")):
        assert "a-secret-password" not in repr(one) + str(one)
