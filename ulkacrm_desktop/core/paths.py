"""Where the program keeps its files on this system."""

from pathlib import Path

import platformdirs

_APPLICATION = "Ulka CRM"


def data_directory() -> Path:
    """The folder of the user's database; made when missing."""
    return platformdirs.user_data_path(_APPLICATION, appauthor=False, ensure_exists=True)


def default_database() -> Path:
    """The database that is opened when none is named."""
    return data_directory() / "contacts.ulka"


def settings_file() -> Path:
    """The settings of this user on this machine: window, columns, language, theme."""
    return platformdirs.user_config_path(_APPLICATION, appauthor=False, ensure_exists=True) / "settings.json"


def log_file() -> Path:
    """Where failures of the program itself are written with their traceback."""
    return platformdirs.user_log_path(_APPLICATION, appauthor=False, ensure_exists=True) / "ulkacrm.log"


def scratch_directory() -> Path:
    """Where plans of imports wait for their confirmation."""
    return platformdirs.user_cache_path(_APPLICATION, appauthor=False, ensure_exists=True)


_SYNCHRONISED_FOLDERS = ("onedrive", "dropbox", "google drive", "googledrive", "icloud", "mobile documents")


def synchronising_service(path: Path) -> str | None:
    """The name of the folder of a synchronising service that ``path`` lies in, else None.

    A live database copied by such a service is corrupt almost always.
    """
    for part in path.absolute().parts:
        lowered = part.casefold()
        if any(lowered.startswith(name) or f"~{name}" in lowered for name in _SYNCHRONISED_FOLDERS):
            return part
    return None
