"""The language of commands: French where the terminal's is, English elsewhere."""

import os

from intercoop_chassis.refusals import Sentence


def said(sentence: Sentence) -> str:
    """A sentence in the terminal's language (`LC_ALL`, `LC_MESSAGES`, `LANG`, in this order)."""
    found = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    language = next((locale for locale in found if locale), "")
    return sentence.fr if language.lower().startswith("fr") else sentence.en
