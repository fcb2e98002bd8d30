"""Writes the schemas and AsyncAPI documents on file: `python -m intercoop_contracts.generate`."""

import json
from pathlib import Path

from intercoop_contracts.asyncapi import document
from intercoop_contracts.catalogue import READS, STREAMS
from intercoop_contracts.schemas import Json, value_schema

FOLDER = Path(__file__).parents[1]


def documents() -> dict[str, Json]:
    """Every generated document by its path under the contracts' folder."""
    files = {f"schemas/{stream.id}.json": value_schema(stream) for stream in STREAMS}
    for service, reads in READS.items():
        own = [stream for stream in STREAMS if stream.publisher == service]
        title = f"Intercoop: {service}"
        files[f"asyncapi/{service}.json"] = document(title, sends=own, receives=reads)
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
