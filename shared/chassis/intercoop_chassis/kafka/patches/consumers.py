"""What an aiokafka consumer knows and does not say."""

from aiokafka import AIOKafkaConsumer, TopicPartition


def positions_of(consumer: AIOKafkaConsumer) -> dict[TopicPartition, int]:
    """The position in each assigned partition that has one now.

    `AIOKafkaConsumer.position()` waits until there is one: without end, where the broker is away.

    Upstream: none known.
    """
    positions = {}
    for partition in consumer.assignment():
        state = consumer._subscription.subscription.assignment.state_value(partition)  # noqa: SLF001
        if state is not None and state.has_valid_position:
            positions[partition] = state.position
    return positions


def raise_fetch_error(consumer: AIOKafkaConsumer) -> None:
    """Raise the error that ended the consumer's fetching, if one did.

    An error that the fetcher does not expect ends its task, and `getmany()` never looks at that
    task: every poll is empty from then on.

    Upstream: aio-libs/aiokafka#983 (the same, where a swallowed `CancelledError` ended it) and
    #1154 (no public sign of a consumer that is stuck), both closed.
    """
    fetching = consumer._fetcher.error_future  # noqa: SLF001
    if fetching.done() and not fetching.cancelled() and fetching.exception():
        fetching.result()
