use super::{Content, Doc, Tag};
use crate::routes::{Method, RateClass, Route};
use musicgen_music::jobs::Cursor;
use musicgen_security::authorization::Access;
use musicgen_security::problem::FieldProblem;
use serde_json::json;
use std::collections::BTreeSet;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::{
    Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn,
};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    ComponentsBuilder, HttpMethod, InfoBuilder, KnownFormat, OpenApi, OpenApiBuilder, PathItem,
    PathsBuilder, Ref, RefOr, Required,
};

/// The document of these routes.
pub fn document(routes: &[Route]) -> OpenApi {
    let mut paths = PathsBuilder::new();
    let mut components = ComponentsBuilder::new()
        .schema("Problem", problem_schema())
        .schema("OAuthError", oauth_error_schema())
        .security_scheme(
            "bearer",
            SecurityScheme::Http(
                HttpBuilder::new()
                    .scheme(HttpAuthScheme::Bearer)
                    .bearer_format("JWT")
                    .build(),
            ),
        )
        .security_scheme(
            "internal_key",
            SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-API-Key"))),
        )
        .security_scheme(
            "api_key",
            SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(
                "X-API-Key",
                "A key of `/api/v1/user/api-keys`; the same text is good as a bearer token.",
            ))),
        )
        .security_scheme(
            "cookie",
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
                "__Host-musicgen_access",
                "Set by the sign-in. What changes something needs `X-CSRF-Token` too.",
            ))),
        );
    for route in routes {
        paths = paths.path(
            route.path,
            PathItem::new(http_method(route.method), operation(route)),
        );
        for (name, schema) in &route.doc.schemas {
            components = components.schema(name, schema.clone());
        }
    }
    let tags = Tag::ALL.map(|tag| TagBuilder::new().name(tag.title()).build());
    let info = InfoBuilder::new()
        .title("Music Gen AI")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Text to music behind a real sign-in. Errors are RFC 9457 problems with a stable `code`.",
        ))
        .build();
    OpenApiBuilder::new()
        .info(info)
        .paths(paths)
        .components(Some(components.build()))
        .tags(Some(tags))
        .build()
}

/// The document as text, ending in a line feed.
pub fn json(routes: &[Route]) -> String {
    // By way of a value, whose members are sorted: the document's own maps have no order.
    let value = serde_json::to_value(document(routes)).unwrap_or_default();
    format!("{value:#}\n")
}

fn http_method(method: Method) -> HttpMethod {
    match method {
        Method::Get => HttpMethod::Get,
        Method::Post => HttpMethod::Post,
        Method::Patch => HttpMethod::Patch,
        Method::Delete => HttpMethod::Delete,
    }
}

fn operation(route: &Route) -> Operation {
    let doc = &route.doc;
    let mut operation = OperationBuilder::new()
        .tag(doc.tag.title())
        .summary(Some(doc.summary))
        .operation_id(Some(operation_id(route)));
    for parameter in parameters(route) {
        operation = operation.parameter(parameter);
    }
    operation = operation.request_body(request_body(doc));
    for answer in &doc.answers {
        let mut response = ResponseBuilder::new().description(answer.text);
        response = match &answer.content {
            Content::Nothing => response,
            Content::Json(schema) => response.content(
                "application/json",
                ContentBuilder::new()
                    .schema(Some((**schema).clone()))
                    .build(),
            ),
            Content::File(media_type) => {
                response.content(*media_type, ContentBuilder::new().build())
            }
        };
        operation = operation.response(answer.status.to_string(), response.build());
    }
    for status in refusals(route) {
        operation = operation.response(status.to_string(), refusal(status, doc.request_is_form));
    }
    for scheme in schemes(&route.access) {
        let requirement = SecurityRequirement::new::<_, [&str; 0], _>(*scheme, []);
        operation = operation.security(requirement);
    }
    let extensions = Extensions::builder()
        .add("x-access", route.access.to_string())
        .add("x-rate-class", route.class.id())
        .build();
    operation.extensions(Some(extensions)).build()
}

fn request_body(doc: &Doc) -> Option<RequestBody> {
    let content = ContentBuilder::new()
        .schema(Some(doc.request.clone()?))
        .build();
    let media_type = if doc.request_is_form {
        "application/x-www-form-urlencoded"
    } else {
        "application/json"
    };
    let required = if doc.request_is_optional {
        Required::False
    } else {
        Required::True
    };
    let body = RequestBodyBuilder::new()
        .content(media_type, content)
        .required(Some(required));
    Some(body.build())
}

/// The credentials that open a route, any one of them.
fn schemes(access: &Access) -> &'static [&'static str] {
    match access {
        Access::Public => &[],
        Access::Operator => &["bearer", "api_key", "internal_key"],
        Access::Session | Access::Holder | Access::Fresh => &["bearer", "cookie"],
        _ => &["bearer", "api_key", "cookie"],
    }
}

/// `GET /api/v1/generate/{id}` becomes `get_api_v1_generate_id`.
fn operation_id(route: &Route) -> String {
    let path: String = route
        .path
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .flat_map(|word| ["_", word])
        .collect();
    format!("{}{path}", route.method.as_str().to_ascii_lowercase())
}

