//! Generates the InsightVM client and its httpmock bindings from `spec/insightvm.yaml`: read,
//! generate with progenitor, rewrite, print. `cargo xtask gen` copies the output into `src`, and
//! `cargo xtask lint` validates the spec. Here a spec that can't be used stops the build with one
//! message.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "codegen")]
    if let Err(message) = codegen::run() {
        // A cargo directive is one line.
        let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
        println!("cargo::error={line}");
        std::process::exit(1);
    }
}

#[cfg(feature = "codegen")]
mod codegen {
    use std::{collections::HashMap, env, error::Error, fs, iter, panic, path::Path};

    use proc_macro2::{Literal, Span, TokenStream};
    use progenitor::{GenerationSettings, Generator, InterfaceStyle, TypeImpl};
    use quote::quote;
    use serde_json::{Value, json};
    use syn::{
        Attribute, Expr, Field, File, FnArg, GenericArgument, Ident, ImplItem, ImplItemFn, Item,
        ItemStruct, Path as Name, PathArguments, Signature, Stmt, Type, parse_quote,
        visit_mut::{self, VisitMut},
    };

    type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

    const SPEC: &str = "spec/insightvm.yaml";

    pub(super) fn run() -> Result<(), String> {
        println!("cargo::rerun-if-changed={SPEC}");
        let written = |name: &str, file: Result<File>| -> Result<()> {
            let code = prettyplease::unparse(&file?);
            let path = Path::new(&env::var("OUT_DIR")?).join(name);
            let head = format!("// Generated from {SPEC} by build.rs. Do not edit.\n\n");
            Ok(fs::write(path, head + &code)?)
        };
        let all = || -> Result<()> {
            let spec = serde_saphyr::from_str(&fs::read_to_string(SPEC)?)
                .map_err(|error| error.without_snippet().to_string())?;
            written("insightvm.rs", client(&spec))?;
            written("httpmock.rs", bindings(&spec))
        };
        // progenitor panics where it can't express something. The message is what matters.
        panic::set_hook(Box::new(|_| {}));
        let result = panic::catch_unwind(panic::AssertUnwindSafe(all)).unwrap_or_else(|payload| {
            let text = payload.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
            Err(format!("progenitor: {}", text.unwrap_or("panicked")).into())
        });
        drop(panic::take_hook());
        result.map_err(|error| format!("{SPEC}: {error}; `cargo xtask lint` shows where"))
    }

    /// An operation: what the generator does not take from the spec.
    struct Operation {
        id: String,
        line: String,
        accept: &'static str,
        idempotent: bool,
        checks: Vec<TokenStream>,
    }

