// Generated from spec/insightvm.yaml by build.rs. Not to be edited.

#[allow(unused_imports)]
pub(crate) use crate::insightvm::runtime::{
    SharedSecret, ClientInfo, Error, ResponseValue,
};
#[allow(unused_imports)]
use crate::insightvm::runtime::{
    encode_path, ClientHooks, OperationInfo, RequestBuilderExt,
};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///What the console says about a failure. Anything may be missing, and some failures come as bare text or HTML instead.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct ApiError {
        ///Links to what is related to the failure.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub links: ::std::vec::Vec<Link>,
        ///What went wrong, for people.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub message: ::std::option::Option<::std::string::String>,
        ///The HTTP status code again. A number on the wire, a string in the vendor's documents.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub status: ::std::option::Option<::serde_json::Value>,
    }
    impl ApiError {
        pub fn builder() -> builder::ApiError {
            Default::default()
        }
    }
    ///What was just created.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct CreatedReference {
        ///Id of the new resource.
        pub id: i32,
        ///Links to the new resource and to what is related to it.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub links: ::std::vec::Vec<Link>,
    }
    impl CreatedReference {
        pub fn builder() -> builder::CreatedReference {
            Default::default()
        }
    }
    ///An engine that took part in a scan.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct EngineId {
        ///Id of the engine.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub id: ::std::option::Option<i32>,
        ///A flag whose meaning the documents do not give.
        #[serde(
            rename = "newScanEngine",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub new_scan_engine: ::std::option::Option<bool>,
        ///Scope of the engine. The only value the documents show is `global`.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub scope: ::std::option::Option<::std::string::String>,
    }
    impl EngineId {
        pub fn builder() -> builder::EngineId {
            Default::default()
        }
    }
    ///A group of scan engines that share the work of a scan.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct EnginePool {
        ///Ids of the engines in the pool.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub engines: ::std::vec::Vec<i32>,
        ///Id of the pool. Engines and pools share one range of ids.
        pub id: i32,
        ///Links to this pool and to what is related to it.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub links: ::std::vec::Vec<Link>,
        ///Name of the pool.
        pub name: ::std::string::String,
        ///Ids of the sites that the pool is assigned to.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub sites: ::std::vec::Vec<i32>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl EnginePool {
        pub fn builder() -> builder::EnginePool {
            Default::default()
        }
    }
    ///An engine pool to add. The console chooses the id, and refuses a body that holds one.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct EnginePoolCreate {
        ///Ids of the engines to put into the pool. A console refuses a pool without an engine.
        pub engines: ::std::vec::Vec<i32>,
        ///Name of the pool.
        pub name: ::std::string::String,
        ///Ids of the sites to assign the pool to.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub sites: ::std::vec::Vec<i32>,
    }
    impl EnginePoolCreate {
        pub fn builder() -> builder::EnginePoolCreate {
            Default::default()
        }
    }
    ///The new state of an engine pool. The path says which one.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct EnginePoolUpdate {
        ///Ids of the engines in the pool.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub engines: ::std::option::Option<::std::vec::Vec<i32>>,
        ///Name of the pool.
        pub name: ::std::string::String,
        ///Ids of the sites that the pool is assigned to.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub sites: ::std::option::Option<::std::vec::Vec<i32>>,
    }
    impl EnginePoolUpdate {
        pub fn builder() -> builder::EnginePoolUpdate {
            Default::default()
        }
    }
    ///Engine pools. The list is not paged.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct EnginePools {
        ///Links to this list and to what is related to it.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub links: ::std::vec::Vec<Link>,
        ///The pools.
        pub resources: ::std::vec::Vec<EnginePool>,
    }
    impl EnginePools {
        pub fn builder() -> builder::EnginePools {
            Default::default()
        }
    }
    ///Scan engines by id.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct EngineReferences {
        ///Links to this list and to the engines in it.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub links: ::std::vec::Vec<Link>,
        ///Ids of the engines.
        pub resources: ::std::vec::Vec<i32>,
    }
    impl EngineReferences {
        pub fn builder() -> builder::EngineReferences {
            Default::default()
        }
    }
    ///A link to a resource.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct Link {
        ///Address of the resource. A URI (RFC 3986) or a URI template (RFC 6570).
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub href: ::std::option::Option<::std::string::String>,
        ///Id of the linked resource. A number so far; any JSON value is accepted.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub id: ::std::option::Option<::serde_json::Value>,
        ///How the resource is related. A registered link relation, or the type of the resource.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub rel: ::std::option::Option<::std::string::String>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Link {
        pub fn builder() -> builder::Link {
            Default::default()
        }
    }
    ///Links and nothing else. The answer of operations that have no result.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct Links {
        ///Links to what the operation was about and to what is related to it.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub links: ::std::vec::Vec<Link>,
    }
    impl Links {
        pub fn builder() -> builder::Links {
            Default::default()
        }
    }
    ///Which page this is, and of how many.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct PageInfo {
        ///Index of this page, counted from 0.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub number: ::std::option::Option<i64>,
        ///Largest number of resources on a page.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub size: ::std::option::Option<i64>,
        ///Number of pages. 0 when there is no resource at all.
        #[serde(
            rename = "totalPages",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub total_pages: ::std::option::Option<i64>,
        ///Number of resources on all pages together.
        #[serde(
            rename = "totalResources",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub total_resources: ::std::option::Option<i64>,
    }
    impl PageInfo {
        pub fn builder() -> builder::PageInfo {
            Default::default()
        }
    }
    ///A scan that ran, or runs, on an engine.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct Scan {
        ///Number of assets found.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub assets: ::std::option::Option<i32>,
        ///How long the scan took. An ISO 8601 duration, such as `PT51.316S`.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub duration: ::std::option::Option<::std::string::String>,
        ///When the scan ended. ISO 8601 with milliseconds, UTC.
        #[serde(
            rename = "endTime",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub end_time: ::std::option::Option<::std::string::String>,
        ///Id of the engine that the scan ran on.
        #[serde(
            rename = "engineId",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub engine_id: ::std::option::Option<i32>,
        ///The engines that the scan ran on.
        #[serde(
            rename = "engineIds",
            default,
            skip_serializing_if = "::std::vec::Vec::is_empty"
        )]
        pub engine_ids: ::std::vec::Vec<EngineId>,
        ///Name of the engine that the scan ran on.
        #[serde(
            rename = "engineName",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub engine_name: ::std::option::Option<::std::string::String>,
        ///Id of the scan.
        pub id: i64,
        ///Links to this scan and to what is related to it.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub links: ::std::vec::Vec<Link>,
        ///Why the scan has the status it has.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub message: ::std::option::Option<::std::string::String>,
        ///Name that a user gave to the scan.
        #[serde(
            rename = "scanName",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub scan_name: ::std::option::Option<::std::string::String>,
        #[serde(
            rename = "scanType",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub scan_type: ::std::option::Option<crate::insightvm::ScanType>,
        ///When the scan started. ISO 8601 with milliseconds, UTC.
        #[serde(
            rename = "startTime",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub start_time: ::std::option::Option<::std::string::String>,
        ///Name of the user who started the scan.
        #[serde(
            rename = "startedBy",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub started_by: ::std::option::Option<::std::string::String>,
        ///Login name of the user who started the scan.
        #[serde(
            rename = "startedByUsername",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub started_by_username: ::std::option::Option<::std::string::String>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub status: ::std::option::Option<crate::insightvm::ScanStatus>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub vulnerabilities: ::std::option::Option<Vulnerabilities>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Scan {
        pub fn builder() -> builder::Scan {
            Default::default()
        }
    }
    ///A scan engine as the console reports it. Pools are listed among the engines too, and can be told from them by their port.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct ScanEngine {
        ///Host name or IP address of the engine. For a pool, the name of the pool.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub address: ::std::option::Option<::std::string::String>,
        ///Version of the vulnerability content on the engine. Missing for a pool.
        #[serde(
            rename = "contentVersion",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub content_version: ::std::option::Option<::std::string::String>,
        ///Ids of the pools that the engine is in.
        #[serde(
            rename = "enginePools",
            default,
            skip_serializing_if = "::std::vec::Vec::is_empty"
        )]
        pub engine_pools: ::std::vec::Vec<i32>,
        ///Id of the engine. Engines and pools share one range of ids.
        pub id: i32,
        ///Whether the engine is one that AWS has authorized in advance.
        #[serde(
            rename = "isAWSPreAuthEngine",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub is_aws_pre_auth_engine: ::std::option::Option<bool>,
        ///When the console last refreshed the engine. ISO 8601 with milliseconds, UTC.
        #[serde(
            rename = "lastRefreshedDate",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub last_refreshed_date: ::std::option::Option<::std::string::String>,
        ///When the engine was last updated. ISO 8601 with milliseconds, UTC.
        #[serde(
            rename = "lastUpdatedDate",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub last_updated_date: ::std::option::Option<::std::string::String>,
        ///Links to this engine and to what is related to it.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub links: ::std::vec::Vec<Link>,
        ///Name of the engine.
        pub name: ::std::string::String,
        ///Port on which the engine and the console talk, from 1 to 65535. It is -1 on a pool that is listed among the engines.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub port: ::std::option::Option<i32>,
        ///Version of the engine's software. Missing for a pool.
        #[serde(
            rename = "productVersion",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub product_version: ::std::option::Option<::std::string::String>,
        ///Serial number of the engine.
        #[serde(
            rename = "serialNumber",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub serial_number: ::std::option::Option<::std::string::String>,
        ///Ids of the sites that the engine is assigned to.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub sites: ::std::vec::Vec<i32>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub status: ::std::option::Option<crate::insightvm::ScanEngineStatus>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl ScanEngine {
        pub fn builder() -> builder::ScanEngine {
            Default::default()
        }
    }
    ///A scan engine to add. The console chooses the id, and refuses a body that holds one.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct ScanEngineCreate {
        ///Host name or IP address of the engine.
        pub address: ::std::string::String,
        ///Name of the engine.
        pub name: ::std::string::String,
        ///Port on which the engine and the console talk, from 1 to 65535.
        pub port: i32,
        ///Ids of sites to assign the engine to. Consoles ignore them on a new engine.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub sites: ::std::vec::Vec<i32>,
    }
    impl ScanEngineCreate {
        pub fn builder() -> builder::ScanEngineCreate {
            Default::default()
        }
    }
    ///The new state of a scan engine. The path says which one.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct ScanEngineUpdate {
        ///Host name or IP address of the engine.
        pub address: ::std::string::String,
        ///Name of the engine.
        pub name: ::std::string::String,
        ///Port on which the engine and the console talk, from 1 to 65535.
        pub port: i32,
        ///Ids of the sites that the engine is assigned to.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub sites: ::std::option::Option<::std::vec::Vec<i32>>,
    }
    impl ScanEngineUpdate {
        pub fn builder() -> builder::ScanEngineUpdate {
            Default::default()
        }
    }
    ///All the scan engines of a console, and its pools among them. The list is not paged.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct ScanEngines {
        ///Links to this list and to what is related to it.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub links: ::std::vec::Vec<Link>,
        ///The engines.
        pub resources: ::std::vec::Vec<ScanEngine>,
    }
    impl ScanEngines {
        pub fn builder() -> builder::ScanEngines {
            Default::default()
        }
    }
    ///One page of the scans of an engine.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct ScanPage {
        ///Links to this page and to other pages.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub links: ::std::vec::Vec<Link>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub page: ::std::option::Option<PageInfo>,
        ///The scans on this page.
        pub resources: ::std::vec::Vec<Scan>,
    }
    impl ScanPage {
        pub fn builder() -> builder::ScanPage {
            Default::default()
        }
    }
    ///A site, the set of assets that is scanned together.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct Site {
        ///Number of assets in the site.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub assets: ::std::option::Option<i32>,
        #[serde(
            rename = "connectionType",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub connection_type: ::std::option::Option<crate::insightvm::SiteConnectionType>,
        ///Description of the site.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub description: ::std::option::Option<::std::string::String>,
        ///Id of the site.
        pub id: i32,
        ///Importance of the site.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub importance: ::std::option::Option<::std::string::String>,
        ///When the site was last scanned. ISO 8601 with milliseconds, UTC.
        #[serde(
            rename = "lastScanTime",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub last_scan_time: ::std::option::Option<::std::string::String>,
        ///Links to this site and to what is related to it.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub links: ::std::vec::Vec<Link>,
        ///Name of the site.
        pub name: ::std::string::String,
        ///Risk score of the site, adjusted for the criticality of its assets.
        #[serde(
            rename = "riskScore",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub risk_score: ::std::option::Option<f64>,
        ///Id of the engine that the site is scanned with.
        #[serde(
            rename = "scanEngine",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub scan_engine: ::std::option::Option<i32>,
        ///Id of the template that the site is scanned with.
        #[serde(
            rename = "scanTemplate",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub scan_template: ::std::option::Option<::std::string::String>,
        #[serde(rename = "type", skip_serializing_if = "::std::option::Option::is_none")]
        pub type_: ::std::option::Option<crate::insightvm::SiteType>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub vulnerabilities: ::std::option::Option<Vulnerabilities>,
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl Site {
        pub fn builder() -> builder::Site {
            Default::default()
        }
    }
    ///One page of the sites of an engine.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct SitePage {
        ///Links to this page and to other pages.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub links: ::std::vec::Vec<Link>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub page: ::std::option::Option<PageInfo>,
        ///The sites on this page.
        pub resources: ::std::vec::Vec<Site>,
    }
    impl SitePage {
        pub fn builder() -> builder::SitePage {
            Default::default()
        }
    }
    ///Sites by id.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct SiteReferences {
        ///Links to this list and to the sites in it.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub links: ::std::vec::Vec<Link>,
        ///Ids of the sites.
        pub resources: ::std::vec::Vec<i32>,
    }
    impl SiteReferences {
        pub fn builder() -> builder::SiteReferences {
            Default::default()
        }
    }
    ///Numbers of vulnerabilities by severity: those that a scan found, or the distinct ones on the assets of a site.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct Vulnerabilities {
        ///Number of critical vulnerabilities.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub critical: ::std::option::Option<i64>,
        ///Number of moderate vulnerabilities.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub moderate: ::std::option::Option<i64>,
        ///Number of severe vulnerabilities.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub severe: ::std::option::Option<i64>,
        ///Number of vulnerabilities of any severity.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub total: ::std::option::Option<i64>,
    }
    impl Vulnerabilities {
        pub fn builder() -> builder::Vulnerabilities {
            Default::default()
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct ApiError {
            links: ::std::result::Result<
                ::std::vec::Vec<super::Link>,
                ::std::string::String,
            >,
            message: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            status: ::std::result::Result<
                ::std::option::Option<::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for ApiError {
            fn default() -> Self {
                Self {
                    links: Ok(Default::default()),
                    message: Ok(Default::default()),
                    status: Ok(Default::default()),
                }
            }
        }
        impl ApiError {
            pub fn links<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::Link>>,
                T::Error: ::std::fmt::Display,
            {
                self.links = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for links: {e}")
                    });
                self
            }
            pub fn message<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.message = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for message: {e}")
                    });
                self
            }
            pub fn status<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::serde_json::Value>>,
                T::Error: ::std::fmt::Display,
            {
                self.status = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for status: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<ApiError> for super::ApiError {
            type Error = super::error::ConversionError;
            fn try_from(
                value: ApiError,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    links: value.links?,
                    message: value.message?,
                    status: value.status?,
                })
            }
        }
        impl ::std::convert::From<super::ApiError> for ApiError {
            fn from(value: super::ApiError) -> Self {
                Self {
                    links: Ok(value.links),
                    message: Ok(value.message),
                    status: Ok(value.status),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct CreatedReference {
            id: ::std::result::Result<i32, ::std::string::String>,
            links: ::std::result::Result<
                ::std::vec::Vec<super::Link>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for CreatedReference {
            fn default() -> Self {
                Self {
                    id: Err("no value supplied for id".to_string()),
                    links: Ok(Default::default()),
                }
            }
        }
        impl CreatedReference {
            pub fn id<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<i32>,
                T::Error: ::std::fmt::Display,
            {
                self.id = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for id: {e}"));
                self
            }
            pub fn links<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::Link>>,
                T::Error: ::std::fmt::Display,
            {
                self.links = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for links: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<CreatedReference> for super::CreatedReference {
            type Error = super::error::ConversionError;
            fn try_from(
                value: CreatedReference,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    id: value.id?,
                    links: value.links?,
                })
            }
        }
        impl ::std::convert::From<super::CreatedReference> for CreatedReference {
            fn from(value: super::CreatedReference) -> Self {
                Self {
                    id: Ok(value.id),
                    links: Ok(value.links),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct EngineId {
            id: ::std::result::Result<::std::option::Option<i32>, ::std::string::String>,
            new_scan_engine: ::std::result::Result<
                ::std::option::Option<bool>,
                ::std::string::String,
            >,
            scope: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for EngineId {
            fn default() -> Self {
                Self {
                    id: Ok(Default::default()),
                    new_scan_engine: Ok(Default::default()),
                    scope: Ok(Default::default()),
                }
            }
        }
        impl EngineId {
            pub fn id<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<i32>>,
                T::Error: ::std::fmt::Display,
            {
                self.id = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for id: {e}"));
                self
            }
            pub fn new_scan_engine<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<bool>>,
                T::Error: ::std::fmt::Display,
            {
                self.new_scan_engine = value
                    .try_into()
                    .map_err(|e| {
                        format!(
                            "error converting supplied value for new_scan_engine: {e}"
                        )
                    });
                self
            }
            pub fn scope<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.scope = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for scope: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<EngineId> for super::EngineId {
            type Error = super::error::ConversionError;
            fn try_from(
                value: EngineId,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    id: value.id?,
                    new_scan_engine: value.new_scan_engine?,
                    scope: value.scope?,
                })
            }
        }
        impl ::std::convert::From<super::EngineId> for EngineId {
            fn from(value: super::EngineId) -> Self {
                Self {
                    id: Ok(value.id),
                    new_scan_engine: Ok(value.new_scan_engine),
                    scope: Ok(value.scope),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct EnginePool {
            engines: ::std::result::Result<::std::vec::Vec<i32>, ::std::string::String>,
            id: ::std::result::Result<i32, ::std::string::String>,
            links: ::std::result::Result<
                ::std::vec::Vec<super::Link>,
                ::std::string::String,
            >,
            name: ::std::result::Result<::std::string::String, ::std::string::String>,
            sites: ::std::result::Result<::std::vec::Vec<i32>, ::std::string::String>,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for EnginePool {
            fn default() -> Self {
                Self {
                    engines: Ok(Default::default()),
                    id: Err("no value supplied for id".to_string()),
                    links: Ok(Default::default()),
                    name: Err("no value supplied for name".to_string()),
                    sites: Ok(Default::default()),
                    extra: Ok(::std::default::Default::default()),
                }
            }
        }
        impl EnginePool {
            pub fn engines<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<i32>>,
                T::Error: ::std::fmt::Display,
            {
                self.engines = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for engines: {e}")
                    });
                self
            }
            pub fn id<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<i32>,
                T::Error: ::std::fmt::Display,
            {
                self.id = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for id: {e}"));
                self
            }
            pub fn links<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::Link>>,
                T::Error: ::std::fmt::Display,
            {
                self.links = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for links: {e}")
                    });
                self
            }
            pub fn name<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.name = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for name: {e}")
                    });
                self
            }
            pub fn sites<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<i32>>,
                T::Error: ::std::fmt::Display,
            {
                self.sites = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for sites: {e}")
                    });
                self
            }
            pub fn extra<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.extra = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for extra: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<EnginePool> for super::EnginePool {
            type Error = super::error::ConversionError;
            fn try_from(
                value: EnginePool,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    engines: value.engines?,
                    id: value.id?,
                    links: value.links?,
                    name: value.name?,
                    sites: value.sites?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::EnginePool> for EnginePool {
            fn from(value: super::EnginePool) -> Self {
                Self {
                    engines: Ok(value.engines),
                    id: Ok(value.id),
                    links: Ok(value.links),
                    name: Ok(value.name),
                    sites: Ok(value.sites),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct EnginePoolCreate {
            engines: ::std::result::Result<::std::vec::Vec<i32>, ::std::string::String>,
            name: ::std::result::Result<::std::string::String, ::std::string::String>,
            sites: ::std::result::Result<::std::vec::Vec<i32>, ::std::string::String>,
        }
        impl ::std::default::Default for EnginePoolCreate {
            fn default() -> Self {
                Self {
                    engines: Err("no value supplied for engines".to_string()),
                    name: Err("no value supplied for name".to_string()),
                    sites: Ok(Default::default()),
                }
            }
        }
        impl EnginePoolCreate {
            pub fn engines<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<i32>>,
                T::Error: ::std::fmt::Display,
            {
                self.engines = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for engines: {e}")
                    });
                self
            }
            pub fn name<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.name = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for name: {e}")
                    });
                self
            }
            pub fn sites<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<i32>>,
                T::Error: ::std::fmt::Display,
            {
                self.sites = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for sites: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<EnginePoolCreate> for super::EnginePoolCreate {
            type Error = super::error::ConversionError;
            fn try_from(
                value: EnginePoolCreate,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    engines: value.engines?,
                    name: value.name?,
                    sites: value.sites?,
                })
            }
        }
        impl ::std::convert::From<super::EnginePoolCreate> for EnginePoolCreate {
            fn from(value: super::EnginePoolCreate) -> Self {
                Self {
                    engines: Ok(value.engines),
                    name: Ok(value.name),
                    sites: Ok(value.sites),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct EnginePoolUpdate {
            engines: ::std::result::Result<
                ::std::option::Option<::std::vec::Vec<i32>>,
                ::std::string::String,
            >,
            name: ::std::result::Result<::std::string::String, ::std::string::String>,
            sites: ::std::result::Result<
                ::std::option::Option<::std::vec::Vec<i32>>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for EnginePoolUpdate {
            fn default() -> Self {
                Self {
                    engines: Ok(Default::default()),
                    name: Err("no value supplied for name".to_string()),
                    sites: Ok(Default::default()),
                }
            }
        }
        impl EnginePoolUpdate {
            pub fn engines<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::vec::Vec<i32>>>,
                T::Error: ::std::fmt::Display,
            {
                self.engines = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for engines: {e}")
                    });
                self
            }
            pub fn name<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.name = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for name: {e}")
                    });
                self
            }
            pub fn sites<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::vec::Vec<i32>>>,
                T::Error: ::std::fmt::Display,
            {
                self.sites = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for sites: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<EnginePoolUpdate> for super::EnginePoolUpdate {
            type Error = super::error::ConversionError;
            fn try_from(
                value: EnginePoolUpdate,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    engines: value.engines?,
                    name: value.name?,
                    sites: value.sites?,
                })
            }
        }
        impl ::std::convert::From<super::EnginePoolUpdate> for EnginePoolUpdate {
            fn from(value: super::EnginePoolUpdate) -> Self {
                Self {
                    engines: Ok(value.engines),
                    name: Ok(value.name),
                    sites: Ok(value.sites),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct EnginePools {
            links: ::std::result::Result<
                ::std::vec::Vec<super::Link>,
                ::std::string::String,
            >,
            resources: ::std::result::Result<
                ::std::vec::Vec<super::EnginePool>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for EnginePools {
            fn default() -> Self {
                Self {
                    links: Ok(Default::default()),
                    resources: Err("no value supplied for resources".to_string()),
                }
            }
        }
        impl EnginePools {
            pub fn links<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::Link>>,
                T::Error: ::std::fmt::Display,
            {
                self.links = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for links: {e}")
                    });
                self
            }
            pub fn resources<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::EnginePool>>,
                T::Error: ::std::fmt::Display,
            {
                self.resources = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for resources: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<EnginePools> for super::EnginePools {
            type Error = super::error::ConversionError;
            fn try_from(
                value: EnginePools,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    links: value.links?,
                    resources: value.resources?,
                })
            }
        }
        impl ::std::convert::From<super::EnginePools> for EnginePools {
            fn from(value: super::EnginePools) -> Self {
                Self {
                    links: Ok(value.links),
                    resources: Ok(value.resources),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct EngineReferences {
            links: ::std::result::Result<
                ::std::vec::Vec<super::Link>,
                ::std::string::String,
            >,
            resources: ::std::result::Result<
                ::std::vec::Vec<i32>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for EngineReferences {
            fn default() -> Self {
                Self {
                    links: Ok(Default::default()),
                    resources: Err("no value supplied for resources".to_string()),
                }
            }
        }
        impl EngineReferences {
            pub fn links<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::Link>>,
                T::Error: ::std::fmt::Display,
            {
                self.links = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for links: {e}")
                    });
                self
            }
            pub fn resources<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<i32>>,
                T::Error: ::std::fmt::Display,
            {
                self.resources = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for resources: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<EngineReferences> for super::EngineReferences {
            type Error = super::error::ConversionError;
            fn try_from(
                value: EngineReferences,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    links: value.links?,
                    resources: value.resources?,
                })
            }
        }
        impl ::std::convert::From<super::EngineReferences> for EngineReferences {
            fn from(value: super::EngineReferences) -> Self {
                Self {
                    links: Ok(value.links),
                    resources: Ok(value.resources),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Link {
            href: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            id: ::std::result::Result<
                ::std::option::Option<::serde_json::Value>,
                ::std::string::String,
            >,
            rel: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Link {
            fn default() -> Self {
                Self {
                    href: Ok(Default::default()),
                    id: Ok(Default::default()),
                    rel: Ok(Default::default()),
                    extra: Ok(::std::default::Default::default()),
                }
            }
        }
        impl Link {
            pub fn href<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.href = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for href: {e}")
                    });
                self
            }
            pub fn id<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::serde_json::Value>>,
                T::Error: ::std::fmt::Display,
            {
                self.id = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for id: {e}"));
                self
            }
            pub fn rel<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.rel = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for rel: {e}")
                    });
                self
            }
            pub fn extra<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.extra = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for extra: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<Link> for super::Link {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Link,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    href: value.href?,
                    id: value.id?,
                    rel: value.rel?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Link> for Link {
            fn from(value: super::Link) -> Self {
                Self {
                    href: Ok(value.href),
                    id: Ok(value.id),
                    rel: Ok(value.rel),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Links {
            links: ::std::result::Result<
                ::std::vec::Vec<super::Link>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Links {
            fn default() -> Self {
                Self {
                    links: Ok(Default::default()),
                }
            }
        }
        impl Links {
            pub fn links<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::Link>>,
                T::Error: ::std::fmt::Display,
            {
                self.links = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for links: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<Links> for super::Links {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Links,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self { links: value.links? })
            }
        }
        impl ::std::convert::From<super::Links> for Links {
            fn from(value: super::Links) -> Self {
                Self { links: Ok(value.links) }
            }
        }
        #[derive(Clone, Debug)]
        pub struct PageInfo {
            number: ::std::result::Result<
                ::std::option::Option<i64>,
                ::std::string::String,
            >,
            size: ::std::result::Result<
                ::std::option::Option<i64>,
                ::std::string::String,
            >,
            total_pages: ::std::result::Result<
                ::std::option::Option<i64>,
                ::std::string::String,
            >,
            total_resources: ::std::result::Result<
                ::std::option::Option<i64>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for PageInfo {
            fn default() -> Self {
                Self {
                    number: Ok(Default::default()),
                    size: Ok(Default::default()),
                    total_pages: Ok(Default::default()),
                    total_resources: Ok(Default::default()),
                }
            }
        }
        impl PageInfo {
            pub fn number<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<i64>>,
                T::Error: ::std::fmt::Display,
            {
                self.number = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for number: {e}")
                    });
                self
            }
            pub fn size<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<i64>>,
                T::Error: ::std::fmt::Display,
            {
                self.size = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for size: {e}")
                    });
                self
            }
            pub fn total_pages<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<i64>>,
                T::Error: ::std::fmt::Display,
            {
                self.total_pages = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for total_pages: {e}")
                    });
                self
            }
            pub fn total_resources<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<i64>>,
                T::Error: ::std::fmt::Display,
            {
                self.total_resources = value
                    .try_into()
                    .map_err(|e| {
                        format!(
                            "error converting supplied value for total_resources: {e}"
                        )
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<PageInfo> for super::PageInfo {
            type Error = super::error::ConversionError;
            fn try_from(
                value: PageInfo,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    number: value.number?,
                    size: value.size?,
                    total_pages: value.total_pages?,
                    total_resources: value.total_resources?,
                })
            }
        }
        impl ::std::convert::From<super::PageInfo> for PageInfo {
            fn from(value: super::PageInfo) -> Self {
                Self {
                    number: Ok(value.number),
                    size: Ok(value.size),
                    total_pages: Ok(value.total_pages),
                    total_resources: Ok(value.total_resources),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Scan {
            assets: ::std::result::Result<
                ::std::option::Option<i32>,
                ::std::string::String,
            >,
            duration: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            end_time: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            engine_id: ::std::result::Result<
                ::std::option::Option<i32>,
                ::std::string::String,
            >,
            engine_ids: ::std::result::Result<
                ::std::vec::Vec<super::EngineId>,
                ::std::string::String,
            >,
            engine_name: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            id: ::std::result::Result<i64, ::std::string::String>,
            links: ::std::result::Result<
                ::std::vec::Vec<super::Link>,
                ::std::string::String,
            >,
            message: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            scan_name: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            scan_type: ::std::result::Result<
                ::std::option::Option<crate::insightvm::ScanType>,
                ::std::string::String,
            >,
            start_time: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            started_by: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            started_by_username: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            status: ::std::result::Result<
                ::std::option::Option<crate::insightvm::ScanStatus>,
                ::std::string::String,
            >,
            vulnerabilities: ::std::result::Result<
                ::std::option::Option<super::Vulnerabilities>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Scan {
            fn default() -> Self {
                Self {
                    assets: Ok(Default::default()),
                    duration: Ok(Default::default()),
                    end_time: Ok(Default::default()),
                    engine_id: Ok(Default::default()),
                    engine_ids: Ok(Default::default()),
                    engine_name: Ok(Default::default()),
                    id: Err("no value supplied for id".to_string()),
                    links: Ok(Default::default()),
                    message: Ok(Default::default()),
                    scan_name: Ok(Default::default()),
                    scan_type: Ok(Default::default()),
                    start_time: Ok(Default::default()),
                    started_by: Ok(Default::default()),
                    started_by_username: Ok(Default::default()),
                    status: Ok(Default::default()),
                    vulnerabilities: Ok(Default::default()),
                    extra: Ok(::std::default::Default::default()),
                }
            }
        }
        impl Scan {
            pub fn assets<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<i32>>,
                T::Error: ::std::fmt::Display,
            {
                self.assets = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for assets: {e}")
                    });
                self
            }
            pub fn duration<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.duration = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for duration: {e}")
                    });
                self
            }
            pub fn end_time<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.end_time = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for end_time: {e}")
                    });
                self
            }
            pub fn engine_id<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<i32>>,
                T::Error: ::std::fmt::Display,
            {
                self.engine_id = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for engine_id: {e}")
                    });
                self
            }
            pub fn engine_ids<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::EngineId>>,
                T::Error: ::std::fmt::Display,
            {
                self.engine_ids = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for engine_ids: {e}")
                    });
                self
            }
            pub fn engine_name<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.engine_name = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for engine_name: {e}")
                    });
                self
            }
            pub fn id<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<i64>,
                T::Error: ::std::fmt::Display,
            {
                self.id = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for id: {e}"));
                self
            }
            pub fn links<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::Link>>,
                T::Error: ::std::fmt::Display,
            {
                self.links = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for links: {e}")
                    });
                self
            }
            pub fn message<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.message = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for message: {e}")
                    });
                self
            }
            pub fn scan_name<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.scan_name = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for scan_name: {e}")
                    });
                self
            }
            pub fn scan_type<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::std::option::Option<crate::insightvm::ScanType>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.scan_type = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for scan_type: {e}")
                    });
                self
            }
            pub fn start_time<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.start_time = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for start_time: {e}")
                    });
                self
            }
            pub fn started_by<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.started_by = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for started_by: {e}")
                    });
                self
            }
            pub fn started_by_username<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.started_by_username = value
                    .try_into()
                    .map_err(|e| {
                        format!(
                            "error converting supplied value for started_by_username: {e}"
                        )
                    });
                self
            }
            pub fn status<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::std::option::Option<crate::insightvm::ScanStatus>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.status = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for status: {e}")
                    });
                self
            }
            pub fn vulnerabilities<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::std::option::Option<super::Vulnerabilities>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.vulnerabilities = value
                    .try_into()
                    .map_err(|e| {
                        format!(
                            "error converting supplied value for vulnerabilities: {e}"
                        )
                    });
                self
            }
            pub fn extra<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.extra = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for extra: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<Scan> for super::Scan {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Scan,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    assets: value.assets?,
                    duration: value.duration?,
                    end_time: value.end_time?,
                    engine_id: value.engine_id?,
                    engine_ids: value.engine_ids?,
                    engine_name: value.engine_name?,
                    id: value.id?,
                    links: value.links?,
                    message: value.message?,
                    scan_name: value.scan_name?,
                    scan_type: value.scan_type?,
                    start_time: value.start_time?,
                    started_by: value.started_by?,
                    started_by_username: value.started_by_username?,
                    status: value.status?,
                    vulnerabilities: value.vulnerabilities?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Scan> for Scan {
            fn from(value: super::Scan) -> Self {
                Self {
                    assets: Ok(value.assets),
                    duration: Ok(value.duration),
                    end_time: Ok(value.end_time),
                    engine_id: Ok(value.engine_id),
                    engine_ids: Ok(value.engine_ids),
                    engine_name: Ok(value.engine_name),
                    id: Ok(value.id),
                    links: Ok(value.links),
                    message: Ok(value.message),
                    scan_name: Ok(value.scan_name),
                    scan_type: Ok(value.scan_type),
                    start_time: Ok(value.start_time),
                    started_by: Ok(value.started_by),
                    started_by_username: Ok(value.started_by_username),
                    status: Ok(value.status),
                    vulnerabilities: Ok(value.vulnerabilities),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct ScanEngine {
            address: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            content_version: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            engine_pools: ::std::result::Result<
                ::std::vec::Vec<i32>,
                ::std::string::String,
            >,
            id: ::std::result::Result<i32, ::std::string::String>,
            is_aws_pre_auth_engine: ::std::result::Result<
                ::std::option::Option<bool>,
                ::std::string::String,
            >,
            last_refreshed_date: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            last_updated_date: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            links: ::std::result::Result<
                ::std::vec::Vec<super::Link>,
                ::std::string::String,
            >,
            name: ::std::result::Result<::std::string::String, ::std::string::String>,
            port: ::std::result::Result<
                ::std::option::Option<i32>,
                ::std::string::String,
            >,
            product_version: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            serial_number: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            sites: ::std::result::Result<::std::vec::Vec<i32>, ::std::string::String>,
            status: ::std::result::Result<
                ::std::option::Option<crate::insightvm::ScanEngineStatus>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for ScanEngine {
            fn default() -> Self {
                Self {
                    address: Ok(Default::default()),
                    content_version: Ok(Default::default()),
                    engine_pools: Ok(Default::default()),
                    id: Err("no value supplied for id".to_string()),
                    is_aws_pre_auth_engine: Ok(Default::default()),
                    last_refreshed_date: Ok(Default::default()),
                    last_updated_date: Ok(Default::default()),
                    links: Ok(Default::default()),
                    name: Err("no value supplied for name".to_string()),
                    port: Ok(Default::default()),
                    product_version: Ok(Default::default()),
                    serial_number: Ok(Default::default()),
                    sites: Ok(Default::default()),
                    status: Ok(Default::default()),
                    extra: Ok(::std::default::Default::default()),
                }
            }
        }
        impl ScanEngine {
            pub fn address<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.address = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for address: {e}")
                    });
                self
            }
            pub fn content_version<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.content_version = value
                    .try_into()
                    .map_err(|e| {
                        format!(
                            "error converting supplied value for content_version: {e}"
                        )
                    });
                self
            }
            pub fn engine_pools<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<i32>>,
                T::Error: ::std::fmt::Display,
            {
                self.engine_pools = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for engine_pools: {e}")
                    });
                self
            }
            pub fn id<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<i32>,
                T::Error: ::std::fmt::Display,
            {
                self.id = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for id: {e}"));
                self
            }
            pub fn is_aws_pre_auth_engine<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<bool>>,
                T::Error: ::std::fmt::Display,
            {
                self.is_aws_pre_auth_engine = value
                    .try_into()
                    .map_err(|e| {
                        format!(
                            "error converting supplied value for is_aws_pre_auth_engine: {e}"
                        )
                    });
                self
            }
            pub fn last_refreshed_date<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.last_refreshed_date = value
                    .try_into()
                    .map_err(|e| {
                        format!(
                            "error converting supplied value for last_refreshed_date: {e}"
                        )
                    });
                self
            }
            pub fn last_updated_date<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.last_updated_date = value
                    .try_into()
                    .map_err(|e| {
                        format!(
                            "error converting supplied value for last_updated_date: {e}"
                        )
                    });
                self
            }
            pub fn links<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::Link>>,
                T::Error: ::std::fmt::Display,
            {
                self.links = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for links: {e}")
                    });
                self
            }
            pub fn name<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.name = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for name: {e}")
                    });
                self
            }
            pub fn port<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<i32>>,
                T::Error: ::std::fmt::Display,
            {
                self.port = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for port: {e}")
                    });
                self
            }
            pub fn product_version<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.product_version = value
                    .try_into()
                    .map_err(|e| {
                        format!(
                            "error converting supplied value for product_version: {e}"
                        )
                    });
                self
            }
            pub fn serial_number<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.serial_number = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for serial_number: {e}")
                    });
                self
            }
            pub fn sites<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<i32>>,
                T::Error: ::std::fmt::Display,
            {
                self.sites = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for sites: {e}")
                    });
                self
            }
            pub fn status<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::std::option::Option<crate::insightvm::ScanEngineStatus>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.status = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for status: {e}")
                    });
                self
            }
            pub fn extra<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.extra = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for extra: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<ScanEngine> for super::ScanEngine {
            type Error = super::error::ConversionError;
            fn try_from(
                value: ScanEngine,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    address: value.address?,
                    content_version: value.content_version?,
                    engine_pools: value.engine_pools?,
                    id: value.id?,
                    is_aws_pre_auth_engine: value.is_aws_pre_auth_engine?,
                    last_refreshed_date: value.last_refreshed_date?,
                    last_updated_date: value.last_updated_date?,
                    links: value.links?,
                    name: value.name?,
                    port: value.port?,
                    product_version: value.product_version?,
                    serial_number: value.serial_number?,
                    sites: value.sites?,
                    status: value.status?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::ScanEngine> for ScanEngine {
            fn from(value: super::ScanEngine) -> Self {
                Self {
                    address: Ok(value.address),
                    content_version: Ok(value.content_version),
                    engine_pools: Ok(value.engine_pools),
                    id: Ok(value.id),
                    is_aws_pre_auth_engine: Ok(value.is_aws_pre_auth_engine),
                    last_refreshed_date: Ok(value.last_refreshed_date),
                    last_updated_date: Ok(value.last_updated_date),
                    links: Ok(value.links),
                    name: Ok(value.name),
                    port: Ok(value.port),
                    product_version: Ok(value.product_version),
                    serial_number: Ok(value.serial_number),
                    sites: Ok(value.sites),
                    status: Ok(value.status),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct ScanEngineCreate {
            address: ::std::result::Result<::std::string::String, ::std::string::String>,
            name: ::std::result::Result<::std::string::String, ::std::string::String>,
            port: ::std::result::Result<i32, ::std::string::String>,
            sites: ::std::result::Result<::std::vec::Vec<i32>, ::std::string::String>,
        }
        impl ::std::default::Default for ScanEngineCreate {
            fn default() -> Self {
                Self {
                    address: Err("no value supplied for address".to_string()),
                    name: Err("no value supplied for name".to_string()),
                    port: Err("no value supplied for port".to_string()),
                    sites: Ok(Default::default()),
                }
            }
        }
        impl ScanEngineCreate {
            pub fn address<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.address = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for address: {e}")
                    });
                self
            }
            pub fn name<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.name = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for name: {e}")
                    });
                self
            }
            pub fn port<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<i32>,
                T::Error: ::std::fmt::Display,
            {
                self.port = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for port: {e}")
                    });
                self
            }
            pub fn sites<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<i32>>,
                T::Error: ::std::fmt::Display,
            {
                self.sites = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for sites: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<ScanEngineCreate> for super::ScanEngineCreate {
            type Error = super::error::ConversionError;
            fn try_from(
                value: ScanEngineCreate,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    address: value.address?,
                    name: value.name?,
                    port: value.port?,
                    sites: value.sites?,
                })
            }
        }
        impl ::std::convert::From<super::ScanEngineCreate> for ScanEngineCreate {
            fn from(value: super::ScanEngineCreate) -> Self {
                Self {
                    address: Ok(value.address),
                    name: Ok(value.name),
                    port: Ok(value.port),
                    sites: Ok(value.sites),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct ScanEngineUpdate {
            address: ::std::result::Result<::std::string::String, ::std::string::String>,
            name: ::std::result::Result<::std::string::String, ::std::string::String>,
            port: ::std::result::Result<i32, ::std::string::String>,
            sites: ::std::result::Result<
                ::std::option::Option<::std::vec::Vec<i32>>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for ScanEngineUpdate {
            fn default() -> Self {
                Self {
                    address: Err("no value supplied for address".to_string()),
                    name: Err("no value supplied for name".to_string()),
                    port: Err("no value supplied for port".to_string()),
                    sites: Ok(Default::default()),
                }
            }
        }
        impl ScanEngineUpdate {
            pub fn address<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.address = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for address: {e}")
                    });
                self
            }
            pub fn name<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.name = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for name: {e}")
                    });
                self
            }
            pub fn port<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<i32>,
                T::Error: ::std::fmt::Display,
            {
                self.port = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for port: {e}")
                    });
                self
            }
            pub fn sites<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::vec::Vec<i32>>>,
                T::Error: ::std::fmt::Display,
            {
                self.sites = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for sites: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<ScanEngineUpdate> for super::ScanEngineUpdate {
            type Error = super::error::ConversionError;
            fn try_from(
                value: ScanEngineUpdate,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    address: value.address?,
                    name: value.name?,
                    port: value.port?,
                    sites: value.sites?,
                })
            }
        }
        impl ::std::convert::From<super::ScanEngineUpdate> for ScanEngineUpdate {
            fn from(value: super::ScanEngineUpdate) -> Self {
                Self {
                    address: Ok(value.address),
                    name: Ok(value.name),
                    port: Ok(value.port),
                    sites: Ok(value.sites),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct ScanEngines {
            links: ::std::result::Result<
                ::std::vec::Vec<super::Link>,
                ::std::string::String,
            >,
            resources: ::std::result::Result<
                ::std::vec::Vec<super::ScanEngine>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for ScanEngines {
            fn default() -> Self {
                Self {
                    links: Ok(Default::default()),
                    resources: Err("no value supplied for resources".to_string()),
                }
            }
        }
        impl ScanEngines {
            pub fn links<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::Link>>,
                T::Error: ::std::fmt::Display,
            {
                self.links = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for links: {e}")
                    });
                self
            }
            pub fn resources<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::ScanEngine>>,
                T::Error: ::std::fmt::Display,
            {
                self.resources = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for resources: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<ScanEngines> for super::ScanEngines {
            type Error = super::error::ConversionError;
            fn try_from(
                value: ScanEngines,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    links: value.links?,
                    resources: value.resources?,
                })
            }
        }
        impl ::std::convert::From<super::ScanEngines> for ScanEngines {
            fn from(value: super::ScanEngines) -> Self {
                Self {
                    links: Ok(value.links),
                    resources: Ok(value.resources),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct ScanPage {
            links: ::std::result::Result<
                ::std::vec::Vec<super::Link>,
                ::std::string::String,
            >,
            page: ::std::result::Result<
                ::std::option::Option<super::PageInfo>,
                ::std::string::String,
            >,
            resources: ::std::result::Result<
                ::std::vec::Vec<super::Scan>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for ScanPage {
            fn default() -> Self {
                Self {
                    links: Ok(Default::default()),
                    page: Ok(Default::default()),
                    resources: Err("no value supplied for resources".to_string()),
                }
            }
        }
        impl ScanPage {
            pub fn links<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::Link>>,
                T::Error: ::std::fmt::Display,
            {
                self.links = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for links: {e}")
                    });
                self
            }
            pub fn page<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<super::PageInfo>>,
                T::Error: ::std::fmt::Display,
            {
                self.page = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for page: {e}")
                    });
                self
            }
            pub fn resources<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::Scan>>,
                T::Error: ::std::fmt::Display,
            {
                self.resources = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for resources: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<ScanPage> for super::ScanPage {
            type Error = super::error::ConversionError;
            fn try_from(
                value: ScanPage,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    links: value.links?,
                    page: value.page?,
                    resources: value.resources?,
                })
            }
        }
        impl ::std::convert::From<super::ScanPage> for ScanPage {
            fn from(value: super::ScanPage) -> Self {
                Self {
                    links: Ok(value.links),
                    page: Ok(value.page),
                    resources: Ok(value.resources),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Site {
            assets: ::std::result::Result<
                ::std::option::Option<i32>,
                ::std::string::String,
            >,
            connection_type: ::std::result::Result<
                ::std::option::Option<crate::insightvm::SiteConnectionType>,
                ::std::string::String,
            >,
            description: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            id: ::std::result::Result<i32, ::std::string::String>,
            importance: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            last_scan_time: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            links: ::std::result::Result<
                ::std::vec::Vec<super::Link>,
                ::std::string::String,
            >,
            name: ::std::result::Result<::std::string::String, ::std::string::String>,
            risk_score: ::std::result::Result<
                ::std::option::Option<f64>,
                ::std::string::String,
            >,
            scan_engine: ::std::result::Result<
                ::std::option::Option<i32>,
                ::std::string::String,
            >,
            scan_template: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            type_: ::std::result::Result<
                ::std::option::Option<crate::insightvm::SiteType>,
                ::std::string::String,
            >,
            vulnerabilities: ::std::result::Result<
                ::std::option::Option<super::Vulnerabilities>,
                ::std::string::String,
            >,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Site {
            fn default() -> Self {
                Self {
                    assets: Ok(Default::default()),
                    connection_type: Ok(Default::default()),
                    description: Ok(Default::default()),
                    id: Err("no value supplied for id".to_string()),
                    importance: Ok(Default::default()),
                    last_scan_time: Ok(Default::default()),
                    links: Ok(Default::default()),
                    name: Err("no value supplied for name".to_string()),
                    risk_score: Ok(Default::default()),
                    scan_engine: Ok(Default::default()),
                    scan_template: Ok(Default::default()),
                    type_: Ok(Default::default()),
                    vulnerabilities: Ok(Default::default()),
                    extra: Ok(::std::default::Default::default()),
                }
            }
        }
        impl Site {
            pub fn assets<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<i32>>,
                T::Error: ::std::fmt::Display,
            {
                self.assets = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for assets: {e}")
                    });
                self
            }
            pub fn connection_type<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::std::option::Option<crate::insightvm::SiteConnectionType>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.connection_type = value
                    .try_into()
                    .map_err(|e| {
                        format!(
                            "error converting supplied value for connection_type: {e}"
                        )
                    });
                self
            }
            pub fn description<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.description = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for description: {e}")
                    });
                self
            }
            pub fn id<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<i32>,
                T::Error: ::std::fmt::Display,
            {
                self.id = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for id: {e}"));
                self
            }
            pub fn importance<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.importance = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for importance: {e}")
                    });
                self
            }
            pub fn last_scan_time<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.last_scan_time = value
                    .try_into()
                    .map_err(|e| {
                        format!(
                            "error converting supplied value for last_scan_time: {e}"
                        )
                    });
                self
            }
            pub fn links<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::Link>>,
                T::Error: ::std::fmt::Display,
            {
                self.links = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for links: {e}")
                    });
                self
            }
            pub fn name<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.name = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for name: {e}")
                    });
                self
            }
            pub fn risk_score<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<f64>>,
                T::Error: ::std::fmt::Display,
            {
                self.risk_score = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for risk_score: {e}")
                    });
                self
            }
            pub fn scan_engine<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<i32>>,
                T::Error: ::std::fmt::Display,
            {
                self.scan_engine = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for scan_engine: {e}")
                    });
                self
            }
            pub fn scan_template<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.scan_template = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for scan_template: {e}")
                    });
                self
            }
            pub fn type_<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::std::option::Option<crate::insightvm::SiteType>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.type_ = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for type_: {e}")
                    });
                self
            }
            pub fn vulnerabilities<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::std::option::Option<super::Vulnerabilities>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.vulnerabilities = value
                    .try_into()
                    .map_err(|e| {
                        format!(
                            "error converting supplied value for vulnerabilities: {e}"
                        )
                    });
                self
            }
            pub fn extra<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.extra = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for extra: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<Site> for super::Site {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Site,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    assets: value.assets?,
                    connection_type: value.connection_type?,
                    description: value.description?,
                    id: value.id?,
                    importance: value.importance?,
                    last_scan_time: value.last_scan_time?,
                    links: value.links?,
                    name: value.name?,
                    risk_score: value.risk_score?,
                    scan_engine: value.scan_engine?,
                    scan_template: value.scan_template?,
                    type_: value.type_?,
                    vulnerabilities: value.vulnerabilities?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::Site> for Site {
            fn from(value: super::Site) -> Self {
                Self {
                    assets: Ok(value.assets),
                    connection_type: Ok(value.connection_type),
                    description: Ok(value.description),
                    id: Ok(value.id),
                    importance: Ok(value.importance),
                    last_scan_time: Ok(value.last_scan_time),
                    links: Ok(value.links),
                    name: Ok(value.name),
                    risk_score: Ok(value.risk_score),
                    scan_engine: Ok(value.scan_engine),
                    scan_template: Ok(value.scan_template),
                    type_: Ok(value.type_),
                    vulnerabilities: Ok(value.vulnerabilities),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct SitePage {
            links: ::std::result::Result<
                ::std::vec::Vec<super::Link>,
                ::std::string::String,
            >,
            page: ::std::result::Result<
                ::std::option::Option<super::PageInfo>,
                ::std::string::String,
            >,
            resources: ::std::result::Result<
                ::std::vec::Vec<super::Site>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for SitePage {
            fn default() -> Self {
                Self {
                    links: Ok(Default::default()),
                    page: Ok(Default::default()),
                    resources: Err("no value supplied for resources".to_string()),
                }
            }
        }
        impl SitePage {
            pub fn links<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::Link>>,
                T::Error: ::std::fmt::Display,
            {
                self.links = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for links: {e}")
                    });
                self
            }
            pub fn page<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<super::PageInfo>>,
                T::Error: ::std::fmt::Display,
            {
                self.page = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for page: {e}")
                    });
                self
            }
            pub fn resources<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::Site>>,
                T::Error: ::std::fmt::Display,
            {
                self.resources = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for resources: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<SitePage> for super::SitePage {
            type Error = super::error::ConversionError;
            fn try_from(
                value: SitePage,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    links: value.links?,
                    page: value.page?,
                    resources: value.resources?,
                })
            }
        }
        impl ::std::convert::From<super::SitePage> for SitePage {
            fn from(value: super::SitePage) -> Self {
                Self {
                    links: Ok(value.links),
                    page: Ok(value.page),
                    resources: Ok(value.resources),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct SiteReferences {
            links: ::std::result::Result<
                ::std::vec::Vec<super::Link>,
                ::std::string::String,
            >,
            resources: ::std::result::Result<
                ::std::vec::Vec<i32>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for SiteReferences {
            fn default() -> Self {
                Self {
                    links: Ok(Default::default()),
                    resources: Err("no value supplied for resources".to_string()),
                }
            }
        }
        impl SiteReferences {
            pub fn links<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<super::Link>>,
                T::Error: ::std::fmt::Display,
            {
                self.links = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for links: {e}")
                    });
                self
            }
            pub fn resources<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::vec::Vec<i32>>,
                T::Error: ::std::fmt::Display,
            {
                self.resources = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for resources: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<SiteReferences> for super::SiteReferences {
            type Error = super::error::ConversionError;
            fn try_from(
                value: SiteReferences,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    links: value.links?,
                    resources: value.resources?,
                })
            }
        }
        impl ::std::convert::From<super::SiteReferences> for SiteReferences {
            fn from(value: super::SiteReferences) -> Self {
                Self {
                    links: Ok(value.links),
                    resources: Ok(value.resources),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Vulnerabilities {
            critical: ::std::result::Result<
                ::std::option::Option<i64>,
                ::std::string::String,
            >,
            moderate: ::std::result::Result<
                ::std::option::Option<i64>,
                ::std::string::String,
            >,
            severe: ::std::result::Result<
                ::std::option::Option<i64>,
                ::std::string::String,
            >,
            total: ::std::result::Result<
                ::std::option::Option<i64>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for Vulnerabilities {
            fn default() -> Self {
                Self {
                    critical: Ok(Default::default()),
                    moderate: Ok(Default::default()),
                    severe: Ok(Default::default()),
                    total: Ok(Default::default()),
                }
            }
        }
        impl Vulnerabilities {
            pub fn critical<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<i64>>,
                T::Error: ::std::fmt::Display,
            {
                self.critical = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for critical: {e}")
                    });
                self
            }
            pub fn moderate<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<i64>>,
                T::Error: ::std::fmt::Display,
            {
                self.moderate = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for moderate: {e}")
                    });
                self
            }
            pub fn severe<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<i64>>,
                T::Error: ::std::fmt::Display,
            {
                self.severe = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for severe: {e}")
                    });
                self
            }
            pub fn total<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<i64>>,
                T::Error: ::std::fmt::Display,
            {
                self.total = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for total: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<Vulnerabilities> for super::Vulnerabilities {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Vulnerabilities,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    critical: value.critical?,
                    moderate: value.moderate?,
                    severe: value.severe?,
                    total: value.total?,
                })
            }
        }
        impl ::std::convert::From<super::Vulnerabilities> for Vulnerabilities {
            fn from(value: super::Vulnerabilities) -> Self {
                Self {
                    critical: Ok(value.critical),
                    moderate: Ok(value.moderate),
                    severe: Ok(value.severe),
                    total: Ok(value.total),
                }
            }
        }
    }
    /// Error types.
    pub mod error {
        /// Error from a `TryFrom` or `FromStr` implementation.
        pub struct ConversionError(::std::borrow::Cow<'static, str>);
        impl ::std::error::Error for ConversionError {}
        impl ::std::fmt::Display for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
        impl ::std::fmt::Debug for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }
        impl From<&'static str> for ConversionError {
            fn from(value: &'static str) -> Self {
                Self(value.into())
            }
        }
        impl From<String> for ConversionError {
            fn from(value: String) -> Self {
                Self(value.into())
            }
        }
    }
}
/**Client for InsightVM Scan Engine API

The part of the InsightVM console's API, version 3, that manages scan engines, the pools they are grouped in, and the shared secret that new engines pair with.

Version: 3*/
#[derive(Clone)]
pub struct Client {
    pub(crate) baseurl: String,
    pub(crate) client: reqwest::Client,
    pub(crate) inner: crate::http::Transport,
}
impl Client {
    /// Construct a new client with an existing `reqwest::Client`,
    /// allowing more control over its configuration.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub(crate) fn new_with_client(
        baseurl: &str,
        client: reqwest::Client,
        inner: crate::http::Transport,
    ) -> Self {
        Self {
            baseurl: baseurl.to_string(),
            client,
            inner,
        }
    }
}
impl ClientInfo<crate::http::Transport> for Client {
    fn api_version() -> &'static str {
        "3"
    }
    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }
    fn client(&self) -> &reqwest::Client {
        &self.client
    }
    fn inner(&self) -> &crate::http::Transport {
        &self.inner
    }
}
const _: () = {
    #[allow(dead_code)]
    fn assert_client_hooks()
    where
        Client: ClientHooks<crate::http::Transport>,
    {}
};
impl Client {
    /**List the engine pools

Returns all the pools at once. The list is not paged.

Sends a `GET` request to `/api/3/scan_engine_pools`

```text
let response = client.get_scan_engine_pools()
    .send()
    .await;
```*/
    #[doc(alias = "getScanEnginePools")]
    pub fn get_scan_engine_pools(&self) -> builder::GetScanEnginePools<'_> {
        builder::GetScanEnginePools::new(self)
    }
    /**Create an engine pool

Creates a pool out of at least one engine and returns its id.

Sends a `POST` request to `/api/3/scan_engine_pools`

Arguments:
- `body`: The pool to create.
```text
let response = client.create_scan_engine_pool()
    .body(body)
    .send()
    .await;
```*/
    #[doc(alias = "createScanEnginePool")]
    pub fn create_scan_engine_pool(&self) -> builder::CreateScanEnginePool<'_> {
        builder::CreateScanEnginePool::new(self)
    }
    /**Get an engine pool

Returns one pool with the ids of its engines and sites.

Sends a `GET` request to `/api/3/scan_engine_pools/{id}`

Arguments:
- `id`: Id of the engine pool.
```text
let response = client.get_engine_pool()
    .id(id)
    .send()
    .await;
```*/
    #[doc(alias = "getEnginePool")]
    pub fn get_engine_pool(&self) -> builder::GetEnginePool<'_> {
        builder::GetEnginePool::new(self)
    }
    /**Update an engine pool

Changes the name, the engines or the sites of a pool.

Sends a `PUT` request to `/api/3/scan_engine_pools/{id}`

Arguments:
- `id`: Id of the engine pool.
- `body`: The new state of the pool.
```text
let response = client.update_scan_engine_pool()
    .id(id)
    .body(body)
    .send()
    .await;
```*/
    #[doc(alias = "updateScanEnginePool")]
    pub fn update_scan_engine_pool(&self) -> builder::UpdateScanEnginePool<'_> {
        builder::UpdateScanEnginePool::new(self)
    }
    /**Delete an engine pool

Removes a pool from the console.

Sends a `DELETE` request to `/api/3/scan_engine_pools/{id}`

Arguments:
- `id`: Id of the engine pool.
```text
let response = client.remove_scan_engine_pool()
    .id(id)
    .send()
    .await;
```*/
    #[doc(alias = "removeScanEnginePool")]
    pub fn remove_scan_engine_pool(&self) -> builder::RemoveScanEnginePool<'_> {
        builder::RemoveScanEnginePool::new(self)
    }
    /**List a pool's engines

Returns the ids of the engines in a pool. The list is not paged.

Sends a `GET` request to `/api/3/scan_engine_pools/{id}/engines`

Arguments:
- `id`: Id of the engine pool.
```text
let response = client.get_scan_engine_pool_scan_engines()
    .id(id)
    .send()
    .await;
```*/
    #[doc(alias = "getScanEnginePoolScanEngines")]
    pub fn get_scan_engine_pool_scan_engines(
        &self,
    ) -> builder::GetScanEnginePoolScanEngines<'_> {
        builder::GetScanEnginePoolScanEngines::new(self)
    }
    /**Replace a pool's engines

Puts exactly the given engines into a pool, in place of those that were in it.

Sends a `PUT` request to `/api/3/scan_engine_pools/{id}/engines`

Arguments:
- `id`: Id of the engine pool.
- `body`: Ids of all the engines that the pool is to have.
```text
let response = client.set_scan_engine_pool_scan_engines()
    .id(id)
    .body(body)
    .send()
    .await;
```*/
    #[doc(alias = "setScanEnginePoolScanEngines")]
    pub fn set_scan_engine_pool_scan_engines(
        &self,
    ) -> builder::SetScanEnginePoolScanEngines<'_> {
        builder::SetScanEnginePoolScanEngines::new(self)
    }
    /**Add an engine to a pool

Puts one more engine into a pool. The others stay.

Sends a `PUT` request to `/api/3/scan_engine_pools/{id}/engines/{engineId}`

Arguments:
- `id`: Id of the engine pool.
- `engine_id`: Id of the scan engine.
```text
let response = client.add_scan_engine_pool_scan_engine()
    .id(id)
    .engine_id(engine_id)
    .send()
    .await;
```*/
    #[doc(alias = "addScanEnginePoolScanEngine")]
    pub fn add_scan_engine_pool_scan_engine(
        &self,
    ) -> builder::AddScanEnginePoolScanEngine<'_> {
        builder::AddScanEnginePoolScanEngine::new(self)
    }
    /**Remove an engine from a pool

Takes one engine out of a pool. The others stay.

Sends a `DELETE` request to `/api/3/scan_engine_pools/{id}/engines/{engineId}`

Arguments:
- `id`: Id of the engine pool.
- `engine_id`: Id of the scan engine.
```text
let response = client.remove_scan_engine_pool_scan_engine()
    .id(id)
    .engine_id(engine_id)
    .send()
    .await;
```*/
    #[doc(alias = "removeScanEnginePoolScanEngine")]
    pub fn remove_scan_engine_pool_scan_engine(
        &self,
    ) -> builder::RemoveScanEnginePoolScanEngine<'_> {
        builder::RemoveScanEnginePoolScanEngine::new(self)
    }
    /**List a pool's sites

Returns the ids of the sites that a pool is assigned to. The list is not paged.

Sends a `GET` request to `/api/3/scan_engine_pools/{id}/sites`

Arguments:
- `id`: Id of the engine pool.
```text
let response = client.get_scan_engine_pool_sites()
    .id(id)
    .send()
    .await;
```*/
    #[doc(alias = "getScanEnginePoolSites")]
    pub fn get_scan_engine_pool_sites(&self) -> builder::GetScanEnginePoolSites<'_> {
        builder::GetScanEnginePoolSites::new(self)
    }
    /**List the scan engines

Returns all the engines at once. The list is not paged. Pools are listed among the engines, with port -1.

Sends a `GET` request to `/api/3/scan_engines`

```text
let response = client.get_scan_engines()
    .send()
    .await;
```*/
    #[doc(alias = "getScanEngines")]
    pub fn get_scan_engines(&self) -> builder::GetScanEngines<'_> {
        builder::GetScanEngines::new(self)
    }
    /**Create a scan engine

Makes an engine known to the console and returns its id.

Sends a `POST` request to `/api/3/scan_engines`

Arguments:
- `body`: The engine to create.
```text
let response = client.create_scan_engine()
    .body(body)
    .send()
    .await;
```*/
    #[doc(alias = "createScanEngine")]
    pub fn create_scan_engine(&self) -> builder::CreateScanEngine<'_> {
        builder::CreateScanEngine::new(self)
    }
    /**Get the shared secret

Returns the shared secret that is valid now, and 404 when none was generated or the last one has expired. The answer is bare text: send `Accept: text/plain`, as consoles of the 8.x line answer 406 otherwise.

Sends a `GET` request to `/api/3/scan_engines/shared_secret`

```text
let response = client.get_current_shared_secret()
    .send()
    .await;
```*/
    #[doc(alias = "getCurrentSharedSecret")]
    pub fn get_current_shared_secret(&self) -> builder::GetCurrentSharedSecret<'_> {
        builder::GetCurrentSharedSecret::new(self)
    }
    /**Get or generate the shared secret

Returns the shared secret that is valid now, and generates one when there is none. A secret is valid for 60 minutes from its generation; asking again does not extend that. The answer is bare text: send `Accept: text/plain`, as consoles of the 8.x line answer 406 otherwise.

Sends a `POST` request to `/api/3/scan_engines/shared_secret`

```text
let response = client.create_shared_secret()
    .send()
    .await;
```*/
    #[doc(alias = "createSharedSecret")]
    pub fn create_shared_secret(&self) -> builder::CreateSharedSecret<'_> {
        builder::CreateSharedSecret::new(self)
    }
    /**Revoke the shared secret

Ends the validity of the shared secret at once. Answers 404 when there is none.

Sends a `DELETE` request to `/api/3/scan_engines/shared_secret`

```text
let response = client.delete_shared_secret()
    .send()
    .await;
```*/
    #[doc(alias = "deleteSharedSecret")]
    pub fn delete_shared_secret(&self) -> builder::DeleteSharedSecret<'_> {
        builder::DeleteSharedSecret::new(self)
    }
    /**Get the shared secret's remaining time

Returns for how many seconds the shared secret is still valid, and 404 when there is none.

Sends a `GET` request to `/api/3/scan_engines/shared_secret/time_to_live`

```text
let response = client.get_current_shared_secret_time_to_live()
    .send()
    .await;
```*/
    #[doc(alias = "getCurrentSharedSecretTimeToLive")]
    pub fn get_current_shared_secret_time_to_live(
        &self,
    ) -> builder::GetCurrentSharedSecretTimeToLive<'_> {
        builder::GetCurrentSharedSecretTimeToLive::new(self)
    }
    /**Get a scan engine

Returns one engine with its status and versions.

Sends a `GET` request to `/api/3/scan_engines/{id}`

Arguments:
- `id`: Id of the scan engine.
```text
let response = client.get_scan_engine()
    .id(id)
    .send()
    .await;
```*/
    #[doc(alias = "getScanEngine")]
    pub fn get_scan_engine(&self) -> builder::GetScanEngine<'_> {
        builder::GetScanEngine::new(self)
    }
    /**Update a scan engine

Changes the address, the name, the port or the sites of an engine.

Sends a `PUT` request to `/api/3/scan_engines/{id}`

Arguments:
- `id`: Id of the scan engine.
- `body`: The new state of the engine.
```text
let response = client.update_scan_engine()
    .id(id)
    .body(body)
    .send()
    .await;
```*/
    #[doc(alias = "updateScanEngine")]
    pub fn update_scan_engine(&self) -> builder::UpdateScanEngine<'_> {
        builder::UpdateScanEngine::new(self)
    }
    /**Delete a scan engine

Removes an engine from the console.

Sends a `DELETE` request to `/api/3/scan_engines/{id}`

Arguments:
- `id`: Id of the scan engine.
```text
let response = client.delete_scan_engine()
    .id(id)
    .send()
    .await;
```*/
    #[doc(alias = "deleteScanEngine")]
    pub fn delete_scan_engine(&self) -> builder::DeleteScanEngine<'_> {
        builder::DeleteScanEngine::new(self)
    }
    /**List an engine's pools

Returns the pools that an engine is in. The list is not paged.

Sends a `GET` request to `/api/3/scan_engines/{id}/scan_engine_pools`

Arguments:
- `id`: Id of the scan engine.
```text
let response = client.get_assigned_engine_pools()
    .id(id)
    .send()
    .await;
```*/
    #[doc(alias = "getAssignedEnginePools")]
    pub fn get_assigned_engine_pools(&self) -> builder::GetAssignedEnginePools<'_> {
        builder::GetAssignedEnginePools::new(self)
    }
    /**List an engine's scans

Returns one page of the scans that an engine has run.

Sends a `GET` request to `/api/3/scan_engines/{id}/scans`

Arguments:
- `id`: Id of the scan engine.
- `page`: Index of the page to return, counted from 0. The console takes 0 when it is left out.
- `size`: Number of resources on a page, from 1 to 500. The console takes 10 when it is left out.
- `sort`: Property to order the resources by: `property`, `property,ASC` or `property,DESC`. Ascending when no direction is given. Repeat the parameter to order by several properties.
```text
let response = client.get_scan_engine_scans()
    .id(id)
    .page(page)
    .size(size)
    .sort(sort)
    .send()
    .await;
```*/
    #[doc(alias = "getScanEngineScans")]
    pub fn get_scan_engine_scans(&self) -> builder::GetScanEngineScans<'_> {
        builder::GetScanEngineScans::new(self)
    }
    /**List an engine's sites

Returns one page of the sites that an engine is assigned to.

Sends a `GET` request to `/api/3/scan_engines/{id}/sites`

Arguments:
- `id`: Id of the scan engine.
- `page`: Index of the page to return, counted from 0. The console takes 0 when it is left out.
- `size`: Number of resources on a page, from 1 to 500. The console takes 10 when it is left out.
- `sort`: Property to order the resources by: `property`, `property,ASC` or `property,DESC`. Ascending when no direction is given. Repeat the parameter to order by several properties.
```text
let response = client.get_scan_engine_sites()
    .id(id)
    .page(page)
    .size(size)
    .sort(sort)
    .send()
    .await;
```*/
    #[doc(alias = "getScanEngineSites")]
    pub fn get_scan_engine_sites(&self) -> builder::GetScanEngineSites<'_> {
        builder::GetScanEngineSites::new(self)
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    #[allow(unused_imports)]
    use super::{
        encode_path, SharedSecret, ClientInfo, ClientHooks, Error, OperationInfo,
        RequestBuilderExt, ResponseValue,
    };
    /**Builder for [`Client::get_scan_engine_pools`]

[`Client::get_scan_engine_pools`]: super::Client::get_scan_engine_pools*/
    #[derive(Debug, Clone)]
    pub struct GetScanEnginePools<'a> {
        client: &'a super::Client,
    }
    impl<'a> GetScanEnginePools<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self { client: client }
        }
        ///Sends a `GET` request to `/api/3/scan_engine_pools`
        pub async fn send(self) -> Result<ResponseValue<types::EnginePools>, Error> {
            let Self { client } = self;
            let url = format!("{}/api/3/scan_engine_pools", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "getScanEnginePools",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                200..=299 => ResponseValue::from_response(response).await,
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::create_scan_engine_pool`]

[`Client::create_scan_engine_pool`]: super::Client::create_scan_engine_pool*/
    #[derive(Debug, Clone)]
    pub struct CreateScanEnginePool<'a> {
        client: &'a super::Client,
        body: Result<types::builder::EnginePoolCreate, String>,
    }
    impl<'a> CreateScanEnginePool<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::EnginePoolCreate>,
            <V as std::convert::TryInto<
                types::EnginePoolCreate,
            >>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| {
                    format!("conversion to `EnginePoolCreate` for body failed: {}", s)
                });
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(
                types::builder::EnginePoolCreate,
            ) -> types::builder::EnginePoolCreate,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends a `POST` request to `/api/3/scan_engine_pools`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<types::CreatedReference>, Error> {
            let Self { client, body } = self;
            let body = body
                .and_then(|v| {
                    types::EnginePoolCreate::try_from(v).map_err(|e| e.to_string())
                })
                .map_err(Error::refusal_of("createScanEnginePool"))?;
            let url = format!("{}/api/3/scan_engine_pools", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .post(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .json(&body)
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "createScanEnginePool",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                200..=299 => ResponseValue::from_response(response).await,
                400u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::get_engine_pool`]

[`Client::get_engine_pool`]: super::Client::get_engine_pool*/
    #[derive(Debug, Clone)]
    pub struct GetEnginePool<'a> {
        client: &'a super::Client,
        id: Result<i32, String>,
    }
    impl<'a> GetEnginePool<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                id: Err("id was not initialized".to_string()),
            }
        }
        pub fn id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i32>,
        {
            self.id = value
                .try_into()
                .map_err(|_| "conversion to `i32` for id failed".to_string());
            self
        }
        ///Sends a `GET` request to `/api/3/scan_engine_pools/{id}`
        pub async fn send(self) -> Result<ResponseValue<types::EnginePool>, Error> {
            let Self { client, id } = self;
            let id = id.map_err(Error::refusal_of("getEnginePool"))?;
            let url = format!(
                "{}/api/3/scan_engine_pools/{}", client.baseurl, encode_path(& id
                .to_string()),
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "getEnginePool",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                200..=299 => ResponseValue::from_response(response).await,
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::update_scan_engine_pool`]

[`Client::update_scan_engine_pool`]: super::Client::update_scan_engine_pool*/
    #[derive(Debug, Clone)]
    pub struct UpdateScanEnginePool<'a> {
        client: &'a super::Client,
        id: Result<i32, String>,
        body: Result<types::builder::EnginePoolUpdate, String>,
    }
    impl<'a> UpdateScanEnginePool<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                id: Err("id was not initialized".to_string()),
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i32>,
        {
            self.id = value
                .try_into()
                .map_err(|_| "conversion to `i32` for id failed".to_string());
            self
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::EnginePoolUpdate>,
            <V as std::convert::TryInto<
                types::EnginePoolUpdate,
            >>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| {
                    format!("conversion to `EnginePoolUpdate` for body failed: {}", s)
                });
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(
                types::builder::EnginePoolUpdate,
            ) -> types::builder::EnginePoolUpdate,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends a `PUT` request to `/api/3/scan_engine_pools/{id}`
        pub async fn send(self) -> Result<ResponseValue<types::Links>, Error> {
            let Self { client, id, body } = self;
            let id = id.map_err(Error::refusal_of("updateScanEnginePool"))?;
            let body = body
                .and_then(|v| {
                    types::EnginePoolUpdate::try_from(v).map_err(|e| e.to_string())
                })
                .map_err(Error::refusal_of("updateScanEnginePool"))?;
            let url = format!(
                "{}/api/3/scan_engine_pools/{}", client.baseurl, encode_path(& id
                .to_string()),
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .put(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .json(&body)
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "updateScanEnginePool",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                200..=299 => ResponseValue::from_response(response).await,
                400u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::remove_scan_engine_pool`]

[`Client::remove_scan_engine_pool`]: super::Client::remove_scan_engine_pool*/
    #[derive(Debug, Clone)]
    pub struct RemoveScanEnginePool<'a> {
        client: &'a super::Client,
        id: Result<i32, String>,
    }
    impl<'a> RemoveScanEnginePool<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                id: Err("id was not initialized".to_string()),
            }
        }
        pub fn id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i32>,
        {
            self.id = value
                .try_into()
                .map_err(|_| "conversion to `i32` for id failed".to_string());
            self
        }
        ///Sends a `DELETE` request to `/api/3/scan_engine_pools/{id}`
        pub async fn send(self) -> Result<ResponseValue<types::Links>, Error> {
            let Self { client, id } = self;
            let id = id.map_err(Error::refusal_of("removeScanEnginePool"))?;
            let url = format!(
                "{}/api/3/scan_engine_pools/{}", client.baseurl, encode_path(& id
                .to_string()),
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .delete(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "removeScanEnginePool",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                200..=299 => ResponseValue::from_response(response).await,
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::get_scan_engine_pool_scan_engines`]

[`Client::get_scan_engine_pool_scan_engines`]: super::Client::get_scan_engine_pool_scan_engines*/
    #[derive(Debug, Clone)]
    pub struct GetScanEnginePoolScanEngines<'a> {
        client: &'a super::Client,
        id: Result<i32, String>,
    }
    impl<'a> GetScanEnginePoolScanEngines<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                id: Err("id was not initialized".to_string()),
            }
        }
        pub fn id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i32>,
        {
            self.id = value
                .try_into()
                .map_err(|_| "conversion to `i32` for id failed".to_string());
            self
        }
        ///Sends a `GET` request to `/api/3/scan_engine_pools/{id}/engines`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<types::EngineReferences>, Error> {
            let Self { client, id } = self;
            let id = id.map_err(Error::refusal_of("getScanEnginePoolScanEngines"))?;
            let url = format!(
                "{}/api/3/scan_engine_pools/{}/engines", client.baseurl, encode_path(& id
                .to_string()),
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "getScanEnginePoolScanEngines",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                200..=299 => ResponseValue::from_response(response).await,
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::set_scan_engine_pool_scan_engines`]

[`Client::set_scan_engine_pool_scan_engines`]: super::Client::set_scan_engine_pool_scan_engines*/
    #[derive(Debug, Clone)]
    pub struct SetScanEnginePoolScanEngines<'a> {
        client: &'a super::Client,
        id: Result<i32, String>,
        body: Result<::std::vec::Vec<i32>, String>,
    }
    impl<'a> SetScanEnginePoolScanEngines<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                id: Err("id was not initialized".to_string()),
                body: Err("body was not initialized".to_string()),
            }
        }
        pub fn id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i32>,
        {
            self.id = value
                .try_into()
                .map_err(|_| "conversion to `i32` for id failed".to_string());
            self
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::vec::Vec<i32>>,
        {
            self.body = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: vec :: Vec < i32 >` for body failed"
                        .to_string()
                });
            self
        }
        ///Sends a `PUT` request to `/api/3/scan_engine_pools/{id}/engines`
        pub async fn send(self) -> Result<ResponseValue<types::Links>, Error> {
            let Self { client, id, body } = self;
            let id = id.map_err(Error::refusal_of("setScanEnginePoolScanEngines"))?;
            let body = body.map_err(Error::refusal_of("setScanEnginePoolScanEngines"))?;
            let url = format!(
                "{}/api/3/scan_engine_pools/{}/engines", client.baseurl, encode_path(& id
                .to_string()),
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .put(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .json(&body)
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "setScanEnginePoolScanEngines",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                200..=299 => ResponseValue::from_response(response).await,
                400u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::add_scan_engine_pool_scan_engine`]

[`Client::add_scan_engine_pool_scan_engine`]: super::Client::add_scan_engine_pool_scan_engine*/
    #[derive(Debug, Clone)]
    pub struct AddScanEnginePoolScanEngine<'a> {
        client: &'a super::Client,
        id: Result<i32, String>,
        engine_id: Result<i32, String>,
    }
    impl<'a> AddScanEnginePoolScanEngine<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                id: Err("id was not initialized".to_string()),
                engine_id: Err("engine_id was not initialized".to_string()),
            }
        }
        pub fn id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i32>,
        {
            self.id = value
                .try_into()
                .map_err(|_| "conversion to `i32` for id failed".to_string());
            self
        }
        pub fn engine_id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i32>,
        {
            self.engine_id = value
                .try_into()
                .map_err(|_| "conversion to `i32` for engine_id failed".to_string());
            self
        }
        ///Sends a `PUT` request to `/api/3/scan_engine_pools/{id}/engines/{engineId}`
        pub async fn send(self) -> Result<ResponseValue<types::Links>, Error> {
            let Self { client, id, engine_id } = self;
            let id = id.map_err(Error::refusal_of("addScanEnginePoolScanEngine"))?;
            let engine_id = engine_id
                .map_err(Error::refusal_of("addScanEnginePoolScanEngine"))?;
            let url = format!(
                "{}/api/3/scan_engine_pools/{}/engines/{}", client.baseurl, encode_path(&
                id.to_string()), encode_path(& engine_id.to_string()),
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .put(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "addScanEnginePoolScanEngine",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                200..=299 => ResponseValue::from_response(response).await,
                400u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::remove_scan_engine_pool_scan_engine`]

[`Client::remove_scan_engine_pool_scan_engine`]: super::Client::remove_scan_engine_pool_scan_engine*/
    #[derive(Debug, Clone)]
    pub struct RemoveScanEnginePoolScanEngine<'a> {
        client: &'a super::Client,
        id: Result<i32, String>,
        engine_id: Result<i32, String>,
    }
    impl<'a> RemoveScanEnginePoolScanEngine<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                id: Err("id was not initialized".to_string()),
                engine_id: Err("engine_id was not initialized".to_string()),
            }
        }
        pub fn id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i32>,
        {
            self.id = value
                .try_into()
                .map_err(|_| "conversion to `i32` for id failed".to_string());
            self
        }
        pub fn engine_id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i32>,
        {
            self.engine_id = value
                .try_into()
                .map_err(|_| "conversion to `i32` for engine_id failed".to_string());
            self
        }
        ///Sends a `DELETE` request to `/api/3/scan_engine_pools/{id}/engines/{engineId}`
        pub async fn send(self) -> Result<ResponseValue<types::Links>, Error> {
            let Self { client, id, engine_id } = self;
            let id = id.map_err(Error::refusal_of("removeScanEnginePoolScanEngine"))?;
            let engine_id = engine_id
                .map_err(Error::refusal_of("removeScanEnginePoolScanEngine"))?;
            let url = format!(
                "{}/api/3/scan_engine_pools/{}/engines/{}", client.baseurl, encode_path(&
                id.to_string()), encode_path(& engine_id.to_string()),
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .delete(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "removeScanEnginePoolScanEngine",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                200..=299 => ResponseValue::from_response(response).await,
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::get_scan_engine_pool_sites`]

[`Client::get_scan_engine_pool_sites`]: super::Client::get_scan_engine_pool_sites*/
    #[derive(Debug, Clone)]
    pub struct GetScanEnginePoolSites<'a> {
        client: &'a super::Client,
        id: Result<i32, String>,
    }
    impl<'a> GetScanEnginePoolSites<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                id: Err("id was not initialized".to_string()),
            }
        }
        pub fn id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i32>,
        {
            self.id = value
                .try_into()
                .map_err(|_| "conversion to `i32` for id failed".to_string());
            self
        }
        ///Sends a `GET` request to `/api/3/scan_engine_pools/{id}/sites`
        pub async fn send(self) -> Result<ResponseValue<types::SiteReferences>, Error> {
            let Self { client, id } = self;
            let id = id.map_err(Error::refusal_of("getScanEnginePoolSites"))?;
            let url = format!(
                "{}/api/3/scan_engine_pools/{}/sites", client.baseurl, encode_path(& id
                .to_string()),
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "getScanEnginePoolSites",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                200..=299 => ResponseValue::from_response(response).await,
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::get_scan_engines`]

[`Client::get_scan_engines`]: super::Client::get_scan_engines*/
    #[derive(Debug, Clone)]
    pub struct GetScanEngines<'a> {
        client: &'a super::Client,
    }
    impl<'a> GetScanEngines<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self { client: client }
        }
        ///Sends a `GET` request to `/api/3/scan_engines`
        pub async fn send(self) -> Result<ResponseValue<types::ScanEngines>, Error> {
            let Self { client } = self;
            let url = format!("{}/api/3/scan_engines", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "getScanEngines",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                200..=299 => ResponseValue::from_response(response).await,
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::create_scan_engine`]

[`Client::create_scan_engine`]: super::Client::create_scan_engine*/
    #[derive(Debug, Clone)]
    pub struct CreateScanEngine<'a> {
        client: &'a super::Client,
        body: Result<types::builder::ScanEngineCreate, String>,
    }
    impl<'a> CreateScanEngine<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::ScanEngineCreate>,
            <V as std::convert::TryInto<
                types::ScanEngineCreate,
            >>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| {
                    format!("conversion to `ScanEngineCreate` for body failed: {}", s)
                });
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(
                types::builder::ScanEngineCreate,
            ) -> types::builder::ScanEngineCreate,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends a `POST` request to `/api/3/scan_engines`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<types::CreatedReference>, Error> {
            let Self { client, body } = self;
            let body = body
                .and_then(|v| {
                    types::ScanEngineCreate::try_from(v).map_err(|e| e.to_string())
                })
                .map_err(Error::refusal_of("createScanEngine"))?;
            let url = format!("{}/api/3/scan_engines", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .post(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .json(&body)
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "createScanEngine",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200..=299 => ResponseValue::from_response(response).await,
                201u16 => ResponseValue::from_response(response).await,
                400u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::get_current_shared_secret`]

[`Client::get_current_shared_secret`]: super::Client::get_current_shared_secret*/
    #[derive(Debug, Clone)]
    pub struct GetCurrentSharedSecret<'a> {
        client: &'a super::Client,
    }
    impl<'a> GetCurrentSharedSecret<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self { client: client }
        }
        ///Sends a `GET` request to `/api/3/scan_engines/shared_secret`
        pub async fn send(self) -> Result<ResponseValue<SharedSecret>, Error> {
            let Self { client } = self;
            let url = format!("{}/api/3/scan_engines/shared_secret", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client.client.get(url).headers(header_map).build()?;
            let info = OperationInfo {
                operation_id: "getCurrentSharedSecret",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => Ok(ResponseValue::stream(response)),
                200..=299 => Ok(ResponseValue::stream(response)),
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::create_shared_secret`]

[`Client::create_shared_secret`]: super::Client::create_shared_secret*/
    #[derive(Debug, Clone)]
    pub struct CreateSharedSecret<'a> {
        client: &'a super::Client,
    }
    impl<'a> CreateSharedSecret<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self { client: client }
        }
        ///Sends a `POST` request to `/api/3/scan_engines/shared_secret`
        pub async fn send(self) -> Result<ResponseValue<SharedSecret>, Error> {
            let Self { client } = self;
            let url = format!("{}/api/3/scan_engines/shared_secret", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client.client.post(url).headers(header_map).build()?;
            let info = OperationInfo {
                operation_id: "createSharedSecret",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200..=299 => Ok(ResponseValue::stream(response)),
                201u16 => Ok(ResponseValue::stream(response)),
                400u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::delete_shared_secret`]

[`Client::delete_shared_secret`]: super::Client::delete_shared_secret*/
    #[derive(Debug, Clone)]
    pub struct DeleteSharedSecret<'a> {
        client: &'a super::Client,
    }
    impl<'a> DeleteSharedSecret<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self { client: client }
        }
        ///Sends a `DELETE` request to `/api/3/scan_engines/shared_secret`
        pub async fn send(self) -> Result<ResponseValue<types::Links>, Error> {
            let Self { client } = self;
            let url = format!("{}/api/3/scan_engines/shared_secret", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .delete(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "deleteSharedSecret",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                200..=299 => ResponseValue::from_response(response).await,
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::get_current_shared_secret_time_to_live`]

[`Client::get_current_shared_secret_time_to_live`]: super::Client::get_current_shared_secret_time_to_live*/
    #[derive(Debug, Clone)]
    pub struct GetCurrentSharedSecretTimeToLive<'a> {
        client: &'a super::Client,
    }
    impl<'a> GetCurrentSharedSecretTimeToLive<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self { client: client }
        }
        ///Sends a `GET` request to `/api/3/scan_engines/shared_secret/time_to_live`
        pub async fn send(self) -> Result<ResponseValue<i64>, Error> {
            let Self { client } = self;
            let url = format!(
                "{}/api/3/scan_engines/shared_secret/time_to_live", client.baseurl,
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "getCurrentSharedSecretTimeToLive",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                200..=299 => ResponseValue::from_response(response).await,
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::get_scan_engine`]

[`Client::get_scan_engine`]: super::Client::get_scan_engine*/
    #[derive(Debug, Clone)]
    pub struct GetScanEngine<'a> {
        client: &'a super::Client,
        id: Result<i32, String>,
    }
    impl<'a> GetScanEngine<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                id: Err("id was not initialized".to_string()),
            }
        }
        pub fn id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i32>,
        {
            self.id = value
                .try_into()
                .map_err(|_| "conversion to `i32` for id failed".to_string());
            self
        }
        ///Sends a `GET` request to `/api/3/scan_engines/{id}`
        pub async fn send(self) -> Result<ResponseValue<types::ScanEngine>, Error> {
            let Self { client, id } = self;
            let id = id.map_err(Error::refusal_of("getScanEngine"))?;
            let url = format!(
                "{}/api/3/scan_engines/{}", client.baseurl, encode_path(& id
                .to_string()),
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "getScanEngine",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                200..=299 => ResponseValue::from_response(response).await,
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::update_scan_engine`]

[`Client::update_scan_engine`]: super::Client::update_scan_engine*/
    #[derive(Debug, Clone)]
    pub struct UpdateScanEngine<'a> {
        client: &'a super::Client,
        id: Result<i32, String>,
        body: Result<types::builder::ScanEngineUpdate, String>,
    }
    impl<'a> UpdateScanEngine<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                id: Err("id was not initialized".to_string()),
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i32>,
        {
            self.id = value
                .try_into()
                .map_err(|_| "conversion to `i32` for id failed".to_string());
            self
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::ScanEngineUpdate>,
            <V as std::convert::TryInto<
                types::ScanEngineUpdate,
            >>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| {
                    format!("conversion to `ScanEngineUpdate` for body failed: {}", s)
                });
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(
                types::builder::ScanEngineUpdate,
            ) -> types::builder::ScanEngineUpdate,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends a `PUT` request to `/api/3/scan_engines/{id}`
        pub async fn send(self) -> Result<ResponseValue<types::Links>, Error> {
            let Self { client, id, body } = self;
            let id = id.map_err(Error::refusal_of("updateScanEngine"))?;
            let body = body
                .and_then(|v| {
                    types::ScanEngineUpdate::try_from(v).map_err(|e| e.to_string())
                })
                .map_err(Error::refusal_of("updateScanEngine"))?;
            let url = format!(
                "{}/api/3/scan_engines/{}", client.baseurl, encode_path(& id
                .to_string()),
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .put(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .json(&body)
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "updateScanEngine",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                200..=299 => ResponseValue::from_response(response).await,
                400u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::delete_scan_engine`]

[`Client::delete_scan_engine`]: super::Client::delete_scan_engine*/
    #[derive(Debug, Clone)]
    pub struct DeleteScanEngine<'a> {
        client: &'a super::Client,
        id: Result<i32, String>,
    }
    impl<'a> DeleteScanEngine<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                id: Err("id was not initialized".to_string()),
            }
        }
        pub fn id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i32>,
        {
            self.id = value
                .try_into()
                .map_err(|_| "conversion to `i32` for id failed".to_string());
            self
        }
        ///Sends a `DELETE` request to `/api/3/scan_engines/{id}`
        pub async fn send(self) -> Result<ResponseValue<types::Links>, Error> {
            let Self { client, id } = self;
            let id = id.map_err(Error::refusal_of("deleteScanEngine"))?;
            let url = format!(
                "{}/api/3/scan_engines/{}", client.baseurl, encode_path(& id
                .to_string()),
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .delete(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "deleteScanEngine",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                200..=299 => ResponseValue::from_response(response).await,
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::get_assigned_engine_pools`]

[`Client::get_assigned_engine_pools`]: super::Client::get_assigned_engine_pools*/
    #[derive(Debug, Clone)]
    pub struct GetAssignedEnginePools<'a> {
        client: &'a super::Client,
        id: Result<i32, String>,
    }
    impl<'a> GetAssignedEnginePools<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                id: Err("id was not initialized".to_string()),
            }
        }
        pub fn id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i32>,
        {
            self.id = value
                .try_into()
                .map_err(|_| "conversion to `i32` for id failed".to_string());
            self
        }
        ///Sends a `GET` request to `/api/3/scan_engines/{id}/scan_engine_pools`
        pub async fn send(self) -> Result<ResponseValue<types::EnginePools>, Error> {
            let Self { client, id } = self;
            let id = id.map_err(Error::refusal_of("getAssignedEnginePools"))?;
            let url = format!(
                "{}/api/3/scan_engines/{}/scan_engine_pools", client.baseurl,
                encode_path(& id.to_string()),
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "getAssignedEnginePools",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                200..=299 => ResponseValue::from_response(response).await,
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::get_scan_engine_scans`]

[`Client::get_scan_engine_scans`]: super::Client::get_scan_engine_scans*/
    #[derive(Debug, Clone)]
    pub struct GetScanEngineScans<'a> {
        client: &'a super::Client,
        id: Result<i32, String>,
        page: Result<Option<i32>, String>,
        size: Result<Option<i32>, String>,
        sort: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
    }
    impl<'a> GetScanEngineScans<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                id: Err("id was not initialized".to_string()),
                page: Ok(None),
                size: Ok(None),
                sort: Ok(None),
            }
        }
        pub fn id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i32>,
        {
            self.id = value
                .try_into()
                .map_err(|_| "conversion to `i32` for id failed".to_string());
            self
        }
        pub fn page<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i32>,
        {
            self.page = value
                .try_into()
                .map(Some)
                .map_err(|_| "conversion to `i32` for page failed".to_string());
            self
        }
        pub fn size<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i32>,
        {
            self.size = value
                .try_into()
                .map(Some)
                .map_err(|_| "conversion to `i32` for size failed".to_string());
            self
        }
        pub fn sort<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
        {
            self.sort = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for sort failed"
                        .to_string()
                });
            self
        }
        ///Sends a `GET` request to `/api/3/scan_engines/{id}/scans`
        pub async fn send(self) -> Result<ResponseValue<types::ScanPage>, Error> {
            let Self { client, id, page, size, sort } = self;
            let id = id.map_err(Error::refusal_of("getScanEngineScans"))?;
            let page = page.map_err(Error::refusal_of("getScanEngineScans"))?;
            let size = size.map_err(Error::refusal_of("getScanEngineScans"))?;
            let sort = sort.map_err(Error::refusal_of("getScanEngineScans"))?;
            let url = format!(
                "{}/api/3/scan_engines/{}/scans", client.baseurl, encode_path(& id
                .to_string()),
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .query(&crate::insightvm::runtime::QueryParam::new("page", &page))
                .query(&crate::insightvm::runtime::QueryParam::new("size", &size))
                .query(&crate::insightvm::runtime::QueryParam::new("sort", &sort))
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "getScanEngineScans",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                200..=299 => ResponseValue::from_response(response).await,
                400u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::get_scan_engine_sites`]

[`Client::get_scan_engine_sites`]: super::Client::get_scan_engine_sites*/
    #[derive(Debug, Clone)]
    pub struct GetScanEngineSites<'a> {
        client: &'a super::Client,
        id: Result<i32, String>,
        page: Result<Option<i32>, String>,
        size: Result<Option<i32>, String>,
        sort: Result<Option<::std::vec::Vec<::std::string::String>>, String>,
    }
    impl<'a> GetScanEngineSites<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                id: Err("id was not initialized".to_string()),
                page: Ok(None),
                size: Ok(None),
                sort: Ok(None),
            }
        }
        pub fn id<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i32>,
        {
            self.id = value
                .try_into()
                .map_err(|_| "conversion to `i32` for id failed".to_string());
            self
        }
        pub fn page<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i32>,
        {
            self.page = value
                .try_into()
                .map(Some)
                .map_err(|_| "conversion to `i32` for page failed".to_string());
            self
        }
        pub fn size<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i32>,
        {
            self.size = value
                .try_into()
                .map(Some)
                .map_err(|_| "conversion to `i32` for size failed".to_string());
            self
        }
        pub fn sort<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::vec::Vec<::std::string::String>>,
        {
            self.sort = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: vec :: Vec < :: std :: string :: String >` for sort failed"
                        .to_string()
                });
            self
        }
        ///Sends a `GET` request to `/api/3/scan_engines/{id}/sites`
        pub async fn send(self) -> Result<ResponseValue<types::SitePage>, Error> {
            let Self { client, id, page, size, sort } = self;
            let id = id.map_err(Error::refusal_of("getScanEngineSites"))?;
            let page = page.map_err(Error::refusal_of("getScanEngineSites"))?;
            let size = size.map_err(Error::refusal_of("getScanEngineSites"))?;
            let sort = sort.map_err(Error::refusal_of("getScanEngineSites"))?;
            let url = format!(
                "{}/api/3/scan_engines/{}/sites", client.baseurl, encode_path(& id
                .to_string()),
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .query(&crate::insightvm::runtime::QueryParam::new("page", &page))
                .query(&crate::insightvm::runtime::QueryParam::new("size", &size))
                .query(&crate::insightvm::runtime::QueryParam::new("sort", &sort))
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "getScanEngineSites",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                200..=299 => ResponseValue::from_response(response).await,
                400u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                401u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                500u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                503u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
}
