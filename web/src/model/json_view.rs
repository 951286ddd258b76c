//! A message as ProtoJSON, line by line, each line tied to the row of its field.
//!
//! Names, enums, 64-bit integers as strings, base64 bytes and timestamps as ProtoJSON has them;
//! a field without a schema stands under its number. Order is that of the wire.

use wire::base64;
use wire::explain::{Part, PartKind};
use wire::fields::Scalar;

use super::json_text::quote;
use super::number_text::value_text;
use super::schema::{FieldInfo, Schema};
use super::wire_view::{MAX_ROWS, timestamp_text};

/// Bytes of a single value that are drawn as JSON.
const MAX_VALUE_BYTES: usize = 4 * 1024;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonLine {
    /// How far it is indented, in steps.
    pub indent: usize,
    /// Key with quotes and colon; empty where the line has none.
    pub key: String,
    /// Value, bracket or brace.
    pub value: String,
    /// A comma follows.
    pub comma: bool,
    /// The row of the field this line shows; none for the outermost braces.
    pub row: Option<usize>,
}

/// Returns a message's lines. `first_row` is the row of its first field.
pub fn json_lines(
    body: &[u8],
    message: &Part,
    schema: &Schema,
    name: Option<&str>,
    first_row: usize,
) -> Vec<JsonLine> {
    let mut writer = Writer {
        body,
        schema,
        row: first_row,
        lines: Vec::new(),
    };
    writer.object(message, name, 0, String::new(), None);
    writer.lines
}

/// Returns the lines as one text without white space: what would travel as JSON.
pub fn compact(lines: &[JsonLine]) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(line.key.trim_end());
        text.push_str(&line.value);
        if line.comma {
            text.push(',');
        }
    }
    text
}

struct Writer<'a> {
    body: &'a [u8],
    schema: &'a Schema,
    /// The row that the next field has in the wire view, which walks the same tree.
    row: usize,
    lines: Vec<JsonLine>,
}

/// A field of the tree with its row.
struct Entry<'a> {
    row: usize,
    number: u32,
    part: &'a Part,
}

impl Writer<'_> {
    fn object(
        &mut self,
        message: &Part,
        name: Option<&str>,
        indent: usize,
        key: String,
        row: Option<usize>,
    ) {
        let entries = self.entries(message);
        if entries.is_empty() {
            return self.line(indent, key, "{}", row);
        }
        self.line(indent, key, "{", row);
        let mut seen: Vec<u32> = Vec::new();
        for entry in &entries {
            if seen.contains(&entry.number) {
                continue;
            }
            let field = self.schema.field(name, entry.number);
            let same: Vec<&Entry<'_>> = entries
                .iter()
                .filter(|other| other.number == entry.number)
                .collect();
            seen.push(entry.number);
            self.member(&same, field, indent + 1);
        }
        self.end_list();
        self.line(indent, String::new(), "}", row);
    }

    /// Returns the fields of a message with the rows the wire view gave them.
    fn entries<'p>(&mut self, message: &'p Part) -> Vec<Entry<'p>> {
        let mut entries = Vec::new();
        for part in &message.children {
            if let PartKind::Field { number, .. } = part.kind {
                entries.push(Entry {
                    row: self.row,
                    number,
                    part,
                });
            }
            self.row += rows_of(part);
        }
        entries
    }

    fn member(&mut self, same: &[&Entry<'_>], field: Option<&FieldInfo>, indent: usize) {
        let Some(last) = same.last() else { return };
        let json_name =
            field.map_or_else(|| last.number.to_string(), |field| field.json_name.clone());
        let key = format!("{}: ", quote(&json_name));
        let is_list = field.map_or(same.len() > 1, |field| field.is_repeated);
        if !is_list {
            // The last one wins, as in every protobuf parser.
            return self.value(last, field, indent, key);
        }
        self.line(indent, key, "[", Some(last.row));
        for entry in same {
            self.value(entry, field, indent + 1, String::new());
        }
        self.end_list();
        self.line(indent, String::new(), "]", Some(last.row));
    }

    fn value(&mut self, entry: &Entry<'_>, field: Option<&FieldInfo>, indent: usize, key: String) {
        let Some(value) = entry.part.children.iter().find(|child| is_value(child)) else {
            return;
        };
        let type_name = field.and_then(|field| field.type_name.as_deref());
        let row = Some(entry.row);
        match &value.kind {
            PartKind::Message | PartKind::Group => {
                if let Some(moment) = timestamp_text(value, type_name) {
                    return self.line(indent, key, &quote(&moment), row);
                }
                let resume = std::mem::replace(&mut self.row, entry.row + 1);
                self.object(value, type_name, indent, key, row);
                self.row = resume;
            }
            PartKind::Packed { .. } => {
                for item in &value.children {
                    let text = self.scalar(item, type_name);
                    self.line(indent, String::new(), &text, row);
                }
            }
            _ => {
                let text = self.scalar(value, type_name);
                self.line(indent, key, &text, row);
            }
        }
    }

    fn scalar(&self, part: &Part, type_name: Option<&str>) -> String {
        let bytes = &self.body[part.range.clone()];
        let shown = &bytes[..bytes.len().min(MAX_VALUE_BYTES)];
        match &part.kind {
            PartKind::Text if shown.len() < bytes.len() => {
                quote(&format!("{}…", String::from_utf8_lossy(shown)))
            }
            PartKind::Text => quote(&String::from_utf8_lossy(bytes)),
            PartKind::Number {
                raw,
                scalar: Some(scalar),
                ..
            } => self.number(*raw, *scalar, type_name),
            PartKind::Number { raw, .. } => raw.to_string(),
            _ => quote(&base64::encode(shown)),
        }
    }

    fn number(&self, raw: u64, scalar: Scalar, type_name: Option<&str>) -> String {
        let text = value_text(scalar.value(raw));
        match scalar {
            Scalar::Enum => {
                let name = text
                    .parse()
                    .ok()
                    .and_then(|number| self.schema.enum_value(type_name, number));
                name.map_or(text, quote)
            }
            Scalar::Int64
            | Scalar::Uint64
            | Scalar::Sint64
            | Scalar::Fixed64
            | Scalar::Sfixed64 => quote(&text),
            Scalar::Float | Scalar::Double if text.contains('N') || text.contains('I') => {
                quote(&text)
            }
            _ => text,
        }
    }

    fn line(&mut self, indent: usize, key: String, value: &str, row: Option<usize>) {
        let value = value.to_owned();
        let comma = !matches!(&*value, "{" | "[");
        self.lines.push(JsonLine {
            indent,
            key,
            value,
            comma,
            row,
        });
        if indent == 0 {
            self.end_list();
        }
    }

    /// Takes the comma off the last line: nothing follows it in its list.
    fn end_list(&mut self) {
        if let Some(last) = self.lines.last_mut() {
            last.comma = false;
        }
    }
}

fn is_value(part: &Part) -> bool {
    !matches!(
        part.kind,
        PartKind::Tag | PartKind::Length | PartKind::EndTag
    )
}

/// Returns how many rows the wire view gives a part: one per field or unreadable stretch in it.
fn rows_of(part: &Part) -> usize {
    let own = matches!(
        part.kind,
        PartKind::Field { .. } | PartKind::Unparsed { .. }
    );
    let inside: usize = part.children.iter().map(rows_of).sum();
    (usize::from(own) + inside).min(MAX_ROWS)
}

#[cfg(test)]
mod tests;
