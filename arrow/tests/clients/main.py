"""Compares what DuckDB and pyarrow read with the NDJSON of the same report, column by column:
`main.py REPORT_PROGRAM PARQUET_PROGRAM EVERY_COLUMN README KEY`."""

import datetime
import importlib.util
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import duckdb
import pyarrow.parquet

REPORT, PARQUET, EVERY_COLUMN, README, KEY = sys.argv[1:]
UTC = datetime.timezone.utc
spec = importlib.util.spec_from_file_location("key", KEY)
key = importlib.util.module_from_spec(spec)
spec.loader.exec_module(key)


def run(*arguments):
    return subprocess.run(arguments, check=True, stdout=subprocess.PIPE).stdout


# The expected value of each column, from the JSON of a finding, which is independent of Arrow.

SEVERITIES = ["info", "low", "medium", "high", "critical"]
DATES = ["vuln_publication_date", "patch_publication_date", "plugin_publication_date", "plugin_modification_date"]
TEXTS = [
    "risk_factor", "synopsis", "description", "solution", "epss_score", "vpr_score", "plugin_type", "fname",
    "script_version",
]
EXPLOIT = [
    "available", "ease", "by_malware", "by_nessus", "in_the_news", "metasploit_name", "canvas_package", "d2_elliot_name",
]
COMPLIANCE = [
    "result", "check_name", "check_id", "actual_value", "policy_value", "info", "solution", "reference", "audit_file",
    "error",
]


def seconds(number):
    return None if number is None else datetime.datetime.fromtimestamp(number, UTC)


def host_columns(host):
    row = {f"host_{name}": host.get(name) for name in ["name", "ip", "fqdn", "uuid", "os"]}
    row |= {f"host_{name}": seconds(host.get(name)) for name in ["start", "end"]}
    return row | {"host_macs": host.get("macs", []), "host_properties": host.get("properties", {})}


def plugin_columns(finding):
    row = {name: finding[name] for name in ["plugin_id", "plugin_name", "plugin_family"]}
    row |= {name: finding.get(name) for name in TEXTS}
    row |= {name: finding.get(name, []) for name in ["cves", "bids", "xrefs", "see_also"]}
    for version in ["cvss2", "cvss3", "cvss4"]:
        for name in ["base_score", "base_vector", "temporal_score", "temporal_vector"]:
            row[f"{version}_{name}"] = finding.get(version, {}).get(name)
    for name in DATES:
        row[name] = datetime.date.fromisoformat(finding[name]) if name in finding else None
    exploit = finding.get("exploit", {})
    row["exploit"] = {name: exploit.get(name) for name in EXPLOIT}
    row["exploit"]["frameworks"] = exploit.get("frameworks", {})
    return row | {"plugin_other": finding.get("plugin_other", {})}


def finding_columns(finding):
    host, compliance, severity = finding["host"], finding.get("compliance"), finding["severity"]
    row = {name: finding[name] for name in ["port", "protocol", "service"]}
    row |= {f"report_{name}": finding["report"].get(name) for name in ["name", "policy"]}
    row["severity"] = severity if isinstance(severity, int) else SEVERITIES.index(severity)
    row["severity_name"] = str(severity)
    row["plugin_output"] = finding.get("plugin_output")
    row["other"] = finding.get("other", {})
    check = compliance or {}
    row["compliance"] = compliance and {name: compliance.get(name) for name in COMPLIANCE} | {
        "see_also": compliance.get("see_also", []),
        "other": compliance.get("other", {}),
    }
    host_key = key.host_of(host.get("uuid", ""), host.get("fqdn", ""), host.get("ip", ""), host["name"])
    check_key = key.check_of(check.get("check_name") or "", check.get("check_id") or "")
    row["key"] = key.text_of("", host_key, finding["plugin_id"], finding["port"], finding["protocol"], check_key)
    return row


