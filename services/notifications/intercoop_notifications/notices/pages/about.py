"""What a notice is about, as a link to the page that has it."""

from dataclasses import dataclass
from typing import assert_never

from intercoop_chassis.pages.menu import N_
from intercoop_notifications.elsewhere import MEETING, REQUEST, page_of
from intercoop_notifications.notices.domain.notice import AdviceFacts, Facts, MeetingFacts


@dataclass(frozen=True, slots=True)
class About:
    """Where it is, and a source text that says what is there."""

    address: str
    text: str


def about(facts: Facts) -> About:
    """The meeting of a registration, or the request for advice; whichever side one is on."""
    match facts:
        case MeetingFacts():
            return About(page_of(MEETING, facts.meeting_id), N_("See the meeting"))
        case AdviceFacts():
            return About(page_of(REQUEST, facts.request_id), N_("See the request"))
        case never:
            assert_never(never)
