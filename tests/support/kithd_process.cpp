// SPDX-License-Identifier: Apache-2.0
#include "tests/support/kithd_process.h"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <random>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace kith::tests {

namespace fs = std::filesystem;

namespace {

fs::path make_folder()
{
    std::string name = (fs::temp_directory_path() / "kith-serve-XXXXXX").string();
    if (!::mkdtemp(name.data()))
        throw std::runtime_error("Cannot make a temporary directory for kithd.");
    return name;
}

bool is_free(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool bound = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(socket);
    return bound;
}

std::string joined(const std::vector<std::string>& items)
{
    std::string out;
    for (const auto& item : items)
        out += (out.empty() ? "" : ",") + item;
    return out;
}

std::string read_file(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// Between this look and the server's start another test program must not choose the same: an abstract Unix socket of the
/// port's name is held until this program ends.
bool reserve(std::uint16_t port)
{
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    const auto text = "kith-test-port-" + std::to_string(port);
    std::copy(text.begin(), text.end(), name.sun_path + 1);
    const int held = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
    if (held >= 0 && ::bind(held, reinterpret_cast<const sockaddr*>(&name), size) == 0)
        return true;
    if (held >= 0)
        ::close(held);
    return false;
}

} // namespace

std::uint16_t free_port()
{
    std::random_device random;
    for (int attempt = 0; attempt < 200; ++attempt) {
        const auto port = static_cast<std::uint16_t>(20000 + random() % 10000);
        if (is_free(port) && reserve(port))
            return port;
    }
    throw std::runtime_error("There is no free port.");
}

/// What a child writes, line by line, by a thread of its own: so that the child never waits for us.
struct KithdProcess::Output {
    std::mutex mutex;
    mutable std::condition_variable changed;
    std::string text;
    std::size_t run_began = 0; ///< where in `text`
    bool ended = true;
    std::thread reader;

