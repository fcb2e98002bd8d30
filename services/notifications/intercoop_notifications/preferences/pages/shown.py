"""What the pages of choices have in common: their templates, and how topics are called."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from intercoop_chassis.pages import Templates
from intercoop_chassis.pages.menu import N_
from intercoop_notifications.preferences.domain import Topic

TEMPLATES: Final = Templates(
    Path(__file__).parents[1] / "templates", Path(__file__).parents[2] / "locale"
)


@dataclass(frozen=True, slots=True)
class TopicTexts:
    """Source texts: what a topic is called, what comes of it, and a question to stop its mails."""

    name: str
    what: str
    question: str
    stopped: str


TEXTS: Final = {
    Topic.MEETINGS: TopicTexts(
        N_("Meetings"),
        N_(
            "You get a seat or wait for one, your registration is refused or has no answer, "
            "a meeting moves or is cancelled."
        ),
        N_("No more mails about meetings?"),
        N_("You get no mails about meetings"),
    ),
    Topic.ADVICE: TopicTexts(
        N_("Peer advice"),
        N_(
            "Somebody asks your co-operative for advice, offers to help it or takes an offer back, "
            "both are introduced, a request is closed."
        ),
        N_("No more mails about peer advice?"),
        N_("You get no mails about peer advice"),
    ),
}
