"""Every setting is on the operators' page, and known to the services beside its own."""

import re
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from intercoop_chassis.mail import MailSettings
from intercoop_chassis.settings import Settings
from intercoop_chassis.settings.unknown import SETTINGS_GROUP
from intercoop_local.services import load_services

PAGE = Path(__file__).parents[2] / "docs" / "operating.md"
ROW = re.compile(r"\| `INTERCOOP_([A-Z_]+)` \| (.+) \| (.+) \|")
OWN = {
    service.name: service.settings
    for service in load_services()
    if service.settings is not Settings
}


def rows():
    """Setting → what the page says of it, and what it says is so without it."""
    section = PAGE.read_text(encoding="utf-8").partition("\n## Settings\n")[2].partition("\n## ")[0]
    return {row[1].lower(): (row[2], row[3]) for row in ROW.finditer(section)}


def settings():
    """Setting → its field, and who has it: whoever sends mails, or one service alone."""
    own = {
        name: (field, f"({service}) ")
        for service, kind in OWN.items()
        for name, field in kind.model_fields.items()
    }
    of_mail = {name: (field, "(mail) ") for name, field in MailSettings.model_fields.items()}
    return own | of_mail | {name: (field, "") for name, field in Settings.model_fields.items()}


def test_the_page_lists_every_setting_and_no_other():
    assert rows().keys() == settings().keys()


@pytest.mark.parametrize("name", settings())
def test_the_page_says_of_a_setting_what_its_field_does(name):
    field, whose = settings()[name]
    what, without = rows()[name]
    assert what == f"{whose}{field.description}, e.g. `{field.examples[0]}`"
    if field.is_required():
        assert without == "needed"
    elif field.default is None:
        assert not without.startswith("`")
    else:
        assert (
            without == f"`{str(field.default).lower() if field.default is True else field.default}`"
        )


def test_a_class_of_settings_is_named_where_other_services_find_it():
    named = {point.name: point.load() for point in entry_points(group=SETTINGS_GROUP)}
    assert named == OWN


def test_no_two_services_have_a_setting_of_one_name():
    names = [
        name
        for kind in OWN.values()
        for name in kind.model_fields.keys() - MailSettings.model_fields
    ]
    assert len(names) == len(set(names))
