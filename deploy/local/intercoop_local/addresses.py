"""The addresses of instances with several processes: a proxy for each, in the starter's process."""

import asyncio
from typing import Final

from intercoop_chassis.http.server import serve_http
from intercoop_local.instances import Instance
from intercoop_local.platform.ports import LOOPBACK, need_free
from intercoop_local.proxy import Proxy

_REMEDY: Final = "choose others with INTERCOOP_INSTANCES_PORT"


class Addresses:
    """Listens at the address of each instance that has more than one process, until closed."""

    def __init__(self) -> None:
        self._stop = asyncio.Event()
        self._serving: dict[str, asyncio.Task[None]] = {}

    def open(self, instance: Instance) -> None:
        """Listen, unless the only process does. Raises `PlatformError` when the port is taken."""
        slug = instance.owner.slug
        if len(instance.processes) == 1 or slug in self._serving:
            return
        need_free(instance.address, f"the address of {slug}", _REMEDY)
        proxy = Proxy({service: instance.url_of(service) for service in instance.services})
        serving = self._serve(proxy, instance.address)
        self._serving[slug] = asyncio.create_task(serving, name=f"{slug} address")

    def check(self) -> None:
        """Raise what ended one of them by itself."""
        for serving in self._serving.values():
            if serving.done():
                serving.result()

    async def close(self) -> None:
        """Take no more requests, and end those under way."""
        self._stop.set()
        await asyncio.gather(*self._serving.values(), return_exceptions=True)

    async def _serve(self, proxy: Proxy, port: int) -> None:
        try:
            await serve_http(proxy, LOOPBACK, port, self._stop)
        finally:
            await proxy.close()
