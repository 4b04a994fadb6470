"""Moments in words: "2 days ago", with the exact time by the locale."""

from datetime import datetime

from PySide6.QtCore import QDateTime, QLocale

from ulkacrm_desktop.core.i18n import _, ngettext


def _local(moment: datetime) -> QDateTime:
    return QDateTime.fromMSecsSinceEpoch(int(moment.timestamp() * 1000))


def exact_time(moment: datetime) -> str:
    """The moment (aware) in local time, date and time to the second, as the locale writes them."""
    local = _local(moment)
    locale = QLocale()
    # "t" in Qt's formats is the time zone, which nobody needs to read about their own time.
    time_format = locale.timeFormat(QLocale.FormatType.LongFormat).replace("t", "").strip()
    date = locale.toString(local.date(), QLocale.FormatType.LongFormat)
    return f"{date}, {locale.toString(local.time(), time_format)}"


def short_date(moment: datetime, now: datetime) -> str:
    """The day of the moment (aware): without the year in the current one."""
    local, today = _local(moment).date(), _local(now).date()
    if local.year() == today.year():
        return QLocale().toString(local, "d MMM")
    return QLocale().toString(local, "d MMM yyyy")


def relative_time(moment: datetime, now: datetime | None = None) -> str:
    """How long ago the moment (aware) was: to the minute, hour or day, by date beyond a month; a future
    moment is told by its date.
    """
    now = now if now is not None else datetime.now(moment.tzinfo)
    seconds = (now - moment).total_seconds()
    if seconds < -60:
        return short_date(moment, now)
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        minutes = int(seconds // 60)
        return ngettext("{n} minute ago", "{n} minutes ago", minutes).format(n=minutes)
    days = _local(moment).date().daysTo(_local(now).date())
    if days == 0 or seconds < 6 * 3600:
        hours = int(seconds // 3600)
        return ngettext("{n} hour ago", "{n} hours ago", hours).format(n=hours)
    if days == 1:
        return _("yesterday")
    if days <= 30:
        return ngettext("{n} day ago", "{n} days ago", days).format(n=days)
    return short_date(moment, now)


def day_heading(moment: datetime, now: datetime | None = None) -> str:
    """The heading of a day: "Today", "Yesterday", else weekday and date."""
    now = now if now is not None else datetime.now(moment.tzinfo)
    day, today = _local(moment).date(), _local(now).date()
    days = day.daysTo(today)
    if days == 0:
        return _("Today")
    if days == 1:
        return _("Yesterday")
    text = QLocale().toString(day, "dddd, d MMMM" if day.year() == today.year() else "d MMMM yyyy")
    return text[:1].upper() + text[1:]


def clock_time(moment: datetime) -> str:
    """The local time of day of the moment (aware), hours and minutes."""
    return QLocale().toString(_local(moment).time(), QLocale.FormatType.ShortFormat)
