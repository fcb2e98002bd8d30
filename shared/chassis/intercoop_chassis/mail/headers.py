"""Headers of a mail as they are written: ASCII, folded at blanks alone (RFC 5322, 2.2.3; RFC 2047).

The email package's own folding loses blanks between encoded words, and makes an encoded word of
whatever is long and has no blank: an address, a link.
"""

import re
from email.header import Header
from email.headerregistry import Address
from email.policy import Policy
from typing import Final, Self
from urllib.parse import quote, urlsplit

LINE: Final = 76
"""Letters of a line, where there is a blank to fold it at; no longer with an encoded word in it."""

_WORD: Final = re.compile(r"[ \t]*[^ \t]+")
_OF_ADDRESSES: Final = "/%:@!$&'()*+,;=~-._?"


class WrittenHeader(str):
    """A header with how it is written; the email package takes any text with a name and `fold`."""

    __slots__ = ("_written", "name")

    name: str
    _written: str

    @classmethod
    def of(cls, name: str, value: str, written: str) -> Self:
        """`written` has its name and its line ends; `value` may have none: `ValueError`."""
        if len(value.splitlines()) > 1:
            raise ValueError(f"{name}: a header has no newline")
        header = cls(value)
        header.name, header._written = name, written
        return header

    def fold(self, *, policy: Policy) -> str:
        return policy.linesep.join((*self._written.split("\n"), ""))


def plain_header(name: str, value: str) -> WrittenHeader:
    """What is ASCII, and stays as it is."""
    return WrittenHeader.of(name, value, _folded(f"{name}: {value}"))


def text_header(name: str, text: str) -> WrittenHeader:
    """Words of any language, whose every blank arrives."""
    return WrittenHeader.of(name, text, _folded(f"{name}: {_encoded(name, text)}"))


def address_header(name: str, address: Address) -> WrittenHeader:
    """One address, with or without a name before it."""
    if _is_plain(address.display_name):
        return plain_header(name, str(address))
    words = _encoded(name, address.display_name)
    written = _folded(f"{name}: {words} <{address.addr_spec}>")
    return WrittenHeader.of(name, str(address), written)


def ascii_address(url: str) -> str:
    """An address of a page without letters that are not ASCII. Raises `UnicodeError`."""
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode()
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port else ""
    rest = quote(url.partition(parts.netloc)[2], safe=_OF_ADDRESSES)
    return f"{parts.scheme}://{host}{port}{rest}"


def _is_plain(text: str) -> bool:
    """Whether a reader takes it for what it is; what looks like an encoded word is encoded."""
    return text.isascii() and "=?" not in text


def _encoded(name: str, text: str) -> str:
    """The text, or encoded words of one line each that hold it whole, its blanks too."""
    if _is_plain(text):
        return text
    return Header(text, "utf-8", maxlinelen=LINE, header_name=name).encode()


def _folded(header: str) -> str:
    """Its lines, each as long as may be; where it is folded already it stays so."""
    label = header.partition(" ")[0]
    lines: list[str] = []
    for written in header.split("\n"):
        line = ""
        for word in _WORD.findall(written):
            if len(line) + len(word) > LINE and line not in {"", label}:
                lines.append(line)
                line = ""
            line += word
        lines.append(line)
    return "\n".join(lines)