fn parameters(route: &Route) -> Vec<Parameter> {
    let parameter = |name: &str, kind, required, text: &str, schema: ObjectBuilder| {
        ParameterBuilder::new()
            .name(name)
            .parameter_in(kind)
            .required(required)
            .description(Some(text))
            .schema(Some(Schema::Object(schema.build())))
            .build()
    };
    let string = || ObjectBuilder::new().schema_type(Type::String);
    let mut all = Vec::new();
    for name in path_parameters(route.path) {
        let schema = match name {
            "id" => string().format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid))),
            _ => string(),
        };
        all.push(parameter(
            name,
            ParameterIn::Path,
            Required::True,
            "Which one",
            schema,
        ));
    }
    for header in &route.doc.headers {
        all.push(parameter(
            header.name,
            ParameterIn::Header,
            Required::False,
            header.text,
            string().pattern(header.pattern),
        ));
    }
    if route.doc.paging {
        let limit = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1))
            .maximum(Some(100))
            .default(Some(json!(20)));
        let (kind, optional) = (ParameterIn::Query, Required::False);
        all.push(parameter(
            "limit",
            kind.clone(),
            optional.clone(),
            "How many at most",
            limit,
        ));
        let cursor = string().pattern(Some(Cursor::PATTERN));
        let text = "`next_cursor` of the page before";
        all.push(parameter("cursor", kind, optional, text, cursor));
    }
    all
}

fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// The errors that follow from what the route is.
fn refusals(route: &Route) -> BTreeSet<u16> {
    let mut statuses: BTreeSet<u16> = route.doc.refusals.iter().copied().collect();
    // Any route: what its head or its query says wrongly, a credential that is present and wrong, our own
    // failures.
    statuses.extend([400, 401, 414, 415, 417, 421, 422, 431, 500, 503]);
    if !route.gives().is_empty() && route.class != RateClass::None {
        statuses.insert(406);
    }
    // What changes something is refused when another site makes a browser send it.
    if route.access != Access::Public || route.method != Method::Get {
        statuses.insert(403);
    }
    if route.access == Access::Fresh {
        statuses.insert(428);
    }
    let takes_none = route.method != Method::Post && route.body_limit == 0;
    if takes_none || route.doc.request_is_form || route.doc.request.is_some() {
        statuses.insert(413);
    }
    if path_parameters(route.path).next().is_some() {
        statuses.insert(404);
    }
    statuses
}

fn refusal(status: u16, by_oauth: bool) -> Response {
    let text = match status {
        400 => "The request is malformed",
        401 => "No credential, or a wrong one",
        403 => "Not allowed",
        404 => "Absent, or somebody else's",
        409 => "In conflict with what there is",
        406 => "The route gives nothing that `Accept` allows",
        414 => "The address is too long",
        417 => "`Expect` is something else than `100-continue`",
        421 => "The host is none of this service",
        428 => "The sign-in is too long ago: `/api/auth/confirm` first",
        431 => "The head of the request is too large",
        413 => "The body is too large",
        415 => "The body has the wrong type",
        416 => "The range is outside the file",
        422 => "Well-formed, but not valid",
        429 => "A limit is reached; see `Retry-After`",
        503 => "Not at the moment; see `Retry-After`",
        _ => "A failure on our side",
    };
    let content = |name| {
        let schema = RefOr::Ref(Ref::from_schema_name(name));
        ContentBuilder::new().schema(Some(schema)).build()
    };
    let response = ResponseBuilder::new()
        .description(text)
        .content("application/problem+json", content("Problem"));
    // The stages before an endpoint refuse as everywhere.
    if by_oauth && matches!(status, 400 | 401) {
        response.content("application/json", content("OAuthError"))
    } else {
        response
    }
    .build()
}

fn oauth_error_schema() -> Schema {
    let string = |text: &str| {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(text))
            .build()
    };
    let error = ObjectBuilder::new()
        .description(Some("RFC 6749, section 5.2"))
        .property("error", string("A stable word for programs"))
        .property("error_description", string("For people"))
        .required("error")
        .required("error_description");
    Schema::Object(error.build())
}

fn problem_schema() -> Schema {
    let string = |text: &str| {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(text))
            .build()
    };
    // Named here so that a change of FieldProblem is noticed here.
    let FieldProblem {
        pointer: _,
        code: _,
        detail: _,
    } = FieldProblem::new("", "", "");
    let fault = ObjectBuilder::new()
        .property("pointer", string("JSON Pointer to the field"))
        .property("code", string("A stable word"))
        .property("detail", string("What is accepted"))
        .required("pointer")
        .required("code")
        .required("detail")
        .build();
    let status = ObjectBuilder::new().schema_type(Type::Integer).build();
    let mut problem = ObjectBuilder::new()
        .description(Some("RFC 9457 problem details"))
        .property("type", string("Identifies the kind of problem"))
        .property("title", string("The kind of problem, for people"))
        .property("status", status)
        .property("detail", string("What went wrong and what to do"))
        .property("instance", string("The path of the request"))
        .property("code", string("A stable word for programs"))
        .property("request_id", string("To find the request in the log"))
        .property(
            "errors",
            utoipa::openapi::schema::ArrayBuilder::new()
                .items(fault)
                .build(),
        );
    for name in ["type", "title", "status", "detail", "instance", "code"] {
        problem = problem.required(name);
    }
    Schema::Object(problem.build())
}
