-- SPDX-License-Identifier: Apache-2.0
-- A deleted post takes its boosts with it: they are found by this, not by reading every post.
CREATE INDEX statuses_by_boost ON statuses (boost_of, account_id) WHERE boost_of IS NOT NULL;
-- Most posts answer nothing: they need no entry.
DROP INDEX statuses_by_parent;
CREATE INDEX statuses_by_parent ON statuses (parent_id, id) WHERE parent_id IS NOT NULL;
