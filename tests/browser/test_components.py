import pytest


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_component_sheet_draws(open_page, people, picture, dark, width):
    page = open_page(width=width, dark=dark)
    page.goto("/account/login/?next=/style/")
    page.get_by_label("Username").fill("engineer")
    page.get_by_label("Password").fill("a-long-test-password")
    page.locator("main form button[type=submit], form button[type=submit]").last.click()
    page.wait_for_url("**/style/")
    picture(page, f"style-{width}-{'dark' if dark else 'light'}")
