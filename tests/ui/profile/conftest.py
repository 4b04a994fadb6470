"""One contact with a little of everything, in a real database."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

import pytest

from ulkacrm_desktop.core.contact_document import EmailEntry, MessengerEntry, PhoneEntry, PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.services.operations.contacts import create_contact
from ulkacrm_desktop.services.operations.properties import create_property
from ulkacrm_desktop.services.workspace import Workspace


class Known(NamedTuple):
    """What the tests know of the database."""

    anna: int
    boris: int
    size: int
    signed: int
    delivery: int


@pytest.fixture
def known(local_workspace: Workspace) -> Known:
    create = local_workspace.perform
    size = create(create_property, name="Shoe size", type=PropertyType.NUMBER).result
    signed = create(create_property, name="Signed", type=PropertyType.DATE, group="Contract").result
    delivery = create(
        create_property, name="Delivery", type=PropertyType.SELECT, options=("Courier", "Post"), group="Contract"
    ).result
    anna = create(
        create_contact,
        contact=ContactInput(
            "Anna Petrova",
            company="Acme",
            notes="Rings after two",
            emails=(EmailEntry("anna@acme.io", "work", is_primary=True), EmailEntry("anna@home.io")),
            phones=(PhoneEntry("8 916 123-45-67", label="mobile", is_primary=True),),
            messengers=(MessengerEntry("telegram", "@anna", is_primary=True),),
            tags=("VIP",),
            properties={size: Decimal("38"), signed: date(2024, 3, 1)},
        ),
        region="RU",
    ).result
    boris = create(create_contact, contact=ContactInput("Boris Orlov")).result
    return Known(anna, boris, size, signed, delivery)
