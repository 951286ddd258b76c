//! `google.protobuf.FieldMask` as text: paths in lowerCamelCase with commas between them, `user.displayName,photo`.
//! A path that wouldn't come back as it went is refused in either direction. Source: `field_mask.proto`.

/// The paths in `snake_case`; None if one has an underscore, which lowerCamelCase hasn't.
pub(super) fn parse(text: &str) -> Option<Vec<String>> {
    text.split(',')
        .filter(|path| !path.is_empty())
        .map(snake_case)
        .collect()
}

fn snake_case(path: &str) -> Option<String> {
    let mut snake = String::with_capacity(path.len() + 4);
    for character in path.chars() {
        match character {
            '_' => return None,
            'A'..='Z' => snake.extend(['_', character.to_ascii_lowercase()]),
            _ => snake.push(character),
        }
    }
    Some(snake)
}

/// One path in lowerCamelCase; None if it is empty, has a capital or a comma, or an underscore that no small letter
/// follows: it would come back as something else.
pub(super) fn camel_case(path: &str) -> Option<String> {
    if path.is_empty() {
        return None;
    }
    let mut camel = String::with_capacity(path.len());
    let mut characters = path.chars();
    while let Some(character) = characters.next() {
        match character {
            'A'..='Z' | ',' => return None,
            '_' => camel.push(
                characters
                    .next()
                    .filter(char::is_ascii_lowercase)?
                    .to_ascii_uppercase(),
            ),
            _ => camel.push(character),
        }
    }
    Some(camel)
}
