"""Shares of a measured process' time, by function."""

from bench.profile import functions, packages, report

RUN = "run (/x/lib/python3.11/asyncio/runners.py:7)"
APPLY = f"{RUN};apply (/r/shared/chassis/intercoop_chassis/a.py:3)"
STACKS = [
    f"{APPLY} 60",
    f"{APPLY};loads (/x/site-packages/pydantic/b.py:9) 39",
    f"{RUN};rare (/x/site-packages/other/c.py:9) 1",
]


def test_functions_are_told_by_their_own_share_and_by_that_of_what_they_call():
    assert functions(STACKS).splitlines()[2:] == [
        "| `intercoop_chassis/a.py apply` | 60.0% | 99.0% |",
        "| `pydantic/b.py loads` | 39.0% | 39.0% |",
    ]


def test_packages_are_told_by_what_was_taken_in_their_own_code():
    assert packages(STACKS).splitlines()[2:] == ["| ours | 60.0% |", "| pydantic | 39.0% |"]


def test_processes_of_a_kind_are_told_together(tmp_path):
    (tmp_path / "worker-11.stacks").write_text("a (x.py:1) 3\n")
    (tmp_path / "worker-12.stacks").write_text("a (x.py:1) 1\nb (x.py:5) 4\n")
    (tmp_path / "relay-13.stacks").write_text("")
    text = report(tmp_path)
    assert "### worker" in text
    assert "| `x.py a` | 50.0% | 50.0% |" in text
    assert "8 samples" in text


def test_that_nothing_could_be_sampled_is_said(tmp_path):
    assert "Nothing was sampled" in report(tmp_path)
