//! Every contract of `musicgen-security`, on every engine.

use musicgen_security::api_keys::contract as api_keys;
use musicgen_security::authentication::accounts::{AccountStore, contract as accounts};
use musicgen_security::authentication::credentials::contract as credentials;
use musicgen_security::authentication::jwt::{SigningKeyStore, contract as signing_keys};
use musicgen_security::authentication::one_time::contract as one_time;
use musicgen_security::authentication::throttle::contract as throttle;
use musicgen_security::rate_limiting::long_windows::contract as long_windows;
use musicgen_security::revocation::contract as revocation;
use musicgen_security::sessions::contract as sessions;
use musicgen_security_store::sql::{
    SqlAccounts, SqlApiKeys, SqlCredentials, SqlOneTimeTokens, SqlRateLimits, SqlRevocations,
    SqlSessions, SqlSigningKeys, SqlThrottle,
};
use musicgen_security_store::{Database, MIGRATIONS};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use time::OffsetDateTime;

const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

async fn in_memory() -> Database {
    let database = Database::in_memory().await.expect("a database");
    database.migrate(&MIGRATIONS, NOW).await.expect("tables");
    database
}

/// Fresh files in one folder that lives as long as this.
struct Folder {
    folder: tempfile::TempDir,
    next: AtomicU32,
}

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self {
            folder,
            next: AtomicU32::new(0),
        }
    }

    async fn database(&self) -> Database {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let path: PathBuf = self.folder.path().join(format!("{number}.sqlite3"));
        let database = Database::open_sqlite(path).await.expect("a database");
        database.migrate(&MIGRATIONS, NOW).await.expect("tables");
        database
    }
}

