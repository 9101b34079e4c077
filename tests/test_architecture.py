"""The rooms of the code: imports run one way, and each rule lives in one place."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FORBIDDEN = {"catalogue": {"orders", "config"}, "orders": {"config"}}
MODULES = [
    path.relative_to(ROOT)
    for room in ("config", "catalogue", "orders")
    for path in sorted((ROOT / room).rglob("*.py"))
    if "migrations" not in path.parts
]


def imported(path):
    """The names that a module imports, in full: "orders.stock.receive"."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_imports_run_from_config_to_orders_to_catalogue(path):
    rooms = {name.split(".")[0] for name in imported(path)}

    assert rooms & FORBIDDEN.get(path.parts[0], set()) == set()


def modules_that_import(name, *, besides):
    return {
        str(path) for path in MODULES if any(found.endswith(f".{name}") for found in imported(path))
    } - set(besides)


def test_only_the_stock_names_the_ledger():
    readers = ["orders/audit.py", "orders/admin.py", "orders/shelves.py"]
    readers += ["orders/models/__init__.py"]
    readers += [f"orders/reports/{name}.py" for name in ("choices", "demand", "departures")]

    stock = {f"orders/stock/{name}.py" for name in ("balances", "ledger", "lines", "shelf")}

    assert modules_that_import("StockEntry", besides=readers) == stock


def test_only_the_ledger_makes_entries():
    makers = [path for path in MODULES if "StockEntry.objects.create" in (ROOT / path).read_text()]

    assert list(map(str, makers)) == ["orders/stock/ledger.py"]


def test_nobody_uses_signals_of_our_own():
    signals = [
        (path, name) for path in MODULES for name in imported(path) if "signals" in name.split(".")
    ]

    assert signals == []


@pytest.mark.parametrize("name", ["helpers", "managers", "services", "utils"])
def test_no_module_has_a_name_that_says_nothing(name):
    assert [path for path in MODULES if path.stem == name] == []


def assigned_attributes(path):
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
        if isinstance(node, ast.Assign | ast.AugAssign):
            yield from (
                f"{getattr(target.value, 'id', '')}.{target.attr}"
                for target in targets
                if isinstance(target, ast.Attribute)
            )


def test_only_the_lifecycle_writes_an_orders_status():
    writers = [str(path) for path in MODULES if "order.status" in assigned_attributes(path)]

    assert writers == ["orders/lifecycle/steps.py"]


def test_weasyprint_and_pdfium_are_not_loaded_with_the_site():
    """They cost each web process 0.5 s and 45 MB."""
    import subprocess
    import sys

    code = (
        "import sys, os; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings';"
        "import config.wsgi; from django.urls import get_resolver; get_resolver().url_patterns;"
        "print([m for m in ('weasyprint', 'pypdfium2', 'pikepdf') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert run.stdout.strip() == "[]"
