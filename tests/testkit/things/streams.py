"""What the test service publishes: things to everyone, and secrets within an instance."""

from intercoop_contracts.attribution import ANYBODYS
from intercoop_contracts.personal import Personal
from intercoop_contracts.streams import Audience, Stream, View


class ThingView(View):
    """A thing; `behave` lets a test choose what the reaction does with it."""

    name: str
    filling: str = ""
    behave: str = "well"
    needs: str | None = None
    weight: float | None = None


class SecretView(View):
    who: Personal[str]
    size: int = 0


THINGS = Stream(
    name="things",
    audience=Audience.SHARED,
    view=ThingView,
    event_types=("thing-made", "thing-changed"),
    publisher="things",
    key=ANYBODYS,
)
PARTS = Stream(
    name="parts",
    audience=Audience.SHARED,
    view=ThingView,
    event_types=("part-made",),
    publisher="things",
    key=ANYBODYS,
)
SECRETS = Stream(
    name="secrets",
    audience=Audience.PRIVATE,
    view=SecretView,
    event_types=("secret-kept",),
    publisher="things",
    key=ANYBODYS,
)
