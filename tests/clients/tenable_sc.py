"""pyTenable, as published on PyPI, against the sandbox's Tenable.sc.

Makes every call of `sc.scan_instances` as pyTenable's documentation shows it, and checks what it
returns.
"""

import io
import logging
import tempfile
import time
import warnings
import zipfile
from xml.parsers import expat

from requests.exceptions import SSLError
from tenable.errors import APIError, ConnectionError
from tenable.sc import TenableSC

from sandbox import Sandbox

MIB = 1024 * 1024
# It warns for each session that API keys are the better choice.
warnings.filterwarnings("ignore", category=DeprecationWarning, module="tenable")
warnings.filterwarnings("ignore", "Session based authentication")
# It logs each rejected call, and these tests make some on purpose.
logging.disable(logging.ERROR)


def run(program, schemes, done):
    """Both ways to log in, over each scheme, each on its own server; then a large export."""
    for scheme in schemes:
        options = ["--report-size", "10MiB", *scheme.options]
        with Sandbox(program, *options) as sandbox, with_key(sandbox) as sc:
            every_call(sc, 10 * MIB)
        done(f"pyTenable, {scheme.name}, API key: every call, exports of 10 MiB")
        with Sandbox(program, *options) as sandbox:
            with with_session(sandbox) as sc:
                every_call(sc, 10 * MIB)
                assert sc._auth_mech == "session"
            # The session is over, on the server too.
            fails(lambda: sc.scan_instances.list(), 12)
        done(f"pyTenable, {scheme.name}, session: every call, exports of 10 MiB, logout")
    with Sandbox(program) as sandbox:
        refuses_a_stranger(sandbox)
    done("pyTenable, HTTPS: another server's certificate is not trusted")
    start = time.monotonic()
    with Sandbox(program, "--report-size", "1GiB", *schemes[0].options) as sandbox:
        with with_key(sandbox) as sc, tempfile.TemporaryFile() as file:
            sc.scan_instances.export_scan(1, file)
            items = check_export(file, 1024 * MIB)
    seconds = time.monotonic() - start
    done(f"pyTenable, {schemes[0].name}: an export of 1 GiB, {items} findings, {seconds:.0f} s")


def with_key(sandbox):
    at = sandbox.tenable_sc
    return TenableSC(
        url=at["url"],
        access_key=at["access_key"],
        secret_key=at["secret_key"],
        ssl_verify=sandbox.certificate(at) or True,
    )


def refuses_a_stranger(sandbox):
    """The certificate is really verified, which the other tests over HTTPS rely on."""
    at = sandbox.tenable_sc
    wrong = sandbox.certificate(sandbox.insightvm)
    try:
        TenableSC(
            url=at["url"],
            access_key=at["access_key"],
            secret_key=at["secret_key"],
            ssl_verify=wrong,
            retries=0,
        )
    except (SSLError, ConnectionError) as error:
        assert "certificate" in str(error).lower(), error
    else:
        raise AssertionError("the certificate of another server was trusted")


def with_session(sandbox):
    at = sandbox.tenable_sc
    return TenableSC(
        url=at["url"],
        username=at["user"],
        password=at["password"],
        ssl_verify=sandbox.certificate(at) or True,
    )


def every_call(sc, size):
    """In an order in which the effect of each call can be observed."""
    assert sc.version, "GET system names a version"
    reading(sc)
    control(sc)
    exports(sc, size)
    imports(sc)
    copies(sc)


def reading(sc):
    results = sc.scan_instances.list()
    usable, manageable = ids(results["usable"]), ids(results["manageable"])
    assert usable and manageable and usable & manageable, results
    for scan in results["manageable"]:
        assert {"id", "name", "description", "status"} <= set(scan), scan
    chosen = sc.scan_instances.list(fields=["name", "importStatus"], optimize=False)
    assert all(set(scan) == {"id", "name", "importStatus"} for scan in chosen["usable"]), chosen
    ever = sc.scan_instances.list(start_time=1)
    assert usable < ids(ever["usable"]), "older than 30 days are listed when asked for"
    none = sc.scan_instances.list(start_time=1, end_time=2)
    assert none == {"usable": [], "manageable": []}, none

    scan = sc.scan_instances.details(1)
    assert (scan["id"], scan["status"], scan["importStatus"]) == ("1", "Completed", "Finished")
    assert scan["owner"]["username"] and scan["repository"]["name"], scan
    assert "progress" in scan, scan
    fields = ["name", "status", "scannedIPs", "startTime", "finishTime"]
    chosen = sc.scan_instances.details(1, fields=fields)
    assert set(chosen) == {"id", *fields}, chosen
    assert int(chosen["startTime"]) < int(chosen["finishTime"]), chosen
    fails(lambda: sc.scan_instances.details(999), 147)


