"""Imports step by step, and the list of organisations as a file."""

from fastapi import APIRouter

from intercoop_chassis.context import Context
from intercoop_chassis.http import side_by_side
from intercoop_directory.imports.pages import (
    applying,
    columns,
    correcting,
    export,
    listing,
    preview,
)


def pages(_: Context) -> APIRouter:
    parts = (export, listing, columns, preview, correcting, applying)
    return side_by_side([part.router for part in parts])
