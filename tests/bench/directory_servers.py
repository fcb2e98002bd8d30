"""The directory's API in a process of its own, and a bare endpoint that reads the same table."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import asyncpg
import uvicorn
from fastapi import Depends, FastAPI

from bench.commands import POOL
from bench.http_bare import Claims, token_check
from intercoop_chassis.runner import Instance, Role, run
from intercoop_directory.main import SERVICE

NAMES = """
SELECT id, sort_name FROM known_organisations WHERE sort_name >= $1
ORDER BY sort_name, owner, id LIMIT 8
"""


async def directory_api(settings: dict[str, Any]) -> None:
    instance = Instance(SERVICE, SERVICE.settings.model_validate(settings))
    await run([instance], [Role.API], asyncio.Event())


async def bare_directory(dsn: str, issuer: str, key: bytes, port: int) -> None:
    """One indexed query behind FastAPI with a verified token, on a pool of the same size."""
    verified = token_check(issuer, key)

    @asynccontextmanager
    async def pooled(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(dsn, min_size=0, max_size=POOL) as pool:
            app.state.pool = pool
            yield

    app = FastAPI(lifespan=pooled)

    @app.get("/names")
    async def names(q: str, _: Annotated[Claims, Depends(verified)]) -> list[dict[str, str]]:
        rows = await app.state.pool.fetch(NAMES, q)
        return [{"id": str(row["id"]), "name": row["sort_name"]} for row in rows]

    config = uvicorn.Config(app, port=port, log_config=None, access_log=False, server_header=False)
    await uvicorn.Server(config).serve()
