"""`Idempotency-Key`: a command repeated with the same key has one effect and one answer."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, TypeVar

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel
from pydantic_core import to_json
from starlette.datastructures import UploadFile

from intercoop_chassis.auth import Caller
from intercoop_chassis.idempotency import KeptAnswer, KeyOfCaller, claim, keep
from intercoop_chassis.postgres import Database, Transaction

T = TypeVar("T")

REPLAYED: Final = "Idempotency-Replayed"
_FORMS: Final = ("multipart/form-data", "application/x-www-form-urlencoded")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers: a body, a status, and headers such as `ETag` and `Location`."""

    body: BaseModel
    status: int = 201
    headers: Mapping[str, str] = field(default_factory=dict)


class IdempotentCommand:
    """Runs one request's command, once for each key of a caller. Endpoints take it as `Once`."""

    def __init__(self, request: Request, caller: str, key: str | None) -> None:
        self._request = request
        self._caller = caller
        self._key = key

    async def run(
        self,
        db: Database,
        work: Callable[[Transaction], Awaitable[T]],
        answer: Callable[[T], Answer],
    ) -> Response:
        """Run `work` in a transaction (see `Database.command`) and answer what it returned.

        With an Idempotency-Key the answer is kept in that transaction, so `answer` is called
        before the commit and must only shape what it is given. When the key is known, `work` does
        not run and the answer of the first time is given again. What `work` raises is not kept.
        """
        if self._key is None:
            return _response(_kept(answer(await db.command(work))))
        sent = KeyOfCaller(self._caller, self._key, await fingerprint(self._request))

        async def once(tx: Transaction) -> Response:
            known = await claim(tx, sent)
            if known is not None:
                return _response(known, replayed=True)
            provide_context = _kept(answer(await work(tx)))
            await keep(tx, sent, provide_context)
            return _response(provide_context)

        return await db.command(once)


async def _once(
    request: Request,
    who: Caller,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=200,
            description="Any text, e.g. a UUID; repeat the request with it when no answer came",
        ),
    ] = None,
) -> IdempotentCommand:
    return IdempotentCommand(request, f"{who.owner}/{who.subject}", idempotency_key)


Once = Annotated[IdempotentCommand, Depends(_once)]
"""Honours `Idempotency-Key`:

    @router.post("/organisations", status_code=201, response_model=Organisation)
    async def register(body: OrganisationBody, who: Staff, once: Once) -> Response:
        def answer(made: Registered) -> Answer:
            return Answer(Organisation.of(made), headers={"ETag": etag(made.version)})
        return await once.run(db, lambda tx: handlers.register(body.command(), tx), answer)
"""


async def fingerprint(request: Request) -> bytes:
    """A digest of what was asked: method, address, and the body or the form's fields and files."""
    digest = hashlib.sha256()

    def add(part: bytes) -> None:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)

    add(request.method.encode())
    add(str(request.url.path).encode())
    add(request.url.query.encode())
    if request.headers.get("content-type", "").startswith(_FORMS):
        for name, value in (await request.form()).multi_items():
            add(name.encode())
            add(await _content(value))
    else:
        add(await request.body())
    return digest.digest()


async def _content(value: UploadFile | str) -> bytes:
    if isinstance(value, str):
        return value.encode()
    await value.seek(0)
    content = await value.read()
    await value.seek(0)
    return content


def _kept(answer: Answer) -> KeptAnswer:
    return KeptAnswer(answer.status, answer.headers, to_json(answer.body))


def _response(answer: KeptAnswer, *, replayed: bool = False) -> Response:
    headers = dict(answer.headers) | ({REPLAYED: "true"} if replayed else {})
    return Response(answer.body, answer.status, headers=headers, media_type="application/json")
