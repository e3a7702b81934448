// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/store/outbox_table.h"

#include <QObject>
#include <QPointer>
#include <QVariantList>

namespace kith::services {
class Services;
}

namespace kith::compose {

/// What somebody is writing. Kept in the store at every pause; sent through the outbox.
class ComposeModel : public QObject {
    Q_OBJECT
    Q_PROPERTY(QString text READ text WRITE setText NOTIFY textChanged)
    Q_PROPERTY(QString spoilerText READ spoilerText WRITE setSpoilerText NOTIFY spoilerTextChanged)
    Q_PROPERTY(bool spoilerShown READ spoilerShown WRITE setSpoilerShown NOTIFY spoilerShownChanged)
    Q_PROPERTY(QString audience READ audience WRITE setAudience NOTIFY audienceChanged)
    Q_PROPERTY(QString audienceSentence READ audienceSentence NOTIFY audienceChanged)
    Q_PROPERTY(QVariantList audiences READ audiences NOTIFY audiencesChanged)
    Q_PROPERTY(int limit READ limit NOTIFY limitChanged)
    Q_PROPERTY(int remaining READ remaining NOTIFY remainingChanged)
    Q_PROPERTY(bool canSend READ canSend NOTIFY canSendChanged)
    Q_PROPERTY(QString replyToId READ replyToId NOTIFY replyChanged)
    Q_PROPERTY(QString replyToName READ replyToName NOTIFY replyChanged)
    Q_PROPERTY(QString replyToText READ replyToText NOTIFY replyChanged)

public:
    explicit ComposeModel(QObject* parent = nullptr);

    /// Opens the draft that was there last.
    void attach(services::Services& services);
    void detach();

    QString text() const { return m_text; }
    void setText(const QString& text);
    QString spoilerText() const { return m_spoiler_text; }
    void setSpoilerText(const QString& text);
    bool spoilerShown() const { return m_spoiler_shown; }
    void setSpoilerShown(bool shown);
    QString audience() const { return m_audience; }
    void setAudience(const QString& audience);
    QString audienceSentence() const;
    /// Those that the server knows.
    QVariantList audiences() const;
    int limit() const { return m_limit; }
    int remaining() const { return m_remaining; }
    bool canSend() const;
    QString replyToId() const { return m_reply_to_id; }
    QString replyToName() const { return m_reply_to_name; }
    QString replyToText() const { return m_reply_to_text; }

    /// Keeps what is being written, and opens the answer to a post: its own draft, or the author's name to begin with.
    /// Ends in opened() or failed().
    Q_INVOKABLE void startReply(const QString& statusId);
    /// Back from an answer to the new post. Ends in opened().
    Q_INVOKABLE void startNew();
    Q_INVOKABLE void send();
    /// Throws away what is written here.
    Q_INVOKABLE void discard();

signals:
    void textChanged();
    void spoilerTextChanged();
    void spoilerShownChanged();
    void audienceChanged();
    void audiencesChanged();
    void limitChanged();
    void remainingChanged();
    void canSendChanged();
    void replyChanged();
    /// What startReply() or startNew() asked for stands here.
    void opened();
    /// It is safe in the outbox; the composer can close.
    void sent();
    void failed(const QString& sentence);

private:
    QStringList chosen_audiences() const;
    QString draft_key() const;
    store::WrittenPost written() const;
    void show(const store::WrittenPost& post);
    /// Whether somebody waits to write in it.
    enum class Then { Stay, Open };
    void open_draft(const QString& key, const store::WrittenPost& otherwise, Then then);
    void changed();
    void count();

    QPointer<services::Services> m_services;
    QString m_text;
    QString m_spoiler_text;
    bool m_spoiler_shown = false;
    QString m_audience = QStringLiteral("public");
    QString m_reply_to_id;
    QString m_reply_to_name;
    QString m_reply_to_text;
    int m_limit = 5000;
    int m_remaining = 5000;
    bool m_could_send = false;
    bool m_sending = false;
    int m_generation = 0;
};

} // namespace kith::compose
