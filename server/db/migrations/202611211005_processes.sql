-- SPDX-License-Identifier: Apache-2.0
-- Which of the 64 numbers in ids belongs to which process, and until when (server/db/process_number.h).
CREATE TABLE processes (
    number {pk},
    mark TEXT NOT NULL,
    leased_until BIGINT NOT NULL
);

-- When a task that one of several processes does is next due (server/jobs/chores.h).
CREATE TABLE chores (
    name TEXT PRIMARY KEY,
    next_at BIGINT NOT NULL
);
