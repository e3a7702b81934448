#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what the compiler really opened with the layering that docs/building.md describes.

`ninja -t deps` tells for every object which files it was made from, however deep the includes go. A header that
reaches an object it has no business in is an error, named with both ends.

usage: layout.py --ninja PROGRAM --build FOLDER --source FOLDER
"""

import argparse
import os
import re
import subprocess
import sys

# ---- the rules ---------------------------------------------------------------------------------------------------

# Features that every other feature may call through their header, and what all of them share.
BASE_FEATURES = {"accounts", "federation", "statuses", "follows", "media", "streaming", "support"}

# What server features stand on; none of these may know a feature.
SERVER_BASE = ("server/core", "server/db", "server/http", "server/fetch", "server/jobs", "server/auth", "server/limits", "server/tracing", "server/backup")
APP_BASE = ("app/base", "app/store", "app/net", "app/services", "app/ui")

# Heavy headers, and the folders (or single files) whose objects may open them.
LIBRARIES = [
    ("Beast", r"/boost/beast(/|\.hpp$)", ("server/http", "tests")),
    ("libcurl", r"/curl/[a-z]+\.h$", ("server/fetch",)),
    ("hiredis", r"/hiredis/", ("server/limits",)),
    ("libpqxx", r"/pqxx/|/libpq-fe\.h$", ("server/db/postgres",)),
    ("SQLite", r"/sqlite3(ext)?\.h$|/sqlcipher/", ("common/sqlite",)),
    ("toml++", r"/toml\+\+/", ("server/core",)),
    ("spdlog", r"/spdlog/", ("server/core",)),
    ("gumbo", r"/gumbo\.h$", ("common/text",)),
    ("cmark", r"/cmark(_export|_version)?\.h$", ("common/text",)),
    ("CLI11", r"/CLI/", ("server/cli", "server/main.cpp", "app/main.cpp")),
    ("libsodium", r"/sodium(\.h$|/)", ("common/crypto", "common/mls", "tests")),
    ("OpenSSL", r"/openssl/", ("common/crypto", "common/mls", "server/http", "server/fetch", "tests")),
    ("Asio", r"/boost/asio(/|\.hpp$)", ("server", "tests")),
    ("Qt", r"/qt6/|/Qt[A-Z][A-Za-z]*/", ("app", "tests")),
]


def within(path, folder):
    return path == folder or path.startswith(folder + "/")


def feature_of(path, layer):
    """The feature that a path such as server/features/follows/follows.h belongs to, or None."""
    parts = path.split("/")
    if parts[:2] == [layer, "features"] and len(parts) > 3:
        return parts[2]
    return None


def may_open(source, opened):
    """Why `source` (a project file that is compiled) may not open `opened` (another one); None when it may."""
    layer, target = source.split("/")[0], opened.split("/")[0]
    allowed_layers = {
        "common": ("common",),
        "federation": ("federation", "common"),
        "server": ("server", "federation", "common"),
        "app": ("app", "common"),
        "tests": ("tests", "app", "server", "federation", "common"),
    }
    if layer not in allowed_layers:
        return None
    if target not in allowed_layers[layer]:
        return f"{layer} may only include {', '.join(allowed_layers[layer])}"
    if within(source, "common/base") and target == "common" and not within(opened, "common/base"):
        return "common/base stands alone"
    for name, base in (("server", SERVER_BASE), ("app", APP_BASE)):
        if layer != name or target != name:
            continue
        theirs = feature_of(opened, name)
        if any(within(source, folder) for folder in base):
            # The base may use the base: neither features nor what is built on them.
            if "/" in opened[len(name) + 1:] and not any(within(opened, folder) for folder in base):
                return f"{os.path.dirname(source)} knows nothing above it"
        ours = feature_of(source, name)
        if ours and theirs and ours != theirs:
            if re.search(r"_events\.h$", opened):
                pass  # what a feature announces is for everybody
            elif name != "server" or theirs not in BASE_FEATURES:
                return f"features do not include each other ({ours} → {theirs}); use an event"
            elif re.search(r"_(queries|routes|federation|jobs)\.h$", opened):
                return f"that header is private to {theirs}"
        if ours and opened.split("/")[1] in ("cli", "shell"):
            return f"features know nothing of {'/'.join(opened.split('/')[:2])}"
    return None


def library_problem(source, header):
    for name, pattern, folders in LIBRARIES:
        if re.search(pattern, header) and not any(within(source, folder) for folder in folders):
            return f"{name} belongs to {', '.join(folders)}"
    return None


# ---- reading what ninja knows ------------------------------------------------------------------------------------


def parse_deps(text):
    """Yields (object, [files]) for each object whose record is valid."""
    current, files, valid = None, [], False
    for line in text.splitlines() + [""]:
        if line.startswith("    "):
            files.append(line.strip())
            continue
        if current and valid:
            yield current, files
        match = re.match(r"(\S.*): #deps \d+, deps mtime \d+ \((\w+)\)$", line)
        current, files = (match.group(1), []) if match else (None, [])
        valid = bool(match) and match.group(2) == "VALID"


def project_path(path, build, source):
    """The path within the project, or None for what lies outside it or was generated."""
    absolute = os.path.normpath(os.path.join(build, path))
    if within(absolute, build):
        return None
    relative = os.path.relpath(absolute, source)
    if relative.startswith("..") or within(relative, "build"):
        return None
    return relative


def source_of(obj, files, build, source):
    """What an object counts as: its own source file; for generated ones a file in the folder that makes it."""
    first = project_path(files[0], build, source) if files else None
    if first and first.endswith((".cpp", ".c", ".cxx", ".cc")):
        return first
    folder = obj.split("/CMakeFiles/")[0]
    return f"{folder}/{os.path.basename(obj)}"


def check(deps_text, build, source):
    """Returns (problems, number of objects looked at)."""
    problems, count = set(), 0
    for obj, files in parse_deps(deps_text):
        if not obj.endswith(".o"):
            continue  # a precompiled header is judged by the objects that use it
        own = source_of(obj, files, build, source)
        if own.split("/")[0] not in ("common", "federation", "server", "app", "tests"):
            continue
        count += 1
        for path in files:
            opened = project_path(path, build, source)
            if opened:
                reason = may_open(own, opened)
                what = opened
            else:
                what = os.path.normpath(os.path.join(build, path))
                reason = None if within(what, build) else library_problem(own, what)
            if reason:
                problems.add(f"{own} opens {what}: {reason}")
    return sorted(problems), count


# ---- circles -----------------------------------------------------------------------------------------------------


def include_graph(deps_text, build, source):
    """Folder → folders that its files include by name, over all project files that were compiled or opened."""
    files = set()
    for obj, opened in parse_deps(deps_text):
        files.update(filter(None, (project_path(path, build, source) for path in opened)))
    graph = {}
    for path in files:
        if path.split("/")[0] not in ("common", "federation", "server", "app"):
            continue
        try:
            with open(os.path.join(source, path), encoding="utf-8") as file:
                text = file.read()
        except OSError:
            continue
        for included in re.findall(r'^\s*#\s*include\s+"([^"]+/[^"]+)"', text, re.MULTILINE):
            here, there = os.path.dirname(path), os.path.dirname(included)
            if here != there and included in files:
                graph.setdefault(here, {}).setdefault(there, f"{path} includes {included}")
    return graph


def circles(graph):
    """One sentence for each pair of folders that reach each other and touch."""
    def reaches(start, goal):
        seen, stack = set(), [start]
        while stack:
            folder = stack.pop()
            if folder == goal:
                return True
            if folder not in seen:
                seen.add(folder)
                stack.extend(graph.get(folder, {}))
        return False

    return sorted(f"{why}, but {there} leads back to {here}: no circles"
                  for here, edges in graph.items() for there, why in edges.items() if reaches(there, here))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ninja", default="ninja")
    parser.add_argument("--build", required=True)
    parser.add_argument("--source", required=True)
    options = parser.parse_args()
    build, source = os.path.realpath(options.build), os.path.realpath(options.source)
    text = subprocess.run([options.ninja, "-C", build, "-t", "deps"], check=True, capture_output=True, text=True).stdout
    problems, count = check(text, build, source)
    problems += circles(include_graph(text, build, source))
    for problem in problems:
        print(problem)
    if count == 0:
        print("ninja knows of no compiled object: build first.")
        return 1
    print(f"{count} objects, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
