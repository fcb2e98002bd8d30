"""What a network's file may say, and what is said of a wrong one."""

from pathlib import Path

import pytest

from intercoop_contracts.catalogue import STREAMS
from intercoop_network.difference import plan
from intercoop_network.errors import NetworkError
from intercoop_network.file import read_file
from intercoop_network.found import Found, TopicFound
from intercoop_network.steps import Orders
from intercoop_network.wanted import Right, rights_of, wanted

NETWORKS = Path(__file__).parents[3] / "deploy" / "networks"
OWNER = '[[owner]]\nslug = "ouest"\nkind = "union"\nname = "Ouest"\n'
TWINS = ("union-25109", "union-140190")
"""Slugs whose owners' ids carry one tag, found by trying."""


def named(slug):
    return OWNER.replace('"ouest"', f'"{slug}"')


def found(**there):
    nothing = {"topics": {}, "users": frozenset(), "rights": frozenset(), "quotas": {}}
    return Found(**{**nothing, **there})


def read(tmp_path, text):
    path = tmp_path / "network.toml"
    path.write_text(text)
    return read_file(path)


def test_the_networks_file_wants_every_stream_of_every_owner():
    file = read_file(NETWORKS / "cgscop-2016.toml")
    wish = wanted(file)
    assert len(wish.topics) == 17 * len(STREAMS)
    assert wish.members == set(file.slugs)
    topic = wish.topics["private.ouest.people.v1"]
    assert (topic.partitions, topic.replication) == (3, 3)
    assert topic.settings["min.insync.replicas"] == "2"
    assert topic.settings["cleanup.policy"] == "compact"


def test_an_owners_entry_says_otherwise_for_itself_alone(tmp_path):
    other = OWNER.replace("ouest", "est").replace("Ouest", "Est")
    text = (
        'name = "n"\n[topics]\npartitions = 3\nsettings = { "segment.ms" = "5" }\n'
        "[quota]\nproducer_bytes_per_second = 10\nrequest_percentage = 50\n"
        f"{OWNER}topics = {{ partitions = 6 }}\nquota = {{ request_percentage = 0 }}\n{other}"
    )
    wish = wanted(read(tmp_path, text))
    assert wish.topics["shared.ouest.meetings.v1"].partitions == 6
    assert wish.topics["shared.ouest.meetings.v1"].settings["segment.ms"] == "5"
    assert wish.topics["shared.est.meetings.v1"].partitions == 3
    assert wish.quotas["ouest"] == {"producer_byte_rate": 10.0}
    assert wish.quotas["est"] == {"producer_byte_rate": 10.0, "request_percentage": 50.0}


def test_a_revoked_owner_gets_nothing(tmp_path):
    wish = wanted(read(tmp_path, f'name = "n"\n{OWNER}revoked = true\n'))
    assert not wish.topics
    assert not wish.rights
    assert wish.revoked == {"ouest"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OWNER, "name"),
        (f'name = "n"\n{OWNER}{OWNER}', "ouest: there twice"),
        (f'name = "n"\n{named(TWINS[0])}{named(TWINS[1])}', "give the newer one another slug"),
        (f'name = "n"\n{OWNER}password = "x"\n', "owner.0.password"),
        (f'name = "n"\n{OWNER.replace("ouest", "ou.est")}', "owner.0.slug"),
        (f'name = "n"\n[topics]\nmin_in_sync = 2\n{OWNER}', "nothing could be written"),
        (f'name = "n"\n[topics]\npartitions = 0\n{OWNER}', "topics.partitions"),
        (f'name = "n"\n{OWNER}topics = {{ partition = 2 }}\n', "partition"),
        (
            f'name = "n"\n[topics]\nsettings = {{ "cleanup.policy" = "delete" }}\n{OWNER}',
            "a topic is a table",
        ),
        ("name =", "cannot be read"),
    ],
)
def test_a_wrong_file_is_refused_with_the_field_and_the_reason(tmp_path, text, said):
    with pytest.raises(NetworkError, match=r"(?i)nothing was changed") as refused:
        read(tmp_path, text)
    assert said in str(refused.value)


def test_every_right_of_an_owner_ends_in_a_dot_and_creates_nothing():
    for right in rights_of("ouest"):
        assert right.name.endswith(".")
        assert right.doing in {"read", "write"}
        assert not right.denied
    others = [one.name for one in rights_of("ouest") if one.doing == "write"]
    assert not any("shared.ouest-2.things.v1".startswith(name) for name in others)


def test_a_right_is_said_in_words():
    right = Right("User:ouest", "topic", "shared.", "read")
    assert right.in_words == "User:ouest may read a topic that begins with shared."
    denial = Right("User:ouest", "topic", "*", "all", prefixed=False, denied=True)
    assert denial.in_words == "User:ouest may not do anything to a topic"


@pytest.mark.parametrize(
    "there",
    [
        found(topics={f"shared.{TWINS[1]}.meetings.v1": TopicFound(1, 1, {})}),
        found(users=frozenset({TWINS[1]})),
    ],
)
def test_an_owner_is_not_let_in_beside_one_on_the_cluster_whose_tag_it_has(tmp_path, there):
    wish = wanted(read(tmp_path, f'name = "n"\n{named(TWINS[0])}'))
    with pytest.raises(NetworkError, match="could not be told apart") as refused:
        plan(wish, there, Orders())
    assert all(slug in str(refused.value) for slug in TWINS)
    assert plan(wish, found(), Orders()).steps
