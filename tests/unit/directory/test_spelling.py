from hypothesis import given, strategies as st

from intercoop_directory.spelling import has_controls, key, tidy


def test_a_key_forgives_case_accents_ligatures_and_punctuation() -> None:
    assert key("L'Île-d'Yeu") == key("l ile d\u2019yeu") == "l ile d yeu"
    assert key("CŒUVRES-et-Valsery") == "coeuvres et valsery"
    assert key("!?") == ""


@given(st.text())
def test_tidying_and_keys_are_done_after_one_time(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
    assert key(key(text)) == key(text)


def test_what_nobody_sees_is_noticed() -> None:
    assert has_controls("a\x00b")
    assert has_controls("a\ud800")
    assert not has_controls("Étoile \u2013 n° 1")
