"""Ours: the relay alone, the consumer alone, and the whole road."""

from bench.cpu import Meter
from bench.measured_servers import Figures, MeasuredServers
from bench.pair import Pair
from bench.sizes import Sizes


async def relay_and_consumer(servers: MeasuredServers, sizes: Sizes) -> Figures:
    """Events a second of the relay alone, then of the consumer alone over what it sent."""
    events = sizes.events
    pair = await Pair.new(servers)
    await pair.fill(1)
    with pair.relay() as relay:
        await pair.drained()
        async with pair.poured(events) as moment:
            meter = Meter({"relay": relay.pid, **servers.pids})
            began = await moment()
        relayed = events / (await pair.drained() - began)
        relay_cpu = meter.per_event("relay", events)
    with pair.worker() as worker:
        await pair.projected(1)
        meter, before = Meter({"worker": worker.pid, **servers.pids}), await pair.known()
        await pair.projected(events + 1)
        worker_cpu = meter.per_event("consumer", max(1, events + 1 - before))
    consumed = await pair.rate()
    await pair.forget()
    return {
        "relay_events_per_s": relayed,
        "consumer_events_per_s": consumed,
        **relay_cpu,
        **worker_cpu,
    }


async def road(servers: MeasuredServers, sizes: Sizes) -> Figures:
    """Events a second from the outbox to replica and projection, relay and consumer at once."""
    return await travelled(await Pair.new(servers), sizes.events, "road")


async def travelled(pair: Pair, events: int, name: str) -> Figures:
    """The figures of the whole road between this pair, which is forgotten then."""
    await pair.fill(1)
    with pair.relay() as relay, pair.worker() as worker:
        await pair.projected(1)
        async with pair.poured(events) as moment:
            pids = {"relay": relay.pid, "worker": worker.pid, **pair.servers.pids}
            meter = Meter(pids)
            began = await moment()
        ended = await pair.projected(events + 1)
        cpu = meter.per_event(name, events)
    await pair.forget()
    return {f"{name}_events_per_s": events / (ended - began), **cpu}
