"""Chromium against the running pages: Debian's browser, driven by Playwright. Pictures go to test-artifacts/."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the test's thread

CHROMIUM = "/usr/bin/chromium"
PACKAGES = ["chromium", "fonts-noto-cjk"]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ARTIFACTS = Path(__file__).resolve().parents[2] / "test-artifacts"


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    """The browser's path; installs Debian's package where it may. Without one: skip, or fail where CI is set."""
    if not Path(CHROMIUM).exists():
        _install()
    if not Path(CHROMIUM).exists():
        reason = f"no browser at {CHROMIUM}; as root: apt-get install {' '.join(PACKAGES)}"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return CHROMIUM


def _install():
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    quiet = {"check": False, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update"], **quiet)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "--no-install-recommends", *PACKAGES]
    subprocess.run(command, env=environment, **quiet)


@pytest.fixture(scope="session")
def browser(chromium):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def _assets():
    from touchstone.web.build import build

    build()


@pytest.fixture
def open_page(browser, live_server, _assets):
    """`open_page(locale="zh-CN")` gives a page; the test fails on console errors and on requests to another host."""
    contexts, complaints = [], []

    def opened(locale: str = "en-GB", width: int = 1280, height: int = 860, dark: bool = False):
        context = browser.new_context(
            locale=locale,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            timezone_id="Asia/Shanghai",
            base_url=live_server.url,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda m: _is_complaint(m) and complaints.append(f"console: {m.text}"))
        page.on("pageerror", lambda e: complaints.append(f"script: {e}"))
        page.on("request", lambda r: _same_host(r.url, live_server.url) or complaints.append(f"outside: {r.url}"))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def _is_complaint(message) -> bool:
    """An error or a warning of the page; what the driver of a software renderer says of its own speed is none."""
    return message.type in ("error", "warning") and "GL Driver Message" not in message.text


def _same_host(url: str, home: str) -> bool:
    return urlsplit(url).scheme in ("data", "blob") or urlsplit(url).netloc == urlsplit(home).netloc


@pytest.fixture
def picture():
    """`picture(page, "03-case")` keeps a picture of the whole page."""
    ARTIFACTS.mkdir(exist_ok=True)

    def keep(page, name: str):
        page.evaluate("scrollTo(0, 0)")  # else what sticks to the top stands in the middle of the picture
        page.screenshot(path=ARTIFACTS / f"{name}.png", full_page=True, animations="disabled")

    return keep
