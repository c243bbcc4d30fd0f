// Generated from spec/insightvm.yaml by build.rs. Do not edit.

pub mod operations {
    //! [`When`](::httpmock::When) and [`Then`](::httpmock::Then)
    //! wrappers for each operation. Each can be converted to
    //! its inner type with a call to `into_inner()`. This can
    //! be used to explicitly deviate from permitted values.
    use crate::insightvm::*;
    pub struct GetScanEnginePoolsWhen(::httpmock::When);
    impl GetScanEnginePoolsWhen {
        pub fn new(inner: ::httpmock::When) -> Self {
            Self(
                inner
                    .method(::httpmock::Method::GET)
                    .path_matches(
                        regex::Regex::new("^/api/3/scan_engine_pools$").unwrap(),
                    ),
            )
        }
        pub fn into_inner(self) -> ::httpmock::When {
            self.0
        }
    }
    pub struct GetScanEnginePoolsThen(::httpmock::Then);
    impl GetScanEnginePoolsThen {
        pub fn new(inner: ::httpmock::Then) -> Self {
            Self(inner)
        }
        pub fn into_inner(self) -> ::httpmock::Then {
            self.0
        }
        pub fn ok(self, value: &types::EnginePools) -> Self {
            Self(
                self
                    .0
                    .status(200u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn success(self, status: u16, value: &types::EnginePools) -> Self {
            assert_eq!(status / 100u16, 2u16);
            Self(
                self
                    .0
                    .status(status)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn unauthorized(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(401u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn not_found(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(404u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn internal_server_error(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(500u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn service_unavailable(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(503u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
    }
    pub struct CreateScanEnginePoolWhen(::httpmock::When);
    impl CreateScanEnginePoolWhen {
        pub fn new(inner: ::httpmock::When) -> Self {
            Self(
                inner
                    .method(::httpmock::Method::POST)
                    .path_matches(
                        regex::Regex::new("^/api/3/scan_engine_pools$").unwrap(),
                    ),
            )
        }
        pub fn into_inner(self) -> ::httpmock::When {
            self.0
        }
        pub fn body(self, value: &types::EnginePoolCreate) -> Self {
            Self(self.0.json_body_obj(&value))
        }
    }
    pub struct CreateScanEnginePoolThen(::httpmock::Then);
    impl CreateScanEnginePoolThen {
        pub fn new(inner: ::httpmock::Then) -> Self {
            Self(inner)
        }
        pub fn into_inner(self) -> ::httpmock::Then {
            self.0
        }
        pub fn ok(self, value: &types::CreatedReference) -> Self {
            Self(
                self
                    .0
                    .status(200u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn success(self, status: u16, value: &types::CreatedReference) -> Self {
            assert_eq!(status / 100u16, 2u16);
            Self(
                self
                    .0
                    .status(status)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn bad_request(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(400u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn unauthorized(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(401u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn internal_server_error(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(500u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn service_unavailable(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(503u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
    }
    pub struct GetEnginePoolWhen(::httpmock::When);
    impl GetEnginePoolWhen {
        pub fn new(inner: ::httpmock::When) -> Self {
            Self(
                inner
                    .method(::httpmock::Method::GET)
                    .path_matches(
                        regex::Regex::new("^/api/3/scan_engine_pools/[^/]*$").unwrap(),
                    ),
            )
        }
        pub fn into_inner(self) -> ::httpmock::When {
            self.0
        }
        pub fn id(self, value: i32) -> Self {
            let re = regex::Regex::new(
                    &format!("^/api/3/scan_engine_pools/{}$", value.to_string()),
                )
                .unwrap();
            Self(self.0.path_matches(re))
        }
    }
    pub struct GetEnginePoolThen(::httpmock::Then);
    impl GetEnginePoolThen {
        pub fn new(inner: ::httpmock::Then) -> Self {
            Self(inner)
        }
        pub fn into_inner(self) -> ::httpmock::Then {
            self.0
        }
        pub fn ok(self, value: &types::EnginePool) -> Self {
            Self(
                self
                    .0
                    .status(200u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn success(self, status: u16, value: &types::EnginePool) -> Self {
            assert_eq!(status / 100u16, 2u16);
            Self(
                self
                    .0
                    .status(status)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn unauthorized(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(401u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn not_found(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(404u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn internal_server_error(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(500u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn service_unavailable(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(503u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
    }
    pub struct UpdateScanEnginePoolWhen(::httpmock::When);
    impl UpdateScanEnginePoolWhen {
        pub fn new(inner: ::httpmock::When) -> Self {
            Self(
                inner
                    .method(::httpmock::Method::PUT)
                    .path_matches(
                        regex::Regex::new("^/api/3/scan_engine_pools/[^/]*$").unwrap(),
                    ),
            )
        }
        pub fn into_inner(self) -> ::httpmock::When {
            self.0
        }
        pub fn id(self, value: i32) -> Self {
            let re = regex::Regex::new(
                    &format!("^/api/3/scan_engine_pools/{}$", value.to_string()),
                )
                .unwrap();
            Self(self.0.path_matches(re))
        }
        pub fn body(self, value: &types::EnginePoolUpdate) -> Self {
            Self(self.0.json_body_obj(&value))
        }
    }
    pub struct UpdateScanEnginePoolThen(::httpmock::Then);
    impl UpdateScanEnginePoolThen {
        pub fn new(inner: ::httpmock::Then) -> Self {
            Self(inner)
        }
        pub fn into_inner(self) -> ::httpmock::Then {
            self.0
        }
        pub fn ok(self, value: &types::Links) -> Self {
            Self(
                self
                    .0
                    .status(200u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn success(self, status: u16, value: &types::Links) -> Self {
            assert_eq!(status / 100u16, 2u16);
            Self(
                self
                    .0
                    .status(status)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn bad_request(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(400u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn unauthorized(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(401u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn not_found(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(404u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn internal_server_error(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(500u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn service_unavailable(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(503u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
    }
    pub struct RemoveScanEnginePoolWhen(::httpmock::When);
    impl RemoveScanEnginePoolWhen {
        pub fn new(inner: ::httpmock::When) -> Self {
            Self(
                inner
                    .method(::httpmock::Method::DELETE)
                    .path_matches(
                        regex::Regex::new("^/api/3/scan_engine_pools/[^/]*$").unwrap(),
                    ),
            )
        }
        pub fn into_inner(self) -> ::httpmock::When {
            self.0
        }
        pub fn id(self, value: i32) -> Self {
            let re = regex::Regex::new(
                    &format!("^/api/3/scan_engine_pools/{}$", value.to_string()),
                )
                .unwrap();
            Self(self.0.path_matches(re))
        }
    }
    pub struct RemoveScanEnginePoolThen(::httpmock::Then);
    impl RemoveScanEnginePoolThen {
        pub fn new(inner: ::httpmock::Then) -> Self {
            Self(inner)
        }
        pub fn into_inner(self) -> ::httpmock::Then {
            self.0
        }
        pub fn ok(self, value: &types::Links) -> Self {
            Self(
                self
                    .0
                    .status(200u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn success(self, status: u16, value: &types::Links) -> Self {
            assert_eq!(status / 100u16, 2u16);
            Self(
                self
                    .0
                    .status(status)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn unauthorized(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(401u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn not_found(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(404u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn internal_server_error(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(500u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn service_unavailable(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(503u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
    }
    pub struct GetScanEnginePoolScanEnginesWhen(::httpmock::When);
    impl GetScanEnginePoolScanEnginesWhen {
        pub fn new(inner: ::httpmock::When) -> Self {
            Self(
                inner
                    .method(::httpmock::Method::GET)
                    .path_matches(
                        regex::Regex::new("^/api/3/scan_engine_pools/[^/]*/engines$")
                            .unwrap(),
                    ),
            )
        }
        pub fn into_inner(self) -> ::httpmock::When {
            self.0
        }
        pub fn id(self, value: i32) -> Self {
            let re = regex::Regex::new(
                    &format!("^/api/3/scan_engine_pools/{}/engines$", value.to_string()),
                )
                .unwrap();
            Self(self.0.path_matches(re))
        }
    }
    pub struct GetScanEnginePoolScanEnginesThen(::httpmock::Then);
    impl GetScanEnginePoolScanEnginesThen {
        pub fn new(inner: ::httpmock::Then) -> Self {
            Self(inner)
        }
        pub fn into_inner(self) -> ::httpmock::Then {
            self.0
        }
        pub fn ok(self, value: &types::EngineReferences) -> Self {
            Self(
                self
                    .0
                    .status(200u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn success(self, status: u16, value: &types::EngineReferences) -> Self {
            assert_eq!(status / 100u16, 2u16);
            Self(
                self
                    .0
                    .status(status)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn unauthorized(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(401u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn not_found(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(404u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn internal_server_error(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(500u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn service_unavailable(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(503u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
    }
    pub struct SetScanEnginePoolScanEnginesWhen(::httpmock::When);
    impl SetScanEnginePoolScanEnginesWhen {
        pub fn new(inner: ::httpmock::When) -> Self {
            Self(
                inner
                    .method(::httpmock::Method::PUT)
                    .path_matches(
                        regex::Regex::new("^/api/3/scan_engine_pools/[^/]*/engines$")
                            .unwrap(),
                    ),
            )
        }
        pub fn into_inner(self) -> ::httpmock::When {
            self.0
        }
        pub fn id(self, value: i32) -> Self {
            let re = regex::Regex::new(
                    &format!("^/api/3/scan_engine_pools/{}/engines$", value.to_string()),
                )
                .unwrap();
            Self(self.0.path_matches(re))
        }
        pub fn body(self, value: &::std::vec::Vec<i32>) -> Self {
            Self(self.0.json_body_obj(&value))
        }
    }
    pub struct SetScanEnginePoolScanEnginesThen(::httpmock::Then);
    impl SetScanEnginePoolScanEnginesThen {
        pub fn new(inner: ::httpmock::Then) -> Self {
            Self(inner)
        }
        pub fn into_inner(self) -> ::httpmock::Then {
            self.0
        }
        pub fn ok(self, value: &types::Links) -> Self {
            Self(
                self
                    .0
                    .status(200u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn success(self, status: u16, value: &types::Links) -> Self {
            assert_eq!(status / 100u16, 2u16);
            Self(
                self
                    .0
                    .status(status)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn bad_request(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(400u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn unauthorized(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(401u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn not_found(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(404u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn internal_server_error(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(500u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn service_unavailable(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(503u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
    }
    pub struct AddScanEnginePoolScanEngineWhen(::httpmock::When);
    impl AddScanEnginePoolScanEngineWhen {
        pub fn new(inner: ::httpmock::When) -> Self {
            Self(
                inner
                    .method(::httpmock::Method::PUT)
                    .path_matches(
                        regex::Regex::new(
                                "^/api/3/scan_engine_pools/[^/]*/engines/[^/]*$",
                            )
                            .unwrap(),
                    ),
            )
        }
        pub fn into_inner(self) -> ::httpmock::When {
            self.0
        }
        pub fn id(self, value: i32) -> Self {
            let re = regex::Regex::new(
                    &format!(
                        "^/api/3/scan_engine_pools/{}/engines/.*$", value.to_string()
                    ),
                )
                .unwrap();
            Self(self.0.path_matches(re))
        }
        pub fn engine_id(self, value: i32) -> Self {
            let re = regex::Regex::new(
                    &format!(
                        "^/api/3/scan_engine_pools/.*/engines/{}$", value.to_string()
                    ),
                )
                .unwrap();
            Self(self.0.path_matches(re))
        }
    }
    pub struct AddScanEnginePoolScanEngineThen(::httpmock::Then);
    impl AddScanEnginePoolScanEngineThen {
        pub fn new(inner: ::httpmock::Then) -> Self {
            Self(inner)
        }
        pub fn into_inner(self) -> ::httpmock::Then {
            self.0
        }
        pub fn ok(self, value: &types::Links) -> Self {
            Self(
                self
                    .0
                    .status(200u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn success(self, status: u16, value: &types::Links) -> Self {
            assert_eq!(status / 100u16, 2u16);
            Self(
                self
                    .0
                    .status(status)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn bad_request(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(400u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn unauthorized(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(401u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn not_found(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(404u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn internal_server_error(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(500u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn service_unavailable(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(503u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
    }
    pub struct RemoveScanEnginePoolScanEngineWhen(::httpmock::When);
    impl RemoveScanEnginePoolScanEngineWhen {
        pub fn new(inner: ::httpmock::When) -> Self {
            Self(
                inner
                    .method(::httpmock::Method::DELETE)
                    .path_matches(
                        regex::Regex::new(
                                "^/api/3/scan_engine_pools/[^/]*/engines/[^/]*$",
                            )
                            .unwrap(),
                    ),
            )
        }
        pub fn into_inner(self) -> ::httpmock::When {
            self.0
        }
        pub fn id(self, value: i32) -> Self {
            let re = regex::Regex::new(
                    &format!(
                        "^/api/3/scan_engine_pools/{}/engines/.*$", value.to_string()
                    ),
                )
                .unwrap();
            Self(self.0.path_matches(re))
        }
        pub fn engine_id(self, value: i32) -> Self {
            let re = regex::Regex::new(
                    &format!(
                        "^/api/3/scan_engine_pools/.*/engines/{}$", value.to_string()
                    ),
                )
                .unwrap();
            Self(self.0.path_matches(re))
        }
    }
    pub struct RemoveScanEnginePoolScanEngineThen(::httpmock::Then);
    impl RemoveScanEnginePoolScanEngineThen {
        pub fn new(inner: ::httpmock::Then) -> Self {
            Self(inner)
        }
        pub fn into_inner(self) -> ::httpmock::Then {
            self.0
        }
        pub fn ok(self, value: &types::Links) -> Self {
            Self(
                self
                    .0
                    .status(200u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn success(self, status: u16, value: &types::Links) -> Self {
            assert_eq!(status / 100u16, 2u16);
            Self(
                self
                    .0
                    .status(status)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn unauthorized(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(401u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn not_found(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(404u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn internal_server_error(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(500u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn service_unavailable(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(503u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
    }
    pub struct GetScanEnginePoolSitesWhen(::httpmock::When);
    impl GetScanEnginePoolSitesWhen {
        pub fn new(inner: ::httpmock::When) -> Self {
            Self(
                inner
                    .method(::httpmock::Method::GET)
                    .path_matches(
                        regex::Regex::new("^/api/3/scan_engine_pools/[^/]*/sites$")
                            .unwrap(),
                    ),
            )
        }
        pub fn into_inner(self) -> ::httpmock::When {
            self.0
        }
        pub fn id(self, value: i32) -> Self {
            let re = regex::Regex::new(
                    &format!("^/api/3/scan_engine_pools/{}/sites$", value.to_string()),
                )
                .unwrap();
            Self(self.0.path_matches(re))
        }
    }
    pub struct GetScanEnginePoolSitesThen(::httpmock::Then);
    impl GetScanEnginePoolSitesThen {
        pub fn new(inner: ::httpmock::Then) -> Self {
            Self(inner)
        }
        pub fn into_inner(self) -> ::httpmock::Then {
            self.0
        }
        pub fn ok(self, value: &types::SiteReferences) -> Self {
            Self(
                self
                    .0
                    .status(200u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn success(self, status: u16, value: &types::SiteReferences) -> Self {
            assert_eq!(status / 100u16, 2u16);
            Self(
                self
                    .0
                    .status(status)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn unauthorized(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(401u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn not_found(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(404u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn internal_server_error(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(500u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn service_unavailable(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(503u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
    }
    pub struct GetScanEnginesWhen(::httpmock::When);
    impl GetScanEnginesWhen {
        pub fn new(inner: ::httpmock::When) -> Self {
            Self(
                inner
                    .method(::httpmock::Method::GET)
                    .path_matches(regex::Regex::new("^/api/3/scan_engines$").unwrap()),
            )
        }
        pub fn into_inner(self) -> ::httpmock::When {
            self.0
        }
    }
    pub struct GetScanEnginesThen(::httpmock::Then);
    impl GetScanEnginesThen {
        pub fn new(inner: ::httpmock::Then) -> Self {
            Self(inner)
        }
        pub fn into_inner(self) -> ::httpmock::Then {
            self.0
        }
        pub fn ok(self, value: &types::ScanEngines) -> Self {
            Self(
                self
                    .0
                    .status(200u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn success(self, status: u16, value: &types::ScanEngines) -> Self {
            assert_eq!(status / 100u16, 2u16);
            Self(
                self
                    .0
                    .status(status)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn unauthorized(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(401u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn not_found(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(404u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn internal_server_error(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(500u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn service_unavailable(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(503u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
    }
    pub struct CreateScanEngineWhen(::httpmock::When);
    impl CreateScanEngineWhen {
        pub fn new(inner: ::httpmock::When) -> Self {
            Self(
                inner
                    .method(::httpmock::Method::POST)
                    .path_matches(regex::Regex::new("^/api/3/scan_engines$").unwrap()),
            )
        }
        pub fn into_inner(self) -> ::httpmock::When {
            self.0
        }
        pub fn body(self, value: &types::ScanEngineCreate) -> Self {
            Self(self.0.json_body_obj(&value))
        }
    }
    pub struct CreateScanEngineThen(::httpmock::Then);
    impl CreateScanEngineThen {
        pub fn new(inner: ::httpmock::Then) -> Self {
            Self(inner)
        }
        pub fn into_inner(self) -> ::httpmock::Then {
            self.0
        }
        pub fn created(self, value: &types::CreatedReference) -> Self {
            Self(
                self
                    .0
                    .status(201u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn success(self, status: u16, value: &types::CreatedReference) -> Self {
            assert_eq!(status / 100u16, 2u16);
            Self(
                self
                    .0
                    .status(status)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn bad_request(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(400u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn unauthorized(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(401u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn internal_server_error(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(500u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn service_unavailable(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(503u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
    }
    pub struct GetCurrentSharedSecretWhen(::httpmock::When);
    impl GetCurrentSharedSecretWhen {
        pub fn new(inner: ::httpmock::When) -> Self {
            Self(
                inner
                    .method(::httpmock::Method::GET)
                    .path_matches(
                        regex::Regex::new("^/api/3/scan_engines/shared_secret$").unwrap(),
                    ),
            )
        }
        pub fn into_inner(self) -> ::httpmock::When {
            self.0
        }
    }
    pub struct GetCurrentSharedSecretThen(::httpmock::Then);
    impl GetCurrentSharedSecretThen {
        pub fn new(inner: ::httpmock::Then) -> Self {
            Self(inner)
        }
        pub fn into_inner(self) -> ::httpmock::Then {
            self.0
        }
        pub fn ok(self, value: ::serde_json::Value) -> Self {
            Self(
                self
                    .0
                    .status(200u16)
                    .header("content-type", "application/json")
                    .json_body(value),
            )
        }
        pub fn success(self, status: u16, value: ::serde_json::Value) -> Self {
            assert_eq!(status / 100u16, 2u16);
            Self(
                self
                    .0
                    .status(status)
                    .header("content-type", "application/json")
                    .json_body(value),
            )
        }
        pub fn unauthorized(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(401u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn not_found(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(404u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn internal_server_error(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(500u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn service_unavailable(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(503u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
    }
    pub struct CreateSharedSecretWhen(::httpmock::When);
    impl CreateSharedSecretWhen {
        pub fn new(inner: ::httpmock::When) -> Self {
            Self(
                inner
                    .method(::httpmock::Method::POST)
                    .path_matches(
                        regex::Regex::new("^/api/3/scan_engines/shared_secret$").unwrap(),
                    ),
            )
        }
        pub fn into_inner(self) -> ::httpmock::When {
            self.0
        }
    }
    pub struct CreateSharedSecretThen(::httpmock::Then);
    impl CreateSharedSecretThen {
        pub fn new(inner: ::httpmock::Then) -> Self {
            Self(inner)
        }
        pub fn into_inner(self) -> ::httpmock::Then {
            self.0
        }
        pub fn created(self, value: ::serde_json::Value) -> Self {
            Self(
                self
                    .0
                    .status(201u16)
                    .header("content-type", "application/json")
                    .json_body(value),
            )
        }
        pub fn success(self, status: u16, value: ::serde_json::Value) -> Self {
            assert_eq!(status / 100u16, 2u16);
            Self(
                self
                    .0
                    .status(status)
                    .header("content-type", "application/json")
                    .json_body(value),
            )
        }
        pub fn bad_request(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(400u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn unauthorized(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(401u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn internal_server_error(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(500u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn service_unavailable(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(503u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
    }
    pub struct DeleteSharedSecretWhen(::httpmock::When);
    impl DeleteSharedSecretWhen {
        pub fn new(inner: ::httpmock::When) -> Self {
            Self(
                inner
                    .method(::httpmock::Method::DELETE)
                    .path_matches(
                        regex::Regex::new("^/api/3/scan_engines/shared_secret$").unwrap(),
                    ),
            )
        }
        pub fn into_inner(self) -> ::httpmock::When {
            self.0
        }
    }
    pub struct DeleteSharedSecretThen(::httpmock::Then);
    impl DeleteSharedSecretThen {
        pub fn new(inner: ::httpmock::Then) -> Self {
            Self(inner)
        }
        pub fn into_inner(self) -> ::httpmock::Then {
            self.0
        }
        pub fn ok(self, value: &types::Links) -> Self {
            Self(
                self
                    .0
                    .status(200u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn success(self, status: u16, value: &types::Links) -> Self {
            assert_eq!(status / 100u16, 2u16);
            Self(
                self
                    .0
                    .status(status)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn unauthorized(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(401u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn not_found(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(404u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn internal_server_error(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(500u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn service_unavailable(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(503u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
    }
    pub struct GetCurrentSharedSecretTimeToLiveWhen(::httpmock::When);
    impl GetCurrentSharedSecretTimeToLiveWhen {
        pub fn new(inner: ::httpmock::When) -> Self {
            Self(
                inner
                    .method(::httpmock::Method::GET)
                    .path_matches(
                        regex::Regex::new(
                                "^/api/3/scan_engines/shared_secret/time_to_live$",
                            )
                            .unwrap(),
                    ),
            )
        }
        pub fn into_inner(self) -> ::httpmock::When {
            self.0
        }
    }
    pub struct GetCurrentSharedSecretTimeToLiveThen(::httpmock::Then);
    impl GetCurrentSharedSecretTimeToLiveThen {
        pub fn new(inner: ::httpmock::Then) -> Self {
            Self(inner)
        }
        pub fn into_inner(self) -> ::httpmock::Then {
            self.0
        }
        pub fn ok(self, value: i64) -> Self {
            Self(
                self
                    .0
                    .status(200u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn success(self, status: u16, value: i64) -> Self {
            assert_eq!(status / 100u16, 2u16);
            Self(
                self
                    .0
                    .status(status)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn unauthorized(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(401u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn not_found(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(404u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn internal_server_error(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(500u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn service_unavailable(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(503u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
    }
    pub struct GetScanEngineWhen(::httpmock::When);
    impl GetScanEngineWhen {
        pub fn new(inner: ::httpmock::When) -> Self {
            Self(
                inner
                    .method(::httpmock::Method::GET)
                    .path_matches(
                        regex::Regex::new("^/api/3/scan_engines/[^/]*$").unwrap(),
                    ),
            )
        }
        pub fn into_inner(self) -> ::httpmock::When {
            self.0
        }
        pub fn id(self, value: i32) -> Self {
            let re = regex::Regex::new(
                    &format!("^/api/3/scan_engines/{}$", value.to_string()),
                )
                .unwrap();
            Self(self.0.path_matches(re))
        }
    }
    pub struct GetScanEngineThen(::httpmock::Then);
    impl GetScanEngineThen {
        pub fn new(inner: ::httpmock::Then) -> Self {
            Self(inner)
        }
        pub fn into_inner(self) -> ::httpmock::Then {
            self.0
        }
        pub fn ok(self, value: &types::ScanEngine) -> Self {
            Self(
                self
                    .0
                    .status(200u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn success(self, status: u16, value: &types::ScanEngine) -> Self {
            assert_eq!(status / 100u16, 2u16);
            Self(
                self
                    .0
                    .status(status)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn unauthorized(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(401u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn not_found(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(404u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn internal_server_error(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(500u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn service_unavailable(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(503u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
    }
    pub struct UpdateScanEngineWhen(::httpmock::When);
    impl UpdateScanEngineWhen {
        pub fn new(inner: ::httpmock::When) -> Self {
            Self(
                inner
                    .method(::httpmock::Method::PUT)
                    .path_matches(
                        regex::Regex::new("^/api/3/scan_engines/[^/]*$").unwrap(),
                    ),
            )
        }
        pub fn into_inner(self) -> ::httpmock::When {
            self.0
        }
        pub fn id(self, value: i32) -> Self {
            let re = regex::Regex::new(
                    &format!("^/api/3/scan_engines/{}$", value.to_string()),
                )
                .unwrap();
            Self(self.0.path_matches(re))
        }
        pub fn body(self, value: &types::ScanEngineUpdate) -> Self {
            Self(self.0.json_body_obj(&value))
        }
    }
    pub struct UpdateScanEngineThen(::httpmock::Then);
    impl UpdateScanEngineThen {
        pub fn new(inner: ::httpmock::Then) -> Self {
            Self(inner)
        }
        pub fn into_inner(self) -> ::httpmock::Then {
            self.0
        }
        pub fn ok(self, value: &types::Links) -> Self {
            Self(
                self
                    .0
                    .status(200u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn success(self, status: u16, value: &types::Links) -> Self {
            assert_eq!(status / 100u16, 2u16);
            Self(
                self
                    .0
                    .status(status)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn bad_request(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(400u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn unauthorized(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(401u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn not_found(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(404u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn internal_server_error(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(500u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn service_unavailable(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(503u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
    }
    pub struct DeleteScanEngineWhen(::httpmock::When);
    impl DeleteScanEngineWhen {
        pub fn new(inner: ::httpmock::When) -> Self {
            Self(
                inner
                    .method(::httpmock::Method::DELETE)
                    .path_matches(
                        regex::Regex::new("^/api/3/scan_engines/[^/]*$").unwrap(),
                    ),
            )
        }
        pub fn into_inner(self) -> ::httpmock::When {
            self.0
        }
        pub fn id(self, value: i32) -> Self {
            let re = regex::Regex::new(
                    &format!("^/api/3/scan_engines/{}$", value.to_string()),
                )
                .unwrap();
            Self(self.0.path_matches(re))
        }
    }
    pub struct DeleteScanEngineThen(::httpmock::Then);
    impl DeleteScanEngineThen {
        pub fn new(inner: ::httpmock::Then) -> Self {
            Self(inner)
        }
        pub fn into_inner(self) -> ::httpmock::Then {
            self.0
        }
        pub fn ok(self, value: &types::Links) -> Self {
            Self(
                self
                    .0
                    .status(200u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn success(self, status: u16, value: &types::Links) -> Self {
            assert_eq!(status / 100u16, 2u16);
            Self(
                self
                    .0
                    .status(status)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn unauthorized(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(401u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn not_found(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(404u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn internal_server_error(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(500u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn service_unavailable(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(503u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
    }
    pub struct GetAssignedEnginePoolsWhen(::httpmock::When);
    impl GetAssignedEnginePoolsWhen {
        pub fn new(inner: ::httpmock::When) -> Self {
            Self(
                inner
                    .method(::httpmock::Method::GET)
                    .path_matches(
                        regex::Regex::new(
                                "^/api/3/scan_engines/[^/]*/scan_engine_pools$",
                            )
                            .unwrap(),
                    ),
            )
        }
        pub fn into_inner(self) -> ::httpmock::When {
            self.0
        }
        pub fn id(self, value: i32) -> Self {
            let re = regex::Regex::new(
                    &format!(
                        "^/api/3/scan_engines/{}/scan_engine_pools$", value.to_string()
                    ),
                )
                .unwrap();
            Self(self.0.path_matches(re))
        }
    }
    pub struct GetAssignedEnginePoolsThen(::httpmock::Then);
    impl GetAssignedEnginePoolsThen {
        pub fn new(inner: ::httpmock::Then) -> Self {
            Self(inner)
        }
        pub fn into_inner(self) -> ::httpmock::Then {
            self.0
        }
        pub fn ok(self, value: &types::EnginePools) -> Self {
            Self(
                self
                    .0
                    .status(200u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn success(self, status: u16, value: &types::EnginePools) -> Self {
            assert_eq!(status / 100u16, 2u16);
            Self(
                self
                    .0
                    .status(status)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn unauthorized(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(401u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn not_found(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(404u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn internal_server_error(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(500u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn service_unavailable(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(503u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
    }
    pub struct GetScanEngineScansWhen(::httpmock::When);
    impl GetScanEngineScansWhen {
        pub fn new(inner: ::httpmock::When) -> Self {
            Self(
                inner
                    .method(::httpmock::Method::GET)
                    .path_matches(
                        regex::Regex::new("^/api/3/scan_engines/[^/]*/scans$").unwrap(),
                    ),
            )
        }
        pub fn into_inner(self) -> ::httpmock::When {
            self.0
        }
        pub fn id(self, value: i32) -> Self {
            let re = regex::Regex::new(
                    &format!("^/api/3/scan_engines/{}/scans$", value.to_string()),
                )
                .unwrap();
            Self(self.0.path_matches(re))
        }
        pub fn page<T>(self, value: T) -> Self
        where
            T: Into<Option<i32>>,
        {
            if let Some(value) = value.into() {
                Self(super::super::expect_query(self.0, "page", value))
            } else {
                Self(self.0.query_param_missing("page"))
            }
        }
        pub fn size<T>(self, value: T) -> Self
        where
            T: Into<Option<i32>>,
        {
            if let Some(value) = value.into() {
                Self(super::super::expect_query(self.0, "size", value))
            } else {
                Self(self.0.query_param_missing("size"))
            }
        }
        pub fn sort<'a, T>(self, value: T) -> Self
        where
            T: Into<Option<&'a ::std::vec::Vec<::std::string::String>>>,
        {
            if let Some(value) = value.into() {
                Self(super::super::expect_query(self.0, "sort", value))
            } else {
                Self(self.0.query_param_missing("sort"))
            }
        }
    }
    pub struct GetScanEngineScansThen(::httpmock::Then);
    impl GetScanEngineScansThen {
        pub fn new(inner: ::httpmock::Then) -> Self {
            Self(inner)
        }
        pub fn into_inner(self) -> ::httpmock::Then {
            self.0
        }
        pub fn ok(self, value: &types::ScanPage) -> Self {
            Self(
                self
                    .0
                    .status(200u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn success(self, status: u16, value: &types::ScanPage) -> Self {
            assert_eq!(status / 100u16, 2u16);
            Self(
                self
                    .0
                    .status(status)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn bad_request(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(400u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn unauthorized(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(401u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn not_found(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(404u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn internal_server_error(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(500u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn service_unavailable(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(503u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
    }
    pub struct GetScanEngineSitesWhen(::httpmock::When);
    impl GetScanEngineSitesWhen {
        pub fn new(inner: ::httpmock::When) -> Self {
            Self(
                inner
                    .method(::httpmock::Method::GET)
                    .path_matches(
                        regex::Regex::new("^/api/3/scan_engines/[^/]*/sites$").unwrap(),
                    ),
            )
        }
        pub fn into_inner(self) -> ::httpmock::When {
            self.0
        }
        pub fn id(self, value: i32) -> Self {
            let re = regex::Regex::new(
                    &format!("^/api/3/scan_engines/{}/sites$", value.to_string()),
                )
                .unwrap();
            Self(self.0.path_matches(re))
        }
        pub fn page<T>(self, value: T) -> Self
        where
            T: Into<Option<i32>>,
        {
            if let Some(value) = value.into() {
                Self(super::super::expect_query(self.0, "page", value))
            } else {
                Self(self.0.query_param_missing("page"))
            }
        }
        pub fn size<T>(self, value: T) -> Self
        where
            T: Into<Option<i32>>,
        {
            if let Some(value) = value.into() {
                Self(super::super::expect_query(self.0, "size", value))
            } else {
                Self(self.0.query_param_missing("size"))
            }
        }
        pub fn sort<'a, T>(self, value: T) -> Self
        where
            T: Into<Option<&'a ::std::vec::Vec<::std::string::String>>>,
        {
            if let Some(value) = value.into() {
                Self(super::super::expect_query(self.0, "sort", value))
            } else {
                Self(self.0.query_param_missing("sort"))
            }
        }
    }
    pub struct GetScanEngineSitesThen(::httpmock::Then);
    impl GetScanEngineSitesThen {
        pub fn new(inner: ::httpmock::Then) -> Self {
            Self(inner)
        }
        pub fn into_inner(self) -> ::httpmock::Then {
            self.0
        }
        pub fn ok(self, value: &types::SitePage) -> Self {
            Self(
                self
                    .0
                    .status(200u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn success(self, status: u16, value: &types::SitePage) -> Self {
            assert_eq!(status / 100u16, 2u16);
            Self(
                self
                    .0
                    .status(status)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn bad_request(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(400u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn unauthorized(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(401u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn not_found(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(404u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn internal_server_error(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(500u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
        pub fn service_unavailable(self, value: &types::ApiError) -> Self {
            Self(
                self
                    .0
                    .status(503u16)
                    .header("content-type", "application/json")
                    .json_body_obj(&value),
            )
        }
    }
}
/// An extension trait for [`MockServer`](::httpmock::MockServer) that
/// adds a method for each operation. These are the equivalent of
/// type-checked [`mock()`](::httpmock::MockServer::mock) calls.
pub trait MockServerExt {
    fn get_scan_engine_pools<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::GetScanEnginePoolsWhen,
            operations::GetScanEnginePoolsThen,
        );
    fn create_scan_engine_pool<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::CreateScanEnginePoolWhen,
            operations::CreateScanEnginePoolThen,
        );
    fn get_engine_pool<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(operations::GetEnginePoolWhen, operations::GetEnginePoolThen);
    fn update_scan_engine_pool<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::UpdateScanEnginePoolWhen,
            operations::UpdateScanEnginePoolThen,
        );
    fn remove_scan_engine_pool<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::RemoveScanEnginePoolWhen,
            operations::RemoveScanEnginePoolThen,
        );
    fn get_scan_engine_pool_scan_engines<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::GetScanEnginePoolScanEnginesWhen,
            operations::GetScanEnginePoolScanEnginesThen,
        );
    fn set_scan_engine_pool_scan_engines<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::SetScanEnginePoolScanEnginesWhen,
            operations::SetScanEnginePoolScanEnginesThen,
        );
    fn add_scan_engine_pool_scan_engine<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::AddScanEnginePoolScanEngineWhen,
            operations::AddScanEnginePoolScanEngineThen,
        );
    fn remove_scan_engine_pool_scan_engine<F>(
        &self,
        config_fn: F,
    ) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::RemoveScanEnginePoolScanEngineWhen,
            operations::RemoveScanEnginePoolScanEngineThen,
        );
    fn get_scan_engine_pool_sites<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::GetScanEnginePoolSitesWhen,
            operations::GetScanEnginePoolSitesThen,
        );
    fn get_scan_engines<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(operations::GetScanEnginesWhen, operations::GetScanEnginesThen);
    fn create_scan_engine<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(operations::CreateScanEngineWhen, operations::CreateScanEngineThen);
    fn get_current_shared_secret<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::GetCurrentSharedSecretWhen,
            operations::GetCurrentSharedSecretThen,
        );
    fn create_shared_secret<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::CreateSharedSecretWhen,
            operations::CreateSharedSecretThen,
        );
    fn delete_shared_secret<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::DeleteSharedSecretWhen,
            operations::DeleteSharedSecretThen,
        );
    fn get_current_shared_secret_time_to_live<F>(
        &self,
        config_fn: F,
    ) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::GetCurrentSharedSecretTimeToLiveWhen,
            operations::GetCurrentSharedSecretTimeToLiveThen,
        );
    fn get_scan_engine<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(operations::GetScanEngineWhen, operations::GetScanEngineThen);
    fn update_scan_engine<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(operations::UpdateScanEngineWhen, operations::UpdateScanEngineThen);
    fn delete_scan_engine<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(operations::DeleteScanEngineWhen, operations::DeleteScanEngineThen);
    fn get_assigned_engine_pools<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::GetAssignedEnginePoolsWhen,
            operations::GetAssignedEnginePoolsThen,
        );
    fn get_scan_engine_scans<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::GetScanEngineScansWhen,
            operations::GetScanEngineScansThen,
        );
    fn get_scan_engine_sites<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::GetScanEngineSitesWhen,
            operations::GetScanEngineSitesThen,
        );
}
impl MockServerExt for ::httpmock::MockServer {
    fn get_scan_engine_pools<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::GetScanEnginePoolsWhen,
            operations::GetScanEnginePoolsThen,
        ),
    {
        self.mock(|when, then| {
            config_fn(
                operations::GetScanEnginePoolsWhen::new(when),
                operations::GetScanEnginePoolsThen::new(then),
            )
        })
    }
    fn create_scan_engine_pool<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::CreateScanEnginePoolWhen,
            operations::CreateScanEnginePoolThen,
        ),
    {
        self.mock(|when, then| {
            config_fn(
                operations::CreateScanEnginePoolWhen::new(when),
                operations::CreateScanEnginePoolThen::new(then),
            )
        })
    }
    fn get_engine_pool<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(operations::GetEnginePoolWhen, operations::GetEnginePoolThen),
    {
        self.mock(|when, then| {
            config_fn(
                operations::GetEnginePoolWhen::new(when),
                operations::GetEnginePoolThen::new(then),
            )
        })
    }
    fn update_scan_engine_pool<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::UpdateScanEnginePoolWhen,
            operations::UpdateScanEnginePoolThen,
        ),
    {
        self.mock(|when, then| {
            config_fn(
                operations::UpdateScanEnginePoolWhen::new(when),
                operations::UpdateScanEnginePoolThen::new(then),
            )
        })
    }
    fn remove_scan_engine_pool<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::RemoveScanEnginePoolWhen,
            operations::RemoveScanEnginePoolThen,
        ),
    {
        self.mock(|when, then| {
            config_fn(
                operations::RemoveScanEnginePoolWhen::new(when),
                operations::RemoveScanEnginePoolThen::new(then),
            )
        })
    }
    fn get_scan_engine_pool_scan_engines<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::GetScanEnginePoolScanEnginesWhen,
            operations::GetScanEnginePoolScanEnginesThen,
        ),
    {
        self.mock(|when, then| {
            config_fn(
                operations::GetScanEnginePoolScanEnginesWhen::new(when),
                operations::GetScanEnginePoolScanEnginesThen::new(then),
            )
        })
    }
    fn set_scan_engine_pool_scan_engines<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::SetScanEnginePoolScanEnginesWhen,
            operations::SetScanEnginePoolScanEnginesThen,
        ),
    {
        self.mock(|when, then| {
            config_fn(
                operations::SetScanEnginePoolScanEnginesWhen::new(when),
                operations::SetScanEnginePoolScanEnginesThen::new(then),
            )
        })
    }
    fn add_scan_engine_pool_scan_engine<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::AddScanEnginePoolScanEngineWhen,
            operations::AddScanEnginePoolScanEngineThen,
        ),
    {
        self.mock(|when, then| {
            config_fn(
                operations::AddScanEnginePoolScanEngineWhen::new(when),
                operations::AddScanEnginePoolScanEngineThen::new(then),
            )
        })
    }
    fn remove_scan_engine_pool_scan_engine<F>(
        &self,
        config_fn: F,
    ) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::RemoveScanEnginePoolScanEngineWhen,
            operations::RemoveScanEnginePoolScanEngineThen,
        ),
    {
        self.mock(|when, then| {
            config_fn(
                operations::RemoveScanEnginePoolScanEngineWhen::new(when),
                operations::RemoveScanEnginePoolScanEngineThen::new(then),
            )
        })
    }
    fn get_scan_engine_pool_sites<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::GetScanEnginePoolSitesWhen,
            operations::GetScanEnginePoolSitesThen,
        ),
    {
        self.mock(|when, then| {
            config_fn(
                operations::GetScanEnginePoolSitesWhen::new(when),
                operations::GetScanEnginePoolSitesThen::new(then),
            )
        })
    }
    fn get_scan_engines<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(operations::GetScanEnginesWhen, operations::GetScanEnginesThen),
    {
        self.mock(|when, then| {
            config_fn(
                operations::GetScanEnginesWhen::new(when),
                operations::GetScanEnginesThen::new(then),
            )
        })
    }
    fn create_scan_engine<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(operations::CreateScanEngineWhen, operations::CreateScanEngineThen),
    {
        self.mock(|when, then| {
            config_fn(
                operations::CreateScanEngineWhen::new(when),
                operations::CreateScanEngineThen::new(then),
            )
        })
    }
    fn get_current_shared_secret<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::GetCurrentSharedSecretWhen,
            operations::GetCurrentSharedSecretThen,
        ),
    {
        self.mock(|when, then| {
            config_fn(
                operations::GetCurrentSharedSecretWhen::new(when),
                operations::GetCurrentSharedSecretThen::new(then),
            )
        })
    }
    fn create_shared_secret<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::CreateSharedSecretWhen,
            operations::CreateSharedSecretThen,
        ),
    {
        self.mock(|when, then| {
            config_fn(
                operations::CreateSharedSecretWhen::new(when),
                operations::CreateSharedSecretThen::new(then),
            )
        })
    }
    fn delete_shared_secret<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::DeleteSharedSecretWhen,
            operations::DeleteSharedSecretThen,
        ),
    {
        self.mock(|when, then| {
            config_fn(
                operations::DeleteSharedSecretWhen::new(when),
                operations::DeleteSharedSecretThen::new(then),
            )
        })
    }
    fn get_current_shared_secret_time_to_live<F>(
        &self,
        config_fn: F,
    ) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::GetCurrentSharedSecretTimeToLiveWhen,
            operations::GetCurrentSharedSecretTimeToLiveThen,
        ),
    {
        self.mock(|when, then| {
            config_fn(
                operations::GetCurrentSharedSecretTimeToLiveWhen::new(when),
                operations::GetCurrentSharedSecretTimeToLiveThen::new(then),
            )
        })
    }
    fn get_scan_engine<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(operations::GetScanEngineWhen, operations::GetScanEngineThen),
    {
        self.mock(|when, then| {
            config_fn(
                operations::GetScanEngineWhen::new(when),
                operations::GetScanEngineThen::new(then),
            )
        })
    }
    fn update_scan_engine<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(operations::UpdateScanEngineWhen, operations::UpdateScanEngineThen),
    {
        self.mock(|when, then| {
            config_fn(
                operations::UpdateScanEngineWhen::new(when),
                operations::UpdateScanEngineThen::new(then),
            )
        })
    }
    fn delete_scan_engine<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(operations::DeleteScanEngineWhen, operations::DeleteScanEngineThen),
    {
        self.mock(|when, then| {
            config_fn(
                operations::DeleteScanEngineWhen::new(when),
                operations::DeleteScanEngineThen::new(then),
            )
        })
    }
    fn get_assigned_engine_pools<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::GetAssignedEnginePoolsWhen,
            operations::GetAssignedEnginePoolsThen,
        ),
    {
        self.mock(|when, then| {
            config_fn(
                operations::GetAssignedEnginePoolsWhen::new(when),
                operations::GetAssignedEnginePoolsThen::new(then),
            )
        })
    }
    fn get_scan_engine_scans<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::GetScanEngineScansWhen,
            operations::GetScanEngineScansThen,
        ),
    {
        self.mock(|when, then| {
            config_fn(
                operations::GetScanEngineScansWhen::new(when),
                operations::GetScanEngineScansThen::new(then),
            )
        })
    }
    fn get_scan_engine_sites<F>(&self, config_fn: F) -> ::httpmock::Mock<'_>
    where
        F: FnOnce(
            operations::GetScanEngineSitesWhen,
            operations::GetScanEngineSitesThen,
        ),
    {
        self.mock(|when, then| {
            config_fn(
                operations::GetScanEngineSitesWhen::new(when),
                operations::GetScanEngineSitesThen::new(then),
            )
        })
    }
}
