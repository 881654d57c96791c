//! The table of variables: every setting there is, once.
//!
//! A row here without a reader, or a reader without a row, fails a test; so does a default that
//! means something else than leaving the variable out.

use super::rate_variables::{RATES, RateVariables};
use super::variable::{Form, Preset, Privacy, Section, Variable};
use musicgen_security::authorization::Tier;
use musicgen_security::client_ip::ProxyHeader;
use musicgen_security::cors::DEFAULT_REQUEST_HEADERS;

/// Declares `pub(super) static NAME: Variable` for each row and the list of them.
macro_rules! variables {
    ($list:ident: $($name:ident, $section:ident, $privacy:ident, $form:expr, $default:expr, $doc:literal;)*) => {
        $(pub(super) static $name: Variable = Variable {
            name: stringify!($name),
            section: Section::$section,
            form: $form,
            default: $default,
            doc: $doc,
            privacy: Privacy::$privacy,
        };)*
        static $list: &[&Variable] = &[$(&$name),*];
    };
}

const SECRET: Form = Form::Said(
    "at least 32 bytes made at random (`openssl rand -base64 32`), without comma, used for nothing else",
);
const SIGNING_SECRET: Form = Form::Said(
    "at least 32 bytes made at random (`openssl rand -base64 32`), without comma, used for nothing else; \
     with ES256 and EdDSA also an unencrypted PKCS#8 private key in PEM (P-256, Ed25519)",
);
const PREVIOUS: Form = Form::Said(
    "up to 8 secrets, each as good as the current one, with commas and no blanks between them",
);
const NO_PREVIOUS: Preset = Preset::Said("none");
const SECRET_DEFAULT: Preset =
    Preset::Said("made at random in development; required in staging and production");

