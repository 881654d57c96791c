-- One row a sign-in. Secrets are stored as SHA-256 only.
CREATE TABLE refresh_families (
    id              TEXT   NOT NULL PRIMARY KEY,
    account_id      TEXT   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    -- Milliseconds that an unused token lives.
    idle_ms         BIGINT NOT NULL,
    idle_expires_at BIGINT NOT NULL,
    current_hash    BLOB   NOT NULL,
    previous_hash   BLOB,
    rotated_at      BIGINT,
    ended_at        BIGINT,
    end_reason      TEXT,
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);

-- Ending all families of an account.
CREATE INDEX refresh_families_by_account ON refresh_families (account_id);
-- Sweeping: ended, or run out.
CREATE INDEX refresh_families_by_end ON refresh_families (ended_at);
CREATE INDEX refresh_families_by_idle ON refresh_families (idle_expires_at);
