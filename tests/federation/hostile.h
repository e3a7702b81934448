// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/federation/peer.h"
#include "tests/federation/person.h"
#include "tests/support/test_database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>

namespace kith::tests {

/// A real kithd, alpha.test on SQLite, where Alice follows Mallory and Grace: so that what they post would be shown to her.
/// Mallory and Eve live on evil.test, Grace on good.test. 127.0.0.1 is the only address that alpha may connect to.
class HostilePeer : public ::testing::Test {
protected:
    HostilePeer();

    /// Sent as it is; the answer's status.
    int deliver(const Delivery& delivery)
    {
        return (m_last = delivery.send(m_alpha->client())).status;
    }
    /// Signed rightly by the actor.
    int deliver(const PeerActor& by, const json::value& activity)
    {
        return deliver(sign(by, activity));
    }
    static Delivery sign(const PeerActor& by, const json::value& activity)
    {
        return Peer::signed_delivery(by, activity, "alpha.test");
    }
    Delivery good_delivery(const std::string& text)
    {
        return sign(mallory, evil.activity("Create", mallory, evil.note(mallory, text)));
    }
    std::string post_of(Peer& peer, const PeerActor& by, const std::string& text);

    /// Delivers, and expects this status with a sentence that has the text, the same in the log, and the data as they were.
    void expect_refused(const Delivery& delivery, int status, const std::string& sentence);
    void expect_refused(const PeerActor& by, const json::value& activity, int status, const std::string& sentence)
    {
        expect_refused(sign(by, activity), status, sentence);
    }
    /// How many rows each table has of what peers can cause, and who follows whom, as text.
    std::string data() const;

    KithdProcess& alpha() { return *m_alpha; }
    const HttpAnswer& last() const { return m_last; }

private:
    TempDir m_certificates;

protected:
    TestCa authority{m_certificates.path()};
    Peer evil{authority, "evil.test"};
    Peer good{authority, "good.test"};
    Peer inner{authority, "inner.test", "127.0.0.2"}; ///< where nobody may connect to
    const PeerActor& mallory = evil.add_actor("mallory");
    const PeerActor& eve = evil.add_actor("eve");
    const PeerActor& grace = good.add_actor("grace");

private:
    std::unique_ptr<KithdProcess> m_alpha;
    HttpAnswer m_last;

protected:
    std::optional<Person> alice;
};

} // namespace kith::tests
