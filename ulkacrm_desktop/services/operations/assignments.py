"""Operations that say who is responsible for contacts and which class they have, of one contact or a million."""

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.models import GENERAL_CLASS, Contact
from ulkacrm_desktop.services.operations.chosen import change_contacts, chosen_ids, tell_contacts
from ulkacrm_desktop.services.operations.classes import class_name, insert_class
from ulkacrm_desktop.services.operations.users import insert_user, resolved_user, user_name
from ulkacrm_desktop.services.workspace import Write, operation


@operation(OperationKind.RESPONSIBLE_SET)
def set_responsible(write: Write, *, selection: ContactSelection, user_id: int | None = None, new: str = "") -> int:
    """Make a user responsible for contacts, or nobody; answers for how many that is another one.

    ``new`` is the name of somebody who is listed for it. Raises NotFound for an unknown user, and InvalidInput.
    """
    chosen = chosen_ids(write, selection)
    if write.connection.execute(chosen.limit(1)).first() is None:
        return 0
    user = insert_user(write, new) if new else resolved_user(write, user_id)
    change_contacts(write, chosen, Contact.responsible_id.is_distinct_from(user), responsible_id=user)
    write.facts["user"] = None if user is None else user_name(write, user)
    return tell_contacts(write, "contact")


@operation(OperationKind.CLASS_SET)
def set_class(write: Write, *, selection: ContactSelection, class_id: int = GENERAL_CLASS, new: str = "") -> int:
    """Give contacts a class; answers how many had another.

    ``new`` is the name of a class that is made for them. Raises NotFound for an unknown class, and InvalidInput.
    """
    chosen = chosen_ids(write, selection)
    if write.connection.execute(chosen.limit(1)).first() is None:
        return 0
    if new:
        class_id = insert_class(write, new)
    write.facts["class"] = class_name(write, class_id)
    change_contacts(write, chosen, Contact.class_id != class_id, class_id=class_id)
    return tell_contacts(write, "contact")
