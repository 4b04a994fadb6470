"""`ulkacrm` without a command: the window."""

from ulkacrm_desktop.cli.arguments import Arguments


def show_window(arguments: Arguments) -> int:
    """Show the window until it is closed."""
    from ulkacrm_desktop.app import run

    return run(arguments.database, arguments.language)
