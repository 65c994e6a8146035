#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The transcripts of the documents: each "$ make run" or "$ make explore" is run, and has
to print what stands there. A line "..." stands for any lines."""

import glob
import os
import re
import shlex
import subprocess
import sys
import tempfile

os.chdir(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))

COMMAND = re.compile(r"^    \$ make ((?:run|explore) .*)$")


def transcripts(document):
    """Pairs of a command and the lines beneath it."""
    found = []
    with open(document, encoding="utf-8") as file:
        lines = file.read().split("\n")
    for number, line in enumerate(lines):
        command = COMMAND.match(line)
        if not command:
            continue
        output = []
        for below in lines[number + 1 :]:
            if below.startswith("    $") or (below and not below.startswith("    ")):
                break
            output.append(below[4:].rstrip())
        found.append((f"{document}:{number + 1}", command[1], "\n".join(output).strip("\n")))
    return found


def pattern(output):
    """A regular expression for an output in which "..." stands for any lines."""
    parts = re.split(r"^\.\.\.\n?", output, flags=re.MULTILINE)
    return r"(?:.*\n)*?".join(re.escape(part) for part in parts)


def check(place, command, output, out):
    """Whether the command prints that."""
    done = subprocess.run(
        [sys.executable, "harness/tool", "-s", *shlex.split(command), f"OUT={out}"],
        stdout=subprocess.PIPE,
        check=False,
    )
    text = done.stdout.decode(errors="replace").replace(out, "build/out")
    text = "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")
    if done.returncode not in (0, 1):
        print(f"{place}: {command}: status {done.returncode}")
    elif not re.fullmatch(pattern(output), text):
        print(f"{place}: {command}: prints\n{text}")
    else:
        return True
    return False


def main():
    documents = ["README.md", *sorted(glob.glob("docs/*.md"))]
    found = [transcript for file in documents for transcript in transcripts(file)]
    with tempfile.TemporaryDirectory() as out:
        results = [check(*transcript, out) for transcript in found]
    print(f"{len(found)} transcripts")
    return 0 if found and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
