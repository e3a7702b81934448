// SPDX-License-Identifier: Apache-2.0
// What the crash tests run and kill. It writes to a store as the app does, and says on its standard output what is safe.
//
//   write FILE FIRST      writes FIRST, FIRST + 1, … until it is killed; each number is printed once it is in the store
//   limited FILE          the same with room for 1.5 MiB per file, until that is refused; then without the limit
//   small-disk FOLDER     the same on a disk of 2 MiB
//   read-only FOLDER      opens a profile on a disk that may only be read
#include "app/store/profile_folder.h"
#include "app/store/store.h"
#include "common/crypto/random.h"
#include "tests/app/crash/slots.h"

#include <QCoreApplication>
#include <QFile>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace kith;
using kith::tests::crash_key;

namespace {

constexpr int k_not_permitted = 77;

/// At once, and whole: nothing waits in a buffer when we are killed.
void say(const std::string& line)
{
    const auto text = line + "\n";
    if (::write(STDOUT_FILENO, text.data(), text.size()) < 0)
        std::_Exit(1);
}

/// A disk of our own over the folder, which nobody else sees.
void mount_disk(const char* folder, const char* options, unsigned long flags)
{
    if (geteuid() != 0 && unshare(CLONE_NEWUSER) != 0)
        std::_Exit(k_not_permitted);
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("tmpfs", folder, "tmpfs", flags, options) != 0)
        std::_Exit(k_not_permitted);
}

class Writer : public QObject {
public:
    Writer(std::shared_ptr<store::Store> store, std::int64_t first) : m_store(std::move(store)), m_next(first) { }

    /// Called with the first refusal; nothing = the program ends.
    std::function<void()> when_refused;

    void go_on()
    {
        const auto number = m_next++;
        const auto work = [number](sqlite::Connection& connection) { tests::write_slot(connection, number); };
        m_store->write(this, work, [this, number](const Result<void>& outcome) {
            if (outcome) {
                say(std::to_string(number));
                return m_left-- > 1 ? go_on() : QCoreApplication::exit(0);
            }
            say("refused: " + outcome.error().message);
            if (!when_refused)
                return QCoreApplication::exit(1);
            --m_next;
            m_left = 3;
            std::exchange(when_refused, nullptr)();
            go_on();
        });
    }

private:
    std::shared_ptr<store::Store> m_store;
    std::int64_t m_next;
    std::int64_t m_left = 1'000'000'000;
};

int write_to(const std::filesystem::path& file, std::int64_t first, const std::function<void()>& when_refused)
{
    std::unique_ptr<Writer> writer;
    std::shared_ptr<store::Store> store;
    QObject here;
    store = store::Store::open(file, crash_key(), &here, [&](const Result<void>& opened) {
        if (!opened) {
            say("not opened: " + opened.error().message);
            return QCoreApplication::exit(1);
        }
        writer = std::make_unique<Writer>(store, first);
        writer->when_refused = when_refused;
        writer->go_on();
    });
    return QCoreApplication::exec();
}

int write_limited(const std::filesystem::path& file)
{
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limited{.rlim_cur = 1'500'000, .rlim_max = RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &limited);
    return write_to(file, 1, [] {
        const rlimit free{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
        setrlimit(RLIMIT_FSIZE, &free);
    });
}

int write_to_small_disk(const std::filesystem::path& folder)
{
    mount_disk(folder.c_str(), "size=2m,mode=0700", 0);
    // Room that is taken by something else, and given back once the store has met the end of the disk.
    const auto ballast = folder / "ballast";
    const int descriptor = ::open(ballast.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (descriptor < 0 || ::posix_fallocate(descriptor, 0, 700'000) != 0)
        return 1;
    ::close(descriptor);
    const auto status = write_to(folder / "store.db", 1, [ballast] { ::unlink(ballast.c_str()); });
    auto connection = sqlite::Connection::open({.file = folder / "store.db",
                                                .mode = sqlite::Mode::read_write,
                                                .key = crash_key().view()});
    say(connection && (*connection)->integrity_check().empty() ? "sound" : "damaged");
    return status;
}

int open_read_only(const std::filesystem::path& folder)
{
    mount_disk(folder.c_str(), "size=4m,mode=0700", 0);
    const auto profile = folder / "profile";
    ::mkdir(profile.c_str(), 0700);
    {
        const auto made = sqlite::Connection::open({.file = profile / "store.db", .key = crash_key().view()});
        if (!made)
            return 1;
        (*made)->execute("CREATE TABLE t (x)");
    }
    if (::mount("none", folder.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) != 0)
        return k_not_permitted;
    const auto opened = store::ProfileFolder::open(QFile::decodeName(profile.c_str()));
    say(opened ? "opened" : "not opened: " + opened.error().message);
    return write_to(profile / "store.db", 1, {}) == 1 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    if (argc < 3 || !crypto::init())
        return 2;
    const std::string_view command = argv[1];
    const std::filesystem::path place = argv[2];
    if (command == "write" && argc == 4)
        return write_to(place, std::atoll(argv[3]), {});
    if (command == "limited")
        return write_limited(place);
    if (command == "small-disk")
        return write_to_small_disk(place);
    if (command == "read-only")
        return open_read_only(place);
    return 2;
}
