"""Maps as pages draw them: nothing inline, nothing for readers but the caption, texts escaped."""

import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from jinja2 import Environment, PackageLoader, StrictUndefined

from intercoop_chassis.maps.circles import overview
from intercoop_chassis.maps.detail import surroundings
from intercoop_chassis.maps.places import Counted, Listed, Position, Town

TOULOUSE, SAINT_DENIS = Position(43.6045, 1.4440), Position(-20.8789, 55.4481)
OUTLINES = "/directory/assets/abc/france.svg"
CAPTION = "Le tableau donne les mêmes nombres."


class Elements(HTMLParser):
    """Every element with its attributes, and the text that a reader is told."""

    def __init__(self, page):
        super().__init__()
        self.found, self.text, self._hidden = [], "", 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        self._hidden += dict(attrs).get("aria-hidden") == "true"

    def handle_endtag(self, tag):
        if tag == "svg":
            self._hidden -= 1

    def handle_data(self, data):
        if not self._hidden:
            self.text += data.strip()

    def all(self, tag):
        return [attributes for name, attributes in self.found if name == tag]


def macros():
    environment = Environment(
        loader=PackageLoader("intercoop_chassis.maps"), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("map.html").module


def france(label="Haute-Garonne"):
    return overview(
        [
            Counted("31", label, 42, TOULOUSE, is_own=True),
            Counted("974", "La Réunion", 31, SAINT_DENIS),
        ],
        lambda members: f"?departement={members[0].key}&x=1",
    )


def around(label="Atelier du Canal"):
    places = [Listed(1, "a", label, TOULOUSE), Listed(2, "b", "Autre", TOULOUSE)]
    towns = [Town("Foix", Position(42.97, 1.6))]
    return surroundings(places, (TOULOUSE, 100), lambda members: f"#n{members[0].number}", towns)


def pages():
    yield macros().overview_map(france(), OUTLINES, ["31", "81"], CAPTION)
    yield macros().detail_map(around(), OUTLINES, ["31", "81"], CAPTION)


@pytest.mark.parametrize("page", list(pages()), ids=["overview", "detail"])
def test_a_map_is_for_the_eye_and_its_caption_for_readers(page):
    seen = Elements(page)

    (svg,) = seen.all("svg")
    assert (svg["aria-hidden"], svg["focusable"]) == ("true", "false")
    assert seen.text == CAPTION
    assert seen.all("a")
    assert {link["tabindex"] for link in seen.all("a")} == {"-1"}


@pytest.mark.parametrize("page", list(pages()), ids=["overview", "detail"])
def test_a_map_has_no_inline_style_or_script(page):
    seen = Elements(page)

    names = {name for _, attributes in seen.found for name in attributes}
    assert not [name for name in names if name == "style" or name.startswith("on")]
    assert not seen.all("style")
    assert not seen.all("script")


@pytest.mark.parametrize("page", list(pages()), ids=["overview", "detail"])
def test_land_is_used_from_the_outlines_and_our_own_is_brought_out(page):
    uses = [(use["href"], use["class"]) for use in Elements(page).all("use")]

    assert uses == [
        (f"{OUTLINES}#fr", "land"),
        (f"{OUTLINES}#d31", "land-own"),
        (f"{OUTLINES}#d81", "land-own"),
    ]


def test_what_no_map_shows_is_linked_beside_it():
    seen = Elements(macros().elsewhere_links(france(), "Outre-mer :"))

    assert seen.text == "Outre-mer :La Réunion 31"
    assert [link["href"] for link in seen.all("a")] == ["?departement=974&x=1"]
    assert "tabindex" not in seen.all("a")[0]


def test_without_anything_elsewhere_there_is_no_empty_paragraph():
    empty = overview([], lambda _: "#")

    assert macros().elsewhere_links(empty, "Outre-mer :").strip() == ""


def test_names_of_places_are_text():
    label = '<script>"&'

    for page in (
        macros().overview_map(france(label), OUTLINES, [], CAPTION),
        macros().detail_map(around(label), OUTLINES, [], CAPTION),
    ):
        assert "<script>" not in page
        assert "&lt;script&gt;" in page


def test_every_class_of_a_map_has_a_style():
    style = (files("intercoop_chassis.maps") / "assets" / "map.css").read_text(encoding="utf-8")
    known = set(re.findall(r"\.([a-z][a-z-]*)", style)) | {"visually-hidden", "legend"}

    used = {
        name
        for page in pages()
        for _, attributes in Elements(page).found
        for name in attributes.get("class", "").split()
    }
    assert used <= known
