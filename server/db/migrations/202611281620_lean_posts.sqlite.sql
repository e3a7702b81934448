-- SPDX-License-Identifier: Apache-2.0
-- Each index that a new post enters is a page that its commit writes. A post of ours has no stored URI, most posts are
-- their own root, and each is either local or not: they stay out of the indexes that look for the others.
-- SQLite cannot take the UNIQUE from a column: the table is made anew. What refers to it does so by its name.
CREATE TABLE new_statuses (
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
    uri TEXT,
    url TEXT,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    expires_at BIGINT
);
INSERT INTO new_statuses (
    id, account_id, kind, state, audience, local, local_only, sensitive, language, parent_id, parent_account_id, parent_uri,
    root_id, boost_of, quote_of, uri, url, created_at, edited_at, expires_at)
SELECT
    id, account_id, kind, state, audience, local, local_only, sensitive, language, parent_id, parent_account_id, parent_uri,
    root_id, boost_of, quote_of, uri, url, created_at, edited_at, expires_at
FROM statuses ORDER BY id;
DROP TABLE statuses;
ALTER TABLE new_statuses RENAME TO statuses;

CREATE INDEX statuses_by_account ON statuses (account_id, id);
CREATE INDEX statuses_by_parent ON statuses (parent_id, id) WHERE parent_id IS NOT NULL;
CREATE INDEX statuses_by_boost ON statuses (boost_of, account_id) WHERE boost_of IS NOT NULL;
CREATE UNIQUE INDEX statuses_by_uri ON statuses (uri) WHERE uri IS NOT NULL;
CREATE INDEX statuses_by_root ON statuses (root_id, id) WHERE root_id <> id;
-- What public timelines read, a side each: audience 0 is public, state 3 is published.
CREATE INDEX statuses_public_remote ON statuses (id) WHERE audience = 0 AND state = 3 AND boost_of IS NULL AND NOT local;
CREATE INDEX statuses_public_local ON statuses (id) WHERE audience = 0 AND state = 3 AND boost_of IS NULL AND local;
