"""Numbering plans of countries, taken once from the metadata of ``phonenumbers`` and kept ready for use.

``phonenumbers.parse`` takes about 20 µs a number; what is done here to the ordinary number follows the same
rules (``_maybe_extract_country_code``, ``_maybe_strip_national_prefix_carrier_code``) in a tenth of that.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneMetadata


@dataclass(frozen=True, slots=True)
class NumberingPlan:
    """How numbers of one country are built.

    ``country_code``: its digits. ``trunk``: what is dialled before a national number inside the country, or ''.
    ``lengths``: the possible lengths of a national number without trunk. ``prefix``: what of the start of a
    national number is not part of it, None where there is no such thing; ``prefix_start``: what such a start itself
    starts with, '' where it can be several things. ``transforms``: the prefix is not merely
    cut off (Argentina, Brazil …). ``general``: the national numbers that can exist.
    """

    country_code: str
    trunk: str
    lengths: frozenset[int]
    prefix: re.Pattern[str] | None
    prefix_start: str
    transforms: bool
    general: re.Pattern[str]

    def national(self, digits: str) -> str | None:
        """The national number of digits dialled inside the country, None where only the library can tell."""
        if (
            self.prefix is not None
            and digits.startswith(self.prefix_start)
            and (match := self.prefix.match(digits))
            and match.end()
        ):
            if self.transforms or match.lastindex:
                return None
            stripped = digits[match.end() :]
            keeps = self.general.fullmatch(digits) and not self.general.fullmatch(stripped)
            if not keeps and len(stripped) in self.lengths:
                digits = stripped
        return digits if len(digits) in self.lengths else None


@cache
def plan_of_region(region: str) -> NumberingPlan | None:
    """The plan of a region (``RU``), None for a code that is none."""
    from phonenumbers import PhoneMetadata  # a tenth of a second that the start of the program need not wait for

    metadata = PhoneMetadata.metadata_for_region(region.upper(), None)
    return None if metadata is None else _plan(metadata)


@cache
def plan_of_country_code(country_code: str) -> NumberingPlan | None:
    """The plan of the main region of a country code (``7``), None where there is no such code."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(country_code))
    if regions is None:
        return None
    if regions[0] == "001":
        metadata = PhoneMetadata.metadata_for_nongeo_region(int(country_code), None)
    else:
        metadata = PhoneMetadata.metadata_for_region(regions[0], None)
    return None if metadata is None else _plan(metadata)


def plan_of_number(digits: str) -> NumberingPlan | None:
    """The plan of an international number that begins with its country code."""
    return _plan_of_start(digits[:3])


@cache
def _plan_of_start(start: str) -> NumberingPlan | None:
    if not start or start[0] == "0":
        return None
    # No country code is the beginning of another.
    return plan_of_country_code(start[0]) or plan_of_country_code(start[:2]) or plan_of_country_code(start)


def _plan(metadata: "PhoneMetadata") -> NumberingPlan:
    prefix = metadata.national_prefix_for_parsing
    trunk = metadata.national_prefix or ""
    general = metadata.general_desc
    assert general is not None  # every plan has one
    return NumberingPlan(
        country_code=str(metadata.country_code),
        trunk=trunk if trunk.isdigit() else "",
        lengths=frozenset(length for length in general.possible_length if length > 0),
        prefix=re.compile(prefix) if prefix else None,
        prefix_start=prefix if prefix and prefix.isdigit() else "",
        transforms=bool(metadata.national_prefix_transform_rule),
        general=re.compile(general.national_number_pattern or r"(?!)"),
    )
