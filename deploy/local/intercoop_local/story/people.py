"""People of the network, each with a token of their own and an address for mails."""

from collections import Counter
from dataclasses import dataclass

from intercoop_local.instances import Instance
from intercoop_local.mail import Mailbox
from intercoop_local.story.caller import Caller, Json, TokenSource


@dataclass(frozen=True, slots=True)
class Card:
    """What their union's directory says of somebody."""

    id: str
    organisation: str
    email: str


class Person(Caller):
    """Somebody of a co-operative, in their own union's instance."""

    def __init__(
        self, instance: Instance, tokens: TokenSource, card: Card, mailbox: Mailbox
    ) -> None:
        super().__init__(instance, tokens)
        self.id = card.id
        self.organisation = card.organisation
        self.email = card.email
        self._mailbox = mailbox

    async def register(self, meeting: str, key: str) -> Json:
        """Ask for a seat, once for each `key`."""
        body = {"meeting_id": meeting, "organisation_id": self.organisation}
        return await self.post("events/registrations", body, key=key)

    async def registration(self, meeting: str) -> Json:
        """Their newest registration for a meeting."""
        found = await self.get("events/registrations", meeting=meeting)
        newest: Json = found["items"][0]
        return newest

    async def told(self, about: str) -> Counter[str]:
        """How often they were told what, in the application, about what has this in its title."""
        notices = await self.every("notifications/notices")
        return Counter(one["kind"] for one in notices if about in one["text"] + one["title"])

    def mailed(self, about: str) -> Counter[str]:
        """How many different mails came, by subject, that have this in them."""
        mails = self._mailbox.received(to=self.email)
        distinct = {one.message_id: one for one in mails if about in one.text + one.subject}
        return Counter(one.subject for one in distinct.values())
