// SPDX-License-Identifier: Apache-2.0
#include "app/services/threads.h"

#include "app/base/strings.h"
#include "app/store/status_table.h"

#include <iterator>

namespace kith::services {

using app::to_std;
using store::Connection;

Threads::Threads(store::Store& store, net::ApiClient& api, QObject* parent)
    : QObject(parent), m_store(store), m_api(api)
{
}

void Threads::read(const QString& status_id, QObject* context,
                   std::function<void(Result<std::vector<ThreadRow>>)> done)
{
    const auto work = [status_id, viewer = m_viewer](Connection& connection) {
        std::vector<ThreadRow> rows;
        for (const auto& known : store::read_thread(connection, to_std(status_id))) {
            auto post = post_of(known.status, viewer);
            const bool focused = post.entry_id == status_id;
            rows.push_back({.post = std::move(post), .depth = known.depth, .focused = focused});
        }
        return rows;
    };
    m_store.read(context, work, std::move(done));
}

void Threads::refresh(const QString& status_id, QObject* context, std::function<void(Result<void>)> done)
{
    const QPointer<QObject> receiver(context);
    m_api.status(status_id, this, [this, status_id, receiver, done](Result<api::Status> status) {
        if (!receiver)
            return;
        if (!status)
            return done(status.error());
        const auto with_context = [this, status = std::move(*status), receiver,
                                   done](Result<api::Context> context) {
            if (!receiver)
                return;
            if (!context)
                return done(context.error());
            auto all = std::move(context->ancestors);
            std::move(context->descendants.begin(), context->descendants.end(), std::back_inserter(all));
            all.push_back(status);
            const auto work = [all = std::move(all)](Connection& connection) {
                store::save_statuses(connection, all);
            };
            m_store.write(receiver, work, done);
        };
        m_api.context_of(status_id, this, with_context);
    });
}

} // namespace kith::services
