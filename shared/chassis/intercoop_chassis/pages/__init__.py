"""Pages: what services need to show people something, within the instance's frame.

A capability's `pages.py` makes routes with `page_router(service)`, each with its right, and fills
templates of its own; the service's `main` gives them as `Service(pages=[…])`.
"""

from intercoop_chassis.pages.browser_sessions import (
    Opened,
    close_in_browser,
    note_ended,
    open_in_browser,
    rename_in_browser,
    session_in_browser,
)
from intercoop_chassis.pages.files import SentFile, sent_file, sent_with_fields
from intercoop_chassis.pages.flash import Flash, done
from intercoop_chassis.pages.forms import Fault, Form, bind, typed_in
from intercoop_chassis.pages.once import ONCE, Done, new_once, once
from intercoop_chassis.pages.parts import add_part
from intercoop_chassis.pages.paths import address, local_path
from intercoop_chassis.pages.rendering import Templates, answer, partial
from intercoop_chassis.pages.routers import page_router
from intercoop_chassis.pages.search import asked_for

__all__ = [
    "ONCE",
    "Done",
    "Fault",
    "Flash",
    "Form",
    "Opened",
    "SentFile",
    "Templates",
    "add_part",
    "address",
    "answer",
    "asked_for",
    "bind",
    "close_in_browser",
    "done",
    "local_path",
    "new_once",
    "note_ended",
    "once",
    "open_in_browser",
    "page_router",
    "partial",
    "rename_in_browser",
    "sent_file",
    "sent_with_fields",
    "session_in_browser",
    "typed_in",
]
