"""The page of rights on file is what the routes declare."""

from intercoop_local import rights


def test_the_page_on_file_is_what_the_routes_declare():
    assert rights.FILE.read_text(encoding="utf-8") == rights.as_text(), (
        "docs/rights.md is not what the routes say: python -m intercoop_local.rights"
    )
