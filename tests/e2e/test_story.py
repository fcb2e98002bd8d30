"""The story of the network, played whole: the main job with crashes in between."""

import json
import subprocess
import sys
from pathlib import Path

from testkit.platform import JARS


def test_the_story_is_seen_to_its_end():
    played = subprocess.run(
        [str(Path(sys.executable).parent / "intercoop"), "story"],
        capture_output=True,
        text=True,
        timeout=170,
        env={"INTERCOOP_HOME": str(JARS.parent), "PATH": "/usr/bin:/bin"},
    )
    assert played.returncode == 0, played.stdout[-3000:] + played.stderr[-3000:]
    summary = json.loads(played.stdout.splitlines()[-1])
    assert summary["imported"] == 37
    assert summary["refused_rows"] == 3
    assert summary["again_published"] == 0
    assert summary["instances"] == 5
    assert summary["instances_agree"] is True
    assert summary["effects_ms"]["median"] <= summary["effects_ms"]["worst"]
