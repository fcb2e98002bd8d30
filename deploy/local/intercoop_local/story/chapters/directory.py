"""The directory: imports, changes, kills, a newcomer, a broker that stops and loses everything."""

import asyncio
from collections.abc import Sequence
from typing import Final

from intercoop_local.story.caller import Json
from intercoop_local.story.seen import Seen
from intercoop_local.story.sheets import ROWS, Sheet
from intercoop_local.story.telling import HOME, IMPORT, KEPT, Chapter, Story

FIRST_THREE: Final = ("cgscop", "midi-pyrenees", "auvergne")
REFUSED: Final = 3
_STANDS_STILL_S: Final = 0.5


async def imports(story: Story) -> None:
    for owner in FIRST_THREE:
        await story.stage.join(owner)
        story.seen.step(owner, "is ready")
    created = refused = 0
    for sheet in story.sheets:
        answer = await _imported(story, sheet)
        created, refused = created + answer["created"], refused + answer["refused"]
        story.seen.step(
            sheet.owner,
            f"imports {answer['rows']} rows ({answer['encoding']}): {answer['created']} created, "
            f"{answer['refused']} refused",
        )
        _judge_refusals(story.seen, sheet, answer)
    story.summary |= {"imported": created, "refused_rows": refused}
    holds = (created, refused) == (KEPT, REFUSED)
    story.seen.require("both", f"{KEPT} of {2 * ROWS} rows are in, {REFUSED} refused", holds=holds)
    await story.agree(f"reads the same {KEPT} co-operatives as their home")
    known = await story.stage.callers["cgscop"].read_network()
    story.changing = min(key for key, one in known.items() if one["owner"] == "midi-pyrenees")


async def _imported(story: Story, sheet: Sheet) -> Json:
    staff, key = story.stage.callers[sheet.owner], f"import {sheet.owner}"

    async def ask() -> Json:
        return await staff.import_spreadsheet(sheet.data, key=key)

    return await story.command(IMPORT, sheet.owner, ask) if sheet.owner == HOME else await ask()


def _judge_refusals(seen: Seen, sheet: Sheet, answer: Json) -> None:
    for error in answer["errors"]:
        seen.step(
            sheet.owner,
            f"row {error['row']}, {error['column']} « {error['value']} »: {error['reason']['fr']}. "
            f"{error['remedy']['fr']}",
        )
    columns = {error["column"] for error in answer["errors"]}
    seen.require(sheet.owner, f"refused rows are about {columns}", holds=columns == sheet.wrong)


async def imports_again(story: Story) -> None:
    before = await _published(story)
    known = await story.stage.callers["cgscop"].read_network()
    changed = 0
    for sheet in story.sheets:
        answer = await story.stage.callers[sheet.owner].import_spreadsheet(sheet.data)
        changed += answer["created"] + answer["changed"]
        holds = answer["unchanged"] == sheet.good
        story.seen.require(sheet.owner, f"again: {sheet.good} rows are unchanged", holds=holds)
    await story.change(101)
    await story.shows("cgscop", 101, "sees a later change, so it would have seen earlier ones")
    published = await _published(story) - before - 1
    story.summary |= {"again_changed": changed, "again_published": published}
    known.pop(story.changing)
    now = await story.stage.callers["cgscop"].read_network()
    same = all(now[one] == record for one, record in known.items())
    story.seen.require(
        "all", "the same spreadsheets publish nothing", holds=same and published == changed == 0
    )


async def _published(story: Story) -> float:
    """By everybody, once it stands still: a round is counted a moment after it can be seen."""
    counted = -1.0
    while True:
        now = sum([await caller.published() for caller in story.stage.callers.values()])
        if now == counted:
            return now
        counted = now
        await asyncio.sleep(_STANDS_STILL_S)


async def one_change(story: Story) -> None:
    await story.change(42)
    for owner in ("cgscop", "auvergne"):
        await story.shows(owner, 42, "sees the change")


async def a_kill(story: Story) -> None:
    story.stage.instance("auvergne").kill()
    story.seen.step("auvergne", "is killed (kill -9)")
    for headcount in range(43, 48):
        await story.change(headcount)
    await story.shows("cgscop", 47, "sees the last of five changes")
    await story.stage.join("auvergne")
    story.seen.step("auvergne", "is started again")
    await story.shows("auvergne", 47, "has the last state")


async def a_newcomer(story: Story) -> None:
    await story.stage.join("limousin")
    story.seen.step("limousin", "joins for the first time")
    await story.agree("agrees with the others")


async def without_kafka(story: Story) -> None:
    story.stage.stack.kafka.stop()
    story.seen.step("Apache Kafka", "is stopped")
    for headcount in range(48, 51):
        await story.change(headcount)
    alone = await story.stage.callers["auvergne"].read_network()
    story.seen.require("auvergne", "still reads the whole network", holds=len(alone) == KEPT)
    story.stage.stack.kafka.start()
    story.seen.step("Apache Kafka", "is started again")
    await story.agree("agrees with the others")


async def empty_kafka(story: Story) -> None:
    story.stage.stack.kafka.stop()
    story.stage.stack.kafka.wipe()
    story.stage.stack.kafka.start()
    story.seen.step("Apache Kafka", "has lost all data and starts as a new cluster")
    if await story.stage.stack.admit_again():
        story.seen.step("Apache Kafka", "lets everybody in again: users and rights were lost, too")
    await story.change(51)
    await story.stage.join("ouest")
    story.seen.step("ouest", "joins for the first time")
    await story.agree("agrees with the others, read from the refilled broker")
    story.summary["instances"] = len(story.stage.callers)


CHAPTERS: Sequence[Chapter] = (
    imports,
    imports_again,
    one_change,
    a_kill,
    a_newcomer,
    without_kafka,
    empty_kafka,
)
