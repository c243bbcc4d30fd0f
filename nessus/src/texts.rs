//! Texts by name.

use std::collections::BTreeMap;

/// Texts that have no field, by name, repeats in their order.
pub type Texts = BTreeMap<String, Vec<String>>;

/// Adds a text to those of its name.
pub(crate) fn push(texts: &mut Texts, name: &str, text: String) {
    match texts.get_mut(name) {
        Some(others) => others.push(text),
        None => {
            texts.insert(name.to_owned(), vec![text]);
        }
    }
}

/// Longer texts are not split into lines, as each line allocates a string.
const SPLIT: usize = 64 * 1024;

/// The non-empty lines of a text. `None` if there are none, or if the text is too long to be split.
pub(crate) fn lines(text: &str) -> Option<impl Iterator<Item = &str>> {
    let split = text.len() <= SPLIT && !text.trim().is_empty();
    split.then(|| text.lines().filter(|line| !line.is_empty()))
}
