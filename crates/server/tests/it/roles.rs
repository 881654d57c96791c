//! Every built-in role against every route of the table (AZ-18).

use http::Method;
use musicgen::routes::{Route, table};
use musicgen_security::authentication::accounts::{AccountChange, AccountStore, Changed};
use musicgen_security::authorization::{Access, RoleName};
use musicgen_testkit::{Persona, TestApp};

/// What each role may do, written down here a second time so that a change of the policy shows.
const ROLES: &[(&str, &[&str])] = &[
    (
        "admin",
        &[
            "music:generate",
            "music:generate:premium",
            "music:generate:batch",
            "models:view",
            "models:manage",
            "models:upload",
            "users:view",
            "users:manage",
            "users:delete",
            "analytics:view",
            "analytics:export",
            "system:logs:view",
            "system:manage",
            "tokens:introspect",
        ],
    ),
    ("user", &["music:generate", "models:view"]),
    (
        "premium_user",
        &[
            "music:generate",
            "models:view",
            "music:generate:premium",
            "music:generate:batch",
        ],
    ),
    (
        "moderator",
        &[
            "music:generate",
            "models:view",
            "users:view",
            "analytics:view",
        ],
    ),
    (
        "developer",
        &[
            "music:generate",
            "models:view",
            "music:generate:premium",
            "models:manage",
            "analytics:view",
            "system:logs:view",
        ],
    ),
];

/// Somebody with this role alone.
async fn somebody<'a>(app: &'a TestApp, name: &str, role: &str) -> Persona<'a> {
    app.user(name).await;
    let account = app.account(name).await;
    let change = AccountChange {
        roles: Some(vec![RoleName::parse(role).unwrap()]),
        ..AccountChange::default()
    };
    let changed = app
        .accounts()
        .change(account.id, &change, account.updated_at)
        .await;
    assert!(matches!(changed, Ok(Changed::Done(_))), "{changed:?}");
    app.hear_of_changes().await;
    app.sign_in(name).await
}

async fn call(persona: &Persona<'_>, route: &Route) -> musicgen_testkit::Answer {
    let method = Method::from_bytes(route.method.as_str().as_bytes()).unwrap();
    let id = "0b0f6a5e-0000-4000-8000-000000000000";
    let path = route.path.replace("{id}", id).replace("{model}", "builtin");
    let body = (route.body_limit > 0).then(|| "{}".to_owned());
    persona.send(method, &path, body).await
}

/// AZ-18, AZ-1: every cell of role, route and method is asserted.
#[tokio::test]
async fn every_role_reaches_exactly_its_routes() {
    let app = TestApp::start().await;
    let mut cells = 0;
    for (role, permissions) in ROLES {
        let name = role.replace('_', "");
        let persona = somebody(&app, &name, role).await;
        for (n, route) in table().iter().enumerate() {
            let allowed = match &route.access {
                Access::Public
                | Access::Authenticated
                | Access::Session
                | Access::Holder
                | Access::Fresh => true,
                Access::Permission(needed) => permissions.contains(&needed.as_str()),
                Access::Operator => permissions.contains(&"system:manage"),
                other => panic!("{other:?} has no column here"),
            };
            // Signing out takes the session, so it is somebody else's.
            let answer = if route.path.contains("logout") {
                let other = somebody(&app, &format!("{name}{n}"), role).await;
                call(&other, route).await
            } else {
                call(&persona, route).await
            };
            if allowed {
                let status = answer.status.as_u16();
                assert!(
                    ![401, 403].contains(&status),
                    "{role} at {route:?}: {status}"
                );
            } else {
                answer.is_problem(403, "insufficient_permission");
            }
            cells += 1;
        }
    }
    assert_eq!(cells, ROLES.len() * table().len());
}
