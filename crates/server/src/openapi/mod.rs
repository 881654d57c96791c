//! The OpenAPI document, made from the [route table](crate::routes) and the types of the handlers.
//!
//! 1. What a route takes and gives is said once, in the table, with the handler's own types.
//! 2. Which errors it may answer follows from its access, its body limit and its path: a route
//!    can't forget one.
//! 3. The document is checked in as `crates/server/openapi.json` and compared by a test.

mod document;
mod page;

pub use document::{document, json};
pub(crate) use page::DocsPage;

use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Schema, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// The chapter a route belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// Accounts and tokens.
    Accounts,
    /// Keys and tokens of programs.
    Programs,
    /// Generation.
    Music,
    /// Engines and words.
    Models,
    /// What administrators do.
    Administration,
    /// Health and figures.
    Operations,
}

impl Tag {
    pub(crate) const ALL: [Self; 6] = [
        Self::Accounts,
        Self::Programs,
        Self::Music,
        Self::Models,
        Self::Administration,
        Self::Operations,
    ];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Accounts => "Accounts and tokens",
            Self::Programs => "Programs: API keys and OAuth 2",
            Self::Music => "Music",
            Self::Models => "Engines and words",
            Self::Administration => "Administration",
            Self::Operations => "Operations",
        }
    }
}

type Named = (String, RefOr<Schema>);

/// A header that a route reads.
#[derive(Clone)]
pub(crate) struct Header {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    /// What else is refused.
    pub(crate) pattern: Option<&'static str>,
}

/// A field of a form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FormField {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    pub(crate) text: &'static str,
}

/// What a route says of itself.
#[derive(Clone)]
pub struct Doc {
    pub(crate) tag: Tag,
    pub(crate) summary: &'static str,
    pub(crate) request: Option<RefOr<Schema>>,
    /// Whether the body may be left out.
    pub(crate) request_is_optional: bool,
    /// Whether the body is a form; then refusals have the form of RFC 6749.
    pub(crate) request_is_form: bool,
    pub(crate) answers: Vec<Answer>,
    pub(crate) refusals: Vec<u16>,
    pub(crate) headers: Vec<Header>,
    pub(crate) paging: bool,
    pub(crate) schemas: Vec<Named>,
}

/// An answer that isn't an error.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: &'static str,
    pub(crate) content: Content,
}

#[derive(Clone)]
pub(crate) enum Content {
    Nothing,
    Json(Box<RefOr<Schema>>),
    File(&'static str),
}

impl std::fmt::Debug for Doc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Doc")
            .field("summary", &self.summary)
            .finish_non_exhaustive()
    }
}

impl Doc {
    pub(crate) fn new(tag: Tag, summary: &'static str) -> Self {
        Self {
            tag,
            summary,
            request: None,
            request_is_optional: false,
            request_is_form: false,
            answers: Vec::new(),
            refusals: Vec::new(),
            headers: Vec::new(),
            paging: false,
            schemas: Vec::new(),
        }
    }

    fn reference<T: ToSchema + PartialSchema>(&mut self) -> RefOr<Schema> {
        let name = T::name().into_owned();
        T::schemas(&mut self.schemas);
        self.schemas.push((name.clone(), T::schema()));
        RefOr::Ref(Ref::from_schema_name(name))
    }

    /// A body; what it does not name is refused, and its schema says so.
    pub(crate) fn takes<T: ToSchema>(mut self) -> Self {
        let before = self.schemas.len();
        self.request = Some(self.reference::<T>());
        for (_, schema) in &mut self.schemas[before..] {
            if let RefOr::T(Schema::Object(object)) = schema {
                let closed = AdditionalProperties::FreeForm(false);
                object.additional_properties = Some(Box::new(closed));
            }
        }
        self
    }

    /// A body that may be left out.
    pub(crate) fn takes_or_nothing<T: ToSchema>(self) -> Self {
        let mut doc = self.takes::<T>();
        doc.request_is_optional = true;
        doc
    }

    /// A form of an OAuth endpoint; what it doesn't name is ignored.
    pub(crate) fn takes_form(mut self, name: &'static str, fields: &[FormField]) -> Self {
        let mut form = ObjectBuilder::new();
        for field in fields {
            let text = ObjectBuilder::new()
                .schema_type(Type::String)
                .description(Some(field.text));
            form = form.property(field.name, text);
            if field.required {
                form = form.required(field.name);
            }
        }
        let schema = RefOr::T(Schema::Object(form.build()));
        self.schemas.push((name.to_owned(), schema));
        self.request = Some(RefOr::Ref(Ref::from_schema_name(name)));
        self.request_is_form = true;
        self
    }

    pub(crate) fn gives<T: ToSchema>(mut self, status: u16, text: &'static str) -> Self {
        let content = Content::Json(Box::new(self.reference::<T>()));
        self.answers.push(Answer {
            status,
            text,
            content,
        });
        self
    }

    pub(crate) fn gives_nothing(mut self, status: u16) -> Self {
        let text = if status == 304 {
            "The file is the same"
        } else {
            "Done"
        };
        self.answers.push(Answer {
            status,
            text,
            content: Content::Nothing,
        });
        self
    }

    pub(crate) fn gives_file(
        mut self,
        status: u16,
        media_type: &'static str,
        text: &'static str,
    ) -> Self {
        self.answers.push(Answer {
            status,
            text,
            content: Content::File(media_type),
        });
        self
    }

    /// The media types of what it gives, each once.
    pub(crate) fn media_types(&self) -> Vec<&'static str> {
        let mut all = Vec::new();
        for answer in &self.answers {
            match answer.content {
                Content::Nothing => {}
                Content::Json(_) => all.push("application/json"),
                Content::File(media_type) => all.push(media_type),
            }
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// An error beside those that every such route has.
    pub(crate) fn refuses(mut self, status: u16) -> Self {
        self.refusals.push(status);
        self
    }

    pub(crate) fn header(mut self, name: &'static str, text: &'static str) -> Self {
        self.headers.push(Header {
            name,
            text,
            pattern: None,
        });
        self
    }

    pub(crate) fn idempotent(mut self, text: &'static str) -> Self {
        self.headers.push(Header {
            name: "Idempotency-Key",
            text,
            pattern: Some("^[!-~]{1,255}$"),
        });
        self
    }

    pub(crate) fn paging(mut self) -> Self {
        self.paging = true;
        self
    }
}
