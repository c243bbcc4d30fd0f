//! The sandbox's console responds as the spec says: each operation, with each of its documented
//! statuses, down to the last property. An operation that is added to the spec fails here until it
//! is tested.

use std::collections::BTreeSet;
use std::fs;

use jsonschema::Draft;
use reqwest::{Client, Method, RequestBuilder};
use scanops_sandbox::InsightVm;
use serde_json::{Map, Value, json};

/// Which documented responses a sandbox never sends, and why.
fn never(operation: &str, status: &str) -> bool {
    match status {
        // A console that works does not fail. 2XX stands for the documented code of success,
        // in consoles that send another.
        "500" | "503" | "2XX" => true,
        // These lists exist, be they empty.
        "404" => matches!(operation, "getScanEngines" | "getScanEnginePools"),
        // There is nothing in these requests that could be wrong.
        "400" => matches!(operation, "createSharedSecret" | "addScanEnginePoolScanEngine"),
        _ => false,
    }
}

#[tokio::test]
async fn every_documented_response_is_sent_as_documented() {
    let mut contract = Contract::open().await;
    let operations = contract.operations();

    for operation in &operations {
        contract.call(operation, Call::anonymous(), "401").await;
        if operation.takes_ids() {
            contract.call(operation, Call::ids([99, 99]).body(operation.sample()), "404").await;
        }
        if operation.takes_body() {
            contract.call(operation, Call::ids([8, 4]).body(json!(7)), "400").await;
        }
        if operation.is_paged() {
            contract.call(operation, Call::ids([3, 0]).query("?size=0"), "400").await;
        }
    }

    let mut succeed = async |name: &str, call: Call, status: &str| {
        let operation = operations.iter().find(|one| one.name == name).unwrap();
        contract.call(operation, call.or_body(operation.sample()), status).await
    };
    // Whatever is in the lists by default, and again after the changes below.
    for round in 1..=2 {
        let engines = succeed("getScanEngines", Call::ids([]), "200").await;
        for engine in ids(&engines) {
            succeed("getScanEngine", Call::ids([engine]), "200").await;
            succeed("getAssignedEnginePools", Call::ids([engine]), "200").await;
            for query in ["", "?page=1&size=3&sort=status&sort=id,DESC", "?page=9"] {
                succeed("getScanEngineScans", Call::ids([engine]).query(query), "200").await;
                let sites = query.replace("status", "name");
                succeed("getScanEngineSites", Call::ids([engine]).query(&sites), "200").await;
            }
        }
        let pools = succeed("getScanEnginePools", Call::ids([]), "200").await;
        for pool in ids(&pools) {
            succeed("getEnginePool", Call::ids([pool]), "200").await;
            succeed("getScanEnginePoolScanEngines", Call::ids([pool]), "200").await;
            succeed("getScanEnginePoolSites", Call::ids([pool]), "200").await;
        }
        if round == 1 {
            let engine = id(&succeed("createScanEngine", Call::ids([]), "201").await);
            let pool = id(&succeed("createScanEnginePool", Call::ids([]), "200").await);
            succeed("updateScanEngine", Call::ids([engine]), "200").await;
            succeed("updateScanEnginePool", Call::ids([pool]), "200").await;
            succeed("setScanEnginePoolScanEngines", Call::ids([pool]), "200").await;
            succeed("addScanEnginePoolScanEngine", Call::ids([pool, engine]), "200").await;
            succeed("removeScanEnginePoolScanEngine", Call::ids([pool, 4]), "200").await;
            succeed("deleteScanEngine", Call::ids([4]), "200").await;
            succeed("removeScanEnginePool", Call::ids([8]), "200").await;
        }
    }
    for name in ["getCurrentSharedSecret", "getCurrentSharedSecretTimeToLive", "deleteSharedSecret"]
    {
        succeed(name, Call::ids([]), "404").await;
    }
    succeed("createSharedSecret", Call::ids([]), "201").await;
    for name in ["getCurrentSharedSecret", "getCurrentSharedSecretTimeToLive", "deleteSharedSecret"]
    {
        succeed(name, Call::ids([]), "200").await;
    }

    let documented: BTreeSet<_> = operations
        .iter()
        .flat_map(|operation| operation.statuses().map(|status| (operation.name.clone(), status)))
        .filter(|(name, status)| !never(name, status))
        .collect();
    assert_eq!(documented.len(), contract.driven.len());
    assert_eq!(documented, contract.driven);
}

