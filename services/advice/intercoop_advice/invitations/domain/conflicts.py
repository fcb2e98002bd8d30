"""In which states an invitation takes no reply, each with the reason in words."""

from typing import Final

from intercoop_advice.invitations.domain.received import ReceivedState

CLOSED: Final = "The request is closed: there is nothing to answer any more"
_INTRODUCED: Final = "You have been introduced: talk to each other"
_NOT_TAKEN: Final = "The asker did not take your offer: there is nothing to answer any more"
_NO_OFFER: Final = "You have offered nothing that you could withdraw"

NO_OFFER_WHEN: Final = {
    ReceivedState.INTRODUCED: _INTRODUCED,
    ReceivedState.NOT_TAKEN: _NOT_TAKEN,
    ReceivedState.CLOSED: CLOSED,
}
NO_DECLINE_WHEN: Final = {
    ReceivedState.OFFERED: "You have offered help: withdraw your offer instead",
    ReceivedState.WITHDRAWN: "You have withdrawn your offer: that is known to the asker",
    ReceivedState.INTRODUCED: _INTRODUCED,
    ReceivedState.NOT_TAKEN: _NOT_TAKEN,
    ReceivedState.CLOSED: CLOSED,
}
NO_WITHDRAWAL_WHEN: Final = {
    ReceivedState.INVITED: _NO_OFFER,
    ReceivedState.DECLINED: _NO_OFFER,
    ReceivedState.INTRODUCED: _INTRODUCED,
    ReceivedState.NOT_TAKEN: _NOT_TAKEN,
    ReceivedState.CLOSED: CLOSED,
}
