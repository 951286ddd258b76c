//! Sorting by any rule with one piece of code: the standard library's would be in the bundle once for each.

/// Returns the places `0..count` in the order of a rule; those that are equal by it stay as they were.
///
/// Merges longer and longer runs, from the bottom up.
pub fn ordered(count: usize, is_before: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut from: Vec<usize> = (0..count).collect();
    let mut to = from.clone();
    let mut width = 1;
    while width < count {
        for start in (0..count).step_by(2 * width) {
            let middle = (start + width).min(count);
            let end = (middle + width).min(count);
            let (mut left, mut right) = (start, middle);
            for slot in &mut to[start..end] {
                let is_right =
                    right < end && (left == middle || is_before(from[right], from[left]));
                let next = if is_right { &mut right } else { &mut left };
                *slot = from[*next];
                *next += 1;
            }
        }
        std::mem::swap(&mut from, &mut to);
        width *= 2;
    }
    from
}

#[cfg(test)]
mod tests;
