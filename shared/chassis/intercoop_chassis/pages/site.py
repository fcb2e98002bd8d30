"""What all pages of a process share: whose they are, its services, where its assets are."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup
from starlette.requests import Request

from intercoop_chassis.context import Context
from intercoop_chassis.pages.assets import HASH
from intercoop_chassis.pages.network import NetworkWatch
from intercoop_chassis.pages.presentation import RememberedPresentation

Render = Callable[[Request, Context], Awaitable[Markup]]
"""Makes a part for whoever asks, who has the right that the part's route asks for."""


@dataclass(frozen=True, slots=True)
class Site:
    """The pages' side of a process. `contexts` are those of its services, by name, at least one.

    All services of a process show the same assets, at the address of the first one, so that a
    browser fetches them once.
    """

    contexts: Mapping[str, Context]
    parts: Mapping[str, Render] = field(default_factory=dict)
    network: NetworkWatch = field(default_factory=NetworkWatch)
    presentation: RememberedPresentation = field(default_factory=RememberedPresentation)

    @property
    def context(self) -> Context:
        """Any service's: what is the instance's is the same in each."""
        return next(iter(self.contexts.values()))

    @property
    def assets(self) -> str:
        """The address that the names of assets are appended to."""
        return f"/{next(iter(self.contexts))}/assets/{HASH}"

    @property
    def colours(self) -> str:
        """The address of a style with the owner's colours; nothing where it has said none."""
        known = self.presentation.known
        if known is None or known.colours is None:
            return ""
        light, dark = (colour[1:] for colour in (known.colours.light, known.colours.dark))
        return f"/{next(iter(self.contexts))}/assets/colours/{light}-{dark}.css"

    @property
    def policy(self) -> str:
        """The Content-Security-Policy of every page."""
        return (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            "font-src 'self'; connect-src 'self'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        )


def site_of(request: Request) -> Site:
    """The site that a request is answered by."""
    site: Site = request.app.state.site
    return site