variables! { PLAIN:
    ENVIRONMENT, Site, Open,
        Form::Words { now: &["development", "staging", "production"], not_here: &[] },
        Preset::Text("development"),
        "How strict start-up is. Development is for a loopback BIND only.";
    BIND, Site, Open,
        Form::Said("an IP address or localhost, a colon and a port, for instance 127.0.0.1:8000 or [::]:8000"),
        Preset::Text("127.0.0.1:8000"),
        "Where the server listens. Other than loopback needs ENVIRONMENT staging or production.";
    PUBLIC_URL, Site, Unquoted,
        Form::Said("scheme, host and port alone, for instance https://music.example.com; https in staging and production"),
        Preset::Said("http and BIND in development; required in staging and production"),
        "The address under which people reach the service.";
    ALLOWED_HOSTS, Site, Open,
        Form::Said("hosts with a port where it isn't that of PUBLIC_URL's scheme, separated by commas, for instance music.example.com,10.0.0.5:8000"),
        Preset::Said("none: the host of PUBLIC_URL alone; in development localhost and loopback addresses too"),
        "Further hosts under which requests are answered; any other one is refused with 421.";
    DATA_DIR, Site, Open,
        Form::Said("a folder that exists or can be made, writable for the service and, in staging and production, for nobody else"),
        Preset::Text("./data"),
        "Where the database, the tracks and, in development, the secrets are kept.";
    MUSICGEN_CONFIG, Site, Open,
        Form::Said("the path of a TOML file; its keys are these names in lower or upper case"),
        Preset::Said("none"),
        "A file with settings, weaker than the environment. Also `--config`. Has no _FILE form.";
    MAX_CONNECTIONS, Connections, Open,
        Form::Whole(1, 1_000_000),
        Preset::Said("1024 for each processor"),
        "How many connections there are at once; one more is closed. Each needs a file descriptor.";
    MAX_CONNECTIONS_PER_ADDRESS, Connections, Open,
        Form::Whole(1, 1_000_000),
        Preset::Whole(256),
        "The same for one client: an IPv4 address or an IPv6 /64. A trusted proxy's own address has no such limit.";
    JWT_SECRET_KEY, Secrets, Secret, SIGNING_SECRET, SECRET_DEFAULT,
        "Signs access tokens.";
    JWT_SECRET_KEY_PREVIOUS, Secrets, Secret,
        Form::Said("up to 8 secrets, each as good as the current one, with commas and no blanks between them; PEM texts may follow each other without commas"),
        NO_PREVIOUS,
        "What JWT_SECRET_KEY was before, with whichever JWT_ALGORITHM: access tokens made with it are good until they end.";
    JWT_SECRET_KEY_NEXT, Secrets, Secret, SIGNING_SECRET, NO_PREVIOUS,
        "What JWT_SECRET_KEY will be: its public key is published ahead; nothing is signed with it.";
    SESSION_SECRET_KEY, Secrets, Secret, SECRET, SECRET_DEFAULT,
        "Hashes refresh tokens and signs what identifies a session.";
    SESSION_SECRET_KEY_PREVIOUS, Secrets, Secret, PREVIOUS, NO_PREVIOUS,
        "What SESSION_SECRET_KEY was before: what was made with it stays good while it is listed.";
    CSRF_SECRET_KEY, Secrets, Secret, SECRET, SECRET_DEFAULT,
        "Makes the tokens that keep other sites from acting for a signed-in browser.";
    CSRF_SECRET_KEY_PREVIOUS, Secrets, Secret, PREVIOUS, NO_PREVIOUS,
        "What CSRF_SECRET_KEY was before: tokens made with it stay good while it is listed.";
    INTERNAL_API_KEYS, Secrets, Secret,
        Form::Said("`key` or `name:key`, separated by commas; a key has 32 to 256 visible characters without comma and colon, a name 1 to 40 of a-z, 0-9, _ and -"),
        Preset::Said("none: nothing is opened by an internal key"),
        "Keys of the operator's own programs, for instance the one that reads /metrics.";
    REGISTRATION, Accounts, Open,
        Form::Words { now: &["open", "invite", "closed"], not_here: &[] },
        Preset::Text("open"),
        "Who may make accounts: anybody, whoever has a link of `musicgen user invite`, or the operator alone with `musicgen user create`.";
    PASSWORD_HASH_WORKERS, Accounts, Open,
        Form::Whole(1, 256),
        Preset::Said("the number of processors"),
        "How many passwords are hashed at once, each on a thread with 19 MiB of its own.";
    POLICY_FILE, Accounts, Open,
        Form::Said("the path of a policy file, which docs/policy.md describes"),
        Preset::Said("none: the built-in roles"),
        "Roles and what they may do. Read again when it changes and at SIGHUP.";
    JWT_ALGORITHM, Tokens, Open,
        Form::Words { now: &["HS256", "ES256", "EdDSA"], not_here: &[] },
        Preset::Text("HS256"),
        "How access tokens are signed. With ES256 or EdDSA others can check them by /.well-known/jwks.json.";
    JWT_ACCESS_TOKEN_EXPIRE_MINUTES, Tokens, Open,
        Form::Whole(1, 60),
        Preset::Whole(15),
        "Life of an access token, in minutes.";
    JWT_REFRESH_TOKEN_EXPIRE_DAYS, Tokens, Open,
        Form::Whole(1, 90),
        Preset::Whole(7),
        "How long a sign-in lasts at most, in days.";
    REMEMBER_ME_DAYS, Tokens, Open,
        Form::Whole(1, 365),
        Preset::Whole(30),
        "The same for a sign-in with remember_me, in days; not shorter than the one without.";
    JWT_ISSUER, Tokens, Open,
        Form::Said("1 to 255 visible characters"),
        Preset::Said("PUBLIC_URL"),
        "The `iss` of access tokens.";
    JWT_AUDIENCE, Tokens, Open,
        Form::Said("1 to 255 visible characters"),
        Preset::Text("musicgen"),
        "The `aud` of access tokens.";
    SESSION_IDLE_MINUTES, Sessions, Open,
        Form::Whole(5, 129_600),
        Preset::Whole(1_440),
        "How long a sign-in lasts without use, in minutes. Remembered ones have no such end.";
    SESSION_MAX_PER_USER, Sessions, Open,
        Form::Whole(1, 1_000),
        Preset::Whole(20),
        "How many sign-ins an account has at once; a new one ends the longest idle.";
    ADMIN_SESSION_IDLE_MINUTES, Sessions, Open,
        Form::Whole(1, 1_440),
        Preset::Whole(30),
        "The same as SESSION_IDLE_MINUTES for accounts with an administrative permission.";
    ADMIN_SESSION_HOURS, Sessions, Open,
        Form::Whole(1, 720),
        Preset::Whole(12),
        "How long a sign-in of such an account lasts at most, in hours.";
    COOKIE_DOMAIN, Cookies, Open,
        Form::Said("a domain in lower case that the host of PUBLIC_URL is or is under, for instance example.com"),
        Preset::Said("none: cookies are for the host of PUBLIC_URL alone, under __Host- names"),
        "Shares cookies with all hosts of a domain. Leave it out unless they are all trusted.";
    COOKIE_SAMESITE, Cookies, Open,
        Form::Words { now: &["lax", "strict"], not_here: &[] },
        Preset::Text("lax"),
        "Whether a link from another site opens the service signed in.";
    CORS_ALLOWED_ORIGINS, Cors, Open,
        Form::Said("origins with commas between them, as browsers send them: https://app.example.com, or https://*.example.com for all its subdomains; https in staging and production; or `*` or `none` alone"),
        Preset::Said("none; in development http at the ports 3000, 4200, 5173 and 8080 of localhost and 127.0.0.1"),
        "Which pages of other origins may call the service and read its answers. `musicgen cors explain` tries one.";
    CORS_ALLOW_CREDENTIALS, Cors, Open,
        Form::Words { now: &["false", "true"], not_here: &[] },
        Preset::Text("false"),
        "Whether cookies count in requests of such pages. Not together with `*`.";
    CORS_ALLOWED_HEADERS, Cors, Open,
        Form::Said("names of headers with commas between them, without `*`"),
        Preset::Text(DEFAULT_REQUEST_HEADERS),
        "Which headers such pages may send.";
    CORS_MAX_AGE, Cors, Open,
        Form::Whole(0, 86_400),
        Preset::Whole(600),
        "How long a browser may keep what it was told about them, in seconds.";
    CORS_ALLOW_PRIVATE_NETWORK, Cors, Open,
        Form::Words { now: &["false", "true"], not_here: &[] },
        Preset::Text("false"),
        "Whether such pages may call from the public internet into the private network that the service is in.";
    SMTP_URL, Mail, Secret,
        Form::Said("smtps://USER:PASSWORD@HOST, smtp://USER:PASSWORD@HOST?tls=required (STARTTLS), or smtp://HOST to this machine; also a port, and after a slash the name to say hello with; special characters of user and password as %XX"),
        Preset::Said("none: messages are written to DATA_DIR/outbox"),
        "The relay that takes mail. In staging and production it must be encrypted or on this machine.";
    MAIL_FROM, Mail, Open,
        Form::Said("an address, alone or as `Name <name@host.example>`"),
        Preset::Said("Music Gen AI <no-reply@HOST>, with the host of PUBLIC_URL"),
        "The sender of mail.";
    EMAIL_VERIFICATION, Mail, Open,
        Form::Words { now: &["required", "none"], not_here: &[] },
        Preset::Said("required once SMTP_URL is set"),
        "Whether an address must be confirmed by the link that is sent to it.";
    DATABASE_URL, Storage, Unquoted,
        Form::Said("sqlite://PATH, without options; three slashes begin an absolute path"),
        Preset::Said("sqlite://DATA_DIR/musicgen.db"),
        "The database.";
    TRUSTED_PROXIES, Proxies, Open,
        Form::Said("addresses and networks such as 10.1.2.0/24 or 2001:db8::/64, separated by commas; never all of IPv4 or IPv6"),
        Preset::Said("none: the client is whoever connects, and every forwarding header is ignored; required in staging and production"),
        "The proxies whose word counts on client address, scheme and host; docs/proxies.md says what to write in them.";
    PROXY_HEADER, Proxies, Open,
        Form::Words { now: ProxyHeader::WORDS, not_here: &[] },
        Preset::Said("x-forwarded-for where TRUSTED_PROXIES is set"),
        "The one header that says who the client is; all others are ignored. Name the one that the proxy appends to or replaces.";
    PROXY_PROTOCOL, Proxies, Open,
        Form::Words { now: &["off", "optional", "required"], not_here: &[] },
        Preset::Text("off"),
        "Whether connections of TRUSTED_PROXIES may, or must, begin with the PROXY protocol, version 1 or 2.";
    CLIENT_IPV6_PREFIX, Proxies, Open,
        Form::Whole(48, 64),
        Preset::Whole(64),
        "How many bits of an IPv6 address are one caller's, for whatever is counted by address.";
    MAX_REQUESTS_IN_FLIGHT, Limits, Open,
        Form::Whole(8, 1_000_000),
        Preset::Whole(1_024),
        "How many requests may be under way at once; beyond it the answer is 503. Probes and sign-out have some more.";
    MAX_BODY_MEMORY, Limits, Open,
        Form::Whole(1, 65_536),
        Preset::Whole(64),
        "How much of requests' bodies is held in memory at once, in MiB; beyond it the answer is 503.";
    DEFAULT_RATE_LIMIT_TIER, Limits, Open,
        Form::Words { now: &["free", "premium", "enterprise"], not_here: &[] },
        Preset::Text("free"),
        "The tier of a new account.";
    RATE_LIMIT_ON_STORE_FAILURE, Limits, Open,
        Form::Words { now: &["local", "refuse"], not_here: &[] },
        Preset::Text("local"),
        "While a store of counters that nodes share is away: each node counts by itself at half the rates, or the answer is 503. Counters in this process can't be away.";
    ENGINE, Engine, Open,
        Form::Words { now: &["builtin"], not_here: &["musicgen", "http"] },
        Preset::Text("builtin"),
        "What makes the music.";
    ENGINE_WORKERS, Engine, Open,
        Form::Whole(1, 256),
        Preset::Said("one less than the number of processors, at least 1"),
        "How many pieces are made at once.";
    QUEUE_CAPACITY, Engine, Open,
        Form::Whole(1, 10_000),
        Preset::Whole(100),
        "How many pieces may wait; beyond it the answer is 503.";
    SOUNDFONT, Engine, Open,
        Form::Said("the path of a SoundFont 2 file (.sf2)"),
        Preset::Said("none: the built-in synthesiser plays"),
        "Instruments to play with instead of the built-in synthesiser's.";
    LOG_LEVEL, Logs, Open,
        Form::Said("off, error, warn, info, debug or trace; or target=level pairs, separated by commas"),
        Preset::Text("info"),
        "How much is logged.";
    LOG_FORMAT, Logs, Open,
        Form::Words { now: &["json", "pretty"], not_here: &[] },
        Preset::Said("pretty in development, json otherwise"),
        "One JSON object a line, or lines for people.";
}

