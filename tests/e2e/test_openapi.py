"""The OpenAPI document is true: a tool that we did not write tries it with hundreds of requests."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from intercoop_contracts.catalogue import READS

# With the cases that it makes of each field, well over 500 requests of each service.
EXAMPLES = {"directory": "8", "events": "10", "advice": "10", "notifications": "12"}
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.mark.timeout(400)
@pytest.mark.parametrize("service", READS)
async def test_no_request_is_answered_by_a_server_error_or_in_an_undocumented_way(
    operated, issuer, tmp_path, service
):
    tried_one = await operated("tried", issuer, service)
    token = issuer.token(owner=tried_one.owner, roles=["staff", "operator"])
    tried = subprocess.run(
        [
            str(Path(sys.executable).parent / "schemathesis"),
            *("run", f"{tried_one.url}/{service}/api/openapi.json"),
            *("--url", tried_one.url, "--header", f"Authorization: Bearer {token}"),
            *("--checks", CHECKS, "--max-examples", EXAMPLES[service], "--seed", "1", "--no-color"),
            *("--generation-database", "none"),
            *("--exclude-path", "/notifications/api/notices/live"),  # it does not end
        ],
        capture_output=True,
        text=True,
        timeout=280,
        cwd=tmp_path,
    )
    said = tried.stdout + tried.stderr
    assert tried.returncode == 0, said[-6000:]
    cases = int(re.search(r"(\d+) generated", said)[1])
    assert cases >= 500, said[-1500:]
