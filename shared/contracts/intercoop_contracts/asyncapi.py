"""AsyncAPI 3 documents: what a service sends and receives, and the whole network's."""

from collections.abc import Iterable
from typing import Any

from intercoop_contracts.bounds import OWNER_PATTERN
from intercoop_contracts.envelope import SEALED_CONTENT_TYPE, SEALED_TYPE, TYPE_PREFIX
from intercoop_contracts.schemas import AnyStream, Json, value_schema
from intercoop_contracts.streams import Audience

_HEADERS = {
    "ce_specversion": "CloudEvents' version, 1.0",
    "ce_id": "a UUID (version 7), one for each state event",
    "ce_source": "/<network>/<owner>/<service>: who wrote it",
    "ce_type": "what happened, for people and logs",
    "ce_time": "when it was committed (RFC 3339)",
    "ce_subject": "the entity; equal to the key",
    "ce_sequence": "the entity's version, from 1, rising by one with each change",
    "ce_dataschema": "the URI of the value's schema",
    "content-type": "application/json",
}
_SEALED = {
    "ce_type": f"{TYPE_PREFIX}{SEALED_TYPE}",
    "ce_dataschema": "the URI of the schema of what is inside",
    "content-type": SEALED_CONTENT_TYPE.decode(),
}
"""What the headers of a private stream's message say instead."""
_SEALED_PAYLOAD = (
    "AES-256-GCM-SIV (RFC 8452): format (1 byte, 1), key id (4), nonce (12), then the ciphertext "
    "with its tag. Inside stand the event type (kebab case), a line feed, and the view as JSON of "
    "`x-intercoop-inside`. Authenticated with it: format, key id, and as netstrings (lengths in "
    "characters) topic, ce_subject, ce_sequence, ce_id and ce_time"
)
_OPTIONAL = {
    "ce_correlationid": "what a request and all it caused have in common",
    "ce_causationid": "the id of the state event this is an effect of",
    "traceparent": "W3C trace context",
}


def document(
    title: str, *, sends: Iterable[AnyStream] = (), receives: Iterable[AnyStream] = ()
) -> Json:
    """The AsyncAPI document of who sends and receives these streams."""
    sent, received = list(sends), list(receives)
    streams = {stream.id: stream for stream in (*sent, *received)}
    operations = {f"send.{stream.name}": _operation("send", stream) for stream in sent}
    operations |= {f"receive.{stream.name}": _operation("receive", stream) for stream in received}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": title,
            "version": "1.0.0",
            "description": "State events on compacted topics: each message is the full view of an "
            "entity after a change. Fields are only added, with a default; anything else is a new "
            "topic beside the old one.",
            "license": {"name": "AGPL-3.0-or-later"},
        },
        "defaultContentType": "application/json",
        "channels": {stream.id: _channel(stream) for stream in streams.values()},
        "operations": operations,
        "components": {
            "messages": {stream.name: _message(stream) for stream in streams.values()},
            "messageTraits": {
                "cloudEvent": {"headers": _headers(_HEADERS)},
                "sealed": {
                    "contentType": SEALED_CONTENT_TYPE.decode(),
                    "headers": _headers(_HEADERS | _SEALED),
                },
            },
        },
    }


def _channel(stream: AnyStream) -> Json:
    readers = {
        Audience.SHARED: "Every instance of the network may read it.",
        Audience.PRIVATE: "Only the services of the owner's instance read it.",
    }
    return {
        "address": stream.topic("{owner}"),
        "title": stream.id,
        "description": f"Written by {stream.publisher} of the owner alone. "
        f"{readers[stream.audience]}",
        "parameters": {
            "owner": {"description": f"The owner's slug, matching {OWNER_PATTERN}"},
        },
        "messages": {stream.name: {"$ref": f"#/components/messages/{stream.name}"}},
        "bindings": {"kafka": {"topicConfiguration": {"cleanup.policy": ["compact"]}}},
    }


def _operation(action: str, stream: AnyStream) -> Json:
    return {"action": action, "channel": {"$ref": f"#/channels/{stream.id.replace('/', '~1')}"}}


def _message(stream: AnyStream) -> Json:
    labels = ", ".join(stream.event_types)
    trait = "sealed" if stream.is_sealed else "cloudEvent"
    return {
        "name": stream.name,
        "title": f"The state of one of the {stream.name}",
        "summary": f"What may have happened: {labels}",
        "traits": [{"$ref": f"#/components/messageTraits/{trait}"}],
        "payload": _payload(stream),
        "bindings": {"kafka": {"key": {"type": "string", "description": "the entity's id"}}},
    }


def _payload(stream: AnyStream) -> Json:
    """What travels: the view, or a sealed value, with the schema of what is inside."""
    view = _inlined(value_schema(stream))
    if not stream.is_sealed:
        return view
    return {
        "type": "string",
        "format": "binary",
        "title": f"{stream.id}, sealed with the instance's key",
        "description": _SEALED_PAYLOAD,
        "x-intercoop-inside": {"$id": stream.schema_id, **view},
    }


def _headers(needed: dict[str, str]) -> Json:
    texts = {**needed, **_OPTIONAL}
    return {
        "type": "object",
        "required": list(needed),
        "properties": {
            name: {"type": "string", "description": text} for name, text in texts.items()
        },
    }


def _inlined(schema: Json) -> Json:
    """The schema with its definitions in place: AsyncAPI resolves references from its own root."""
    definitions = schema.get("$defs", {})

    def resolve(node: Any) -> Any:  # noqa: ANN401  JSON
        if isinstance(node, list):
            return [resolve(one) for one in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            rest = {key: value for key, value in node.items() if key != "$ref"}
            name = node["$ref"].rpartition("/")[2]
            return {**resolve(definitions[name]), **resolve(rest)}
        return {key: resolve(value) for key, value in node.items()}

    root = {key: value for key, value in schema.items() if key not in {"$defs", "$schema", "$id"}}
    resolved: Json = resolve(root)
    return resolved