/// The variables of one tier.
#[derive(Debug)]
pub(super) struct TierVariables {
    pub(super) tier: Tier,
    pub(super) generations_per_hour: Variable,
    pub(super) audio_seconds_per_day: Variable,
    pub(super) longest_seconds: Variable,
    pub(super) at_once: Variable,
}

macro_rules! tiers {
    ($($tier:ident, $word:literal, $hour:literal, $day:literal, $longest:literal, $at_once:literal;)*) => {
        /// The limits, a row a tier; the numbers are the defaults of the API's contract.
        pub(super) static TIERS: &[TierVariables] = &[$(TierVariables {
            tier: Tier::$tier,
            generations_per_hour: limit(
                concat!("LIMIT_", $word, "_GENERATIONS_PER_HOUR"), Form::Whole(0, 1_000_000), $hour,
                "Pieces an account of this tier may ask for in an hour.",
            ),
            audio_seconds_per_day: limit(
                concat!("LIMIT_", $word, "_AUDIO_SECONDS_PER_DAY"), Form::Whole(0, 100_000_000), $day,
                "Seconds of music an account of this tier may make in a day.",
            ),
            longest_seconds: limit(
                concat!("LIMIT_", $word, "_LONGEST_SECONDS"), Form::Whole(1, 600), $longest,
                "Length of the longest piece, in seconds.",
            ),
            at_once: limit(
                concat!("LIMIT_", $word, "_AT_ONCE"), Form::Whole(1, 1_000), $at_once,
                "Pieces of one account that are made at the same time; the others wait.",
            ),
        }),*];
    };
}

tiers! {
    Free, "FREE", 30, 900, 60, 1;
    Premium, "PREMIUM", 200, 7_200, 300, 3;
    Enterprise, "ENTERPRISE", 2_000, 72_000, 600, 10;
    Internal, "INTERNAL", 20_000, 720_000, 600, 20;
}

const fn limit(name: &'static str, form: Form, default: u64, doc: &'static str) -> Variable {
    Variable {
        name,
        section: Section::Limits,
        form,
        default: Preset::Whole(default),
        doc,
        privacy: Privacy::Open,
    }
}

/// Every variable, section by section.
pub fn all() -> impl Iterator<Item = &'static Variable> {
    let of_tiers = TIERS.iter().flat_map(|row| {
        [
            &row.generations_per_hour,
            &row.audio_seconds_per_day,
            &row.longest_seconds,
            &row.at_once,
        ]
    });
    let of_rates = RATES.iter().flat_map(RateVariables::all);
    let every = PLAIN.iter().copied().chain(of_tiers).chain(of_rates);
    let every: Vec<_> = every.collect();
    Section::ALL.into_iter().flat_map(move |section| {
        let of_section: Vec<_> = every
            .iter()
            .copied()
            .filter(|variable| variable.section == section)
            .collect();
        of_section
    })
}
