"""Which services run together, and where their processes listen."""

import pytest

from intercoop_contracts.pages import SERVICES
from intercoop_local.databases import Databases
from intercoop_local.home import Home
from intercoop_local.instances import Instance, Surroundings
from intercoop_local.network import Owner
from intercoop_local.platform.errors import PlatformError
from intercoop_local.platform.postgres import LocalPostgres
from intercoop_local.ports import Ports
from intercoop_local.services import APART, NAMES, TOGETHER, with_alone

FOUR = ("directory", "events", "advice", "notifications")


@pytest.fixture
def instance(tmp_path):
    def of(ports, address=8603):
        around = Surroundings(
            home=Home(tmp_path),
            network="test",
            databases=Databases(LocalPostgres(tmp_path, 5432)),
            kafka="127.0.0.1:9092",
            smtp="smtp://127.0.0.1:8625",
        )
        return Instance(Owner("auvergne", "union", "Auvergne"), address, ports, around)

    return of


def test_every_service_runs_in_one_group():
    assert [name for group in TOGETHER for name in group] == list(NAMES)
    assert [name for group in APART for name in group] == list(NAMES)
    assert set(NAMES) == SERVICES, "what pages know of each other"


def test_one_service_can_be_alone_in_any_grouping():
    assert with_alone("events", (FOUR,)) == (
        ("directory", "advice", "notifications"),
        ("events",),
    )
    apart = tuple((name,) for name in FOUR)
    assert with_alone("events", apart) == (
        ("directory",),
        ("advice",),
        ("notifications",),
        ("events",),
    )


def test_the_address_is_the_same_however_many_processes_listen_above_it():
    ports = Ports(8600, 8625, 8690, 8692, 8693, instances=8600)
    assert ports.of_instance(3, 1) == [8603]
    assert ports.of_instance(3, 4) == [8603, 8703, 8803, 8903, 9003]


def test_an_instance_in_one_process_serves_everything_at_one_address(instance):
    whole = instance({FOUR: 8603})
    assert whole.groups == (FOUR,)
    assert {whole.url_of(name) for name in FOUR} == {"http://127.0.0.1:8603"}
    assert {whole.log_of(name) for name in FOUR} == {whole.folder / "log"}


def test_processes_apart_have_their_own_address_log_and_settings(instance):
    parts = instance({("directory", "events"): 8703, ("notifications",): 8803})
    assert parts.url == "http://127.0.0.1:8603"
    assert parts.url_of("events") == "http://127.0.0.1:8703"
    assert parts.url_of("notifications") == "http://127.0.0.1:8803"
    assert parts.log_of("events") != parts.log_of("notifications")
    first, second = (one.environment for one in parts.processes)
    assert first["INTERCOOP_HTTP_PORT"] == "8703"
    assert first["INTERCOOP_TRUSTED_PROXIES"] == "127.0.0.1"
    assert "INTERCOOP_NOTIFICATIONS_DATABASE" not in first
    assert "INTERCOOP_NOTIFICATIONS_DATABASE" in second


def test_links_in_mails_lead_to_the_one_address_whoever_writes_them(instance):
    parts = instance({("directory", "events"): 8703, ("notifications",): 8803})
    urls = {one.environment["INTERCOOP_PUBLIC_URL"] for one in parts.processes}
    assert urls == {"http://127.0.0.1:8603"}


def test_a_service_that_it_does_not_have_is_named_with_those_it_has(instance):
    with pytest.raises(PlatformError, match=r"'library' is not a service of auvergne.*advice"):
        instance({FOUR: 8603}).url_of("library")
