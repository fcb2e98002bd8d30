"""The job of a mail: its key and payload stand in rows that outlive a version of the software."""

from uuid import UUID

from intercoop_notifications.notices.domain.mail_job import MAIL, MailJob, key_of
from intercoop_notifications.notices.domain.notice import NoticeKind

NOTICE = "01938f1e-0000-7000-8000-0000000000c1"
CAMILLE = "01938f1e-0000-7000-8000-0000000000a1"
JOB = MailJob(UUID(NOTICE), UUID(CAMILLE), NoticeKind.SEATED)
ON_FILE = {"notice": NOTICE, "person": CAMILLE, "kind": "registration-seated"}


def test_a_row_is_written_as_it_always_was():
    assert (MAIL, key_of(JOB.notice_id), JOB.payload) == ("mail", f"mail:{NOTICE}", ON_FILE)


def test_a_row_is_read_as_it_was_written():
    assert MailJob.read(ON_FILE) == JOB
