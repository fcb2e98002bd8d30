"""The API's description as a document and as a page that needs nothing from elsewhere."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from intercoop_chassis.auth import ANYONE
from intercoop_chassis.http.openapi import Description

_FOLDER: Final = Path(__file__).parent
_FILES: Final = {
    "docs": ("page.html", "text/html"),
    "docs.css": ("page.css", "text/css"),
    "docs.js": ("page.js", "text/javascript"),
}
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def docs_routes(description: Description, services: Sequence[str]) -> APIRouter:
    """`/openapi.json` and `/docs` of the whole process, and the same under each `/<name>/api`."""
    router = APIRouter(include_in_schema=False, dependencies=[ANYONE])
    _add(router, description, "", "Intercoop")
    for name in services:
        _add(router, description, f"/{name}/api", f"Intercoop {name}")
    return router


def _add(router: APIRouter, description: Description, prefix: str, title: str) -> None:
    @router.get(f"{prefix}/openapi.json", summary="The description")
    def openapi() -> Response:
        return JSONResponse(description.document(f"{prefix}/", title))

    for name, (file, media_type) in _FILES.items():
        _add_file(router, f"{prefix}/{name}", _FOLDER / file, media_type)


def _add_file(router: APIRouter, path: str, file: Path, media_type: str) -> None:
    @router.get(path, summary="A page that shows it")
    def serve() -> Response:
        headers = {"Content-Security-Policy": _POLICY}
        return Response(file.read_bytes(), media_type=media_type, headers=headers)
