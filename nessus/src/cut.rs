//! Finds where an element ends whose start tag is at the beginning of a text.

use memchr::memchr;

use crate::outline::{BLANKS, Search, split_name};

/// The search for the end of one element, which goes on where it was when more of the text is
/// there. It is right about CDATA sections, comments, processing instructions, and `>` in
/// attributes; it does not check that the element is well-formed otherwise.
#[derive(Debug, Default)]
pub(crate) struct Cut {
    /// How far the text was searched.
    at: usize,
    /// The search for the end of what is there.
    search: Search,
    /// Where the names of the open elements are.
    open: Vec<(usize, usize)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    /// The element takes so many bytes, or is malformed within these.
    Of(usize),
    /// More of the text is needed.
    More,
}

impl Cut {
    /// Whether a search has begun.
    pub(crate) fn is_begun(&self) -> bool {
        self.at > 0 || self.search.is_begun()
    }

    /// Begins with another element.
    pub(crate) fn reset(&mut self) {
        self.at = 0;
        self.search = Search::default();
        self.open.clear();
    }

    /// Elements nest at most `depth` deep in it.
    pub(crate) fn search(&mut self, text: &str, depth: usize) -> Length {
        loop {
            let rest = text.get(self.at..).unwrap_or_default();
            let Some(tag) = memchr(b'<', rest.as_bytes()) else {
                self.at = text.len();
                return Length::More;
            };
            self.at += tag;
            let rest = rest.get(tag..).unwrap_or_default();
            let length = match rest.as_bytes() {
                [b'<', b'!', ..] => match section(rest, &mut self.search) {
                    Section::Ends(length) => length,
                    Section::Begins => return Length::More,
                    // As much as is needed to say so, whatever else is there by now.
                    Section::Malformed => {
                        let wrong = rest.char_indices().nth(3).map_or(rest.len(), |(at, _)| at);
                        return Length::Of(self.at + wrong);
                    }
                },
                [b'<', b'?', ..] => match self.search.end(rest.as_bytes(), 2, b"?>") {
                    Some(end) => end + 2,
                    None => return Length::More,
                },
                [b'<', b'/', ..] => {
                    let Some(end) = self.search.end(rest.as_bytes(), 2, b">") else {
                        return Length::More;
                    };
                    let name = rest.get(2..end).unwrap_or_default().trim_end_matches(BLANKS);
                    let open = self.open.pop().and_then(|(start, end)| text.get(start..end));
                    if open != Some(name) || self.open.is_empty() {
                        return Length::Of(self.at + end + 1);
                    }
                    end + 1
                }
                _ => {
                    let Some(end) = self.search.tag_end(rest.as_bytes()) else {
                        return Length::More;
                    };
                    let tag = rest.get(1..end).unwrap_or_default();
                    if !tag.ends_with('/') {
                        let start = self.at + 1;
                        self.open.push((start, start + split_name(tag).0.len()));
                        if self.open.len() > depth {
                            return Length::Of(self.at + end + 1);
                        }
                    } else if self.open.is_empty() {
                        return Length::Of(self.at + end + 1);
                    }
                    end + 1
                }
            };
            self.at += length;
            self.search = Search::default();
        }
    }
}

enum Section {
    Ends(usize),
    Begins,
    Malformed,
}

/// A comment or CDATA section.
fn section(text: &str, search: &mut Search) -> Section {
    for (begin, end) in [("<!--", "-->"), ("<![CDATA[", "]]>")] {
        if text.starts_with(begin) {
            return match search.end(text.as_bytes(), begin.len(), end.as_bytes()) {
                Some(at) => Section::Ends(at + end.len()),
                None => Section::Begins,
            };
        }
        if begin.starts_with(text) {
            return Section::Begins;
        }
    }
    Section::Malformed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_ends_where_it_ends_wherever_the_text_is_cut() {
        for element in [
            "<a/>",
            "<a b='>' c=\"/>\"/>",
            "<a></a>",
            "<a><b></b ><c/><!-- </a> --><![CDATA[</a>]]><?x </a>?> &lt; </a\n>",
            "<a><a><a/></a></a>",
        ] {
            let text = format!("{element}</x><y/>");
            let mut cut = Cut::default();
            for length in 0..element.len() {
                assert_eq!(cut.search(&text[..length], 9), Length::More, "{element}, {length}");
            }
            assert_eq!(cut.search(&text, 9), Length::Of(element.len()), "{element}");
            assert_eq!(Cut::default().search(&text, 9), Length::Of(element.len()), "{element}");
        }
        for (malformed, length) in
            [("<a><b></a></a>", 10), ("<a><!x></a>", 6), ("<a><a><a><a>", 12)]
        {
            assert_eq!(Cut::default().search(malformed, 3), Length::Of(length));
        }
    }

    #[test]
    fn a_long_construct_that_arrives_in_chunks_is_searched_once() {
        for (begin, end) in [
            ("<a><![CDATA[", "]]></a>"),
            ("<a><!--", "--></a>"),
            ("<a><?x", "?></a>"),
            ("<a b='", "'/>"),
            ("<a", "/>"),
            ("<a><b c='", "'/></a>"),
            ("<a><b c=\"", "\"/></a>"),
            ("<a></a", "></a>"),
        ] {
            let (mut cut, filler) = (Cut::default(), " ".repeat(100));
            assert_eq!(cut.search(&format!("{begin}{filler}"), 9), Length::More);
            assert!(cut.is_begun(), "{begin}");
            // An end where the search has been is not seen: it does not begin anew.
            let changed = format!("{begin}{end}{filler}");
            let length = begin.len() + filler.len() - 3;
            assert_eq!(cut.search(&changed[..length], 9), Length::More, "{begin}");
            assert!(
                matches!(Cut::default().search(&changed[..length], 9), Length::Of(_)),
                "{begin}"
            );
        }
    }
}
