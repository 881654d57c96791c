use crate::{Answer, Browser, PASSWORD, Persona, Served};
use argon2::Params;
use axum::body::Body;
use axum::response::Response;
use http::Request;
use http::header::{HOST, HeaderValue};
use http_body_util::BodyExt;
use musicgen::app::{App, Service, Surroundings};
use musicgen::config::Config;
use musicgen::mail::Delivery;
use musicgen::serving::ServeOptions;
use musicgen_music::jobs::Workers;
use musicgen_security::authentication::accounts::{
    Account, AccountChange, AccountStore, Changed, EmailAddress,
};
use musicgen_security::authentication::passwords::{Password, PasswordHasher};
use musicgen_security::authorization::{RoleName, Tier};
use musicgen_security::clock::Clock;
use musicgen_security::cookies::CookieKind;
use musicgen_security::random::SystemRandom;
use musicgen_security::testing::TestClock;
use musicgen_security_store::Database;
use musicgen_security_store::sql::SqlAccounts;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use time::{Duration, OffsetDateTime};
use tower::ServiceExt;

/// The real application in a folder of its own.
#[derive(Debug)]
pub struct TestApp {
    app: Arc<App>,
    config: Config,
    environment: BTreeMap<String, String>,
    clock: Arc<TestClock>,
    // Kept so that they live as long as the test.
    workers: Option<Workers>,
    _delivery: Option<Delivery>,
    folder: Arc<TempDir>,
}

/// A hash parameter that takes no time; only ever for tests.
fn cheap(memory: u32) -> PasswordHasher {
    let params = Params::new(memory, 1, 1, None).expect("parameters of a cheap hash");
    PasswordHasher::with_params(params, Arc::new(SystemRandom))
}

fn owned((name, value): &(&str, &str)) -> (String, String) {
    ((*name).to_owned(), (*value).to_owned())
}

/// Rate limits that no test reaches by chance: most tests are about something else, and their
/// requests come from one address, or from none.
pub fn generous_rates() -> impl Iterator<Item = (String, String)> {
    let words = [
        "ANONYMOUS",
        "FREE",
        "PREMIUM",
        "ENTERPRISE",
        "INTERNAL",
        "AUTH",
        "FLOOD",
        "PROBE",
    ];
    let numbers = [
        ("BURST", "1000000"),
        ("PER_MINUTE", "1000000"),
        ("PER_HOUR", "0"),
        ("PER_DAY", "0"),
    ];
    words.into_iter().flat_map(move |word| {
        numbers.map(|(what, number)| (format!("RATE_LIMIT_{word}_{what}"), number.to_owned()))
    })
}

/// An answer with all of its body.
async fn received(response: Response) -> Answer {
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("the whole body");
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: body.to_bytes().to_vec(),
    }
}

impl TestApp {
    /// The internal key of every test application.
    pub const INTERNAL_KEY: &'static str = "an-internal-key-of-the-test-suite-0123456789";

    /// Without workers: what is queued stays queued.
    pub async fn start() -> Self {
        Self::build(&[], false).await
    }

    /// With workers, and so with music.
    pub async fn working() -> Self {
        Self::build(&[], true).await
    }

    /// With workers and these variables.
    pub async fn working_with(variables: &[(&str, &str)]) -> Self {
        Self::build(variables, true).await
    }

    /// Without workers, with the rate limits that the service has by default; other tests have
    /// [`generous_rates`].
    pub async fn with_default_limits() -> Self {
        let (environment, folder) = Self::environment(&[]);
        let environment = environment
            .into_iter()
            .filter(|(name, _)| !name.starts_with("RATE_LIMIT_"));
        Self::of(environment.collect(), Arc::default(), folder, false).await
    }

    /// Without workers, with these variables.
    pub async fn with(variables: &[(&str, &str)]) -> Self {
        Self::build(variables, false).await
    }

