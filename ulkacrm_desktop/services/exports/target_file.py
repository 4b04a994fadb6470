"""A file that appears whole or not at all: written beside its place, then put there in one step."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from ulkacrm_desktop.core.errors import ExpectedError

_CODES: Final = {
    errno.ENOSPC: "export_disk_full",
    errno.EDQUOT: "export_disk_full",
    errno.EFBIG: "export_disk_full",
    errno.EACCES: "export_not_permitted",
    errno.EPERM: "export_not_permitted",
    errno.EROFS: "export_not_permitted",
    errno.EBUSY: "export_not_permitted",
    errno.ENOENT: "export_no_folder",
    errno.ENOTDIR: "export_no_folder",
    errno.EISDIR: "export_is_folder",
}


@contextmanager
def appearing(path: Path) -> Iterator[Path]:
    """A path to write to, whose file takes the place of ``path`` when the block ends well.

    When it ends in any other way nothing is left behind and a file that was at ``path`` stays as it was.

    Raises `ExpectedError`: ``export_disk_full``, ``export_not_permitted`` (also a file that another program
    holds open), ``export_no_folder``, ``export_is_folder``, ``export_failed``; facts ``path`` and ``reason``.
    """
    target = Path(os.path.realpath(path))  # a link keeps pointing to the file it names
    part = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
        part.open("xb").close()
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except BaseException as error:
        with suppress(OSError):  # where there is no folder there is no file either
            part.unlink()
        if isinstance(error, OSError) and error.errno is not None:
            code = _CODES.get(error.errno, "export_failed")
            raise ExpectedError(code, path=str(path), reason=error.strerror or str(error)) from error
        raise
