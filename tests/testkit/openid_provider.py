"""An OpenID provider of a test: real HTTP, real signed tokens, and a person who is signed in there.

OpenID Connect Core 1.0, code flow; it holds its clients to PKCE, to their secret, and to the
address that browsers go back to.
"""

import json
import secrets
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "intercoop", "s3cret: +é%"
Json = dict[str, Any]  # Any: JSON


@dataclass
class Told:
    """What a test has the provider say: claims beside the usual ones, and its answers' changes."""

    claims: Json = field(default_factory=dict)
    discovery: Json = field(default_factory=dict)
    sign: Callable[[Json], str] | None = None
    key: Json = field(default_factory=dict)
    body: bytes | None = None
    """Sent in the place of every answer."""
    refusal: object = "invalid_client"
    """What a client is answered whose secret is another."""


class OpenIdProvider:
    """At `issuer` while it is `open`; `person` is the claims of whoever is signed in there."""

    def __init__(self) -> None:
        self.person: Json = {"sub": "a1", "email": "lucie@example.coop", "email_verified": True}
        self.secret = SECRET
        self.told = Told()
        self.asked: list[str] = []
        self.key_id = "first"
        self.key = _key()
        self._codes: dict[str, Json] = {}
        self._port = 0
        self.open()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self._port}/realms/union"

    def open(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), self._handler())
        self._port = self._server.server_port
        serving = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        serving.start()

    def close(self) -> None:
        """Nobody is there any more: connections are refused."""
        self._server.shutdown()
        self._server.server_close()

    def rotate(self) -> None:
        """Sign by a new key, and show that one alone."""
        self.key_id, self.key = secrets.token_hex(4), rsa.generate_private_key(65537, 2048)

    def answer(self, path: str, query: Json, form: Json, authorization: str) -> tuple[int, Json]:
        """Status and JSON; of the page where people sign in, where their browser goes next."""
        here = path.removeprefix("/realms/union")
        self.asked.append(here)
        match here:
            case "/.well-known/openid-configuration":
                return 200, self._discovery()
            case "/keys":
                public = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
                return 200, {
                    "keys": [{**public, "kid": self.key_id, "use": "sig", **self.told.key}]
                }
            case "/auth":
                return 303, {"location": self._sign_in(query)}
            case "/token":
                return self._redeem(form, authorization)
        return 404, {}

    def token(self, asked: Json) -> str:
        """An ID token for whoever asked so."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.person,
            **self.told.claims,
        }
        told = {name: value for name, value in claims.items() if value is not None}
        if self.told.sign:
            return self.told.sign(told)
        return jwt.encode(told, self.key, "RS256", headers={"kid": self.key_id})

    def _discovery(self) -> Json:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            **self.told.discovery,
        }

    def _sign_in(self, query: Json) -> str:
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe()
        self._codes[code] = query
        back = urlencode({"code": code, "state": query["state"], "session_state": "x"})
        return f"{query['redirect_uri']}?{back}"

    def _redeem(self, form: Json, authorization: str) -> tuple[int, Json]:
        asked = self._codes.pop(form.get("code", ""), None)
        if _client(form, authorization) != (CLIENT, self.secret):
            return 401, {"error": self.told.refusal}
        is_asked_so = (
            asked is not None
            and form.get("grant_type") == "authorization_code"
            and asked["redirect_uri"] == form.get("redirect_uri")
            and asked["code_challenge"] == _challenge(form.get("code_verifier", ""))
        )
        if asked is None or not is_asked_so:
            return 400, {"error": "invalid_grant"}
        return 200, {
            "id_token": self.token(asked),
            "access_token": "unread",
            "token_type": "Bearer",
        }

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer({})

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                self._answer(_flat(self.rfile.read(length).decode()))

            def _answer(self, form: Json) -> None:
                parts = urlsplit(self.path)
                said = self.headers.get("Authorization", "")
                status, body = provider.answer(parts.path, _flat(parts.query), form, said)
                self.send_response(status)
                if "location" in body:
                    self.send_header("Location", body["location"])
                content = json.dumps(body).encode()
                content = content if provider.told.body is None else provider.told.body
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        return Handler


def _client(form: Json, authorization: str) -> tuple[str, str]:
    """Who sends a form: by HTTP Basic, or in the form (RFC 6749, 2.3.1)."""
    if not authorization:
        return form.get("client_id", ""), form.get("client_secret", "")
    name, _, secret = b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
    return unquote_plus(name), unquote_plus(secret)


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _flat(text: str) -> Json:
    return {name: values[0] for name, values in parse_qs(text).items()}


@cache
def _key() -> rsa.RSAPrivateKey:
    """Made once a run: it takes a while."""
    return rsa.generate_private_key(65537, 2048)
