-- SPDX-License-Identifier: Apache-2.0
-- The first schema. {pk} is the key's column type per engine (style.md, 5). Times are UTC milliseconds.
-- Numbers of enumerations are fixed in the header beside each feature's queries.

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- People here and elsewhere are the same rows. A local account has domain '' and no URIs: those are computed.
CREATE TABLE accounts (
    id {pk},
    username TEXT NOT NULL,
    username_folded TEXT NOT NULL,
    domain TEXT NOT NULL DEFAULT '',
    actor_type SMALLINT NOT NULL DEFAULT 0,
    display_name TEXT NOT NULL DEFAULT '',
    note_source TEXT NOT NULL DEFAULT '',
    note_html TEXT NOT NULL DEFAULT '',
    uri TEXT UNIQUE,
    url TEXT,
    inbox TEXT,
    shared_inbox TEXT,
    followers_uri TEXT,
    locked BOOLEAN NOT NULL DEFAULT FALSE,
    bot BOOLEAN NOT NULL DEFAULT FALSE,
    discoverable BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    fetched_at BIGINT,
    suspended_at BIGINT,
    UNIQUE (username_folded, domain)
);

CREATE TABLE account_counts (
    account_id {pk} REFERENCES accounts (id) ON DELETE CASCADE,
    statuses BIGINT NOT NULL DEFAULT 0,
    followers BIGINT NOT NULL DEFAULT 0,
    following BIGINT NOT NULL DEFAULT 0,
    last_status_at BIGINT
);

-- kind: 0 RSA-2048 (HTTP signatures), 1 Ed25519 (Multikey). private_sealed: local accounts only, sealed with secret.key.
CREATE TABLE account_keys (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind SMALLINT NOT NULL,
    key_id TEXT UNIQUE,
    public_key BYTEA NOT NULL,
    private_sealed BYTEA,
    fetched_at BIGINT,
    PRIMARY KEY (account_id, kind)
);

CREATE TABLE users (
    account_id {pk} REFERENCES accounts (id) ON DELETE CASCADE,
    email TEXT,
    email_folded TEXT UNIQUE,
    password_hash TEXT NOT NULL,
    role SMALLINT NOT NULL DEFAULT 0,
    locale TEXT NOT NULL DEFAULT 'en',
    created_at BIGINT NOT NULL,
    last_active_at BIGINT
);

CREATE TABLE statuses (
    id {pk},
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind SMALLINT NOT NULL,
    state SMALLINT NOT NULL,
    audience SMALLINT NOT NULL,
    local BOOLEAN NOT NULL,
    local_only BOOLEAN NOT NULL DEFAULT FALSE,
    sensitive BOOLEAN NOT NULL DEFAULT FALSE,
    language TEXT,
    parent_id BIGINT REFERENCES statuses (id) ON DELETE SET NULL,
    parent_account_id BIGINT,
    parent_uri TEXT,
    root_id BIGINT NOT NULL,
    boost_of BIGINT REFERENCES statuses (id) ON DELETE CASCADE,
    quote_of BIGINT,
    uri TEXT UNIQUE,
    url TEXT,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    expires_at BIGINT
);
CREATE INDEX statuses_by_account ON statuses (account_id, id);
CREATE INDEX statuses_by_parent ON statuses (parent_id, id);
CREATE INDEX statuses_by_root ON statuses (root_id, id);
-- What public timelines read: audience 0 is public, state 3 is published.
CREATE INDEX statuses_public ON statuses (id) WHERE audience = 0 AND state = 3 AND boost_of IS NULL;
CREATE INDEX statuses_public_local ON statuses (id) WHERE audience = 0 AND state = 3 AND boost_of IS NULL AND local;

CREATE TABLE status_texts (
    status_id {pk} REFERENCES statuses (id) ON DELETE CASCADE,
    title TEXT NOT NULL DEFAULT '',
    spoiler_text TEXT NOT NULL DEFAULT '',
    html TEXT NOT NULL,
    source TEXT NOT NULL DEFAULT '',
    source_type TEXT NOT NULL DEFAULT 'text/plain'
);

CREATE TABLE status_counts (
    status_id {pk} REFERENCES statuses (id) ON DELETE CASCADE,
    replies BIGINT NOT NULL DEFAULT 0,
    boosts BIGINT NOT NULL DEFAULT 0,
    favourites BIGINT NOT NULL DEFAULT 0
);

-- silent: admitted without being named in the text; never shown, and no reason for a notification.
CREATE TABLE status_mentions (
    status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    silent BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (status_id, account_id)
);
CREATE INDEX status_mentions_by_account ON status_mentions (account_id, status_id);

