// Generated from spec/insightvm.yaml by build.rs. Do not edit.

use crate::{
    Response, Result,
    insightvm::{
        Client, SharedSecret, check::{Bound::*, argument},
        runtime::{self as progenitor_client, OperationInfo, encode_path},
    },
};
/// The records that the console returns, and the bodies that are sent to it.
pub mod types {
    #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    #[non_exhaustive]
    ///What the console says about a failure. Anything may be missing, and some failures come as bare text or HTML instead.
    pub struct ApiError {
        ///Links to what is related to the failure.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub links: ::std::vec::Vec<Link>,
        ///What went wrong, for people.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub message: ::std::option::Option<::std::string::String>,
        ///The HTTP status code. A number on the wire, a string in the vendor's documents.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub status: ::std::option::Option<::serde_json::Value>,
        ///What is not documented, or not of its documented type, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::insightvm::decode::record! {
        ApiError { links = read("links"), message = read("message"), status =
        read("status"), extra = rest("extra") }
    }
    #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    #[non_exhaustive]
    ///What was just created.
    pub struct CreatedReference {
        ///Id of the new resource.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub id: ::std::option::Option<i32>,
        ///Links to the new resource and to what is related to it.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub links: ::std::vec::Vec<Link>,
        ///What is not documented, or not of its documented type, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::insightvm::decode::record! {
        CreatedReference { id = read("id"), links = read("links"), extra = rest("extra")
        }
    }
    #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    #[non_exhaustive]
    ///An engine that took part in a scan.
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
        ///What is not documented, or not of its documented type, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::insightvm::decode::record! {
        EngineId { id = read("id"), new_scan_engine = read("newScanEngine"), scope =
        read("scope"), extra = rest("extra") }
    }
    #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    #[non_exhaustive]
    ///A group of scan engines that share the work of a scan.
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
        ///Ids of the sites that the pool is assigned to. Not every release sends them.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub sites: ::std::vec::Vec<i32>,
        ///What is not documented, or not of its documented type, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::insightvm::decode::record! {
        EnginePool { engines = read("engines"), id = read("id"), links = read("links"),
        name = read("name"), sites = read("sites"), extra = rest("extra") } new(id : i32,
        name : ::std::string::String)
    }
    #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    #[non_exhaustive]
    ///An engine pool to add. The console chooses the id, and rejects a body that holds one.
    pub struct EnginePoolCreate {
        ///Ids of the engines to put into the pool. A console rejects a pool without an engine.
        pub engines: ::std::vec::Vec<i32>,
        ///Name of the pool.
        pub name: ::std::string::String,
        ///Ids of the sites to assign the pool to.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub sites: ::std::vec::Vec<i32>,
        ///What is not documented, or not of its documented type, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::insightvm::decode::record! {
        EnginePoolCreate { engines = read("engines"), name = read("name"), sites =
        read("sites"), extra = rest("extra") } new(name : ::std::string::String, engines
        : ::std::vec::Vec < i32 >)
    }
    #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    #[non_exhaustive]
    ///The new state of an engine pool. The path says which one.
    pub struct EnginePoolUpdate {
        ///Ids of the engines in the pool: left out, they stay as they are; empty, all are removed.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub engines: ::std::option::Option<::std::vec::Vec<i32>>,
        ///Name of the pool.
        pub name: ::std::string::String,
        ///Ids of the sites that the pool is assigned to: left out, they stay as they are; empty, it is assigned to none.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub sites: ::std::option::Option<::std::vec::Vec<i32>>,
        ///What is not documented, or not of its documented type, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::insightvm::decode::record! {
        EnginePoolUpdate { engines = read("engines"), name = read("name"), sites =
        read("sites"), extra = rest("extra") } new(name : ::std::string::String)
    }
    #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    #[non_exhaustive]
    ///Engine pools. The list is not paged.
    pub struct EnginePools {
        ///Links to this list and to what is related to it.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub links: ::std::vec::Vec<Link>,
        ///The pools.
        pub resources: ::std::vec::Vec<EnginePool>,
        ///What is not documented, or not of its documented type, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::insightvm::decode::record! {
        EnginePools { links = read("links"), resources = records("resources"), extra =
        rest("extra") } new(resources : ::std::vec::Vec < EnginePool >)
    }
    #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    #[non_exhaustive]
    ///Scan engines by id.
    pub struct EngineReferences {
        ///Links to this list and to the engines in it.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub links: ::std::vec::Vec<Link>,
        ///Ids of the engines.
        pub resources: ::std::vec::Vec<i32>,
        ///What is not documented, or not of its documented type, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::insightvm::decode::record! {
        EngineReferences { links = read("links"), resources = records("resources"), extra
        = rest("extra") } new(resources : ::std::vec::Vec < i32 >)
    }
    #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    #[non_exhaustive]
    ///A link to a resource.
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
        ///What is not documented, or not of its documented type, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::insightvm::decode::record! {
        Link { href = read("href"), id = read("id"), rel = read("rel"), extra =
        rest("extra") }
    }
    #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    #[non_exhaustive]
    ///Links and nothing else. The response of operations that have no result.
    pub struct Links {
        ///Links to what the operation was about and to what is related to it.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub links: ::std::vec::Vec<Link>,
        ///What is not documented, or not of its documented type, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::insightvm::decode::record! {
        Links { links = read("links"), extra = rest("extra") }
    }
    #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    #[non_exhaustive]
    ///Which page this is, and of how many.
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
        ///What is not documented, or not of its documented type, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::insightvm::decode::record! {
        PageInfo { number = read("number"), size = read("size"), total_pages =
        read("totalPages"), total_resources = read("totalResources"), extra =
        rest("extra") }
    }
    #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    #[non_exhaustive]
    ///A scan that ran, or runs, on an engine.
    pub struct Scan {
        ///Number of assets found.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub assets: ::std::option::Option<i32>,
        ///How long the scan took. An ISO 8601 duration, such as `PT51.316S`.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub duration: ::std::option::Option<::jiff::SignedDuration>,
        ///When the scan ended. ISO 8601 with milliseconds, UTC.
        #[serde(
            rename = "endTime",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub end_time: ::std::option::Option<::jiff::Timestamp>,
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
        ///What started a scan. Values that are not listed, and other letter cases, occur.
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
        pub start_time: ::std::option::Option<::jiff::Timestamp>,
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
        ///State of a scan. Values that are not listed, and other letter cases, occur.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub status: ::std::option::Option<crate::insightvm::ScanStatus>,
        ///Numbers of vulnerabilities by severity: those that a scan found, or the distinct ones on the assets of a site.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub vulnerabilities: ::std::option::Option<Vulnerabilities>,
        ///What is not documented, or not of its documented type, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::insightvm::decode::record! {
        Scan { assets = read("assets"), duration = read("duration"), end_time =
        read("endTime"), engine_id = read("engineId"), engine_ids = read("engineIds"),
        engine_name = read("engineName"), id = read("id"), links = read("links"), message
        = read("message"), scan_name = read("scanName"), scan_type = read("scanType"),
        start_time = read("startTime"), started_by = read("startedBy"),
        started_by_username = read("startedByUsername"), status = read("status"),
        vulnerabilities = read("vulnerabilities"), extra = rest("extra") } new(id : i64)
    }
    #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    #[non_exhaustive]
    ///A scan engine as the console reports it. Pools are listed among the engines too, and can be distinguished by their port.
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
        ///Ids of the pools that the engine is in. Not every release sends them.
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
        pub last_refreshed_date: ::std::option::Option<::jiff::Timestamp>,
        ///When the engine was last updated. ISO 8601 with milliseconds, UTC.
        #[serde(
            rename = "lastUpdatedDate",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub last_updated_date: ::std::option::Option<::jiff::Timestamp>,
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
        ///State of a scan engine, seen from the console. `incompatible-version`: its software does not match the console's. `pending-authorization`: the console may not connect to it yet. Values that are not listed, and other letter cases, occur.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub status: ::std::option::Option<crate::insightvm::ScanEngineStatus>,
        ///What is not documented, or not of its documented type, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::insightvm::decode::record! {
        ScanEngine { address = read("address"), content_version = read("contentVersion"),
        engine_pools = read("enginePools"), id = read("id"), is_aws_pre_auth_engine =
        read("isAWSPreAuthEngine"), last_refreshed_date = read("lastRefreshedDate"),
        last_updated_date = read("lastUpdatedDate"), links = read("links"), name =
        read("name"), port = read("port"), product_version = read("productVersion"),
        serial_number = read("serialNumber"), sites = read("sites"), status =
        read("status"), extra = rest("extra") } new(id : i32, name :
        ::std::string::String)
    }
    #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    #[non_exhaustive]
    ///A scan engine to add. The console chooses the id, and rejects a body that holds one.
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
        ///What is not documented, or not of its documented type, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::insightvm::decode::record! {
        ScanEngineCreate { address = read("address"), name = read("name"), port =
        read("port"), sites = read("sites"), extra = rest("extra") } new(name :
        ::std::string::String, address : ::std::string::String, port : i32)
    }
    #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    #[non_exhaustive]
    ///The new state of a scan engine. The path says which one.
    pub struct ScanEngineUpdate {
        ///Host name or IP address of the engine.
        pub address: ::std::string::String,
        ///Name of the engine.
        pub name: ::std::string::String,
        ///Port on which the engine and the console talk, from 1 to 65535.
        pub port: i32,
        ///Ids of the sites that the engine is assigned to: left out, they stay as they are; empty, it is assigned to none.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub sites: ::std::option::Option<::std::vec::Vec<i32>>,
        ///What is not documented, or not of its documented type, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::insightvm::decode::record! {
        ScanEngineUpdate { address = read("address"), name = read("name"), port =
        read("port"), sites = read("sites"), extra = rest("extra") } new(name :
        ::std::string::String, address : ::std::string::String, port : i32)
    }
    #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    #[non_exhaustive]
    ///All the scan engines of a console, and its pools among them. The list is not paged.
    pub struct ScanEngines {
        ///Links to this list and to what is related to it.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub links: ::std::vec::Vec<Link>,
        ///The engines.
        pub resources: ::std::vec::Vec<ScanEngine>,
        ///What is not documented, or not of its documented type, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::insightvm::decode::record! {
        ScanEngines { links = read("links"), resources = records("resources"), extra =
        rest("extra") } new(resources : ::std::vec::Vec < ScanEngine >)
    }
    #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    #[non_exhaustive]
    ///One page of the scans of an engine.
    pub struct ScanPage {
        ///Links to this page and to other pages.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub links: ::std::vec::Vec<Link>,
        ///Which page this is, and of how many.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub page: ::std::option::Option<PageInfo>,
        ///The scans on this page.
        pub resources: ::std::vec::Vec<Scan>,
        ///What is not documented, or not of its documented type, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::insightvm::decode::record! {
        ScanPage { links = read("links"), page = read("page"), resources =
        records("resources"), extra = rest("extra") } new(resources : ::std::vec::Vec <
        Scan >)
    }
    #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    #[non_exhaustive]
    ///A site, the set of assets that is scanned together.
    pub struct Site {
        ///Number of assets in the site.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub assets: ::std::option::Option<i32>,
        ///Kind of connection that a dynamic site discovers its assets through. Other sites have none. Values that are not listed, and other letter cases, occur.
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
        pub last_scan_time: ::std::option::Option<::jiff::Timestamp>,
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
        ///Kind of a site. Values that are not listed, and other letter cases, occur.
        #[serde(rename = "type", skip_serializing_if = "::std::option::Option::is_none")]
        pub type_: ::std::option::Option<crate::insightvm::SiteType>,
        ///Numbers of vulnerabilities by severity: those that a scan found, or the distinct ones on the assets of a site.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub vulnerabilities: ::std::option::Option<Vulnerabilities>,
        ///What is not documented, or not of its documented type, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::insightvm::decode::record! {
        Site { assets = read("assets"), connection_type = read("connectionType"),
        description = read("description"), id = read("id"), importance =
        read("importance"), last_scan_time = read("lastScanTime"), links = read("links"),
        name = read("name"), risk_score = read("riskScore"), scan_engine =
        read("scanEngine"), scan_template = read("scanTemplate"), type_ = read("type"),
        vulnerabilities = read("vulnerabilities"), extra = rest("extra") } new(id : i32,
        name : ::std::string::String)
    }
    #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    #[non_exhaustive]
    ///One page of the sites of an engine.
    pub struct SitePage {
        ///Links to this page and to other pages.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub links: ::std::vec::Vec<Link>,
        ///Which page this is, and of how many.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub page: ::std::option::Option<PageInfo>,
        ///The sites on this page.
        pub resources: ::std::vec::Vec<Site>,
        ///What is not documented, or not of its documented type, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::insightvm::decode::record! {
        SitePage { links = read("links"), page = read("page"), resources =
        records("resources"), extra = rest("extra") } new(resources : ::std::vec::Vec <
        Site >)
    }
    #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    #[non_exhaustive]
    ///Sites by id.
    pub struct SiteReferences {
        ///Links to this list and to the sites in it.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub links: ::std::vec::Vec<Link>,
        ///Ids of the sites.
        pub resources: ::std::vec::Vec<i32>,
        ///What is not documented, or not of its documented type, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::insightvm::decode::record! {
        SiteReferences { links = read("links"), resources = records("resources"), extra =
        rest("extra") } new(resources : ::std::vec::Vec < i32 >)
    }
    #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    #[non_exhaustive]
    ///Numbers of vulnerabilities by severity: those that a scan found, or the distinct ones on the assets of a site.
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
        ///What is not documented, or not of its documented type, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    crate::insightvm::decode::record! {
        Vulnerabilities { critical = read("critical"), moderate = read("moderate"),
        severe = read("severe"), total = read("total"), extra = rest("extra") }
    }
}
pub(crate) mod values {
    scanops_nessus::open_enum! {
        #[doc =
        "State of a scan engine, seen from the console. `incompatible-version`: its software does not match the console's. `pending-authorization`: the console may not connect to it yet. Values that are not listed, and other letter cases, occur."]
        pub enum ScanEngineStatus { #[doc = "The engine works."] Active = "active", #[doc
        = "The engine's software does not match the console's."] IncompatibleVersion =
        "incompatible-version", #[doc = "The engine does not respond."] NotResponding =
        "not-responding", #[doc = "The console may not connect to the engine yet."]
        PendingAuthorization = "pending-authorization", #[doc =
        "The console does not know the state."] Unknown = "unknown", }
    }
    scanops_nessus::open_enum! {
        #[doc =
        "State of a scan. Values that are not listed, and other letter cases, occur."]
        pub enum ScanStatus { #[doc = "The console gave up on the scan."] Aborted =
        "aborted", #[doc = "The scan was handed to an engine."] Dispatched =
        "dispatched", #[doc = "The scan failed."] Error = "error", #[doc =
        "The scan ran to its end."] Finished = "finished", #[doc =
        "The console is integrating the results."] Integrating = "integrating", #[doc =
        "A user paused the scan."] Paused = "paused", #[doc = "The scan is running."]
        Running = "running", #[doc = "A user stopped the scan."] Stopped = "stopped",
        #[doc = "The console does not know the state."] Unknown = "unknown", }
    }
    scanops_nessus::open_enum! {
        #[doc =
        "What started a scan. Values that are not listed, and other letter cases, occur."]
        pub enum ScanType { #[doc = "An automated action started the scan."] Automated =
        "Automated", #[doc = "A user started the scan."] Manual = "Manual", #[doc =
        "A schedule started the scan."] Scheduled = "Scheduled", }
    }
    scanops_nessus::open_enum! {
        #[doc =
        "Kind of connection that a dynamic site discovers its assets through. Other sites have none. Values that are not listed, and other letter cases, occur."]
        pub enum SiteConnectionType { #[doc = "Mobile devices, from Exchange over LDAP."]
        ActivesyncLdap = "activesync-ldap", #[doc = "Mobile devices, from Office 365."]
        ActivesyncOffice365 = "activesync-office365", #[doc =
        "Mobile devices, from Exchange over PowerShell."] ActivesyncPowershell =
        "activesync-powershell", #[doc = "Amazon Web Services."] Aws = "aws", #[doc =
        "Leases of DHCP servers."] Dhcp = "dhcp", #[doc = "Rapid7's Project Sonar."]
        Sonar = "sonar", #[doc = "VMware vSphere."] Vsphere = "vsphere", }
    }
    scanops_nessus::open_enum! {
        #[doc =
        "Kind of a site. Values that are not listed, and other letter cases, occur."] pub
        enum SiteType { #[doc = "Assets come from agents."] Agent = "agent", #[doc =
        "Assets come from a discovery connection."] Dynamic = "dynamic", #[doc =
        "Assets come from a list of addresses."] Static = "static", }
    }
}
/// # Operations
///
/// | Method | Request | |
/// | --- | --- | --- |
/// | [`get_scan_engine_pools`](Self::get_scan_engine_pools) | `GET /api/3/scan_engine_pools` | List the engine pools |
/// | [`create_scan_engine_pool`](Self::create_scan_engine_pool) | `POST /api/3/scan_engine_pools` | Create an engine pool |
/// | [`get_engine_pool`](Self::get_engine_pool) | `GET /api/3/scan_engine_pools/{id}` | Get an engine pool |
/// | [`update_scan_engine_pool`](Self::update_scan_engine_pool) | `PUT /api/3/scan_engine_pools/{id}` | Update an engine pool |
/// | [`remove_scan_engine_pool`](Self::remove_scan_engine_pool) | `DELETE /api/3/scan_engine_pools/{id}` | Delete an engine pool |
/// | [`get_scan_engine_pool_scan_engines`](Self::get_scan_engine_pool_scan_engines) | `GET /api/3/scan_engine_pools/{id}/engines` | List a pool's engines |
/// | [`set_scan_engine_pool_scan_engines`](Self::set_scan_engine_pool_scan_engines) | `PUT /api/3/scan_engine_pools/{id}/engines` | Replace a pool's engines |
/// | [`add_scan_engine_pool_scan_engine`](Self::add_scan_engine_pool_scan_engine) | `PUT /api/3/scan_engine_pools/{id}/engines/{engineId}` | Add an engine to a pool |
/// | [`remove_scan_engine_pool_scan_engine`](Self::remove_scan_engine_pool_scan_engine) | `DELETE /api/3/scan_engine_pools/{id}/engines/{engineId}` | Remove an engine from a pool |
/// | [`get_scan_engine_pool_sites`](Self::get_scan_engine_pool_sites) | `GET /api/3/scan_engine_pools/{id}/sites` | List a pool's sites |
/// | [`get_scan_engines`](Self::get_scan_engines) | `GET /api/3/scan_engines` | List the scan engines |
/// | [`create_scan_engine`](Self::create_scan_engine) | `POST /api/3/scan_engines` | Create a scan engine |
/// | [`get_current_shared_secret`](Self::get_current_shared_secret) | `GET /api/3/scan_engines/shared_secret` | Get the shared secret |
/// | [`create_shared_secret`](Self::create_shared_secret) | `POST /api/3/scan_engines/shared_secret` | Get or generate the shared secret |
/// | [`delete_shared_secret`](Self::delete_shared_secret) | `DELETE /api/3/scan_engines/shared_secret` | Revoke the shared secret |
/// | [`get_current_shared_secret_time_to_live`](Self::get_current_shared_secret_time_to_live) | `GET /api/3/scan_engines/shared_secret/time_to_live` | Get the shared secret's remaining time |
/// | [`get_scan_engine`](Self::get_scan_engine) | `GET /api/3/scan_engines/{id}` | Get a scan engine |
/// | [`update_scan_engine`](Self::update_scan_engine) | `PUT /api/3/scan_engines/{id}` | Update a scan engine |
/// | [`delete_scan_engine`](Self::delete_scan_engine) | `DELETE /api/3/scan_engines/{id}` | Delete a scan engine |
/// | [`get_assigned_engine_pools`](Self::get_assigned_engine_pools) | `GET /api/3/scan_engines/{id}/scan_engine_pools` | List an engine's pools |
/// | [`get_scan_engine_scans`](Self::get_scan_engine_scans) | `GET /api/3/scan_engines/{id}/scans` | List an engine's scans |
/// | [`get_scan_engine_sites`](Self::get_scan_engine_sites) | `GET /api/3/scan_engines/{id}/sites` | List an engine's sites |
impl Client {
    /**List the engine pools

Returns all the pools at once. The list is not paged.

Sends a `GET` request to `/api/3/scan_engine_pools`

*/
    #[doc(alias = "getScanEnginePools")]
    pub async fn get_scan_engine_pools(&self) -> Result<Response<types::EnginePools>> {
        let url = format!("{}/api/3/scan_engine_pools", self.baseurl,);
        let request = self.client.get(url).build()?;
        self.execute(
                request,
                OperationInfo {
                    operation_id: "getScanEnginePools",
                    accept: "application/json",
                    idempotent: false,
                },
            )
            .await
    }
    /**Create an engine pool

Creates a pool out of at least one engine and returns its id.

Sends a `POST` request to `/api/3/scan_engine_pools`

Arguments:
- `body`: The pool to create.
*/
    #[doc(alias = "createScanEnginePool")]
    pub async fn create_scan_engine_pool(
        &self,
        body: &types::EnginePoolCreate,
    ) -> Result<Response<types::CreatedReference>> {
        argument("createScanEnginePool", "engines", &body.engines, &[MinItems(1)])?;
        let url = format!("{}/api/3/scan_engine_pools", self.baseurl,);
        let request = self.client.post(url).json(&body).build()?;
        self.execute(
                request,
                OperationInfo {
                    operation_id: "createScanEnginePool",
                    accept: "application/json",
                    idempotent: false,
                },
            )
            .await
    }
    /**Get an engine pool

Returns one pool with the ids of its engines and sites.

Sends a `GET` request to `/api/3/scan_engine_pools/{id}`

Arguments:
- `id`: Id of the engine pool.
*/
    #[doc(alias = "getEnginePool")]
    pub async fn get_engine_pool(&self, id: i32) -> Result<Response<types::EnginePool>> {
        argument("getEnginePool", "id", &id, &[Minimum(1)])?;
        let url = format!(
            "{}/api/3/scan_engine_pools/{}", self.baseurl, encode_path(& id.to_string()),
        );
        let request = self.client.get(url).build()?;
        self.execute(
                request,
                OperationInfo {
                    operation_id: "getEnginePool",
                    accept: "application/json",
                    idempotent: false,
                },
            )
            .await
    }
    /**Update an engine pool

Changes the name, the engines or the sites of a pool.

Sends a `PUT` request to `/api/3/scan_engine_pools/{id}`

Arguments:
- `id`: Id of the engine pool.
- `body`: The new state of the pool.
*/
    #[doc(alias = "updateScanEnginePool")]
    pub async fn update_scan_engine_pool(
        &self,
        id: i32,
        body: &types::EnginePoolUpdate,
    ) -> Result<Response<types::Links>> {
        argument("updateScanEnginePool", "id", &id, &[Minimum(1)])?;
        let url = format!(
            "{}/api/3/scan_engine_pools/{}", self.baseurl, encode_path(& id.to_string()),
        );
        let request = self.client.put(url).json(&body).build()?;
        self.execute(
                request,
                OperationInfo {
                    operation_id: "updateScanEnginePool",
                    accept: "application/json",
                    idempotent: false,
                },
            )
            .await
    }
    /**Delete an engine pool

Removes a pool from the console.

Sends a `DELETE` request to `/api/3/scan_engine_pools/{id}`

Arguments:
- `id`: Id of the engine pool.
*/
    #[doc(alias = "removeScanEnginePool")]
    pub async fn remove_scan_engine_pool(
        &self,
        id: i32,
    ) -> Result<Response<types::Links>> {
        argument("removeScanEnginePool", "id", &id, &[Minimum(1)])?;
        let url = format!(
            "{}/api/3/scan_engine_pools/{}", self.baseurl, encode_path(& id.to_string()),
        );
        let request = self.client.delete(url).build()?;
        self.execute(
                request,
                OperationInfo {
                    operation_id: "removeScanEnginePool",
                    accept: "application/json",
                    idempotent: false,
                },
            )
            .await
    }
    /**List a pool's engines

Returns the ids of the engines in a pool. The list is not paged.

Sends a `GET` request to `/api/3/scan_engine_pools/{id}/engines`

Arguments:
- `id`: Id of the engine pool.
*/
    #[doc(alias = "getScanEnginePoolScanEngines")]
    pub async fn get_scan_engine_pool_scan_engines(
        &self,
        id: i32,
    ) -> Result<Response<types::EngineReferences>> {
        argument("getScanEnginePoolScanEngines", "id", &id, &[Minimum(1)])?;
        let url = format!(
            "{}/api/3/scan_engine_pools/{}/engines", self.baseurl, encode_path(& id
            .to_string()),
        );
        let request = self.client.get(url).build()?;
        self.execute(
                request,
                OperationInfo {
                    operation_id: "getScanEnginePoolScanEngines",
                    accept: "application/json",
                    idempotent: false,
                },
            )
            .await
    }
    /**Replace a pool's engines

Puts exactly the given engines into a pool, in place of those that were in it.

Sends a `PUT` request to `/api/3/scan_engine_pools/{id}/engines`

Arguments:
- `id`: Id of the engine pool.
- `body`: Ids of all the engines that the pool is to have.
*/
    #[doc(alias = "setScanEnginePoolScanEngines")]
    pub async fn set_scan_engine_pool_scan_engines(
        &self,
        id: i32,
        body: &[i32],
    ) -> Result<Response<types::Links>> {
        argument("setScanEnginePoolScanEngines", "id", &id, &[Minimum(1)])?;
        let url = format!(
            "{}/api/3/scan_engine_pools/{}/engines", self.baseurl, encode_path(& id
            .to_string()),
        );
        let request = self.client.put(url).json(&body).build()?;
        self.execute(
                request,
                OperationInfo {
                    operation_id: "setScanEnginePoolScanEngines",
                    accept: "application/json",
                    idempotent: false,
                },
            )
            .await
    }
    /**Add an engine to a pool

Puts one more engine into a pool. The others stay. A 404 if the pool or the engine does not exist.

Sends a `PUT` request to `/api/3/scan_engine_pools/{id}/engines/{engineId}`

Arguments:
- `id`: Id of the engine pool.
- `engine_id`: Id of the scan engine.
*/
    #[doc(alias = "addScanEnginePoolScanEngine")]
    pub async fn add_scan_engine_pool_scan_engine(
        &self,
        id: i32,
        engine_id: i32,
    ) -> Result<Response<types::Links>> {
        argument("addScanEnginePoolScanEngine", "id", &id, &[Minimum(1)])?;
        argument("addScanEnginePoolScanEngine", "engineId", &engine_id, &[Minimum(1)])?;
        let url = format!(
            "{}/api/3/scan_engine_pools/{}/engines/{}", self.baseurl, encode_path(& id
            .to_string()), encode_path(& engine_id.to_string()),
        );
        let request = self.client.put(url).build()?;
        self.execute(
                request,
                OperationInfo {
                    operation_id: "addScanEnginePoolScanEngine",
                    accept: "application/json",
                    idempotent: false,
                },
            )
            .await
    }
    /**Remove an engine from a pool

Takes one engine out of a pool. The others stay. A 404 if the pool does not exist, or the engine is not in it.

Sends a `DELETE` request to `/api/3/scan_engine_pools/{id}/engines/{engineId}`

Arguments:
- `id`: Id of the engine pool.
- `engine_id`: Id of the scan engine.
*/
    #[doc(alias = "removeScanEnginePoolScanEngine")]
    pub async fn remove_scan_engine_pool_scan_engine(
        &self,
        id: i32,
        engine_id: i32,
    ) -> Result<Response<types::Links>> {
        argument("removeScanEnginePoolScanEngine", "id", &id, &[Minimum(1)])?;
        argument(
            "removeScanEnginePoolScanEngine",
            "engineId",
            &engine_id,
            &[Minimum(1)],
        )?;
        let url = format!(
            "{}/api/3/scan_engine_pools/{}/engines/{}", self.baseurl, encode_path(& id
            .to_string()), encode_path(& engine_id.to_string()),
        );
        let request = self.client.delete(url).build()?;
        self.execute(
                request,
                OperationInfo {
                    operation_id: "removeScanEnginePoolScanEngine",
                    accept: "application/json",
                    idempotent: false,
                },
            )
            .await
    }
    /**List a pool's sites

Returns the ids of the sites that a pool is assigned to. The list is not paged.

Sends a `GET` request to `/api/3/scan_engine_pools/{id}/sites`

Arguments:
- `id`: Id of the engine pool.
*/
    #[doc(alias = "getScanEnginePoolSites")]
    pub async fn get_scan_engine_pool_sites(
        &self,
        id: i32,
    ) -> Result<Response<types::SiteReferences>> {
        argument("getScanEnginePoolSites", "id", &id, &[Minimum(1)])?;
        let url = format!(
            "{}/api/3/scan_engine_pools/{}/sites", self.baseurl, encode_path(& id
            .to_string()),
        );
        let request = self.client.get(url).build()?;
        self.execute(
                request,
                OperationInfo {
                    operation_id: "getScanEnginePoolSites",
                    accept: "application/json",
                    idempotent: false,
                },
            )
            .await
    }
    /**List the scan engines

Returns all the engines at once. The list is not paged. Pools are listed among the engines, with port -1.

Sends a `GET` request to `/api/3/scan_engines`

*/
    #[doc(alias = "getScanEngines")]
    pub async fn get_scan_engines(&self) -> Result<Response<types::ScanEngines>> {
        let url = format!("{}/api/3/scan_engines", self.baseurl,);
        let request = self.client.get(url).build()?;
        self.execute(
                request,
                OperationInfo {
                    operation_id: "getScanEngines",
                    accept: "application/json",
                    idempotent: false,
                },
            )
            .await
    }
    /**Create a scan engine

Makes an engine known to the console and returns its id.

Sends a `POST` request to `/api/3/scan_engines`

Arguments:
- `body`: The engine to create.
*/
    #[doc(alias = "createScanEngine")]
    pub async fn create_scan_engine(
        &self,
        body: &types::ScanEngineCreate,
    ) -> Result<Response<types::CreatedReference>> {
        argument("createScanEngine", "port", &body.port, &[Minimum(1), Maximum(65535)])?;
        let url = format!("{}/api/3/scan_engines", self.baseurl,);
        let request = self.client.post(url).json(&body).build()?;
        self.execute(
                request,
                OperationInfo {
                    operation_id: "createScanEngine",
                    accept: "application/json",
                    idempotent: false,
                },
            )
            .await
    }
    /**Get the shared secret

Returns the shared secret that is valid now, and 404 when none was generated or the last one has expired. The response is bare text, requested with `Accept: text/plain`: consoles of the 8.x line respond to any other with a 406.

Sends a `GET` request to `/api/3/scan_engines/shared_secret`

*/
    #[doc(alias = "getCurrentSharedSecret")]
    pub async fn get_current_shared_secret(&self) -> Result<Response<SharedSecret>> {
        let url = format!("{}/api/3/scan_engines/shared_secret", self.baseurl,);
        let request = self.client.get(url).build()?;
        self.execute(
                request,
                OperationInfo {
                    operation_id: "getCurrentSharedSecret",
                    accept: "text/plain",
                    idempotent: false,
                },
            )
            .await
    }
    /**Get or generate the shared secret

Returns the shared secret that is valid now, and generates one when there is none. A secret is valid for 60 minutes from its generation; another call does not extend that. The response is bare text, requested with `Accept: text/plain`: consoles of the 8.x line respond to any other with a 406.

Sends a `POST` request to `/api/3/scan_engines/shared_secret`

*/
    #[doc(alias = "createSharedSecret")]
    pub async fn create_shared_secret(&self) -> Result<Response<SharedSecret>> {
        let url = format!("{}/api/3/scan_engines/shared_secret", self.baseurl,);
        let request = self.client.post(url).build()?;
        self.execute(
                request,
                OperationInfo {
                    operation_id: "createSharedSecret",
                    accept: "text/plain",
                    idempotent: true,
                },
            )
            .await
    }
    /**Revoke the shared secret

Ends the validity of the shared secret at once. Returns 404 when there is none.

Sends a `DELETE` request to `/api/3/scan_engines/shared_secret`

*/
    #[doc(alias = "deleteSharedSecret")]
    pub async fn delete_shared_secret(&self) -> Result<Response<types::Links>> {
        let url = format!("{}/api/3/scan_engines/shared_secret", self.baseurl,);
        let request = self.client.delete(url).build()?;
        self.execute(
                request,
                OperationInfo {
                    operation_id: "deleteSharedSecret",
                    accept: "application/json",
                    idempotent: false,
                },
            )
            .await
    }
    /**Get the shared secret's remaining time

Returns for how many seconds the shared secret is still valid, and 404 when there is none.

Sends a `GET` request to `/api/3/scan_engines/shared_secret/time_to_live`

*/
    #[doc(alias = "getCurrentSharedSecretTimeToLive")]
    pub async fn get_current_shared_secret_time_to_live(&self) -> Result<Response<i64>> {
        let url = format!(
            "{}/api/3/scan_engines/shared_secret/time_to_live", self.baseurl,
        );
        let request = self.client.get(url).build()?;
        self.execute(
                request,
                OperationInfo {
                    operation_id: "getCurrentSharedSecretTimeToLive",
                    accept: "application/json",
                    idempotent: false,
                },
            )
            .await
    }
    /**Get a scan engine

Returns one engine with its status and versions.

Sends a `GET` request to `/api/3/scan_engines/{id}`

Arguments:
- `id`: Id of the scan engine.
*/
    #[doc(alias = "getScanEngine")]
    pub async fn get_scan_engine(&self, id: i32) -> Result<Response<types::ScanEngine>> {
        argument("getScanEngine", "id", &id, &[Minimum(1)])?;
        let url = format!(
            "{}/api/3/scan_engines/{}", self.baseurl, encode_path(& id.to_string()),
        );
        let request = self.client.get(url).build()?;
        self.execute(
                request,
                OperationInfo {
                    operation_id: "getScanEngine",
                    accept: "application/json",
                    idempotent: false,
                },
            )
            .await
    }
    /**Update a scan engine

Changes the address, the name, the port or the sites of an engine.

Sends a `PUT` request to `/api/3/scan_engines/{id}`

Arguments:
- `id`: Id of the scan engine.
- `body`: The new state of the engine.
*/
    #[doc(alias = "updateScanEngine")]
    pub async fn update_scan_engine(
        &self,
        id: i32,
        body: &types::ScanEngineUpdate,
    ) -> Result<Response<types::Links>> {
        argument("updateScanEngine", "id", &id, &[Minimum(1)])?;
        argument("updateScanEngine", "port", &body.port, &[Minimum(1), Maximum(65535)])?;
        let url = format!(
            "{}/api/3/scan_engines/{}", self.baseurl, encode_path(& id.to_string()),
        );
        let request = self.client.put(url).json(&body).build()?;
        self.execute(
                request,
                OperationInfo {
                    operation_id: "updateScanEngine",
                    accept: "application/json",
                    idempotent: false,
                },
            )
            .await
    }
    /**Delete a scan engine

Removes an engine from the console.

Sends a `DELETE` request to `/api/3/scan_engines/{id}`

Arguments:
- `id`: Id of the scan engine.
*/
    #[doc(alias = "deleteScanEngine")]
    pub async fn delete_scan_engine(&self, id: i32) -> Result<Response<types::Links>> {
        argument("deleteScanEngine", "id", &id, &[Minimum(1)])?;
        let url = format!(
            "{}/api/3/scan_engines/{}", self.baseurl, encode_path(& id.to_string()),
        );
        let request = self.client.delete(url).build()?;
        self.execute(
                request,
                OperationInfo {
                    operation_id: "deleteScanEngine",
                    accept: "application/json",
                    idempotent: false,
                },
            )
            .await
    }
    /**List an engine's pools

Returns the pools that an engine is in. The list is not paged.

Sends a `GET` request to `/api/3/scan_engines/{id}/scan_engine_pools`

Arguments:
- `id`: Id of the scan engine.
*/
    #[doc(alias = "getAssignedEnginePools")]
    pub async fn get_assigned_engine_pools(
        &self,
        id: i32,
    ) -> Result<Response<types::EnginePools>> {
        argument("getAssignedEnginePools", "id", &id, &[Minimum(1)])?;
        let url = format!(
            "{}/api/3/scan_engines/{}/scan_engine_pools", self.baseurl, encode_path(& id
            .to_string()),
        );
        let request = self.client.get(url).build()?;
        self.execute(
                request,
                OperationInfo {
                    operation_id: "getAssignedEnginePools",
                    accept: "application/json",
                    idempotent: false,
                },
            )
            .await
    }
    /**List an engine's scans

Returns one page of the scans that an engine has run.

Sends a `GET` request to `/api/3/scan_engines/{id}/scans`

Arguments:
- `id`: Id of the scan engine.
- `page`: Index of the page to return, counted from 0. The console takes 0 when it is left out.
- `size`: Number of resources on a page, from 1 to 500. The console takes 10 when it is left out.
- `sort`: Property to order the resources by: `property`, `property,ASC` or `property,DESC`. Ascending when no direction is given. Repeat the parameter to order by several properties.
*/
    #[doc(alias = "getScanEngineScans")]
    pub async fn get_scan_engine_scans(
        &self,
        id: i32,
        page: Option<i32>,
        size: Option<i32>,
        sort: Option<&[::std::string::String]>,
    ) -> Result<Response<types::ScanPage>> {
        argument("getScanEngineScans", "id", &id, &[Minimum(1)])?;
        argument("getScanEngineScans", "page", &page, &[Minimum(0)])?;
        argument("getScanEngineScans", "size", &size, &[Minimum(1), Maximum(500)])?;
        argument("getScanEngineScans", "sort", &sort, &[MinLength(1)])?;
        let url = format!(
            "{}/api/3/scan_engines/{}/scans", self.baseurl, encode_path(& id
            .to_string()),
        );
        let request = self
            .client
            .get(url)
            .query(&progenitor_client::QueryParam::new("page", &page))
            .query(&progenitor_client::QueryParam::new("size", &size))
            .query(&progenitor_client::QueryParam::new("sort", &sort))
            .build()?;
        self.execute(
                request,
                OperationInfo {
                    operation_id: "getScanEngineScans",
                    accept: "application/json",
                    idempotent: false,
                },
            )
            .await
    }
    /**List an engine's sites

Returns one page of the sites that an engine is assigned to.

Sends a `GET` request to `/api/3/scan_engines/{id}/sites`

Arguments:
- `id`: Id of the scan engine.
- `page`: Index of the page to return, counted from 0. The console takes 0 when it is left out.
- `size`: Number of resources on a page, from 1 to 500. The console takes 10 when it is left out.
- `sort`: Property to order the resources by: `property`, `property,ASC` or `property,DESC`. Ascending when no direction is given. Repeat the parameter to order by several properties.
*/
    #[doc(alias = "getScanEngineSites")]
    pub async fn get_scan_engine_sites(
        &self,
        id: i32,
        page: Option<i32>,
        size: Option<i32>,
        sort: Option<&[::std::string::String]>,
    ) -> Result<Response<types::SitePage>> {
        argument("getScanEngineSites", "id", &id, &[Minimum(1)])?;
        argument("getScanEngineSites", "page", &page, &[Minimum(0)])?;
        argument("getScanEngineSites", "size", &size, &[Minimum(1), Maximum(500)])?;
        argument("getScanEngineSites", "sort", &sort, &[MinLength(1)])?;
        let url = format!(
            "{}/api/3/scan_engines/{}/sites", self.baseurl, encode_path(& id
            .to_string()),
        );
        let request = self
            .client
            .get(url)
            .query(&progenitor_client::QueryParam::new("page", &page))
            .query(&progenitor_client::QueryParam::new("size", &size))
            .query(&progenitor_client::QueryParam::new("sort", &sort))
            .build()?;
        self.execute(
                request,
                OperationInfo {
                    operation_id: "getScanEngineSites",
                    accept: "application/json",
                    idempotent: false,
                },
            )
            .await
    }
}
