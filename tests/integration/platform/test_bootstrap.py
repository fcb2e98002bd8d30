"""The first command on a fresh machine: what it lacks is said in a sentence, never in a trace."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

BOOTSTRAP = Path(__file__).parents[3] / "deploy" / "bootstrap.py"


def run(*, before="", home, **environment):
    """Run the bootstrap in a home of its own, after a change of its interpreter."""
    code = f"{before}\nimport runpy, sys\nsys.argv = [{str(BOOTSTRAP)!r}, 'local']\n"
    code += f"runpy.run_path({str(BOOTSTRAP)!r}, run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/nowhere", "INTERCOOP_HOME": str(home), **environment},
    )


def refused(done, *words):
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


@pytest.mark.parametrize("version", [(3, 6), (3, 8)])
def test_an_old_python_can_read_it(version):
    ast.parse(BOOTSTRAP.read_text(encoding="utf-8"), feature_version=version)


def test_an_old_python_is_told_what_is_needed_and_what_was_found(tmp_path):
    before = "import sys; sys.version_info = (3, 8, 10, 'final', 0)"
    refused(run(before=before, home=tmp_path), "Python 3.11 or newer is needed", "3.8")


def test_a_missing_venv_module_is_named_with_the_package_to_install(tmp_path):
    before = "import sys; sys.modules['ensurepip'] = None"
    refused(run(before=before, home=tmp_path), "venv", "apt install python3")


def test_a_nearly_full_disk_is_named(tmp_path):
    before = "import shutil; shutil.disk_usage = lambda _: shutil._ntuple_diskusage(10, 9, 10**6)"
    refused(run(before=before, home=tmp_path), "has 1 MB left", "INTERCOOP_HOME")


def test_without_a_network_a_sentence_says_so_and_where_the_details_are(tmp_path):
    done = run(
        home=tmp_path,
        PATH=os.environ["PATH"],
        PIP_INDEX_URL="http://127.0.0.1:9",
        PIP_RETRIES="0",
        PIP_CONFIG_FILE=os.devnull,
        PIP_NO_CACHE_DIR="1",
        HOME=str(tmp_path),
    )
    refused(done, "connected", "install.log")
    assert "127.0.0.1" in (tmp_path / "install.log").read_text()
