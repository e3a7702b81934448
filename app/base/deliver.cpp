// SPDX-License-Identifier: Apache-2.0
#include "app/base/deliver.h"

#include <QCoreApplication>

namespace kith::app {

void deliver(QPointer<QObject> context, std::function<void()> work)
{
    auto* application = QCoreApplication::instance();
    if (!application)
        return;
    const auto guarded = [context = std::move(context), work = std::move(work)] {
        if (context)
            work();
    };
    QMetaObject::invokeMethod(application, guarded, Qt::QueuedConnection);
}

} // namespace kith::app
