"""ETags as programs and proxies send them back."""

import pytest
from hypothesis import given, strategies as st

from intercoop_chassis.errors import StaleVersionError
from intercoop_chassis.http.etag import entity_tags, is_among
from intercoop_chassis.versions import ANY_VERSION, Expected, check_version, etag


@pytest.mark.parametrize(
    ("sent", "tags"),
    [
        ('"1"', ["1"]),
        (' "1" ', ["1"]),
        ('W/"1"', ["1"]),
        ('w/"1"', ["1"]),
        ('"1-gzip"', ["1"]),
        ('W/"1-gzip"', ["1"]),
        ('"1--gzip"', ["1"]),
        ('"1;br"', ["1"]),
        ('"1-zstd"', ["1"]),
        ('"1", W/"2" ,"3-gzip"', ["1", "2", "3"]),
        (', "1",, "2",', ["1", "2"]),
        ('"a,b", "c"', ["a,b", "c"]),
        ('""', [""]),
        ("*", ["*"]),
        (" * ", ["*"]),
        ('"*"', ["*"]),
        ("1", None),
        ("'1'", None),
        ('"1', None),
        ('"1" "2"', None),
        ('"1", 2', None),
        ('X/"1"', None),
        ("", None),
        (",", None),
    ],
)
def test_each_is_told_from_what_stands_around_it(sent, tags):
    assert entity_tags(sent) == tags


@given(st.lists(st.integers(1, 10**17), min_size=1, max_size=5), st.data())
def test_however_proxies_write_it_it_is_the_one_that_was_given(versions, data):
    weak, coded = st.sampled_from(["", "W/"]), st.sampled_from(["", "-gzip", "--gzip", ";gzip"])
    written = [f'{data.draw(weak)}"{version}{data.draw(coded)}"' for version in versions]

    tags = entity_tags(data.draw(st.sampled_from([",", ", ", " ,\t"])).join(written))

    assert tags == [str(version) for version in versions]


@given(st.text())
def test_whatever_is_sent_is_read_without_an_error(sent):
    assert entity_tags(sent) is None or is_among('"x"', sent) in {True, False}


def test_what_a_caller_has_is_found_among_what_they_name():
    assert is_among('"abc"', '"x", W/"abc-gzip"')
    assert is_among('"abc"', "*")
    assert not is_among('"abc"', '"abcd"')
    assert not is_among('"abc"', '"xabc"')
    assert not is_among('"abc"', None)


def test_a_change_is_to_one_of_the_versions_that_it_names():
    check_version(3, Expected(frozenset({2, 3})))
    check_version(3, ANY_VERSION)
    with pytest.raises(StaleVersionError, match=r'ETag "1", "2", now "3"'):
        check_version(3, Expected(frozenset({2, 1})))
    assert etag(3) == '"3"'
