// SPDX-License-Identifier: Apache-2.0
#include "server/core/config.h"

#include "tests/server/core/temporary_folder.h"

#include <gmock/gmock.h>

namespace kith::core {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using tests::TemporaryFolder;

namespace {

const Environment k_home{{"HOME", "/homes/mira"}};

std::string error_of_file(const std::string& text)
{
    const TemporaryFolder folder;
    const auto config = load_config(folder.write("kith.toml", text), k_home);
    return config ? "no error" : config.error().message;
}

std::string error_of_variable(const std::string& name, const std::string& value)
{
    const auto config = load_config({}, {{"HOME", "/homes/mira"}, {name, value}});
    return config ? "no error" : config.error().message;
}

} // namespace

TEST(Config, NeedsNoFileAndHasDefaults)
{
    const auto config = load_config({}, k_home);

    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->server.listen, "127.0.0.1:8080");
    EXPECT_EQ(config->server.data_dir, "/homes/mira/.local/share/kithd");
    EXPECT_EQ(config->database.engine, "sqlite");
    EXPECT_EQ(config->limits.status_characters, 5000);
    EXPECT_FALSE(config->registration.open);
    EXPECT_TRUE(config->server.has_role("worker"));
}

TEST(Config, PrefersTheDataHomeOfTheDesktopOverTheHomeDirectory)
{
    EXPECT_EQ(load_config({}, {{"HOME", "/homes/mira"}, {"XDG_DATA_HOME", "/data"}})->server.data_dir, "/data/kithd");
    EXPECT_EQ(load_config({}, {{"HOME", "/homes/mira"}, {"XDG_DATA_HOME", "relative"}})->server.data_dir,
              "/homes/mira/.local/share/kithd");
}

TEST(Config, SaysWhatToDoWithoutAHomeDirectory)
{
    const auto config = load_config({}, {});

    ASSERT_FALSE(config);
    EXPECT_THAT(config.error().message, HasSubstr("--data-dir"));
}

TEST(Config, ReadsEveryTypeFromTheFile)
{
    const TemporaryFolder folder;
    const auto file = folder.write("kith.toml", R"(
[server]
data_dir = "data"
domain = "hollow.town"
threads = 3
roles = ["web", "worker"]
[registration]
open = true
[instance]
title = "Hollow Town"
[federation]
enabled = false
[empty_section_of_nothing]
)");

    const auto config = load_config(file, k_home);

    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->server.data_dir, folder.path() / "data");
    EXPECT_EQ(config->server.domain, "hollow.town");
    EXPECT_EQ(config->server.threads, 3);
    EXPECT_THAT(config->server.roles, ElementsAre("web", "worker"));
    EXPECT_EQ(config->registration.open, true);
    EXPECT_EQ(config->instance.title, "Hollow Town");
    EXPECT_FALSE(config->federation.enabled);
}

TEST(Config, LetsTheEnvironmentWinOverTheFileAndTheCommandLineOverBoth)
{
    const TemporaryFolder folder;
    const auto file = folder.write(
        "kith.toml", "[server]\ndomain = \"file.test\"\nlisten = \"127.0.0.1:1\"\nthreads = 2\n");
    const Environment environment{
        {"HOME", "/h"}, {"KITH_SERVER_LISTEN", "127.0.0.1:2"}, {"KITH_SERVER_DOMAIN", "environment.test"}};

    const auto config = load_config(file, environment, {{"server.domain", "option.test"}});

    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->server.threads, 2);
    EXPECT_EQ(config->server.listen, "127.0.0.1:2");
    EXPECT_EQ(config->server.domain, "option.test");
}

