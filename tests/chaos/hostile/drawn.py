"""Views drawn from the contracts' own schemas, at their bounds and beyond."""

from collections import defaultdict
from collections.abc import Callable
from random import Random
from typing import Final

from chaos.hostile import HOSTILE
from chaos.hostile.overhearing import SHARED
from chaos.hostile.statements import ENDED, Statement
from intercoop_contracts.catalogue import AnyStream
from intercoop_local.story.caller import Json
from testkit.extremes import Extreme, at_the_bounds, beyond_the_bounds, subject_of

_SUBJECTS: Final = 100
"""Of each stream that change; more are new and stay as they are."""
_NEW_OF: Final = 0.3
_ENDS_OF: Final = 0.02


class Drawn:
    """Says extremes of some kind, addressed to these owners, under ids of its own."""

    def __init__(
        self, extremes: Callable[..., list[Extreme]], addressees: tuple[str, ...], chance: Random
    ) -> None:
        self._chance = chance
        self._views = {
            stream: [
                extreme.view
                for addressee in addressees
                for extreme in extremes(stream, HOSTILE, addressee)
            ]
            for stream in SHARED
        }
        self._subjects: defaultdict[tuple[str, str], list[str]] = defaultdict(list)

    @classmethod
    def at_the_bounds(cls, addressees: tuple[str, ...], chance: Random) -> "Drawn":
        return cls(at_the_bounds, addressees, chance)

    @classmethod
    def beyond_the_bounds(cls, addressees: tuple[str, ...], chance: Random) -> "Drawn":
        return cls(beyond_the_bounds, addressees, chance)

    def statement(self) -> Statement:
        """One of them, about something new or something known; now and then its end."""
        stream = self._chance.choice(SHARED)
        view = self._chance.choice(self._views[stream])
        subject = self._subject(stream, view)
        ends = self._chance.random() < _ENDS_OF
        return Statement(stream, subject, ENDED if ends else view)

    def _subject(self, stream: AnyStream, view: Json) -> str:
        whose = view[stream.key.issuer] if isinstance(stream.key.issuer, str) else HOSTILE
        known = self._subjects[stream.name, whose]
        if len(known) == _SUBJECTS and self._chance.random() > _NEW_OF:
            return self._chance.choice(known)
        subject = subject_of(stream, view, HOSTILE)
        if len(known) < _SUBJECTS:
            known.append(subject)
        return subject
