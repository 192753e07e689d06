"""A Chromium for the tests: one that is there, else Playwright's own, else the system's package.

`python -m tests.browser` installs it, and the fonts that a page in Chinese needs.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Headless and quiet: no sandbox (CI runs as root), no GPU, and none of Chromium's own calls to the network.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def launch(playwright: Playwright) -> Browser:
    """A running browser; raises if there is none."""
    return playwright.chromium.launch(executable_path=_executable(playwright), args=ARGUMENTS)


def _executable(playwright: Playwright) -> str | None:
    own = playwright.chromium.executable_path
    return next((path for name in NAMES if (path := shutil.which(name))), own if Path(own).exists() else None)


def _install() -> None:
    with sync_playwright() as playwright:
        there = _executable(playwright)
    if not there:
        print("Installing Chromium through Playwright …", flush=True)
        if subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], capture_output=True).returncode:
            _install_package("chromium")
    if shutil.which("fc-list") and b":" not in subprocess.run(["fc-list", ":lang=zh"], capture_output=True).stdout:
        _install_package("fonts-noto-cjk")


def _install_package(name: str) -> None:
    if not shutil.which("apt-get"):
        sys.exit(f"Install {name} with this system's package manager, then run the command again.")
    print(f"Installing {name} with apt-get …", flush=True)
    become_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    for step in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", name]):
        done = subprocess.run([*become_root, "apt-get", *step], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"apt-get {step[0]} failed. Install {name} by hand, then run the command again.\n{done.stderr}")


if __name__ == "__main__":
    _install()
