-- SPDX-License-Identifier: Apache-2.0
-- Deliveries that a restore holds (server/backup): while there is one, what it sends is kept.
CREATE INDEX jobs_held ON jobs (lane, run_at, id) WHERE state = 4;
