"""The arguments of the commands that are about one subject: segments, tags, properties, users, classes."""

from argparse import ArgumentParser
from typing import TYPE_CHECKING, Final

from ulkacrm_desktop.cli.arguments import (
    DATE_ORDERS,
    DECIMAL_MARKS,
    add_command,
    add_json,
    add_where,
    listed,
    whole_number,
)
from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.i18n import _

if TYPE_CHECKING:
    from ulkacrm_desktop.cli.arguments import Commands

COLOURS: Final = ("grey", "red", "orange", "yellow", "green", "teal", "blue", "indigo", "purple", "pink")
"""The codes of the colours of tags; the first is the usual one."""

_NAME: Final = "NAME"


def add_subjects(commands: "Commands") -> None:
    """Add the commands."""
    _add_segment(_actions(commands, "segment", _("name parts of the contacts, by criteria or by hand")))
    _add_tag(_actions(commands, "tag", _("give and take tags, and look after them")))
    _add_property(_actions(commands, "property", _("look after the properties of contacts")))
    _add_user(_actions(commands, "user", _("list who works with the contacts, and who is responsible")))
    _add_class(_actions(commands, "class", _("look after the classes of contacts")))


def _actions(commands: "Commands", subject: str, text: str) -> "Commands":
    command = commands.add_parser(subject, help=text, description=text, allow_abbrev=False)
    actions: Commands = command.add_subparsers(metavar="ACTION", title=_("actions"), required=True, dest="action")
    return actions


def _action(actions: "Commands", subject: str, name: str, text: str, *, named: bool = True) -> ArgumentParser:
    action = add_command(actions, name, text)
    action.set_defaults(command=f"{subject} {name}")
    if named:
        action.add_argument("name", metavar=_NAME)
    add_json(action)
    return action


def _add_segment(actions: "Commands") -> None:
    _action(actions, "segment", "list", _("list the segments with how many contacts they have"), named=False)
    show = _action(actions, "segment", "show", _("show a segment, its first contacts, and who came and went"))
    show.add_argument("--limit", metavar="N", type=whole_number, default=20, help=_("how many to list (20)"))
    create = _action(actions, "segment", "create", _("make a segment"))
    add_where(create)
    create.add_argument(
        "--static",
        action="store_true",
        help=_("its contacts are put in by hand; --where says which ones it begins with"),
    )
    create.add_argument("--description", metavar="TEXT", default="", help=_("what it is for"))
    create.add_argument("--icon", metavar="ICON", default="", help=_("the name of its icon"))
    create.add_argument("--private", action="store_true", help=_("only you see it"))
    create.add_argument("--history", action="store_true", help=_("write down who enters and leaves"))
    for name, text in (
        ("add", _("put contacts into a segment that is filled by hand")),
        ("remove", _("take contacts out of a segment that is filled by hand")),
    ):
        add_where(_action(actions, "segment", name, text), required=True)
    _action(actions, "segment", "delete", _("delete a segment; its contacts stay"))
    explain = _action(actions, "segment", "explain", _("tell why a contact is in a segment or not, clause by clause"))
    explain.add_argument(
        "contact",
        metavar="CONTACT",
        nargs="?",
        help=_("its id, or one of its emails; without it what each clause leaves"),
    )


def _add_tag(actions: "Commands") -> None:
    _action(actions, "tag", "list", _("list the tags with how many contacts bear them"), named=False)
    add_where(_action(actions, "tag", "add", _("tag contacts")), required=True)
    add_where(_action(actions, "tag", "remove", _("take a tag off contacts")), required=True)
    rename = _action(actions, "tag", "rename", _("call a tag otherwise"))
    rename.add_argument("new_name", metavar="NEW")
    merge = add_command(actions, "merge", _("make tags one"))
    merge.set_defaults(command="tag merge")
    merge.add_argument("names", metavar=_NAME, nargs="+")
    merge.add_argument("--into", metavar=_NAME, required=True, help=_("the tag that stays"))
    add_json(merge)
    colour = _action(actions, "tag", "colour", _("colour a tag"))
    colour.add_argument("colour", metavar="COLOUR", choices=COLOURS, help=", ".join(COLOURS))
    _action(actions, "tag", "delete", _("delete a tag, from all contacts too"))


