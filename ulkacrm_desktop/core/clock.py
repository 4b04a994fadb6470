"""The clock of the program: aware UTC datetimes, stored as microseconds since 1970."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def to_microseconds(moment: datetime) -> int:
    """Microseconds from 1970-01-01 UTC to an aware ``moment``."""
    return (moment - EPOCH) // _MICROSECOND


def from_microseconds(value: int) -> datetime:
    """The aware moment that lies ``value`` microseconds after 1970-01-01 UTC."""
    return EPOCH + value * _MICROSECOND
