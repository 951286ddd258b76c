//! The wire view of a JSON body: each member a row, each byte owned by the innermost member around it.
//!
//! Keys, colons, commas, brackets and white space are framing; scalars are values. A member wears the
//! color of the protobuf field it stands for. Text that isn't JSON from end to end is one single part.
//! Numbers and literals are taken by their characters, not checked. Source: RFC 8259.

use std::ops::Range;

use super::json_text::quote;
use super::json_view::JsonLine;
use super::schema::Schema;
use super::wire_view::{Leaf, MAX_ROWS, Role, Row, Title, WireView, field_hue};

/// Deepest nesting that is read; what lies deeper isn't taken apart.
const MAX_DEPTH: usize = 64;
/// Bytes of a value that the list of parts and the JSON lines show.
const MAX_SHOWN: usize = 400;

/// Takes a JSON body apart; `message` is the full name of the message it stands for, if known.
pub fn json_wire(body: &[u8], schema: &Schema, message: Option<&str>) -> WireView {
    if body.is_empty() {
        return WireView::default();
    }
    let mut scan = Scan {
        body,
        schema,
        at: 0,
        view: WireView::default(),
    };
    let root = scan.open(0, 0, 0, Title::Json);
    let place = Place {
        depth: 0,
        row: root,
        hue: 0,
        message,
    };
    let is_read = scan
        .value(&place, String::new())
        .map(|()| scan.skip_space(root));
    if is_read.is_some() && scan.at == body.len() {
        scan.close(root);
        return scan.view;
    }
    one_part(body)
}

/// The view of a text that isn't JSON.
fn one_part(body: &[u8]) -> WireView {
    let range = 0..body.len();
    let row = Row {
        range: range.clone(),
        depth: 0,
        until: 1,
        hue: 0,
        title: Title::Rest,
        value: String::new(),
    };
    let leaf = Leaf {
        range,
        row: 0,
        role: Role::Value,
    };
    WireView {
        rows: vec![row],
        leaves: vec![leaf],
        json: Vec::new(),
    }
}

/// Where in the tree a value is.
#[derive(Clone, Copy)]
struct Place<'a> {
    depth: usize,
    row: usize,
    hue: u8,
    message: Option<&'a str>,
}

struct Scan<'a> {
    body: &'a [u8],
    schema: &'a Schema,
    at: usize,
    view: WireView,
}

