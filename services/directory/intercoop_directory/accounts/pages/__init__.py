"""Signing in and out as people see it: the ways to sign in, and the session that follows."""

from fastapi import APIRouter

from intercoop_chassis.context import Context
from intercoop_chassis.http import side_by_side
from intercoop_directory.accounts.gateways.personas import personas_of
from intercoop_directory.accounts.pages import (
    mail_link,
    my_sessions,
    naming,
    persona,
    provider,
    refused,
    sign_in,
    sign_out,
)


def pages(context: Context) -> APIRouter:
    """The pages of accounts. Raises `UnusableFileError` for a file of made-up people."""
    personas_of(context.settings)
    ways = (provider.router, mail_link.router, persona.router, refused.router)
    own = (naming.router, my_sessions.router)
    return side_by_side([sign_in.router, *ways, sign_out.router, *own])
