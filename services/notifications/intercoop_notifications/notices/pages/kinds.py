"""What each kind of notice is called, where its own words are not to be read."""

from typing import Final

from intercoop_chassis.pages.menu import N_
from intercoop_notifications.notices.domain.notice import NoticeKind

KINDS: Final = {
    NoticeKind.SEATED: N_("A seat"),
    NoticeKind.WAITING: N_("On the waiting list"),
    NoticeKind.REFUSED: N_("Registration refused"),
    NoticeKind.LAPSED: N_("Registration without an answer"),
    NoticeKind.CANCELLED: N_("Meeting cancelled"),
    NoticeKind.MOVED: N_("Meeting moved"),
    NoticeKind.INVITED: N_("Asked for advice"),
    NoticeKind.OFFERED: N_("Help offered"),
    NoticeKind.INTRODUCED: N_("Introduction"),
    NoticeKind.NOT_TAKEN: N_("Offer not taken"),
    NoticeKind.WITHDRAWN: N_("Offer taken back"),
    NoticeKind.CLOSED: N_("Request closed"),
}
"""Kind → a source text."""
