"""Apache Kafka's jars: only the files that were tested are ever on the class path."""

import shutil

import jgo.maven
import pytest

from intercoop_local.platform import jars
from intercoop_local.platform.errors import PlatformError
from intercoop_local.platform.jars import fetch, read_lock
from testkit.platform import JARS

SMALL = "slf4j-api-1.7.36.jar"


@pytest.fixture
def lock(tmp_path):
    """A lock of one small jar."""
    line = next(one for one in jars.LOCK.read_text().splitlines() if "slf4j-api:" in one)
    path = tmp_path / "jars.lock"
    path.write_text(line + "\n")
    return path


@pytest.fixture
def folder(tmp_path):
    """A folder that has this jar already."""
    path = tmp_path / "jars"
    path.mkdir()
    shutil.copy(fetch(JARS) / SMALL, path)
    return path


@pytest.fixture
def offline(monkeypatch, tmp_path):
    """No Maven repository answers, and the user has none of it."""
    context = jgo.maven.MavenContext
    monkeypatch.setenv("M2_REPO", str(tmp_path / "nothing"))

    def unreachable(**named):
        return context(remote_repos={"central": "http://127.0.0.1:9"}, timeout=2, **named)

    monkeypatch.setattr(jgo.maven, "MavenContext", unreachable)


def test_every_jar_of_the_lock_has_its_coordinates_and_checksum_once():
    locked = read_lock()
    assert len({(jar.group, jar.name) for jar in locked}) == len(locked) > 40
    assert all(len(jar.sha256) == 64 and int(jar.sha256, 16) for jar in locked)


def test_a_jar_with_another_checksum_is_refused_by_name(lock, folder):
    lock.write_text(lock.read_text()[:-5] + "0000\n")
    with pytest.raises(PlatformError, match=rf"{SMALL}.*is not the file .*expected [0-9a-f]+0000"):
        fetch(folder, lock)
    assert not (folder / "checked").exists()


def test_a_jar_that_was_changed_on_the_disk_is_fetched_again(lock, folder):
    fetch(folder, lock)
    whole = (folder / SMALL).read_bytes()
    (folder / SMALL).write_bytes(b"changed")
    fetch(folder, lock)
    assert (folder / SMALL).read_bytes() == whole


def test_a_jar_of_another_version_leaves_the_class_path(lock, folder):
    (folder / "slf4j-api-1.7.35.jar").write_bytes(b"older")
    fetch(folder, lock)
    assert [path.name for path in folder.glob("*.jar")] == [SMALL]


def test_whole_jars_need_neither_network_nor_hashing_again(lock, folder, offline, monkeypatch):
    fetch(folder, lock)
    monkeypatch.setattr(jars, "_checksum", lambda _: pytest.fail("hashed again"))
    seen = []
    fetch(folder, lock, progress=lambda *one: seen.append(one))
    assert seen == []


def test_without_a_network_a_sentence_says_so(lock, tmp_path, offline):
    with pytest.raises(PlatformError, match=rf"{SMALL}.*could not be fetched. Is this machine"):
        fetch(tmp_path / "new", lock)
    assert list((tmp_path / "new").iterdir()) == []
