//! What the findings of made-up reports are about.

/// A check of a service, and what it finds.
pub(super) struct Plugin {
    pub(super) id: u32,
    pub(super) name: &'static str,
    pub(super) family: &'static str,
    /// From 0 to 4.
    pub(super) severity: u8,
    pub(super) service: &'static str,
    pub(super) synopsis: &'static str,
    pub(super) description: &'static str,
    pub(super) solution: &'static str,
    pub(super) see_also: &'static [&'static str],
    pub(super) xrefs: &'static [&'static str],
    pub(super) output: &'static str,
}

pub(super) const PLUGINS: [Plugin; 8] = [
    Plugin {
        id: 11_219,
        name: "Nessus SYN scanner",
        family: "Port scanners",
        severity: 0,
        service: "unknown",
        synopsis: "It is possible to determine which TCP ports are open.",
        description: "This plugin is a SYN 'half-open' port scanner. It shall be reasonably quick\n\
                      even against a firewalled target.",
        solution: "Protect your target with an IP filter.",
        see_also: &[],
        xrefs: &[],
        output: "The port was found to be open",
    },
    Plugin {
        id: 22_964,
        name: "Service Detection",
        family: "Service detection",
        severity: 0,
        service: "www",
        synopsis: "The remote service could be identified.",
        description: "Nessus was able to identify the remote service by its banner or by looking\n\
                      at the error message it sends when it receives an HTTP request.",
        solution: "n/a",
        see_also: &[],
        xrefs: &[],
        output: "A web server is running on this port.",
    },
    Plugin {
        id: 57_582,
        name: "SSL Self-Signed Certificate",
        family: "General",
        severity: 2,
        service: "www",
        synopsis: "The SSL certificate chain for this service ends in an unrecognized self-signed \
                   certificate.",
        description: "The X.509 certificate chain for this service is not signed by a recognized\n\
                      certificate authority. If the remote host is a public host in production, \
                      this\nnullifies the use of SSL.",
        solution: "Purchase or generate a proper SSL certificate for this service.",
        see_also: &[
            "https://www.example.com/tls/chains",
            "https://www.example.com/tls/authorities",
        ],
        xrefs: &[],
        output: "The following certificate was found at the top of the chain :\n\n|-Subject : \
                 O=<Example & Sons>/CN=*.example.com",
    },
    Plugin {
        id: 42_873,
        name: "SSL Medium Strength Cipher Suites Supported (SWEET32)",
        family: "General",
        severity: 3,
        service: "www",
        synopsis: "The remote service supports the use of medium strength SSL ciphers.",
        description: "The remote host supports the use of SSL ciphers that offer medium strength\n\
                      encryption, with keys of at least 64 bits & less than 112 bits.",
        solution: "Reconfigure the affected application to avoid medium strength ciphers.",
        see_also: &[
            "https://sweet32.info",
            "https://www.openssl.org/blog/blog/2016/08/24/sweet32/",
        ],
        xrefs: &["CWE:327"],
        output: "    Name                          Code             KEX           Auth     Encryption\n    \
                 DES-CBC3-SHA                  0x00, 0x0A       RSA           RSA      3DES-CBC(168)",
    },
    Plugin {
        id: 70_658,
        name: "SSH Server CBC Mode Ciphers Enabled",
        family: "Misc.",
        severity: 1,
        service: "ssh",
        synopsis: "The SSH server is configured to use Cipher Block Chaining.",
        description: "The SSH server is configured to support Cipher Block Chaining (CBC)\n\
                      encryption. This may allow an attacker to recover the plaintext message.",
        solution: "Disable CBC mode cipher encryption, and enable CTR or GCM.",
        see_also: &[],
        xrefs: &["CERT:958563", "CWE:200"],
        output: "The following client-to-server CBC algorithms are supported :\n\n  aes128-cbc\n  \
                 aes256-cbc",
    },
    Plugin {
        id: 156_032,
        name: "Apache Log4j Unsupported Version Detection",
        family: "Misc.",
        severity: 4,
        service: "www",
        synopsis: "A logging library running on the remote host is no longer supported.",
        description: "According to its self-reported version number, the installation of Apache \
                      Log4j\non the remote host is no longer supported. Log4j reached its end of \
                      life prior\nto 2016.",
        solution: "Upgrade to a version of Apache Log4j that is currently supported.",
        see_also: &["http://www.nessus.org/u?59f655a2"],
        xrefs: &["IAVA:0001-A-0650"],
        output: "  Path              : /opt/app/lib/log4j-1.2.17.jar\n  Installed version : 1.2.17",
    },
    Plugin {
        id: 104_743,
        name: "TLS Version 1.0 Protocol Detection",
        family: "Service detection",
        severity: 2,
        service: "imap",
        synopsis: "The remote service encrypts traffic using an older version of TLS.",
        description: "The remote service accepts connections encrypted using TLS 1.0, which has a\n\
                      number of cryptographic design flaws.",
        solution: "Enable support for TLS 1.2 and 1.3, and disable support for TLS 1.0.",
        see_also: &["https://tools.ietf.org/html/draft-ietf-tls-oldversions-deprecate-00"],
        xrefs: &["CWE:327"],
        output: "TLSv1 is enabled and the server supports at least one cipher.",
    },
    Plugin {
        id: 125_313,
        name: "Microsoft RDP RCE (CVE-2019-0708) (BlueKeep) (uncredentialed check)",
        family: "Windows",
        severity: 4,
        service: "msrdp",
        synopsis: "The remote host is affected by a remote code execution vulnerability.",
        description: "The remote host is affected by a remote code execution vulnerability in \
                      Remote\nDesktop Protocol (RDP). An unauthenticated, remote attacker can \
                      exploit this, via\na series of specially crafted requests, to execute \
                      arbitrary code.",
        solution: "Microsoft has released a set of patches for Windows XP, 2003, 2008, 7, and 2008 \
                   R2.",
        see_also: &["http://www.nessus.org/u?577af692", "http://www.nessus.org/u?8e4e0b74"],
        xrefs: &["CISA-KNOWN-EXPLOITED:2022/05/03", "CEA-ID:CEA-2020-0129"],
        output: "The MS_T120 channel could be bound.",
    },
];

/// What is not up to date.
pub(super) const PACKAGES: [&str; 16] = [
    "linux",
    "openssl",
    "curl",
    "openssh",
    "glibc",
    "sudo",
    "firefox-esr",
    "systemd",
    "php8.2",
    "python3.11",
    "bind9",
    "apache2",
    "nginx",
    "postgresql-15",
    "samba",
    "libxml2",
];

/// Points of a policy, and what it wants.
pub(super) const AUDITS: [(&str, &str); 6] = [
    ("Ensure permissions on /etc/passwd are configured", "644 root:root"),
    ("Ensure SSH root login is disabled", "PermitRootLogin no"),
    ("Ensure password expiration is 365 days or less", "<= 365"),
    ("Ensure auditd service is enabled and running", "enabled & active"),
    ("Ensure AppArmor is enabled in the bootloader configuration", "apparmor=1"),
    ("Ensure chrony is configured with authorized timeserver", "server \"10.255.0.9\""),
];