    /// Without workers, with a queue and quotas that no test fills.
    pub async fn with_generous_limits() -> Self {
        Self::with(&[
            ("QUEUE_CAPACITY", "10000"),
            ("LIMIT_INTERNAL_GENERATIONS_PER_HOUR", "100000"),
            ("LIMIT_INTERNAL_AUDIO_SECONDS_PER_DAY", "10000000"),
        ])
        .await
    }

    /// What signs the access tokens of [`TestApp::in_production`].
    pub const JWT_SECRET: &'static str = "tG5p0Zq2mXv8Lr4Wc7Ys1Nb6Kd9Hf3Ja-jwt";

    /// Everything that production asks for, under <https://music.example.com>; a proxy on this machine ends
    /// TLS.
    const PRODUCTION: [(&'static str, &'static str); 6] = [
        ("ENVIRONMENT", "production"),
        ("PUBLIC_URL", "https://music.example.com"),
        ("JWT_SECRET_KEY", Self::JWT_SECRET),
        (
            "SESSION_SECRET_KEY",
            "Qe8Ru1Ti6Yo3Pa9Sd4Fg7Hj2Kl5Zx0Cv-session",
        ),
        ("CSRF_SECRET_KEY", "Bn4Mw7Lk2Jh9Gf1Ds6Ap3Oi8Uy5Tr0Eq-csrf"),
        ("TRUSTED_PROXIES", "127.0.0.1"),
    ];

    /// As in production, under <https://music.example.com>.
    pub async fn in_production() -> Self {
        Self::in_production_with(&[]).await
    }

    /// The same with these variables.
    pub async fn in_production_with(variables: &[(&str, &str)]) -> Self {
        Self::with(&[&Self::PRODUCTION[..], variables].concat()).await
    }

    async fn build(variables: &[(&str, &str)], working: bool) -> Self {
        let (environment, folder) = Self::environment(variables);
        Self::of(environment, Arc::default(), folder, working).await
    }

    fn environment(variables: &[(&str, &str)]) -> (BTreeMap<String, String>, Arc<TempDir>) {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data").display().to_string();
        let mut environment = BTreeMap::from([
            ("DATA_DIR".to_owned(), data),
            (
                "INTERNAL_API_KEYS".to_owned(),
                format!("tests:{}", Self::INTERNAL_KEY),
            ),
            ("ENGINE_WORKERS".to_owned(), "1".to_owned()),
        ]);
        environment.extend(generous_rates());
        environment.extend(variables.iter().map(owned));
        (environment, Arc::new(folder))
    }

    /// Another node of the same service, or the same one started again: the same configuration but
    /// for these variables, the same database and time.
    pub async fn another_node(&self, variables: &[(&str, &str)]) -> Self {
        let mut environment = self.environment.clone();
        environment.extend(variables.iter().map(owned));
        let (clock, folder) = (self.clock.clone(), self.folder.clone());
        Self::of(environment, clock, folder, false).await
    }

    async fn of(
        environment: BTreeMap<String, String>,
        clock: Arc<TestClock>,
        folder: Arc<TempDir>,
        working: bool,
    ) -> Self {
        let config = Config::for_tests(environment.clone()).expect("a good configuration");
        let surroundings = Surroundings {
            clock: clock.clone(),
            random: Arc::new(SystemRandom),
            hasher: cheap(16),
        };
        let app = App::build(&config, surroundings)
            .await
            .expect("an application");
        let workers = working.then(|| app.start_workers().expect("workers"));
        let delivery = app.mailer().deliver();
        Self {
            app: Arc::new(app),
            config,
            environment,
            clock,
            workers,
            _delivery: delivery,
            folder,
        }
    }

    /// Listens on a free port of this machine, as `musicgen serve` does.
    ///
    /// # Panics
    ///
    /// When there is no free port.
    pub fn serve(self) -> Served {
        self.serve_with(|_| {})
    }

