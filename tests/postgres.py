"""A PostgreSQL server for one command, gone when the command ends.

    python -m tests.postgres -- python -m pytest

The command finds the server in DATABASE_URL. Where TEST_DATABASE_URL or DATABASE_URL
already names a PostgreSQL server that one is used and none is started.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

OWNER = "desk"
# The cluster lives as long as the tests: nothing in it is worth waiting for the disk.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}


class Missing(Exception):
    """PostgreSQL's server is not installed here."""


def main(command):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that `finally` is reached
    try:
        with server() as url:
            return run(command, os.environ | {"DATABASE_URL": url})
    except Missing:
        print("SKIPPED on PostgreSQL: its server is not installed.", file=sys.stderr)
        return 1 if os.environ.get("CI") else 0


@contextmanager
def server():
    """Give the URL of a PostgreSQL server: the one asked for, or a private one."""
    for name in ("TEST_DATABASE_URL", "DATABASE_URL"):
        if os.environ.get(name, "").startswith("postgres"):
            yield os.environ[name]
            return
    with private_cluster() as url:
        yield url


@contextmanager
def private_cluster():
    programs, account = find_programs(), unprivileged_account()
    folder = Path(tempfile.mkdtemp(prefix="desk-postgres-"))
    try:
        if "user" in account:
            os.chown(folder, account["user"], account["group"])
        with postmaster(programs, folder, account) as port:
            yield f"postgresql://{OWNER}@127.0.0.1:{port}/{OWNER}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postmaster(programs, folder, account):
    """Run the server itself as our child: its pid is known and nobody else's is touched."""
    options = {"cwd": folder, "stdin": subprocess.DEVNULL, **account}
    initialise = [programs / "initdb", "-D", folder / "data", "-U", OWNER, "--auth=trust"]
    initialise += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run(initialise, check=True, stdout=subprocess.DEVNULL, **options)
    port = free_port()
    serve = [programs / "postgres", "-D", folder / "data", "-p", str(port)]
    serve += [f"--{name}={value}" for name, value in FAST.items()]
    with (folder / "log").open("wb") as log:
        # A session of its own: Ctrl-C is for the tests, which need the server to clean up.
        child = subprocess.Popen(serve, stdout=log, stderr=log, start_new_session=True, **options)
    try:
        wait_until_ready(programs, port, child, folder / "log")
        where = ["-h", "127.0.0.1", "-p", str(port), "-U", OWNER]
        subprocess.run([programs / "createdb", *where, OWNER], check=True, **options)
        yield port
    finally:
        child.send_signal(signal.SIGINT)  # fast shutdown: ends sessions, waits for nobody
        child.wait(timeout=60)


def wait_until_ready(programs, port, child, log, seconds=60):
    probe = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    deadline = time.monotonic() + seconds
    while subprocess.run(probe, check=False).returncode != 0:
        if child.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("PostgreSQL did not start:\n" + log.read_text())
        time.sleep(0.1)


def find_programs():
    """The newest server Debian has installed, or the one in PATH."""
    folders = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted(folders, key=lambda path: float(path.parts[-3]))
    if not found and not (anywhere := shutil.which("initdb")):
        raise Missing
    return found[-1].parent if found else Path(anywhere).parent


def unprivileged_account():
    """PostgreSQL refuses to run as root: Debian's account for it, or nobody's."""
    if os.geteuid() != 0:
        return {}
    names = {account.pw_name for account in pwd.getpwall()}
    account = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(command, environ):
    """Run the command to its end, which Ctrl-C hastens but does not skip; its exit status."""
    child = subprocess.Popen(command, env=environ)
    while True:
        try:
            status = child.wait()
            return status if status >= 0 else 128 - status
        except KeyboardInterrupt:
            continue  # the terminal has sent it to the command as well
        except SystemExit:
            child.terminate()
            child.wait(timeout=60)
            raise


if __name__ == "__main__":
    sys.exit(main(sys.argv[2:] if sys.argv[1] == "--" else sys.argv[1:]))
