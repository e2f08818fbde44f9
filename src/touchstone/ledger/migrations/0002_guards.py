from django.db import migrations

from touchstone.ledger import guards


class Migration(migrations.Migration):
    """Triggers that refuse to change or delete what is written; see ledger/guards.py."""

    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: guards.install(editor.connection),
            lambda apps, editor: guards.lift(editor.connection),
        ),
    ]
