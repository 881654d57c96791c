-- What is used of hours and days, so that a restart gives nobody a second one. Minutes are not kept.
CREATE TABLE rate_limits (
    -- 16 bytes: who is counted, and for what.
    key     BLOB   NOT NULL PRIMARY KEY,
    -- When the bucket is full again.
    hour_at BIGINT NOT NULL,
    day_at  BIGINT NOT NULL,
    -- The later of the two: nothing is left to remember after it.
    full_at BIGINT NOT NULL
);

-- Sweeping, and evicting what is full soonest.
CREATE INDEX rate_limits_by_end ON rate_limits (full_at);

-- Counting a large table takes time that each save would pay.
CREATE TABLE rate_limits_size (
    id   BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    keys BIGINT NOT NULL
);
INSERT INTO rate_limits_size (id, keys) VALUES (1, 0);
