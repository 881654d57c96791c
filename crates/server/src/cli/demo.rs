//! `musicgen demo`: the main job, shown from outside.
//!
//! A server starts on a free port with a folder of its own; everything else goes through its HTTP
//! API, as a program of anybody's would.

use super::CliError;
use super::progress::{progress_bar, show};
use crate::app::{App, Surroundings};
use crate::client::{Client, ClientError, Reply};
use crate::config::Config;
use crate::serving::{ServeOptions, serve, stop_signal};
use http::Method;
use serde_json::{Value, json};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::oneshot;

/// What `demo` was asked.
#[derive(Debug)]
pub(crate) struct Demo {
    /// The configuration of the demo's own server.
    pub(crate) config: Config,
    /// Where it listens.
    pub(crate) listener: TcpListener,
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// End after showing, instead of serving on.
    pub(crate) once: bool,
}

/// Two pieces that nobody would mistake for each other.
const PIECES: [(&str, &str, f64); 2] = [
    ("upbeat jazz piano with walking bass", "jazz.wav", 30.0),
    (
        "dark driving techno at 132 bpm in A minor",
        "techno.wav",
        30.0,
    ),
];

const EMAIL: &str = "demo@example.com";

impl Demo {
    pub(crate) async fn run(self) -> Result<(), CliError> {
        let address = self
            .listener
            .local_addr()
            .map_err(CliError::io("the listener"))?;
        let app = App::build(&self.config, Surroundings::system()).await?;
        let password = password(&app);
        let options = ServeOptions::of(&self.config);
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(serve(Arc::new(app), self.listener, options, async move {
            // Either the demo is over, or somebody stops it.
            tokio::select! {
                _ = stopped => {}
                () = stop_signal() => {}
            }
        }));
        let base = format!("http://{address}");
        say(&format!("Music Gen AI listens at {base}\n"));
        let shown = Show {
            client: Client::new(&base),
            folder: &self.folder,
            base: &base,
            password: &password,
        };
        let outcome = tokio::select! {
            outcome = shown.everything() => outcome,
            () = stop_signal() => Ok(()),
        };
        if self.once || outcome.is_err() {
            // The receiver is gone only if the server ended by itself.
            let _ = stop.send(());
        } else {
            say("\nServing until Ctrl-C.");
        }
        server
            .await
            .map_err(|error| CliError::failed(error.to_string()))?
            .map_err(CliError::io("the server"))?;
        outcome.map_err(|error| CliError::failed(error.to_string()))
    }
}

/// New for each demo: a password that is written in a program is no password.
fn password(app: &App) -> String {
    format!("demo {} words", app.fresh_id())
}

fn say(line: &str) {
    println!("{line}");
}

struct Show<'a> {
    client: Client,
    folder: &'a Path,
    base: &'a str,
    password: &'a str,
}

