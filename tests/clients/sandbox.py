"""The sandbox example as a process: started, read, and ended as users do it."""

import json
import pathlib
import signal
import subprocess
import tempfile
import threading


class Sandbox:
    """Both products on free ports, for as long as the `with` block lasts.

    At the end of the block the process must exit with status 0, with nothing on its standard error:
    a panic in a request would be printed there.
    """

    def __init__(self, program, *options, end=signal.SIGTERM):
        self._command = [program, *options]
        self._end = end

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="scanops-sandbox-")
        self._errors = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.PIPE, stderr=self._errors, text=True
        )
        try:
            self._read()
        except BaseException:
            self._process.kill()
            self._process.wait()
            self._folder.cleanup()
            raise
        return self

    def _read(self):
        impatience = threading.Timer(60, self._process.kill)
        impatience.start()
        line = self._process.stdout.readline()
        impatience.cancel()
        assert line, f"the sandbox did not start: {self._complaints()}"
        products = json.loads(line)
        self.tenable_sc = products["tenable_sc"]
        self.insightvm = products["insightvm"]

    def certificate(self, product):
        """The file with the certificate to trust for this product; `None` for plain http."""
        if product["certificate_pem"] is None:
            return None
        path = pathlib.Path(self._folder.name) / f"{product['fingerprint'][:16]}.pem"
        path.write_text(product["certificate_pem"])
        return str(path)

    def __exit__(self, kind, *_):
        self._process.send_signal(self._end)
        try:
            self._process.wait(30)
        finally:
            # Has no effect on a process that has ended.
            self._process.kill()
            self._process.wait()
            self._process.stdout.close()
            self._folder.cleanup()
        if kind is None:
            complaints = self._complaints()
            assert not complaints, f"the sandbox complained: {complaints}"
            status = self._process.returncode
            assert status == 0, f"the sandbox ended with status {status}"

    def _complaints(self):
        self._errors.seek(0)
        return self._errors.read()