    /// The same with other options than those of the configuration, for instance short deadlines.
    ///
    /// # Panics
    ///
    /// When there is no free port.
    pub fn serve_with(self, change: impl FnOnce(&mut ServeOptions)) -> Served {
        let mut options = ServeOptions::of(&self.config);
        change(&mut options);
        let app = self.app.clone();
        Served::start(self, app, options)
    }

    /// The whole stack, as a connection calls it.
    pub fn service(&self) -> Service {
        self.app.service()
    }

    /// Sends a request through the whole stack, to the host of the service unless it says otherwise.
    ///
    /// # Panics
    ///
    /// When the body of the answer breaks off.
    pub async fn call(&self, request: Request<Body>) -> Answer {
        received(self.open(request).await).await
    }

    /// The same without adding the `Host` that every client sends.
    ///
    /// # Panics
    ///
    /// When the body of the answer breaks off.
    pub async fn call_as_it_is(&self, request: Request<Body>) -> Answer {
        let Ok(response) = self.app.service().oneshot(request).await;
        received(response).await
    }

    /// Sends a request as [`call`](Self::call) does and leaves the body of the answer to come.
    ///
    /// # Panics
    ///
    /// When the service's own host is none.
    pub async fn open(&self, mut request: Request<Body>) -> Response {
        if !request.headers().contains_key(HOST) && request.uri().authority().is_none() {
            let host = self.origin().split_once("://").map_or("", |(_, host)| host);
            let host = HeaderValue::from_str(host).expect("a host");
            request.headers_mut().insert(HOST, host);
        }
        let Ok(response) = self.app.service().oneshot(request).await;
        response
    }

    /// Starts the workers of an application that had none.
    ///
    /// # Panics
    ///
    /// When they can't be started.
    pub fn start_workers(&mut self) {
        self.workers = Some(self.app.start_workers().expect("workers"));
    }

    /// Bytes of requests' bodies that are held now.
    pub fn body_memory_held(&self) -> usize {
        self.app.body_memory().held()
    }

    /// Moves the clock.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// The time.
    pub fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// The origin of the service's own pages.
    pub fn origin(&self) -> &str {
        &self.config.site.public_url
    }

    /// The name of a cookie.
    pub fn cookie_name(&self, kind: CookieKind) -> &str {
        self.config.cookies.name(kind)
    }

    /// The database.
    pub fn database(&self) -> &Database {
        self.app.database()
    }

    /// Writes down when and from where sessions were used, as a task does all the time when the
    /// application serves.
    pub async fn record_use(&self) {
        self.app.record_use().await;
    }

    /// Writes down what is used of hours and days of rate limits, as a task does each second when the
    /// application serves.
    ///
    /// # Panics
    ///
    /// When the database can't answer.
    pub async fn save_rates(&self) {
        let saved = self.app.kept_limits().save_all(self.clock.now()).await;
        saved.expect("an answer");
    }

