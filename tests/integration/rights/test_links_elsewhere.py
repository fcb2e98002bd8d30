"""Notices and mails lead to pages that other services have."""

import re

import pytest

from intercoop_notifications.elsewhere import MEETING, ORGANISATION, PERSON, REQUEST
from testkit.served_instance import PAGES

ROUTES = {re.sub(r"{\w+:uuid}", "{id}", one.path) for one in PAGES if one.method == "GET"}


@pytest.mark.parametrize("address", [MEETING, ORGANISATION, PERSON, REQUEST])
def test_what_a_notice_leads_to_is_a_page(address):
    assert address in ROUTES
