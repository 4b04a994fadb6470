"""The editors of a contact's form: what they show of a contact, and the contact that they say."""

from collections.abc import Mapping, Sequence
from dataclasses import fields as fields_of
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from ulkacrm_desktop.core.contact_document import ContactKind, PropertyDefinition
from ulkacrm_desktop.core.contact_input import AS_IS, ContactInput
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.queries.classes import ContactClassRow
from ulkacrm_desktop.services.queries.users import CrmUserRow
from ulkacrm_desktop.ui.forms.address_list import EMAILS, MESSENGERS_AND_PROFILES, PHONES, AddressListEditor
from ulkacrm_desktop.ui.forms.avatar_picker import AvatarPicker
from ulkacrm_desktop.ui.forms.form_dialog import FormDialog
from ulkacrm_desktop.ui.forms.property_editors import GrowingTextEdit, PropertyEditor, property_editor
from ulkacrm_desktop.ui.forms.values import shown_value
from ulkacrm_desktop.ui.labels.fields import class_label, contact_kind_label, source_label
from ulkacrm_desktop.ui.labels.values import plain_value
from ulkacrm_desktop.ui.profile.properties_tab import by_group
from ulkacrm_desktop.ui.tables.rows import Chip
from ulkacrm_desktop.ui.widgets.tag_chips import TagChipRow

SOURCES: Final = (
    "manual", "import", "api", "form", "landing_page", "chat", "email", "payment", "course", "integration",
)  # fmt: skip
_ADDRESSES: Final = ("emails", "phones", "messengers")
_RECORDS: Final = ("responsible_id", "class_id")
_OF_PERSONS: Final = ("first_name", "last_name")


