// SPDX-License-Identifier: Apache-2.0
// One start of the app as far as its key goes: make | get | put FOLDER. Prints "key" and the key, or "error" and its
// kind and sentence. "put" takes the key from its standard input, as it was printed.
#include "app/store/profile_key.h"
#include "common/crypto/bytes.h"
#include "common/crypto/random.h"

#include <QCoreApplication>

#include <chrono>
#include <iostream>

using namespace kith;
using store::ProfileFolder;
using store::ProfileKey;

namespace {

int say(const Error& error)
{
    std::cout << "error " << to_string(error.code) << ' ' << error.message << ' ' << error.cause << std::endl;
    return 0;
}

int say(const Result<crypto::Secret>& key)
{
    if (!key)
        return say(key.error());
    std::cout << "key " << crypto::to_base64(key->view()) << std::endl;
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    if (argc != 3 || !crypto::init())
        return 2;
    const std::string_view command = argv[1];
    const auto profile = ProfileFolder::open(QString::fromLocal8Bit(argv[2]));
    if (!profile)
        return say(profile.error());
    ProfileKey keys(**profile, std::make_unique<store::SystemKeychain>(std::chrono::seconds{5}));
    const auto done = [](const Result<crypto::Secret>& key) { QCoreApplication::exit(say(key)); };
    const auto begin = [&] {
        if (command == "make")
            return keys.make_in_keychain(done);
        if (command == "get")
            return keys.get_from_keychain(done);
        std::string text;
        std::getline(std::cin, text);
        const auto key = crypto::from_base64(text);
        if (!key)
            return QCoreApplication::exit(2);
        keys.put_in_keychain(crypto::Secret::copy_of(*key), [](const Result<void>& kept) {
            if (kept)
                std::cout << "kept" << std::endl;
            QCoreApplication::exit(kept ? 0 : say(kept.error()));
        });
    };
    QMetaObject::invokeMethod(&application, begin, Qt::QueuedConnection);
    return QCoreApplication::exec();
}