TEST(Config, ReadsEveryTypeFromTheEnvironment)
{
    const Environment environment{{"HOME", "/h"},
                                  {"KITH_SERVER_ROLES", "web, streaming"},
                                  {"KITH_SERVER_THREADS", "4"},
                                  {"KITH_RATE_LIMIT_ENABLED", "false"},
                                  {"KITH_REGISTRATION_OPEN", "auto"},
                                  {"KITH_FETCH_CA_FILE", "/etc/ca.pem"},
                                  {"KITH_VECTORS", "somewhere"},
                                  {"PATH", "/bin"}};

    const auto config = load_config({}, environment);

    ASSERT_TRUE(config) << config.error().message;
    EXPECT_THAT(config->server.roles, ElementsAre("web", "streaming"));
    EXPECT_EQ(config->server.threads, 4);
    EXPECT_FALSE(config->rate_limit.enabled);
    EXPECT_FALSE(config->registration.open);
    EXPECT_EQ(config->fetch.ca_file, "/etc/ca.pem");
}

TEST(Config, FindsItsFileThroughTheEnvironment)
{
    const TemporaryFolder folder;
    const auto file = folder.write("named.toml", "[server]\nthreads = 7\n");

    const auto config = load_config({}, {{"HOME", "/h"}, {"KITH_CONFIG", file.string()}});

    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->server.threads, 7);
}

TEST(Config, NamesAnUnknownKeyItsLineAndTheNearestKnownOne)
{
    const auto error = error_of_file("[server]\nthreads = 2\nlissten = \"127.0.0.1:1\"\n");

    EXPECT_THAT(error, HasSubstr("server.lissten ("));
    EXPECT_THAT(error, HasSubstr("kith.toml, line 3)"));
    EXPECT_THAT(error, HasSubstr("nearest one is server.listen."));
    EXPECT_THAT(error_of_file("domain = \"a.test\"\n"), HasSubstr("nearest one is server.domain."));
}

TEST(Config, NamesAnUnknownVariableOrOption)
{
    EXPECT_EQ(error_of_variable("KITH_SERVER_LISTN", "x"),
              "KITH_SERVER_LISTN (environment) is not a known setting; the nearest one is "
              "KITH_SERVER_LISTEN.");
    const auto config = load_config({}, k_home, {{"server.rolls", "web"}});
    ASSERT_FALSE(config);
    EXPECT_THAT(config.error().message, HasSubstr("server.roles"));
}

TEST(Config, RefusesWrongTypes)
{
    EXPECT_THAT(error_of_file("[server]\nthreads = \"2\"\n"),
                HasSubstr("line 2) must be a whole number"));
    EXPECT_THAT(error_of_file("[server]\nlisten = 8080\n"),
                HasSubstr("must be a text in quotation marks"));
    EXPECT_THAT(error_of_file("[server]\nroles = \"web\"\n"), HasSubstr("must be a list"));
    EXPECT_THAT(error_of_file("[server]\nroles = [1]\n"), HasSubstr("must be a list of texts"));
    EXPECT_THAT(error_of_file("[federation]\nenabled = 1\n"), HasSubstr("must be true or false"));
    EXPECT_THAT(error_of_file("[registration]\nopen = \"yes\"\n"),
                HasSubstr("must be \"auto\", true or false"));
    EXPECT_THAT(error_of_file("[fetch]\nca_file = 1\n"), HasSubstr("must be a path"));
    EXPECT_THAT(error_of_file("server = 1\n"), HasSubstr("is not a known setting"));
    EXPECT_THAT(error_of_variable("KITH_SERVER_THREADS", "many"),
                HasSubstr("must be a whole number, not \"many\""));
    EXPECT_THAT(error_of_variable("KITH_FEDERATION_ENABLED", "1"),
                HasSubstr("must be true or false"));
    EXPECT_THAT(error_of_variable("KITH_REGISTRATION_OPEN", ""),
                HasSubstr("must be auto, true or false"));
}

