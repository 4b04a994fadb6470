"""The contacts viewed last, kept for each database in the settings of this user."""

from typing import Final

from ulkacrm_desktop.core.settings import Settings

LIMIT: Final = 100


class RecentlyViewed:
    """The ids of contacts, the latest first, without repetition."""

    def __init__(self, settings: Settings, database_code: str) -> None:
        self._settings = settings
        self._key = f"recent.{database_code}"
        saved = settings.get(self._key)
        self._ids = [i for i in saved if isinstance(i, int)][:LIMIT] if isinstance(saved, list) else []

    @property
    def ids(self) -> tuple[int, ...]:
        """The latest first."""
        return tuple(self._ids)

    def add(self, contact_id: int) -> bool:
        """Put a contact first; False where it was first already."""
        if self._ids[:1] == [contact_id]:
            return False
        self._ids = [contact_id, *(i for i in self._ids if i != contact_id)][:LIMIT]
        self._settings.set(self._key, self._ids)
        return True
