"""Settings of one service in one instance, from the environment and from files it names."""

from intercoop_chassis.settings.errors import SettingsError
from intercoop_chassis.settings.loading import load_settings, load_settings_from
from intercoop_chassis.settings.model import Settings

__all__ = ["Settings", "SettingsError", "load_settings", "load_settings_from"]
