"""Opens HTML reports in headless Chromium and checks what a reader would see: report.py [OPTION...] FOLDER FILE...

Each file is opened 360 and 1440 pixels wide, light and dark, and its theme is switched by its button. Screenshots are
kept in FOLDER. Prints a line for every problem; the status is 1 if there is any.
"""

import argparse
import pathlib
import sys
import time

import browser
from PIL import Image
from selenium import webdriver

# How long charts may take until they are seen, in s: taking a picture of the whole page changes the window, and with it
# the charts' size.
PATIENCE = 10


class Page:
    """One file in one browser, at one width and in one theme."""

    def __init__(self, driver: webdriver.Chrome, file: pathlib.Path, width: int, theme: str) -> None:
        self.driver = driver
        self.name = f"{file.stem} at {width} px, {theme}"
        self.problems: list[str] = []
        browser.resize(driver, width, theme)
        self.url = file.resolve().as_uri()
        driver.get(self.url)

    def check(self, screenshot: pathlib.Path, theme: str, charts: list[str] | None) -> None:
        self.problems += browser.page_problems(self.driver)
        self.look(theme, charts).save(screenshot)
        # The other theme, by the reader's own choice.
        before = self.colors()
        self.driver.find_element("id", "theme").click()
        self.look("light" if theme == "dark" else "dark", charts)
        self.problems += browser.page_problems(self.driver)
        if before and self.colors() == before:
            self.problems.append("the charts keep their colours in the other theme")
        self.problems += browser.log_problems(self.driver, lambda url: url == self.url)

    def look(self, theme: str, charts: list[str] | None) -> Image.Image:
        deadline = time.monotonic() + PATIENCE
        while True:
            image = browser.screenshot(self.driver)
            problems = browser.theme_problems(image, theme) + self.chart_problems(image, charts)
            if not problems or time.monotonic() > deadline:
                self.problems += problems
                return image

    def colors(self) -> list:
        return [chart["series"] for chart in browser.charts(self.driver)]

    def chart_problems(self, image: Image.Image, wanted: list[str] | None) -> list[str]:
        ids = [chart["id"] for chart in browser.charts(self.driver)]
        missing = wanted is not None and sorted(ids) != sorted(wanted)
        return ([f"charts {ids} instead of {wanted}"] if missing else []) + browser.chart_problems(self.driver, image)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--charts", help="the ids of the charts that have to be there, separated by commas")
    parser.add_argument("--quick", action="store_true", help="each width in one theme only")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("files", type=pathlib.Path, nargs="+")
    arguments = parser.parse_args()
    charts = arguments.charts.split(",") if arguments.charts else None
    arguments.folder.mkdir(parents=True, exist_ok=True)
    problems = 0
    driver = browser.start()
    try:
        for file in arguments.files:
            for width, theme in browser.VIEWS[:2] if arguments.quick else browser.VIEWS:
                page = Page(driver, file, width, theme)
                page.check(arguments.folder / f"{file.stem}-{width}-{theme}.png", theme, charts)
                for problem in page.problems:
                    print(f"{page.name}: {problem}")
                problems += len(page.problems)
    finally:
        driver.quit()
    return 1 if problems else 0


sys.exit(main())