class ContactFields(FormDialog):
    """A form with the fields of a contact; who saves it is left to `ContactForm`."""

    edited = Signal()
    """The name, an email or a phone is another one."""

    def build_fields(self, region: str) -> None:
        """Add the editors of all fields but the properties."""
        self._editors: dict[str, QWidget] = {}
        self._kept: dict[str, Any] = {}  # what has no editor goes through the form as it is
        self._properties: dict[int, PropertyEditor] = {}
        self._name_follows = True
        self.avatar = AvatarPicker()
        self.avatar.refused.connect(self.show_failure)
        kind = QComboBox()
        for each in ContactKind:
            kind.addItem(contact_kind_label(each), each)
        kind.currentIndexChanged.connect(self._on_kind_changed)
        source = QComboBox()
        source.setEditable(True)
        source.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for code in SOURCES:
            source.addItem(source_label(code), code)
        notes = GrowingTextEdit(lines=3, most=10)
        notes.enter_submits = False
        self._add("avatar", _("Picture"), self.avatar)
        self._add("kind", _("&Kind"), kind)
        self._add("name", _("&Name"), QLineEdit(), required=True)
        self._add("first_name", _("&First name"), QLineEdit())
        self._add("last_name", _("&Last name"), QLineEdit())
        self._add("company", _("&Company"), QLineEdit())
        self._add("emails", _("&Emails"), AddressListEditor(EMAILS))
        self._add("phones", _("P&hones"), AddressListEditor(PHONES, region=region))
        self._add("messengers", _("&Messengers"), AddressListEditor(MESSENGERS_AND_PROFILES))
        self._add("website", _("&Website"), QLineEdit())
        self._add("tags", _("&Tags"), TagChipRow())
        for key, words in (("responsible_id", _("Responsi&ble")), ("class_id", _("Cl&ass"))):
            choice = QComboBox()
            self._add(key, words, choice)
        self._add("notes", _("&General note"), notes)
        self.add_section(_("Address"))
        self._add("street", _("&Street"), QLineEdit())
        self._add("postcode", _("&Postcode"), QLineEdit())
        self._add("city", _("C&ity"), QLineEdit())
        self._add("region", _("&Region"), QLineEdit())
        self._add("country", _("Countr&y"), QLineEdit())
        self.add_section(_("Origin"))
        self._add("source", _("So&urce"), source)
        self._add("source_detail", _("Source &detail"), QLineEdit())
        self._add("is_staff", _("&Own staff"), QCheckBox(_("Works for us; no customer")))
        self._connect()

    def _add(self, key: str, label: str, editor: QWidget, *, required: bool = False) -> None:
        self._editors[key] = editor
        self.add_field(key, label, editor, required=required)

    def _connect(self) -> None:
        self.line("name").textEdited.connect(self._on_name_edited)
        self.line("name").textChanged.connect(self.avatar.set_name)
        for key in _OF_PERSONS:
            self.line(key).textEdited.connect(self._on_part_edited)
        for key in ("emails", "phones"):
            self.addresses(key).changed.connect(self.edited)

    def line(self, key: str) -> QLineEdit:
        """The one-line editor of a field."""
        editor = self._editors[key]
        assert isinstance(editor, QLineEdit)
        return editor

    def addresses(self, key: str) -> AddressListEditor:
        """The list editor of emails, phones or messengers."""
        editor = self._editors[key]
        assert isinstance(editor, AddressListEditor)
        return editor

    @property
    def _tags(self) -> TagChipRow:
        editor = self._editors["tags"]
        assert isinstance(editor, TagChipRow)
        return editor

    def show_people(self, users: Sequence[CrmUserRow], classes: Sequence[ContactClassRow]) -> None:
        """Offer these users as responsible and these classes; a new contact begins with nobody and the first class."""
        choices: dict[str, list[tuple[str, int | None]]] = {
            "responsible_id": [(_("Nobody"), None), *((user.name, user.id) for user in users)],
            "class_id": [(class_label(each.name), each.id) for each in classes],
        }
        for key, offered in choices.items():
            box = self._editors[key]
            assert isinstance(box, QComboBox)
            box.clear()
            for words, value in offered:
                box.addItem(words, value)

    def add_properties(self, definitions: tuple[PropertyDefinition, ...]) -> None:
        """Add an editor for each property, by group."""
        for name, group in by_group(definitions):
            self.add_section(name or _("Properties"))
            for definition in group:
                editor = property_editor(definition)
                for text in editor.findChildren(GrowingTextEdit):
                    text.enter_submits = False
                key = f"property:{definition.id}"
                self._properties[definition.id] = editor
                self.add_field(
                    key,
                    definition.name.replace("&", "&&"),
                    editor,
                    hint=definition.description,
                    required=definition.required,
                )
        self._definitions = definitions

    _definitions: tuple[PropertyDefinition, ...] = ()

    # Between editors and contact

    def show_input(self, contact: ContactInput) -> None:
        """Show all fields of a contact."""
        for entry in fields_of(contact):
            if entry.name != "properties":
                self.set_field(entry.name, getattr(contact, entry.name))
        for property_id, editor in self._properties.items():
            editor.set_value(contact.properties.get(property_id))
        self._name_follows = not contact.name or contact.name == self._joined_name()

    def set_field(self, key: str, value: Any) -> None:
        """Show one field's value; properties are named ``property:<id>``."""
        if key.startswith("property:"):
            self._properties[int(key.removeprefix("property:"))].set_value(value)
            return
        if key not in self._editors:
            self._kept[key] = value
            return
        editor = self._editors[key]
        if isinstance(editor, AddressListEditor):
            editor.set_entries(value)
        elif isinstance(editor, TagChipRow):
            editor.set_tags([self._chip(name) for name in value])
        elif isinstance(editor, QLineEdit):
            editor.setText(value)
        elif isinstance(editor, GrowingTextEdit):
            editor.setPlainText(value)
        elif isinstance(editor, QCheckBox):
            editor.setChecked(value)
        elif isinstance(editor, QComboBox) and key in _RECORDS:
            self._kept[key] = value
            offered = [editor.itemData(index) for index in range(editor.count())]
            # What is as it is, is the first for a new contact; somebody who is not offered has no row.
            editor.setCurrentIndex(0 if value == AS_IS else offered.index(value) if value in offered else -1)
        elif isinstance(editor, QComboBox):
            index = editor.findData(value)
            if index >= 0:
                editor.setCurrentIndex(index)
            else:
                editor.setEditText(value)
        elif isinstance(editor, AvatarPicker):
            editor.set_image(value)

    def field(self, key: str) -> Any:
        """The value that an editor says. Raises `TextProblem` for a property that is no value."""
        if key.startswith("property:"):
            return self._properties[int(key.removeprefix("property:"))].value()
        if key not in self._editors:
            return self._kept.get(key, AS_IS)
        editor = self._editors[key]
        if isinstance(editor, AddressListEditor):
            return editor.entries()
        if isinstance(editor, TagChipRow):
            return self._tag_names(editor)
        if isinstance(editor, QLineEdit):
            return editor.text().strip()
        if isinstance(editor, GrowingTextEdit):
            return editor.toPlainText()
        if isinstance(editor, QCheckBox):
            return editor.isChecked()
        assert isinstance(editor, QComboBox)
        if key in _RECORDS:
            return editor.currentData() if editor.currentIndex() >= 0 else self._kept.get(key, AS_IS)
        if key == "kind":
            return ContactKind(editor.currentData())
        text = editor.currentText().strip()
        return next((code for code in SOURCES if source_label(code) == text), text)

    def input(self) -> ContactInput:
        """The contact that the form says. Raises `TextProblem` where a property is no value."""
        values = {entry.name: self.field(entry.name) for entry in fields_of(ContactInput) if entry.name != "properties"}
        properties = {property_id: editor.value() for property_id, editor in self._properties.items()}
        return ContactInput(**values, properties=properties)

    def problems_of_editors(self) -> Mapping[str, str]:
        """What is wrong with what is typed, before it is a contact at all."""
        problems = {key: code for key in _ADDRESSES if (code := self.addresses(key).problem())}
        for property_id, editor in self._properties.items():
            if code := editor.problem():
                problems[f"property:{property_id}"] = code
        return problems

    def words_of(self, key: str, value: Any) -> str:
        """A value of a field in words, for a conflict."""
        if key == "avatar":
            return _("another picture") if value else _("no picture")
        if key == "kind":
            return contact_kind_label(value)
        if key == "source":
            return source_label(value)
        if key in _RECORDS:
            box = self._editors[key]
            assert isinstance(box, QComboBox)
            offered = [box.itemData(index) for index in range(box.count())]
            return box.itemText(offered.index(value)) if value in offered else plain_value(value)
        return shown_value(value) if key.startswith("property:") else plain_value(value)

    def show_known_tags(self, chips: tuple[Chip, ...]) -> None:
        """Offer these tags."""
        self._known = {chip.text: chip for chip in chips}
        self._tags.set_known(chips)

    _known: Mapping[str, Chip] = {}

    def _chip(self, name: str) -> Chip:
        return self._known.get(name) or Chip(name)

    @staticmethod
    def _tag_names(row: TagChipRow) -> tuple[str, ...]:
        typed = row.findChild(QLineEdit, "add_tag")
        # A tag that was typed and not ended by Enter is meant too.
        unfinished = " ".join(typed.text().split()) if isinstance(typed, QLineEdit) else ""
        return tuple(row.tags()) + ((unfinished,) if unfinished else ())

    # The display name follows first and last name until it is typed

    def _joined_name(self) -> str:
        return " ".join(filter(None, (self.line(key).text().strip() for key in _OF_PERSONS)))

    def _on_name_edited(self, text: str) -> None:
        self._name_follows = not text.strip()
        self.edited.emit()

    def _on_part_edited(self) -> None:
        if self._name_follows:
            self.line("name").setText(self._joined_name())
            self.edited.emit()

    def _on_kind_changed(self) -> None:
        person = self.field("kind") is ContactKind.PERSON
        for key in _OF_PERSONS:
            box = self._editors[key].parentWidget()
            if box is not None:
                self.form.setRowVisible(box, person)
