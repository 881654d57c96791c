-- Failed sign-ins, counted. Keys are HMAC-SHA-256: no names, addresses or devices in the clear.
CREATE TABLE throttle_counters (
    key           BLOB   NOT NULL PRIMARY KEY,
    failures      BIGINT NOT NULL,
    strikes       BIGINT NOT NULL,
    since         BIGINT NOT NULL,
    last_at       BIGINT NOT NULL,
    blocked_until BIGINT,
    -- How near it is to its limit: who goes last when there are too many.
    weight        BIGINT NOT NULL,
    -- NULL while only a reset helps.
    forget_at     BIGINT
);

-- Evicting the one that matters least.
CREATE INDEX throttle_counters_by_weight ON throttle_counters (weight, last_at);
-- Sweeping.
CREATE INDEX throttle_counters_by_end ON throttle_counters (forget_at);

-- Counting a large table takes time that each sign-in would pay.
CREATE TABLE throttle_size (
    id       BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    counters BIGINT NOT NULL
);
INSERT INTO throttle_size (id, counters) VALUES (1, 0);
