"""`intercoop-network` as an operator runs it."""

import os
import stat
import subprocess
import sys
from pathlib import Path

from intercoop_network.knocking import knock
from testkit.locked import OPERATORS_PASSWORD

PROGRAM = Path(sys.executable).parent / "intercoop-network"
FILE = """
name = "test"

[topics]
settings = {{ "delete.retention.ms" = "3600000" }}

[quota]
producer_bytes_per_second = 1_000_000

[[owner]]
slug = "{owner}"
kind = "union"
name = "Union"
"""


def run(locked, *arguments, **environment):
    """Run the command as an operator would, with the password in a file."""
    password = locked.folder / "operator"
    password.write_text(OPERATORS_PASSWORD)
    file = locked.folder / "network.toml"
    file.write_text(FILE.format(owner=locked.owner("union")))
    return subprocess.run(
        [str(PROGRAM), arguments[0], str(file), *arguments[1:]],
        capture_output=True,
        text=True,
        timeout=60,
        env={
            "PATH": os.environ["PATH"],
            "INTERCOOP_KAFKA": locked.kafka.bootstrap,
            "INTERCOOP_KAFKA_SECURITY": "SASL_PLAINTEXT",
            "INTERCOOP_KAFKA_USER": "operator",
            "INTERCOOP_KAFKA_PASSWORD_FILE": str(password),
            "INTERCOOP_NETWORK_PASSWORDS": str(locked.folder / "kept"),
            **environment,
        },
    )


def test_the_command_shows_a_plan_does_it_and_then_finds_nothing_to_do(locked):
    owner = locked.owner("union")
    planned = run(locked, "plan")
    assert planned.returncode == 0, planned.stderr
    assert f"+ topic shared.{owner}.organisations.v1: partitions: 1, brokers: 1" in planned.stdout
    assert f"+ user {owner}: may connect" in planned.stdout
    assert f"User:{owner} may write a topic that begins with shared.{owner}." in planned.stdout
    assert "producer_byte_rate no limit → 1000000" in planned.stdout
    assert not (locked.folder / "kept").exists()

    applied = run(locked, "apply")
    assert applied.returncode == 0, applied.stderr
    assert applied.stdout == planned.stdout + "Done.\n"
    password = locked.folder / "kept" / owner
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    assert password.read_text() not in applied.stdout + applied.stderr

    again = run(locked, "apply")
    assert again.stdout.startswith("Nothing to change.")
    assert run(locked, "plan").stdout == again.stdout


def test_the_command_says_plainly_what_is_wrong_and_changes_nothing(locked, platform):
    wrong = locked.folder / "wrong"
    wrong.write_text("not-the-operators")
    refused = run(locked, "plan", INTERCOOP_KAFKA_PASSWORD_FILE=str(wrong))
    assert refused.returncode == 1
    assert "does not let operator in" in refused.stderr
    assert "not-the-operators" not in refused.stderr

    nobody = run(locked, "plan", INTERCOOP_KAFKA=f"127.0.0.1:{platform.new_kafka().port}")
    assert "No broker answers" in nobody.stderr

    unlocked = {
        "INTERCOOP_KAFKA": platform.kafka.bootstrap,
        "INTERCOOP_KAFKA_SECURITY": "PLAINTEXT",
    }
    assert "has no authorizer" in run(locked, "plan", **unlocked).stderr


def test_a_password_is_taken_from_the_environment_where_it_is_there(locked):
    owner = locked.owner("union")
    variable = "INTERCOOP_PASSWORD_" + owner.upper().replace("-", "_")
    applied = run(locked, "apply", **{variable: "one-from-the-environment"})
    assert applied.returncode == 0, applied.stderr
    assert not (locked.folder / "kept").exists()
    assert "one-from-the-environment" not in applied.stdout
    knock(locked.connection.as_user(owner, "one-from-the-environment"))
    changed = run(locked, "plan", **{variable: "another-from-the-environment"})
    assert f"user {owner}: its password becomes the one that is kept" in changed.stdout
