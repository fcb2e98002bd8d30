"""Every text of pages is in every language, and French keeps its blanks."""

import ast
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.extract import extract

from intercoop_chassis.pages.forms import Form
from intercoop_chassis.pages.negotiate import Language
from intercoop_chassis.pages.words import read_texts, words
from intercoop_chassis.refusals import Refusal, Refused, Sentence
from intercoop_contracts.pages import BELL, MENU, SLOTS
from intercoop_local.spreadsheets import HEADINGS

CHECKOUT = Path(__file__).parents[4]
CHASSIS = CHECKOUT / "shared/chassis/intercoop_chassis/pages"
SERVICES = sorted(path.parent for path in CHECKOUT.glob("services/*/intercoop_*/main.py"))
FOLDERS = [CHASSIS, *SERVICES]
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
ELIDED = re.compile(r"\b(?:[cdjlmnstCDJLMST]|[Qq]u|[Jj]usqu|[Ll]orsqu)'(?=\w)")
TYPED = re.compile(r"(?<=[a-z])'(?=[a-zéèêàâ])")
HOLE = re.compile(r"%\(\w+\)[sd]")
FR, EN = words(Language.FR), words(Language.EN)


def named(folder):
    return folder.name


def of_file(path):
    how = "jinja2.ext:babel_extract" if path.suffix == ".html" else "python"
    with path.open("rb") as file:
        for _, text, _, _ in extract(how, file, keywords=KEYWORDS, options={"silent": "false"}):
            yield text if isinstance(text, str) else text[0]


def declared(folder):
    """The menu's texts are the frame's."""
    entries = (*MENU, *SLOTS, BELL) if folder == CHASSIS else ()
    texts = {entry.text for entry in entries}
    return texts | {getattr(entry, "short", None) or entry.text for entry in entries}


def used(folder):
    paths = [*folder.rglob("*.html"), *folder.rglob("pages.py"), *folder.rglob("pages/*.py")]
    paths += folder.glob("*.py") if folder == CHASSIS else ()
    return {text for path in paths for text in of_file(path)} | declared(folder)


def french(folder):
    """The texts of a folder in French; none before it has its first page."""
    file = folder / "locale/fr.po"
    return read_texts(file) if file.exists() else {}


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_the_french_texts_are_those_that_are_used(folder):
    assert set(french(folder)) == used(folder)


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_a_catalogue_is_in_the_order_of_its_texts(folder):
    """So that a text is found, and two who add one seldom meet."""
    assert list(french(folder)) == sorted(french(folder), key=str.casefold)


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_no_text_is_the_end_of_a_sentence_that_begins_elsewhere(folder):
    """Another language has another order: whole sentences, with holes for values and links."""
    assert [text for text in french(folder) if text[0] in ",;:." and text != ": "] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_a_translation_has_the_holes_of_its_text(folder):
    for text, forms in french(folder).items():
        for form in forms:
            assert form.strip() or not text.strip()
            assert set(HOLE.findall(form)) <= set(HOLE.findall(text)) | {"%(num)d"}, text


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_french_has_its_unbreakable_blanks_and_its_apostrophe(folder):
    for forms in french(folder).values():
        for form in forms:
            assert not badly_spaced(form), form


def badly_spaced(text):
    plain = HOLE.sub("x", text)
    return re.search(r"(?<![\u00a0])[:»]|(?<![\u202f])[;?!]|«(?!\u00a0)|'", plain)


@pytest.mark.parametrize("text", ["Code : x", "Quoi ?", "Quoi?", "« mot »", "l'union", "a ; b"])
def test_a_wrong_blank_would_be_found(text):
    assert badly_spaced(text)


def test_numbers_days_and_hours_are_written_as_in_each_language():
    moment = datetime(2026, 3, 1, 13, 5, tzinfo=UTC)
    assert (FR.number(2913), EN.number(2913)) == ("2\u202f913", "2,913")
    assert (FR.day(date(2026, 3, 1)), FR.day(date(2026, 3, 11))) == (
        "1er mars 2026",
        "11 mars 2026",
    )
    assert EN.day(date(2026, 3, 1)) == "1 March 2026"
    assert (FR.hour(moment), EN.hour(moment)) == ("14\u00a0h\u00a005", "14:05")
    assert FR.km(48.4) == "48\u00a0km"
    assert (FR.listed(["a", "b", "c"]), EN.listed(["a", "b"])) == ("a, b et c", "a and b")


