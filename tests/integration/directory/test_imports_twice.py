"""Imports that are sent twice, begun and left, or gone through by two at once."""

from testkit.import_pages import LIST, SHEET, hidden, words


async def test_a_form_sent_twice_is_one_import_and_a_button_pressed_twice_applies_once(home, nadia):
    first = await nadia.send(SHEET.encode(), once="same")
    second = await nadia.send(SHEET.encode(), once="same")
    assert first.headers["location"] == second.headers["location"]
    at = first.headers["location"].removesuffix("/columns")
    await nadia.columns(at)
    form = hidden(await nadia.page(f"{at}/preview"))
    for fields in (form, form, {**form, "once": "another"}):
        answer = await nadia.browser.post(f"{at}/apply", data=fields)
        assert answer.headers["location"] == f"{at}/apply"
    going = await nadia.page(f"{at}/apply")
    assert "0 ligne appliquée sur 3" in words(going)
    assert 'hx-trigger="every 2s"' in going
    assert (await nadia.browser.get(f"{at}/preview")).headers["location"] == f"{at}/apply"
    await nadia.work(at)
    assert len(await home.published()) == 2


async def test_two_who_change_one_import_are_told_and_nothing_is_applied_unseen(home, nadia):
    at = await nadia.previewed(SHEET)
    columns = hidden(await nadia.page(f"{at}/columns"))
    seen = hidden(await nadia.page(f"{at}/preview"))
    row = hidden(await nadia.page(f"{at}/rows/4"))
    assert (await nadia.corrects(at, 4, siren="732829320")).status_code == 422
    late = await nadia.browser.post(f"{at}/apply", data=seen)
    assert late.status_code == 409
    assert "rien n’a été appliqué" in words(late.text)
    other = await nadia.browser.post(f"{at}/columns", data={**columns, "columns.0": "name"})
    assert other.status_code == 409
    mine = await nadia.browser.post(f"{at}/rows/4", data={**row, "cell.siren": "552032534"})
    assert mine.status_code == 409
    assert 'value="552032534"' in mine.text
    again = await nadia.browser.post(
        f"{at}/rows/4", data={**hidden(mine.text), "cell.siren": "732829320", "cell.headcount": "9"}
    )
    assert again.status_code == 303
    assert await home.published() == []


async def test_an_import_that_was_begun_is_found_again_and_may_be_forgotten(nadia):
    at = await nadia.opened(SHEET, "C:\\Users\\nadia\\<b>coops.csv")
    listed = await nadia.page(LIST)
    assert f'href="{at}/columns"' in listed
    assert "&lt;b&gt;coops.csv" in listed
    assert "à continuer" in words(listed)
    await nadia.columns(at)
    await nadia.page(f"{at}/preview")
    assert f'href="{at}/preview"' in await nadia.page(LIST)
    assert (await nadia.browser.post(f"{at}/discard")).headers["location"] == LIST
    assert at not in await nadia.page(LIST)
    assert (await nadia.browser.get(f"{at}/columns")).status_code == 404


async def test_what_was_applied_is_not_forgotten_nor_read_otherwise(nadia):
    at = await nadia.applied(SHEET)
    assert (await nadia.browser.post(f"{at}/discard")).status_code == 409
    assert (
        await nadia.browser.post(f"{at}/columns", data={"columns.0": "name"})
    ).status_code == 409
    assert (await nadia.browser.get(f"{at}/columns")).headers["location"] == f"{at}/apply"
    assert (await nadia.browser.get(f"{at}/rows/2")).status_code == 409


async def test_what_somebody_changes_meanwhile_is_seen_at_the_next_look(nadia, staff):
    at = await nadia.previewed("Raison sociale;SIREN\nUne;552032534\n")
    assert "Nouvelles 1" in words(await nadia.page(f"{at}/preview"))
    assert (
        await staff.post("/organisations", json={"name": "Une", "siren": "552032534"})
    ).status_code == 201
    assert "Nouvelles 0 Changées 0 Pareilles 1" in words(await nadia.page(f"{at}/preview"))
