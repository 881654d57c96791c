use super::KIB;
use crate::api::auth::{email, handover, login, logout, password, refresh, register, sessions};
use crate::api::me;
use crate::openapi::{Doc, Tag};
use crate::routes::Method::{Delete, Get, Patch, Post};
use crate::routes::RateClass::{Auth, Read, Write};
use crate::routes::Route;
use musicgen_security::authorization::Access::{Authenticated, Fresh, Holder, Public, Session};

// table: routes
pub(super) fn routes() -> Vec<Route> {
    let doc = |summary| Doc::new(Tag::Accounts, summary);
    vec![
        Route::new(
            (Post, "/api/auth/register"),
            (Public, Auth, 8 * KIB),
            register::register,
            doc("Make an account")
                .takes::<register::RegisterBody>()
                .gives::<register::Registered>(
                    201,
                    "The same answer whether or not the address is taken",
                )
                .refuses(400)
                .refuses(403),
        ),
        Route::new(
            (Post, "/api/auth/login"),
            (Public, Auth, 8 * KIB),
            login::login,
            doc("Sign in")
                .takes::<login::LoginBody>()
                .gives::<handover::SignedInBody>(
                    200,
                    "Signed in: tokens, or cookies that hold them",
                )
                .refuses(401)
                .refuses(403)
                .refuses(429),
        ),
        Route::new(
            (Post, "/api/auth/email/verify"),
            (Public, Auth, 4 * KIB),
            email::verify,
            doc("Show by the link in a letter that an address is mine")
                .takes::<email::VerifyBody>()
                .gives_nothing(204)
                .refuses(400)
                .refuses(403),
        ),
        Route::new(
            (Post, "/api/auth/email/resend"),
            (Public, Auth, 4 * KIB),
            email::resend,
            doc("Send that letter again: to the address of the body, else to mine")
                .takes_or_nothing::<email::ResendBody>()
                .gives_nothing(202)
                .refuses(403),
        ),
        Route::new(
            (Post, "/api/auth/password"),
            (Fresh, Auth, 8 * KIB),
            password::change,
            doc("Change my password; ends all my other sessions")
                .takes::<password::ChangeBody>()
                .gives_nothing(204)
                .refuses(429),
        ),
        Route::new(
            (Post, "/api/auth/password/forgot"),
            (Public, Auth, 4 * KIB),
            password::forgot,
            doc("Send a link that sets a new password, if the address has an account")
                .takes::<password::ForgotBody>()
                .gives_nothing(202)
                .refuses(403),
        ),
        Route::new(
            (Post, "/api/auth/password/reset"),
            (Public, Auth, 8 * KIB),
            password::reset,
            doc("Set a new password by that link; ends all sessions and revokes all API keys")
                .takes::<password::ResetBody>()
                .gives_nothing(204)
                .refuses(400)
                .refuses(403),
        ),
        Route::new(
            (Post, "/api/auth/confirm"),
            (Session, Auth, 4 * KIB),
            login::confirm,
            doc("Prove again who I am; a new session takes the place of this one")
                .takes::<login::ConfirmBody>()
                .gives::<handover::SignedInBody>(200, "Tokens, or cookies that hold them")
                .refuses(429),
        ),
        Route::new(
            (Post, "/api/auth/refresh"),
            (Public, Auth, 4 * KIB),
            refresh::refresh,
            doc("Rotate a refresh token: that of the body, else that of the cookie")
                .takes_or_nothing::<refresh::RefreshBody>()
                .gives::<handover::SignedInBody>(200, "The next pair, by the way the last one came")
                .refuses(401)
                .refuses(403),
        )
        .reading_refresh_cookie(),
        Route::new(
            (Post, "/api/auth/logout"),
            (Holder, Write, 0),
            logout::logout,
            doc("Sign out: ends this session and its tokens").gives_nothing(204),
        )
        .reading_refresh_cookie()
        .answering_under_load(),
        Route::new(
            (Post, "/api/auth/logout-all"),
            (Session, Write, 0),
            logout::logout_all,
            doc("Sign out everywhere").gives_nothing(204),
        )
        .answering_under_load(),
        Route::new(
            (Get, "/api/auth/csrf-token"),
            (Public, Read, 0),
            sessions::csrf_token,
            doc("A CSRF token, for this browser's session or, without one, for this browser")
                .gives::<sessions::CsrfBody>(200, "The token, also set as a cookie"),
        ),
        Route::new(
            (Get, "/api/auth/sessions"),
            (Session, Read, 0),
            sessions::list,
            doc("My sessions: devices, when and from where they were used")
                .gives::<sessions::SessionList>(200, "All that live"),
        ),
        Route::new(
            (Post, "/api/auth/sessions/end-others"),
            (Session, Write, 0),
            sessions::end_others,
            doc("End all my sessions but this one")
                .gives::<sessions::SessionsEnded>(200, "How many"),
        ),
        Route::new(
            (Delete, "/api/auth/sessions/{id}"),
            (Session, Write, 0),
            sessions::end,
            doc("End one of my sessions").gives_nothing(204),
        ),
        Route::new(
            (Get, "/api/auth/me"),
            (Authenticated, Read, 0),
            me::show,
            doc("Who I am, what I may do and what I have used").gives::<me::Me>(200, "The account"),
        ),
        Route::new(
            (Patch, "/api/auth/me"),
            (Session, Write, 4 * KIB),
            me::change,
            doc("Change my display name")
                .takes::<me::MeBody>()
                .gives::<me::Me>(200, "The account as it is now"),
        ),
    ]
}
