// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QPointer>
#include <QThreadPool>

#include <functional>
#include <memory>

namespace kith::app {

/// Runs `work` later on the GUI thread, unless `context` is gone by then. Any thread may call; `context` must live on
/// the GUI thread. After the application object is gone nothing runs.
void deliver(QPointer<QObject> context, std::function<void()> work);

/// Runs `work` on `pool` and hands its answer to `done` on the GUI thread, unless `context` is gone by then.
template <class T>
void run_in_background(QThreadPool& pool, QObject* context, std::function<T()> work, std::function<void(T)> done)
{
    pool.start([context = QPointer<QObject>(context), work = std::move(work), done = std::move(done)] {
        auto answer = std::make_shared<T>(work());
        deliver(context, [done, answer] { done(std::move(*answer)); });
    });
}

} // namespace kith::app
