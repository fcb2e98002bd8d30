"""A baseline: a bare FastAPI endpoint with asyncpg that does what our command over HTTP does.

It verifies its token each time, takes the same body, and commits the row and the state event in one
durable transaction by the same statements, on a pool of the same size whose connections are not
reset either. It has no rights, limits, problems, logs, measures, traces or idempotency.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import asyncpg
import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from fastapi import Depends, FastAPI
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from uuid_utils.compat import uuid7

from bench.commands import POOL
from bench.payload import THINGS
from bench.service import KEEP, PATH, Made
from intercoop_chassis.postgres.writing import WRITE
from intercoop_contracts.ids import Ids
from testkit.things.streams import ThingView

Claims = dict[str, Any]  # Any: JSON claims


async def http_bare(dsn: str, owner: str, issuer: str, key: bytes, port: int) -> None:
    """Serve the endpoint on this port until the process ends; `key` is the issuer's, as PEM."""
    app = _app(dsn, owner, issuer, key)
    config = uvicorn.Config(app, port=port, log_config=None, access_log=False, server_header=False)
    await uvicorn.Server(config).serve()


def token_check(issuer: str, key: bytes) -> Callable[..., Awaitable[Claims]]:
    """A dependency that verifies a bearer token each time; `key` is the issuer's, as PEM."""
    loaded = load_pem_public_key(key)
    if not isinstance(loaded, EllipticCurvePublicKey):
        raise TypeError("ES256 needs a key of an elliptic curve")

    async def verified(
        sent: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())],
    ) -> Claims:
        return jwt.decode(sent.credentials, loaded, ["ES256"], audience=issuer, issuer=issuer)

    return verified


def _app(dsn: str, owner: str, issuer: str, key: bytes) -> FastAPI:
    @asynccontextmanager
    async def pooled(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(dsn, min_size=0, max_size=POOL, reset=_not_reset) as pool:
            app.state.pool = pool
            yield

    verified = token_check(issuer, key)
    ids = Ids(owner)
    app = FastAPI(lifespan=pooled)

    @app.post(PATH, status_code=201)
    async def make(body: ThingView, _: Annotated[Claims, Depends(verified)]) -> Made:
        subject = str(ids.new())
        async with app.state.pool.acquire() as connection, connection.transaction():
            await connection.execute(KEEP, owner, subject, body.name)
            await connection.execute(WRITE, *_columns(owner, subject, body))
        return Made(id=subject)

    return app


def _columns(owner: str, subject: str, body: ThingView) -> tuple[object, ...]:
    """What the statement takes, for one state event without a cause and a trace."""
    topic, value = THINGS.topic(owner), body.model_dump_json()
    event = [topic], [subject], [uuid7()], ["thing-made"], [value]
    return *event, datetime.now(UTC), subject, None, None, [False]


async def _not_reset(_: object) -> None:
    """As in ours."""
