"""The first command on a fresh machine: what it lacks is said in a sentence, never in a trace."""

import ast
import importlib.util
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


@pytest.fixture
def steps(tmp_path, monkeypatch):
    """The bootstrap with a home of its own, whose steps are noted and succeed without being done."""
    spec = importlib.util.spec_from_file_location("bootstrap", BOOTSTRAP)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    venv = tmp_path / "venv"
    monkeypatch.setattr(module, "HOME", str(tmp_path))
    monkeypatch.setattr(module, "LOG", str(tmp_path / "install.log"))
    monkeypatch.setattr(module, "VENV", str(venv))
    monkeypatch.setattr(module, "INSIDE", str(venv / "bin" / "python"))
    module.done = []

    def note(what, arguments):
        module.done.append(what)
        (venv / "bin").mkdir(parents=True, exist_ok=True)
        (venv / "bin" / "python").touch()

    monkeypatch.setattr(module, "run", note)
    return module


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


def test_an_old_python_hands_over_to_a_newer_one_that_runs(tmp_path):
    """pyenv leaves names of Pythons that are not there."""
    for name, answer in (("python3.14", "exit 127"), ("python3.12", "echo newer: $*")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{answer}\n")
        (tmp_path / name).chmod(0o755)
    before = "import sys; sys.version_info = (3, 8, 10, 'final', 0)"
    done = run(before=before, home=tmp_path, PATH=str(tmp_path))
    assert (done.returncode, done.stdout) == (0, f"newer: {BOOTSTRAP} local\n")


def test_what_is_installed_is_not_installed_again_until_a_lock_changes(steps, monkeypatch):
    steps.ensure("dev")
    assert steps.done == ["Virtual environment", "Installer", "Packages (dev)", "Intercoop"]
    for name in ("dev", "local"):
        steps.ensure(name)
    assert len(steps.done) == 4
    monkeypatch.setattr(steps, "fingerprint", lambda name: f"another {name}")
    assert not steps.installed("dev")
    assert not steps.installed("local")


def test_the_tools_of_developers_stay_when_only_the_local_set_is_asked_for(steps, monkeypatch):
    steps.ensure("dev")
    monkeypatch.setattr(steps, "fingerprint", lambda name: f"another {name}")
    steps.ensure("local")
    assert steps.done[-3:] == ["Installer", "Packages (dev)", "Intercoop"]


def test_an_interrupted_installation_is_gone_on_with(steps, monkeypatch):
    steps.ensure("local")
    whole = steps.run

    def interrupted(what, arguments):
        if what == "Intercoop":
            raise KeyboardInterrupt
        whole(what, arguments)

    monkeypatch.setattr(steps, "fingerprint", lambda name: f"another {name}")
    monkeypatch.setattr(steps, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        steps.ensure("local")
    assert not steps.installed("local")
    monkeypatch.setattr(steps, "run", whole)
    steps.ensure("local")
    assert steps.installed("local")


def test_a_package_that_is_not_the_locked_file_is_named(steps):
    said = "error: Failed\n  cause: Hash mismatch for `one==1`\n\n  Computed:\n    sha256:00\n"
    steps.write(steps.LOG, said)
    reason = steps.reason("Packages")
    assert "Packages failed: cause: Hash mismatch for `one==1`\n" in reason
    assert "not the file that was locked" in reason
