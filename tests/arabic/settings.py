"""The site with Arabic as a fourth interface language: one entry, one migration, one catalogue.

The migration is written when the tests begin, by `makemigrations` into a folder of its own, so
that it always follows the newest one of the project.
"""

import sys
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from config.settings import *  # noqa: F403
from config.settings import BASE_DIR, LANGUAGES, LOCALE_PATHS, SITE_NAME, TREATY_NAME, UNIT_NAME

FOLDER = Path(tempfile.mkdtemp(prefix="arabic-"))

# The entry ------------------------------------------------------------------

LANGUAGES = [*LANGUAGES, ("ar", "العربية")]

# Who runs it, as in any installation ----------------------------------------

SITE_NAME |= {"ar": "المنشورات"}
TREATY_NAME |= {"ar": "اتفاقية الذخائر العنقودية"}
UNIT_NAME |= {"ar": "وحدة دعم التنفيذ"}

# The message catalogue ------------------------------------------------------

MESSAGES = Path(__file__).parent / "django.po"
COMPILED = FOLDER / "locale/ar/LC_MESSAGES/django.mo"
COMPILED.parent.mkdir(parents=True)
with MESSAGES.open("rb") as source, COMPILED.open("wb") as target:
    write_mo(target, read_po(source, locale="ar"))
LOCALE_PATHS = [FOLDER / "locale", *LOCALE_PATHS]

# The migration: one command, one file for each app with translated names ----

MIGRATION_MODULES = {app: f"arabic_{app}" for app in ("catalogue", "orders")}
for app, name in MIGRATION_MODULES.items():
    (FOLDER / name).mkdir()
    own = BASE_DIR / app / "migrations"
    (FOLDER / name / "__init__.py").write_text(f"__path__.append({str(own)!r})\n")
sys.path.insert(0, str(FOLDER))
