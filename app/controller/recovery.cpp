// SPDX-License-Identifier: Apache-2.0
#include "app/controller/recovery.h"

#include "app/base/strings.h"
#include "app/controller/profile_opener.h"

namespace kith::app {

Recovery::Recovery(ProfileOpener& opener, QObject* parent) : QObject(parent), m_opener(opener)
{
    connect(&m_opener, &ProfileOpener::opened, this, &Recovery::changed);
    connect(&m_opener, &ProfileOpener::key_lost, this, &Recovery::changed);
}

bool Recovery::possible() const
{
    return m_opener.uses_keychain();
}

bool Recovery::kept() const
{
    return m_opener.has_recovery();
}

void Recovery::make(const QString& passphrase)
{
    if (m_busy)
        return;
    m_busy = true;
    m_error.clear();
    emit changed();
    m_opener.make_recovery(passphrase, [this](const Result<void>& outcome) {
        m_busy = false;
        m_error = outcome ? QString{} : to_q(outcome.error().message);
        emit changed();
        if (outcome)
            emit made();
    });
}

} // namespace kith::app
