"""The checker: what every owner said against what everybody knows, entity by entity."""

import asyncio

from chaos.checker.findings import KINDS, Findings
from chaos.checker.notices import check_notices
from chaos.checker.people import check_promises, check_seats
from chaos.checker.states import QUIET_S, States, check_followers, published_by, quiet
from chaos.checker.taken_over import check_taken_over
from chaos.checker.topics import check_topics
from chaos.load import Said
from chaos.testbed import Testbed

__all__ = ["KINDS", "Findings", "check"]


async def check(testbed: Testbed, said: Said, *, settle_s: float) -> Findings:
    """Wait until everybody knows everything, for so long at most; compare all.

    A last look that has no time to see a rest does not take back the one before.
    """
    loop = asyncio.get_running_loop()
    give_up, rests = loop.time() + settle_s, False
    while True:
        left = give_up - loop.time()
        rests = await quiet(testbed, within_s=left) or (rests and left < 2 * QUIET_S)
        published, findings = await _compared(testbed)
        behind = findings.count("lost") or findings.count("doubled")
        if not behind or loop.time() > give_up:
            break
    if not rests:
        findings.add("restless", f"something was on its way or joined after {settle_s:.0f} s")
    await check_topics(testbed, published, findings)
    check_promises(published, said, findings)
    await check_seats(testbed, said, findings)
    await check_taken_over(testbed, published, findings)
    await check_notices(testbed, findings)
    return findings


async def _compared(testbed: Testbed) -> tuple[dict[str, States], Findings]:
    findings = Findings()
    published = {owner: await published_by(testbed, owner) for owner in testbed.owners}
    await check_followers(testbed, published, findings)
    return published, findings