#[test]
fn the_contract_rejects_what_the_spec_does_not_say() {
    let contract = Contract::read();
    let engine = json!({"id": 4, "name": "Lyon", "port": -1, "status": "active"});
    let with = |property: &str, value: Value| {
        let mut engine = engine.clone();
        engine[property] = value;
        engine
    };
    let schema = "/components/schemas/ScanEngine";
    assert_eq!(contract.error(schema, &engine), None);
    for (property, value) in [
        ("id", json!("4")),
        ("id", json!(1_i64 << 31)),
        ("name", json!(null)),
        ("status", json!("asleep")),
        ("isAwsPreAuthEngine", json!(false)),
        ("links", json!([{"reel": "self"}])),
    ] {
        let wrong = with(property, value);
        assert!(contract.error(schema, &wrong).is_some(), "{wrong}");
    }
    assert!(contract.error(schema, &json!({"id": 4})).is_some());
}

fn id(resource: &Value) -> i64 {
    resource["id"].as_i64().unwrap()
}

fn ids(list: &Value) -> Vec<i64> {
    list["resources"].as_array().unwrap().iter().map(id).collect()
}

/// How an operation is called.
#[derive(Default)]
struct Call {
    ids: Vec<i64>,
    query: String,
    body: Option<Value>,
    anonymous: bool,
}

impl Call {
    /// With these ids in the path; those that it has no place for are left out.
    fn ids(ids: impl Into<Vec<i64>>) -> Self {
        Self { ids: ids.into(), ..Self::default() }
    }

    /// Without credentials.
    fn anonymous() -> Self {
        Self { anonymous: true, ..Self::ids([8, 4]) }
    }

    fn query(self, query: &str) -> Self {
        Self { query: query.to_owned(), ..self }
    }

    fn body(self, body: impl Into<Option<Value>>) -> Self {
        Self { body: body.into(), ..self }
    }

    fn or_body(self, body: Option<Value>) -> Self {
        let body = self.body.or(body);
        Self { body, ..self }
    }
}

/// An operation of the spec.
struct Operation {
    name: String,
    method: Method,
    path: String,
    definition: Value,
}

impl Operation {
    fn takes_ids(&self) -> bool {
        self.path.contains('{')
    }

    fn takes_body(&self) -> bool {
        self.definition.get("requestBody").is_some()
    }

    fn is_paged(&self) -> bool {
        let parameters = self.definition["parameters"].as_array();
        parameters.is_some_and(|all| all.iter().any(|one| refers(one).ends_with("/Size")))
    }

    fn statuses(&self) -> impl Iterator<Item = String> {
        self.definition["responses"].as_object().unwrap().keys().cloned()
    }

    /// A body that a console with the default state accepts.
    fn sample(&self) -> Option<Value> {
        self.takes_body().then(|| match self.name.as_str() {
            "createScanEngine" | "updateScanEngine" => {
                json!({"name": "Lyon", "address": "lyon.example.com", "port": 40814, "sites": [1]})
            }
            "createScanEnginePool" | "updateScanEnginePool" => {
                json!({"name": "World", "engines": [4, 5], "sites": []})
            }
            "setScanEnginePoolScanEngines" => json!([4, 6]),
            other => panic!("no body is known for {other}"),
        })
    }
}

/// What a `$ref` points to, as a JSON pointer.
fn refers(value: &Value) -> &str {
    value["$ref"].as_str().unwrap().strip_prefix('#').unwrap()
}

/// The spec, a console, and the responses that it has sent.
struct Contract {
    document: Value,
    console: Option<InsightVm>,
    http: Client,
    driven: BTreeSet<(String, String)>,
}

