"""Who may call what, every service, as a page on file: `python -m intercoop_local.rights`."""

from collections.abc import Iterator
from pathlib import Path

from intercoop_chassis.http.rights import Declared, declared_rights
from intercoop_local.mandates import mandates_table
from intercoop_local.openapi import application
from intercoop_local.services import NAMES

FILE = Path(__file__).parents[3] / "docs" / "rights.md"

_BEGINNING = """# Rights

Who may call each route, as the routes themselves say (`python -m intercoop_local.rights`).
A process with a route that does not say it refuses to start, and a test calls every route as
everybody.

- **anyone**: no token is asked.
- **by link**: no token; the address holds a secret that nobody guesses.
- **member**: a valid token of this very instance, whatever its roles. What is private is shown to
  those whose it is (the person, or people of the co-operative) and to its staff; to others it is
  not there (404), as if it had never been. Nobody may do more by being `elected`.
- **staff**: staff of this very instance.
- **steering**: staff of this very instance, and its board: whoever sees its figures.
- **operator**: whoever operates this very instance; operators are not staff, nor staff operators.

Tokens are signed by the instance itself: one of another instance, or of an OpenID provider, is
none here. What a person may do follows from their dated mandates, looked up at each request
([what people may do](standings.md)); a program may do what its operator wrote down for it.

Without a valid token the answer is 401, with one that is not enough 403; the body is read in
neither case. Pages (what is neither under `/<service>/api` nor for whoever operates)
take the token from the session's cookie; without one a page that is read leads to the sign-in
(303), and what is sent needs a page of this very site ([pages](pages.md)).
"""


def as_text() -> str:
    """The page on file, a table for each service."""
    tables = [*mandates_table(), "", *_tables(declared_rights(application()))]
    return "\n".join([_BEGINNING, *tables]).rstrip() + "\n"


def _tables(rights: list[Declared]) -> Iterator[str]:
    sections = dict.fromkeys(_section(one) for one in rights)
    for section in sorted(sections, key=lambda name: (name != "Every process", name)):
        yield f"## {section}\n\n| route | who | what for |\n|---|---|---|"
        for one in rights:
            if _section(one) == section:
                yield f"| `{one.method} {one.path}` | {one.right} | {one.summary} |"
        yield ""


def _section(one: Declared) -> str:
    first, _, rest = one.path.removeprefix("/").partition("/")
    return first if rest and first in NAMES else "Every process"


if __name__ == "__main__":
    FILE.write_text(as_text(), encoding="utf-8")
