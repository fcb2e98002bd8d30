"""Faults of our own fit into the product as it is; whether they are found, `make chaos` tells."""

import subprocess
import sys
from pathlib import Path

import pytest

from chaos.planted import PLANTED, put

PLANT_ALL = """
from chaos.planted import PLANTED
for name, planted in PLANTED.items():
    print(name)
    planted.plant()
"""


def test_each_can_be_planted():
    planted = subprocess.run(
        [sys.executable, "-c", PLANT_ALL],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    assert planted.returncode == 0, planted.stdout + planted.stderr
    assert planted.stdout.split() == [*PLANTED]


class Product:
    async def send(self, messages):
        """What a fault takes the place of."""


def test_one_whose_place_has_gone_is_noticed():
    with pytest.raises(AttributeError):
        put(Product, "_send", lambda _, __: None)


def test_one_that_takes_less_than_it_is_given_is_noticed():
    with pytest.raises(AssertionError, match="self, messages"):
        put(Product, "send", lambda _: None)
