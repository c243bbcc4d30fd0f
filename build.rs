//! Generates the InsightVM client and its httpmock bindings from `spec/insightvm.yaml`: read,
//! generate with progenitor, rewrite, print. `cargo xtask gen` copies the output into `src`.
//!
//! A spec that can't be used stops the build with one message; `cargo xtask lint` validates it.

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
    use std::{collections::BTreeMap, env, error::Error, fs, panic, path::Path};

    use openapiv3::OpenAPI;
    use proc_macro2::{Literal, Span, TokenStream};
    use progenitor::{GenerationSettings, Generator, InterfaceStyle, TypeImpl};
    use quote::quote;
    use serde_json::{Value, from_value, json};
    use syn::{
        Expr, File, Ident, ImplItem, ImplItemFn, Item, ItemStruct, Stmt,
        fold::{self, Fold},
        parse_quote,
    };

    type Result<T> = std::result::Result<T, Box<dyn Error>>;

    const SPEC: &str = "spec/insightvm.yaml";

    pub(super) fn run() -> std::result::Result<(), String> {
        println!("cargo::rerun-if-changed={SPEC}");
        // progenitor panics where it can't express something. Its message is what matters.
        panic::set_hook(Box::new(|_| {}));
        let result = panic::catch_unwind(generate).unwrap_or_else(|payload| {
            let text = payload.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
            Err(format!("progenitor: {}", text.unwrap_or("panicked")).into())
        });
        drop(panic::take_hook());
        result.map_err(|error| format!("{SPEC}: {error}; `cargo xtask lint` shows where"))
    }

    fn generate() -> Result<()> {
        let spec: Value = serde_saphyr::from_str(&fs::read_to_string(SPEC)?)
            .map_err(|error| error.without_snippet().to_string())?;
        let mut adapted = spec.clone();
        adapt(&mut adapted);
        let openapi: OpenAPI = from_value(adapted)?;
        let generated = generator(&spec)?.generate_tokens(&openapi)?;
        let client = client(generated, &spec)?;
        let mocks = syn::parse2(generator(&spec)?.httpmock(&openapi, "crate::insightvm")?)?;
        for (name, file) in [("insightvm.rs", client), ("httpmock.rs", mocks)] {
            let code = prettyplease::unparse(&FixCalls.fold_file(file));
            let code = format!("// Generated from {SPEC} by build.rs. Do not edit.\n\n{code}");
            fs::write(Path::new(&env::var("OUT_DIR")?).join(name), code)?;
        }
        Ok(())
    }

    const BOUNDS: [&str; 4] = ["minimum", "maximum", "minItems", "minLength"];

    /// Removes bounds, which would change the types of numbers and are checked by [`check`] instead,
    /// and adds what JSON Schema takes for granted: objects may have other properties.
    fn adapt(spec: &mut Value) {
        match spec {
            Value::Object(object) => {
                object.retain(|key, value| !(value.is_number() && BOUNDS.contains(&key.as_str())));
                if object.get("type").is_some_and(|kind| kind == "object") {
                    object.entry("additionalProperties").or_insert_with(|| json!({}));
                }
                object.values_mut().for_each(adapt);
            }
            Value::Array(array) => array.iter_mut().for_each(adapt),
            _ => {}
        }
    }

    fn generator(spec: &Value) -> Result<Generator> {
        let mut settings = GenerationSettings::new();
        settings.with_interface(InterfaceStyle::Positional);
        let impls = || [TypeImpl::Display, TypeImpl::FromStr].into_iter();
        for (format, ours) in [("date-time", "Timestamp"), ("iso-8601-duration", "SignedDuration")]
        {
            let schema = from_value(json!({"type": "string", "format": format}))?;
            settings.with_conversion(schema, format!("::jiff::{ours}"), impls());
        }
        for (name, _) in enumerations(spec) {
            settings.with_replacement(name, format!("crate::insightvm::{name}"), impls());
        }
        Ok(Generator::new(&settings))
    }

    /// The types and the methods that progenitor generates. The rest needs progenitor's client library,
    /// which `crate::insightvm::runtime` replaces.
    fn client(generated: TokenStream, spec: &Value) -> Result<File> {
        let mut code = prettyplease::unparse(&syn::parse2(generated)?);
        // Signatures as people write them, with our types.
        for (theirs, ours) in [
            ("<'a>(", "("),
            ("&'a ", "&"),
            ("&::std::vec::Vec<::std::string::String>", "&[::std::string::String]"),
            ("&::std::vec::Vec<i32>", "&[i32]"),
            (", Error<types::ApiError>>", ">"),
            ("ResponseValue<ByteStream>", "Response<SharedSecret>"),
            ("ResponseValue<", "Response<"),
        ] {
            code = code.replace(theirs, ours);
        }
        let (mut types, mut methods, mut table) = (Vec::new(), Vec::new(), Vec::new());
        let operations = operations(spec)?;
        for item in syn::parse_file(&code)?.items {
            match item {
                Item::Mod(module) if module.ident == "types" => {
                    for item in module.content.into_iter().flat_map(|(_, items)| items) {
                        if let Item::Struct(record) = item {
                            types.push(record_items(record, spec));
                        }
                    }
                }
                Item::Impl(block) => {
                    for item in block.items {
                        if let ImplItem::Fn(method) = item
                            && let Some(operation) = operations.get(&method.sig.ident.to_string())
                        {
                            table.push(&operation.row);
                            methods.push(with_our_body(method, operation)?);
                        }
                    }
                }
                _ => {}
            }
        }
        if methods.len() != operations.len() {
            return Err("progenitor names methods otherwise than build.rs does".into());
        }
        let enumerations = enumerations(spec).map(|(name, schema)| enumeration(name, schema));
        let enumerations = enumerations.collect::<Result<Vec<_>>>()?;
        Ok(parse_quote! {
            use crate::{Response, Result, insightvm::{
                Client, SharedSecret, check::{Bound::*, argument},
                runtime::{self as progenitor_client, OperationInfo, encode_path},
            }};

            /// The records that the console returns, and the bodies that are sent to it.
            pub mod types { #(#types)* }

            pub(crate) mod values { #(#enumerations)* }

            #[doc = " # Operations"]
            #[doc = ""]
            #[doc = " | Method | Request | |"]
            #[doc = " | --- | --- | --- |"]
            #(#[doc = #table])*
            impl Client { #(#methods)* }
        })
    }

    /// What the spec says of an operation, and progenitor leaves out.
    struct Operation {
        /// Its row in the table of the documentation.
        row: String,
        checks: Vec<TokenStream>,
        /// What the transport has to know.
        info: TokenStream,
        id: String,
    }

    /// The operations by the names of their methods.
    fn operations(spec: &Value) -> Result<BTreeMap<String, Operation>> {
        let mut operations = BTreeMap::new();
        let paths = entries(&spec["paths"]).flat_map(|(path, item)| {
            entries(item).map(move |(method, operation)| (path, method, operation))
        });
        for (path, method, operation) in paths {
            let Some(id) = operation["operationId"].as_str() else { continue };
            let (name, method) = (snake(id), method.to_uppercase());
            let summary = operation["summary"].as_str().unwrap_or_default();
            let row = format!(" | [`{name}`](Self::{name}) | `{method} {path}` | {summary} |");

            let mut checks = Vec::new();
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let parameter = resolve(spec, parameter);
                let wire = parameter["name"].as_str().unwrap_or_default();
                let value = ident(&snake(wire));
                checks.extend(check(spec, id, wire, &quote!(&#value), &parameter["schema"]));
            }
            let body = &operation["requestBody"]["content"]["application/json"]["schema"];
            let body = resolve(spec, body);
            checks.extend(check(spec, id, "body", &quote!(body), body));
            for (wire, schema) in entries(&body["properties"]) {
                let field = ident(&snake(wire));
                checks.extend(check(spec, id, wire, &quote!(&body.#field), schema));
            }

            let success = &resolve(spec, &operation["responses"]["2XX"])["content"];
            let text = &success["text/plain"]["schema"]["format"];
            let accept = if success["application/json"].is_object() {
                "application/json"
            } else if text == "shared-secret" {
                "text/plain"
            } else {
                let format = text.as_str().unwrap_or("none");
                return Err(
                    format!("{id}: no Rust type is known for text of format {format}").into()
                );
            };
            let idempotent = operation["x-idempotent"] == true;
            let info = quote!(OperationInfo { operation_id: #id, accept: #accept, idempotent: #idempotent });
            operations.insert(name, Operation { row, checks, info, id: id.to_owned() });
        }
        Ok(operations)
    }

    /// The statement that checks an argument, if its schema or that of its items has bounds.
    fn check(
        spec: &Value,
        id: &str,
        name: &str,
        value: &TokenStream,
        schema: &Value,
    ) -> Option<TokenStream> {
        let schema = resolve(spec, schema);
        let items = resolve(spec, &schema["items"]);
        let bounds = BOUNDS.iter().filter_map(|key| {
            let bound = schema[key].as_i64().or_else(|| items[key].as_i64())?;
            let (variant, bound) = (ident(&pascal(key)), Literal::i64_unsuffixed(bound));
            Some(quote!(#variant(#bound)))
        });
        let bounds: Vec<_> = bounds.collect();
        (!bounds.is_empty()).then(|| quote!(argument(#id, #name, #value, &[#(#bounds),*])?;))
    }

    /// A method with progenitor's URL and request, between our checks and our transport.
    fn with_our_body(mut method: ImplItemFn, operation: &Operation) -> Result<ImplItemFn> {
        let Operation { checks, info, id, .. } = operation;
        let [Stmt::Local(url), _, _, Stmt::Local(request), ..] = &mut method.block.stmts[..] else {
            return Err(format!("{id}: progenitor generates another body than it used to").into());
        };
        let request = request.init.as_ref().map(|init| &init.expr);
        let block =
            quote!({ #(#checks)* #url let request = #request; self.execute(request, #info).await });
        method.block = syn::parse2(block)?;
        method.attrs.push(parse_quote!(#[doc(alias = #id)]));
        Ok(method)
    }

    /// Changes some of the calls that progenitor 0.15 generates. `execute` sets the headers of a
    /// request; no console knows `api-version`. The httpmock bindings would not compile for a body
    /// that is a bare number, and for a query parameter that is a list.
    struct FixCalls;

    impl Fold for FixCalls {
        fn fold_expr(&mut self, expr: Expr) -> Expr {
            let expr = fold::fold_expr(self, expr);
            let Expr::MethodCall(call) = &expr else { return expr };
            let (receiver, name) = (&call.receiver, call.args.first());
            match call.method.to_string().as_str() {
                "headers" => parse_quote!(#receiver),
                // The bindings name a header of a response by a text.
                "header" if matches!(name, Some(Expr::Path(_))) => parse_quote!(#receiver),
                "json_body_obj" => parse_quote!(#receiver.json_body_obj(&value)),
                "query_param" => {
                    parse_quote!(super::super::expect_query(#receiver, #name, value))
                }
                _ => expr,
            }
        }
    }

    /// A struct as this crate has them: open for new fields, with a constructor, read leniently.
    fn record_items(mut record: ItemStruct, spec: &Value) -> TokenStream {
        let name = record.ident.clone();
        let schema = &spec["components"]["schemas"][name.to_string()];
        let required = schema["required"].as_array().into_iter().flatten();
        let required: Vec<_> = required.filter_map(Value::as_str).collect();
        let (mut reads, mut arguments) = (Vec::new(), BTreeMap::new());
        for field in &mut record.fields {
            let (name, ty) = (&field.ident, &field.ty);
            let plain = quote!(#name).to_string().replace('_', "");
            let letters =
                |wire: &str| wire.replace(|c: char| !c.is_ascii_alphanumeric(), "").to_lowercase();
            let mut properties = entries(&schema["properties"]).map(|(wire, _)| wire.as_str());
            let wire = properties.find(|wire| letters(wire) == plain).unwrap_or("extra");
            let read = match wire {
                "extra" => quote!(rest),
                "resources" => quote!(records),
                _ => quote!(read),
            };
            reads.push(quote!(#name = #read(#wire)));
            if let Some(place) = required.iter().position(|required| *required == wire) {
                arguments.insert(place, quote!(#name: #ty));
            }
            // A property that is a `$ref` has no description of its own.
            if !field.attrs.iter().any(|attribute| attribute.path().is_ident("doc")) {
                let text = resolve(spec, &schema["properties"][wire])["description"].as_str();
                let text = text
                    .unwrap_or("What is not documented, or not of its documented type, by name.");
                field.attrs.insert(0, parse_quote!(#[doc = #text]));
            }
        }
        let arguments = arguments.values();
        let new = (arguments.len() > 0).then(|| quote!(new(#(#arguments),*)));
        record.attrs.retain(|attribute| !attribute.path().is_ident("derive"));
        quote! {
            #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]
            #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
            #[non_exhaustive]
            #record
            crate::insightvm::decode::record! { #name { #(#reads),* } #new }
        }
    }

    fn enumerations(spec: &Value) -> impl Iterator<Item = (&String, &Value)> {
        let schemas = entries(&spec["components"]["schemas"]);
        schemas.filter(|(_, schema)| schema["x-extensible-enum"].is_array())
    }

    /// `x-extensible-enum`, as an open enumeration of this crate.
    fn enumeration(name: &str, schema: &Value) -> Result<Item> {
        let mut variants = Vec::new();
        for value in schema["x-extensible-enum"].as_array().into_iter().flatten() {
            let value = value.as_str().ok_or_else(|| format!("{name}: {value} is not a string"))?;
            let text = schema["x-enum-descriptions"][value].as_str().unwrap_or(value);
            let variant: Ident = syn::parse_str(&pascal(value))?;
            variants.push(quote!(#[doc = #text] #variant = #value,));
        }
        let (name, text) = (ident(name), schema["description"].as_str().unwrap_or_default());
        Ok(parse_quote! {
            scanops_nessus::open_enum! { #[doc = #text] pub enum #name { #(#variants)* } }
        })
    }

    fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
        value.as_object().into_iter().flatten()
    }

    fn resolve<'a>(spec: &'a Value, part: &'a Value) -> &'a Value {
        let target = part["$ref"].as_str().and_then(|target| target.strip_prefix('#'));
        target.and_then(|target| spec.pointer(target)).unwrap_or(part)
    }

    /// As progenitor names methods, arguments and fields.
    fn snake(name: &str) -> String {
        let split = |c: char| [c.is_uppercase().then_some('_'), c.to_lowercase().next()];
        name.chars().flat_map(split).flatten().collect()
    }

    /// As Rust names variants.
    fn pascal(name: &str) -> String {
        let words = name.split(['-', '_', ' ']).filter_map(|word| word.split_at_checked(1));
        words.map(|(first, rest)| first.to_uppercase() + rest).collect()
    }

    fn ident(name: &str) -> Ident {
        Ident::new(name, Span::call_site())
    }
}
