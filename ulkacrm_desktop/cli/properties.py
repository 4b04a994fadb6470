"""`ulkacrm property …`: the properties of contacts, and their values on many."""

from typing import Any

from ulkacrm_desktop.cli.arguments import Arguments
from ulkacrm_desktop.cli.doing import tell_outcome
from ulkacrm_desktop.cli.entry import DONE, CommandError
from ulkacrm_desktop.cli.opening import opened
from ulkacrm_desktop.cli.output import print_json, print_table, say, tell
from ulkacrm_desktop.cli.where import asked_contacts
from ulkacrm_desktop.core.contact_document import PropertyDefinition, PropertyType, PropertyValue
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.services.imports.cleaning import DateOrder, DecimalMark
from ulkacrm_desktop.services.imports.property_columns import typed_value
from ulkacrm_desktop.services.operations.properties import (
    change_property,
    create_property,
    default_text,
    remove_property,
)
from ulkacrm_desktop.services.operations.property_choices import merge_choices, remove_choice, rename_choice
from ulkacrm_desktop.services.operations.property_values import set_property
from ulkacrm_desktop.services.operations.retype import retype_property
from ulkacrm_desktop.services.queries.properties import property_definitions, property_uses
from ulkacrm_desktop.services.retyping import Reading, RetypePreview, convert, retype_preview
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.labels.fields import field_label, property_type_label
from ulkacrm_desktop.ui.labels.values import grouped, plain_value


def list_properties(arguments: Arguments) -> int:
    """List the properties, with how many contacts have a value."""
    with opened(arguments) as workspace:
        uses = workspace.read(property_uses)
    if arguments.json:
        rows = [
            {
                "id": use.id,
                "name": use.definition.name,
                "type": use.definition.type.value,
                "group": use.definition.group,
                "description": use.definition.description,
                "choices": list(use.definition.options),
                "default": use.definition.default,
                "required": use.definition.required,
                "archived": use.archived,
                "contacts": use.contacts,
            }
            for use in uses
        ]
        print_json({"properties": rows})
        return DONE
    headings = [field_label(key) for key in ("name", "type", "group")]
    told = [
        [
            use.definition.name,
            property_type_label(use.definition.type),
            use.definition.group,
            grouped(use.contacts),
            _("(archived)") if use.archived else "",
        ]
        for use in uses
    ]
    print_table([*headings, _("Contacts"), ""], told)
    return DONE


def create(arguments: Arguments) -> int:
    """Make a property."""
    kind = PropertyType(arguments.type)
    with_choices = kind in (PropertyType.SELECT, PropertyType.MULTI_SELECT)
    if with_choices != bool(arguments.choices):
        raise CommandError(_("A select or multi_select has --choices, no other type has any."))
    with opened(arguments, make=True) as workspace:
        outcome = workspace.perform(
            create_property,
            name=arguments.name,
            type=kind,
            options=arguments.choices,
            group=arguments.group,
            description=arguments.description,
            required=arguments.required,
            default=default_text(kind, _typed(kind, arguments.default)) if arguments.default else "",
        )
        return tell_outcome(workspace, arguments, outcome, id=outcome.result)


def rename(arguments: Arguments) -> int:
    """Call a property otherwise."""
    return _change(arguments, name=arguments.new_name)


def archive(arguments: Arguments) -> int:
    """Offer a property no more."""
    return _change(arguments, archived=True)


def unarchive(arguments: Arguments) -> int:
    """Bring a property back from the archive."""
    return _change(arguments, archived=False)


def delete(arguments: Arguments) -> int:
    """Delete a property with its values."""
    with opened(arguments) as workspace:
        found = _property(workspace, arguments.name)
        return tell_outcome(workspace, arguments, workspace.perform(remove_property, property_id=found.id))


