"""Files of others are what their makers published: each has its licence and its checksum."""

import hashlib
import re
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "shared/chassis/intercoop_chassis/http/docs/swagger_ui"
LIST = FOLDER / "LICENCES.md"
ROW = re.compile(r"^\| `([^`]+)` \| `([0-9a-f]{64})` \|$", re.MULTILINE)


def test_swagger_ui_is_the_one_that_is_listed():
    listed = dict(ROW.findall(LIST.read_text(encoding="utf-8")))
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in FOLDER.iterdir()
        if path != LIST
    }
    assert {"swagger-ui-bundle.js", "LICENSE"} < found.keys()
    assert found == listed
