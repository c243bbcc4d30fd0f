//! Parses the text of a host's properties into the host: pure functions.

use std::ops::Range;

use crate::{
    Host, Limits, Result,
    budget::Budget,
    texts::{Texts, push},
    walk::{Content, STRAY, each_attribute, walk},
};

/// Reads `HostProperties` into a host. `text` begins with its start tag. `budget` is that of the
/// host, which may have several.
pub(crate) fn read(text: &str, host: &mut Host, limits: Limits, budget: &mut Budget) -> Result<()> {
    budget.take_again()?;
    let mut content = Tags { properties: &mut host.properties, name: String::new() };
    walk(text, limits, budget, &mut content, |_, _, _| Ok(()))?;
    host.settle();
    Ok(())
}

struct Tags<'h> {
    properties: &'h mut Texts,
    /// The name of the property that is being read.
    name: String,
}

impl<'a> Content<'a> for Tags<'_> {
    fn begin(&mut self, name: &'a str, attributes: &'a str, budget: &mut Budget) -> Result<()> {
        name.clone_into(&mut self.name);
        budget.take_prefixes(name, attributes)?;
        each_attribute(attributes, budget, |attribute, value| {
            if name == "tag" && attribute == "name" {
                self.name = value.into_owned();
            } else {
                push(self.properties, &format!("{name}@{attribute}"), value.into_owned());
            }
            Ok(())
        })
    }

    fn end(&mut self, _: &'a str, text: &str, _: Range<usize>, budget: &mut Budget) -> Result<()> {
        if self.name == "mac-address" {
            budget.lines(text)?;
        }
        push(self.properties, &self.name, text.to_owned());
        Ok(())
    }

    fn nested(&mut self, path: &str, text: &str) {
        push(self.properties, path, text.to_owned());
    }

    fn stray(&mut self, text: &str) {
        push(self.properties, STRAY, text.to_owned());
    }
}

/// The text of an element, without what is in elements within it.
pub(crate) fn text(text: &str, limits: Limits) -> Result<String> {
    struct Text(String);

    impl<'a> Content<'a> for Text {
        fn begin(&mut self, _: &'a str, _: &'a str, _: &mut Budget) -> Result<()> {
            Ok(())
        }

        fn end(&mut self, _: &'a str, _: &str, _: Range<usize>, _: &mut Budget) -> Result<()> {
            Ok(())
        }

        fn nested(&mut self, _: &str, _: &str) {}

        fn stray(&mut self, text: &str) {
            self.0.push_str(text);
        }
    }

    let mut content = Text(String::new());
    walk(text, limits, &mut Budget::new(limits), &mut content, |_, _, _| Ok(()))?;
    Ok(content.0)
}
