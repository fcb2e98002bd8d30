"""Files of others are what their makers published: each has its licence and its checksum."""

import hashlib
import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
FOLDERS = {
    "shared/chassis/intercoop_chassis/http/docs/swagger_ui": "swagger-ui-bundle.js",
    "tests/browser/axe": "axe.min.js",
}
"""Where they lie, and the file that they are there for."""
ROW = re.compile(r"^\| `([^`]+)` \| `([0-9a-f]{64})` \|$", re.MULTILINE)


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_others_made_is_what_is_listed(folder):
    about = CHECKOUT / folder / "LICENCES.md"
    listed = dict(ROW.findall(about.read_text(encoding="utf-8")))
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (CHECKOUT / folder).iterdir()
        if path != about
    }
    assert {FOLDERS[folder], "LICENSE"} <= found.keys()
    assert found == listed
