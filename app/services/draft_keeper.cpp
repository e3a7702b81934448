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
    m_pause.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, &DraftKeeper::flush);
}

DraftKeeper::~DraftKeeper()
{
    flush();
}

void DraftKeeper::keep(const QString& key, const WrittenPost& draft)
{
    constexpr int k_pause_ms = 400;
    m_unsaved[key] = {.draft = draft, .version = ++m_version};
    m_pause.start(k_pause_ms);
}

void DraftKeeper::flush()
{
    m_pause.stop();
    for (const auto& [key, unsaved] : m_unsaved)
        save(key, unsaved);
}

void DraftKeeper::save(const QString& key, const Unsaved& unsaved)
{
    const auto work = [key = to_std(key), draft = unsaved.draft,
                       now = QDateTime::currentMSecsSinceEpoch()](Connection& connection) {
        if (draft.text.empty() && draft.spoiler_text.empty())
            store::remove_draft(connection, key);
        else
            store::save_draft(connection, key, draft, now);
    };
    m_store.write(this, work, [this, key, version = unsaved.version](const Result<void>& outcome) {
        // Perhaps there is a newer one by now, which says itself how it goes; or none is wanted any more.
        const auto known = m_unsaved.find(key);
        if (known == m_unsaved.end() || known->second.version != version)
            return;
        if (outcome)
            m_unsaved.erase(known);
        settle(outcome);
    });
}

void DraftKeeper::settle(const Result<void>& outcome)
{
    constexpr int k_again_ms = 2'000;
    if (!outcome && !m_pause.isActive())
        m_pause.start(k_again_ms);
    // Said once: it is tried until it works.
    const bool known = std::exchange(m_in_trouble, !outcome);
    if (!outcome && !known)
        emit failed(tr("What you are writing cannot be kept right now. %1").arg(to_q(outcome.error().message)));
}

void DraftKeeper::stop()
{
    m_pause.stop();
}

void DraftKeeper::drop()
{
    m_pause.stop();
    m_unsaved.clear();
}

void DraftKeeper::forget(const QString& key)
{
    m_unsaved.erase(key);
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
