"""Pages made of templates: in the visitor's language, in the frame, with the frame's headers."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.pages.flash import Flash, flash_of, forget_flash
from intercoop_chassis.pages.guard import here, sign_in_address
from intercoop_chassis.pages.menu import Section, sections, short_entries
from intercoop_chassis.pages.negotiate import Language, Theme, keys_are_on, language_of, theme_of
from intercoop_chassis.pages.network import Network
from intercoop_chassis.pages.signed_in import SignedInPerson, person_of
from intercoop_chassis.pages.site import Site, site_of
from intercoop_chassis.pages.surroundings import surroundings_of
from intercoop_chassis.pages.words import Words, words
from intercoop_contracts.directory import PresentationView
from intercoop_contracts.pages import BELL, SESSIONS, SIGN_IN_PAGE, SIGN_OUT, Entry

CHASSIS_TEMPLATES: Final = Path(__file__).parent / "templates"
MAP_TEMPLATES: Final = Path(__file__).parents[1] / "maps/templates"
_OK: Final = 200
_MOST_KEPT: Final = 100


@dataclass(frozen=True, slots=True)
class Said:
    """A flash as it is read."""

    text: str
    undo: str | None


@dataclass(frozen=True, slots=True)
class Frame:
    """What the frame around a page shows."""

    language: Language
    theme: Theme | None
    keys: bool
    owner: str
    presentation: PresentationView
    colours: str
    path: str
    here: str
    who: Identity | None
    person: SignedInPerson | None
    menu: list[Section]
    short_menu: list[Entry]
    flash: Said | None
    sign_in: str
    bell: Markup | None
    network: Network | None
    sign_out: str


class Templates:
    """The templates of one capability, with the frame's macros and maps, in its service's words.

    `folder` has the templates, `locale` the service's catalogues (`fr.po`).
    """

    def __init__(self, folder: Path, locale: Path | None = None) -> None:
        self._folders = (folder, CHASSIS_TEMPLATES, MAP_TEMPLATES)
        self._locales = (locale,) if locale else ()

    def words(self, request: Request) -> Words:
        """The words of the visitor's language."""
        return words(language_of(request, site_of(request).context.settings), self._locales)

    def markup(
        self, request: Request, name: str, values: Mapping[str, Any]
    ) -> Markup:  # Any: values
        """A template filled with these values."""
        template = self._environment(request).get_template(name)
        return Markup(template.render(values))  # noqa: S704  autoescaped

    def kept(
        self,
        request: Request,
        name: str,
        key: Hashable,
        values: Callable[[], Mapping[str, Any]],  # Any: as above
    ) -> Markup:
        """The same, written once for each key and language; the hundred used last are kept.

        The key has all that the template and its values depend on.
        """

        def written() -> Markup:
            return self.markup(request, name, values())

        kept: Any = self._environment(request).globals["kept"]  # Any: what Jinja says of it
        found: Markup = kept((name, key), written)
        return found

    def _environment(self, request: Request) -> Environment:
        return _environment(self._folders, self.words(request), site_of(request).assets)

    def part(
        self, request: Request, name: str, values: Mapping[str, Any]
    ) -> Response:  # Any: values
        """A part of a page, which a script puts into its place; unchanged since, 304."""
        return answer(request, self.markup(request, name, values))

    def page(
        self,
        request: Request,
        name: str,
        values: Mapping[str, Any],
        *,
        status: int = _OK,  # Any: as above
        no_store: bool = False,
    ) -> Response:
        """A whole page; unchanged since the visitor saw it, 304.

        With `no_store`, for what names other people, no browser keeps it.
        """
        frame = _frame(request, self.words(request))
        text = self.markup(request, name, {**values, "frame": frame})
        response = answer(request, text, status, no_store=no_store)
        if frame.flash is not None:
            response.headers["Cache-Control"] = "no-store"
            forget_flash(request, response)
        return response


