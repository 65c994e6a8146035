# SPDX-License-Identifier: GPL-2.0-only
"""Errors that end a verb with one line and exit status 2."""


class UsageError(Exception):
    """Bad usage or input. Its text is the line, without the verb's name."""


class Failed(Exception):
    """A program that failed, and has said why on stderr itself."""

    def __init__(self, status=2):
        super().__init__()
        self.status = status
