// SPDX-License-Identifier: Apache-2.0
#include "tests/app/program/kith_program.h"
#include "tests/app/program/x_server.h"
#include "tests/support/kithd_process.h"

#include <gtest/gtest.h>

using namespace kith::tests;

// Qt's X11 plugin takes some options for itself, --name among them, before the program sees them.
TEST(KithOnX11, SignsInWithWhatTheOptionsSayAndShowsTheHomePage)
{
    KithdProcess server;
    const auto mira = server.sign_up("mira");
    ASSERT_EQ(mira.post("/api/v1/statuses", {{"status", "Nets are drying on the wall"}}).status, 200);
    const XServer screen;
    const Folder folder;
    const KithSurroundings surroundings{.platform = "xcb", .display = screen.display(), .home = folder.path().string()};
    const std::vector<std::string> profile{"--profile", folder / "profile", "--passphrase-file",
                                           folder.secret_file("passphrase", "four quiet grey herons")};
    auto signing_in = profile;
    for (const auto& word :
         {std::string("--sign-in"), server.base_url(), std::string("--account"), std::string("mira"),
          std::string("--password-file"), folder.secret_file("password", KithdProcess::k_password),
          std::string("--screenshot"), (folder / "home.png").string()})
        signing_in.push_back(word);

    auto first = start_kith(signing_in, surroundings);
    EXPECT_EQ(first.wait(), 0) << "a picture of the home page is made only once one is signed in";

    EXPECT_GT(std::filesystem::file_size(folder / "home.png"), 10'000U);
    auto shown = profile;
    shown.push_back("--first-frame");
    ChildProcess::Options with_pipes;
    with_pipes.pipes = true;
    auto second = start_kith(shown, surroundings, with_pipes);
    const auto drawn = second.read_line();
    EXPECT_EQ(second.wait(), 0);
    ASSERT_TRUE(drawn) << "the window shows what the first start has stored";
    EXPECT_GT(std::stod(*drawn), 0.0);
}