def partial(target: str, content: Markup | str) -> Markup:
    """What an event of a stream puts into the element of this id, in a page that is open.

    Nothing happens in a page that has no such element.
    """
    wrapped = Markup('<hx-partial hx-target="#{}" hx-swap="innerHTML">{}</hx-partial>')
    return wrapped.format(target, content)


def answer(request: Request, text: str, status: int = _OK, *, no_store: bool = False) -> Response:
    """An answer with a page's headers: its policy, and an ETag where it can be asked for again."""
    headers = page_headers(site_of(request))
    content = text.encode()
    if no_store:
        headers["Cache-Control"] = "no-store"
    elif status == _OK:
        etag = f'W/"{sha256(content).hexdigest()[:20]}"'
        headers |= {"ETag": etag, "Cache-Control": "private, no-cache"}
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
    return Response(content, status, headers, "text/html; charset=utf-8")


def page_headers(site: Site) -> dict[str, str]:
    """What every page says to the browser; forms need the referrer, or they post `Origin: null`."""
    return {
        "Content-Security-Policy": site.policy,
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Vary": "Cookie, Accept-Language, HX-Request",
    }


def _frame(request: Request, said: Words) -> Frame:
    site = site_of(request)
    settings = site.context.settings
    presentation = _presentation(site)
    known = getattr(request.state, "who", None)
    who = known if isinstance(known, Identity) else None
    around = surroundings_of(request)
    return Frame(
        language=language_of(request, settings),
        theme=theme_of(request, settings),
        keys=keys_are_on(request, settings),
        owner=presentation.name,
        presentation=presentation,
        colours=site.colours,
        path=request.url.path,
        here=here(request),
        who=who,
        person=person_of(request),
        menu=sections(who, settings.owner),
        short_menu=short_entries(who, settings.owner),
        flash=_said(flash_of(request), said),
        sign_in=sign_in_address(request),
        bell=around.bell,
        network=around.network,
        sign_out=SIGN_OUT,
    )


def _presentation(site: Site) -> PresentationView:
    """What the owner says of itself; before it has, its name is that of the settings."""
    settings = site.context.settings
    otherwise = PresentationView(name=settings.name_of_owner)
    return site.presentation.known or otherwise


def _said(flash: Flash | None, said: Words) -> Said | None:
    text = flash.said(said) if flash else ""
    return Said(text, flash.undo) if flash and text else None


def _marked(said: Words) -> Callable[..., Markup]:
    """`_` of templates, as Jinja's own (newstyle) but quicker: a page says a hundred texts."""

    @cache
    def text_of(source: str) -> Markup:
        return Markup(said.gettext(source))  # noqa: S704  of catalogues

    @cache
    def whole(source: str) -> Markup:
        return text_of(source) % {}

    def say(source: str, /, **values: object) -> Markup:
        return text_of(source) % values if values else whole(source)

    return say


def _kept() -> Callable[..., Markup]:
    """`{% call kept(key) %}…{% endcall %}` in templates: what stands within is written once a key.

    The key has all that it depends on but language and templates. The 100 used last are kept.
    """
    written: OrderedDict[Hashable, Markup] = OrderedDict()

    def kept(key: Hashable, caller: Callable[[], Markup]) -> Markup:
        if key not in written:
            written[key] = caller()
        written.move_to_end(key)
        if len(written) > _MOST_KEPT:
            written.popitem(last=False)
        return written[key]

    return kept


@cache
def _environment(folders: tuple[Path, ...], said: Words, assets: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        said.gettext, said.ngettext, newstyle=True
    )
    environment.globals |= {"_": _marked(said), "kept": _kept()}
    environment.globals |= {"assets": assets, "bell_at": BELL, "sign_in_page": SIGN_IN_PAGE}
    environment.globals["sessions_page"] = SESSIONS
    numbers = (said.number, said.grouped, said.km, said.day, said.hour, said.moment)
    days = (said.weekday, said.weekday_name, said.weekday_and_year, said.month, said.span)
    filters = (*numbers, *days, said.listed, said.of)
    environment.filters.update({one.__name__: one for one in filters})
    return environment
