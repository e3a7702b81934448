// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/store/outbox_table.h"
#include "app/store/store.h"

#include <QObject>
#include <QTimer>

#include <map>
#include <optional>

namespace kith::services {

/// Keeps what is being written at every pause in typing, so that nothing is lost when the program or the machine dies.
/// What the store does not take is held here and tried again. GUI thread only.
class DraftKeeper : public QObject {
    Q_OBJECT
public:
    explicit DraftKeeper(store::Store& store, QObject* parent = nullptr);
    ~DraftKeeper() override;

    /// After 400 ms without another call the draft is in the store. An empty one is removed.
    void keep(const QString& key, const store::WrittenPost& draft);
    /// Writes at once what waits for a pause.
    void flush();
    /// Writes nothing by itself any more, until the next keep() or flush().
    void stop();
    /// Forgets what is not in the store yet: everything is forgotten.
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

signals:
    /// The store does not take it: a sentence, once until it works again.
    void failed(const QString& sentence);

private:
    struct Unsaved {
        store::WrittenPost draft;
        int version = 0;
    };
    void save(const QString& key, const Unsaved& unsaved);
    void settle(const Result<void>& outcome);

    store::Store& m_store;
    QTimer m_pause;
    std::map<QString, Unsaved> m_unsaved;
    int m_version = 0;
    bool m_in_trouble = false;
};

} // namespace kith::services
