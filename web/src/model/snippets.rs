//! The same call in other tools: text to copy, made from what really went over the wire.

mod json;

use std::fmt::Write as _;
use std::time::Duration;

use wire::timeout;
use wire::traceparent::TRACEPARENT;

use super::json_text::quote;
use super::json_view::compact;
use super::record::Record;
use super::server::authority;
use super::wire_body::WireBody;
use super::wire_view::Title;

/// A tool or library that can make the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// The `curl` command, for JSON.
    Curl,
    /// The `grpcurl` command.
    Grpcurl,
    /// The `buf curl` command.
    BufCurl,
    /// JavaScript's fetch, with the frames or the JSON as they are.
    Fetch,
    /// Connect for ECMAScript.
    ConnectEs,
    /// tonic, for Rust.
    Tonic,
}

impl Tool {
    /// Returns the tools that make the call, in the order the page offers them.
    pub fn of(is_json: bool) -> &'static [Self] {
        const JSON: [Tool; 2] = [Tool::Curl, Tool::Fetch];
        const GRPC: [Tool; 5] = [
            Tool::Grpcurl,
            Tool::BufCurl,
            Tool::Fetch,
            Tool::ConnectEs,
            Tool::Tonic,
        ];
        if is_json { &JSON } else { &GRPC }
    }

    /// Returns its name, the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Grpcurl => "grpcurl",
            Self::BufCurl => "buf curl",
            Self::Fetch => "fetch",
            Self::ConnectEs => "connect-es",
            Self::Tonic => "tonic",
        }
    }

    /// Returns the key of its test hook.
    pub fn key(self) -> &'static str {
        match self {
            Self::BufCurl => "buf-curl",
            other => other.name(),
        }
    }

    /// Returns whether the project's own tests run or compile the text this page gives.
    pub fn is_run_by_tests(self) -> bool {
        !matches!(self, Self::Curl | Self::Grpcurl)
    }
}

/// Returns the call of a record as text for a tool; `request` is the record's request body.
pub fn snippet(tool: Tool, record: &Record, request: &WireBody) -> String {
    let path = record.path.trim_start_matches('/');
    let base_url = record
        .url
        .strip_suffix(&*record.path)
        .unwrap_or(&record.url);
    if request.bytes.len() > MAX_REQUEST_BYTES {
        return too_large(request.bytes.len());
    }
    let call = Call {
        record,
        request,
        path,
        base_url,
    };
    match tool {
        Tool::Grpcurl => call.grpcurl(),
        Tool::BufCurl => call.buf_curl(),
        Tool::Curl => call.curl(),
        Tool::Fetch if record.is_json() => call.fetch_json(),
        Tool::Fetch => call.fetch(),
        Tool::ConnectEs => call.connect_es(),
        Tool::Tonic => call.tonic(),
    }
}

/// Returns the text for a request of so many bytes, which is too large to be written out.
pub fn too_large(size: usize) -> String {
    format!("# {size} bytes are too many to stand in a text.\n")
}

/// Largest request that is written out, in bytes; JSON shows longer values cut.
pub const MAX_REQUEST_BYTES: usize = 2 * 1024;

/// Headers that every tool sets by itself, and the trace: a call that is made again has one of its own.
const OWN_HEADERS: [&str; 6] = [
    "content-type",
    "accept",
    "x-grpc-web",
    "x-user-agent",
    "grpc-timeout",
    TRACEPARENT,
];

struct Call<'a> {
    record: &'a Record,
    request: &'a WireBody,
    /// `pkg.Service/Method`.
    path: &'a str,
    base_url: &'a str,
}

