//! How the hosts of both reports were scanned, and whether the new scan would have reported a finding
//! of the old one.

use std::{
    collections::{HashMap, HashSet},
    mem,
};

use super::{
    EventsOf, NotObserved,
    digest::{Digests, Key, host_key},
};
use crate::{Credentials, Event, Finding, HostTrust, Result, TrustReader, trust::POLICY};

/// A report, and what is known about its hosts and plugins.
pub(super) struct Side<'a> {
    pub(super) open: Box<dyn FnMut() -> Result<EventsOf<'a>> + Send + 'a>,
    trust: TrustReader,
    /// For the host that is being read: its keys, and whether it has findings and invalid items.
    keys: Vec<Key>,
    found: bool,
    broken: bool,
    hosts: HashMap<Key, Scan>,
    /// Whether any host has an end time.
    has_ends: bool,
    plugins: HashSet<u32>,
}

/// How the hosts with a key were scanned. Digests are 64 bits.
struct Scan {
    names: HashSet<u64>,
    /// The number of hosts with that key, and of those with findings, with an end time, with plugin
    /// 19506, and with an invalid item.
    hosts: u64,
    found: u64,
    ended: u64,
    informed: u64,
    broken: u64,
    credentials: Credentials,
    evidence: u64,
    settings: u64,
    ports: u64,
    policy: Option<u64>,
    plugin_set: Option<u64>,
}

/// The settings that decide what a scan sees: the names of their lines in plugin 19506.
const SETTINGS: [&str; 7] = [
    "Scan type",
    "Thorough tests",
    "Experimental tests",
    "Paranoia level",
    "Safe checks",
    "CGI scanning",
    "Web application tests",
];
const PORTS: [&str; 2] = ["Port scanner(s)", "Port range"];

impl<'a> Side<'a> {
    pub(super) fn new(open: impl FnMut() -> Result<EventsOf<'a>> + Send + 'a) -> Self {
        Self {
            open: Box::new(open),
            trust: TrustReader::new(),
            keys: Vec::new(),
            found: false,
            broken: false,
            hosts: HashMap::new(),
            has_ends: false,
            plugins: HashSet::new(),
        }
    }

    /// Records how hosts were scanned, and returns findings.
    pub(super) fn read(
        &mut self,
        digests: &Digests,
        event: Result<Event>,
    ) -> Result<Option<Finding>> {
        let event = event.inspect_err(|_| self.broken = true)?;
        let trust = self.trust.read(&event);
        match event {
            Event::HostStart(host) => {
                self.keys = vec![host_key(&host)];
                (self.found, self.broken) = (false, false);
            }
            Event::Finding(finding) => {
                self.plugins.insert(finding.plugin.id);
                self.found = true;
                return Ok(Some(finding));
            }
            Event::HostEnd { host, .. } => {
                // Properties can come after the first findings.
                self.keys.push(host_key(&host));
                self.keys.dedup();
                self.has_ends |= host.end.is_some();
                for key in mem::take(&mut self.keys) {
                    if let Some(trust) = &trust {
                        let scan = Scan::new(trust, self.found, self.broken, digests);
                        match self.hosts.get_mut(&key) {
                            Some(others) => others.merge(scan, digests),
                            None => drop(self.hosts.insert(key, scan)),
                        }
                    }
                }
            }
        }
        Ok(None)
    }
}

impl Scan {
    fn new(trust: &HostTrust, found: bool, broken: bool, digests: &Digests) -> Self {
        let lines = |names: &[&str]| {
            let value = |name| (trust.settings.get(name), trust.cut_settings.get(name));
            let values: Vec<_> = names.iter().map(|name| value(*name)).collect();
            digests.of(&values)
        };
        let mut evidence: Vec<_> = trust.evidence.iter().map(|evidence| evidence.plugin).collect();
        evidence.sort_unstable();
        Self {
            names: HashSet::from([digests.of(&trust.host.name)]),
            hosts: 1,
            found: found.into(),
            ended: trust.host.end.is_some().into(),
            informed: (!trust.settings.is_empty()).into(),
            broken: broken.into(),
            credentials: trust.credentials,
            evidence: digests.of(&evidence),
            settings: lines(&SETTINGS),
            ports: lines(&PORTS),
            policy: trust.policy.as_ref().map(|policy| {
                // If the policy was cut, it is from plugin 19506.
                digests.of(&(policy, trust.cut_settings.get(POLICY)))
            }),
            plugin_set: trust.plugin_set.as_ref().and_then(|set| set.parse().ok()),
        }
    }

