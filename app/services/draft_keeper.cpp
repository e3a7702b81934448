// SPDX-License-Identifier: Apache-2.0
#include "app/services/draft_keeper.h"

#include "app/base/strings.h"

#include <QDateTime>

namespace kith::services {

using app::to_q;
using app::to_std;
using store::Connection;
using store::WrittenPost;

DraftKeeper::DraftKeeper(store::Store& store, QObject* parent) : QObject(parent), m_store(store)
{
    constexpr int k_pause_ms = 400;
    m_pause.setSingleShot(true);
    m_pause.setInterval(k_pause_ms);
    connect(&m_pause, &QTimer::timeout, this, &DraftKeeper::flush);
}

DraftKeeper::~DraftKeeper()
{
    flush();
}

void DraftKeeper::keep(const QString& key, const WrittenPost& draft)
{
    if (m_draft && m_key != key)
        flush();
    m_key = key;
    m_draft = draft;
    m_pause.start();
}

void DraftKeeper::flush()
{
    m_pause.stop();
    if (!m_draft)
        return;
    const auto work = [key = to_std(m_key), draft = *m_draft,
                       now = QDateTime::currentMSecsSinceEpoch()](Connection& connection) {
        if (draft.text.empty() && draft.spoiler_text.empty())
            store::remove_draft(connection, key);
        else
            store::save_draft(connection, key, draft, now);
    };
    m_draft.reset();
    m_store.write(work);
}

void DraftKeeper::drop()
{
    m_pause.stop();
    m_draft.reset();
}

void DraftKeeper::forget(const QString& key)
{
    if (m_key == key) {
        m_draft.reset();
        m_pause.stop();
    }
    m_store.write(
        [key = to_std(key)](Connection& connection) { store::remove_draft(connection, key); });
}

void DraftKeeper::read(const QString& key, QObject* context,
                       std::function<void(Result<std::optional<WrittenPost>>)> done)
{
    flush();
    const auto work = [key = to_std(key)](Connection& connection) {
        return store::read_draft(connection, key);
    };
    m_store.read(context, work, std::move(done));
}

void DraftKeeper::read_newest(QObject* context, std::function<void(Result<std::optional<Newest>>)> done)
{
    const auto work = [](Connection& connection) -> std::optional<Newest> {
        const auto key = store::newest_draft(connection);
        auto draft = store::read_draft(connection, key);
        if (!draft)
            return std::nullopt;
        return Newest{.key = to_q(key), .draft = std::move(*draft)};
    };
    m_store.read(context, work, std::move(done));
}

} // namespace kith::services
