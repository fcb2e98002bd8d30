"""What a process needs of its surroundings to start and to reach a package repository."""

import os
from collections.abc import Mapping
from typing import Final

_NAMES: Final = (
    "PATH",
    "JDK_JAVA_OPTIONS",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
)


def child_environment() -> Mapping[str, str]:
    """The few variables of this process that its children are given; no setting of ours."""
    return {name: os.environ[name] for name in _NAMES if name in os.environ}
