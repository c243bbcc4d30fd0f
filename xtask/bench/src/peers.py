"""The same work by pyTenable. What it took is printed as a line of JSON, without the start of Python."""

import json
import logging
import sys
import time
import warnings
import zipfile

warnings.filterwarnings("ignore")
logging.disable(logging.ERROR)

what, *arguments = sys.argv[1:]


def client(url):
    from tenable.sc import TenableSC

    return TenableSC(url=url, access_key="access", secret_key="secret")


def report(start, **facts):
    print(json.dumps({"seconds": time.monotonic() - start, **facts}))


if what == "save":
    url, scan, path = arguments
    sc = client(url)
    start = time.monotonic()
    with open(path, "wb") as file:
        sc.scan_instances.export_scan(int(scan), file)
    report(start, count=1)
elif what == "import":
    url, path = arguments
    sc = client(url)
    start = time.monotonic()
    with open(path, "rb") as file:
        sc.scan_instances.import_scan(file, 1)
    report(start, count=1)
elif what == "findings":
    from tenable.reports.nessusv2 import NessusReportv2

    count = ports = 0
    start = time.monotonic()
    with zipfile.ZipFile(arguments[0]) as archive:
        with archive.open(archive.namelist()[0]) as file:
            for item in NessusReportv2(file):
                count += 1
                ports += item["port"]
    report(start, count=count, sum=ports)
elif what == "calls":
    url, count = arguments
    sc = client(url)
    sc.scan_instances.details(121)
    total = 0
    start = time.monotonic()
    for _ in range(int(count)):
        total += int(sc.scan_instances.details(121)["id"])
    report(start, count=int(count), sum=total)
