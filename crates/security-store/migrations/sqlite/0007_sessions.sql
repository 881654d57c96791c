-- Sessions take the place of refresh families. What is signed in under the old form signs in again:
-- its refresh tokens carried no tag, and its access tokens no rights.
DROP TABLE refresh_families;

ALTER TABLE accounts ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0;
-- Sessions and tokens of an older epoch are over, but for the kept session.
ALTER TABLE accounts ADD COLUMN min_epoch BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN kept_session TEXT;
ALTER TABLE accounts ADD COLUMN email_verified_at BIGINT;

-- One row a sign-in. Secrets are stored as SHA-256 only.
CREATE TABLE sessions (
    id               TEXT   NOT NULL PRIMARY KEY,
    account_id       TEXT   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    epoch            BIGINT NOT NULL,
    created_at       BIGINT NOT NULL,
    authenticated_at BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL,
    -- Milliseconds that it lives without use; NULL until its end.
    idle_ms          BIGINT,
    idle_expires_at  BIGINT NOT NULL,
    delivery         TEXT   NOT NULL,
    -- When its owner asked to be remembered; NULL where they didn't.
    remembered_at    BIGINT,
    seen_at          BIGINT NOT NULL,
    seen_address     TEXT,
    seen_agent       TEXT,
    current_hash     BLOB   NOT NULL,
    previous_hash    BLOB,
    rotated_at       BIGINT,
    ended_at         BIGINT,
    end_reason       TEXT,
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);

-- Lists, limits and ends by account; most rows of an account have ended.
CREATE INDEX sessions_by_account ON sessions (account_id, ended_at, seen_at);
-- Sweeping: ended, or run out.
CREATE INDEX sessions_by_end ON sessions (ended_at);
CREATE INDEX sessions_by_idle ON sessions (idle_expires_at);

-- What every node must know of what is over: the feed of changes. Positions are never used again.
CREATE TABLE changes (
    position   INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    -- token, session, account
    kind       TEXT    NOT NULL,
    -- Of a session or an account.
    subject    TEXT,
    -- Of a token.
    token_hash BLOB UNIQUE,
    written_at BIGINT  NOT NULL,
    -- When a token would have run out.
    until_at   BIGINT,
    CHECK ((kind = 'token') = (token_hash IS NOT NULL)),
    CHECK ((kind = 'token') = (until_at IS NOT NULL)),
    CHECK ((kind = 'token') = (subject IS NULL))
);

CREATE INDEX changes_by_age ON changes (written_at);