def _add_property(actions: "Commands") -> None:
    _action(actions, "property", "list", _("list the properties with how many contacts have a value"), named=False)
    create = _action(actions, "property", "create", _("make a property"))
    kinds = [kind.value for kind in PropertyType]
    create.add_argument("--type", metavar="TYPE", choices=kinds, default=kinds[0], help=", ".join(kinds))
    create.add_argument(
        "--choices", metavar="a,b,…", type=listed, default=[], help=_("what a select or multi_select offers")
    )
    create.add_argument("--group", metavar=_NAME, default="", help=_("the section of the form"))
    create.add_argument("--description", metavar="TEXT", default="", help=_("what it is for"))
    create.add_argument("--default", metavar="VALUE", default="", help=_("the value of new contacts"))
    create.add_argument("--required", action="store_true", help=_("every contact must have a value"))
    rename = _action(actions, "property", "rename", _("call a property otherwise"))
    rename.add_argument("new_name", metavar="NEW")
    retype = _action(actions, "property", "retype", _("change the type of a property, and its values with it"))
    retype.add_argument("type", metavar="TYPE", choices=kinds, help=", ".join(kinds))
    retype.add_argument("--dry-run", action="store_true", help=_("only say what would be done"))
    retype.add_argument("--drop", action="store_true", help=_("let values go that cannot be of the new type"))
    retype.add_argument(
        "--date-order", choices=DATE_ORDERS, dest="order", help=_("the order of day and month, as in 03.04.2025")
    )
    retype.add_argument(
        "--decimal-mark", choices=DECIMAL_MARKS, dest="mark", help=_("what stands before decimals, as in 1,234")
    )
    _action(actions, "property", "archive", _("offer a property no more; contacts keep its values"))
    _action(actions, "property", "unarchive", _("bring a property back from the archive"))
    _action(actions, "property", "delete", _("delete a property with its values"))
    set_value = _action(actions, "property", "set", _("set a property of contacts"))
    set_value.add_argument("value", metavar="VALUE", help=_("nothing, as '', empties it"))
    add_where(set_value, required=True)
    set_value.add_argument("--only-empty", action="store_true", help=_("only of contacts that have no value"))
    choice = _action(actions, "property", "rename-choice", _("call a choice otherwise, on all contacts too"))
    choice.add_argument("choice", metavar="CHOICE")
    choice.add_argument("new_name", metavar="NEW")
    choice.add_argument("--merge", action="store_true", help=_("NEW is there already: make both one"))
    gone = _action(actions, "property", "delete-choice", _("delete a choice, from all contacts too"))
    gone.add_argument("choice", metavar="CHOICE")


def _add_user(actions: "Commands") -> None:
    _action(actions, "user", "list", _("list the users with how many contacts they are responsible for"), named=False)
    _action(actions, "user", "add", _("list somebody who works with the contacts"))
    rename = _action(actions, "user", "rename", _("call somebody otherwise"))
    rename.add_argument("new_name", metavar="NEW")
    delete = _action(actions, "user", "delete", _("take somebody off the list"))
    delete.add_argument("--successor", metavar=_NAME, help=_("who gets their contacts; without it nobody"))
    add_where(_action(actions, "user", "assign", _("make somebody responsible for contacts")), required=True)
    add_where(
        _action(actions, "user", "unassign", _("let nobody be responsible for contacts"), named=False), required=True
    )


def _add_class(actions: "Commands") -> None:
    _action(actions, "class", "list", _("list the classes with how many contacts they have"), named=False)
    _action(actions, "class", "add", _("make a class"))
    rename = _action(actions, "class", "rename", _("call a class otherwise"))
    rename.add_argument("new_name", metavar="NEW")
    delete = _action(actions, "class", "delete", _("delete a class"))
    delete.add_argument(
        "--successor", metavar=_NAME, help=_("the class that gets its contacts; without it the general one")
    )
    add_where(_action(actions, "class", "assign", _("move contacts to a class")), required=True)
