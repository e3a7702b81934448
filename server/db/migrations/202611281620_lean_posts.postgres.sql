-- SPDX-License-Identifier: Apache-2.0
-- Each index that a new post enters is a page that its commit writes. A post of ours has no stored URI, most posts are
-- their own root, and each is either local or not: they stay out of the indexes that look for the others.
ALTER TABLE statuses DROP CONSTRAINT statuses_uri_key;
DROP INDEX statuses_by_root;
DROP INDEX statuses_public;
CREATE UNIQUE INDEX statuses_by_uri ON statuses (uri) WHERE uri IS NOT NULL;
CREATE INDEX statuses_by_root ON statuses (root_id, id) WHERE root_id <> id;
-- What public timelines read, a side each: audience 0 is public, state 3 is published.
CREATE INDEX statuses_public_remote ON statuses (id) WHERE audience = 0 AND state = 3 AND boost_of IS NULL AND NOT local;
