"""What a page that is open is told of the network, by the stream of events that it listens to."""

from typing import Final

from markupsafe import Markup
from starlette.requests import Request

from intercoop_chassis.pages.network import Network
from intercoop_chassis.pages.rendering import CHASSIS_TEMPLATES, Templates, partial
from intercoop_chassis.pages.site import site_of

_TEMPLATES: Final = Templates(CHASSIS_TEMPLATES)


class NetworkNews:
    """Whether the network answers, as one open page knows it."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._was_away: bool | None = None
        self._foot: Markup | None = None

    async def parts(self) -> list[Markup]:
        """Parts of the page that say something else now; that it went or came is said aloud."""
        site = site_of(self._request)
        network = await site.network.look(site.context.db)
        if network is None:
            return []
        found, foot = [], self._part("foot", network)
        if foot != self._foot:
            found.append(partial("reach", foot))
        if network.is_away != self._was_away:
            found.append(partial("network", self._part("banner", network)))
            if self._was_away is not None or network.is_away:
                found.append(partial("said", self._part("said", network)))
        self._foot, self._was_away = foot, network.is_away
        return found

    def _part(self, name: str, network: Network) -> Markup:
        return _TEMPLATES.markup(self._request, f"network/{name}.html", {"network": network})
