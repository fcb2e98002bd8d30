"""What a provider says of itself: asked for now and then, and kept while it is away."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

import structlog

from intercoop_directory.accounts.gateways.provider.asking import ProviderAwayError

T = TypeVar("T")

FRESH_S: Final = 600.0
PAUSE_S: Final = 5.0
"""Between two questions, however many people sign in meanwhile."""

log = structlog.get_logger()


class Kept(Generic[T]):
    """An answer of a provider's, by one question at a time; `clock` gives monotonic seconds."""

    def __init__(
        self, name: str, ask: Callable[[], Awaitable[T]], clock: Callable[[], float]
    ) -> None:
        self._name = name
        self._ask = ask
        self._clock = clock
        self._answer: T | None = None
        self._fresh_until = 0.0
        self._not_before = 0.0
        self._is_away = False
        self._asking = asyncio.Lock()

    async def get(self, is_enough: Callable[[T], bool] = lambda _: True) -> T:
        """The answer, asked for anew when it is ten minutes old, or is not `is_enough`.

        Raises `ProviderAwayError` where there was none ever.
        """
        if not self._serves(is_enough):
            async with self._asking:
                if not self._serves(is_enough) and self._clock() >= self._not_before:
                    await self._ask_anew()
        return self._known()

    async def get_now(self) -> T:
        """The answer to a question of the last five seconds.

        Raises `ProviderAwayError` where that one was not answered.
        """
        async with self._asking:
            if self._clock() >= self._not_before:
                await self._ask_anew()
        if self._is_away:
            raise ProviderAwayError("The provider does not answer: try again in a moment")
        return self._known()

    def _known(self) -> T:
        if self._answer is None:
            raise ProviderAwayError("The provider has not answered yet: try again in a moment")
        return self._answer

    def _serves(self, is_enough: Callable[[T], bool]) -> bool:
        answer, is_fresh = self._answer, self._clock() < self._fresh_until
        return answer is not None and is_fresh and is_enough(answer)

    async def _ask_anew(self) -> None:
        self._not_before = self._clock() + PAUSE_S
        try:
            self._answer = await self._ask()
            self._fresh_until = self._clock() + FRESH_S
            self._is_away = False
        except ProviderAwayError as error:
            self._is_away = True
            self._not_before = self._clock() + PAUSE_S
            log.warning("provider_not_heard", question=self._name, reason=error.detail)
