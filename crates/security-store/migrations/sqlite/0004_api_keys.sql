-- Keys for programs. Of a key's text only the SHA-256 and the last four characters are here.
CREATE TABLE api_keys (
    id                TEXT   NOT NULL PRIMARY KEY,
    account_id        TEXT   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name              TEXT   NOT NULL,
    mode              TEXT   NOT NULL,
    hash              BLOB   NOT NULL UNIQUE,
    tail              TEXT   NOT NULL,
    -- Grants and networks with blanks between them.
    scopes            TEXT   NOT NULL,
    networks          TEXT   NOT NULL,
    per_minute        BIGINT,
    per_hour          BIGINT,
    created_at        BIGINT NOT NULL,
    expires_at        BIGINT NOT NULL,
    -- From when it doesn't work: the first of expiry, revocation and the overlap's end.
    ends_at           BIGINT NOT NULL,
    last_used_at      BIGINT,
    last_used_network TEXT,
    revoked_at        BIGINT,
    revoke_reason     TEXT,
    -- The first key of its line of rotations.
    line              TEXT   NOT NULL,
    rotated_from      TEXT,
    succeeded_by      TEXT,
    succeeded_at      BIGINT,
    overlap_ends_at   BIGINT,
    reminded_at       BIGINT,
    CHECK ((revoked_at IS NULL) = (revoke_reason IS NULL)),
    CHECK ((succeeded_by IS NULL) = (succeeded_at IS NULL)),
    CHECK ((succeeded_by IS NULL) = (overlap_ends_at IS NULL))
);

-- Lists of an account; its keys that work or have ended.
CREATE INDEX api_keys_by_account ON api_keys (account_id, created_at, id);
CREATE INDEX api_keys_by_account_end ON api_keys (account_id, ends_at, id);
CREATE INDEX api_keys_by_line ON api_keys (line);
-- Sweeping, and speaking of the end before it.
CREATE INDEX api_keys_by_end ON api_keys (ends_at);
CREATE INDEX api_keys_by_expiry ON api_keys (expires_at, id);
