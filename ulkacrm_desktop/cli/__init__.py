"""The command line: the window, the demo, and headless commands that use the same services as the window.

Exit codes: 0 done, 1 failed with a sentence on stderr, 2 wrong usage. What a command needs is imported when it
runs, so that a quick question has its answer quickly.
"""

from ulkacrm_desktop.cli.entry import main

__all__ = ["main"]
