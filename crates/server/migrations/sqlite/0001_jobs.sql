CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    owner_id TEXT NOT NULL,
    batch_id TEXT,
    ordinal BIGINT NOT NULL,
    -- The normalised request as JSON.
    request TEXT NOT NULL,
    seed BIGINT NOT NULL,
    model TEXT NOT NULL,
    audio_ms BIGINT NOT NULL,
    -- How many of the owner's jobs may run at the same time, as the tier was when it was queued.
    at_once BIGINT NOT NULL,
    status TEXT NOT NULL,
    permille BIGINT NOT NULL,
    stage TEXT,
    attempts BIGINT NOT NULL,
    run BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT,
    failure_code TEXT,
    failure_detail TEXT,
    worker TEXT,
    lease_until BIGINT,
    -- So that completing may be repeated after an answer got lost.
    completed_by TEXT
);

CREATE INDEX jobs_of_owner ON jobs (owner_id, created_at, id);
CREATE INDEX jobs_of_batch ON jobs (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX jobs_by_status ON jobs (status);
CREATE INDEX jobs_waiting ON jobs (created_at, ordinal, id) WHERE status = 'queued';
CREATE INDEX jobs_running ON jobs (owner_id) WHERE status = 'processing';

-- When each owner was last served, counted in claims.
CREATE TABLE job_turns (
    owner_id TEXT PRIMARY KEY,
    turn BIGINT NOT NULL
);

CREATE INDEX job_turns_by_turn ON job_turns (turn);
