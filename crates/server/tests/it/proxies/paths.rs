//! A path means the same behind nginx, which merges slashes, resolves dots and decodes.

use super::*;
use crate::proxies::chains;
use musicgen_testkit::proxies::Nginx;

const SECRET: &str = "/api/v1/admin/users";

fn spellings() -> Vec<String> {
    let mut all: Vec<String> = [
        "/health/../api/v1/admin/users",
        "/health/%2e%2e/api/v1/admin/users",
        "/health/..%2fapi/v1/admin/users",
        "/docs/..;/api/v1/admin/users",
        "//api/v1/admin/users",
        "/api//v1///admin/users",
        "/api/v1/./admin/users",
        "/api/v1/x/../admin/users",
        "/api/v1/admin%2fusers",
        "/api/v1/admin%252fusers",
        "/api/v1/admin%5cusers",
        "/api/v1/%61dmin/users",
        "/API/v1/admin/users",
        "/api/v1/admin/users/",
        "/api/v1/admin/users%20",
        "/api/v1/admin/users%00",
        "/api/v1/admin/users%23/health",
        "/api/v1/admin/users%3f/health",
        "/api/v1/admin/users;/health",
        "/api/v1/admin/users.css",
        "/api/v1/admin/users?x=/health",
        "/api/v1/admin/users?redirect=/docs",
        "/health;/../api/v1/admin/users",
        "/health%00/../api/v1/admin/users",
        "/./health/..//api/v1/admin/users",
    ]
    .map(str::to_owned)
    .into();
    all.push(format!("http://{HOST}{SECRET}"));
    all
}

/// B51, B52: through nginx as it is, without merging, and with a `proxy_pass` that sends the decoded path, no
/// spelling of an administrator's path opens it to a stranger or a user.
#[tokio::test]
async fn b52_no_spelling_opens_a_path_behind_nginx() {
    let site = Site::start(&[]);
    let token = sign_up(&caller(site.address(), "127.0.0.2"), "clara").await;
    let decoded = "rewrite ^(.*)$ $1 break; proxy_set_header X-Forwarded-For $remote_addr;";
    let fronts = [
        Nginx::before(
            site.address(),
            "",
            "proxy_set_header X-Forwarded-For $remote_addr;",
        ),
        Nginx::before(
            site.address(),
            "merge_slashes off;",
            "proxy_set_header X-Forwarded-For $remote_addr;",
        ),
        Nginx::before(site.address(), "", decoded),
    ];
    for (n, front) in fronts.iter().enumerate() {
        let stranger = caller(front.address(), "127.0.0.2");
        let user = stranger.with("authorization", format!("Bearer {token}"));
        user.get(SECRET).await.is(403);
        stranger.get(SECRET).await.is(401);
        for path in spellings() {
            for (who, caller) in [("a stranger", &stranger), ("a user", &user)] {
                let answer = caller.get(&path).await;
                let status = answer.status.as_u16();
                assert!(
                    [400, 401, 403, 404, 421, 422].contains(&status),
                    "front {n}, {who}: {path} is {status}: {}",
                    answer.text()
                );
                assert!(who == "a user" || status != 403, "front {n}: {path}");
            }
        }
    }
    let kept = chains::nginx_that_keeps_connections(site.address());
    caller(kept.address, "127.0.0.2").get(SECRET).await.is(401);
}
