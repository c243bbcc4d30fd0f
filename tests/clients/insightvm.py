"""schemathesis over spec/insightvm.yaml against the sandbox's InsightVM console.

It generates valid and invalid requests from the spec, and checks the responses against it.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from sandbox import Sandbox

# All checks of schemathesis but one. `positive_data_acceptance` expects that a console accepts
# everything that matches its schema. A schema can't express whether a property to sort by, or an
# engine of a new pool, exists. The console rejects those that don't with 400, as documented.
EXCLUDED = "positive_data_acceptance"

# A console ignores query parameters that it does not know, and so does the sandbox.
CONFIGURATION = """
[generation]
allow-extra-parameters = false
"""

# Their path has an id of a pool and one of an engine, which are of one range: schemathesis can't
# know which is which, so it rarely finds a valid pair. sandbox/tests/it/contract.rs tests success.
NEED_LUCK = {
    "PUT /api/3/scan_engine_pools/{id}/engines/{engineId}",
    "DELETE /api/3/scan_engine_pools/{id}/engines/{engineId}",
}

OPERATIONS = 22


def run(program, spec, schemes, done):
    scheme = schemes[0]
    with Sandbox(program, *scheme.options) as sandbox:
        report = conform(sandbox, spec)
    cases = report["test_cases"]["generated"]
    done(f"schemathesis, {scheme.name}: {cases} cases, all {OPERATIONS} operations as documented")


def conform(sandbox, spec):
    at = sandbox.insightvm
    certificate = sandbox.certificate(at)
    with tempfile.TemporaryDirectory(prefix="scanops-schemathesis-") as folder:
        report = pathlib.Path(folder) / "report.json"
        (pathlib.Path(folder) / "schemathesis.toml").write_text(CONFIGURATION)
        command = [
            str(pathlib.Path(sys.executable).parent / "schemathesis"),
            "run",
            str(pathlib.Path(spec).resolve()),
            *("--url", at["url"]),
            *("--auth", f"{at['user']}:{at['password']}"),
            *(("--tls-verify", certificate) if certificate else ()),
            *("--checks", "all", "--exclude-checks", EXCLUDED),
            *("--seed", "3780", "--max-examples", "100", "--generation-database", "none"),
            *("--report", "json", "--report-json-path", str(report)),
            *("--continue-on-failure", "--no-color"),
        ]
        # In a directory of its own: it reads its configuration from the current directory.
        tested = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=170
        )
        assert tested.returncode == 0, tested.stdout + tested.stderr
        results = json.loads(report.read_text())
    check(results)
    return results


def check(results):
    """Nothing failed, and every operation was really called."""
    assert results["complete"] and not results["failures"] and not results["errors"], results
    assert results["operations"]["tested"] == OPERATIONS, results["operations"]
    assert results["phases"]["fuzzing"]["status"] == "success", results["phases"]
    assert results["phases"]["stateful"]["status"] == "success", results["phases"]
    rates = results["valid_rates"]
    assert len(rates) == OPERATIONS, rates.keys()
    for operation, phases in rates.items():
        accepted = sum(phase["accepted"] for phase in phases.values())
        assert accepted or operation in NEED_LUCK, f"{operation} never succeeded"
