#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Small rules that every text file of the project keeps. Each is one function that yields (line number, sentence).

usage: lint.py --source FOLDER
"""

import argparse
import os
import re
import shutil
import subprocess
import sys

SOURCES = (".h", ".cpp", ".qml", ".js", ".py", ".sh", ".cmake", ".sql")
PROSE = (".md",)
BINARY = (".png", ".jpg", ".ico", ".ttf", ".otf", ".woff2", ".gz", ".mo", ".qm")
# What a program has written, kept as it was.
RECORDED = ("tests/app/fixtures/schema_",)
LONGEST = 600

# Written in pieces, so that this file may be looked at too.
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3)) + r")\b")
HOSTS = re.compile(r"\b(" + "|".join(name + r"\." + end for name, end in (
    (r"[a-z0-9-]+\.debian", "org"), (r"[a-z0-9.-]+\.ubuntu", "com"), (r"[a-z0-9-]+\.npmjs", "org"), ("pypi", "org"),
    ("pythonhosted", "org"), ("crates", "io"), (r"proxy\.golang", "org"), ("docker", "io"), ("quay", "io"),
    ("ghcr", "io"), (r"conan", "io"))) + r")\b")
MACHINE_PATHS = re.compile(r"(^|[^A-Za-z0-9_.$}/-])/(" + "|".join((
    r"wo" + r"rk/(main|steering|shared|\.library)", r"ho" + r"me/[a-z]", r"Us" + r"ers/[A-Za-z]", r"ro" + r"ot/")) + ")")


def is_script(path, text):
    return "." not in os.path.basename(path) and text.startswith("#!")


def is_source(path, text):
    name = os.path.basename(path)
    return name.endswith(SOURCES) or name == "CMakeLists.txt" or is_script(path, text)


def is_generated(text):
    return re.search(r"\bgenerated\b", "\n".join(text.splitlines()[:6]), re.IGNORECASE) is not None


def has_licence_line(path, text):
    if is_source(path, text) and "SPDX-License-Identifier: Apache-2.0" not in "\n".join(text.splitlines()[:3]):
        yield 1, "the first lines lack SPDX-License-Identifier: Apache-2.0"


def has_pragma_once(path, text):
    if path.endswith(".h") and not re.search(r"^#pragma once$", text, re.MULTILINE):
        yield 1, "a header begins with #pragma once"


def is_not_too_long(path, text):
    lines = text.count("\n")
    if is_source(path, text) and lines > LONGEST and not is_generated(text):
        yield LONGEST, f"{lines} lines: what is the second thing in this file called? Give it its own"


def has_clean_white_space(path, text):
    if not text:
        return
    if not text.endswith("\n"):
        yield text.count("\n") + 1, "the last line does not end"
    for number, line in enumerate(text.split("\n"), 1):
        if line.endswith("\r"):
            yield number, "the line ends in a carriage return"
        elif line != line.rstrip():
            yield number, "white space at the end of the line"
        if "\t" in line and (is_source(path, text) or path.endswith(PROSE)):
            yield number, "a tab; indent with spaces, write \\t in a string"


def is_finished(path, text):
    if not is_source(path, text):
        return
    for number, line in enumerate(text.split("\n"), 1):
        if found := UNFINISHED.search(line):
            yield number, f"{found.group(1)}: finish it, or write an issue"


def names_no_machine(path, text):
    for number, line in enumerate(text.split("\n"), 1):
        if found := HOSTS.search(line):
            yield number, f"{found.group(0)}: a package registry's host name has no place here"
        if MACHINE_PATHS.search(line):
            yield number, "a path of one machine"


RULES = (has_licence_line, has_pragma_once, is_not_too_long, has_clean_white_space, is_finished, names_no_machine)


def problems_of(path, text):
    """All problems of one file as printable lines."""
    return [f"{path}:{number}: {sentence}" for rule in RULES for number, sentence in rule(path, text)]


def files_of(source):
    """The project's files: what git knows or would add; without git everything but build folders."""
    listing = None
    if os.path.exists(os.path.join(source, ".git")) and shutil.which("git"):
        listing = subprocess.run(["git", "-C", source, "-c", "safe.directory=*", "ls-files", "-co", "--exclude-standard", "-z"],
                                 capture_output=True, check=False)
    if listing and listing.returncode == 0:
        return sorted(set(filter(None, listing.stdout.decode().split("\0"))))
    found = []
    for folder, folders, names in os.walk(source):
        folders[:] = [name for name in folders if name not in (".git", "build", ".cache", "__pycache__", "node_modules")]
        found += [os.path.relpath(os.path.join(folder, name), source) for name in names]
    return sorted(found)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", required=True)
    source = parser.parse_args().source
    problems, count = [], 0
    for path in files_of(source):
        full = os.path.join(source, path)
        if path.endswith(BINARY) or path.startswith(RECORDED) or path == "LICENSE" or not os.path.isfile(full):
            continue
        try:
            with open(full, encoding="utf-8", newline="") as file:
                text = file.read()
        except UnicodeDecodeError:
            problems.append(f"{path}:1: not UTF-8")
            continue
        count += 1
        problems += problems_of(path, text)
    print("\n".join(problems + [f"{count} files, {len(problems)} problems"]))
    return 1 if problems or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
