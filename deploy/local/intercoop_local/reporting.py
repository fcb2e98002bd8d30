"""How everything is that runs."""

import asyncio

import httpx

from intercoop_local.report import ProcessReport, Report
from intercoop_local.serving import Serving
from intercoop_local.stack import Stack


async def report_on(stack: Stack) -> Report:
    """Ask every process; one that does not answer is not ready."""
    async with httpx.AsyncClient(timeout=5) as client:
        asked = [
            _report(instance.owner.slug, serving, client)
            for instance in stack.instances.values()
            for serving in instance.processes
        ]
        processes = await asyncio.gather(*asked)
    return Report(
        kafka=stack.kafka.running, postgres=stack.postgres.running, processes=list(processes)
    )


async def _report(owner: str, serving: Serving, client: httpx.AsyncClient) -> ProcessReport:
    report = ProcessReport(
        name=serving.name,
        owner=owner,
        services=list(serving.services),
        url=serving.url,
        running=serving.running,
        ready=False,
    )
    try:
        answer = (await client.get(f"{serving.url}/health/ready")).json()
    except (httpx.HTTPError, ValueError):
        return report
    problems = [f"{one['name']}: {one['reason']}" for one in answer["checks"] if not one["well"]]
    return report.model_copy(update={"ready": answer["ready"], "problems": problems})
