//! What the generated client offers, and how that changed: operations and types.

use std::collections::BTreeMap;

use syn::{File, Item, Type};

/// Name → how it reads, so that a change shows.
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

/// The request builders: one for each operation, whose fields are its parameters.
fn operations(file: &File) -> Surface {
    items(file, "builder")
}

fn types(file: &File) -> Surface {
    items(file, "types")
}

/// Structs and enums of a module, without their documentation, and for builders with what `send`
/// returns.
fn items(file: &File, module: &str) -> Surface {
    let content = file.items.iter().find_map(|item| match item {
        Item::Mod(found) if found.ident == module => found.content.as_ref().map(|(_, items)| items),
        _ => None,
    });
    let mut surface = Surface::new();
    for item in content.into_iter().flatten() {
        match item {
            Item::Struct(item) => {
                let mut item = item.clone();
                item.attrs.retain(|attribute| !attribute.path().is_ident("doc"));
                for field in &mut item.fields {
                    field.attrs.retain(|attribute| !attribute.path().is_ident("doc"));
                }
                surface
                    .entry(item.ident.to_string())
                    .or_default()
                    .push_str(&text(Item::Struct(item)));
            }
            Item::Enum(item) => {
                surface
                    .entry(item.ident.to_string())
                    .or_default()
                    .push_str(&text(Item::Enum(item.clone())));
            }
            Item::Impl(block) if block.trait_.is_none() => {
                let Type::Path(path) = &*block.self_ty else { continue };
                let Some(name) = path.path.segments.last() else { continue };
                let mut block = block.clone();
                block.items.retain_mut(|item| match item {
                    syn::ImplItem::Fn(function) if function.sig.ident == "send" => {
                        function.attrs.clear();
                        true
                    }
                    _ => false,
                });
                if !block.items.is_empty() {
                    surface
                        .entry(name.ident.to_string())
                        .or_default()
                        .push_str(&text(Item::Impl(block)));
                }
            }
            _ => {}
        }
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
        pub mod types { pub struct Engine { pub id: i32 } pub struct Gone {} }
        pub mod builder {
            pub struct GetEngine { id: i32 }
            impl GetEngine { pub async fn send(self) -> Engine { one() } }
        }";

    #[test]
    fn what_is_added_removed_and_changed_is_said() {
        let new = "
            pub mod types { pub struct Engine { pub id: i64 } pub struct Pool {} }
            pub mod builder {
                pub struct GetEngine { id: i32 }
                impl GetEngine { pub async fn send(self) -> Pool { two() } }
            }";
        assert_eq!(
            changes(OLD, new).unwrap(),
            "~ operation GetEngine\n~ type Engine\n+ type Pool\n- type Gone"
        );
    }

    #[test]
    fn new_words_are_no_change() {
        let new = OLD.replace("pub struct Engine", "/// An engine.\n pub struct Engine");
        assert!(changes(OLD, &new).unwrap().starts_with("no operation or type changed"));
    }

    #[test]
    fn the_first_copy_is_all_new() {
        assert_eq!(changes("", OLD).unwrap(), "+ operation GetEngine\n+ type Engine\n+ type Gone");
    }
}
