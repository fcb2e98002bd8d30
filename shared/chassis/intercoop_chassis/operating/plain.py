"""Why a change is parked, for people who do not program, and what they can do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from intercoop_chassis.refusals import Sentence
from intercoop_chassis.wire.obstacle import ObstacleKind


@dataclass(frozen=True, slots=True)
class Plain:
    """What happened, and what to do about it."""

    happened: Sentence
    remedy: Sentence


_WRITTEN_WRONG: Final = Sentence(
    "Prévenez l'opérateur de son instance ; sa prochaine modification correcte guérit tout",
    "Tell the operator of its owner's instance; its next good change heals it",
)
_FAILED_HERE: Final = Plain(
    Sentence(
        "Ce service a échoué en l'appliquant : c'est un défaut de notre côté",
        "This service failed to apply it: the fault is on our side",
    ),
    Sentence(
        "Réessayez après une mise à jour ; joignez la raison technique à votre signalement",
        "Retry after an update; send the technical reason with your report",
    ),
)
_PLAIN: Final[Mapping[ObstacleKind, Plain]] = {
    ObstacleKind.MISSING_KEY: Plain(
        Sentence(
            "Elle est scellée avec une clé que ce service n'a pas",
            "It is sealed with a key that this service does not have",
        ),
        Sentence(
            "Ajoutez la clé nommée au fichier des clés, redémarrez, puis réessayez",
            "Add the key that is named to the key file, start again, and retry",
        ),
    ),
    ObstacleKind.UNOPENABLE: Plain(
        Sentence(
            "Elle a été modifiée ou déplacée depuis qu'elle a été scellée : la clé est là et "
            "ne l'ouvre pas",
            "It was changed or moved since it was sealed: the key is here and does not open it",
        ),
        Sentence(
            "Rien n'en a été repris. Cherchez qui d'autre peut écrire sur ce topic, faites "
            "`republish` du service qui le publie, puis écartez-la",
            "Nothing of it was taken. Find out who else can write to this topic, run `republish` "
            "of the service that publishes it, then discard it",
        ),
    ),
    ObstacleKind.UNSEALED: Plain(
        Sentence(
            "Elle n'est pas scellée comme il se doit : une version antérieure l'a écrite, "
            "ou quelqu'un d'autre",
            "It is not sealed as it should be: an earlier version has written it, or somebody else",
        ),
        Sentence(
            "Mettez à jour le service qui publie ce flux, puis faites-y `republish`",
            "Bring the service that publishes this stream up to date, and run its `republish`",
        ),
    ),
    ObstacleKind.EMPTY: Plain(
        Sentence("Elle est vide", "It is empty"),
        _WRITTEN_WRONG,
    ),
    ObstacleKind.TOO_LARGE: Plain(
        Sentence("Elle est trop grande", "It is too large"),
        _WRITTEN_WRONG,
    ),
    ObstacleKind.UNREADABLE: Plain(
        Sentence(
            "Son contenu n'a pas la forme convenue",
            "Its content does not have the form that was agreed",
        ),
        Sentence(
            "Si l'autre instance est plus récente, mettez ce service à jour et réessayez ; "
            "sinon prévenez son opérateur",
            "If the other instance is newer, bring this service up to date and retry; "
            "if not, tell its operator",
        ),
    ),
    ObstacleKind.FOREIGN_ID: Plain(
        Sentence(
            "Un identifiant y est d'une autre instance que celle qui devrait l'avoir donné",
            "An id in it is of another instance than the one that should have given it",
        ),
        Sentence(
            "Si deux unions viennent de fusionner, mettez ce service à jour et réessayez ; sinon "
            "prévenez l'opérateur de l'instance qui l'a publiée",
            "If two unions have just merged, bring this service up to date and retry; if not, tell "
            "the operator of the instance that published it",
        ),
    ),
    ObstacleKind.EXCESS: Plain(
        Sentence(
            "Son instance a publié plus que ce qu'une seule peut avoir ici",
            "Its instance has published more than one may have here",
        ),
        Sentence(
            "Demandez-lui si c'est voulu ; si oui, relevez la limite : tout sera alors appliqué",
            "Ask its operator whether that is meant; if so, raise the limit: all is applied then",
        ),
    ),
    ObstacleKind.UNSUBSCRIBED: Plain(
        Sentence(
            "Cette version du service ne lit plus ce flux",
            "This version of the service does not read this stream any more",
        ),
        Sentence("Vous pouvez l'écarter", "You may discard it"),
    ),
    ObstacleKind.NOT_YET: Plain(
        Sentence(
            "Elle a besoin d'une autre fiche qui n'est pas encore arrivée",
            "It needs something else that has not arrived yet",
        ),
        Sentence(
            "Rien à faire si cela ne dure pas : elle sera appliquée dès l'arrivée. Sinon "
            "demandez à l'autre instance si cette fiche existe encore",
            "Nothing, unless it lasts: it is applied as soon as that arrives. Then ask the other "
            "instance whether it is still there",
        ),
    ),
    ObstacleKind.SUBSCRIBER_FAILED: _FAILED_HERE,
    ObstacleKind.SET_ASIDE: Plain(
        Sentence(
            "Beaucoup d'autres de la même instance ont échoué à côté d'elle",
            "Many others of the same instance failed beside it",
        ),
        Sentence(
            "Rien à faire pour celle-ci : elle est essayée seule. Regardez pourquoi les autres "
            "attendent",
            "Nothing for this one: it is tried alone. See why the others wait",
        ),
    ),
    ObstacleKind.STUBBORN: _FAILED_HERE,
}


def in_plain_words(kind: ObstacleKind) -> Plain:
    """What happened to a parked change, and the remedy. Changes of others do not wait for it."""
    return _PLAIN[kind]
