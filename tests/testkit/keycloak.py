"""Keycloak as its makers ship it, in its development mode on this machine, with a realm `union`."""

import os
import shutil
import time
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

import httpx

from intercoop_local.platform.ports import free_port
from testkit.local_network import Started

CLIENT: Final = "intercoop"
PASSWORD: Final = "trois petits mots"
_ADMIN: Final = "admin"
_WITHIN_S: Final = 600.0
_KEYS: Final = "org.keycloak.keys.KeyProvider"

Json = dict[str, Any]  # Any: JSON


class Keycloak:
    """A server that keeps its realm over a restart; unpacked from its zip into a folder.

    It is `localhost` to browsers, so that it is another site than an instance at 127.0.0.1.
    """

    def __init__(self, archive: Path, folder: Path) -> None:
        with ZipFile(archive) as packed:
            packed.extractall(folder)
        (self._home,) = folder.glob("keycloak-*")
        self._log = folder / "log"
        self._port = free_port()
        self._server: Started | None = None
        self.url = f"http://localhost:{self._port}"
        self.issuer = f"{self.url}/realms/union"

    def start(self) -> None:
        """Returns when it answers."""
        address = (f"--http-port={self._port}", "--http-host=127.0.0.1")
        self._server = Started(
            [shutil.which("bash") or "bash", str(self._home / "bin/kc.sh"), "start-dev", *address],
            {
                "KC_BOOTSTRAP_ADMIN_USERNAME": _ADMIN,
                "KC_BOOTSTRAP_ADMIN_PASSWORD": PASSWORD,
                "JAVA_HOME": os.environ.get("JAVA_HOME", ""),
                "JDK_JAVA_OPTIONS": "",  # of another Java, which Apache Kafka's is
            },
            self._log,
        )
        give_up = time.monotonic() + _WITHIN_S
        while not self._answers():
            assert self._server.process.poll() is None, self._server.said[-3000:]
            assert time.monotonic() < give_up, self._server.said[-3000:]
            time.sleep(0.2)

    def stop(self) -> None:
        """Connections are refused from now on."""
        if self._server is not None:
            self._server.process.terminate()
            self._server.process.wait(60)

    def set_up(self, returns_to: str) -> str:
        """Make the realm and the client, as docs/sign-in.md has it; returns the client's secret."""
        self._ask("POST", "", {"realm": "union", "enabled": True})
        client = {
            "clientId": CLIENT,
            "protocol": "openid-connect",
            "publicClient": False,
            "standardFlowEnabled": True,
            "implicitFlowEnabled": False,
            "directAccessGrantsEnabled": False,
            "serviceAccountsEnabled": False,
            "redirectUris": [returns_to],
            "attributes": {"pkce.code.challenge.method": "S256"},
        }
        self._ask("POST", "/union/clients", client)
        return str(self._ask("GET", f"/union/clients/{self._client()}/client-secret")["value"])

    def register(self, name: str, address: str, *, verified: bool = True) -> None:
        """Somebody who signs in there by a name and `PASSWORD`."""
        password = {"type": "password", "value": PASSWORD, "temporary": False}
        person = {
            "username": name,
            "firstName": name.capitalize(),
            "lastName": "Exemple",
            "email": address,
            "emailVerified": verified,
            "enabled": True,
            "credentials": [password],
        }
        self._ask("POST", "/union/users", person)

    def change_secret(self, secret: str) -> None:
        """Know the client by another secret from now on."""
        self._ask("PUT", f"/union/clients/{self._client()}", {"secret": secret})

    def renew_keys(self) -> None:
        """Sign by a new key from now on, and show the earlier one no more."""
        realm = str(self._ask("GET", "/union")["id"])
        found = self._ask("GET", f"/union/components?parent={realm}&type={_KEYS}")
        config = {"priority": ["200"], "algorithm": ["RS256"]}
        new = {"name": "new", "providerId": "rsa-generated", "providerType": _KEYS}
        self._ask("POST", "/union/components", {**new, "parentId": realm, "config": config})
        for each in found:
            if each["providerId"] == "rsa-generated":
                self._ask("DELETE", f"/union/components/{each['id']}")

    def _client(self) -> str:
        (client,) = self._ask("GET", f"/union/clients?clientId={CLIENT}")
        return str(client["id"])

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/realms/master", timeout=5).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def _ask(self, method: str, path: str, body: Json | None = None) -> Any:  # Any: JSON
        """The answer of the admin API."""
        headers = {"Authorization": f"Bearer {self._token()}"}
        url = f"{self.url}/admin/realms{path}"
        answer = httpx.request(method, url, json=body, headers=headers, timeout=60)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def _token(self) -> str:
        """Of whoever administers it; it lasts a minute."""
        form = {
            "grant_type": "password",
            "client_id": "admin-cli",
            "username": _ADMIN,
            "password": PASSWORD,
        }
        url = f"{self.url}/realms/master/protocol/openid-connect/token"
        return str(httpx.post(url, data=form, timeout=60).raise_for_status().json()["access_token"])
