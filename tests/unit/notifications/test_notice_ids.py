"""A notice's id: the same again for the same change and person, as its mail's identity hangs on it."""

from uuid import UUID

from intercoop_notifications.notices.domain.notice import Source

CAMILLE = UUID(int=1)
DOMINIQUE = UUID(int=2)
SEATED = Source("private.registrations.v1", "0198", 2)


def test_a_change_that_is_heard_again_gives_the_same_notice():
    again = Source("private.registrations.v1", "0198", 2)
    assert again.notice_of(CAMILLE) == SEATED.notice_of(CAMILLE)


def test_every_other_person_version_and_subject_has_another():
    others = [
        SEATED.notice_of(DOMINIQUE),
        Source(SEATED.stream, SEATED.subject, 3).notice_of(CAMILLE),
        Source(SEATED.stream, "0199", 2).notice_of(CAMILLE),
        Source("private.peer-advice.v1", SEATED.subject, 2).notice_of(CAMILLE),
    ]
    assert len({SEATED.notice_of(CAMILLE), *others}) == 5
