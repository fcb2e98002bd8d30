"""Plays the story, and judges by what was seen."""

import asyncio
import json
from collections.abc import Sequence

import click

from intercoop_local.home import Home
from intercoop_local.platform.errors import PlatformError
from intercoop_local.story.chapters import directory, last_seat, premises, visit
from intercoop_local.story.seen import NotSeenError
from intercoop_local.story.stage import Plan, Stage
from intercoop_local.story.telling import Chapter, Story

CHAPTERS = (*directory.CHAPTERS, *visit.CHAPTERS, *premises.CHAPTERS, *last_seat.CHAPTERS)


def play(home: Home, plan: Plan) -> int:
    """Play every chapter; returns 0 only when each effect was seen."""
    return asyncio.run(_play(home, plan))


def _chosen(only: Sequence[str]) -> list[Chapter]:
    """The chapters of these names, or all; ends in a sentence for an unknown one."""
    named = {chapter.__name__: chapter for chapter in CHAPTERS}
    if unknown := set(only) - named.keys():
        raise click.ClickException(
            f"{', '.join(sorted(unknown))}: no such chapter. There are: {', '.join(named)}."
        )
    return [chapter for name, chapter in named.items() if not only or name in only]


async def _play(home: Home, plan: Plan) -> int:
    chapters = _chosen(plan.only)
    stage = Stage(home, plan)
    story = Story(stage)
    try:
        await stage.open()
        for chapter in chapters:
            await chapter(story)
    except (NotSeenError, PlatformError) as error:
        click.echo(f"Not seen: {error}", err=True)
        return 1
    finally:
        await stage.close()
    summary = {**story.summary, "instances_agree": True, "effects_ms": story.seen.summary()}
    click.echo(json.dumps(summary | {"seconds": round(story.seen.seconds, 1)}))
    return 0
