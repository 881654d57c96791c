-- One row a link that was sent and not used. The token is stored as SHA-256 only.
CREATE TABLE one_time_tokens (
    hash       BLOB   NOT NULL PRIMARY KEY,
    purpose    TEXT   NOT NULL,
    -- NULL for an invitation that nobody's account sends.
    account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    address    TEXT,
    issued_at  BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Voiding and counting those of an account.
CREATE INDEX one_time_tokens_by_account ON one_time_tokens (account_id, purpose);
-- Voiding invitations to an address.
CREATE INDEX one_time_tokens_by_address ON one_time_tokens (address, purpose);
-- Sweeping.
CREATE INDEX one_time_tokens_by_end ON one_time_tokens (expires_at);
