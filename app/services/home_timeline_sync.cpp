// SPDX-License-Identifier: Apache-2.0
#include "app/services/home_timeline_sync.h"

#include "app/base/strings.h"
#include "app/store/status_table.h"

namespace kith::services {

using app::to_q;
using app::to_std;
using store::Connection;
using store::k_home;

namespace {

constexpr int k_page = 40;
constexpr int k_overlap_seconds = 60;
constexpr int k_most_hole_pages = 10;
constexpr int k_most_at_open = 600;
constexpr int k_kept_entries = 5000;

std::string sort_of(const std::string& id)
{
    return to_std(app::sort_key(to_q(id)));
}

/// The id of the page's oldest entry.
std::string oldest_of(const std::vector<api::Status>& page)
{
    std::string oldest;
    for (const auto& status : page)
        if (oldest.empty() || sort_of(status.id) < sort_of(oldest))
            oldest = status.id;
    return oldest;
}

} // namespace

HomeTimelineSync::HomeTimelineSync(store::Store& store, net::ApiClient& api, QObject* parent)
    : QObject(parent), m_store(store), m_api(api), m_cycle([this] { refresh(); })
{
}

void HomeTimelineSync::start(const Viewer& viewer)
{
    stop();
    m_viewer = viewer;
    m_cycle.start();
    m_store.write([](Connection& connection) { store::prune(connection, k_home, k_kept_entries); });
}

void HomeTimelineSync::stop()
{
    m_cycle.stop();
    m_hold_own = false;
    m_own_waiting.take();
    m_raised_to.clear();
}

void HomeTimelineSync::read_newest(const QString& anchor_id, QObject* context, PostsDone done)
{
    const auto work = [anchor = to_std(app::sort_key(anchor_id)), viewer = m_viewer](Connection& connection) {
        return posts_of(store::read_entries_to(connection, k_home, anchor, k_page, k_most_at_open), viewer);
    };
    m_store.read(context, work, std::move(done));
}

void HomeTimelineSync::read_older(const QString& before_id, QObject* context, OlderDone done)
{
    const auto read = [before = to_std(app::sort_key(before_id)), viewer = m_viewer](Connection& connection) {
        return posts_of(store::read_entries(connection, k_home, before, k_page), viewer);
    };
    const QPointer<QObject> receiver(context);
    const auto from_network = [this, before_id, receiver, done] {
        m_api.home({.max_id = before_id, .limit = k_page}, this, [this, receiver, done](Result<Statuses> page) {
            if (!page)
                return receiver ? done(page.error()) : void();
            const auto keep = [statuses = std::move(*page), viewer = m_viewer](Connection& connection) {
                store::add_entries(connection, k_home, statuses);
                return OlderPosts{.posts = posts_of(statuses, viewer), .at_end = statuses.empty()};
            };
            m_store.write(receiver, keep, done);
        });
    };
    m_store.read(this, read, [receiver, done, from_network](Result<std::vector<Post>> known) {
        if (!receiver)
            return;
        if (!known)
            return done(known.error());
        if (known->empty())
            return from_network();
        done(OlderPosts{.posts = std::move(*known), .at_end = false});
    });
}

void HomeTimelineSync::refresh()
{
    if (!m_cycle.begin())
        return;
    const auto read = [](Connection& connection) { return store::read_mark(connection, k_home); };
    m_store.read(this, read, [this, generation = m_cycle.generation()](Result<std::string> mark) {
        if (generation != m_cycle.generation())
            return;
        if (!mark)
            return finish(mark.error());
        read_page(*mark);
    });
}

void HomeTimelineSync::reread()
{
    if (!m_cycle.started())
        return;
    m_api.home({.limit = k_page}, this, [this, generation = m_cycle.generation()](Result<Statuses> page) {
        if (page && generation == m_cycle.generation())
            store_live(std::move(*page), Raise::No);
    });
}

void HomeTimelineSync::read_page(const std::string& mark)
{
    net::Page page{.limit = k_page};
    if (!mark.empty())
        page.since_id = app::id_before(to_q(mark), k_overlap_seconds);
    m_api.home(page, this, [this, mark, generation = m_cycle.generation()](Result<Statuses> statuses) {
        if (generation != m_cycle.generation())
            return;
        if (!statuses)
            return finish(statuses.error());
        store_page(std::move(*statuses), mark);
    });
}

void HomeTimelineSync::store_page(Statuses page, const std::string& mark)
{
    const auto work = [page = std::move(page), mark, viewer = m_viewer](Connection& connection) {
        store::add_entries(connection, k_home, page);
        // Without a mark, what is here came alone, whatever it is: an own post, say.
        const auto known = mark.empty() ? store::oldest_entry(connection, k_home) : mark;
        // A page that reaches what was known leaves no hole.
        const auto oldest = oldest_of(page);
        if (!page.empty() && sort_of(oldest) > sort_of(known))
            store::open_gap(connection, k_home, {.newer_id = oldest, .older_id = known});
        store::raise_mark(connection, k_home, page);
        return posts_of(page, viewer);
    };
    m_store.write(this, work, [this, generation = m_cycle.generation()](Result<std::vector<Post>> posts) {
        if (generation != m_cycle.generation())
            return;
        if (!posts)
            return finish(posts.error());
        m_raised_to.clear();
        emit posts_stored(*posts);
        fill_holes(k_most_hole_pages);
    });
}

void HomeTimelineSync::fill_holes(int pages_left)
{
    const auto read = [](Connection& connection) { return store::read_gaps(connection, k_home); };
    m_store.read(this, read, [this, pages_left, generation = m_cycle.generation()](Result<std::vector<store::Gap>> gaps) {
        if (generation != m_cycle.generation())
            return;
        if (!gaps)
            return finish(gaps.error());
        // What is left is filled by the next refresh: one session must not read without end.
        if (gaps->empty() || pages_left == 0)
            return finish({});
        fill_hole(gaps->front(), pages_left);
    });
}

void HomeTimelineSync::fill_hole(const store::Gap& gap, int pages_left)
{
    const net::Page page{.max_id = to_q(gap.newer_id), .since_id = to_q(gap.older_id), .limit = k_page};
    m_api.home(page, this, [this, gap, pages_left, generation = m_cycle.generation()](Result<Statuses> statuses) {
        if (generation != m_cycle.generation())
            return;
        if (!statuses)
            return finish(statuses.error());
        store_hole_page(std::move(*statuses), gap, pages_left);
    });
}

void HomeTimelineSync::store_hole_page(Statuses page, const store::Gap& gap, int pages_left)
{
    const auto work = [page = std::move(page), gap, viewer = m_viewer](Connection& connection) {
        store::add_entries(connection, k_home, page);
        store::close_gap(connection, k_home, gap.newer_id);
        const auto oldest = oldest_of(page);
        // A server that answers with what is not older would keep us here for ever.
        if (!page.empty() && sort_of(oldest) < sort_of(gap.newer_id) && sort_of(oldest) > sort_of(gap.older_id))
            store::open_gap(connection, k_home, {.newer_id = oldest, .older_id = gap.older_id});
        return posts_of(page, viewer);
    };
    m_store.write(this, work, [this, pages_left, generation = m_cycle.generation()](Result<std::vector<Post>> posts) {
        if (generation != m_cycle.generation())
            return;
        if (!posts)
            return finish(posts.error());
        emit posts_stored(*posts);
        fill_holes(pages_left - 1);
    });
}

void HomeTimelineSync::finish(const Result<void>& outcome)
{
    for (auto& status : m_cycle.end(outcome, m_api.asked_to_wait()))
        on_status(std::move(status));
    emit refreshed(outcome ? QString{} : to_q(outcome.error().message));
    m_cycle.follow();
}

void HomeTimelineSync::remove(const QString& status_id, QObject* context, std::function<void(Result<bool>)> done)
{
    const QPointer<QObject> receiver(context);
    m_api.delete_status(status_id, this, [this, status_id, receiver, done](Result<bool> outcome) {
        const bool gone = !outcome && outcome.error().code == Errc::not_found;
        if (outcome || gone)
            on_status_deleted(status_id);
        if (receiver)
            done(gone ? Result<bool>(true) : std::move(outcome));
    });
}

void HomeTimelineSync::hold_own(bool hold)
{
    m_hold_own = hold;
    if (!hold)
        for (auto& status : m_own_waiting.take())
            on_status(std::move(status));
}

void HomeTimelineSync::on_status(std::shared_ptr<const api::Status> status)
{
    if (!m_cycle.started() || !m_cycle.takes_now(status))
        return;
    if (m_hold_own && to_q(status->account.id) == m_viewer.account_id) {
        if (!m_own_waiting.keep(std::move(status)))
            refresh();
        return;
    }
    // Nothing may be known up to here while something older is held back.
    store_live({*status}, m_own_waiting.empty() ? Raise::Yes : Raise::No);
}

void HomeTimelineSync::store_live(Statuses statuses, Raise raise)
{
    const auto before = raise == Raise::Yes ? std::exchange(m_raised_to, statuses.back().id) : std::string{};
    const auto work = [statuses = std::move(statuses), raise, before, viewer = m_viewer](Connection& connection) {
        store::add_entries(connection, k_home, statuses);
        // Not past one that the store did not take, though nobody here knew that yet.
        if (raise == Raise::Yes && sort_of(store::read_mark(connection, k_home)) >= sort_of(before))
            store::raise_mark(connection, k_home, statuses);
        return posts_of(statuses, viewer);
    };
    m_store.write(this, work, [this, generation = m_cycle.generation()](Result<std::vector<Post>> posts) {
        if (generation != m_cycle.generation())
            return;
        if (posts)
            return emit posts_stored(*posts);
        // The stream does not say it twice. What else it says waits until the store has what is missing.
        m_cycle.lose_stream();
        refresh();
    });
}

void HomeTimelineSync::on_status_changed(std::shared_ptr<const api::Status> status)
{
    const auto work = [status, viewer = m_viewer](Connection& connection) {
        return posts_of(store::update_status(connection, *status), viewer);
    };
    m_store.write(this, work, [this](Result<std::vector<Post>> posts) {
        if (!posts)
            return;
        for (const auto& post : *posts)
            emit post_changed(post);
    });
}

void HomeTimelineSync::on_status_deleted(const QString& id)
{
    const auto is_gone = [key = to_std(id)](const auto& status) { return status->id == key; };
    m_cycle.drop_if(is_gone);
    m_own_waiting.drop_if(is_gone);
    const auto work = [id = to_std(id)](Connection& connection) {
        store::remove_status(connection, id);
    };
    m_store.write(this, work, [this, id](const Result<void>& outcome) {
        if (outcome)
            emit post_removed(id);
    });
}

} // namespace kith::services
