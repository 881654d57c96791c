CREATE TABLE tracks (
    -- The job's id.
    id TEXT PRIMARY KEY,
    owner_id TEXT NOT NULL,
    format TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 BLOB NOT NULL,
    audio_ms BIGINT NOT NULL,
    sample_rate BIGINT NOT NULL,
    -- Decimal text, which keeps a double exactly on every engine.
    lufs TEXT NOT NULL,
    true_peak_db TEXT NOT NULL,
    engine TEXT NOT NULL,
    engine_version TEXT NOT NULL,
    seed BIGINT NOT NULL,
    summary TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