def retype(arguments: Arguments) -> int:
    """Change the type of a property, or say what would become of its values."""
    kind = PropertyType(arguments.type)
    order = None if arguments.order is None else DateOrder(arguments.order)
    mark = None if arguments.mark is None else DecimalMark(arguments.mark)
    with opened(arguments) as workspace:
        found = _property(workspace, arguments.name)
        if arguments.dry_run:
            _tell_preview(arguments, workspace.read(retype_preview, found.id, kind, order=order, mark=mark))
            return DONE
        outcome = workspace.perform(
            retype_property,
            property_id=found.id,
            type=kind,
            order=order,
            mark=mark,
            words=(_("yes"), _("no")),
            drop=arguments.drop,
        )
        return tell_outcome(workspace, arguments, outcome, lost=outcome.result)


def set_value(arguments: Arguments) -> int:
    """Set a property of contacts."""
    with opened(arguments) as workspace, workspace.reading() as connection:
        found = _property(workspace, arguments.name)
        value = _typed(found.type, arguments.value) if arguments.value else None
        outcome = workspace.perform(
            set_property,
            selection=asked_contacts(connection, workspace, arguments),
            property_id=found.id,
            value=value,
            only_empty=arguments.only_empty,
        )
        return tell_outcome(workspace, arguments, outcome, count=outcome.result)


def rename_of_choice(arguments: Arguments) -> int:
    """Call a choice otherwise, or make it one with another."""
    with opened(arguments) as workspace:
        found = _property(workspace, arguments.name)
        choice = _choice(found, arguments.choice)
        if arguments.merge:
            into = _choice(found, arguments.new_name)
            outcome = workspace.perform(merge_choices, property_id=found.id, choice=choice, into=into)
        else:
            outcome = workspace.perform(rename_choice, property_id=found.id, choice=choice, name=arguments.new_name)
        return tell_outcome(workspace, arguments, outcome)


def delete_choice(arguments: Arguments) -> int:
    """Delete a choice."""
    with opened(arguments) as workspace:
        found = _property(workspace, arguments.name)
        choice = _choice(found, arguments.choice)
        outcome = workspace.perform(remove_choice, property_id=found.id, choice=choice)
        return tell_outcome(workspace, arguments, outcome)


def _change(arguments: Arguments, **changes: Any) -> int:
    with opened(arguments) as workspace:
        found = _property(workspace, arguments.name)
        outcome = workspace.perform(change_property, property_id=found.id, **changes)
        return tell_outcome(workspace, arguments, outcome)


def _tell_preview(arguments: Arguments, preview: RetypePreview) -> None:
    if arguments.json:
        problems = [
            {
                "value": problem.value,
                "count": problem.count,
                "contacts": [{"id": i, "name": n} for i, n in problem.examples],
            }
            for problem in preview.problems
        ]
        print_json(
            {
                "total": preview.total,
                "convertible": preview.convertible,
                "problems": problems,
                "choices": list(preview.choices),
                "date_order": preview.order.value,
                "decimal_mark": preview.mark.value,
                "ambiguous": preview.ambiguous,
            }
        )
        return
    say(
        ngettext(
            "{convertible} of {count} value can be converted.",
            "{convertible} of {count} values can be converted.",
            preview.total,
        ).format(convertible=grouped(preview.convertible), count=grouped(preview.total))
    )
    for problem in preview.problems:
        names = ", ".join(name for _id, name in problem.examples)
        say(
            _("{value}: {count} ({names}…)").format(
                value=plain_value(problem.value), count=grouped(problem.count), names=names
            )
        )
    if preview.ambiguous:
        tell(_("The values can be read in two ways. --date-order or --decimal-mark says which one is meant."))


def _property(workspace: Workspace, name: str) -> PropertyDefinition:
    key = fold(" ".join(name.split()))
    for definition in workspace.read(property_definitions, archived=True):
        if fold(definition.name) == key:
            return definition
    raise CommandError(
        _("There is no property {name}. “ulkacrm property list” tells which there are.").format(name=name)
    )


def _choice(definition: PropertyDefinition, name: str) -> str:
    key = fold(" ".join(name.split()))
    return next((option for option in definition.options if fold(option) == key), name)


def _typed(kind: PropertyType, text: str) -> PropertyValue:
    stored = convert([text], PropertyType.TEXT, kind, Reading())
    if stored is None:
        raise CommandError(
            _("“{value}” is no value of the type “{type}”.").format(value=text, type=property_type_label(kind))
        )
    return typed_value(kind, stored)
