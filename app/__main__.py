"""`python3 -m app`: refuse a Python that is too old, prepare `.venv`, hand over to the command line.

This file keeps to a grammar that old Pythons understand, so that they can print the refusal instead of a traceback.
"""

import sys

OLDEST = (3, 11)


def main():
    # type: () -> int
    """Run the program; return the exit code."""
    if sys.version_info < OLDEST:
        sys.stderr.write(
            "Plumbline needs Python %d.%d or newer, and this is %d.%d. "
            "Start it with a newer one, for example: python3.11 -m app "
            "(sudo apt-get install python3.11 python3.11-venv)\n" % (OLDEST + tuple(sys.version_info[:2]))
        )
        return 2
    from app import bootstrap

    return bootstrap.start(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
