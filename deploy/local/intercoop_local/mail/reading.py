"""A mail as its reader sees it, whatever is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

# Python's newer policies raise on some broken headers; this one reads everything.
_PARSER = BytesParser(policy=policy.compat32)

DELIVERED_TO = "Delivered-To"


@dataclass(frozen=True, slots=True)
class Part:
    """A part that holds no others: the text, its HTML twin, an attachment."""

    content_type: str
    content: bytes
    charset: str = "utf-8"
    file_name: str | None = None

    @property
    def text(self) -> str:
        """Its text, with a sign of replacement for what is none."""
        try:
            return self.content.decode(self.charset, "replace")
        except LookupError:  # a charset that nobody knows
            return self.content.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that the sink received: headers in their order, decoded, and parts."""

    id: int
    headers: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]

    def header(self, name: str) -> str:
        """The first header of this name, in any case; empty when there is none."""
        return next(iter(self.headers_named(name)), "")

    def headers_named(self, name: str) -> tuple[str, ...]:
        return tuple(value for one, value in self.headers if one.lower() == name.lower())

    @property
    def to(self) -> tuple[str, ...]:
        """The addresses it was delivered to, which its header `To` may not name."""
        return self.headers_named(DELIVERED_TO)

    @property
    def sender(self) -> str:
        return self.header("From")

    @property
    def subject(self) -> str:
        return self.header("Subject")

    @property
    def message_id(self) -> str:
        return self.header("Message-ID")

    @property
    def date(self) -> datetime | None:
        try:
            return parsedate_to_datetime(self.header("Date"))
        except (ValueError, TypeError, IndexError, OverflowError):
            return None

    @property
    def text(self) -> str:
        """The plain text; empty when it has none."""
        return self._body("text/plain")

    @property
    def html(self) -> str:
        """The HTML; empty when it has none."""
        return self._body("text/html")

    def _body(self, content_type: str) -> str:
        found = (
            one.text.replace("\r\n", "\n")
            for one in self.parts
            if one.content_type == content_type and one.file_name is None
        )
        return next(found, "")


def read_mail(number: int, content: bytes) -> Mail:
    """Read a mail as it came; never fails."""
    message = _PARSER.parsebytes(content)
    return Mail(number, _headers(message), tuple(_parts(message)))


def read_headers(number: int, content: bytes) -> Mail:
    """The same without its parts, which is quicker."""
    message = _PARSER.parsebytes(content, headersonly=True)
    return Mail(number, _headers(message), ())


def _headers(message: Message) -> tuple[tuple[str, str], ...]:
    return tuple((name, _decoded(value)) for name, value in message.raw_items())


def _decoded(value: object) -> str:
    text = " ".join(str(value).split())  # a long header comes folded into lines
    try:
        return _as_text(str(make_header(decode_header(text))))
    except (LookupError, ValueError, MessageError):  # unknown charsets, bytes that are not theirs
        return _as_text(text)


def _as_text(value: str) -> str:
    """Bytes that came where no bytes may be are read as UTF-8, or replaced."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _parts(message: Message) -> Iterator[Part]:
    for part in message.walk():
        if not part.is_multipart():
            content = part.get_payload(decode=True)
            name = part.get_filename()
            yield Part(
                content_type=_as_text(part.get_content_type()),
                content=content if isinstance(content, bytes) else b"",
                charset=part.get_content_charset("utf-8"),
                file_name=_as_text(name) if name else None,
            )
