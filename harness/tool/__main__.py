#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The front door: "python3 harness/tool VERB [VAR=VALUE...]", which "make VERB" calls.

Exit status: 0 nothing found, 1 a finding, 2 bad usage or input or no verdict, with
one line that says what and where. GNU make turns 1 into 2; this tool does not.
"""

import ctypes
import os
import signal
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import verbs  # noqa: E402
from errors import Failed, UsageError  # noqa: E402
from variables import Variables  # noqa: E402

PR_SET_PDEATHSIG = 1


def end_with_parent():
    """A verb ends when make is killed. The order survives execve()."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        raise Failed(2)


def make_options(environment):
    """-s and -jN of the make that called, as the tool's own options."""
    words = environment.get("MAKEFLAGS", "").split(" -- ")[0].split()
    options = []
    if words and not words[0].startswith("-") and "s" in words[0]:
        options.append("-s")
    options += [word for word in words if word.startswith("-j")]
    return options


def main(arguments):
    """Run one verb. Returns its exit status."""
    options = make_options(os.environ)
    while arguments and arguments[0].startswith("-"):
        options.append(arguments.pop(0))
    if options[-1:] == ["--help"]:
        arguments = ["help"]
    if not arguments:
        raise UsageError("no verb is given; 'help' lists them")
    verb, arguments = arguments[0], arguments[1:]
    options += [word for word in arguments if word.startswith("-")]
    arguments = [word for word in arguments if not word.startswith("-")]
    if not hasattr(verbs, "do_" + verb):
        raise UsageError(f"no such verb: {verb}")
    words = [word for word in arguments if "=" not in word]
    variables = Variables(os.environ, [w for w in arguments if "=" in w])
    return getattr(verbs, "do_" + verb)(verbs.Call(variables, options, words)) or 0


if __name__ == "__main__":
    os.chdir(os.path.join(HERE, "..", ".."))
    VERB = next((word for word in sys.argv[1:] if not word.startswith("-")), "groupfuzz")
    try:
        end_with_parent()
        STATUS = main(sys.argv[1:])
    except UsageError as error:
        print(f"{VERB}: {error}".replace("\n", "\\n"), file=sys.stderr)
        STATUS = 2
    except Failed as error:
        STATUS = error.status
    except KeyboardInterrupt:
        print(f"{VERB}: interrupted", file=sys.stderr)
        STATUS = 2
    sys.exit(STATUS)