    void follow(ChildProcess& child)
    {
        ended = false;
        run_began = text.size();
        reader = std::thread([this, &child] {
            while (const auto line = child.read_line()) {
                const std::lock_guard lock{mutex};
                text += *line + '\n';
                changed.notify_all();
            }
            const std::lock_guard lock{mutex};
            ended = true;
            changed.notify_all();
        });
    }
    bool has_ended()
    {
        const std::lock_guard lock{mutex};
        return ended;
    }
    template <class F>
    bool wait(std::chrono::milliseconds within, F condition)
    {
        std::unique_lock lock{mutex};
        return changed.wait_for(lock, within, condition);
    }
};

KithdProcess::KithdProcess(KithdOptions options)
    : m_options(std::move(options)), m_folder(make_folder()), m_data_dir(m_folder / "data"),
      m_output(std::make_unique<Output>())
{
    if (m_options.port == 0)
        m_options.port = free_port();
    if (m_options.cluster)
        m_options.settings.emplace("KITH_SERVER_ROLES", "web,streaming");
    if (!m_options.secret_key.empty()) {
        fs::create_directory(m_data_dir);
        fs::copy_file(m_options.secret_key, m_data_dir / "secret.key"); // keeps the mode
    }
    m_domain = m_options.domain.empty() ? "localhost:" + std::to_string(m_options.port) : m_options.domain;
    m_base_url = (m_options.certificate ? "https://" : "http://") + m_domain;
    try {
        start();
    } catch (...) {
        finish();
        std::error_code ignored;
        fs::remove_all(m_folder, ignored);
        throw;
    }
}

KithdProcess::~KithdProcess()
{
    kill();
    std::error_code ignored;
    fs::remove_all(m_folder, ignored);
}

std::vector<std::string> KithdProcess::environment(const std::map<std::string, std::string>& more) const
{
    // A home of its own: nothing of the person who runs the tests is read.
    std::map<std::string, std::string> all{
        {"HOME", m_folder.string()},
        {"PATH", "/usr/bin:/bin"},
        {"KITH_SERVER_DATA_DIR", m_data_dir.string()},
        {"KITH_SERVER_LISTEN", "127.0.0.1:" + std::to_string(m_options.port)},
        {"KITH_SERVER_THREADS", "2"},
        {"KITH_REGISTRATION_OPEN", "true"},
        {"KITH_FETCH_ALLOW_ADDRESSES", "127.0.0.0/8"},
        {"KITH_RATE_LIMIT_ENABLED", "false"},
        {"KITH_DATABASE_LONGEST_READ_MS", "30000"}, // a machine that stands still for a second fails no test
    };
    for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"})
        if (const char* value = std::getenv(name))
            all[name] = value;
    if (!m_options.domain.empty()) {
        all["KITH_SERVER_DOMAIN"] = m_options.domain;
        all["KITH_SERVER_BASE_URL"] = m_base_url;
    }
    if (!m_options.postgres.empty()) {
        all["KITH_DATABASE_ENGINE"] = "postgres";
        all["KITH_DATABASE_CONNECTION"] = m_options.postgres;
        all["KITH_DATABASE_CONNECTIONS"] = "4";
    }
    if (m_options.certificate) {
        all["KITH_SERVER_TLS_CERTIFICATE"] = m_options.certificate->certificate.string();
        all["KITH_SERVER_TLS_KEY"] = m_options.certificate->private_key.string();
    }
    if (!m_options.ca_file.empty())
        all["KITH_FETCH_CA_FILE"] = m_options.ca_file.string();
    if (!m_options.connect_to.empty())
        all["KITH_FETCH_CONNECT_TO"] = joined(m_options.connect_to);
    for (const auto* settings : {&m_options.settings, &more})
        for (const auto& [name, value] : *settings)
            all[name] = value;
    std::vector<std::string> out;
    for (const auto& [name, value] : all)
        out.push_back(name + "=" + value);
    return out;
}

void KithdProcess::start()
{
    if (running())
        throw std::runtime_error("kithd runs already.");
    ChildProcess::Options options;
    options.pipes = true;
    options.merge_errors = true;
    options.dies_with_us = true;
    options.environment = environment({});
    m_child = ChildProcess({KITH_TEST_KITHD, "serve"}, options);
    m_output->follow(m_child);
    auto& output = *m_output;
    const auto ready = [&] {
        return output.ended || output.text.find("Kith is ready.", output.run_began) != std::string::npos;
    };
    if (!output.wait(k_patience, ready) || output.has_ended())
        throw std::runtime_error("kithd did not start:\n" + log_text());
    if (const auto answer = client().get("/health/ready"); answer.status != 200)
        throw std::runtime_error("kithd is not ready (" + std::to_string(answer.status) + "):\n" + log_text());
    if (m_options.cluster)
        start_others();
}

void KithdProcess::start_others()
{
    if (!m_others.empty()) {
        for (auto& other : m_others)
            other->start();
        return;
    }
    for (const auto* roles : {"web,streaming", "worker"}) {
        auto options = m_options;
        options.cluster = false;
        options.port = 0;
        options.secret_key = m_data_dir / "secret.key"; // all sign with the same keys
        options.settings["KITH_SERVER_ROLES"] = roles;
        m_others.push_back(std::make_unique<KithdProcess>(options));
    }
}

/// Waits for the end of its output, which is its own end.
void KithdProcess::finish()
{
    m_child.signal(SIGKILL);
    if (m_output->reader.joinable())
        m_output->reader.join();
    m_child.wait();
    m_child = ChildProcess{};
}

void KithdProcess::stop()
{
    for (auto& other : m_others)
        other->stop();
    m_child.signal(SIGTERM);
    auto& output = *m_output;
    const bool ended = output.wait(k_patience, [&] { return output.ended; });
    if (!ended) {
        finish();
        throw std::runtime_error("kithd did not stop:\n" + log_text());
    }
    output.reader.join();
    const int status = m_child.wait();
    m_child = ChildProcess{};
    if (status != 0)
        throw std::runtime_error("kithd ended with status " + std::to_string(status) + ":\n" + log_text());
}

void KithdProcess::kill()
{
    for (auto& other : m_others)
        other->kill();
    if (running())
        finish();
}

std::vector<pid_t> KithdProcess::living() const
{
    std::vector<pid_t> ids;
    if (running() && !m_output->has_ended())
        ids.push_back(id());
    for (const auto& other : m_others)
        for (const auto one : other->living())
            ids.push_back(one);
    return ids;
}

KithdProcess::Finished KithdProcess::run(const std::vector<std::string>& arguments,
                                         const std::map<std::string, std::string>& settings,
                                         const std::string& input) const
{
    const auto errors = m_folder / "errors";
    ChildProcess::Options options;
    options.pipes = true;
    options.dies_with_us = true;
    options.errors_to = errors.string();
    options.environment = environment(settings);
    std::vector<std::string> command{KITH_TEST_KITHD};
    command.insert(command.end(), arguments.begin(), arguments.end());
    ChildProcess child(command, options);
    if (!input.empty())
        child.write(input);
    child.close_input();
    Output output;
    output.follow(child);
    const bool ended = output.wait(k_patience, [&] { return output.ended; });
    if (!ended)
        child.signal(SIGKILL);
    output.reader.join();
    Finished finished;
    finished.status = child.wait();
    finished.output = output.text;
    finished.errors = read_file(errors);
    if (!ended)
        throw std::runtime_error("kithd " + arguments.front() + " did not end:\n" +
                                 finished.output + finished.errors);
    return finished;
}

HttpClient KithdProcess::client() const
{
    HttpTarget target;
    const auto colon = m_domain.find(':');
    target.host = m_domain.substr(0, colon);
    target.port = m_options.port;
    if (m_options.certificate)
        target.ca_file = m_options.ca_file;
    if (colon != std::string::npos)
        target.host_header = m_domain;
    if (!m_others.empty() && m_others.front()->running()) // not yet, while the cluster starts again
        target.other_ports = {m_others.front()->port()};
    return HttpClient{target};
}

HttpClient KithdProcess::sign_up(const std::string& name) const
{
    json::object form;
    form["username"] = name;
    form["password"] = k_password;
    form["agreement"] = true;
    const auto answer = client().post("/api/kith/v1/accounts", form);
    if (answer.status != 200)
        throw std::runtime_error("Sign-up of " + name + " was answered " +
                                 std::to_string(answer.status) + ": " + answer.body);
    return client().with_token(find_string(answer.json(), "access_token").value());
}

std::string KithdProcess::log_text() const
{
    std::string text;
    {
        const std::lock_guard lock{m_output->mutex};
        text = m_output->text;
    }
    for (const auto& other : m_others)
        text += other->log_text();
    return text;
}

bool KithdProcess::wait_for_log(const std::string& text, std::chrono::milliseconds within) const
{
    if (!m_others.empty())
        return eventually([&] { return log_text().find(text) != std::string::npos; }, within);
    auto& output = *m_output;
    return output.wait(within, [&] { return output.text.find(text) != std::string::npos; });
}

} // namespace kith::tests
