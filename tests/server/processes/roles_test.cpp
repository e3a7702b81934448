// SPDX-License-Identifier: Apache-2.0
#include "tests/support/kithd_process.h"

#include <gtest/gtest.h>

namespace kith::tests {

namespace {

/// What a server with these roles answers.
struct Answers {
    int ready, api, federation, streaming;
    bool operator==(const Answers&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Answers& answers)
{
    return out << answers.ready << ' ' << answers.api << ' ' << answers.federation << ' ' << answers.streaming;
}

Answers answers_of(const std::string& roles)
{
    KithdOptions options;
    options.settings["KITH_SERVER_ROLES"] = roles;
    const KithdProcess server(options);
    const auto status = [client = server.client()](const char* path) { return client.get(path).status; };
    return {status("/health/ready"), status("/api/v2/instance"), status("/.well-known/nodeinfo"), status("/api/v1/streaming/health")};
}

} // namespace

TEST(Roles, SayWhatAProcessServes)
{
    EXPECT_EQ(answers_of("web,streaming,worker"), (Answers{200, 200, 200, 200}));
    EXPECT_EQ(answers_of("web"), (Answers{200, 200, 200, 404}));
    EXPECT_EQ(answers_of("streaming"), (Answers{200, 404, 404, 200}));
    EXPECT_EQ(answers_of("worker"), (Answers{200, 404, 404, 404}));
}

} // namespace kith::tests
