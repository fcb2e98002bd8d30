"""Words that other owners chose, as they reach a person: no header, no markup, no link.

What no contract takes any more may still come of a version before: a copy of a view is not checked.
"""

from testkit.notifications_service import registration_view


def titled(person, title):
    return registration_view(person).model_copy(update={"title": title})


async def test_a_title_of_another_instance_cannot_add_a_header(service, smtp_server):
    person = await service.person()
    title = "Visite\r\nBcc: everybody@example.org\r\n\r\n<script>alert(1)</script>"
    await service.registers(person, titled(person, title))
    service.start_posting()
    await service.mail_becomes("done")
    (mail,) = smtp_server.received
    assert mail["Bcc"] is None
    assert smtp_server.recipients == ["camille@example.org"]
    assert "Bcc: everybody@example.org <script>" in mail["Subject"]
    assert "<script>" not in mail.get_body(("html",)).get_content()


async def test_a_title_that_no_jsonb_takes_is_told_all_the_same(service):
    person = await service.person()
    await service.registers(person, titled(person, "Visite\0\r\nBcc: x"))
    (notice,) = await service.notices(person)
    assert notice["title"] == "Vous avez une place : Visite Bcc: x"


async def test_the_only_links_of_a_mail_are_ours(service, smtp_server):
    person = await service.person()
    await service.registers(
        person, titled(person, "Gagnez https://evil.example/x www.evil.example")
    )
    service.start_posting()
    await service.mail_becomes("done")
    (mail,) = smtp_server.received
    for part in ("plain", "html"):
        text = mail.get_body((part,)).get_content()
        assert "evil.example" not in text
        assert text.count("https://") == text.count("https://coop.example/") > 0
