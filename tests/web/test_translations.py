"""The Chinese is complete, and the check would notice if it were not."""

from __future__ import annotations

import pytest

from touchstone.web import translations


def test_every_string_has_its_chinese():
    assert translations.check().lines() == []


@pytest.fixture
def check_of(tmp_path, monkeypatch):
    """The check's lines for one .po text, as if the code used only what `uses` names."""

    def run(po: str, uses: dict[tuple[str, str], translations.Use]) -> list[str]:
        (tmp_path / "web.po").write_text('msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n' + po)
        monkeypatch.setattr(translations, "LOCALE", tmp_path)
        monkeypatch.setattr(translations, "used", lambda: uses)
        return translations.check().lines()

    return run


def use(plural: str = "") -> translations.Use:
    return translations.Use(plural=plural, places=["web/views.py:1"])


def test_a_missing_string_is_named_with_its_place(check_of):
    assert check_of("", {("", "Home"): use()}) == ["web.po: missing 'Home' (web/views.py:1)"]


@pytest.mark.parametrize(
    ("po", "complaint"),
    [
        ('msgid "Home"\nmsgstr ""\n', "empty"),
        ('#, fuzzy\nmsgid "Home"\nmsgstr "首页"\n', "fuzzy"),
        ('msgid "Home"\nmsgstr "首页%(n)s"\n', "other placeholders"),
        ('msgid "Home"\nmsgstr "首页,好"\n', "half-width punctuation"),
        ('msgid "Home"\nmsgstr "首页"\n\nmsgid "Gone"\nmsgstr "没有"\n', "left over 'Gone'"),
    ],
)
def test_a_bad_entry_is_named(check_of, po, complaint):
    assert any(complaint in line for line in check_of(po, {("", "Home"): use()}))


def test_a_plural_that_the_catalogue_lacks_is_named(check_of):
    lines = check_of('msgid "%(n)s row"\nmsgstr "%(n)s 行"\n', {("", "%(n)s row"): use("%(n)s rows")})
    assert lines == ["web.po: no plural for '%(n)s row'"]


def test_strings_are_found_in_code_and_templates():
    found = translations.used()
    assert found["", "%(first)s–%(last)s of %(all)s row"].plural == "%(first)s–%(last)s of %(all)s rows"
    assert found["", "Sign-in is paused"].room == "accounts"
    assert found["", "You may not do this (%(verb)s)."].room == "accounts"
    assert found["", "Filter"].room == "web"


def test_the_build_reads_every_room(tmp_path, monkeypatch):
    monkeypatch.setattr(translations, "LOCALE", tmp_path)
    monkeypatch.setattr(translations, "CATALOGUE", tmp_path / "LC_MESSAGES" / "django.mo")
    (tmp_path / "web.po").write_text('msgid "Home"\nmsgstr "首页"\n')
    (tmp_path / "cases.po").write_text('msgid "%(n)s ring"\nmsgid_plural "%(n)s rings"\nmsgstr[0] "%(n)s 个团伙"\n')
    assert translations.build() is True
    assert translations.build() is False

    import gettext

    with (tmp_path / "LC_MESSAGES" / "django.mo").open("rb") as compiled:
        chinese = gettext.GNUTranslations(compiled)
    assert chinese.gettext("Home") == "首页"
    assert chinese.ngettext("%(n)s ring", "%(n)s rings", 2) == "%(n)s 个团伙"


def test_a_broken_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(translations, "LOCALE", tmp_path)
    (tmp_path / "cases.po").write_text('msgidd "Home"\n')
    with pytest.raises(ValueError, match=r"cases\.po"):
        translations.room_catalogues()
