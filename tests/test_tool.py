#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Unit tests of the tool (harness/tool): variables, names of builds, progress."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "harness", "tool"))
sys.dont_write_bytecode = True
os.chdir(ROOT)

import build  # noqa: E402
import variables  # noqa: E402
from errors import UsageError  # noqa: E402

HOSTILE = "x'; touch INJ; echo '"


def take(**values):
    return variables.Variables(values)


class Values(unittest.TestCase):
    """What a variable may hold."""

    def test_makefile_exports_all(self):
        with open("Makefile", encoding="utf-8") as file:
            listed = re.search(r"^variables := (.*?)\n\n", file.read(), re.M | re.S)
        self.assertEqual(
            set(listed[1].replace("\\", "").split()), set(variables.VARIABLES)
        )

    def test_defaults(self):
        values = take()
        self.assertEqual(values.get("TREE"), "6.12")
        self.assertEqual(values.get("SAN"), "address")
        self.assertEqual(values.given("TREE"), "")

    def test_endless_campaign_takes_all(self):
        values = take(TIME="0")
        self.assertEqual(values.words("SAN"), ["address", "thread", "none"])
        self.assertEqual(values.words("ENGINE"), ["libfuzzer", "afl"])
        self.assertEqual(take(TIME="0", SAN="none").words("SAN"), ["none"])

    def test_numbers_are_decimal(self):
        self.assertEqual(take(TIME="08").get("TIME"), "8")
        self.assertEqual(take(RUNS="000").get("RUNS"), "0")

    def test_junk_is_refused(self):
        for name, value in (
            ("TIME", "abc"), ("TIME", "1e3"), ("TIME", " 1"), ("TIME", "-1"),
            ("TIME", "٣"), ("RUNS", "99999999999999999999"), ("SEED", "x"),
            ("SEED", "4294967296"), ("JOBS", "0"), ("TURN", "0"), ("THREADS", "65"),
            ("SAN", "bogus"), ("SAN", "address bogus"), ("ENGINE", "bogus"),
            ("TARGET", "junk"), ("TARGET", "../fuzz_threads"), ("STRATEGY", "pct:abc"),
            ("STRATEGY", "pct:"), ("STRATEGY", "pos:3"), ("STRATEGY", "bogus"),
            ("UNTIL", "["), ("UNTIL", "a [b"), ("UNTIL", "a\\"), ("ACCESS", "yes"),
            ("QUICK", "2"), ("FIXED", "a b"), ("FIXED", "$(x)"),
        ):  # fmt: skip
            with self.subTest(name=name, value=value), self.assertRaises(UsageError):
                take(**{name: value})

    def test_good_values_pass(self):
        for name, value in (
            ("UNTIL", "race-* [a-c]x [!]]y"), ("STRATEGY", "pct:3"),
            ("FIXED", "1"), ("FIXED", "a-b,c.d"), ("ACCESS", "1"), ("SEED", "4294967295"),
        ):  # fmt: skip
            with self.subTest(name=name, value=value):
                self.assertEqual(take(**{name: value}).get(name), value)

    def test_empty(self):
        for name, variable in variables.VARIABLES.items():
            with self.subTest(name=name):
                if variable.may_be_empty:
                    self.assertEqual(take(**{name: ""}).given(name), "")
                else:
                    self.assertRaises(UsageError, take, **{name: ""})

    def test_hostile_values_stay_whole_or_are_refused(self):
        for name in variables.VARIABLES:
            with self.subTest(name=name):
                try:
                    self.assertEqual(take(**{name: HOSTILE}).get(name), HOSTILE)
                except UsageError as error:
                    self.assertIn(HOSTILE, str(error))

    def test_path_is_no_option(self):
        self.assertEqual(take(PROG="-o.prog").get("PROG"), "./-o.prog")
        self.assertEqual(take(PROG="-").get("PROG"), "-")

    def test_arguments(self):
        values = variables.Variables({"TIME": "3"}, ["TIME=5", "OUT=a=b"])
        self.assertEqual((values.get("TIME"), values.get("OUT")), ("5", "a=b"))
        self.assertRaises(UsageError, variables.Variables, {}, ["FROB=1"])


class Names(unittest.TestCase):
    """Build folders: safe for make, and never shared by two bugs."""

    def test_bug_in_the_bank(self):
        self.assertEqual(build.bug_name(build.find_bug("stale-domain")), "stale-domain")
        self.assertRaises(UsageError, build.find_bug, "nosuchbug")

    def test_bug_elsewhere(self):
        with tempfile.TemporaryDirectory() as folder:
            paths = [os.path.join(folder, d, HOSTILE + "$.cocci") for d in "ab"]
            for path in paths:
                os.mkdir(os.path.dirname(path))
                with open(path, "w", encoding="utf-8") as file:
                    file.write("// file: drivers-mock/amd.c\n")
            names = [build.bug_name(build.find_bug(path)) for path in paths]
            self.assertNotEqual(*names)
            for name in names:
                self.assertRegex(name, r"\A[A-Za-z0-9._-]+\Z")
            self.assertEqual(build.mock_of(paths[0]), "drivers-mock/amd.c")

    def test_mock_is_one_of_ours(self):
        with tempfile.NamedTemporaryFile("w", suffix=".cocci") as file:
            file.write("// file: drivers-mock/../Makefile\n")
            file.flush()
            self.assertRaises(UsageError, build.mock_of, file.name)

    def test_compiler(self):
        for command in ("/nonexistent/clang", HOSTILE, "true"):
            with self.subTest(command=command), self.assertRaises(UsageError):
                build.Compiler(command)


class Files(unittest.TestCase):
    """What make compares by time."""

    def test_equal_text_keeps_its_time(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "new", "file")
            build.write_if_changed(path, "a")
            os.utime(path, (1, 1))
            build.write_if_changed(path, "a")
            self.assertEqual(os.stat(path).st_mtime, 1)
            build.write_if_changed(path, "b")
            self.assertNotEqual(os.stat(path).st_mtime, 1)

    def test_words_of_a_failed_make(self):
        self.assertEqual(build.compiler_words("a.c: wrong\nmake: *** x\n"), "a.c: wrong\n")
        self.assertEqual(build.compiler_words("make: *** x\n"), "make: *** x\n")


class Programs(unittest.TestCase):
    """What the tool becomes."""

    def test_signals_are_not_ignored(self):
        code = "import os, verbs; verbs.become(['cat', '/proc/self/status'], os.environ)"
        done = subprocess.run(
            [sys.executable, "-B", "-c", code],
            env=dict(os.environ, PYTHONPATH="harness/tool"),
            capture_output=True,
            check=True,
        )
        ignored = int(re.search(rb"^SigIgn:\s*(\w+)$", done.stdout, re.M)[1], 16)
        for name in (signal.SIGPIPE, signal.SIGXFSZ):
            self.assertFalse(ignored & 1 << name - 1, name)


if __name__ == "__main__":
    unittest.main()
