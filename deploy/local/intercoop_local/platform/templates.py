"""Databases copied from a template: filled once, and a copy of it for each role that needs one."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from intercoop_local.platform.postgres import LocalPostgres, Session, ensure_role

IS_TEMPLATE = "SELECT datistemplate FROM pg_database WHERE datname = $1"
OF_THIS_KIND = "SELECT datname FROM pg_database WHERE starts_with(datname, $1)"
CONNECTION_LIMIT = "SELECT datconnlimit FROM pg_database WHERE datname = $1"

_HANDED_OVER = -1


@dataclass(frozen=True, slots=True)
class Template:
    """What copies of a kind begin with.

    `fill` gets the address of an empty database of its own; `fingerprint` is another one whenever
    it would fill it otherwise.
    """

    kind: str
    fingerprint: str
    fill: Callable[[str], Awaitable[None]]

    @property
    def role(self) -> str:
        return f"template-{self.kind}"

    @property
    def database(self) -> str:
        return f"{self.role}-{self.fingerprint}"


async def ensure_template(postgres: LocalPostgres, template: Template) -> None:
    """Fill the template unless it is there and whole; earlier ones of its kind are dropped."""
    async with postgres.session() as session:
        if await session.fetchval(IS_TEMPLATE, template.database):
            return
        for row in await session.fetch(OF_THIS_KIND, f"{template.role}-"):
            await _drop(session, row["datname"])
        password = secrets.token_urlsafe(18)
        await ensure_role(session, template.role, password)
        database, role = template.database, template.role
        await session.execute(f'CREATE DATABASE "{database}" OWNER "{role}"')
        await template.fill(postgres.dsn(database, role, password))
        async with postgres.session(database) as inside:
            await inside.execute("VACUUM (FREEZE, ANALYZE)")
        await _seal(session, template)


async def is_handed_over(session: Session, name: str) -> bool:
    """Whether there is a database of this name with everything in it belonging to its role."""
    limit: int | None = await session.fetchval(CONNECTION_LIMIT, name)
    return limit == _HANDED_OVER


async def copy(postgres: LocalPostgres, template: Template, name: str) -> bool:
    """Make the role's database of its name from a template that is there.

    A copy is closed to its role until everything in it belongs to the role: where that was
    interrupted, it is gone on with. Returns False in this case: the copy may be an older one.
    """
    async with postgres.session() as session:
        is_new = await session.fetchval(CONNECTION_LIMIT, name) is None
        if is_new:
            await session.execute(
                f'CREATE DATABASE "{name}" OWNER "{name}" '
                f'TEMPLATE "{template.database}" CONNECTION LIMIT 0'
            )
    async with postgres.session(name) as inside, inside.transaction():
        await inside.execute(f'REASSIGN OWNED BY "{template.role}" TO "{name}"')
        await inside.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT {_HANDED_OVER}')
    return is_new


async def _seal(session: Session, template: Template) -> None:
    """Nobody changes it any more, and it counts as whole."""
    name = template.database
    async with session.transaction():
        await session.execute(f'ALTER ROLE "{template.role}" NOLOGIN')
        await session.execute(f'ALTER DATABASE "{name}" OWNER TO CURRENT_USER')
        await session.execute(f'ALTER DATABASE "{name}" IS_TEMPLATE true ALLOW_CONNECTIONS false')


async def _drop(session: Session, name: str) -> None:
    await session.execute(f'ALTER DATABASE "{name}" IS_TEMPLATE false')
    await session.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
