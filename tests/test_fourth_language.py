"""Another interface language is an entry, a migration and a message catalogue: Arabic shows it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_arabic_costs_an_entry_a_migration_and_a_message_catalogue(tmp_path):
    """A run of its own, since the languages of a process are those of its settings."""
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"),
            *("--ds", "tests.arabic.settings", f"--basetemp={tmp_path / 'arabic'}"),
            "tests/arabic",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout
