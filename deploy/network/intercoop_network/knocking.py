"""Whether a cluster lets a user in: one connection, tried once, with the reason where it does not.

The client library tries for as long as it may and then tells no reason.
"""

import socket
import ssl
import struct
from typing import Final

from kafka.net.sasl.scram import ScramClient

from intercoop_network.connection import MECHANISM, Connection
from intercoop_network.errors import NetworkError

_TIMEOUT_S: Final = 10.0
_HANDSHAKE: Final = (17, 1)
_AUTHENTICATE: Final = (36, 0)
_REFUSED: Final = 58


class WrongPasswordError(NetworkError):
    """The cluster does not let the user in with this password."""


def knock(connection: Connection) -> None:
    """Connect to the first address that answers.

    Raises `WrongPasswordError`, or `NetworkError` that says why the cluster is not reached.
    """
    reasons = []
    for host, port in connection.addresses:
        try:
            with socket.create_connection((host, port), timeout=_TIMEOUT_S) as plain:
                _greet(connection, host, plain)
        except ssl.SSLCertVerificationError as error:
            raise NetworkError(
                f"{host}:{port} shows a certificate that is not accepted ({error.verify_message}): "
                "is --ca-file the authority of the brokers' certificates? Nothing was changed."
            ) from error
        except (OSError, struct.error) as error:
            reasons.append(f"{host}:{port} ({error})")
        else:
            return
    raise NetworkError(
        f"No broker answers as {connection.security}: {', '.join(reasons)}. Nothing was changed."
    )


def _greet(connection: Connection, host: str, plain: socket.socket) -> None:
    context = connection.ssl_context()
    with context.wrap_socket(plain, server_hostname=host) if context else plain as wire:
        if connection.security.startswith("SASL"):
            _authenticate(wire, connection)


def _authenticate(wire: socket.socket, connection: Connection) -> None:
    mechanism = MECHANISM.encode()
    answer = _ask(wire, _HANDSHAKE, struct.pack(f">h{len(mechanism)}s", len(mechanism), mechanism))
    if struct.unpack_from(">h", answer)[0]:
        raise NetworkError(f"The cluster does not offer {MECHANISM}. Nothing was changed.")
    scram = ScramClient(connection.user, connection.secret, MECHANISM)
    scram.process_server_first_message(_said(wire, scram.first_message(), connection))
    scram.process_server_final_message(_said(wire, scram.final_message(), connection))


def _said(wire: socket.socket, token: bytes, connection: Connection) -> bytes:
    """What the cluster says to a token of ours."""
    answer = _ask(wire, _AUTHENTICATE, struct.pack(f">i{len(token)}s", len(token), token))
    code, length = struct.unpack_from(">hh", answer)
    if code == _REFUSED:
        raise WrongPasswordError(
            f"The cluster does not let {connection.user} in: the name or the password is wrong. "
            "Nothing was changed."
        )
    if code:
        raise NetworkError(f"{connection.user} cannot sign in (error {code}).")
    return answer[4 + max(length, 0) + 4 :]


def _ask(wire: socket.socket, api: tuple[int, int], body: bytes) -> bytes:
    """Send a request with an empty client id; returns the answer without its number."""
    request = struct.pack(">hhih", *api, 1, -1) + body
    wire.sendall(struct.pack(">i", len(request)) + request)
    (size,) = struct.unpack(">i", _exactly(wire, 4))
    return _exactly(wire, size)[4:]


def _exactly(wire: socket.socket, size: int) -> bytes:
    read = b""
    while len(read) < size:
        piece = wire.recv(size - len(read))
        if not piece:
            raise ConnectionResetError("it closed the connection")
        read += piece
    return read