impl Scan<'_> {
    /// Reads a value and gives its bytes to the row it belongs to; none if it isn't one.
    fn value(&mut self, place: &Place<'_>, key: String) -> Option<()> {
        self.skip_space(place.row);
        match self.body.get(self.at)? {
            _ if place.depth > MAX_DEPTH => None,
            b'{' => self.list(place, key, b'}', Self::member),
            b'[' => self.list(place, key, b']', |scan, place| {
                scan.value(place, String::new())
            }),
            _ => {
                let range = self.scalar()?;
                let text = shown(&self.body[range.clone()]);
                let row = &mut self.view.rows[place.row];
                if row.value.is_empty() && row.title != Title::Json {
                    row.value.clone_from(&text);
                }
                self.take(range, place.row, Role::Value);
                self.line(place, key, &text);
                Some(())
            }
        }
    }

    /// Reads what stands between two brackets: items, and commas between them.
    fn list(
        &mut self,
        place: &Place<'_>,
        key: String,
        end: u8,
        item: fn(&mut Self, &Place<'_>) -> Option<()>,
    ) -> Option<()> {
        let brackets = if end == b'}' { ["{", "}"] } else { ["[", "]"] };
        self.line(place, key, brackets[0]);
        self.punctuation(place.row);
        self.skip_space(place.row);
        let inside = Place {
            depth: place.depth + 1,
            ..*place
        };
        if self.body.get(self.at) != Some(&end) {
            loop {
                item(self, &inside)?;
                self.skip_space(place.row);
                match self.body.get(self.at)? {
                    b',' => self.punctuation(place.row),
                    found if *found == end => break,
                    _ => return None,
                }
            }
        }
        self.punctuation(place.row);
        if let Some(last) = self.view.json.last_mut() {
            last.comma = false;
        }
        self.line(place, String::new(), brackets[1]);
        Some(())
    }

    /// Reads a key and its value, as a row of their own while there's room for rows.
    fn member(&mut self, place: &Place<'_>) -> Option<()> {
        self.skip_space(place.row);
        let key = self.string()?;
        let name = String::from_utf8_lossy(&self.body[key.start + 1..key.end - 1]).into_owned();
        let field = self.schema.field_by_json_name(place.message, &name);
        let hue = match field {
            Some((number, _)) if place.hue == 0 => field_hue(number),
            _ => place.hue,
        };
        let title = Title::Member {
            name: name.clone(),
            type_text: field.map(|(_, field)| field.type_text.clone()),
        };
        let row = self.open(key.start, place.depth, hue, title);
        let inside = Place {
            row,
            hue,
            message: field.and_then(|(_, field)| field.type_name.as_deref()),
            ..*place
        };
        self.take(key, row, Role::Framing);
        self.skip_space(row);
        if self.body.get(self.at) != Some(&b':') {
            return None;
        }
        self.punctuation(row);
        self.value(&inside, format!("{}: ", quote(&name)))?;
        self.close(row);
        Some(())
    }

    /// Returns where the scalar at the cursor lies.
    fn scalar(&self) -> Option<Range<usize>> {
        if self.body.get(self.at) == Some(&b'"') {
            return self.string();
        }
        let is_bare = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
        let length = self.body[self.at..].iter().take_while(is_bare).count();
        (length > 0).then_some(self.at..self.at + length)
    }

    /// Returns where the string at the cursor lies, quotes included.
    fn string(&self) -> Option<Range<usize>> {
        if self.body.get(self.at) != Some(&b'"') {
            return None;
        }
        let mut is_escaped = false;
        let inside = &self.body[self.at + 1..];
        let length = inside.iter().position(|byte| {
            let is_end = *byte == b'"' && !is_escaped;
            is_escaped = *byte == b'\\' && !is_escaped;
            is_end
        });
        Some(self.at..self.at + 2 + length?)
    }

    fn skip_space(&mut self, row: usize) {
        let rest = &self.body[self.at..];
        let space = rest.iter().take_while(|byte| b" \t\r\n".contains(byte));
        let end = self.at + space.count();
        self.take(self.at..end, row, Role::Framing);
    }

    fn punctuation(&mut self, row: usize) {
        self.take(self.at..self.at + 1, row, Role::Framing);
    }

    /// Gives bytes to a row and moves behind them.
    fn take(&mut self, range: Range<usize>, row: usize, role: Role) {
        self.at = range.end;
        match self.view.leaves.last_mut() {
            _ if range.is_empty() => {}
            Some(last) if (last.row, last.role) == (row, role) => last.range.end = range.end,
            _ => self.view.leaves.push(Leaf { range, row, role }),
        }
    }

    /// Adds a row, or returns the last one when there's no room for more.
    fn open(&mut self, start: usize, depth: usize, hue: u8, title: Title) -> usize {
        let row = self.view.rows.len();
        if row >= MAX_ROWS {
            return row - 1;
        }
        let (range, until, value) = (start..start, row + 1, String::new());
        self.view.rows.push(Row {
            range,
            depth,
            until,
            hue,
            title,
            value,
        });
        row
    }

    fn close(&mut self, row: usize) {
        let until = self.view.rows.len();
        let row = &mut self.view.rows[row];
        row.range.end = self.at;
        row.until = until;
    }

    fn line(&mut self, place: &Place<'_>, key: String, value: &str) {
        let is_opening = matches!(value, "{" | "[");
        self.view.json.push(JsonLine {
            indent: place.depth,
            key,
            value: value.to_owned(),
            comma: place.depth > 0 && !is_opening,
            row: Some(place.row),
        });
    }
}

/// Returns a value as it stands in the text, cut where it gets too long to read.
fn shown(bytes: &[u8]) -> String {
    if bytes.len() <= MAX_SHOWN {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    format!("{}…", String::from_utf8_lossy(&bytes[..MAX_SHOWN]))
}

#[cfg(test)]
mod tests;