-- name is folded, without the #; shown is how the author wrote it.
CREATE TABLE status_tags (
    status_id BIGINT NOT NULL REFERENCES statuses (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    shown TEXT NOT NULL,
    PRIMARY KEY (status_id, name)
);
CREATE INDEX status_tags_by_name ON status_tags (name, status_id);

-- A late copy cannot bring deleted content back. Rows for objects that we never saw expire.
CREATE TABLE tombstones (
    uri TEXT PRIMARY KEY,
    deleted_at BIGINT NOT NULL,
    expires_at BIGINT
);
CREATE INDEX tombstones_expiring ON tombstones (expires_at) WHERE expires_at IS NOT NULL;

-- A client that sends a post twice with one Idempotency-Key gets the same post.
CREATE TABLE idempotency_keys (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    idempotency_key TEXT NOT NULL,
    status_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, idempotency_key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- state: 0 asked, 1 accepted. uri: of the Follow activity, when a remote account is on either end. cursor_id: for paging.
CREATE TABLE follows (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    target_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    state SMALLINT NOT NULL,
    uri TEXT,
    created_at BIGINT NOT NULL,
    cursor_id BIGINT NOT NULL,
    PRIMARY KEY (account_id, target_id)
);
CREATE INDEX follows_followers ON follows (target_id, state, cursor_id);
CREATE INDEX follows_by_uri ON follows (uri) WHERE uri IS NOT NULL;
CREATE INDEX follows_following ON follows (account_id, state, cursor_id);

CREATE TABLE notifications (
    id {pk},
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind SMALLINT NOT NULL,
    from_account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    status_id BIGINT REFERENCES statuses (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);
CREATE INDEX notifications_by_account ON notifications (account_id, id);
CREATE INDEX notifications_by_status ON notifications (status_id);
CREATE UNIQUE INDEX notifications_once_per_status ON notifications (account_id, kind, from_account_id, status_id);

CREATE TABLE oauth_applications (
    id {pk},
    client_id TEXT NOT NULL UNIQUE,
    secret_hash BYTEA NOT NULL,
    name TEXT NOT NULL,
    website TEXT,
    redirect_uris TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE oauth_codes (
    code_hash BYTEA PRIMARY KEY,
    application_id BIGINT NOT NULL REFERENCES oauth_applications (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    redirect_uri TEXT NOT NULL,
    scopes TEXT NOT NULL,
    code_challenge TEXT,
    expires_at BIGINT NOT NULL
);
CREATE INDEX oauth_codes_by_expiry ON oauth_codes (expires_at);

-- token_hash: SHA-256 of the token. account_id NULL: a client-credentials token.
CREATE TABLE oauth_tokens (
    id {pk},
    token_hash BYTEA NOT NULL UNIQUE,
    application_id BIGINT REFERENCES oauth_applications (id) ON DELETE CASCADE,
    account_id BIGINT REFERENCES accounts (id) ON DELETE CASCADE,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX oauth_tokens_by_account ON oauth_tokens (account_id);

-- state: 0 waiting, 1 running (until leased_until), 2 dead, 3 behind another job of its lane.
CREATE TABLE jobs (
    id {pk},
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    lane TEXT NOT NULL DEFAULT '',
    priority BIGINT NOT NULL DEFAULT 0,
    state SMALLINT NOT NULL DEFAULT 0,
    attempts BIGINT NOT NULL DEFAULT 0,
    run_at BIGINT NOT NULL,
    leased_until BIGINT,
    last_error TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX jobs_waiting ON jobs (priority, run_at, id) WHERE state = 0;
-- One job of a lane waits or runs, the others stand behind it: a host that is down costs a claim one row, however much
-- is queued for it.
CREATE UNIQUE INDEX jobs_lane_heads ON jobs (lane) WHERE state < 2 AND lane <> '';
CREATE INDEX jobs_behind ON jobs (lane, run_at, id) WHERE state = 3;
CREATE INDEX jobs_dead ON jobs (created_at) WHERE state = 2;
CREATE INDEX jobs_leased ON jobs (leased_until) WHERE state = 1;

-- What we send, once per activity; the deliveries are jobs that name it.
CREATE TABLE outgoing_activities (
    id {pk},
    account_id BIGINT,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX outgoing_activities_by_age ON outgoing_activities (created_at);

-- Ids of activities that were handled, so that a second delivery does nothing. Kept for a week.
CREATE TABLE seen_activities (
    uri TEXT PRIMARY KEY,
    received_at BIGINT NOT NULL
);
CREATE INDEX seen_activities_by_age ON seen_activities (received_at);
