"""The story of the network, played whole: the main job with crashes in between."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from testkit.child_environment import child_environment
from testkit.child_processes import end_with_starter

SEEN = {
    "imported": 37,
    "refused_rows": 3,
    "again_published": 0,
    "instances": 5,
    "instances_agree": True,
    "seated": 12,
    "waiting": 2,
    "promoted": 1,
    "told_twice": 0,
    "told_never": 0,
    "last_seat": 20,
    "offers": 2,
    "offers_from_other_union": 1,
}


@pytest.fixture(scope="module")
def play(new_home):
    """Play it in a home of its own; its ports are free ones anyhow.

    One play after the other: each keeps two cores busy.
    """

    def run(*options):
        return subprocess.run(
            [str(Path(sys.executable).parent / "intercoop"), "story", *options],
            capture_output=True,
            text=True,
            timeout=580,
            env={**child_environment(), "INTERCOOP_HOME": str(new_home())},
            preexec_fn=end_with_starter,
        )

    return run


@pytest.mark.timeout(600)
def test_the_story_is_seen_to_its_end_though_instances_are_killed_and_each_owner_may_do_little(
    play,
):
    """On a broker that lets each owner do only what it may; killed while they are asked."""
    played = play("--kill", "--locked")
    assert played.returncode == 0, played.stdout[-3000:] + played.stderr[-3000:]
    summary = json.loads(played.stdout.splitlines()[-1])
    assert SEEN.items() <= summary.items()
    assert summary["effects_ms"]["median"] <= summary["effects_ms"]["worst"]
    assert played.stdout.count("is killed (kill -9) at the") == 5


@pytest.mark.timeout(600)
def test_without_notifications_the_story_is_not_seen(play):
    played = play("--without", "notifications", "--only", "imports", "--only", "visit")
    assert played.returncode == 1, played.stdout[-3000:]
    assert "Not seen" in played.stderr
    assert "told" in played.stderr
