//! The route table: every path, who may call it, what it costs, what it takes and gives.
//!
//! A [`Route`] can't be made without its access, rate class and body limit, and the router is built
//! from this table alone: a route that isn't here doesn't exist. The OpenAPI document, the snapshot
//! `routes.snap` and the tests that walk all routes read the same table.

use crate::openapi::Doc;
use crate::state::AppState;
use axum::handler::Handler;
use axum::response::Response;
use axum::routing::MethodFilter;
use musicgen_security::authorization::Access;
use musicgen_security::stack::Demand;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

mod endpoint;
mod table;

pub(crate) use endpoint::{Endpoint, Unbound};

pub use musicgen_security::rate_limiting::RateClass;
pub use table::table;

/// A method of a route, as the table needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// GET, and HEAD with it.
    Get,
    /// POST
    Post,
    /// PATCH
    Patch,
    /// DELETE
    Delete,
}

impl Method {
    /// As it stands in a request.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    pub(crate) fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
            Self::Patch => MethodFilter::PATCH,
            Self::Delete => MethodFilter::DELETE,
        }
    }
}

/// One line of the table.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a column of the table, by itself"
)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, parameters in braces.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// What it costs.
    pub class: RateClass,
    /// The largest body in bytes; 0 where none is read.
    pub body_limit: usize,
    /// Whether the refresh cookie is read; it is ignored everywhere else.
    pub reads_refresh_cookie: bool,
    /// Whether `Authorization: Basic` is a program's id and secret; it is refused everywhere else.
    pub takes_client_credentials: bool,
    /// Whether pages of allowed origins may read it; a path without CORS has no parameters.
    pub has_cors: bool,
    /// Whether it answers while the service has too much to do.
    pub answers_under_load: bool,
    /// What the OpenAPI document says.
    pub doc: Doc,
    pub(crate) handler: Unbound,
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:6} {:45} {:24} {:8} {}{}{}{}{}",
            self.method.as_str(),
            self.path,
            self.access.to_string(),
            self.class.id(),
            self.body_limit,
            if self.reads_refresh_cookie {
                " refresh cookie"
            } else {
                ""
            },
            if self.takes_client_credentials {
                " client credentials"
            } else {
                ""
            },
            if self.has_cors { "" } else { " no CORS" },
            if self.answers_under_load {
                " under load"
            } else {
                ""
            }
        )
    }
}

impl Route {
    pub(crate) fn new<H, T>(
        (method, path): (Method, &'static str),
        (access, class, body_limit): (Access, RateClass, usize),
        handler: H,
        doc: Doc,
    ) -> Self
    where
        H: Handler<T, AppState, Future = Pin<Box<dyn Future<Output = Response> + Send>>>,
        T: 'static,
    {
        Self {
            method,
            path,
            access,
            class,
            body_limit,
            reads_refresh_cookie: false,
            takes_client_credentials: false,
            has_cors: true,
            answers_under_load: class == RateClass::None,
            doc,
            handler: Unbound::new(handler),
        }
    }

    /// What its stages are made of.
    pub(crate) fn demand(&self) -> Demand {
        (self.access.clone(), self.class).into()
    }

    /// The query parameters that it takes.
    pub fn query(&self) -> &'static [&'static str] {
        if self.doc.paging {
            &["limit", "cursor"]
        } else {
            &[]
        }
    }

    /// The media types of what it gives; `audio/*` is some type of that kind.
    pub fn gives(&self) -> Vec<&'static str> {
        self.doc.media_types()
    }

    /// Whether its body is a form; else it is JSON.
    pub fn takes_form(&self) -> bool {
        self.doc.request_is_form
    }

    /// The same, leaving a program's id and secret to the handler.
    pub(crate) fn taking_client_credentials(mut self) -> Self {
        self.takes_client_credentials = true;
        self
    }

    /// The same, for no page of another origin.
    pub(crate) fn without_cors(mut self) -> Self {
        self.has_cors = false;
        self
    }

    /// The same, answering while the service has too much to do. Its path has no parameters: those
    /// paths are compared before there is a route.
    pub(crate) fn answering_under_load(mut self) -> Self {
        self.answers_under_load = true;
        self
    }

    /// The same, reading the refresh cookie too.
    pub(crate) fn reading_refresh_cookie(mut self) -> Self {
        self.reads_refresh_cookie = true;
        self
    }
}
