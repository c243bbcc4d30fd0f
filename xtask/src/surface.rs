//! The operations and types of the generated client, and their changes.

use std::collections::BTreeMap;

use syn::{File, ImplItem, Item, parse_quote};

/// Name → source text, to detect changes.
type Surface = BTreeMap<String, String>;

/// The operations and types that were added, removed and changed, a line each.
pub(crate) fn changes(old: &str, new: &str) -> Result<String, String> {
    let parse = |code: &str| {
        syn::parse_file(code).map_err(|error| format!("the generated code can't be read: {error}"))
    };
    let (old, new) = (parse(old)?, parse(new)?);
    let mut lines = compare("operation", &operations(&old), &operations(&new));
    lines.extend(compare("type", &types(&old), &types(&new)));
    if lines.is_empty() {
        lines.push("no operation or type changed, only code or descriptions".to_owned());
    }
    Ok(lines.join("\n"))
}

fn compare(what: &str, old: &Surface, new: &Surface) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, text) in new {
        match old.get(name) {
            None => lines.push(format!("+ {what} {name}")),
            Some(before) if before != text => lines.push(format!("~ {what} {name}")),
            Some(_) => {}
        }
    }
    lines.extend(
        old.keys().filter(|name| !new.contains_key(*name)).map(|name| format!("- {what} {name}")),
    );
    lines
}

/// The methods of the client, by signature.
fn operations(file: &File) -> Surface {
    let blocks = file.items.iter().filter_map(|item| match item {
        Item::Impl(block) if block.trait_.is_none() => Some(&block.items),
        _ => None,
    });
    let methods = blocks.flatten().filter_map(|item| match item {
        ImplItem::Fn(method) => Some(method),
        _ => None,
    });
    methods
        .map(|method| {
            let mut bare = method.clone();
            bare.attrs.clear();
            bare.block.stmts.clear();
            let block = parse_quote!(impl Client { #bare });
            (method.sig.ident.to_string(), text(Item::Impl(block)))
        })
        .collect()
}

/// The structs and enums, without their documentation.
fn types(file: &File) -> Surface {
    let modules = file.items.iter().filter_map(|item| match item {
        Item::Mod(module) => module.content.as_ref().map(|(_, items)| items),
        _ => None,
    });
    let mut surface = Surface::new();
    for item in modules.flatten() {
        let (name, item) = match item.clone() {
            Item::Struct(mut item) => {
                item.attrs.retain(|attribute| !attribute.path().is_ident("doc"));
                for field in &mut item.fields {
                    field.attrs.retain(|attribute| !attribute.path().is_ident("doc"));
                }
                (item.ident.to_string(), Item::Struct(item))
            }
            Item::Enum(mut item) => {
                item.attrs.retain(|attribute| !attribute.path().is_ident("doc"));
                for variant in &mut item.variants {
                    variant.attrs.retain(|attribute| !attribute.path().is_ident("doc"));
                }
                (item.ident.to_string(), Item::Enum(item))
            }
            // Open enumerations are declared by a macro: `… pub enum Name { … }`.
            Item::Macro(item) => {
                let tokens = item.mac.tokens.to_string();
                let Some((_, declared)) = tokens.split_once("pub enum ") else { continue };
                (declared.split(' ').next().unwrap_or_default().to_owned(), Item::Macro(item))
            }
            _ => continue,
        };
        surface.insert(name, text(item));
    }
    surface
}

fn text(item: Item) -> String {
    prettyplease::unparse(&File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items: vec![item],
    })
}

#[cfg(test)]
mod tests {
    use super::changes;

    const OLD: &str = "
        pub mod types { pub struct Engine { pub id: i32 } pub struct Gone {} pub enum Kind { A } }
        pub mod values { open_enum! { #[doc = \"d\"] pub enum State { Up = \"up\", } } }
        impl Client { pub async fn get_engine(&self) -> Engine { one() } }";

    #[test]
    fn what_is_added_removed_and_changed_is_listed() {
        let new = "
            pub mod types { pub struct Engine { pub id: i64 } pub struct Pool {} pub enum Kind { B } }
            pub mod values { open_enum! { pub enum State { Up = \"up\", Down = \"down\", } } }
            impl Client { pub async fn get_engine(&self) -> Pool { two() } }";
        assert_eq!(
            changes(OLD, new).unwrap(),
            "~ operation get_engine\n~ type Engine\n~ type Kind\n+ type Pool\n~ type State\n- type Gone"
        );
    }

    #[test]
    fn other_descriptions_and_bodies_are_no_change() {
        let new = OLD
            .replace("pub struct Engine", "/// An engine.\n pub struct Engine")
            .replace("{ A }", "{ /** The first. */ A }")
            .replace("one()", "two()");
        assert!(changes(OLD, &new).unwrap().starts_with("no operation or type changed"));
    }

    #[test]
    fn the_first_copy_is_all_new() {
        assert_eq!(
            changes("", OLD).unwrap(),
            "+ operation get_engine\n+ type Engine\n+ type Gone\n+ type Kind\n+ type State"
        );
    }
}
