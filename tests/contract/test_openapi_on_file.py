"""The OpenAPI document on file is what the services answer."""

from intercoop_contracts.catalogue import READS
from intercoop_local import openapi
from intercoop_local.services import load_services


def test_the_document_on_file_is_the_one_that_is_served():
    assert openapi.FILE.read_text(encoding="utf-8") == openapi.as_text(), (
        "docs/openapi.json is not what the services say: python -m intercoop_local.openapi"
    )


def test_every_service_of_the_network_runs_here_and_reads_what_its_document_says():
    assert [service.name for service in load_services()] == list(READS)
    for service in load_services():
        reads = {one.stream.id for one in service.subscribers.all}
        assert reads == {stream.id for stream in READS[service.name]}


def test_every_operation_says_what_it_is_for():
    for path, item in openapi.document()["paths"].items():
        for method, operation in item.items():
            assert operation.get("summary"), f"{method} {path}"
            assert operation["tags"], f"{method} {path}"
