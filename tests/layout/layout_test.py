#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The layout check on invented `ninja -t deps` texts: it must find what is wrong, and nothing else."""

import os
import tempfile
import unittest

import layout

BUILD, SOURCE = "/p/build/dev", "/p"


def deps(source, *opened, state="VALID", obj=None):
    folder, name = os.path.split(source)
    obj = obj or f"{folder}/CMakeFiles/x.dir/{name}.o"
    lines = [f"{obj}: #deps {len(opened) + 1}, deps mtime 17 ({state})"]
    return "\n".join(lines + [f"    {path}" for path in (f"/p/{source}", *opened)]) + "\n\n"


def problems(*texts):
    return layout.check("".join(texts), BUILD, SOURCE)[0]


class Layout(unittest.TestCase):
    def test_says_nothing_about_a_clean_tree(self):
        text = (deps("common/text/post.cpp", "/p/common/base/id.h", "/usr/include/gumbo.h", "/usr/include/cmark.h"),
                deps("federation/vocab/note.cpp", "/p/common/base/json.h"),
                deps("server/http/session.cpp", "/usr/include/boost/beast/http.hpp", "/usr/include/openssl/ssl.h"),
                deps("server/features/follows/follow_service.cpp", "/p/server/features/accounts/accounts.h",
                     "/p/federation/vocab/note.h", "/p/server/db/tx.h", "/usr/include/boost/asio/awaitable.hpp"),
                deps("server/features/streaming/hub.cpp", "/p/server/features/notifications/notification_events.h",
                     "/p/server/features/support/paging.h"),
                deps("server/features/registry.cpp", "/p/server/features/timelines/timelines.h"),
                deps("app/store/store.cpp", "/p/common/sqlite/statement.h", "/usr/include/x/qt6/QtCore/qstring.h"),
                deps("tests/server/http/limits_test.cpp", "/usr/include/boost/beast/core.hpp"))
        self.assertEqual(problems(*text), [])

    def test_finds_each_heavy_header_outside_its_folder(self):
        for header in ("boost/beast/http/message.hpp", "x86_64-linux-gnu/curl/curl.h", "pqxx/connection.hxx",
                       "sqlite3.h", "sqlcipher/sqlite3.h", "toml++/toml.h", "spdlog/logger.h", "CLI/App.hpp",
                       "gumbo.h", "cmark.h", "openssl/evp.h", "sodium.h"):
            with self.subTest(header=header):
                found = problems(deps("server/features/follows/follow_routes.cpp", f"/usr/include/{header}"))
                self.assertEqual(len(found), 1)
                self.assertIn("server/features/follows/follow_routes.cpp", found[0])

    def test_finds_a_layer_that_reaches_upwards(self):
        for source, header in (("common/text/post.cpp", "server/core/log.h"), ("common/base/id.cpp", "common/text/utf8.h"),
                               ("federation/vocab/note.cpp", "server/db/tx.h"), ("app/net/client.cpp", "server/core/log.h"),
                               ("server/cli/demo.cpp", "app/store/store.h"), ("server/main.cpp", "tests/support/db.h"),
                               ("server/http/router.cpp", "server/features/statuses/statuses.h"),
                               ("server/db/sqlite/engine.cpp", "server/cli/cli.h"),
                               ("app/store/store.cpp", "app/features/timeline/timeline_model.h")):
            with self.subTest(source=source):
                self.assertEqual(len(problems(deps(source, f"/p/{header}"))), 1)

    def test_finds_features_that_include_each_other(self):
        self.assertEqual(len(problems(deps("server/features/statuses/status_service.cpp",
                                           "/p/server/features/notifications/notifications.h"))), 1)
        self.assertEqual(len(problems(deps("server/features/timelines/timeline_routes.cpp",
                                           "/p/server/features/statuses/status_queries.h"))), 1)

    def test_finds_foreign_worlds(self):
        self.assertEqual(len(problems(deps("common/base/time.cpp", "/usr/include/boost/asio/awaitable.hpp"))), 1)
        self.assertEqual(len(problems(deps("server/core/log.cpp", "/usr/include/x/qt6/QtCore/qstring.h"))), 1)

    def test_reads_paths_that_ccache_made_relative(self):
        self.assertEqual(len(problems(deps("common/api/api.cpp", "../../server/core/log.h"))), 1)

    def test_counts_a_generated_file_as_part_of_the_folder_that_makes_it(self):
        text = ("app/store/CMakeFiles/app_store.dir/app_store_autogen/mocs_compilation.cpp.o: "
                "#deps 2, deps mtime 17 (VALID)\n    app/store/app_store_autogen/mocs_compilation.cpp\n"
                "    /p/server/core/log.h\n")
        self.assertEqual(len(problems(text)), 1)

    def test_leaves_out_stale_records_and_counts_the_rest(self):
        stale = deps("common/api/api.cpp", "/p/server/core/log.h", state="STALE")
        fine = deps("common/api/api.cpp", "/p/common/base/id.h")
        self.assertEqual(layout.check(stale, BUILD, SOURCE), ([], 0))
        self.assertEqual(layout.check(stale + fine, BUILD, SOURCE), ([], 1))

    def test_finds_circles_between_folders(self):
        with tempfile.TemporaryDirectory() as source:
            def write(path, *includes):
                os.makedirs(os.path.join(source, os.path.dirname(path)), exist_ok=True)
                with open(os.path.join(source, path), "w", encoding="utf-8") as file:
                    file.writelines(f'#include "{name}"\n' for name in includes)

            write("server/db/tx.h", "server/core/log.h")
            write("server/core/log.h")
            write("server/core/log.cpp", "server/core/log.h", "server/db/tx.h")
            text = deps("server/core/log.cpp", "/p/server/core/log.h", "/p/server/db/tx.h").replace("/p/", source + "/")
            graph = layout.include_graph(text, source + "/build/dev", source)
            self.assertEqual(len(layout.circles(graph)), 2)
            write("server/core/log.cpp", "server/core/log.h")
            graph = layout.include_graph(text, source + "/build/dev", source)
            self.assertEqual(layout.circles(graph), [])


if __name__ == "__main__":
    unittest.main()
