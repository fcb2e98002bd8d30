"""Space on the disk that will hold the data."""

import shutil
from pathlib import Path

from intercoop_local.platform.errors import PlatformError

NEEDED_MB = 1500


def need_space(folder: Path, needed_mb: int = NEEDED_MB) -> None:
    """Raise `PlatformError` when the folder's disk is nearly full."""
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if free_mb < needed_mb:
        raise PlatformError(
            f"The disk of {folder} has {free_mb} MB left and Intercoop needs {needed_mb} MB. "
            "Free some space, or set INTERCOOP_HOME to a folder on another disk."
        )
