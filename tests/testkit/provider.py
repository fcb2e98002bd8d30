"""An OpenID provider's tokens, and its keys at a real HTTP address that a test can take down."""

import json
import threading
import time
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Jwk = dict[str, Any]  # Any: JSON


class Provider:
    """Signs tokens, and shows its public keys at `jwks` while it is not `down`."""

    def __init__(self) -> None:
        self.keys: dict[str, Key] = {"first": _first_key()}
        self.more_keys: list[Jwk] = []
        self.down = False
        self.fetches = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.jwks = f"{self.url}/jwks.json"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )
        self._thread.start()

    def rotate(self, key_id: str, key: Key | None = None) -> None:
        """Show and use one new key instead of the old ones."""
        self.keys = {key_id: key or rsa.generate_private_key(65537, 2048)}

    def token(self, **claims: Any) -> str:
        """A token of the newest key, valid for an hour unless `claims` say else."""
        key_id, key = list(self.keys.items())[-1]
        return sign(key, self.claims(**claims), key_id)

    def claims(self, **claims: Any) -> Jwk:
        usual = {
            "iss": self.url,
            "aud": "intercoop",
            "sub": str(uuid4()),
            "exp": int(time.time()) + 3600,
            "owner": "ouest",
            "roles": ["staff"],
            "organisations": [],
        }
        return {name: value for name, value in {**usual, **claims}.items() if value is not None}

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.fetches += 1
                self.send_response(503 if provider.down else 200)
                body = json.dumps({"keys": provider.shown()}).encode()
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        return Handler

    def shown(self) -> list[Jwk]:
        return [*self.more_keys, *(public_jwk(key, name) for name, key in self.keys.items())]


@cache
def _first_key() -> Key:
    """Made once a run: it takes a while."""
    return rsa.generate_private_key(65537, 2048)


def public_jwk(key: Key, key_id: str) -> Jwk:
    public = (
        RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
        if isinstance(key, rsa.RSAPrivateKey)
        else ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    )
    return {**public, "kid": key_id, "use": "sig"}


def sign(key: Key, claims: Jwk, key_id: str | None) -> str:
    algorithm = "RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256"
    return jwt.encode(claims, key, algorithm, headers={"kid": key_id} if key_id else None)
