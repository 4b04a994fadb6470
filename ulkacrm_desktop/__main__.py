"""The program's entry point: the window without a command, else a headless command."""

import sys


def main() -> int:
    """Run the command line of this process; answers the exit code."""
    if getattr(sys, "frozen", False):
        import multiprocessing

        # A frozen program is started again for every child process: this is where such a start turns off.
        multiprocessing.freeze_support()
    from ulkacrm_desktop import cli

    return cli.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
