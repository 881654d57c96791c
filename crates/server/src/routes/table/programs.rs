//! Keys and tokens of programs.

use super::KIB;
use crate::api::{api_keys, oauth};
use crate::openapi::{Doc, FormField, Tag};
use crate::routes::Method::{Delete, Get, Post};
use crate::routes::RateClass::{Auth, Read, Write};
use crate::routes::Route;
use musicgen_security::authorization::Access::{Fresh, Public, Session};
use musicgen_security::authorization::{Access, Permission};

const TOKENS_INTROSPECT: Access = Access::Permission(Permission::TOKENS_INTROSPECT);

const TOKEN: FormField = field("token", true, "What it is about");
const TOKEN_TYPE_HINT: FormField = field("token_type_hint", false, "Is not needed");
const CLIENT_ID: FormField = field("client_id", false, "The id of an API key");
const CLIENT_SECRET: FormField = field("client_secret", false, "The text of that key");
const TOKEN_FORM: &[FormField] = &[
    field(
        "grant_type",
        true,
        "`refresh_token` or `client_credentials`",
    ),
    field("refresh_token", false, "For `refresh_token`"),
    field(
        "scope",
        false,
        "Narrows the access token; permissions with blanks between",
    ),
    CLIENT_ID,
    CLIENT_SECRET,
];

const fn field(name: &'static str, required: bool, text: &'static str) -> FormField {
    FormField {
        name,
        required,
        text,
    }
}

// table: routes
pub(super) fn programs() -> Vec<Route> {
    let doc = |summary| Doc::new(Tag::Programs, summary);
    vec![
        Route::new(
            (Post, "/api/auth/token"),
            (Public, Auth, 8 * KIB),
            oauth::token,
            doc("Get an access token by a refresh token or an API key (RFC 6749)")
                .takes_form("TokenForm", TOKEN_FORM)
                .gives::<oauth::TokenAnswer>(200, "The token")
                .refuses(403),
        )
        .taking_client_credentials(),
        Route::new(
            (Post, "/api/auth/introspect"),
            (TOKENS_INTROSPECT, Read, 16 * KIB),
            oauth::introspect,
            doc("What a token is, and whether it counts (RFC 7662)")
                .takes_form("IntrospectForm", &[TOKEN, TOKEN_TYPE_HINT])
                .gives::<oauth::Introspection>(200, "Of a token that doesn't count, only that"),
        ),
        Route::new(
            (Post, "/api/auth/revoke"),
            (Public, Auth, 16 * KIB),
            oauth::revoke,
            doc("Take a token or an API key back, by holding it (RFC 7009)")
                .takes_form(
                    "RevokeForm",
                    &[TOKEN, TOKEN_TYPE_HINT, CLIENT_ID, CLIENT_SECRET],
                )
                .gives_nothing(200)
                .refuses(403),
        )
        .taking_client_credentials(),
        Route::new(
            (Get, "/api/v1/user/api-keys"),
            (Session, Read, 0),
            api_keys::list,
            doc("My API keys, without their texts")
                .gives::<api_keys::ApiKeyList>(200, "Those that work, and the latest that ended"),
        ),
        Route::new(
            (Post, "/api/v1/user/api-keys"),
            (Fresh, Write, 16 * KIB),
            api_keys::create,
            doc("Make an API key")
                .takes::<api_keys::ApiKeyBody>()
                .gives::<api_keys::NewKey>(201, "The key; its text is in no other answer")
                .refuses(409),
        ),
        Route::new(
            (Delete, "/api/v1/user/api-keys/{id}"),
            (Fresh, Write, 0),
            api_keys::revoke,
            doc("Take an API key back; it and the tokens made from it are refused at once")
                .gives_nothing(204),
        ),
        Route::new(
            (Post, "/api/v1/user/api-keys/{id}/rotate"),
            (Fresh, Write, 4 * KIB),
            api_keys::rotate,
            doc("Make the successor of an API key, which goes on working for a while")
                .takes_or_nothing::<api_keys::RotateBody>()
                .gives::<api_keys::NewKey>(200, "The successor; its text is in no other answer")
                .refuses(409),
        ),
    ]
}