async fn with_accounts(database: Database) -> Database {
    let accounts = SqlAccounts::new(database.clone());
    for n in [1, 2] {
        let account = accounts::account(n);
        accounts.create(&account).await.expect("an account");
    }
    database
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn accounts_in_memory() {
    accounts::run(|| async { SqlAccounts::new(in_memory().await) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn accounts_in_a_file() {
    let folder = Folder::new();
    accounts::run(|| async { SqlAccounts::new(folder.database().await) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_time_tokens_in_memory() {
    one_time::run(|| async { SqlOneTimeTokens::new(with_accounts(in_memory().await).await) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_time_tokens_in_a_file() {
    let folder = Folder::new();
    one_time::run(|| async { SqlOneTimeTokens::new(with_accounts(folder.database().await).await) })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sessions_in_memory() {
    sessions::run(|| async { SqlSessions::new(with_accounts(in_memory().await).await) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sessions_in_a_file() {
    let folder = Folder::new();
    sessions::run(|| async { SqlSessions::new(with_accounts(folder.database().await).await) })
        .await;
}

type Stores = credentials::Stores<SqlAccounts, SqlOneTimeTokens, SqlApiKeys, SqlCredentials>;

fn stores(database: Database) -> Stores {
    credentials::Stores {
        accounts: SqlAccounts::new(database.clone()),
        tokens: SqlOneTimeTokens::new(database.clone()),
        keys: SqlApiKeys::new(database.clone()),
        credentials: SqlCredentials::new(database),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn credentials_in_memory() {
    credentials::run(|| async { stores(in_memory().await) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn credentials_in_a_file() {
    let folder = Folder::new();
    credentials::run(|| async { stores(folder.database().await) }).await;
}

fn all(database: &Database) -> (SqlRevocations, SqlAccounts, SqlSessions) {
    (
        SqlRevocations::new(database.clone()),
        SqlAccounts::new(database.clone()),
        SqlSessions::new(database.clone()),
    )
}

#[tokio::test]
async fn revocations_in_memory() {
    revocation::run(|| async { all(&in_memory().await) }).await;
}

#[tokio::test]
async fn revocations_in_a_file() {
    let folder = Folder::new();
    revocation::run(|| async { all(&folder.database().await) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn api_keys_in_memory() {
    api_keys::run(|| async { SqlApiKeys::new(with_accounts(in_memory().await).await) }).await;
    api_keys::run_with_feed(|| async {
        let database = with_accounts(in_memory().await).await;
        (
            SqlApiKeys::new(database.clone()),
            SqlRevocations::new(database),
        )
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn api_keys_in_a_file() {
    let folder = Folder::new();
    api_keys::run(|| async { SqlApiKeys::new(with_accounts(folder.database().await).await) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sign_in_attempts_in_memory() {
    throttle::run(|| async { SqlThrottle::new(in_memory().await) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sign_in_attempts_in_a_file() {
    let folder = Folder::new();
    throttle::run(|| async { SqlThrottle::new(folder.database().await) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn signing_keys_in_memory() {
    signing_keys::run(|| async { SqlSigningKeys::new(in_memory().await) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn signing_keys_in_a_file() {
    let folder = Folder::new();
    signing_keys::run(|| async { SqlSigningKeys::new(folder.database().await) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn long_windows_in_memory() {
    long_windows::run(|| async { SqlRateLimits::new(in_memory().await) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn long_windows_in_a_file() {
    let folder = Folder::new();
    long_windows::run(|| async { SqlRateLimits::new(folder.database().await) }).await;
}

/// B34: a restart forgets nothing.
#[tokio::test]
async fn retirement_outlives_the_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.sqlite3");
    let rotate = async |current: &str, previous: &[&str], now| {
        let database = Database::open_sqlite(&path).await.expect("a database");
        database.migrate(&MIGRATIONS, NOW).await.expect("tables");
        let store = SqlSigningKeys::new(database);
        store
            .rotate(current, previous, now)
            .await
            .expect("answered")
    };
    let at = |minutes| NOW + time::Duration::minutes(minutes);
    rotate("k1", &[], at(1)).await;
    rotate("k2", &["k1"], at(2)).await;
    let history = rotate("k2", &["k1"], at(60)).await;
    assert_eq!(history.previous[0].retired_at, Some(at(2)));
}

/// Every statement that runs often finds its rows by an index.
#[tokio::test]
async fn queries_use_indexes() {
    let database = in_memory().await;
    for (name, sql) in [
        ("by address", "EXPLAIN QUERY PLAN SELECT * FROM accounts WHERE email = 'x'"),
        (
            "pages",
            "EXPLAIN QUERY PLAN SELECT * FROM accounts
             WHERE (created_at, id) > (1, 'x') ORDER BY created_at, id LIMIT 10",
        ),
        (
            "administrators",
            "EXPLAIN QUERY PLAN SELECT COUNT(*) FROM account_roles r JOIN accounts a ON a.id = r.account_id
             WHERE r.role = 'admin' AND a.id <> 'x' AND a.disabled_at IS NULL",
        ),
        (
            "sessions of an account",
            "EXPLAIN QUERY PLAN SELECT * FROM sessions
             WHERE account_id = 'x' AND ended_at IS NULL AND idle_expires_at > 1
             ORDER BY seen_at DESC",
        ),
        ("a key by its hash", "EXPLAIN QUERY PLAN SELECT * FROM api_keys WHERE hash = x'00'"),
        (
            "keys of an account",
            "EXPLAIN QUERY PLAN SELECT * FROM api_keys WHERE account_id = 'x' ORDER BY created_at DESC, id DESC",
        ),
        (
            "ended keys of an account",
            "EXPLAIN QUERY PLAN DELETE FROM api_keys WHERE account_id = 'x' AND ends_at <= 1 AND id NOT IN (
             SELECT id FROM api_keys WHERE account_id = 'x' AND ends_at <= 1 ORDER BY ends_at DESC, id DESC LIMIT 1)",
        ),
        (
            "keys of a line",
            "EXPLAIN QUERY PLAN UPDATE api_keys SET ends_at = 1 WHERE line = 'x' AND id <> 'y' AND ends_at > 1",
        ),
        ("keys that ended", "EXPLAIN QUERY PLAN DELETE FROM api_keys WHERE ends_at < 1"),
        (
            "keys that will end",
            "EXPLAIN QUERY PLAN SELECT id FROM api_keys WHERE expires_at > 1 AND expires_at <= 2
             AND ends_at > 1 AND succeeded_by IS NULL ORDER BY expires_at, id LIMIT 3",
        ),
        (
            "one-time tokens of an account",
            "EXPLAIN QUERY PLAN DELETE FROM one_time_tokens WHERE purpose = 'x' AND account_id = 'x'",
        ),
        (
            "invitations to an address",
            "EXPLAIN QUERY PLAN DELETE FROM one_time_tokens WHERE purpose = 'x' AND address = 'x'",
        ),
        (
            "sweeping one-time tokens",
            "EXPLAIN QUERY PLAN DELETE FROM one_time_tokens WHERE expires_at <= 1",
        ),
        (
            "sweeping counters",
            "EXPLAIN QUERY PLAN DELETE FROM throttle_counters WHERE forget_at <= 1",
        ),
        (
            "sweep",
            "EXPLAIN QUERY PLAN DELETE FROM sessions WHERE ended_at < 1 OR idle_expires_at < 1",
        ),
        (
            "feed",
            "EXPLAIN QUERY PLAN SELECT c.position, a.epoch FROM changes c
             LEFT JOIN accounts a ON c.kind = 'account' AND a.id = c.subject
             WHERE c.position > 1 AND c.written_at >= 1 ORDER BY c.position LIMIT 10",
        ),
        (
            "hours and days",
            "EXPLAIN QUERY PLAN SELECT key FROM rate_limits WHERE key > x'00' AND full_at > 1
             ORDER BY key LIMIT 10",
        ),
        (
            "sweeping hours and days",
            "EXPLAIN QUERY PLAN DELETE FROM rate_limits WHERE key IN
             (SELECT key FROM rate_limits WHERE full_at <= 1 ORDER BY full_at LIMIT 10)",
        ),
        ("sweep of the feed", "EXPLAIN QUERY PLAN DELETE FROM changes WHERE written_at < 1"),
    ] {
        for row in database.fetch_all(sql, &[]).await.expect("a plan") {
            let step = row.text("detail").expect("a step");
            assert!(!step.starts_with("SCAN") && !step.contains("TEMP B-TREE"), "{name}: {step}");
        }
    }
}
