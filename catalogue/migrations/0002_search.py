"""The words of each publication, and the full-text index that follows them by itself."""

import django.db.models.deletion
from django.db import migrations, models

CREATE = {
    "sqlite": [
        # Which publications, not where in them: a fifth of the size, and all that is asked.
        # Words come folded, and `ascii` takes whatever is not ASCII for a letter.
        """CREATE VIRTUAL TABLE catalogue_searchindex USING fts5(
               words, content='catalogue_searchentry', content_rowid='publication_id',
               detail=none, columnsize=0, tokenize='ascii'
           )""",
        """CREATE TRIGGER catalogue_searchentry_added AFTER INSERT ON catalogue_searchentry BEGIN
               INSERT INTO catalogue_searchindex (rowid, words)
               VALUES (new.publication_id, new.words);
           END""",
        """CREATE TRIGGER catalogue_searchentry_removed AFTER DELETE ON catalogue_searchentry BEGIN
               INSERT INTO catalogue_searchindex (catalogue_searchindex, rowid, words)
               VALUES ('delete', old.publication_id, old.words);
           END""",
        """CREATE TRIGGER catalogue_searchentry_changed
           AFTER UPDATE OF publication_id, words ON catalogue_searchentry BEGIN
               INSERT INTO catalogue_searchindex (catalogue_searchindex, rowid, words)
               VALUES ('delete', old.publication_id, old.words);
               INSERT INTO catalogue_searchindex (rowid, words)
               VALUES (new.publication_id, new.words);
           END""",
    ],
    "postgresql": [
        """ALTER TABLE catalogue_searchentry ADD COLUMN vector tsvector
           GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED""",
        """CREATE INDEX catalogue_searchentry_vector ON catalogue_searchentry
           USING gin (vector) WITH (fastupdate = off)""",
        # For a frequent word the planner would read every row, not knowing what a long
        # vector costs: a function may tell it not to, without telling the whole session.
        """CREATE FUNCTION catalogue_search_matches(query text) RETURNS SETOF bigint
           LANGUAGE sql STABLE ROWS 200 SET enable_seqscan = off
           AS $$ SELECT publication_id FROM catalogue_searchentry
                 WHERE vector @@ query::tsquery $$""",
    ],
}
DROP = {
    "sqlite": [
        "DROP TRIGGER catalogue_searchentry_added",
        "DROP TRIGGER catalogue_searchentry_removed",
        "DROP TRIGGER catalogue_searchentry_changed",
        "DROP TABLE catalogue_searchindex",
    ],
    "postgresql": [
        "DROP FUNCTION catalogue_search_matches",
        "ALTER TABLE catalogue_searchentry DROP COLUMN vector",
    ],
}


def create(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "publication",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_entry",
                        serialize=False,
                        to="catalogue.publication",
                    ),
                ),
                (
                    "digest",
                    models.CharField(help_text="Of the texts it was made from.", max_length=32),
                ),
                ("words", models.TextField()),
            ],
            options={
                "verbose_name": "search entry",
                "verbose_name_plural": "search entries",
            },
        ),
        migrations.RunPython(create, drop),
    ]
