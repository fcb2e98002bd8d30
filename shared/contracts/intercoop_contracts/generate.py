"""Writes the schemas and AsyncAPI documents on file: `python -m intercoop_contracts.generate`."""

import json
from pathlib import Path

from intercoop_contracts.asyncapi import document
from intercoop_contracts.catalogue import STREAMS
from intercoop_contracts.schemas import Json, value_schema
from intercoop_contracts.streams import Audience

FOLDER = Path(__file__).parents[1]


def documents() -> dict[str, Json]:
    """Every generated document by its path under the contracts' folder."""
    files = {f"schemas/{stream.id}.json": value_schema(stream) for stream in STREAMS}
    for publisher in sorted({stream.publisher for stream in STREAMS}):
        own = [stream for stream in STREAMS if stream.publisher == publisher]
        others = [stream for stream in own if stream.audience is Audience.SHARED]
        title = f"Intercoop: {publisher}"
        files[f"asyncapi/{publisher}.json"] = document(title, sends=own, receives=others)
    files["asyncapi/network.json"] = document("Intercoop: the whole network", sends=STREAMS)
    return files


def as_text(content: Json) -> str:
    """The text on file, the same on every machine."""
    return json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> None:
    for name, content in documents().items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_text(content), encoding="utf-8")


if __name__ == "__main__":
    main()