TEST(Config, RefusesValuesOutOfRange)
{
    EXPECT_THAT(error_of_file("[server]\nthreads = 257\n"),
                HasSubstr("must be from 0 to 256, not 257"));
    EXPECT_THAT(error_of_file("[database]\nengine = \"mysql\"\n"),
                HasSubstr("\"sqlite\", \"postgres\", not \"mysql\""));
    EXPECT_THAT(error_of_file("[server]\nroles = [\"web\", \"cook\"]\n"),
                HasSubstr("not \"cook\""));
    EXPECT_THAT(error_of_variable("KITH_SERVER_THREADS", "99999999999999999999"),
                HasSubstr("must be a whole number"));
    EXPECT_THAT(error_of_variable("KITH_INSTANCE_TITLE", "a\nb"), HasSubstr("control character"));
    EXPECT_THAT(error_of_variable("KITH_INSTANCE_TITLE", std::string(10001, 'x')),
                HasSubstr("10,000 bytes"));
}

TEST(Config, RefusesMalformedValues)
{
    for (const auto* domain :
         {"Hollow.Town", "https://hollow.town", "hollow town", "a..b", ".a", "a.", "a:b", "a:99999", "-a"})
        EXPECT_THAT(error_of_variable("KITH_SERVER_DOMAIN", domain), HasSubstr("is not a domain")) << domain;
    for (const auto* url : {"hollow.town", "https://hollow.town/", "ftp://a.test", "https://", "https://a.test/x"})
        EXPECT_THAT(error_of_variable("KITH_SERVER_BASE_URL", url),
                    HasSubstr("is not an address without a path"))
            << url;
    for (const auto* listen :
         {"8080", "localhost:8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:8080", "[::1]"})
        EXPECT_THAT(error_of_variable("KITH_SERVER_LISTEN", listen),
                    HasSubstr("is not an IP address with a port"))
            << listen;
    EXPECT_THAT(error_of_variable("KITH_SERVER_TRUSTED_PROXIES", "10.0.0.0/8,proxy"),
                HasSubstr("holds \"proxy\""));
    EXPECT_THAT(error_of_variable("KITH_FETCH_ALLOW_ADDRESSES", "10.0.0.0/40"),
                HasSubstr("holds \"10.0.0.0/40\""));
    EXPECT_THAT(error_of_variable("KITH_FETCH_CONNECT_TO", "a:b"),
                HasSubstr("host:port:address:port"));
    EXPECT_THAT(error_of_variable("KITH_INSTANCE_LANGUAGES", "e"),
                HasSubstr("not a language code"));
    EXPECT_THAT(error_of_variable("KITH_METRICS_LISTEN", "9100"),
                HasSubstr("is not an IP address with a port"));
}

TEST(Config, RefusesSettingsThatDoNotGoTogether)
{
    EXPECT_THAT(error_of_variable("KITH_SERVER_TLS_KEY", "/key.pem"), HasSubstr("belong together"));
    EXPECT_THAT(error_of_variable("KITH_DATABASE_ENGINE", "postgres"),
                HasSubstr("database.connection"));
    EXPECT_THAT(error_of_variable("KITH_SERVER_BASE_URL", "https://a.test"),
                HasSubstr("server.domain is not"));
    EXPECT_THAT(error_of_variable("KITH_SERVER_ROLES", ""), HasSubstr("would do nothing"));
    EXPECT_THAT(error_of_variable("KITH_FETCH_ALLOW_PLAIN_HTTP", "true"),
                HasSubstr("fetch.allow_addresses"));
}

TEST(Config, SaysWhichFileCannotBeReadAndWhere)
{
    const TemporaryFolder folder;

    const auto missing = load_config(folder.path() / "absent.toml", k_home);
    const auto directory = load_config(folder.path(), k_home);

    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message, HasSubstr("absent.toml cannot be read"));
    ASSERT_FALSE(directory);
    EXPECT_THAT(directory.error().message, HasSubstr("cannot be read"));
    EXPECT_THAT(error_of_file("[server]\n= 3\n"), HasSubstr("kith.toml, line 2"));
    EXPECT_THAT(error_of_file(std::string((1 << 20) + 1, '#')), HasSubstr("larger than 1 MiB"));
}

TEST(Config, NeverShowsASecretValue)
{
    Config config;
    config.database.connection = "password=hunter2";

    for (const auto& key : config_keys())
        EXPECT_EQ(config_value(config, key).find("hunter2"), std::string::npos) << key.full_name();
}

} // namespace kith::core
