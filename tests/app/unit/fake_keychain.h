// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/base/deliver.h"
#include "app/store/keychain.h"

#include <map>
#include <memory>

namespace kith::test {

/// A keychain as the test wants it. What it holds outlives the object, as a real one's does.
class FakeKeychain final : public store::Keychain {
public:
    struct Content {
        std::map<QString, crypto::Secret> keys;
        /// What every call answers instead; nothing = it works.
        std::optional<Error> refusal;
        int writes = 0;
    };

    explicit FakeKeychain(std::shared_ptr<Content> content) : m_content(std::move(content)) { }

    void read(const QString& id, std::function<void(Result<crypto::Secret>)> done) override
    {
        app::deliver(this, [this, id, done = std::move(done)] {
            if (m_content->refusal)
                return done(*m_content->refusal);
            const auto found = m_content->keys.find(id);
            if (found == m_content->keys.end())
                return done(fail(Errc::not_found, "The key of this profile is not in the system's keychain."));
            done(found->second.clone());
        });
    }
    void write(const QString& id, const crypto::Secret& key, std::function<void(Result<void>)> done) override
    {
        app::deliver(this, [this, id, key = std::make_shared<crypto::Secret>(key.clone()), done = std::move(done)] {
            if (m_content->refusal)
                return done(*m_content->refusal);
            ++m_content->writes;
            m_content->keys.insert_or_assign(id, key->clone());
            done({});
        });
    }

private:
    std::shared_ptr<Content> m_content;
};

} // namespace kith::test
