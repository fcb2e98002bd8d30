"""An import that is applied in steps: whoever dies on the way loses nothing, and what stops says so."""

from uuid import UUID

import pytest

from intercoop_chassis.jobs import Job, Outcome
from intercoop_directory.imports import jobs
from intercoop_directory.imports.handlers import applying
from testkit.import_pages import words

ROWS = 250
SHEET = "Raison sociale\n" + "".join(f"Coopérative {number:03}\n" for number in range(ROWS))


@pytest.fixture
async def begun(nadia):
    """The address and the id of an import that was begun, and of which nothing was done yet."""
    at = await nadia.previewed(SHEET)
    assert (await nadia.apply(at)).status_code == 303
    return at, UUID(at.rpartition("/")[2])


async def step(home, import_id, reached):
    return await home.db.command(lambda tx: applying.step(import_id, reached, tx))


async def test_a_process_that_dies_leaves_whole_steps_and_the_next_goes_on(home, nadia, begun):
    at, import_id = begun
    assert await step(home, import_id, 0) is True
    with pytest.raises(ZeroDivisionError):
        await home.db.command(lambda tx: _dies(import_id, 101, tx))
    assert len(await home.published()) == 100
    page = await nadia.page(f"{at}/apply")
    assert "100 lignes appliquées sur 250" in words(page)
    assert 'value="100"' in page
    assert "en cours" in words(await nadia.page("/directory/imports"))
    await nadia.work(at)
    assert len(await home.published()) == ROWS
    assert "250 créées" in words(await nadia.page(f"{at}/apply"))


async def _dies(import_id, reached, tx):
    assert await applying.step(import_id, reached, tx)
    raise ZeroDivisionError


async def test_a_step_that_is_done_twice_has_one_effect(home, begun):
    _, import_id = begun
    assert await step(home, import_id, 0) is True
    versions = await home.versions()
    assert await step(home, import_id, 0) is False
    assert await home.versions() == versions


async def test_what_does_not_come_further_says_so_and_goes_on_when_asked(home, nadia, begun):
    at, import_id = begun
    await step(home, import_id, 0)
    job = Job("", applying.STEP, {"import": str(import_id), "reached": 101}, None, 1)
    await home.db.command(lambda tx: jobs._note_end(job, Outcome.EXPIRED, tx))
    text = words(await nadia.page(f"{at}/apply"))
    assert "Cet import s’est arrêté en route. Ce qui est dit ici a été enregistré" in text
    assert "100 créées" in text
    assert "150 lignes prêtes" in words(await nadia.page(f"{at}/preview"))
    await nadia.applied_at(at)
    assert len(await home.published()) == ROWS


async def test_what_is_applied_is_not_undone_meanwhile(home, nadia, begun):
    at, import_id = begun
    await step(home, import_id, 0)
    assert (await nadia.undo(at)).status_code == 409
    await nadia.work(at)
    await nadia.undo(at)
    async with home.client() as client:
        assert (await client.get("/organisations")).json()["items"] == []


async def test_the_preview_counts_what_a_dry_run_counts(staff, nadia):
    from testkit.spreadsheets import CSV, SHEET as FROM_THE_FIELD

    answer = await staff.post(
        "/organisations/import?dry_run=true", content=FROM_THE_FIELD.encode(), headers=CSV
    )
    counts = answer.json()
    at = await nadia.previewed(FROM_THE_FIELD)
    text = words(await nadia.page(f"{at}/preview"))
    tabs = f"Nouvelles {counts['created']} Changées {counts['changed']} Pareilles {counts['unchanged']}"
    assert f"À corriger {counts['refused']} {tabs}" in text


async def test_an_import_is_erased_after_thirty_days_a_part_at_a_time(home, nadia, begun):
    at, _ = begun
    kept = await nadia.previewed("Raison sociale\nNeuve\n")
    async with home.db.transaction() as tx:
        await tx.execute(
            "UPDATE imports SET sent_at = sent_at - interval '31 days' WHERE state = 'applying'"
        )
    swept = []
    while not swept or swept[-1] == 200:
        swept.append(await home.db.command(lambda tx: jobs.forget_imports(None, 200, tx)))
    assert swept == [200, 50]
    assert (await nadia.browser.get(f"{at}/apply")).status_code == 404
    await nadia.page(f"{kept}/preview")
    async with home.db.read() as tx:
        assert await tx.fetchval("SELECT count(*) FROM import_rows") == 1
