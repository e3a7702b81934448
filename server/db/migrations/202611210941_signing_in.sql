-- SPDX-License-Identifier: Apache-2.0
-- Signing in by browser: what a person allowed a program, which browsers are signed in, when tokens were last used.

-- last_used_at: at most an hour behind; NULL: not yet recorded. code_hash: of the authorization code it came from, so that
-- a code that turns up again ends what it led to.
ALTER TABLE oauth_tokens ADD COLUMN last_used_at BIGINT;
ALTER TABLE oauth_tokens ADD COLUMN code_hash BYTEA;
CREATE INDEX oauth_tokens_by_code ON oauth_tokens (code_hash) WHERE code_hash IS NOT NULL;
CREATE INDEX oauth_tokens_by_application ON oauth_tokens (application_id);
CREATE INDEX oauth_tokens_by_use ON oauth_tokens (COALESCE(last_used_at, created_at)) WHERE revoked_at IS NULL;
CREATE INDEX oauth_tokens_by_end ON oauth_tokens (revoked_at) WHERE revoked_at IS NOT NULL;

-- last_used_at: when a token of it was last issued or used, at most a day behind; NULL: never.
ALTER TABLE oauth_applications ADD COLUMN last_used_at BIGINT;
CREATE INDEX oauth_applications_never_used ON oauth_applications (created_at) WHERE last_used_at IS NULL;
CREATE INDEX oauth_applications_by_use ON oauth_applications (last_used_at) WHERE last_used_at IS NOT NULL;
CREATE INDEX oauth_codes_by_application ON oauth_codes (application_id);

CREATE TABLE oauth_consents (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    application_id BIGINT NOT NULL REFERENCES oauth_applications (id) ON DELETE CASCADE,
    scopes TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, application_id)
);
CREATE INDEX oauth_consents_by_application ON oauth_consents (application_id);

-- key_hash: SHA-256 of the cookie.
CREATE TABLE browser_sessions (
    key_hash BYTEA PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX browser_sessions_by_account ON browser_sessions (account_id);
CREATE INDEX browser_sessions_by_expiry ON browser_sessions (expires_at);
