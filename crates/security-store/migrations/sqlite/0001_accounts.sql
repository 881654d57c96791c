-- Who can sign in. Times are Unix milliseconds; a nullable time stands for a yes-or-no that also says when.
CREATE TABLE accounts (
    id            TEXT   NOT NULL PRIMARY KEY,
    -- Canonical: two spellings of one address are one account.
    email         TEXT   NOT NULL UNIQUE,
    username      TEXT   NOT NULL,
    -- A PHC string; NULL when the account has no password.
    password_hash TEXT,
    tier          TEXT   NOT NULL,
    disabled_at   BIGINT,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL
);

-- Lists page by it.
CREATE INDEX accounts_by_age ON accounts (created_at, id);

CREATE TABLE account_roles (
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role       TEXT NOT NULL,
    PRIMARY KEY (account_id, role)
);

-- "Is there another administrator?"
CREATE INDEX account_roles_by_role ON account_roles (role, account_id);
