//! Mail, from handing a message in to what a relay or the outbox gets.

mod bounds;
mod retries;

use musicgen::config::Config;
use musicgen::mail::{Handed, KeyChange, Mailer, Message, Options};
use musicgen_security::authentication::accounts::EmailAddress;
use musicgen_security::random::SystemRandom;
use musicgen_security::secrets::Secret;
use musicgen_security::testing::TestClock;
use musicgen_testkit::{MailSink, Received};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use time::Duration as Span;

struct Post {
    mailer: Mailer,
    clock: Arc<TestClock>,
    folder: tempfile::TempDir,
}

impl Post {
    fn new(smtp_url: Option<&str>, options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data").display().to_string();
        let mut variables = BTreeMap::from([
            ("DATA_DIR".to_owned(), data),
            ("PUBLIC_URL".to_owned(), "https://music.example".to_owned()),
        ]);
        if let Some(url) = smtp_url {
            variables.insert("SMTP_URL".to_owned(), url.to_owned());
        }
        let config = Config::for_tests(variables).unwrap();
        let clock = Arc::new(TestClock::default());
        let random = Arc::new(SystemRandom);
        let mailer = Mailer::with_options(&config, clock.clone(), random, options).unwrap();
        Self {
            mailer,
            clock,
            folder,
        }
    }

    fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn send(&self, name: &str) -> Handed {
        self.mailer.send(&address(name), Message::PasswordChanged)
    }

    async fn until_empty(&self) {
        let empty = async {
            while self.mailer.waiting() > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let empty = tokio::time::timeout(Duration::from_secs(20), empty).await;
        assert!(empty.is_ok(), "{} wait", self.mailer.waiting());
    }
}

/// The delays of the service, a thousand times as fast.
fn quick() -> Options {
    Options {
        first_delay: Duration::from_millis(5),
        longest_delay: Duration::from_millis(300),
        attempt: Duration::from_secs(5),
        ..Options::default()
    }
}

fn address(name: &str) -> EmailAddress {
    EmailAddress::parse(&format!("{name}@example.com")).unwrap()
}

fn reset(token: &str) -> Message {
    Message::ResetPassword {
        token: Secret::new(token),
        good_for: Span::hours(1),
    }
}

/// PWD-19, B108: the link has the configured host, and the token comes through whole.
#[tokio::test]
async fn a_message_reaches_the_relay_as_it_was_meant() {
    let sink = MailSink::start().await;
    let post = Post::new(Some(&sink.url()), quick());
    let _delivery = post.mailer.deliver().unwrap();
    let token = "q8Zr1LkV0xTn7Wm3Yb5Ue9Ia2Oc4Pd6FhJ_-0123456";
    assert_eq!(
        post.mailer.send(&address("clara"), reset(token)),
        Handed::Queued
    );
    let [message] = sink.wait_for(1).await.try_into().unwrap();
    assert_eq!(message.from, "no-reply@music.example");
    assert_eq!(message.to, ["clara@example.com"]);
    assert_eq!(message.header("To").unwrap(), "clara@example.com");
    assert_eq!(message.header("Auto-Submitted").unwrap(), "auto-generated");
    assert!(
        message
            .header("Message-ID")
            .unwrap()
            .ends_with("@music.example>")
    );
    assert_eq!(message.token().as_deref(), Some(token));
    let link = format!("https://music.example/reset-password#token={token}");
    assert!(
        message.body().lines().any(|line| line == link),
        "{}",
        message.body()
    );
    assert!(message.text.lines().all(|line| line.len() <= 78));
    post.until_empty().await;
}

#[tokio::test]
async fn without_a_relay_messages_are_files_for_the_owner_alone() {
    let post = Post::new(None, quick());
    let delivery = post.mailer.deliver().unwrap();
    for name in ["anna", "bert", "clara"] {
        post.mailer.send(&address(name), reset(name));
        post.clock.advance(Span::milliseconds(1));
    }
    delivery.stop().await;
    let messages = Received::outbox(&post.data_dir());
    let tokens: Vec<_> = messages.iter().filter_map(Received::token).collect();
    assert_eq!(tokens, ["anna", "bert", "clara"], "sorted by time");
    for entry in std::fs::read_dir(post.data_dir().join("outbox")).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

/// Everything that is logged, at the finest level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// B109, B122: neither addresses nor tokens nor the relay's password are logged, whatever happens.
#[tokio::test]
async fn logs_show_no_address_no_token_and_no_password() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let sink = MailSink::start().await;
    sink.refuse("canary-gone@example.com");
    sink.fail_next(1);
    let url = sink.url().replace("://", "://canary-user:canary-pass@");
    let post = Post::new(Some(&url), quick());
    let delivery = post.mailer.deliver().unwrap();
    for name in ["canary-good", "canary-gone"] {
        post.mailer.send(&address(name), reset("canary-token"));
    }
    let change = KeyChange::Created;
    let name = "canary-key".to_owned();
    post.mailer
        .send(&address("canary-good"), Message::ApiKey { change, name });
    sink.wait_for(2).await;
    post.until_empty().await;
    delivery.stop().await;
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("the relay answered 550"), "{text}");
    assert!(text.contains("the relay answered 451"), "{text}");
    // printf %s canary-gone@example.com | sha256sum | cut -c-12
    assert!(text.contains("recipient=\"5cffe53afa2a\""), "{text}");
    assert!(!text.contains("canary"), "{text}");
    let base64 = "AGNhbmFyeS11c2VyAGNhbmFyeS1wYXNz";
    assert!(!text.contains(base64), "{text}");
    let shown = format!("{:?} {:?}", post.mailer, reset("canary-token"));
    assert!(!shown.contains("canary"), "{shown}");
}

/// What users choose puts no header, no second message and no SMTP command into what is sent.
#[tokio::test]
async fn nothing_is_injected_on_the_wire() {
    let sink = MailSink::start().await;
    let post = Post::new(Some(&sink.url()), quick());
    let _delivery = post.mailer.deliver().unwrap();
    let evil = "x\r\n.\r\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<victim@example.com>\r\nDATA\r\n";
    let change = KeyChange::Rotated;
    let name = evil.to_owned();
    post.mailer
        .send(&address("clara"), Message::ApiKey { change, name });
    post.mailer.send(&address("clara"), reset(evil));
    post.mailer.send(&address("o'hara+a=b"), reset("."));
    for message in sink.wait_for(3).await {
        assert_eq!(message.to.len(), 1);
        assert!(
            !message.text.contains("victim@example.com"),
            "{}",
            message.text
        );
        assert!(message.header("Bcc").is_none());
    }
    post.until_empty().await;
    assert_eq!(sink.received().len(), 3);
}