def test_days_have_their_names_and_periods_both_ends():
    starts, ends = datetime(2026, 12, 1, 13, tzinfo=UTC), datetime(2026, 12, 1, 16, tzinfo=UTC)
    assert FR.weekday(starts) == "mardi 1er décembre"
    assert EN.weekday_and_year(starts) == "Tuesday 1 December 2026"
    assert (FR.weekday_name(starts), FR.month(starts)) == ("mardi", "décembre 2026")
    spans = FR.span(starts, ends), EN.span(starts, ends.replace(day=2))
    assert spans[0].replace("\u00a0", " ") == "mardi 1er décembre 2026, de 14 h 00 à 17 h 00"
    assert spans[1] == "Tuesday 1 December 2026 at 14:00 to Wednesday 2 December 2026 at 17:00"


def test_a_moment_is_a_time_today_and_has_its_day_later():
    now = datetime(2026, 12, 1, 13, 5, tzinfo=UTC)
    today, before = now.replace(hour=8), datetime(2026, 11, 30, 8, 7, tzinfo=UTC)
    assert (FR.moment(today, now), EN.moment(today, now)) == ("9\u00a0h\u00a005", "9:05")
    assert FR.moment(before, now) == "le 30 novembre à 9\u00a0h\u00a007"
    assert EN.moment(before, now) == "30 November, 9:07"
    assert FR.moment(today, now.replace(day=2)).startswith("le 1er décembre")


def test_a_day_that_begins_in_france_is_the_french_one():
    assert FR.day(datetime(2026, 2, 28, 23, 30, tzinfo=UTC)) == "1er mars 2026"


@pytest.mark.parametrize(
    ("count", "french", "english"),
    [(0, "Une chose", "%(num)d things"), (1, "Une chose", "One thing"), (2, "%(num)d", "%(num)d")],
)
def test_french_counts_nothing_as_one(count, french, english):
    pair = ("One thing to correct", "%(num)d things to correct", count)
    assert FR.ngettext(*pair).startswith(french)
    assert EN.ngettext(*pair).startswith(english)


def french_of_refusals():
    """What decisions say in French: the first text of each `Sentence`, holes filled."""
    for path in [*CHECKOUT.glob("services/*/intercoop_*/**/*.py"), *CHASSIS.parent.rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Sentence":
                parts = getattr(node.args[0], "values", node.args[:1])
                yield "".join(
                    str(getattr(part, "value", "")) if isinstance(part, ast.Constant) else "x"
                    for part in parts
                )


def test_what_a_decision_says_is_printed_like_the_texts_beside_it():
    refusals = set(french_of_refusals())
    assert len(refusals) > 100
    for text in refusals:
        printed = Form().refused(refused_with(text), FR).fault("field")
        assert not badly_spaced(printed.replace("https:", "")), printed
        assert not printed.startswith("Ce champ I"), printed


def refused_with(text):
    said = Sentence(text, "is wrong")
    return Refused((Refusal("field", said, said),))


def test_nobody_and_nothing_made_up_has_the_apostrophe_of_a_typewriter():
    made_up = CHECKOUT / "deploy/local/intercoop_local/made_up"
    paths = [*made_up.rglob("*.py"), made_up.parent / "spreadsheets.py"]
    said = {text for path in paths for text in strings(path) if text not in HEADINGS}
    assert len(said) > 100
    assert [text for text in said if ELIDED.search(text)] == []


def strings(path):
    """What stands between quotation marks in a module, its docstrings apart."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {one.value for one in constants if isinstance(one.value, str) and id(one) not in docs}


def test_what_is_mailed_and_told_has_it_neither():
    paths = CHECKOUT.glob("services/*/intercoop_*/**/templates/fr/*.j2")
    texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
    assert len(texts) > 10
    assert [name for name, text in texts.items() if TYPED.search(text)] == []
