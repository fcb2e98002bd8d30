"""What people were promised: answers that were given, and seats."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from chaos.below import counted
from chaos.checker.findings import Findings
from chaos.checker.states import States
from chaos.load import Said
from chaos.testbed import Testbed
from intercoop_local.story.caller import Json, Staff
from intercoop_local.story.seen import NotSeenError

_COUNTS: Final[dict[str, Callable[[Json], int]]] = {
    ".organisations.v1": lambda view: view.get("headcount") or 0,
    ".people.v1": lambda view: counted(view.get("family_name", "")),
}


def check_promises(published: dict[str, States], said: Said, findings: Findings) -> None:
    """What was answered is there: what counts an organisation or a person is never below it."""
    counts = {
        UUID(subject): of(value)
        for states in published.values()
        for (topic, subject), (_, value) in states.items()
        for stream, of in _COUNTS.items()
        if topic.endswith(stream)
    }
    for one, reached in said.reached.items():
        if counts.get(one, 0) < reached:
            findings.add("promise_broken", f"{one}: answered {reached}, is {counts.get(one)}")


async def check_seats(testbed: Testbed, said: Said, findings: Findings) -> None:
    """No meeting has more people than seats, and every instance tells the same."""
    callers = {owner: testbed.staff(owner) for owner in testbed.owners}
    try:
        for owner, meeting in said.meetings:
            shown = {slug: await _seats(one, meeting) for slug, one in callers.items()}
            _judge_seats(meeting, shown, findings)
            try:
                seated = await _guests(callers[owner], meeting)
            except NotSeenError as refused:
                findings.add("disagreements", f"meeting {meeting} of {owner}: {refused}")
                continue
            if shown[owner] and seated > shown[owner]["seats"]:
                findings.add("seats_too_many", f"meeting {meeting}: {seated} guests are seated")
    finally:
        for caller in callers.values():
            await caller.close()


async def _guests(caller: Staff, meeting: str) -> int:
    """How many have a seat, by the organiser's list."""
    guests = await caller.get(f"events/meetings/{meeting}/guests")
    return sum(guest["state"] == "seated" for guest in guests["items"])


async def _seats(caller: Staff, meeting: str) -> Json:
    found = await caller.find(f"events/meetings/{meeting}")
    return found["seats"] if found else {}


def _judge_seats(meeting: str, shown: dict[str, Json], findings: Findings) -> None:
    first, *others = shown.values()
    if not first or any(one != first for one in others):
        findings.add("disagreements", f"meeting {meeting}: {shown}")
    if any(one and one["seated"] > one["seats"] for one in shown.values()):
        findings.add("seats_too_many", f"meeting {meeting}: {shown}")