    /// A browser without cookies.
    pub fn browser(&self) -> Browser<'_> {
        Browser::new(self)
    }

    /// Somebody without a credential.
    pub fn anonymous(&self) -> Persona<'_> {
        Persona::anonymous(self)
    }

    /// A new account `<name>@example.com` with the role `user` in the tier `free`, signed in.
    pub async fn user(&self, name: &str) -> Persona<'_> {
        let body =
            json!({"email": format!("{name}@example.com"), "username": name, "password": PASSWORD});
        self.anonymous()
            .post("/api/auth/register", body)
            .await
            .is(201);
        self.sign_in(name).await
    }

    /// A new account with the role `admin` in the tier `internal`, signed in.
    pub async fn admin(&self, name: &str) -> Persona<'_> {
        self.user(name).await;
        self.make_admin(name).await;
        self.sign_in(name).await
    }

    /// Signs an existing account in once more.
    pub async fn sign_in(&self, name: &str) -> Persona<'_> {
        let body = json!({"email": format!("{name}@example.com"), "password": PASSWORD, "delivery": "body"});
        let answer = self.anonymous().post("/api/auth/login", body).await;
        Persona::signed_in(self, &answer.is(200).json())
    }

    /// The store of accounts.
    pub fn accounts(&self) -> SqlAccounts {
        SqlAccounts::new(self.app.database().clone())
    }

    /// The stored account of a name.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub async fn account(&self, name: &str) -> Account {
        let email = EmailAddress::parse(&format!("{name}@example.com")).expect("an address");
        let found = self
            .accounts()
            .find_by_email(&email)
            .await
            .expect("an answer");
        found.expect("an account")
    }

    async fn change(&self, name: &str, change: AccountChange) {
        let id = self.account(name).await.id;
        let changed = self.accounts().change(id, &change, self.clock.now()).await;
        assert!(matches!(changed, Ok(Changed::Done(_))), "{changed:?}");
        self.hear_of_changes().await;
    }

    /// Learns of changes that were written behind the application's back, as it does several times a
    /// second when it serves.
    ///
    /// # Panics
    ///
    /// When the database can't answer.
    pub async fn hear_of_changes(&self) {
        self.app.hear_of_changes().await.expect("an answer");
    }

    /// Gives the role `admin` and the tier `internal`.
    pub async fn make_admin(&self, name: &str) {
        let (roles, tier) = (Some(vec![RoleName::ADMIN]), Some(Tier::Internal));
        self.change(
            name,
            AccountChange {
                roles,
                tier,
                ..AccountChange::default()
            },
        )
        .await;
    }

    /// Gives exactly these roles.
    ///
    /// # Panics
    ///
    /// When a name is none.
    pub async fn set_roles(&self, name: &str, roles: &[&str]) {
        let roles = roles
            .iter()
            .map(|role| RoleName::parse(role).expect("a role name"));
        let change = AccountChange {
            roles: Some(roles.collect()),
            ..AccountChange::default()
        };
        self.change(name, change).await;
    }

    /// Gives the role `user` and the tier `free`.
    pub async fn make_user(&self, name: &str) {
        let (roles, tier) = (Some(vec![RoleName::USER]), Some(Tier::Free));
        self.change(
            name,
            AccountChange {
                roles,
                tier,
                ..AccountChange::default()
            },
        )
        .await;
    }

    /// Gives the role `premium_user` and the tier `premium`.
    ///
    /// # Panics
    ///
    /// Never: the name is good.
    pub async fn make_premium(&self, name: &str) {
        let role = RoleName::parse("premium_user").expect("a role name");
        let (roles, tier) = (Some(vec![role]), Some(Tier::Premium));
        self.change(
            name,
            AccountChange {
                roles,
                tier,
                ..AccountChange::default()
            },
        )
        .await;
    }

    /// Disables an account.
    pub async fn disable(&self, name: &str) {
        self.change(
            name,
            AccountChange {
                disabled: Some(true),
                ..AccountChange::default()
            },
        )
        .await;
    }

    /// A hash of [`PASSWORD`] with weaker parameters than the application's.
    ///
    /// # Panics
    ///
    /// When it can't be made.
    pub fn weaker_hash(&self) -> String {
        cheap(8).hash(&Password::new(PASSWORD)).expect("a hash")
    }

    /// Closes the database under the running application.
    pub async fn close_database(&self) {
        self.app.database().close().await;
    }

    /// What goes on behind the answers: errands, and messages that are not yet in the outbox.
    pub(crate) fn under_way(&self) -> usize {
        self.app.errands().running() + self.app.mailer().waiting()
    }

    /// The folder of the application's data.
    pub fn data_dir(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// The names of the files in the folder of tracks.
    ///
    /// # Panics
    ///
    /// When it can't be read.
    pub fn track_files(&self) -> Vec<String> {
        let folder: &Path = &self.data_dir().join("tracks");
        let entries = std::fs::read_dir(folder).expect("the folder of tracks");
        entries
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect()
    }
}