def expected(findings):
    tables = {
        "findings": [finding_columns(f) | host_columns(f["host"]) | plugin_columns(f) for f in findings],
        "findings_narrow": [
            finding_columns(f) | {"host_name": f["host"]["name"], "plugin_id": f["plugin_id"]} for f in findings
        ],
        "plugins": [],
        "hosts": [],
    }
    for finding in findings:
        for table, row in [("plugins", plugin_columns(finding)), ("hosts", host_columns(finding["host"]))]:
            if row not in tables[table]:
                tables[table].append(row)
    return tables


# What the engines read.


def with_duckdb(file):
    rows = duckdb.sql(f"set timezone = 'UTC'; from '{file}'")
    return [dict(zip(rows.columns, row)) for row in rows.fetchall()]


def with_pyarrow(file):
    return pyarrow.parquet.read_table(file).to_pylist(maps_as_pydicts="strict")


def compare(engine, table, rows, want):
    assert len(rows) == len(want), f"{engine}, {table}: {len(rows)} rows instead of {len(want)}"
    for number, (row, wanted) in enumerate(zip(rows, want)):
        digests = {name for name in row if name.endswith("_digest")}
        assert row.keys() - digests == wanted.keys(), row.keys() ^ wanted.keys()
        for name, value in wanted.items():
            assert row[name] == value, f"{engine}, {table}, row {number}: {name} is {row[name]!r}, not {value!r}"


def joined(folder):
    """The narrow form, its plugins and its hosts as one table, which must be the wide one."""
    return duckdb.sql(
        f"""select * exclude (plugin_digest, host_digest)
        from '{folder}/findings_narrow.parquet'
        join (select * exclude (plugin_id) from '{folder}/plugins.parquet') using (plugin_digest)
        join (select * exclude (host_name) from '{folder}/hosts.parquet') using (host_digest)"""
    )


def check_query(folder, readme):
    """The query in the README returns what is printed below it."""
    for day, hosts in [("2026-11-19", "10"), ("2026-11-20", "12")]:
        report = folder / f"{day}.nessus"
        report.write_bytes(run(REPORT, "generate", "real", hosts))
        run(PARQUET, "write", "findings", report, folder / f"lake/finished_date={day}/scan=121.parquet")
    query, printed = re.search(r"```sql\n(.*?)```\n.*?```text\n(.*?)```", readme, re.S).groups()
    rows = duckdb.sql(query.replace("'lake/", f"'{folder}/lake/"))
    lines = [" | ".join(map(str, row)) for row in [rows.columns, *rows.fetchall()]]
    assert printed.splitlines() == lines, "the result of the README's query is:\n" + "\n".join(lines)


def main(folder):
    start, passed = time.monotonic(), 0
    generated = folder / "generated.nessus"
    generated.write_bytes(run(REPORT, "generate", "real", "5"))
    for report in [pathlib.Path(EVERY_COLUMN), generated]:
        lines = run(REPORT, "json", report).splitlines()
        tables = expected([json.loads(line) for line in lines])
        for table, want in tables.items():
            file = folder / f"{table}.parquet"
            run(PARQUET, "write", table, report, file)
            for engine, read in [("DuckDB", with_duckdb), ("pyarrow", with_pyarrow)]:
                compare(engine, table, read(file), want)
                print(f"ok  {engine} reads {table} of {report.name}: {len(want)} rows, {len(want[0])} columns")
                passed += 1
            if report.name == "every-column.nessus":
                empty = [name for name in want[0] if not any(row[name] not in (None, "", [], {}) for row in want)]
                assert not empty, f"nothing is in {empty}"
        wide = duckdb.sql(f"from '{folder}/findings.parquet'")
        names = ", ".join(wide.columns)
        join = joined(folder).select(names)
        assert sorted(map(repr, join.fetchall())) == sorted(map(repr, wide.fetchall()))
        assert run(PARQUET, "json", folder / "findings.parquet").splitlines() == lines
        print(f"ok  the narrow form of {report.name} and its plugins and hosts are the wide one")
        passed += 1
    check_query(folder, pathlib.Path(README).read_text())
    print("ok  the README's query has the result that is printed there")
    print(f"{passed + 1} steps passed in {time.monotonic() - start:.0f} s")


with tempfile.TemporaryDirectory() as folder:
    main(pathlib.Path(folder))
