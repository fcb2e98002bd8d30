"""What is wrong with settings."""


class SettingsError(Exception):
    """Settings are missing, wrong or unknown; the text names each with its remedy, no values."""
