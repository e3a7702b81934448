// SPDX-License-Identifier: Apache-2.0
#include "tests/support/redis_server.h"

#include "tests/support/patience.h"

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include <unistd.h>

namespace kith::tests {

namespace {

constexpr const char* k_program = "/usr/bin/redis-server";
constexpr const char* k_client = "/usr/bin/redis-cli";

std::filesystem::path temporary_folder()
{
    std::string name = (std::filesystem::temp_directory_path() / "kith-redis-XXXXXX").string();
    if (!::mkdtemp(name.data()))
        throw std::runtime_error("There is no temporary folder for Redis.");
    return name;
}

} // namespace

bool RedisServer::available()
{
    return ::access(k_program, X_OK) == 0 && ::access(k_client, X_OK) == 0;
}

RedisServer::RedisServer(std::string password)
    : m_folder(temporary_folder()), m_password(std::move(password))
{
    start();
}

RedisServer::~RedisServer()
{
    kill();
    std::error_code ignored;
    std::filesystem::remove_all(m_folder, ignored);
}

std::string RedisServer::address() const
{
    return "unix:" + (m_folder / "socket").string();
}

void RedisServer::start()
{
    ChildProcess::Options options;
    options.quiet = true;
    options.dies_with_us = true;
    std::vector<std::string> command{
        k_program, "--port", "0", "--unixsocket", m_folder / "socket", "--dir", m_folder, "--save", "", "--appendonly", "no", "--daemonize", "no"};
    if (!m_password.empty())
        command.insert(command.end(), {"--requirepass", m_password});
    m_child = ChildProcess(command, options);
    const auto deadline = std::chrono::steady_clock::now() + k_patience;
    while (ask({"PING"}) != "PONG\n") {
        if (std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error("Redis does not start.");
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
}

void RedisServer::kill()
{
    m_child = ChildProcess{};
}

std::string RedisServer::ask(const std::vector<std::string>& command) const
{
    std::vector<std::string> all{k_client, "-s", m_folder / "socket"};
    if (!m_password.empty())
        all.insert(all.end(), {"--no-auth-warning", "-a", m_password});
    all.insert(all.end(), command.begin(), command.end());
    return capture(all);
}

} // namespace kith::tests
