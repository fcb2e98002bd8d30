"""What is on file is what the contracts say, and what readers already rely on."""

import json

import jsonschema
import pytest

from intercoop_contracts.catalogue import STREAMS
from intercoop_contracts.envelope import SEALED_CONTENT_TYPE, read_envelope
from intercoop_contracts.generate import FOLDER, as_text, documents
from intercoop_contracts.personal import personal_paths
from intercoop_contracts.schemas import incompatibilities, value_schema
from intercoop_contracts.streams import Audience, Ended

SAMPLES = [(stream, name) for stream in STREAMS for name in (*stream.event_types, "ended")]
IDS = [f"{stream.name}/{name}" for stream, name in SAMPLES]


def sample(stream, name):
    return json.loads((FOLDER / "samples" / stream.name / f"{name}.json").read_text())


@pytest.mark.parametrize("name", sorted(documents()))
def test_a_generated_document_is_the_one_on_file(name):
    on_file = (FOLDER / name).read_text(encoding="utf-8")
    assert on_file == as_text(documents()[name]), (
        f"{name} is not what the contracts say: python -m intercoop_contracts.generate"
    )


def test_no_file_is_left_over_from_a_stream_that_is_gone():
    on_file = {str(path.relative_to(FOLDER)) for path in FOLDER.glob("*/*.json")}
    assert on_file == set(documents())


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.id)
def test_a_reader_of_the_schema_on_file_understands_what_is_written_now(stream):
    on_file = json.loads((FOLDER / f"schemas/{stream.id}.json").read_text())
    assert incompatibilities(on_file, value_schema(stream)) == []


@pytest.mark.parametrize(("stream", "name"), SAMPLES, ids=IDS)
def test_a_golden_sample_is_valid_and_comes_back_the_same(stream, name):
    golden = sample(stream, name)
    jsonschema.validate(golden["value"], value_schema(stream))
    model = Ended if "ended" in golden["value"] else stream.view
    view = model.model_validate(golden["value"])
    assert json.loads(view.model_dump_json()) == golden["value"]


@pytest.mark.parametrize(("stream", "name"), SAMPLES, ids=IDS)
def test_a_golden_envelope_is_read_and_written_the_same(stream, name):
    headers = [(key, value.encode()) for key, value in sample(stream, name)["headers"].items()]
    envelope = read_envelope(headers)
    assert sorted(envelope.headers()) == sorted(headers)
    assert envelope.type in stream.event_types
    assert envelope.dataschema == stream.schema_id


@pytest.mark.parametrize(("stream", "name"), SAMPLES, ids=IDS)
def test_the_ids_of_a_golden_sample_are_whose_the_stream_says(stream, name):
    golden = sample(stream, name)
    publisher, subject = (
        golden["headers"]["ce_source"].split("/")[2],
        golden["headers"]["ce_subject"],
    )
    state = (Ended if "ended" in golden["value"] else stream.view).model_validate(golden["value"])
    assert stream.foreign_id(publisher, subject, state) is None


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.id)
def test_no_shared_stream_has_a_personal_field(stream):
    assert stream.audience is Audience.PRIVATE or not personal_paths(stream.view)
    text = json.dumps(value_schema(stream))
    assert ("x-personal" in text) == bool(personal_paths(stream.view))


def test_stream_names_are_given_once():
    assert len({stream.id for stream in STREAMS}) == len(STREAMS)


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.id)
def test_a_document_describes_what_travels_and_of_a_sealed_message_what_is_inside(stream):
    components = json.loads((FOLDER / "asyncapi/network.json").read_text())["components"]
    message = components["messages"][stream.name]
    trait = components["messageTraits"][message["traits"][0]["$ref"].rpartition("/")[2]]
    said = {name: text["description"] for name, text in trait["headers"]["properties"].items()}

    if stream.audience is Audience.PRIVATE:
        assert (message["payload"]["type"], message["payload"]["format"]) == ("string", "binary")
        assert message["payload"]["x-intercoop-inside"]["$id"] == stream.schema_id
        assert "anyOf" in message["payload"]["x-intercoop-inside"]
        assert trait["contentType"] == said["content-type"] == SEALED_CONTENT_TYPE.decode()
        assert said["ce_type"] == "intercoop.sealed"
    else:
        assert "anyOf" in message["payload"]
        assert said["content-type"] == "application/json"
        assert "contentType" not in trait
