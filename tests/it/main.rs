//! Integration tests, a module for each subject. Tests that need a process of their own are binaries
//! beside this one.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::format_collect,
    reason = "a test that can't go on may panic"
)]

mod builder;
mod credentials;
mod hostile_server;
mod insightvm_ended;
mod insightvm_operations;
mod insightvm_pages;
mod insightvm_responses;
mod observer;
mod pull;
mod retries;
mod saving;
mod schemas;
mod support;
mod tenable_sc_findings;
mod tenable_sc_finish_times;
mod tenable_sc_requests;
mod tenable_sc_responses;
mod tenable_sc_sessions;
mod tenable_sc_watch;
mod tls;
mod traces;
mod uploads;
