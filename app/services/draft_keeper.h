// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/store/outbox_table.h"
#include "app/store/store.h"

#include <QObject>
#include <QTimer>

#include <optional>

namespace kith::services {

/// Keeps what is being written at every pause in typing, so that nothing is lost when the program or the machine dies.
/// GUI thread only.
class DraftKeeper : public QObject {
    Q_OBJECT
public:
    explicit DraftKeeper(store::Store& store, QObject* parent = nullptr);
    ~DraftKeeper() override;

    /// After 400 ms without another call the draft is in the store. An empty one is removed.
    void keep(const QString& key, const store::WrittenPost& draft);
    /// Writes at once what waits for a pause.
    void flush();
    /// Forgets what waits for a pause: everything is forgotten.
    void drop();
    /// It was sent or thrown away.
    void forget(const QString& key);
    void read(const QString& key, QObject* context,
              std::function<void(Result<std::optional<store::WrittenPost>>)> done);
    /// The draft that was changed last, so that a crash in the middle of an answer opens the answer again.
    struct Newest {
        QString key;
        store::WrittenPost draft;
    };
    void read_newest(QObject* context, std::function<void(Result<std::optional<Newest>>)> done);

private:
    store::Store& m_store;
    QTimer m_pause;
    QString m_key;
    std::optional<store::WrittenPost> m_draft;
};

} // namespace kith::services