    /// Adds another host with the same key, or the same host again.
    fn merge(&mut self, other: Self, digests: &Digests) {
        self.names.extend(other.names);
        for (count, more) in [
            (&mut self.hosts, other.hosts),
            (&mut self.found, other.found),
            (&mut self.ended, other.ended),
            (&mut self.informed, other.informed),
            (&mut self.broken, other.broken),
        ] {
            *count += more;
        }
        // If they differ, they can't be compared with another scan.
        if self.credentials != other.credentials {
            self.credentials = Credentials::Unclear;
        }
        for (digest, other) in [
            (&mut self.evidence, other.evidence),
            (&mut self.settings, other.settings),
            (&mut self.ports, other.ports),
        ] {
            if *digest != other {
                *digest = digests.of(&(*digest, other));
            }
        }
        if self.policy != other.policy {
            self.policy = None;
        }
        if self.plugin_set != other.plugin_set {
            self.plugin_set = None;
        }
    }

    /// Whether local checks saw what those of the old scan saw.
    fn sees_as_much_as(&self, old: &Self) -> bool {
        use Credentials::{Absent, Failed, Limited, Unclear, Unknown, Working};
        match (self.credentials, old.credentials) {
            (Limited, Limited) => self.evidence == old.evidence,
            (Working, _) | (Unknown, Unknown) | (Limited | Absent | Failed, Absent | Failed) => {
                true
            }
            (Limited | Absent | Failed | Unclear | Unknown, _) => false,
        }
    }
}

/// Why the new scan might not have seen a finding that only the old report has. `still_reported`: the
/// new report has another one with its key.
pub(super) fn not_observed(
    old: &Side<'_>,
    new: &Side<'_>,
    finding: &Finding,
    still_reported: bool,
) -> Option<NotObserved> {
    let key = host_key(&finding.host);
    let (Some(before), Some(after)) = (old.hosts.get(&key), new.hosts.get(&key)) else {
        return Some(NotObserved::HostNotScanned);
    };
    let plugin = &finding.plugin;
    let remote =
        plugin.plugin_type.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("remote"));
    let same_plugins = before.policy.is_some()
        && before.policy == after.policy
        && before.plugin_set.zip(after.plugin_set).is_some_and(|(before, after)| before <= after);
    let has_ends = old.has_ends || new.has_ends;
    let unfinished = has_ends && after.ended < after.hosts
        || before.informed > 0 && after.informed < after.hosts;
    let other_ports = finding.port != 0 && before.ports != after.ports;
    let reasons = [
        (
            after.names.len() < before.names.len()
                || after.hosts < before.hosts
                || after.found < after.hosts,
            NotObserved::HostNotScanned,
        ),
        (after.broken > 0 || unfinished, NotObserved::ScanIncomplete),
        (still_reported, NotObserved::StillReported),
        (finding.compliance.is_some(), NotObserved::CheckNotReported),
        (!remote && !after.sees_as_much_as(before), NotObserved::Credentials),
        (before.settings != after.settings || other_ports, NotObserved::Settings),
        (
            before.informed < before.hosts || after.informed < after.hosts,
            NotObserved::SettingsUnknown,
        ),
        (!same_plugins && !new.plugins.contains(&plugin.id), NotObserved::PluginUnknown),
    ];
    reasons.into_iter().find_map(|(holds, reason)| holds.then_some(reason))
}

#[cfg(test)]
mod tests {
    use std::{
        sync::Arc,
        time::{Duration, Instant},
    };

    use super::*;
    use crate::Host;

    /// Each against all before would take minutes.
    #[test]
    fn many_hosts_with_one_key_are_merged_in_linear_time() {
        let (digests, mut reader, started) =
            (Digests::default(), TrustReader::new(), Instant::now());
        let mut scan: Option<Scan> = None;
        for number in 0..200_000 {
            let host = Host { name: number.to_string(), ..Host::default() };
            let end = Event::HostEnd { host: Arc::new(host), findings: 0 };
            let other = Scan::new(&reader.read(&end).unwrap(), true, false, &digests);
            match &mut scan {
                Some(scan) => scan.merge(other, &digests),
                None => scan = Some(other),
            }
            assert!(started.elapsed() < Duration::from_secs(30), "{number} hosts");
        }
        assert_eq!(scan.unwrap().names.len(), 200_000);
    }
}
