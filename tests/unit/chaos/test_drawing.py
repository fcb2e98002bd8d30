"""What a seed draws, and what is said of it in the end."""

import json
from dataclasses import replace

import pytest

from chaos.checker import KINDS, Findings
from chaos.comparing import Comparison
from chaos.conduct import Plan, Run, Struck, drawn
from chaos.faults import FAULTS
from chaos.ledgers import summed, table
from chaos.page import write_page
from chaos.tempo import Tempo

NOTHING = dict.fromkeys(KINDS, 0)


def plan(*faults, duration=60.0):
    return Plan(duration, faults, Tempo(), 3)


def run(seed="7", **found):
    ledger = {
        "seed": seed,
        "seconds": 60.0,
        "commits": 1_000,
        "effects": 5_000,
        "faults": {"kill": 1},
        "freshness_s": {"p50": 0.1, "p99": 1.5, "worst": 3.0},
        **NOTHING,
        **{kind: len(words) for kind, words in found.items()},
    }
    struck = [Struck("kill", 5.0, 8.0, "ouest <first> is killed")]
    return Run(seed, struck=struck, probes=[(1.0, 0.1)], findings=Findings(found), ledger=ledger)


def test_the_same_seed_draws_the_same_faults_with_the_same_pauses():
    assert list(drawn("7", plan(*FAULTS))) == list(drawn("7", plan(*FAULTS)))
    assert list(drawn("7", plan(*FAULTS))) != list(drawn("8", plan(*FAULTS)))


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_every_fault_asked_for_is_drawn_however_short_the_time(seed):
    names = [fault.name for fault, _, _ in drawn(seed, plan(*FAULTS, duration=1))]
    assert sorted(names) == sorted(FAULTS)


def test_a_hostile_owner_is_asked_for_among_the_faults_and_is_not_drawn():
    alone = plan("hostile")
    assert alone.hostile
    assert list(drawn("7", alone)) == []
    beside = plan(*FAULTS, "hostile", duration=1)
    assert list(drawn("7", beside)) == list(drawn("7", plan(*FAULTS, duration=1)))


def test_more_are_drawn_until_the_duration_is_full():
    order = list(drawn("7", plan("kill", "freeze", duration=120)))
    assert sum(fault.seconds + pause for fault, _, pause in order) >= 120
    assert {fault.name for fault, _, _ in order} == {"kill", "freeze"}


def test_a_short_plan_ends_with_its_duration_and_its_seeds_have_every_fault_between_them():
    short = replace(plan(*FAULTS, duration=100), short=True)
    orders = [list(drawn(str(seed), short)) for seed in range(20)]
    for order in orders:
        *but_last, _ = order
        assert sum(fault.seconds + pause for fault, _, pause in but_last) < 100
    assert {fault.name for order in orders for fault, _, _ in order} == set(FAULTS)


def test_faults_go_on_until_there_are_as_many_commits_as_wanted_and_are_drawn_as_before():
    made = iter(range(0, 10_000, 300))
    wanted = replace(plan(*FAULTS), commits=1_000)
    order = list(drawn("7", wanted, lambda: next(made)))
    assert len(order) == len(FAULTS) + 4
    assert order[: len(FAULTS)] == list(drawn("7", plan(*FAULTS)))[: len(FAULTS)]


def test_a_run_without_findings_is_well():
    ledger = summed([run("7").ledger, run("8").ledger], ["kill"])
    assert ledger["well"] is True
    assert (ledger["commits"], ledger["effects"]) == (2_000, 10_000)
    assert ledger["faults"] == {"kill": 2}
    assert json.loads(json.dumps(ledger)) == ledger


@pytest.mark.parametrize("kind", KINDS)
def test_one_finding_of_any_kind_is_enough(kind):
    ledger = summed([run("7").ledger, run("8", **{kind: ["so it was"]}).ledger], ["kill"])
    assert ledger["well"] is False
    assert ledger[kind] == 1


def test_a_fault_that_was_asked_for_and_did_not_happen_is_named():
    ledger = summed([run("7").ledger], ["kill", "freeze"])
    assert ledger["well"] is False
    assert ledger["faults_missing"] == ["freeze"]


def test_a_table_of_ledgers_has_a_line_for_each_seed_with_what_was_found():
    head, _, *lines = table([run("7").ledger, run("8", lost=["one", "two"]).ledger]).splitlines()
    cells = [dict(zip(head.split(" | "), line.split(" | "), strict=True)) for line in lines]
    assert [one["found"] for one in cells] == ["0", "2"]
    assert {one["commits"] for one in cells} == {"1,000"}


def test_a_ledger_from_before_a_kind_of_finding_has_none_of_it():
    ledger = {kind: count for kind, count in run("7").ledger.items() if kind != "taken_over"}
    assert summed([ledger], ["kill"])["taken_over"] == 0
    assert "| 0 |" in table([ledger])


def test_the_page_says_that_nothing_was_lost(tmp_path):
    page = tmp_path / "new" / "page.html"
    write_page(page, [run()])
    text = page.read_text()
    assert "Rien de perdu, rien de doublé" in text
    assert "ouest &lt;first&gt; is killed" in text
    assert "1,000" in text
    assert "5,000" in text


def test_the_page_shows_how_long_changes_took_beside_a_hostile_owner(tmp_path):
    beside = run()
    beside.comparison = Comparison({"events": [0.125]}, {"events": [0.25]}, {"events": [0.375]})
    beside.hostile = {"bytes": 1_234_567, "seconds": 60.0}
    write_page(tmp_path / "page.html", [beside, run()])
    text = (tmp_path / "page.html").read_text()
    assert "<td>events</td><td>0.12 s</td><td>0.25 s</td><td>0.38 s</td>" in text
    assert "1,234,567" in text


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_shows_what_was_found(tmp_path, kind):
    page = tmp_path / "page.html"
    write_page(page, [run(**{kind: ["<this> is wrong"]})])
    text = page.read_text()
    assert "1 fautes trouvées" in text
    assert f"{kind}: &lt;this&gt; is wrong" in text