    fn client(spec: &Value) -> Result<File> {
        let tokens =
            generator(spec)?.generate_tokens(&serde_json::from_value(without_bounds(spec))?)?;
        let (mut types, mut methods) = (Vec::new(), Vec::new());
        let mut operations = operations(spec)?;
        for item in syn::parse2::<File>(tokens)?.items {
            match item {
                Item::Mod(module) if module.ident == "types" => {
                    for item in module.content.into_iter().flat_map(|(_, items)| items) {
                        match item {
                            Item::Struct(record) => types.extend(record_items(record, spec)),
                            Item::Mod(module) if module.ident == "error" => {}
                            other => types.push(other),
                        }
                    }
                }
                Item::Impl(block) => {
                    for item in block.items {
                        if let ImplItem::Fn(method) = item
                            && let Some(operation) =
                                operations.get_mut(&method.sig.ident.to_string())
                        {
                            methods.push(method_of(method, operation)?);
                        }
                    }
                }
                // The rest stands on progenitor's own client library, which ours replaces.
                _ => {}
            }
        }
        if methods.len() != operations.len() {
            return Err(format!(
                "{} operations became {} methods",
                operations.len(),
                methods.len()
            )
            .into());
        }
        let mut table: Vec<_> = operations.values().map(|operation| &operation.line).collect();
        table.sort();
        let enumerations = enumerations(spec)?;
        Ok(parse_quote! {
            // Generated code names the client library of its generator.
            use crate::insightvm::{
                Client, SharedSecret, check::{Bound::*, argument},
                runtime::{self as progenitor_client, OperationInfo, encode_path},
            };
            use crate::{Response, Result};

            /// The records that the console returns, and the bodies that are sent to it.
            pub mod types { #(#types)* }

            /// Open enumerations of the records.
            pub(crate) mod values { #(#enumerations)* }

            #[doc = " # Operations"]
            #[doc = ""]
            #[doc = " | Method | Request | |"]
            #[doc = " | --- | --- | --- |"]
            #(#[doc = #table])*
            impl Client { #(#methods)* }
        })
    }

    fn bindings(spec: &Value) -> Result<File> {
        let openapi = serde_json::from_value(without_bounds(spec))?;
        let mut file = syn::parse2(generator(spec)?.httpmock(&openapi, "crate::insightvm")?)?;
        FixMocks.visit_file_mut(&mut file);
        Ok(file)
    }

    fn generator(spec: &Value) -> Result<Generator> {
        let mut settings = GenerationSettings::new();
        settings.with_interface(InterfaceStyle::Positional);
        let impls = || [TypeImpl::Display, TypeImpl::FromStr].into_iter();
        for (format, ours) in [("date-time", "Timestamp"), ("duration", "SignedDuration")] {
            let schema = serde_json::from_value(json!({"type": "string", "format": format}))?;
            settings.with_conversion(schema, format!("::jiff::{ours}"), impls());
        }
        for (name, schema) in entries(&spec["components"]["schemas"]) {
            if !schema["x-extensible-enum"].is_null() {
                settings.with_replacement(name, format!("crate::insightvm::{name}"), impls());
            }
        }
        Ok(Generator::new(&settings))
    }

    /// The spec as the generator gets it. Bounds would change the types of numbers (`NonZeroU32`),
    /// so they become checks of arguments. Objects are open, which is JSON Schema's default but
    /// which the generator has to be told.
    fn without_bounds(spec: &Value) -> Value {
        match spec {
            Value::Object(object) => {
                let kept = object.iter().filter(|(key, value)| {
                    !(value.is_number() && BOUNDS.iter().any(|(bound, _)| bound == key))
                });
                let mut kept: serde_json::Map<_, _> =
                    kept.map(|(key, value)| (key.clone(), without_bounds(value))).collect();
                if kept.contains_key("properties") && kept.get("type") == Some(&json!("object")) {
                    kept.entry("additionalProperties").or_insert_with(|| json!({}));
                }
                Value::Object(kept)
            }
            Value::Array(array) => array.iter().map(without_bounds).collect(),
            other => other.clone(),
        }
    }

    /// The operations by the names of their methods.
    fn operations(spec: &Value) -> Result<HashMap<String, Operation>> {
        let mut operations = HashMap::new();
        for (path, item) in entries(&spec["paths"]) {
            for (method, operation) in entries(item) {
                let Some(id) = operation["operationId"].as_str() else { continue };
                let name = snake(id);
                let summary = operation["summary"].as_str().unwrap_or_default();
                let line = format!(
                    " | [`{name}`](Self::{name}) | `{} {path}` | {summary} |",
                    method.to_uppercase(),
                );
                let mut checks = Vec::new();
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    let parameter = resolve(spec, parameter);
                    let wire = parameter["name"].as_str().unwrap_or_default();
                    let value = ident(&snake(wire));
                    checks.extend(check(id, wire, &quote!(&#value), &parameter["schema"]));
                }
                let body = resolve(
                    spec,
                    &operation["requestBody"]["content"]["application/json"]["schema"],
                );
                checks.extend(check(id, "body", &quote!(body), body));
                for (wire, schema) in entries(&body["properties"]) {
                    let field = ident(&snake(wire));
                    checks.extend(check(id, wire, &quote!(&body.#field), schema));
                }
                let success = &resolve(spec, &operation["responses"]["2XX"])["content"];
                let accept = match success["text/plain"]["schema"]["format"].as_str() {
                    _ if !success["application/json"].is_null() => "application/json",
                    Some("shared-secret") => "text/plain",
                    format => return Err(format!(
                        "{id}: build.rs knows no type for a response that is not JSON, with format {}",
                        format.unwrap_or("none"),
                    ).into()),
                };
                let idempotent = operation["x-idempotent"] == true;
                let id = id.to_owned();
                operations.insert(name, Operation { id, line, accept, idempotent, checks });
            }
        }
        Ok(operations)
    }

    const BOUNDS: [(&str, &str); 4] = [
        ("minimum", "Minimum"),
        ("maximum", "Maximum"),
        ("minItems", "MinItems"),
        ("minLength", "MinLength"),
    ];

    /// The statement that checks an argument, if its schema or that of its items has bounds.
    fn check(id: &str, name: &str, value: &TokenStream, schema: &Value) -> Option<TokenStream> {
        let bounds: Vec<_> = BOUNDS
            .iter()
            .filter_map(|(key, variant)| {
                let bound = schema[key].as_i64().or_else(|| schema["items"][key].as_i64())?;
                let (variant, bound) = (ident(variant), Literal::i64_unsuffixed(bound));
                Some(quote!(#variant(#bound)))
            })
            .collect();
        (!bounds.is_empty()).then(|| quote!(argument(#id, #name, #value, &[#(#bounds),*])?;))
    }

    /// A method of the client: progenitor's URL and request, between our checks and our transport.
    fn method_of(mut method: ImplItemFn, operation: &Operation) -> Result<ImplItemFn> {
        let Operation { id, accept, idempotent, checks, .. } = operation;
        let [Stmt::Local(url), _, _, Stmt::Local(request), ..] = &mut method.block.stmts[..] else {
            return Err(format!("{id}: progenitor generates another body than it used to").into());
        };
        Plain.visit_signature_mut(&mut method.sig);
        Plain.visit_local_mut(request);
        request.attrs.clear();
        request.pat = parse_quote!(request);
        method.attrs.push(parse_quote!(#[doc(alias = #id)]));
        method.block = parse_quote!({
            #(#checks)*
            #url
            #request
            let info = OperationInfo { operation_id: #id, accept: #accept, idempotent: #idempotent };
            self.execute(request, info).await
        });
        Ok(method)
    }

    /// Takes out of a method what our runtime does in its place (headers), names our types, and
    /// writes signatures as people do: without lifetimes, with slices.
    struct Plain;

    impl VisitMut for Plain {
        fn visit_expr_mut(&mut self, expr: &mut Expr) {
            while let Expr::MethodCall(call) = expr
                && (call.method == "header" || call.method == "headers")
            {
                *expr = (*call.receiver).clone();
            }
            visit_mut::visit_expr_mut(self, expr);
        }

        fn visit_signature_mut(&mut self, signature: &mut Signature) {
            visit_mut::visit_signature_mut(self, signature);
            signature.generics = syn::Generics::default();
            if let Some(receiver @ FnArg::Receiver(_)) = signature.inputs.first_mut() {
                *receiver = parse_quote!(&self);
            }
        }

        fn visit_type_mut(&mut self, ty: &mut Type) {
            visit_mut::visit_type_mut(self, ty);
            let Type::Reference(reference) = ty else { return };
            reference.lifetime = None;
            if let Type::Path(path) = &*reference.elem
                && let Some(item) = argument_of(&path.path, "Vec")
            {
                *ty = parse_quote!(&[#item]);
            }
        }

        fn visit_path_mut(&mut self, path: &mut Name) {
            visit_mut::visit_path_mut(self, path);
            let Some(last) = path.segments.last().map(|last| last.ident.to_string()) else {
                return;
            };
            if let Some(value) = argument_of(path, "Result") {
                *path = parse_quote!(Result<#value>);
            } else if let Some(value) = argument_of(path, "ResponseValue") {
                *path = parse_quote!(Response<#value>);
            } else if last == "ByteStream" {
                *path = parse_quote!(SharedSecret);
            }
        }
    }

    /// The first type argument of a path that ends with this name.
    fn argument_of(path: &Name, name: &str) -> Option<Type> {
        let last = path.segments.last().filter(|last| last.ident == name)?;
        let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
        arguments.args.iter().find_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty.clone()),
            _ => None,
        })
    }

    /// A struct of the generator as this crate has them: open for new fields, with a constructor,
    /// and read leniently.
    fn record_items(mut record: ItemStruct, spec: &Value) -> Vec<Item> {
        let name = record.ident.clone();
        let schema = &spec["components"]["schemas"][name.to_string()];
        record.attrs.retain(|attribute| !attribute.path().is_ident("derive"));
        record.attrs.extend::<[Attribute; 3]>([
            parse_quote!(#[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]),
            parse_quote!(#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]),
            parse_quote!(#[non_exhaustive]),
        ]);
        let mut reads = Vec::new();
        let mut fields = HashMap::new();
        for field in &mut record.fields {
            let Some(name) = field.ident.clone() else { continue };
            let wire = wire_name(field).unwrap_or_else(|| name.to_string());
            let read = match wire.as_str() {
                "extra" => "rest",
                "resources" => "records",
                _ => "read",
            };
            if read == "rest" {
                let text = "Properties that the documents don't list, and values of an undocumented \
                            type, by name.";
                field.attrs.push(parse_quote!(#[doc = #text]));
            }
            let read = ident(read);
            reads.push(quote!(#name = #read(#wire)));
            fields.insert(wire, (name, field.ty.clone()));
        }
        let mut items = vec![
            Item::Struct(record),
            parse_quote!(crate::insightvm::decode::record! { #name { #(#reads),* } }),
        ];
        let required = schema["required"].as_array().into_iter().flatten();
        let required: Vec<_> = required.filter_map(|wire| fields.get(wire.as_str()?)).collect();
        if !required.is_empty() {
            let (names, types): (Vec<_>, Vec<_>) =
                required.into_iter().map(|(name, ty)| (name, ty)).unzip();
            let text = "A value with the required fields. The others are empty.";
            items.push(parse_quote! {
                impl #name {
                    #[doc = #text]
                    #[must_use]
                    pub fn new(#(#names: impl Into<#types>),*) -> Self {
                        Self { #(#names: #names.into(),)* ..Self::default() }
                    }
                }
            });
        }
        items
    }

    /// The name of a field in JSON, where it is not the Rust name.
    fn wire_name(field: &Field) -> Option<String> {
        field.attrs.iter().filter(|attribute| attribute.path().is_ident("serde")).find_map(
            |serde| {
                let text = serde.meta.require_list().ok()?.tokens.to_string();
                Some(text.split_once("rename = \"")?.1.split_once('"')?.0.to_owned())
            },
        )
    }

    /// `x-extensible-enum`, as the crate's open enumerations.
    fn enumerations(spec: &Value) -> Result<Vec<Item>> {
        let mut items = Vec::new();
        for (name, schema) in entries(&spec["components"]["schemas"]) {
            let Some(values) = schema["x-extensible-enum"].as_array() else { continue };
            let description = schema["description"].as_str().unwrap_or_default();
            let mut variants = Vec::new();
            for value in values {
                let value =
                    value.as_str().ok_or_else(|| format!("{name}: {value} is not a string"))?;
                let text = schema["x-enum-descriptions"][value].as_str().unwrap_or(value);
                let words =
                    value.split(['-', '_', ' ']).filter_map(|word| word.split_at_checked(1));
                let variant: String = words
                    .flat_map(|(first, rest)| [first.to_uppercase(), rest.to_owned()])
                    .collect();
                let variant: Ident = syn::parse_str(&variant)?;
                variants.push(quote!(#[doc = #text] #variant = #value,));
            }
            let name = ident(name);
            items.push(parse_quote! {
                crate::open_enum::open_enum! {
                    #[doc = #description]
                    pub enum #name { #(#variants)* }
                }
            });
        }
        Ok(items)
    }

    /// progenitor 0.15 generates bindings that don't compile for a body that is a bare number, and
    /// for a query parameter that is a list.
    struct FixMocks;

    impl VisitMut for FixMocks {
        fn visit_expr_mut(&mut self, expr: &mut Expr) {
            visit_mut::visit_expr_mut(self, expr);
            let Expr::MethodCall(call) = expr else { return };
            if call.method == "json_body_obj" {
                call.args = iter::once::<Expr>(parse_quote!(&value)).collect();
            } else if call.method == "query_param" {
                let (when, name) = (&call.receiver, &call.args[0]);
                *expr = parse_quote!(super::super::expect_query(#when, #name, value));
            }
        }
    }

    fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
        value.as_object().into_iter().flatten()
    }

    fn resolve<'a>(spec: &'a Value, part: &'a Value) -> &'a Value {
        let target =
            part["$ref"].as_str().and_then(|target| spec.pointer(target.strip_prefix('#')?));
        target.unwrap_or(part)
    }

    /// As progenitor names methods, arguments and fields.
    fn snake(name: &str) -> String {
        name.chars().fold(String::new(), |mut out, c| {
            out.extend(c.is_uppercase().then_some('_'));
            out.extend(c.to_lowercase());
            out
        })
    }

    fn ident(name: &str) -> Ident {
        Ident::new(name, Span::call_site())
    }
}