impl Call<'_> {
    fn json(&self) -> String {
        let json = compact(&self.request.view.json);
        if json.is_empty() {
            "{}".to_owned()
        } else {
            json
        }
    }

    fn metadata(&self) -> impl Iterator<Item = (&str, &str)> {
        let headers = self.record.request_headers.iter();
        let own = headers.filter(|(name, _)| !OWN_HEADERS.contains(&&**name));
        own.map(|(name, value)| (&**name, &**value))
    }

    fn deadline(&self) -> Option<Duration> {
        let headers = &self.record.request_headers;
        let (_, timeout) = headers.iter().find(|(name, _)| name == "grpc-timeout")?;
        timeout::parse(timeout).ok()
    }

    /// Returns an option with the deadline, or nothing without one.
    fn timed(&self, write: fn(u64) -> String) -> String {
        let millis = self.deadline().map(|deadline| deadline.as_millis());
        // The deadline field takes eight digits.
        let millis = millis.and_then(|millis| u64::try_from(millis).ok());
        millis.map(write).unwrap_or_default()
    }

    fn shell_headers(&self, quote: fn(String) -> String) -> String {
        self.metadata()
            .fold(String::new(), |mut text, (name, value)| {
                let header = quote(format!("{name}: {value}"));
                // Writing to a string can't fail.
                let _ = write!(text, " -H {}", shell_quote(&header));
                text
            })
    }

    fn grpcurl(&self) -> String {
        let transport = if self.base_url.starts_with("https") {
            ""
        } else {
            " -plaintext"
        };
        let (headers, data) = (
            self.shell_headers(|header| header),
            shell_quote(&self.json()),
        );
        let server = authority(self.base_url);
        let time =
            self.timed(|millis| format!(" -max-time {}.{:03}", millis / 1000, millis % 1000));
        format!(
            "grpcurl{transport}{time}{headers} -d {data} {server} {}",
            self.path
        )
    }

    fn buf_curl(&self) -> String {
        let prior = if self.base_url.starts_with("https") {
            ""
        } else {
            " --http2-prior-knowledge"
        };
        let (headers, data) = (self.shell_headers(csv_quote), shell_quote(&self.json()));
        let time = self.timed(|millis| format!(" --timeout {millis}ms"));
        format!(
            "buf curl --protocol grpc{prior}{time}{headers} -d {data} {}",
            self.record.url
        )
    }

    fn fetch(&self) -> String {
        let own = [
            ("content-type", "application/grpc-web+proto"),
            ("x-grpc-web", "1"),
        ];
        let timeout = self
            .record
            .request_headers
            .iter()
            .find(|(name, _)| name == "grpc-timeout");
        let timeout = timeout.map(|(name, value)| (&**name, &**value));
        let headers = own.into_iter().chain(timeout).chain(self.metadata());
        let headers = headers.fold(String::new(), |mut text, (name, value)| {
            let _ = writeln!(text, "    {}: {},", quote(name), quote(value));
            text
        });
        let bytes: Vec<String> = self
            .request
            .bytes
            .iter()
            .map(|byte| format!("0x{byte:02x}"))
            .collect();
        FETCH_TEMPLATE
            .replace("URL", &quote(&self.record.url))
            .replace("BYTES", &bytes.join(", "))
            .replace("HEADERS", headers.trim_end())
    }

    fn connect_es(&self) -> String {
        let (service, method) = self.service_and_method();
        let (package, service) = service.rsplit_once('.').unwrap_or(("", service));
        let headers = self
            .metadata()
            .fold(String::new(), |mut text, (name, value)| {
                let _ = write!(text, "{}: {}, ", quote(name), quote(value));
                text
            });
        let headers = if headers.is_empty() {
            headers
        } else {
            format!("headers: {{ {headers}}}, ")
        };
        let options = headers + &self.timed(|millis| format!("timeoutMs: {millis} "));
        let options = match options.trim_end_matches([',', ' ']) {
            "" => String::new(),
            options => format!(", {{ {options} }}"),
        };
        CONNECT_TEMPLATE
            .replace("FOLDER", &package.replace('.', "/"))
            .replace("FILE", &snake_case(service))
            .replace("SERVICE", service)
            .replace("BASE_URL", &quote(self.base_url))
            .replace("METHOD", &lower_first(method))
            .replace("OPTIONS", &options)
            .replace("JSON", &self.json())
    }

    fn tonic(&self) -> String {
        let (service, method) = self.service_and_method();
        let (package, service) = service.rsplit_once('.').unwrap_or(("", service));
        let rows = self.request.view.rows.iter().enumerate();
        let fields = rows.filter_map(|(index, row)| match &row.title {
            Title::Field {
                name: Some(name), ..
            } if row.depth == 1 => Some((name, self.full_text(index).unwrap_or(&row.value))),
            _ => None,
        });
        let fields = fields.fold(String::new(), |mut text, (name, value)| {
            let _ = write!(text, "\n        {name}: {},", rust_value(value));
            text
        });
        TONIC_TEMPLATE
            .replace("PACKAGE", &package.replace('.', "::"))
            .replace("MODULE", &snake_case(service))
            .replace("SERVICE", service)
            .replace("BASE_URL", &quote(self.base_url))
            .replace("CALL", &snake_case(method))
            .replace("METHOD", method)
            .replace("EXTRAS", &self.tonic_extras())
            .replace("FIELDS", &fields)
    }

    /// Returns a text field's value without the cut that a row makes.
    fn full_text(&self, row: usize) -> Option<&str> {
        let line = self
            .request
            .view
            .json
            .iter()
            .find(|line| line.row == Some(row))?;
        let is_text = |value: &str| value.starts_with('"');
        let row = self.request.view.rows.get(row)?;
        (is_text(&line.value) && is_text(&row.value)).then_some(&*line.value)
    }

    /// Returns the lines that add deadline and metadata; none for a call without either.
    fn tonic_extras(&self) -> String {
        let deadline = self.timed(|millis| {
            format!("    request.set_timeout(std::time::Duration::from_millis({millis}));\n")
        });
        let lines = self.metadata().fold(deadline, |mut text, (name, value)| {
            let (name, value) = (rust_text(&quote(name)), rust_text(&quote(value)));
            let line = format!("request.metadata_mut().append({name}, {value}.parse()?);");
            let _ = writeln!(text, "    {line}");
            text
        });
        if lines.is_empty() {
            return lines;
        }
        format!("    let mut request = tonic::Request::new(request);\n{lines}")
    }

    fn service_and_method(&self) -> (&str, &str) {
        self.path.split_once('/').unwrap_or((self.path, ""))
    }
}