impl Show<'_> {
    async fn everything(&self) -> Result<(), ClientError> {
        let token = self.sign_in().await?;
        let client = self.client.with_token(&token);
        let mut saved = Vec::new();
        for (step, piece) in (3..).zip(PIECES) {
            saved.push(self.make(&client, step, piece).await?);
        }
        self.refusals(&client).await?;
        say("\nThe tracks:");
        for path in &saved {
            say(&format!("  {}", path.display()));
        }
        self.next_steps(&token);
        Ok(())
    }

    async fn sign_in(&self) -> Result<String, ClientError> {
        let account = json!({"email": EMAIL, "username": "Demo", "password": self.password});
        self.client
            .expect(Method::POST, "/api/auth/register", Some(&account))
            .await?;
        say(&format!("1. Registered {EMAIL} (POST /api/auth/register)"));
        let credentials = json!({"email": EMAIL, "password": self.password, "delivery": "body"});
        let pair = self
            .client
            .expect(Method::POST, "/api/auth/login", Some(&credentials))
            .await?;
        let pair = pair.json();
        say(&format!(
            "2. Signed in: an access token for {} s, roles {}, tier {}",
            pair["expires_in"], pair["user"]["roles"], pair["user"]["tier"]
        ));
        Ok(pair["access_token"].as_str().unwrap_or_default().to_owned())
    }

    async fn make(
        &self,
        client: &Client,
        step: usize,
        (prompt, file, seconds): (&str, &str, f64),
    ) -> Result<PathBuf, ClientError> {
        say(&format!("\n{step}. \"{prompt}\", {seconds} s"));
        let order = json!({"prompt": prompt, "duration": seconds});
        let task = client
            .expect(Method::POST, "/api/v1/generate", Some(&order))
            .await?
            .json();
        let text = |name: &str| task[name].as_str().unwrap_or_default().to_owned();
        let bar = progress_bar();
        client
            .events(&text("events_url"), |event| {
                let stage = event["stage"].as_str().or(event["status"].as_str());
                let done = event["progress"].as_f64().unwrap_or_default();
                show(&bar, stage.unwrap_or_default(), done);
            })
            .await?;
        bar.finish_and_clear();
        let done = client
            .expect(Method::GET, &text("status_url"), None)
            .await?
            .json();
        let (result, plan) = (&done["result"], &done["result"]["plan"]);
        say(&format!(
            "   {} — {} bpm, {}, {}; {}; {:.1} LUFS; seed {}",
            result["title"].as_str().unwrap_or("no title"),
            plan["tempo"],
            plan["key"].as_str().unwrap_or_default(),
            plan["metre"].as_str().unwrap_or_default(),
            list(&plan["instruments"]),
            result["loudness"].as_f64().unwrap_or_default(),
            done["seed"],
        ));
        let audio = client.expect(Method::GET, &text("audio_url"), None).await?;
        let path = self.folder.join(file);
        tokio::fs::write(&path, &audio.body)
            .await
            .map_err(|error| {
                ClientError::Broken(format!("{} can't be written: {error}", path.display()))
            })?;
        say(&format!(
            "   saved {} ({} kB)",
            path.display(),
            audio.body.len() / 1000
        ));
        Ok(path)
    }

    async fn refusals(&self, client: &Client) -> Result<(), ClientError> {
        say("\n5. What is refused, and how:");
        let order = json!({"prompt": PIECES[0].0, "duration": PIECES[0].2});
        let nobody = self
            .client
            .call(Method::POST, "/api/v1/generate", Some(&order))
            .await?;
        refused("the same call without a token", &nobody);
        let long = json!({"prompt": PIECES[0].0, "duration": 100_000});
        let long = client
            .call(Method::POST, "/api/v1/generate", Some(&long))
            .await?;
        refused("a piece of 100000 s", &long);
        Ok(())
    }

    fn next_steps(&self, token: &str) {
        let base = self.base;
        say(&format!(
            "\nThe address: {base}   the API as a page: {base}/docs\n\nThree commands to try:\n\n\
             TOKEN='{token}'\n\
             curl -s {base}/api/auth/me -H \"authorization: Bearer $TOKEN\"\n\n\
             ID=$(curl -s {base}/api/v1/generate -H \"authorization: Bearer $TOKEN\" -H 'content-type: application/json' \\\n  \
             -d '{{\"prompt\":\"calm lo-fi beat with vinyl warmth\",\"duration\":20}}' | sed 's/.*\"task_id\":\"\\([^\"]*\\)\".*/\\1/')\n\n\
             curl -sN {base}/api/v1/generate/$ID/events -H \"authorization: Bearer $TOKEN\" && \\\n  \
             curl -so lofi.wav {base}/api/v1/generate/$ID/audio -H \"authorization: Bearer $TOKEN\""
        ));
    }
}

fn refused(what: &str, reply: &Reply) {
    let code = reply.json()["code"].as_str().unwrap_or_default().to_owned();
    say(&format!(
        "   {what}: {} {code}\n     {}",
        reply.status.as_u16(),
        reply.detail()
    ));
}

fn list(words: &Value) -> String {
    let words = words
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    words.collect::<Vec<_>>().join(", ")
}
