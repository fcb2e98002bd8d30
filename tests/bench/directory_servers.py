"""The directory's API in a process of its own, and a bare endpoint that reads the same table."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import asyncpg
import jwt
import uvicorn
from fastapi import Depends, FastAPI
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bench.commands import POOL
from bench.http_bare import AUDIENCE, Claims
from intercoop_chassis.runner import Instance, Role, run
from intercoop_chassis.settings import Settings
from intercoop_directory.main import SERVICE

NAMES = """
SELECT id, sort_name FROM known_organisations WHERE sort_name >= $1
ORDER BY sort_name, owner, id LIMIT 8
"""


async def directory_api(settings: dict[str, Any]) -> None:
    instance = Instance(SERVICE, Settings.model_validate(settings))
    await run([instance], [Role.API], asyncio.Event())


async def bare_directory(dsn: str, issuer: str, jwks: str, port: int) -> None:
    """One indexed query behind FastAPI with a verified token, on a pool of the same size."""
    key = await asyncio.to_thread(lambda: jwt.PyJWKClient(jwks).get_signing_keys()[0])

    @asynccontextmanager
    async def pooled(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(dsn, min_size=0, max_size=POOL) as pool:
            app.state.pool = pool
            yield

    async def verified(
        sent: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())],
    ) -> Claims:
        return jwt.decode(
            sent.credentials, key, [key.algorithm_name], audience=AUDIENCE, issuer=issuer
        )

    app = FastAPI(lifespan=pooled)

    @app.get("/names")
    async def names(q: str, _: Annotated[Claims, Depends(verified)]) -> list[dict[str, str]]:
        rows = await app.state.pool.fetch(NAMES, q)
        return [{"id": str(row["id"]), "name": row["sort_name"]} for row in rows]

    config = uvicorn.Config(app, port=port, log_config=None, access_log=False, server_header=False)
    await uvicorn.Server(config).serve()