impl Contract {
    fn read() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/insightvm.yaml");
        let mut document = serde_saphyr::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        tighten(&mut document);
        Self { document, console: None, http: Client::new(), driven: BTreeSet::new() }
    }

    async fn open() -> Self {
        let console = Some(InsightVm::start().await.unwrap());
        Self { console, ..Self::read() }
    }

    fn operations(&self) -> Vec<Operation> {
        let paths = self.document["paths"].as_object().unwrap();
        let operations = paths.iter().flat_map(|(path, methods)| {
            methods.as_object().unwrap().iter().map(|(method, definition)| Operation {
                name: definition["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                definition: definition.clone(),
            })
        });
        operations.collect()
    }

    /// Expects a response of this status that is as documented.
    async fn call(&mut self, operation: &Operation, call: Call, status: &str) -> Value {
        let name = &operation.name;
        let response = self.request(operation, &call).send().await.unwrap();
        assert_eq!(response.status().as_str(), status, "{name} {}", response.url());
        let documented = operation.definition["responses"].get(status);
        let at = refers(documented.unwrap_or_else(|| panic!("{name}: {status} is undocumented")));
        let content = self.document.pointer(at).unwrap()["content"].as_object().unwrap();
        let sent = response.headers()["content-type"].to_str().unwrap().to_owned();
        let (kind, _) = sent.split_once(';').unwrap_or((&sent, ""));
        assert!(content.contains_key(kind), "{name} {status}: {kind} is undocumented");
        let schema = format!("{at}/content/{}/schema", kind.replace('/', "~1"));
        let text = response.text().await.unwrap();
        let is_json = kind == "application/json";
        let body = if is_json { serde_json::from_str(&text).unwrap() } else { json!(text) };
        if let Some(error) = self.error(&schema, &body) {
            panic!("{name} {status}: {error}");
        }
        if status.starts_with('2') {
            self.check_request(operation, &call);
        }
        self.driven.insert((name.clone(), status.to_owned()));
        body
    }

    fn request(&self, operation: &Operation, call: &Call) -> RequestBuilder {
        let console = self.console.as_ref().unwrap();
        let mut ids = call.ids.iter();
        let segments = operation.path.split('/').map(|segment| {
            if segment.starts_with('{') { ids.next().unwrap().to_string() } else { segment.into() }
        });
        let path = segments.collect::<Vec<_>>().join("/");
        let url = format!("{}{path}{}", console.url(), call.query);
        let mut request = self.http.request(operation.method.clone(), url);
        if !call.anonymous {
            request = request.basic_auth(console.user(), Some(console.password()));
        }
        match &call.body {
            Some(body) => request.json(body),
            None => request,
        }
    }

    /// A request that succeeded is valid, too, or this test would prove nothing of clients that keep
    /// to the spec.
    fn check_request(&self, operation: &Operation, call: &Call) {
        let Some(body) = &call.body else { return };
        let path = operation.path.replace('/', "~1");
        let method = operation.method.as_str().to_lowercase();
        let schema = format!("/paths/{path}/{method}/requestBody/content/application~1json/schema");
        assert_eq!(self.error(&schema, body), None, "the body of {}", operation.name);
    }

    /// Why a value does not fit the schema at a place of the spec, if it does not.
    fn error(&self, schema: &str, value: &Value) -> Option<String> {
        assert!(self.document.pointer(schema).is_some(), "{schema}");
        let mut root = self.document.clone();
        // A reference is a URI, where the braces of a path can't stand as they are.
        let reference = format!("#{schema}").replace('{', "%7B").replace('}', "%7D");
        root["allOf"] = json!([{ "$ref": reference }]);
        let validator = jsonschema::options().with_draft(Draft::Draft7).build(&root).unwrap();
        let found = validator.iter_errors(value).next();
        found.map(|error| format!("{error} at {}", error.instance_path()))
    }
}

/// Says in JSON Schema what `OpenAPI` or the spec's README says otherwise: the range of an `int32`;
/// and what is only asked of a sandbox, which sends nothing that is not written down.
fn tighten(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(tighten),
        Value::Object(object) => {
            object.values_mut().for_each(tighten);
            if object.get("type") == Some(&json!("object")) {
                object.insert("additionalProperties".to_owned(), json!(false));
            }
            if object.get("format") == Some(&json!("int32")) {
                object.insert("minimum".to_owned(), json!(i32::MIN));
                object.insert("maximum".to_owned(), json!(i32::MAX));
            }
            close_enumeration(object);
        }
        _ => {}
    }
}

fn close_enumeration(object: &mut Map<String, Value>) {
    if let Some(known) = object.get("x-extensible-enum").cloned() {
        object.insert("enum".to_owned(), known);
    }
}
