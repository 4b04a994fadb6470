"""Mappings that were used are remembered by the headings of their files."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from ulkacrm_desktop.core import clock
from ulkacrm_desktop.models import ImportMapping
from ulkacrm_desktop.services.imports.mapping import ColumnMapping
from ulkacrm_desktop.services.imports.mapping_text import mapping_from_json, mapping_to_json
from ulkacrm_desktop.services.workspace import Workspace


def remembered_mapping(connection: Connection, signature: str) -> list[ColumnMapping] | None:
    """The mapping last used for files with these headings."""
    kept = connection.execute(
        select(ImportMapping.mapping).where(ImportMapping.signature == signature)
    ).scalar_one_or_none()
    return mapping_from_json(kept["columns"]) if kept else None


def remember_mapping(workspace: Workspace, signature: str, mapping: Sequence[ColumnMapping]) -> None:
    """Keep a mapping for the next file with these headings; no operation, since it changes no contact."""
    with workspace.writing() as connection:
        connection.execute(delete(ImportMapping).where(ImportMapping.signature == signature))
        connection.execute(
            insert(ImportMapping).values(
                signature=signature, mapping={"columns": mapping_to_json(mapping)}, used_at=clock.now()
            )
        )
