import re
import sys
import unicodedata

import pytest
from hypothesis import given, settings, strategies as st

from intercoop_chassis.spelling import TURNING, has_controls, key, tidy, tidy_lines, visible

UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c"
    "\u202d\u2060\u2064\u2066\u2067\u2068\u2069\u206f\u3164\ufe00\ufe0f\ufeff\uffa0\ufff9"
    "\U0001d173\U000e0001\U000e0041\U000e007f\U000e0100"
)
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize("unseen", UNSEEN)
def test_what_nobody_sees_is_removed_wherever_it_stands(unseen: str) -> None:
    for text in (f"{unseen}Atelier", f"Ate{unseen}lier", f"Atelier{unseen}", f"Éta{unseen}in"):
        assert tidy(text) == text.replace(unseen, "")
        assert tidy_lines(text) == text.replace(unseen, "")
        assert key(text) == key(text.replace(unseen, ""))


@pytest.mark.parametrize("unseen", UNSEEN)
def test_a_text_of_nothing_else_is_empty(unseen: str) -> None:
    assert tidy(unseen) == tidy(f" {unseen}{unseen} {unseen}") == tidy_lines(unseen) == ""


@pytest.mark.parametrize(
    "text",
    [
        "شرکت می\u200cخواهیم",  # Persian: without it two words become one
        "ه\u200d",  # the abbreviation of an era
        "क\u094d\u200dष",  # Devanagari: a half letter
        "ශ\u0dca\u200dරී",  # Sinhala
        "র\u200d\u09cdয",  # Bengali
        "ക\u0d4d\u200c",  # Malayalam: a pure consonant ends a word
        f"Crèche {FAMILY}",
        "❤\ufe0f Cœur",
        "1\ufe0f\u20e3 Premier",
        f"Pub {ENGLAND}",
        "葛\U000e0100飾",  # which form of an ideograph a name has
    ],
)
def test_joiners_and_selectors_stay_where_they_shape_what_is_seen(text: str) -> None:
    assert visible(text) == tidy(text) == text


def test_joiners_forge_no_twins() -> None:
    assert key("می\u200cخواهیم") == key("میخواهیم")
    assert key("❤\ufe0f Cœur") == key("❤ coeur")
    assert tidy("ک\u200c\u200c\u200cب") == "ک\u200cب"
    assert tidy("Ate\u200clier") == tidy("Ate\u200dlier") == "Atelier"


def test_what_turns_letters_round_is_no_name() -> None:
    assert has_controls(tidy(f"Atelier {TURNING}elbisivni"))
    assert not has_controls(tidy("\u202d05 61 00 00 00\u202c")), "as telephones copy numbers"


def test_lines_of_unicode_are_lines() -> None:
    assert tidy_lines("un\u2028deux\u2029trois ") == "un\ndeux\ntrois"
    assert tidy("un\u2028deux\u2800trois") == "un deux trois"


def test_a_key_forgives_case_accents_ligatures_and_punctuation() -> None:
    assert key("L'Île-d'Yeu") == key("l ile d\u2019yeu") == "l ile d yeu"
    assert key("CŒUVRES-et-Valsery") == key("Cœuvres et Valsery") == "coeuvres et valsery"
    assert key("E\u0301tain") == key("ÉTAIN") == "etain"
    assert key("Straße № 1") == key("STRASSE no 1")
    assert key("ＡＢＣ ﬁnances") == "abc finances"
    assert key("!?") == key("\u200b") == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Заря", "Весна"),
        ("Май", "Маи"),
        ("合作社", "工人社"),
        ("が", "か"),
        ("हिन्दी", "हन्द"),
        ("תקווה", "שלום"),
        ("الأمل", "السلام"),
        ("🌻", "🐝"),
    ],
)
def test_names_in_other_alphabets_are_told_apart(one: str, other: str) -> None:
    assert key(one) != key(other)
    assert key(one) != "" != key(other)


@pytest.mark.parametrize(
    ("written", "also"),
    [
        ("ЗАРЯ", "заря"),
        ("Ёлка", "елка"),
        ("ΑΘΉΝΑ", "αθηνα"),
        ("שָׁלוֹם", "שלום"),
        ("الأَمَل", "الامل"),
        ("ﾃｽﾄ", "テスト"),
    ],
)
def test_other_alphabets_are_forgiven_as_much(written: str, also: str) -> None:
    assert key(written) == key(also)


CHARACTERS = st.characters() | st.sampled_from(UNSEEN + TURNING + "a1#é ❤🏴کبक葛\u20e3\u094d\u1820")


@settings(max_examples=1000)
@given(st.text(CHARACTERS))
def test_tidying_and_keys_are_done_after_one_time(text: str) -> None:
    assert visible(visible(text)) == visible(text)
    assert tidy(tidy(text)) == tidy(text)
    assert key(key(text)) == key(text) == key(tidy(text))


@settings(max_examples=1000)
@given(st.text(CHARACTERS))
def test_what_is_seen_stays(text: str) -> None:
    letters = re.compile(r"[^\W_]")
    composed = unicodedata.normalize("NFC", text.replace("\u3164", "").replace("\uffa0", ""))

    seen = unicodedata.normalize("NFD", "".join(letters.findall(composed)))
    assert letters.findall(unicodedata.normalize("NFD", visible(text))) == letters.findall(seen)


def test_every_other_format_character_is_seen() -> None:
    """Signs around numbers in Arabic, Syriac and Kaithi, and what joins hieroglyphs."""
    kept = {
        ord(letter)
        for letter in map(chr, range(0x80, sys.maxunicode))
        if unicodedata.category(letter) == "Cf" and visible(f"a{letter}b") != "ab"
    }

    signs = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
    assert kept - set(range(0x13430, 0x13460)) == signs | {ord(TURNING)}


def test_what_nobody_sees_is_noticed() -> None:
    assert has_controls("a\x00b")
    assert has_controls("a\ud800")
    assert not has_controls("Étoile \u2013 n° 1")
