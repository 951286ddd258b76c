//! Links of Markdown files to other files of the checkout: each must lead somewhere. Read are
//! `[text](path)`, pictures, `[name]: path`, and `src="…"`, `srcset="…"`, `href="…"` of HTML in
//! Markdown. Addresses with a scheme and anchors are left alone; code, fenced or in backticks,
//! has no links.

use super::Finding;
use super::tree::Source;

/// Findings for relative links to nothing; `exists` answers for a path from the root.
pub(super) fn broken(source: &Source<'_>, exists: impl Fn(&str) -> bool) -> Vec<Finding> {
    if !source.has_extension("md") {
        return Vec::new();
    }
    let folder = source
        .path
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder);
    let mut findings = Vec::new();
    let mut fence: Option<&str> = None;
    for (number, line) in (1..).zip(source.text.lines()) {
        let mark = ["```", "~~~"]
            .into_iter()
            .find(|mark| line.trim_start().starts_with(mark));
        if mark.is_some() && (fence.is_none() || fence == mark) {
            fence = if fence.is_none() { mark } else { None };
            continue;
        }
        if fence.is_some() {
            continue;
        }
        let line = without_code(line);
        for target in targets(&line)
            .into_iter()
            .filter(|target| is_relative(target))
        {
            if !resolve(folder, target).is_some_and(|path| exists(&path)) {
                let what = format!("the link to `{target}` leads to no file of this repository");
                findings.push(Finding::new(source.path, number, what));
            }
        }
    }
    findings
}

/// The line with spaces for what stands between backticks.
fn without_code(line: &str) -> String {
    let mut parts = line.split('`');
    let mut text = parts.next().unwrap_or_default().to_owned();
    while let (Some(code), Some(after)) = (parts.next(), parts.next()) {
        text.push_str(&" ".repeat(code.len() + 2));
        text.push_str(after);
    }
    text
}

/// Everything on a line that is linked to.
fn targets(line: &str) -> Vec<&str> {
    let inline = line.match_indices("](").filter_map(|(at, _)| {
        let rest = &line[at + 2..];
        Some(rest[..closing(rest)?].trim())
    });
    let reference = line
        .trim_start()
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]: "));
    let reference = reference.map(|(_, target)| target.trim());
    let html = ["src=\"", "srcset=\"", "href=\""]
        .into_iter()
        .flat_map(|start| {
            line.split(start)
                .skip(1)
                .filter_map(|rest| Some(rest.split_once('"')?.0))
        });
    inline
        .chain(reference)
        // A title may follow: `path "title"`.
        .map(|target| target.split(" \"").next().unwrap_or(target))
        .map(|target| target.trim_start_matches('<').trim_end_matches('>'))
        .chain(html)
        .collect()
}

/// Where the parenthesis that opened before `rest` closes.
fn closing(rest: &str) -> Option<usize> {
    let mut depth = 0;
    rest.char_indices().find_map(|(at, c)| {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
        None
    })
}

fn is_relative(target: &str) -> bool {
    let scheme = target.split_once(':').map(|(scheme, _)| scheme);
    let has_scheme = scheme.is_some_and(|scheme| {
        scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    });
    !(target.is_empty() || target.starts_with(['#', '/']) || has_scheme)
}

/// The path from the root that `target` means in a file of `folder`; None if it leaves the
/// repository.
fn resolve(folder: &str, target: &str) -> Option<String> {
    let path = target
        .split(['#', '?'])
        .next()
        .unwrap_or(target)
        .replace("%20", " ");
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests;
