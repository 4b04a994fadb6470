"""What columns are mapped to, in few words, and the headings that programs write."""

from ulkacrm_desktop.core.contact_document import PropertyDefinition
from ulkacrm_desktop.services.imports.mapping import propose_mapping
from ulkacrm_desktop.services.imports.mapping_text import field_text


def told(headings: list[str], *rows: list[str], properties: tuple[PropertyDefinition, ...] = ()) -> list[str]:
    """What each column is mapped to, as the command line writes it."""
    return [field_text(column.target) for column in propose_mapping(headings, rows, properties)]


def listed(text: str, mark: str = ",") -> list[str]:
    """Headings as the first line of a file has them."""
    return text.split(mark)


GOOGLE_OLD = listed(
    "Name,Given Name,Additional Name,Family Name,Yomi Name,Given Name Yomi,Additional Name Yomi,Family Name Yomi,"
    "Name Prefix,Name Suffix,Initials,Nickname,Short Name,Maiden Name,Birthday,Gender,Location,Billing Information,"
    "Directory Server,Mileage,Occupation,Hobby,Sensitivity,Priority,Subject,Notes,Language,Photo,Group Membership,"
    "E-mail 1 - Type,E-mail 1 - Value,E-mail 2 - Type,E-mail 2 - Value,IM 1 - Type,IM 1 - Service,IM 1 - Value,"
    "Phone 1 - Type,Phone 1 - Value,Address 1 - Type,Address 1 - Formatted,Address 1 - Street,Address 1 - City,"
    "Address 1 - PO Box,Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,Address 1 - Extended Address,"
    "Organization 1 - Type,Organization 1 - Name,Organization 1 - Title,Website 1 - Type,Website 1 - Value"
)

OUTLOOK = listed(
    "First Name,Middle Name,Last Name,Title,Company,Department,Job Title,Business Street,Business Street 2,"
    "Business City,Business State,Business Postal Code,Business Country/Region,Home Street,Home City,"
    "Business Fax,Business Phone,Business Phone 2,Home Phone,Mobile Phone,Birthday,Categories,E-mail Address,"
    "E-mail Type,E-mail Display Name,E-mail 2 Address,E-mail 2 Type,E-mail 2 Display Name,Notes,Priority,Web Page"
)
