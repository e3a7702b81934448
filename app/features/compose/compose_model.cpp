// SPDX-License-Identifier: Apache-2.0
#include "app/features/compose/compose_model.h"

#include "app/base/strings.h"
#include "app/services/services.h"
#include "app/services/words.h"
#include "app/store/status_table.h"
#include "common/text/utf8.h"

#include <QVariantMap>

namespace kith::compose {

using app::to_q;
using app::to_std;
using services::DraftKeeper;
using services::Services;
using store::Connection;
using store::WrittenPost;

namespace {

const QString k_new = QStringLiteral("new");

QString draft_key_of(const std::string& answered_id)
{
    return QStringLiteral("reply:") + to_q(answered_id);
}

/// Off the GUI thread: it sanitises.
WrittenPost answer_to(const api::Status& status, const services::Viewer& viewer)
{
    const auto post = services::post_of(status, viewer);
    // Never wider than what it answers.
    const auto& wide = post.audience;
    const auto audience =
        wide == QLatin1String("custom") || wide == QLatin1String("self") ? QStringLiteral("direct") : wide;
    return {.text = post.own ? std::string{} : "@" + status.account.acct + " ",
            .spoiler_text = to_std(post.spoiler_text),
            .spoiler_shown = !post.spoiler_text.isEmpty(),
            .audience = to_std(audience),
            .in_reply_to_id = to_std(post.status_id),
            .in_reply_to_name = to_std(post.author_name),
            .in_reply_to_text = to_std(post.plain_text.left(500)),
            .language = {}};
}

} // namespace

ComposeModel::ComposeModel(QObject* parent) : QObject(parent) { }

void ComposeModel::attach(Services& services)
{
    detach();
    m_services = &services;
    const auto take_limit = [this] {
        if (!m_services || !m_services->session.current())
            return;
        m_limit = static_cast<int>(m_services->session.current()->max_characters);
        emit limitChanged();
        emit audiencesChanged();
        count();
    };
    connect(&services.session, &services::Session::updated, this, take_limit);
    connect(&services.drafts, &DraftKeeper::failed, this, &ComposeModel::failed);
    take_limit();
    const auto open = [this, generation = m_generation](Result<std::optional<DraftKeeper::Newest>> newest) {
        // Somebody who is already typing is not interrupted.
        if (generation == m_generation && newest && *newest && m_text.isEmpty())
            show((*newest)->draft);
    };
    services.drafts.read_newest(this, open);
}

void ComposeModel::detach()
{
    ++m_generation;
    if (m_services) {
        m_services->session.disconnect(this);
        m_services->drafts.disconnect(this);
    }
    m_services = nullptr;
    m_sending = false;
    show({});
}

QString ComposeModel::draft_key() const
{
    return m_reply_to_id.isEmpty() ? k_new : draft_key_of(to_std(m_reply_to_id));
}

WrittenPost ComposeModel::written() const
{
    return {.text = to_std(m_text),
            .spoiler_text = to_std(m_spoiler_text),
            .spoiler_shown = m_spoiler_shown,
            .audience = to_std(m_audience),
            .in_reply_to_id = to_std(m_reply_to_id),
            .in_reply_to_name = to_std(m_reply_to_name),
            .in_reply_to_text = to_std(m_reply_to_text),
            .language = {}};
}

void ComposeModel::show(const WrittenPost& post)
{
    m_text = to_q(post.text);
    m_spoiler_text = to_q(post.spoiler_text);
    m_spoiler_shown = post.spoiler_shown;
    m_audience = to_q(post.audience);
    m_reply_to_id = to_q(post.in_reply_to_id);
    m_reply_to_name = to_q(post.in_reply_to_name);
    m_reply_to_text = to_q(post.in_reply_to_text);
    emit textChanged();
    emit spoilerTextChanged();
    emit spoilerShownChanged();
    emit audienceChanged();
    emit replyChanged();
    count();
}

void ComposeModel::setText(const QString& text)
{
    if (m_text == text)
        return;
    m_text = text;
    emit textChanged();
    changed();
}

void ComposeModel::setSpoilerText(const QString& text)
{
    if (m_spoiler_text == text)
        return;
    m_spoiler_text = text;
    emit spoilerTextChanged();
    changed();
}

void ComposeModel::setSpoilerShown(bool shown)
{
    if (m_spoiler_shown == shown)
        return;
    m_spoiler_shown = shown;
    emit spoilerShownChanged();
    changed();
}

void ComposeModel::setAudience(const QString& audience)
{
    if (m_audience == audience || !chosen_audiences().contains(audience))
        return;
    m_audience = audience;
    emit audienceChanged();
    changed();
}

QString ComposeModel::audienceSentence() const
{
    return services::audience_sentence(m_audience);
}

QStringList ComposeModel::chosen_audiences() const
{
    const bool kith = !m_services || m_services->session.has_kith();
    return kith ? services::chosen_audiences() : services::mastodon_audiences();
}

QVariantList ComposeModel::audiences() const
{
    QVariantList list;
    for (const auto& key : chosen_audiences())
        list.append(QVariantMap{{QStringLiteral("key"), key},
                                {QStringLiteral("name"), services::audience_name(key)},
                                {QStringLiteral("sentence"), services::audience_sentence(key)}});
    return list;
}

void ComposeModel::changed()
{
    count();
    if (m_services)
        m_services->drafts.keep(draft_key(), written());
}

void ComposeModel::count()
{
    auto counted = text::counted_length(to_std(m_text));
    if (m_spoiler_shown)
        counted += text::count_graphemes(to_std(m_spoiler_text));
    const auto remaining = m_limit - static_cast<int>(std::min<std::size_t>(counted, 10'000'000));
    if (std::exchange(m_remaining, remaining) != remaining)
        emit remainingChanged();
    if (std::exchange(m_could_send, canSend()) != canSend())
        emit canSendChanged();
}

bool ComposeModel::canSend() const
{
    return m_services && !m_sending && m_remaining >= 0 && !m_text.trimmed().isEmpty();
}

void ComposeModel::startReply(const QString& statusId)
{
    if (!m_services || statusId.startsWith(QLatin1String("outbox:")))
        return;
    m_services->drafts.flush();
    const auto read = [id = to_std(statusId),
                       viewer = m_services->session.viewer()](Connection& connection) -> std::optional<WrittenPost> {
        const auto status = store::read_status(connection, id);
        if (!status)
            return std::nullopt;
        return answer_to(status->reblog ? *status->reblog : *status, viewer);
    };
    m_services->store.read(this, read, [this, generation = m_generation](Result<std::optional<WrittenPost>> answer) {
        if (generation != m_generation)
            return;
        if (!answer || !*answer) {
            emit failed(tr("That post is not here any more."));
            return;
        }
        open_draft(draft_key_of((*answer)->in_reply_to_id), **answer, Then::Open);
    });
}

void ComposeModel::startNew()
{
    if (!m_services)
        return;
    if (m_reply_to_id.isEmpty())
        return emit opened();
    m_services->drafts.flush();
    open_draft(k_new, {}, Then::Open);
}

void ComposeModel::open_draft(const QString& key, const WrittenPost& otherwise, Then then)
{
    const auto open = [this, otherwise, then, generation = m_generation](Result<std::optional<WrittenPost>> draft) {
        if (generation != m_generation)
            return;
        show(draft && *draft ? **draft : otherwise);
        if (then == Then::Open)
            emit opened();
    };
    m_services->drafts.read(key, this, open);
}

void ComposeModel::send()
{
    if (!canSend())
        return;
    m_sending = true;
    count();
    auto post = written();
    if (!m_spoiler_shown)
        post.spoiler_text.clear();
    m_services->drafts.flush(); // so that none is written behind the post
    m_services->outbox.send(post, draft_key(), this, [this, generation = m_generation](const Result<void>& kept) {
        if (generation != m_generation)
            return;
        m_sending = false;
        if (!kept) {
            count();
            emit failed(to_q(kept.error().message));
            return;
        }
        discard();
        emit sent();
    });
}

void ComposeModel::discard()
{
    if (!m_services)
        return;
    const auto was_reply = !m_reply_to_id.isEmpty();
    m_services->drafts.forget(draft_key());
    // The audience is a habit: the next post starts with it.
    show({.audience = was_reply ? "public" : to_std(m_audience)});
    if (was_reply)
        open_draft(k_new, {}, Then::Stay);
}

} // namespace kith::compose
