// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/core/config.h"
#include "server/core/site.h"

namespace kith {
class Clock;
namespace core {
class CpuPool;
class EventBus;
}
namespace db {
class Database;
}
namespace fetch {
class Fetcher;
}
namespace http {
class Router;
}
namespace jobs {
class Runner;
}
namespace limits {
class RequestLimits;
class SignInGuard;
}
namespace metrics {
class Registry;
}
namespace accounts {
class AccountCards;
class KeyMaker;
}
namespace federation {
class Inbox;
class Peers;
}
namespace statuses {
class StatusCache;
}
namespace streaming {
class Hub;
}
namespace timelines {
class HomeFeeds;
}
} // namespace kith

namespace kith::features {

/// What main built and features stand on. All of it outlives every request and job.
struct Server {
    const core::Config& config;
    const core::Site& site;
    const Clock& clock;
    core::EventBus& events;
    metrics::Registry& metrics;
    db::Database& database;
    http::Router& router;
    fetch::Fetcher& fetcher;
    jobs::Runner& jobs;
    core::CpuPool& cpu;       ///< signatures and keys
    core::CpuPool& passwords; ///< two at once, 19 MiB each
    accounts::KeyMaker& keys;
    federation::Inbox& inbox;
    federation::Peers& peers;
    streaming::Hub& streams;
    statuses::StatusCache& status_cache;
    timelines::HomeFeeds& home_feeds;
    accounts::AccountCards& own_cards; ///< as each account sees itself
    limits::SignInGuard& sign_ins;
    limits::RequestLimits* limits; ///< null: rates are not limited
};

} // namespace kith::features
