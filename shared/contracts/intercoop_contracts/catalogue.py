"""Every stream of the network, in the order in which their publishers came to be; who reads it."""

from collections.abc import Mapping
from typing import Any

from intercoop_contracts.advice import ADVICE_REQUESTS, OFFER_ANSWERS, OFFERS, PEER_ADVICE
from intercoop_contracts.directory import ACCOUNTS, ORGANISATIONS, PEOPLE, PRESENTATIONS
from intercoop_contracts.events import (
    MEETING_SEATS,
    MEETINGS,
    REGISTRATIONS,
    SEAT_ANSWERS,
    SEAT_REQUESTS,
)
from intercoop_contracts.streams import Stream

AnyStream = Stream[Any]  # Any: each stream has its own view

STREAMS: tuple[AnyStream, ...] = (
    ORGANISATIONS,
    PEOPLE,
    ACCOUNTS,
    PRESENTATIONS,
    MEETINGS,
    MEETING_SEATS,
    SEAT_REQUESTS,
    SEAT_ANSWERS,
    REGISTRATIONS,
    ADVICE_REQUESTS,
    OFFERS,
    OFFER_ANSWERS,
    PEER_ADVICE,
)

READS: Mapping[str, tuple[AnyStream, ...]] = {
    "directory": (ORGANISATIONS,),
    "events": (
        ORGANISATIONS,
        PEOPLE,
        ACCOUNTS,
        PRESENTATIONS,
        MEETINGS,
        MEETING_SEATS,
        SEAT_REQUESTS,
        SEAT_ANSWERS,
    ),
    "advice": (ORGANISATIONS, ACCOUNTS, PRESENTATIONS, ADVICE_REQUESTS, OFFERS, OFFER_ANSWERS),
    "notifications": (PEOPLE, ACCOUNTS, PRESENTATIONS, REGISTRATIONS, PEER_ADVICE),
}
"""Every service, and the streams it reads."""
