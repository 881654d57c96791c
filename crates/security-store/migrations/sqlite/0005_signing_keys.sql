-- One row a key that signs access tokens or did; its id, never the key. Rows stay: a key that is
-- left out and comes back must not have a new life.
CREATE TABLE signing_keys (
    id            TEXT   NOT NULL PRIMARY KEY,
    -- NULL: it never signed here.
    first_used_at BIGINT,
    -- NULL: it signs.
    retired_at    BIGINT,
    CHECK (first_used_at IS NOT NULL OR retired_at IS NOT NULL)
);