const FETCH_TEMPLATE: &str = r#"const response = await fetch(URL, {
  method: "POST",
  headers: {
HEADERS
  },
  // flags (1 byte), length (4 bytes, big-endian), then the message
  body: Uint8Array.of(BYTES),
});
const bytes = new Uint8Array(await response.arrayBuffer());
for (let at = 0; at < bytes.length; ) {
  const length = new DataView(bytes.buffer).getUint32(at + 1);
  const payload = bytes.subarray(at + 5, at + 5 + length);
  console.log(bytes[at] & 0x80 ? "trailers" : "message", new TextDecoder().decode(payload));
  at += 5 + length;
}
"#;

const CONNECT_TEMPLATE: &str = r#"import { fromJson, toJson } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { SERVICE } from "./gen/FOLDER/FILE_pb.js"; // made by: buf generate

const client = createClient(SERVICE, createGrpcWebTransport({ baseUrl: BASE_URL }));
const method = SERVICE.method.METHOD;
const response = await client.METHOD(fromJson(method.input, JSON)OPTIONS);
console.log(toJson(method.output, response));
"#;

const TONIC_TEMPLATE: &str = r#"use proto::PACKAGE::MODULE_client::SERVICEClient;
use proto::PACKAGE::METHODRequest;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let channel = tonic::transport::Channel::from_static(BASE_URL).connect().await?;
    let mut client = SERVICEClient::new(channel);
    let request = METHODRequest {FIELDS
        ..Default::default()
    };
EXTRAS    println!("{:?}", client.CALL(request).await?.into_inner());
    Ok(())
}
"#;

/// Returns a shown value as a Rust expression: texts are quoted already, enums end in their number.
fn rust_value(value: &str) -> String {
    if value.starts_with('"') {
        return format!("{}.into()", rust_text(value));
    }
    value
        .rsplit_once(" = ")
        .map_or(value, |(_, number)| number)
        .to_owned()
}

/// Returns a JSON string as a Rust one, which writes `\\u` escapes with braces.
fn rust_text(quoted: &str) -> String {
    let mut parts = quoted.split("\\u");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| match part.split_at_checked(4) {
        Some((digits, rest)) => format!("{text}\\u{{{digits}}}{rest}"),
        None => format!("{text}\\u{part}"),
    })
}

/// Quotes a header for buf, which reads each as a line of CSV.
fn csv_quote(header: String) -> String {
    if header.contains(['"', ',']) {
        return format!("\"{}\"", header.replace('"', "\"\""));
    }
    header
}

fn shell_quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn lower_first(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map_or_else(String::new, |first| {
        std::iter::once(first.to_ascii_lowercase())
            .chain(characters)
            .collect()
    })
}

fn snake_case(name: &str) -> String {
    let mut text = String::new();
    for (position, character) in name.chars().enumerate() {
        if character.is_ascii_uppercase() && position > 0 {
            text.push('_');
        }
        text.push(character.to_ascii_lowercase());
    }
    text
}

#[cfg(test)]
mod tests;
