"""loadtest's web page in a browser: what a reader sees of it, and does with it."""

import argparse
import time
from collections.abc import Callable

import browser
from selenium import webdriver
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

# How long anything may take until it is seen, in s.
PATIENCE = 30
# So many invocations of a conversation that a run lasts until it is stopped.
ENDLESS = "1000000"


class Failed(Exception):
    """What was waited for did not come."""


class Site:
    """The page in one browser, with the problems that were found."""

    def __init__(self, driver: webdriver.Chrome, arguments: argparse.Namespace) -> None:
        self.driver = driver
        self.url = arguments.url
        self.folder = arguments.folder
        self.options = arguments
        self.problems: list[str] = []
        # While the server is away the browser says so itself.
        self.may_be_away = False

    # What a reader sees.

    def open(self, width: int = 1440, theme: str = "light") -> None:
        browser.resize(self.driver, width, theme)
        self.driver.get(self.url)
        self.wait("the page to be connected", lambda: self.state not in ("Connecting", "No connection"))

    def find(self, name: str) -> WebElement:
        return self.driver.find_element("id", name)

    def text(self, name: str) -> str:
        script = "return document.getElementById(arguments[0])?.textContent ?? ''"
        return self.driver.execute_script(script, name)

    @property
    def state(self) -> str:
        return self.text("state-text")

    def number(self, name: str) -> float:
        """A number of the head; 0 where there is none yet."""
        text = self.text(name).replace(",", "").split("/")[0].split("\u00a0")[0].strip()
        return float(text) if text.replace(".", "", 1).isdigit() else 0

    def row(self, table: str, place: str = "tfoot") -> list[str]:
        """The cells of a table's total, or of its first row."""
        script = "return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)"
        return self.driver.execute_script(script, f"#{table}-table {place} tr:first-child > *")

    def turns(self) -> int:
        """How many turns have ended, by the table of the tab Statistics."""
        cells = self.row("statistics")
        return int(cells[1].replace(",", "")) if cells else 0

    def points(self) -> int:
        """How many points the first chart has."""
        chart = "window.Chart?.getChart(document.getElementById('chart-throughput'))"
        return self.driver.execute_script(f"return {chart}?.data.datasets[0].data.length ?? 0")

    def wait(self, what: str, condition: Callable[[], object], seconds: float = PATIENCE) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                image = self.folder / f"failed-{len(self.problems)}.png"
                browser.screenshot(self.driver).save(image)
                raise Failed(f"waited {seconds:.0f} s for {what} (state {self.state}, see {image})")
            time.sleep(0.05)

    def expect(self, what: str, is_so: object) -> None:
        if not is_so:
            self.problems.append(what)

    def expect_history(self, points: int) -> None:
        """The charts have so many points as soon as they are drawn: others come one a second."""
        self.wait("charts", lambda: self.points() > 0)
        found = self.points()
        self.expect(f"charts begin with {found} points of {points}", found >= points)

    # What a reader does.

    def fill(self, name: str, text: str) -> None:
        field = self.find(name)
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(Keys.BACKSPACE)
        if text:
            field.send_keys(text)

    def click(self, name: str) -> None:
        self.find(name).click()

    def tab(self, name: str) -> None:
        self.click(f"tab-{name}")
        self.wait(f"the tab {name}", lambda: self.find(f"panel-{name}").is_displayed())

    def fill_form(self, users: int) -> None:
        """The form for a run that lasts until it is stopped."""
        if not self.find("start").is_displayed():
            self.click("new-run")
        self.fill("user_count", str(users))
        self.fill("spawn_rate", str(users))
        self.fill("run_time", "")
        if self.options.host:
            self.fill("host", self.options.host)
        self.fill("invocations-0", ENDLESS)

    def start(self, users: int = 4) -> None:
        self.fill_form(users)
        self.click("start-button")
        self.wait("the run to start", lambda: self.state in ("Spawning", "Running"))
        self.wait("all users", lambda: self.number("head-users") == users)

    def stop(self) -> None:
        self.click("stop")
        self.wait("the run to stop", lambda: self.state == "Stopped", 60)

    def leave(self) -> None:
        """Ends what a scenario left running."""
        if self.state in ("Warming up", "Spawning", "Running"):
            self.stop()

    def check_logs(self) -> None:
        own = self.url.rstrip("/") + "/"

        def is_harmless(message: str) -> bool:
            return self.may_be_away and "net::ERR_" in message

        self.problems += browser.log_problems(self.driver, lambda url: url.startswith(own), is_harmless)

    def look(self, name: str, theme: str) -> None:
        """Keeps a picture of the page, and says what is wrong with it."""
        deadline = time.monotonic() + 10
        while True:
            image = browser.screenshot(self.driver)
            problems = browser.theme_problems(image, theme) + browser.chart_problems(self.driver, image)
            if not problems or time.monotonic() > deadline:
                break
        image.save(self.folder / f"{name}.png")
        problems += browser.page_problems(self.driver)
        self.problems += [f"{name}: {problem}" for problem in problems]
