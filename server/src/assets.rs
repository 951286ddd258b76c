//! The web app, from inside the binary. `build.rs` puts the files of `target/page` here, compressed and hashed.
//! `/` is `index.html`; so is any other path without a file extension, if the caller asks for HTML by name
//! (the page has its own routes). Names with a hash in them are cached forever, all others revalidated by `ETag`.
//! Not tower-http's `ServeDir` on an in-memory backend: its `ETag` is size and mtime, which embedded files lack,
//! it reads through `AsyncRead` what is in memory already, and policy, cache rules and fallback would remain ours.
//! No ranges: the largest file is below a megabyte.

use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use http_body_util::Full;
use tonic::body::Body;

use negotiate::Coding;

mod media;
mod negotiate;
mod policy;

/// For names that change with their content: a year, which is as long as caches keep anything.
const CACHE_FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// For names that stay: kept, but asked about each time.
const CACHE_REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");
const INDEX: &str = "index.html";
const NOT_BUILT: &str = "The page isn't in this binary.\n\
    Build it with `cargo xtask build`, which runs trunk first and then compiles the server around the page.\n";

/// The page as `build.rs` found it.
static BUILT_PAGE: Page = include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// One file of the page.
#[derive(Debug)]
struct File {
    /// Path without the leading slash.
    path: &'static str,
    /// Names this content; without quotes.
    etag: &'static str,
    identity: &'static [u8],
    /// None where it wouldn't be smaller.
    brotli: Option<&'static [u8]>,
    /// None where it wouldn't be smaller.
    gzip: Option<&'static [u8]>,
}

/// All files of the page.
#[derive(Debug)]
struct Page {
    files: &'static [File],
    /// CSP sources of the scripts that stand in `index.html` itself.
    script_hashes: &'static [&'static str],
}

/// Serves the page.
#[derive(Clone, Debug)]
pub struct Assets {
    page: &'static Page,
    policy: HeaderValue,
}

impl Assets {
    /// The page that this binary was built with.
    pub fn built_in() -> Self {
        Self::new(&BUILT_PAGE)
    }

    fn new(page: &'static Page) -> Self {
        Self {
            page,
            policy: policy::content_security_policy(page.script_hashes),
        }
    }

    /// True if the binary was built with a page.
    pub fn has_page(&self) -> bool {
        self.file(INDEX).is_some()
    }

    /// True if the binary's page has a file of that path, `/` being its index.
    pub fn is_file(path: &str) -> bool {
        let path = path.trim_start_matches('/');
        let path = if path.is_empty() { INDEX } else { path };
        BUILT_PAGE.files.iter().any(|file| file.path == path)
    }

    /// Answers a request that is nobody else's.
    pub fn answer(&self, request: &Parts) -> Response<Body> {
        let mut response = self.select(request);
        policy::protect(response.headers_mut(), &self.policy, request);
        if request.method == Method::HEAD {
            *response.body_mut() = Body::empty();
        }
        response
    }

    fn select(&self, request: &Parts) -> Response<Body> {
        let path = request.uri.path().trim_start_matches('/');
        let is_read = request.method == Method::GET || request.method == Method::HEAD;
        let is_page = path.is_empty() || (!has_extension(path) && asks_for_html(&request.headers));
        match self.file(if path.is_empty() { INDEX } else { path }) {
            Some(_) if !is_read => {
                let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "Files are read by GET.\n");
                response
                    .headers_mut()
                    .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
                response
            }
            Some(file) => serve(file, &request.headers),
            None if !is_read || !is_page => {
                text(StatusCode::NOT_FOUND, "Nothing is served here.\n")
            }
            None => match self.file(INDEX) {
                Some(index) => serve(index, &request.headers),
                None => text(StatusCode::SERVICE_UNAVAILABLE, NOT_BUILT),
            },
        }
    }

    fn file(&self, path: &str) -> Option<&'static File> {
        self.page.files.iter().find(|file| file.path == path)
    }
}

/// The file in the smallest form that the caller takes, or 304 if it has that already.
fn serve(file: &'static File, asked: &HeaderMap) -> Response<Body> {
    let coding = negotiate::coding(asked, file.brotli.is_some(), file.gzip.is_some());
    let (bytes, suffix) = match coding {
        Coding::Brotli => (file.brotli.unwrap_or(file.identity), "-br"),
        Coding::Gzip => (file.gzip.unwrap_or(file.identity), "-gz"),
        Coding::Identity => (file.identity, ""),
    };
    // A strong tag names these very bytes, so each coding has its own.
    let etag = format!("\"{}{suffix}\"", file.etag);
    let is_current = negotiate::matches(asked, &etag);
    let body = if is_current {
        Body::empty()
    } else {
        Body::new(Full::from(bytes))
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let cache = if has_hash(file.path) {
        CACHE_FOREVER
    } else {
        CACHE_REVALIDATE
    };
    headers.insert(header::CACHE_CONTROL, cache);
    if let Ok(etag) = HeaderValue::try_from(etag) {
        headers.insert(header::ETAG, etag);
    }
    if is_current {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(media::content_type(file.path)),
    );
    headers.insert(header::CONTENT_LENGTH, bytes.len().into());
    if let Some(name) = coding.name() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    response
}

fn text(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::new(Full::from(text)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media::TEXT));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// True for `…/name.ext`: a missing file is an error, a missing page is the app's own route.
fn has_extension(path: &str) -> bool {
    path.rsplit('/')
        .next()
        .is_some_and(|name| name.contains('.'))
}

/// True if HTML is asked for by name, as browsers do when they navigate; `*/*` is what scripts and curl send.
fn asks_for_html(headers: &HeaderMap) -> bool {
    let values = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut ranges = values.flat_map(|value| value.split(','));
    ranges.any(|range| {
        range
            .split(';')
            .next()
            .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("text/html"))
    })
}

/// True if the name carries a content hash as trunk writes it: `-`, then 8 or more lower-case hex digits.
fn has_hash(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split(['-', '.', '_']).skip(1).any(|part| {
        part.len() >= 8
            && part
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

#[cfg(test)]
mod tests;
