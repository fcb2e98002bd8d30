import csv
import io

import pytest
from hypothesis import given, strategies as st

from intercoop_chassis.refusals import Refusal
from intercoop_directory.communes.handlers import shipped
from intercoop_directory.imports.domain.files.decoding import Decoded, decode

FRENCH = "Raison sociale;Commune\nMénuiserie de l'Étoile;Saint-Étienne\nPain & Levain;Évry\n"


TEXTS = [
    FRENCH,
    "Raison sociale;Commune\nMénuiserie;Cahors\n",
    "Nom\nGarçons bouchers\n",
    "Nom\nÀ l'œuvre, forêt & bâti — 20 €\n",
    "Nom\nPeña et Cañada, maçonnerie générale\n",
    "Nom\nATELIER DE L'ÉTÉ\nFORÊT\n",
]
ENCODINGS = ["utf-8", "cp1252", "mac_roman", "cp850", "utf-16-le"]


def writable(text: str, encoding: str) -> bool:
    return text.encode(encoding, "replace").decode(encoding) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(text, encoding) for text in TEXTS for encoding in ENCODINGS if writable(text, encoding)],
)
def test_french_is_read_in_whatever_encoding_it_was_written(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding))

    assert isinstance(decoded, Decoded)
    assert decoded.text == text


def test_the_mark_of_utf_8_is_no_part_of_the_first_heading() -> None:
    assert decode(b"\xef\xbb\xbfNom\n") == Decoded("Nom\n", "utf-8-sig")


@pytest.mark.parametrize("data", [b"", b" \r\n", b"PK\x03\x04zip", b"\xd0\xcf\x11\xe0xls"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    assert isinstance(decode(data), Refusal)


@given(st.binary())
def test_whatever_the_bytes_there_is_an_answer(data: bytes) -> None:
    assert isinstance(decode(data), Decoded | Refusal)


LETTERS = st.sampled_from("abcdefghijklmnopqrstuvwxyz éèàçêîôûÉÀ'-;\n")


@given(st.text(LETTERS, min_size=1).filter(str.strip))
def test_anything_french_in_utf_8_is_read_as_it_is(text: str) -> None:
    assert decode(text.encode()) == Decoded(text, "utf-8")


def accented_communes() -> list[str]:
    rows = csv.DictReader(io.StringIO(shipped("communes.csv")))
    return [row["nom"] for row in rows if not row["nom"].isascii()]


@pytest.mark.parametrize("encoding", ["cp1252", "iso8859-15", "mac_roman", "cp850", "utf-8"])
def test_three_names_with_accents_are_enough(encoding: str) -> None:
    """Names of real communes, as short as a list may be."""
    names = accented_communes()[::5]
    triples = [names[at : at + 3] for at in range(0, len(names) - 2, 3)]
    texts = ["\r\n".join(["Nom", *triple, ""]) for triple in triples]
    written = [text for text in texts if writable(text, encoding)]

    read = [decode(text.encode(encoding)) for text in written]

    assert len(written) > 400
    assert [one.text for one in read if isinstance(one, Decoded)] == written
