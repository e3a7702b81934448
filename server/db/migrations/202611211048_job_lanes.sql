-- SPDX-License-Identifier: Apache-2.0
-- Lanes that fail, and what urgency means across lanes (server/jobs/README.md).

-- A lane has a row from its first failure to its next success. revived_at: when its peer was last heard of meanwhile.
-- dropped: jobs that were given up unsent because too many waited or the peer counts as dead.
CREATE TABLE job_lanes (
    lane TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    failing_since BIGINT NOT NULL,
    next_try BIGINT NOT NULL,
    revived_at BIGINT,
    dropped BIGINT NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL
);

-- Of the attempts, those that failed for the lane's sake: they do not count against the job.
ALTER TABLE jobs ADD COLUMN forgiven BIGINT NOT NULL DEFAULT 0;

-- Who is first: a step of priority is worth six minutes of waiting, so nobody waits for ever.
DROP INDEX jobs_waiting;
CREATE INDEX jobs_fresh_by_urgency ON jobs ((run_at + priority * 360000), id) WHERE state = 0 AND attempts = 0;
CREATE INDEX jobs_failed_by_due ON jobs (run_at) WHERE state = 0 AND attempts > 0;
CREATE INDEX jobs_fresh_by_due ON jobs (run_at) WHERE state = 0 AND attempts = 0;
CREATE INDEX jobs_behind_by_priority ON jobs (lane, priority) WHERE state = 3;
