"""What a write has changed: the vocabulary shared by operations, the timeline and the widgets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Entity(StrEnum):
    """A kind of record; the value is the name of its table."""

    CONTACT = "contact"
    EMAIL = "email"
    PHONE = "phone"
    MESSENGER = "messenger"
    AVATAR = "avatar"
    NOTE = "note"
    TAG = "tag"
    CONTACT_TAG = "contact_tag"
    PROPERTY = "property"
    PROPERTY_GROUP = "property_group"
    PROPERTY_OPTION = "property_option"
    PROPERTY_VALUE = "property_value"
    CRM_USER = "crm_user"
    CONTACT_CLASS = "contact_class"
    SETTING = "setting"
    SEGMENT = "segment"
    SEGMENT_MEMBER = "segment_member"
    SAVED_FILTER = "saved_filter"
    DUPLICATE_VERDICT = "duplicate_verdict"


class OperationKind(StrEnum):
    """What the user did, in the past tense."""

    CONTACT_CREATED = "contact_created"
    CONTACT_UPDATED = "contact_updated"
    CONTACTS_REMOVED = "contacts_removed"
    CONTACTS_IMPORTED = "contacts_imported"
    CONTACTS_MERGED = "contacts_merged"
    DUPLICATES_JUDGED = "duplicates_judged"
    AVATAR_CHANGED = "avatar_changed"
    TAGS_ADDED = "tags_added"
    TAGS_REMOVED = "tags_removed"
    TAG_CHANGED = "tag_changed"
    TAG_REMOVED = "tag_removed"
    PROPERTY_CREATED = "property_created"
    PROPERTY_CHANGED = "property_changed"
    PROPERTY_REMOVED = "property_removed"
    PROPERTY_GROUP_CHANGED = "property_group_changed"
    PROPERTY_VALUE_SET = "property_value_set"
    NOTE_ADDED = "note_added"
    NOTE_CHANGED = "note_changed"
    NOTE_REMOVED = "note_removed"
    USER_ADDED = "user_added"
    USER_CHANGED = "user_changed"
    USER_REMOVED = "user_removed"
    CLASS_ADDED = "class_added"
    CLASS_CHANGED = "class_changed"
    CLASS_REMOVED = "class_removed"
    RESPONSIBLE_SET = "responsible_set"
    CLASS_SET = "class_set"
    PROPERTY_VALUES_SET = "property_values_set"
    PROPERTY_RETYPED = "property_retyped"
    TAGS_MERGED = "tags_merged"
    SEGMENT_CREATED = "segment_created"
    SEGMENT_CHANGED = "segment_changed"
    SEGMENT_REMOVED = "segment_removed"
    SEGMENT_JOINED = "segment_joined"
    SEGMENT_LEFT = "segment_left"
    FILTER_SAVED = "filter_saved"
    FILTER_CHANGED = "filter_changed"
    FILTER_REMOVED = "filter_removed"
    SETTINGS_CHANGED = "settings_changed"
    UNDONE = "undone"
    REDONE = "redone"


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one operation has changed, for widgets to compare with what they show.

    ``ids`` maps an entity to the ids of its changed rows, or to None where they are too many to list
    (then all must be read again). ``contacts`` are the contacts touched in any way, with the same rule.
    """

    kind: OperationKind
    operation_id: int
    ids: Mapping[Entity, frozenset[int] | None] = field(default_factory=dict)
    contacts: frozenset[int] | None = frozenset()

    def touches(self, *entities: Entity) -> bool:
        """Whether a row of any of the entities has changed."""
        return any(entity in self.ids for entity in entities)

    def touches_contact(self, contact_id: int) -> bool:
        """Whether the contact may have changed in any way."""
        return self.contacts is None or contact_id in self.contacts


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """One field of a record that somebody else has changed since it was seen."""

    entity: str
    row_id: int
    contact_id: int | None
    field: str
    seen: object
    present: object
    wanted: object
