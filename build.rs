//! Generates the InsightVM client and its httpmock bindings from `spec/insightvm.yaml`.
//!
//! This is the only generator: `cargo xtask gen` copies what it writes. A spec that can't be used
//! stops the build with one message that says where and what.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "codegen")]
    if let Err(complaint) = codegen::run() {
        // The directive is one line; more would be lost.
        let line = complaint.split_whitespace().collect::<Vec<_>>().join(" ");
        println!("cargo::error={line}");
        std::process::exit(1);
    }
}

#[cfg(feature = "codegen")]
mod codegen {
    use std::{env, fs, mem, panic, path::Path};

    use openapiv3::{OpenAPI, Operation, Parameter, ReferenceOr, RequestBody, Response, Schema};
    use proc_macro2::Span;
    use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TypeImpl};
    use serde::de::DeserializeOwned;
    use serde_json::{Value, from_value};
    use syn::{
        Attribute, Expr, ExprLit, ExprStruct, FieldValue, File, Ident, ImplItem, ImplItemFn, Item,
        ItemStruct, ItemUse, Lit, LitStr, Member, PathArguments, PathSegment, UsePath, UseTree,
        Visibility, parse_str,
        token::PathSep,
        visit_mut::{self, VisitMut},
    };

    const SPEC: &str = "spec/insightvm.yaml";

    /// Open enumerations, which are types of ours: a generated enum would refuse a new value.
    const VALUES: [&str; 5] =
        ["ScanEngineStatus", "ScanStatus", "ScanType", "SiteConnectionType", "SiteType"];

    /// The module that takes the place of the crate `progenitor_client`.
    const RUNTIME: [&str; 3] = ["crate", "insightvm", "runtime"];

    pub(super) fn run() -> Result<(), String> {
        println!("cargo::rerun-if-changed={SPEC}");
        let text = fs::read_to_string(SPEC).map_err(|error| format!("{SPEC}: {error}"))?;
        let spec = load(&text)?;
        let out = env::var("OUT_DIR").map_err(|error| format!("OUT_DIR: {error}"))?;
        let out = Path::new(&out);
        write(&out.join("insightvm.rs"), &generate(|| client(&spec))?)?;
        write(&out.join("httpmock.rs"), &generate(|| bindings(&spec))?)
    }

    /// The spec, or the first thing in it that can't be used, with its line.
    fn load(text: &str) -> Result<OpenAPI, String> {
        let document: Value = serde_saphyr::from_str(text).map_err(|error| {
            let line = error.location().map_or(0, |location| location.line());
            format!("{SPEC}:{line}: {}", error.without_snippet())
        })?;
        let at = |keys: &[&str]| format!("{SPEC}:{}: {}", line_of(text, keys), keys.join(" › "));
        let mut ids = Vec::new();
        for (path, item) in entries(&document, &["paths"]) {
            for (method, operation) in item.as_object().into_iter().flatten() {
                if matches!(method.as_str(), "parameters" | "summary" | "description" | "servers") {
                    continue;
                }
                let at = || at(&["paths", path, method]);
                match operation.get("operationId").and_then(Value::as_str) {
                    None => return Err(format!("{}: has no operationId", at())),
                    Some(id) if ids.contains(&id) => {
                        return Err(format!("{}: operationId {id} is taken already", at()));
                    }
                    Some(id) => ids.push(id),
                }
                check::<Operation>(operation, &at)?;
                check_refs(&document, operation, &at)?;
                one_type(&document, operation, "success", '2', &at)?;
                one_type(&document, operation, "error", '4', &at)?;
                one_type(&document, operation, "error", '5', &at)?;
            }
        }
        for section in ["schemas", "responses", "parameters", "requestBodies"] {
            for (name, part) in entries(&document, &["components", section]) {
                let at = || at(&["components", section, name]);
                match section {
                    "schemas" => {
                        check_schema(part, &at)?;
                        check::<ReferenceOr<Schema>>(part, &at)?;
                    }
                    "responses" => check::<ReferenceOr<Response>>(part, &at)?,
                    "parameters" => check::<ReferenceOr<Parameter>>(part, &at)?,
                    _ => check::<ReferenceOr<RequestBody>>(part, &at)?,
                }
                check_refs(&document, part, &at)?;
            }
        }
        from_value(document).map_err(|error| format!("{SPEC}: {error}"))
    }

    fn entries<'a>(
        document: &'a Value,
        keys: &[&str],
    ) -> impl Iterator<Item = (&'a String, &'a Value)> {
        let section = keys.iter().try_fold(document, |value, key| value.get(key));
        section.and_then(Value::as_object).into_iter().flatten()
    }

    fn check<T: DeserializeOwned>(part: &Value, at: &dyn Fn() -> String) -> Result<(), String> {
        from_value::<T>(part.clone()).map(drop).map_err(|error| format!("{}: {error}", at()))
    }

    /// A `$ref` to nothing makes the generator panic.
    fn check_refs(document: &Value, part: &Value, at: &dyn Fn() -> String) -> Result<(), String> {
        match part {
            Value::Object(object) => {
                if let Some(Value::String(target)) = object.get("$ref") {
                    let known = target.strip_prefix('#').and_then(|path| document.pointer(path));
                    if known.is_none() {
                        return Err(format!("{}: `$ref: {target}` points to nothing", at()));
                    }
                }
                object.values().try_for_each(|value| check_refs(document, value, at))
            }
            Value::Array(array) => {
                array.iter().try_for_each(|value| check_refs(document, value, at))
            }
            _ => Ok(()),
        }
    }

    /// The generator can't express an operation that returns one thing or another.
    fn one_type(
        document: &Value,
        operation: &Value,
        what: &str,
        class: char,
        at: &dyn Fn() -> String,
    ) -> Result<(), String> {
        let mut types: Vec<_> = entries(operation, &["responses"])
            .filter(|(code, _)| code.starts_with(class))
            .map(|(_, response)| resolve(document, response).get("content"))
            .collect();
        types.dedup();
        match types.len() {
            0 if what == "success" => Err(format!("{}: has no type of success", at())),
            0 | 1 => Ok(()),
            n => Err(format!("{}: has {n} types of {what}; the generator knows one", at())),
        }
    }

    fn resolve<'a>(document: &'a Value, part: &'a Value) -> &'a Value {
        let target = part.get("$ref").and_then(Value::as_str);
        let pointer = target.and_then(|target| target.strip_prefix('#'));
        pointer.and_then(|pointer| document.pointer(pointer)).unwrap_or(part)
    }

    /// What openapiv3 takes without a word, and the generator then fails over, or ignores.
    fn check_schema(schema: &Value, at: &dyn Fn() -> String) -> Result<(), String> {
        const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];
        if let Some(kind) = schema.get("type").and_then(Value::as_str)
            && !TYPES.contains(&kind)
        {
            return Err(format!("{}: {kind} is no type", at()));
        }
        let properties = schema.get("properties");
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            let known = name.as_str().and_then(|name| properties?.get(name));
            if known.is_none() {
                return Err(format!("{}: requires {name}, which it does not have", at()));
            }
        }
        let inner = entries(schema, &["properties"]).map(|(_, property)| property);
        inner.chain(schema.get("items")).try_for_each(|inner| check_schema(inner, at))
    }

    /// The line on which the last of nested keys stands, from 1.
    fn line_of(text: &str, keys: &[&str]) -> usize {
        let mut lines = text.lines().enumerate();
        let mut found = 0;
        for key in keys {
            let is_key = |line: &str| {
                let key_of = line.trim_start().strip_suffix(':');
                key_of.is_some_and(|it| it.trim_matches(['\'', '"']) == *key)
            };
            match lines.find(|(_, line)| is_key(line)) {
                Some((index, _)) => found = index + 1,
                None => break,
            }
        }
        found
    }

    fn client(spec: &OpenAPI) -> Result<File, String> {
        let tokens = Generator::new(&settings()?)
            .generate_tokens(spec)
            .map_err(|error| format!("{SPEC}: {error}"))?;
        let mut file = syn::parse2(tokens).map_err(|error| format!("generated client: {error}"))?;
        adapt(&mut file)?;
        VendorNames(spec).visit_file_mut(&mut file);
        Ok(file)
    }

    fn bindings(spec: &OpenAPI) -> Result<File, String> {
        let tokens = Generator::new(&settings()?)
            .httpmock(spec, "crate::insightvm")
            .map_err(|error| format!("{SPEC}: {error}"))?;
        let mut file = syn::parse2(tokens).map_err(|error| format!("generated mocks: {error}"))?;
        Adapt.visit_file_mut(&mut file);
        MendMocks.visit_file_mut(&mut file);
        Ok(file)
    }

    fn settings() -> Result<GenerationSettings, String> {
        let mut settings = GenerationSettings::new();
        settings
            .with_interface(InterfaceStyle::Builder)
            .with_hooks(HooksMode::Expected)
            .with_inner_type("crate::http::Transport".parse().map_err(|e| format!("{e}"))?)
            .with_derive("PartialEq");
        for value in VALUES {
            let ours = format!("crate::insightvm::{value}");
            let impls = [TypeImpl::FromStr, TypeImpl::Display].into_iter();
            settings.with_replacement(value, ours, impls);
        }
        Ok(settings)
    }

    /// progenitor asserts what it can't express: its panic becomes an error like any other.
    fn generate(work: impl FnOnce() -> Result<File, String>) -> Result<String, String> {
        let loud = panic::take_hook();
        panic::set_hook(Box::new(|_| {}));
        let result = panic::catch_unwind(panic::AssertUnwindSafe(work));
        panic::set_hook(loud);
        let file = result.unwrap_or_else(|panic| {
            let what = panic.downcast_ref::<String>().map(String::as_str);
            let what = what.or_else(|| panic.downcast_ref::<&str>().copied());
            Err(format!("{SPEC}: progenitor gave up: {}", what.unwrap_or("it did not say why")))
        })?;
        // Examples that nobody can run are text.
        Ok(prettyplease::unparse(&file).replace("```ignore", "```text"))
    }

    fn write(path: &Path, code: &str) -> Result<(), String> {
        let code = format!("// Generated from {SPEC} by build.rs. Not to be edited.\n\n{code}");
        fs::write(path, code).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Puts our runtime under the client, and takes out what only progenitor's own would need: a
    /// constructor that panics and limits everything to 15 seconds, and a `Debug` of the innards.
    fn adapt(file: &mut File) -> Result<(), String> {
        Adapt.visit_file_mut(file);
        file.items.retain(|item| !matches!(item, Item::Mod(module) if module.ident == "prelude"));
        let mut kept = 0;
        for item in &mut file.items {
            let Item::Impl(block) = item else { continue };
            if block.trait_.is_some() {
                continue;
            }
            block.items.retain_mut(|item| {
                let ImplItem::Fn(function) = item else { return true };
                if function.sig.ident == "new_with_client" {
                    function.vis = in_crate();
                    kept += 1;
                }
                function.sig.ident != "new"
            });
        }
        if kept != 1 {
            return Err(format!("progenitor's client has {kept} constructors `new_with_client`"));
        }
        Ok(())
    }

    struct Adapt;

    impl VisitMut for Adapt {
        fn visit_path_mut(&mut self, path: &mut syn::Path) {
            visit_mut::visit_path_mut(self, path);
            if path.segments.first().is_some_and(|first| first.ident == "progenitor_client") {
                let rest = mem::take(&mut path.segments).into_iter().skip(1);
                let runtime = RUNTIME.map(|name| PathSegment::from(ident(name)));
                path.segments = runtime.into_iter().chain(rest).collect();
            }
            // Ours has no type parameter: a refusal is in it, whatever its body was.
            if path.segments.len() == 1
                && let Some(only) = path.segments.first_mut()
                && only.ident == "Error"
            {
                only.arguments = PathArguments::None;
            }
        }

        fn visit_field_value_mut(&mut self, field: &mut FieldValue) {
            visit_mut::visit_field_value_mut(self, field);
            // Whoever makes a record need not say that it has no unknown properties.
            let demanded = matches!(&field.expr, Expr::Call(call)
                if matches!(&*call.func, Expr::Path(path) if path.path.is_ident("Err")));
            if demanded
                && matches!(&field.member, Member::Named(name) if name == "extra")
                && let Ok(empty) = parse_str("Ok(::std::default::Default::default())")
            {
                field.expr = empty;
            }
        }

        fn visit_ident_mut(&mut self, name: &mut Ident) {
            // The only answers that are no JSON are the shared secret.
            if name == "ByteStream" {
                *name = ident("SharedSecret");
            }
        }

        fn visit_item_use_mut(&mut self, item: &mut ItemUse) {
            visit_mut::visit_item_use_mut(self, item);
            let UseTree::Path(path) = &mut item.tree else { return };
            if path.ident != "progenitor_client" {
                return;
            }
            for (index, name) in RUNTIME.iter().rev().enumerate() {
                let UseTree::Path(path) = &mut item.tree else { return };
                if index == 0 {
                    path.ident = ident(name);
                } else {
                    let inner = Box::new(item.tree.clone());
                    let ident = ident(name);
                    item.tree = UseTree::Path(UsePath {
                        ident,
                        colon2_token: PathSep::default(),
                        tree: inner,
                    });
                }
            }
            if matches!(item.vis, Visibility::Public(_)) {
                item.vis = in_crate();
            }
        }

        fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
            visit_mut::visit_item_struct_mut(self, item);
            if item.attrs.iter().any(|attribute| derives(attribute, "Deserialize")) {
                item.attrs.extend(attributes(
                    "#[cfg_attr(feature = \"schemars\", derive(schemars::JsonSchema))]",
                ));
            }
            if item.ident == "Client" {
                item.attrs.retain(|attribute| !attribute.path().is_ident("derive"));
                item.attrs.extend(attributes("#[derive(Clone)]"));
            }
        }
    }

    /// progenitor names an operation to its hooks as the Rust method; errors and traces name it as
    /// the vendor does.
    struct VendorNames<'a>(&'a OpenAPI);

    impl VendorNames<'_> {
        /// The vendor's id of the operation that has this Rust name.
        fn of(&self, name: &str) -> Option<&str> {
            let bare = |id: &str| id.replace('_', "").to_lowercase();
            let name = bare(name);
            self.0
                .operations()
                .filter_map(|(_, _, operation)| operation.operation_id.as_deref())
                .find(|id| bare(id) == name)
        }
    }

    impl VisitMut for VendorNames<'_> {
        fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
            visit_mut::visit_impl_item_fn_mut(self, function);
            // Whoever knows the vendor's name finds the method by it.
            if let Some(id) = self.of(&function.sig.ident.to_string()) {
                function.attrs.extend(attributes(&format!("#[doc(alias = \"{id}\")]")));
            }
            // After the names within are the vendor's.
            let mut operation = FindOperation(None);
            operation.visit_impl_item_fn_mut(function);
            if let Some(id) = operation.0 {
                NameRefusals(id).visit_impl_item_fn_mut(function);
            }
        }

        fn visit_expr_struct_mut(&mut self, info: &mut ExprStruct) {
            if !info.path.is_ident("OperationInfo") {
                return visit_mut::visit_expr_struct_mut(self, info);
            }
            for field in &mut info.fields {
                let Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) = &mut field.expr else {
                    continue;
                };
                if let Some(id) = self.of(&name.value()) {
                    *name = LitStr::new(id, name.span());
                }
            }
        }
    }

    /// The operation that a function sends.
    struct FindOperation(Option<LitStr>);

    impl VisitMut for FindOperation {
        fn visit_expr_struct_mut(&mut self, info: &mut ExprStruct) {
            if !info.path.is_ident("OperationInfo") {
                return visit_mut::visit_expr_struct_mut(self, info);
            }
            for field in &info.fields {
                if let Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) = &field.expr {
                    self.0 = Some(name.clone());
                }
            }
        }
    }

    /// An argument that is missing or wrong is refused before there is a request: the refusal says
    /// of which operation it is, as all errors of calls do.
    struct NameRefusals(LitStr);

    impl VisitMut for NameRefusals {
        fn visit_expr_mut(&mut self, expr: &mut Expr) {
            visit_mut::visit_expr_mut(self, expr);
            let Expr::Path(path) = expr else { return };
            let names: Vec<_> = path.path.segments.iter().map(|it| it.ident.to_string()).collect();
            if names == ["Error", "InvalidRequest"]
                && let Ok(Expr::Call(mut ours)) = parse_str("Error::refusal_of()")
            {
                let lit = Lit::Str(self.0.clone());
                ours.args.push(Expr::Lit(ExprLit { attrs: Vec::new(), lit }));
                *expr = Expr::Call(ours);
            }
        }
    }

    /// progenitor 0.15 writes bindings that don't compile for a body that is a bare number, and
    /// for a query parameter that is a list.
    struct MendMocks;

    impl VisitMut for MendMocks {
        fn visit_expr_mut(&mut self, expr: &mut Expr) {
            visit_mut::visit_expr_mut(self, expr);
            let Expr::MethodCall(call) = expr else { return };
            if call.method == "json_body_obj" {
                if let Some(value) = call.args.first_mut()
                    && let Ok(borrowed) = parse_str("&value")
                {
                    *value = borrowed;
                }
            } else if call.method == "query_param"
                && let Ok(Expr::Call(mut ours)) = parse_str("super::super::expect_query()")
            {
                ours.args.push((*call.receiver).clone());
                ours.args.extend(call.args.first().cloned());
                ours.args.extend(parse_str::<Expr>("value"));
                *expr = Expr::Call(ours);
            }
        }
    }

    fn ident(name: &str) -> Ident {
        // `crate` is a keyword, which `Ident::new` takes as well.
        Ident::new(name, Span::call_site())
    }

    fn attributes(text: &str) -> Vec<Attribute> {
        parse_str::<ItemStruct>(&format!("{text} struct S;")).map_or_else(|_| vec![], |it| it.attrs)
    }

    fn derives(attribute: &Attribute, name: &str) -> bool {
        let mut found = false;
        let looked = attribute.path().is_ident("derive").then(|| {
            attribute.parse_nested_meta(|meta| {
                found |= meta.path.segments.last().is_some_and(|last| last.ident == name);
                Ok(())
            })
        });
        looked.is_some_and(|result| result.is_ok()) && found
    }

    fn in_crate() -> Visibility {
        parse_str("pub(crate)").unwrap_or(Visibility::Inherited)
    }
}
