//! The same call over HTTP with JSON: the body as it travelled, and no more headers than it takes.

use std::fmt::Write as _;

use super::{Call, shell_quote};
use crate::model::json_text::quote;
use crate::model::record::JSON;

impl Call<'_> {
    /// Returns content type, deadline and metadata: what the other tools set by themselves.
    fn json_headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let timeout = self.record.request_headers.iter();
        let timeout = timeout.filter(|(name, _)| name == "grpc-timeout");
        let timeout = timeout.map(|(name, value)| (&**name, &**value));
        std::iter::once(("content-type", JSON))
            .chain(timeout)
            .chain(self.metadata())
    }

    fn json_body(&self) -> String {
        String::from_utf8_lossy(&self.record.request_body).into_owned()
    }

    pub(super) fn curl(&self) -> String {
        let headers = self
            .json_headers()
            .fold(String::new(), |mut text, (name, value)| {
                // Writing to a string can't fail.
                let _ = write!(text, " -H {}", shell_quote(&format!("{name}: {value}")));
                text
            });
        let body = shell_quote(&self.json_body());
        format!("curl -sS{headers} --data-raw {body} {}", self.record.url)
    }

    pub(super) fn fetch_json(&self) -> String {
        let headers = self
            .json_headers()
            .fold(String::new(), |mut text, (name, value)| {
                let _ = writeln!(text, "    {}: {},", quote(name), quote(value));
                text
            });
        let (url, headers) = (quote(&self.record.url), headers.trim_end());
        let body = quote(&self.json_body());
        format!(
            "const response = await fetch({url}, {{\n  method: \"POST\",\n  headers: {{\n{headers}\n  }},\n  \
             body: {body},\n}});\nconsole.log(response.status, await response.json());\n"
        )
    }
}