def control(sc):
    for call, id, status in [("pause", 2, "Paused"), ("resume", 2, "Running")]:
        scan = getattr(sc.scan_instances, call)(id)
        assert (scan["id"], scan["status"]) == (str(id), status), scan
        assert sc.scan_instances.details(id)["status"] == status
    stopped = sc.scan_instances.stop(2)
    assert stopped["status"] in ("Stopping", "Stopped"), stopped
    # A stopped scan can't be paused.
    fails(lambda: sc.scan_instances.pause(2))

    assert sc.scan_instances.email(1, "email@company.tld", "soc@company.tld") == ""


def exports(sc, size):
    with tempfile.TemporaryFile() as file:
        assert sc.scan_instances.export_scan(1, file) is file
        assert check_export(file, size) > 0
    in_memory = sc.scan_instances.export_scan(1)
    assert isinstance(in_memory, io.BytesIO)
    check_export(in_memory, size)
    # No scan result of the default sandbox has a SCAP report.
    fails(lambda: sc.scan_instances.export_scan(1, export_format="scap1_2"), 146)


def imports(sc):
    archive = zipfile.ZipFile(sc.scan_instances.export_scan(1))
    report = archive.read(archive.namelist()[0])
    before = everything(sc)
    options = {"auto_mitigation": 30, "host_tracking": True, "vhosts": True}
    assert sc.scan_instances.import_scan(io.BytesIO(report), 1, **options) == ""
    [new] = everything(sc) - before
    imported = sc.scan_instances.details(new)
    assert imported["repository"]["id"] == "1", imported
    assert imported["importStatus"] != "Error", imported
    # A repository that does not exist.
    fails(lambda: sc.scan_instances.import_scan(io.BytesIO(report), 999))

    assert sc.scan_instances.reimport_scan(1, **options) == ""
    assert sc.scan_instances.details(1)["importStatus"] in ("Import Pending", "Importing", "Finished")
    fails(lambda: sc.scan_instances.reimport_scan(999), 147)


def copies(sc):
    before = everything(sc)
    # A record is documented; servers respond with an empty string.
    assert sc.scan_instances.copy(1, 1) == ""
    [copy] = everything(sc) - before
    original = sc.scan_instances.details(1)
    assert original["name"] in sc.scan_instances.details(copy)["name"]
    assert sc.scan_instances.delete(copy) == ""
    assert everything(sc) == before
    fails(lambda: sc.scan_instances.delete(copy), 147)


def everything(sc):
    results = sc.scan_instances.list(start_time=1)
    return ids(results["usable"]) | ids(results["manageable"])


def ids(scans):
    return {int(scan["id"]) for scan in scans}


def fails(call, code=None):
    """Expects that the server rejects the call, so that pyTenable raises an error."""
    try:
        result = call()
    except APIError as error:
        assert error.code == 403, error
        said = error.response.json()["error_code"]
        assert code is None or said == code, f"error code {said} instead of {code}"
    else:
        raise AssertionError(f"expected an error, got: {result}")


def check_export(file, size):
    """Checks a zip of one complete report of this size, and returns how many findings it has.

    The archive is read as a stream; its checksum is compared at the end.
    """
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        [entry] = archive.infolist()
        assert entry.filename.endswith(".nessus"), entry.filename
        assert entry.file_size == size, f"{entry.file_size} bytes instead of {size}"
        with archive.open(entry) as report:
            return count_findings(report)


def count_findings(report):
    counts = {"NessusClientData_v2": 0, "Report": 0, "ReportHost": 0, "ReportItem": 0}

    def start(name, _):
        if name in counts:
            counts[name] += 1

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    while chunk := report.read(MIB):
        parser.Parse(chunk)
    parser.Parse(b"", True)
    assert (counts["NessusClientData_v2"], counts["Report"]) == (1, 1), counts
    assert counts["ReportHost"] >= 1, counts
    return counts["ReportItem"]
