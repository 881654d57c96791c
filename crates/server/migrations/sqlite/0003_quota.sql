-- Outlives the job: deleting a finished piece gives no quota back.
CREATE TABLE usage_ledger (
    job_id TEXT PRIMARY KEY,
    owner_id TEXT NOT NULL,
    reserved_at BIGINT NOT NULL,
    audio_ms BIGINT NOT NULL
);

CREATE INDEX usage_of_owner ON usage_ledger (owner_id, reserved_at, audio_ms);
CREATE INDEX usage_by_age ON usage_ledger (reserved_at);

CREATE TABLE idempotency_keys (
    owner_id TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    batch_id TEXT,
    -- Separated by blanks, in order; always read as a whole.
    job_ids TEXT NOT NULL,
    PRIMARY KEY (owner_id, key)
);

CREATE INDEX idempotency_by_age ON idempotency_keys (created_at);
