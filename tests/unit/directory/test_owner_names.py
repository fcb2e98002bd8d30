"""Owners beside each other in a list: told apart in few words, and never mistaken."""

from intercoop_directory.organisations.domain.owner_names import brief_names

UNIONS = {
    "auvergne": "Union régionale des Scop Auvergne",
    "midi-pyrenees": "Union régionale des Scop Midi-Pyrénées",
    "est": "Union régionale des Scop de l'Est",
    "ouest": "Union régionale des Scop de l’Ouest",
    "paca": "Union régionale des Scop Provence-Alpes-Côte d'Azur et Corse",
    "btp": "Fédération des Scop du BTP",
    "industrie": "Fédération des Scop de l'Industrie",
    "cgscop": "Confédération générale des Scop",
}


def test_what_all_names_begin_with_is_left_out():
    assert brief_names(UNIONS) == {
        "auvergne": "Auvergne",
        "midi-pyrenees": "Midi-Pyrénées",
        "est": "Est",
        "ouest": "Ouest",
        "paca": "Provence-Alpes-Côte d'Azur et Corse",
        "btp": "BTP",
        "industrie": "Industrie",
        "cgscop": "Confédération générale des Scop",
    }


def test_a_name_alone_and_one_that_shares_a_single_word_stay_whole():
    for names in ({"a": UNIONS["auvergne"]}, {"a": "Union Garonne", "b": "Union Ouest"}, {}):
        assert brief_names(names) == names


def test_nothing_is_left_empty_and_no_two_become_the_same():
    same = {"a": "Union des Scop du Centre", "b": "Union des Scop Centre"}
    within = {"a": "Union des Scop", "b": "Union des Scop Ouest"}
    twice = {"a": "Union des Scop", "b": "Union des Scop"}

    assert brief_names(same) == same
    assert brief_names(within) == {"a": "Union des Scop", "b": "Ouest"}
    assert brief_names(twice) == twice
