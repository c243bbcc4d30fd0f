//! What a host has for itself: its properties, and the findings that tell who it is.

use std::fmt::Write as _;

use fastrand::Rng;

use super::items::{Item, begin_item, end_item};

/// Operating systems: the name, what kind of machine has it, and its CPE.
const SYSTEMS: [(&str, &str, &str, &str); 5] = [
    ("Linux Kernel 6.1 on Debian 12", "linux", "general-purpose", "cpe:/o:debian:debian_linux:12"),
    (
        "Microsoft Windows Server 2019 Standard Build 17763",
        "windows",
        "general-purpose",
        "cpe:/o:microsoft:windows_server_2019",
    ),
    ("Microsoft Windows 10 Pro", "windows", "general-purpose", "cpe:/o:microsoft:windows_10:1809"),
    ("Linux Kernel 5.14 on Rocky Linux 9", "linux", "general-purpose", "cpe:/o:rocky:linux:9"),
    ("CISCO IOS 15.2(7)E3", "cisco-ios", "router", "cpe:/o:cisco:ios:15.2(7)e3"),
];

const ROLES: [&str; 6] = ["web", "db", "mail", "files", "build", "desk"];

/// Begins a host and writes its properties. Hosts are counted from 0.
pub(super) fn begin(text: &mut String, random: &mut Rng, number: u32) {
    let address = address(number);
    let (system, os, kind, cpe) = random.choice(SYSTEMS).unwrap_or_default();
    let name = name(number);
    let mac = random.u32(..).to_be_bytes();
    let (start, end) = times(number);
    let _ = write!(
        text,
        "<ReportHost name=\"{address}\"><HostProperties>\n\
         <tag name=\"HOST_END\">{end}</tag>\n\
         <tag name=\"operating-system\">{system}</tag>\n\
         <tag name=\"os\">{os}</tag>\n\
         <tag name=\"system-type\">{kind}</tag>\n\
         <tag name=\"cpe-0\">{cpe}</tag>\n\
         <tag name=\"mac-address\">00:50:{:02X}:{:02X}:{:02X}:{:02X}</tag>\n\
         <tag name=\"host-uuid\">{:032x}</tag>\n\
         <tag name=\"Credentialed_Scan\">true</tag>\n\
         <tag name=\"policy-used\">Basic Network Scan</tag>\n\
         <tag name=\"hostname\">{name}</tag>\n\
         <tag name=\"host-fqdn\">{name}.example.com</tag>\n\
         <tag name=\"host-ip\">{address}</tag>\n\
         <tag name=\"HOST_START\">{start}</tag>\n\
         </HostProperties>\n",
        mac[0],
        mac[1],
        mac[2],
        mac[3],
        random.u128(..),
    );
}

/// Writes the findings that are of this host alone.
pub(super) fn own_items(text: &mut String, random: &mut Rng, number: u32) {
    let (start, end) = times(number);
    let (name, address) = (name(number), address(number));

    begin_item(text, &INFORMATION);
    let _ = write!(
        text,
        "<plugin_output>Information about this scan : \n\nNessus version : 10.8.3\nPlugin feed \
         version : 202601050215\nScanner IP : 10.255.0.{}\nPort range : default\nThorough tests : \
         no\nPatch management checks : None\nDisplay superseded patches : yes (supersedence plugin \
         launched)\nScan Start Date : {start}\nScan End Date : {end}\n</plugin_output>\n",
        number % 4 + 1
    );
    end_item(text);

    begin_item(text, &TRACEROUTE);
    let _ = write!(
        text,
        "<plugin_output>For your information, here is the traceroute from 10.255.0.1 to {address} \
         : \n10.255.0.1\n10.254.{}.1\n{address}\n\nHop Count: 2\n</plugin_output>\n",
        random.u8(..)
    );
    end_item(text);

    begin_item(text, &HOSTNAME);
    let _ = writeln!(
        text,
        "<plugin_output>\n  Hostname : {name}\n    {name} (hostname command)\n</plugin_output>"
    );
    end_item(text);

    begin_item(text, &CERTIFICATE);
    let _ = writeln!(
        text,
        "<plugin_output><![CDATA[Subject Name: \n\nCommon Name: {name}.example.com\nOrganization: \
         <Example & Sons>\n\nSerial Number: {:032X}\n\nFingerprints : \nSHA-256 Fingerprint: \
         {:032X}{:032X}\n]]></plugin_output>",
        random.u128(..),
        random.u128(..),
        random.u128(..)
    );
    end_item(text);
}

const INFORMATION: Item<'_> = Item {
    plugin: 19_506,
    name: "Nessus Scan Information",
    family: "Settings",
    severity: 0,
    port: 0,
    protocol: "tcp",
    service: "general",
    synopsis: "This plugin displays information about the Nessus scan.",
    description: "This plugin displays, for each tested host, information about the\nscan itself.",
    solution: "n/a",
    see_also: &[],
};
const TRACEROUTE: Item<'_> = Item {
    plugin: 10_287,
    name: "Traceroute Information",
    family: "General",
    protocol: "udp",
    synopsis: "It was possible to obtain traceroute information.",
    description: "Makes a traceroute to the remote host.",
    ..INFORMATION
};
const HOSTNAME: Item<'_> = Item {
    plugin: 55_472,
    name: "Device Hostname",
    family: "General",
    synopsis: "It was possible to determine the remote system hostname.",
    description: "This plugin reports a device's hostname collected via SSH or WMI.",
    ..INFORMATION
};
const CERTIFICATE: Item<'_> = Item {
    plugin: 10_863,
    name: "SSL Certificate Information",
    family: "General",
    port: 443,
    service: "www",
    synopsis: "This plugin displays the SSL certificate.",
    description: "This plugin connects to every SSL-related port and attempts to extract\nand dump \
                  the X.509 certificate.",
    ..INFORMATION
};

fn name(number: u32) -> String {
    let role = ROLES.get(number as usize % ROLES.len()).unwrap_or(&"host");
    format!("{role}-{number}")
}

/// The address of a host.
fn address(number: u32) -> String {
    let [_, a, b, c] = number.wrapping_add(1).to_be_bytes();
    format!("10.{a}.{b}.{c}")
}

/// When its scan began and ended: 2026-01-05, in the night's hours.
fn times(number: u32) -> (String, String) {
    let time = |seconds: u32| {
        let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        format!("Mon Jan  5 {hour:02}:{minute:02}:{second:02} 2026")
    };
    let start = number.wrapping_mul(7) % (6 * 3600);
    (time(start), time(start + 600 + number % 900))
}
