"""Opens HTML reports in headless Chromium and checks what a reader would see: report.py [OPTION...] FOLDER FILE...

Each file is opened 360 and 1440 pixels wide, light and dark, and its theme is switched by its button. Screenshots are
kept in FOLDER. Prints a line for every problem; the status is 1 if there is any.
"""

import argparse
import base64
import io
import json
import pathlib
import shutil
import sys
import time

from PIL import Image
from selenium import webdriver

HEIGHTS = {360: 780, 1440: 900}
VIEWS = [(360, "dark"), (1440, "light"), (360, "light"), (1440, "dark")]
# Of a chart's area: a line from one side to the other has at least this many pixels for each of its width.
LINE_SHARE = 0.5
# How far a pixel may be from a series' colour, in each of red, green and blue: lines have soft edges.
TOLERANCE = 40
# How long charts may take until they are seen, in s: taking a picture of the whole page changes the window, and with it
# the charts' size.
PATIENCE = 10

# What can be wrong with the page itself; a list of texts.
CHECKS = r"""
const problems = [];
const root = document.documentElement;
if (root.scrollWidth > root.clientWidth) {
  const wide = [...document.querySelectorAll('main *')].filter((e) => e.getBoundingClientRect().right > root.clientWidth
    && !e.closest('.scroll'));
  const widths = `the page is ${root.scrollWidth} wide, the window ${root.clientWidth}`;
  problems.push(`${widths}: ${wide[0]?.outerHTML.slice(0, 80)}`);
}

let level = 0;
for (const heading of document.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
  const next = Number(heading.tagName[1]);
  if (next > level + 1) problems.push(`${heading.tagName} “${heading.textContent}” follows an H${level}`);
  level = next;
}
if (document.querySelectorAll('h1').length !== 1) problems.push('not one h1');
for (const table of document.querySelectorAll('table')) {
  if (!table.caption?.textContent.trim()) problems.push('a table without a caption');
  if (![...table.querySelectorAll('thead th')].every((head) => head.scope)) problems.push('a head without a scope');
}
for (const canvas of document.querySelectorAll('canvas')) {
  if (canvas.getAttribute('role') !== 'img' || !canvas.ariaLabel) problems.push(`${canvas.id} has no description`);
}
const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
if (new Set(ids).size !== ids.length) problems.push('two elements have the same id');
for (const link of document.querySelectorAll('a')) {
  if (!document.querySelector(link.getAttribute('href'))) problems.push(`${link.href} leads nowhere`);
}

// WCAG AA: 4.5 to 1.
const channels = (text) => text.match(/[\d.]+/g).map(Number);
const luminance = (rgb) => rgb.slice(0, 3).map((v) => v / 255)
  .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
  .reduce((sum, v, index) => sum + v * [0.2126, 0.7152, 0.0722][index], 0);
const background = (element) => {
  for (let e = element; e; e = e.parentElement) {
    const color = channels(getComputedStyle(e).backgroundColor);
    if (color.length === 3 || color[3] > 0) return color;
  }
  return [255, 255, 255];
};
const seen = new Set();
for (const element of document.querySelectorAll('body *')) {
  const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  if (!hasText || !element.checkVisibility()) continue;
  const color = getComputedStyle(element).color;
  const [light, dark] = [luminance(channels(color)), luminance(background(element))].sort((a, b) => b - a);
  const contrast = (light + 0.05) / (dark + 0.05);
  if (contrast >= 4.5 || seen.has(color)) continue;
  seen.add(color);
  problems.push(`contrast ${contrast.toFixed(2)} of “${element.textContent.slice(0, 40)}” (${color})`);
}
return problems;
"""

# The charts, with what their pixels are to be.
CHARTS = r"""
return [...document.querySelectorAll('canvas')].map((canvas) => {
  const chart = window.Chart?.getChart(canvas);
  const { left, top, right, bottom } = chart?.chartArea ?? {};
  const box = canvas.getBoundingClientRect();
  return {
    id: canvas.id.replace('chart-', ''),
    box: [box.left, box.top + scrollY, box.width, box.height],
    area: chart && [left, top, right, bottom],
    series: chart?.data.datasets.map((d) => [d.label, d.borderColor.match(/\d+/g).slice(0, 3).map(Number)]),
  };
});
"""


class Page:
    """One file in one browser, at one width and in one theme."""

    def __init__(self, driver: webdriver.Chrome, file: pathlib.Path, width: int, theme: str) -> None:
        self.driver = driver
        self.name = f"{file.stem} at {width} px, {theme}"
        self.problems: list[str] = []
        metrics = {"width": width, "height": HEIGHTS[width], "deviceScaleFactor": 1, "mobile": width < 500}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        feature = {"name": "prefers-color-scheme", "value": theme}
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        self.url = file.resolve().as_uri()
        driver.get(self.url)

    def check(self, screenshot: pathlib.Path, theme: str, charts: list[str] | None) -> None:
        self.problems += self.driver.execute_script(CHECKS)
        self.look(theme, charts).save(screenshot)
        # The other theme, by the reader's own choice.
        before = self.colors()
        self.driver.find_element("id", "theme").click()
        self.look("light" if theme == "dark" else "dark", charts)
        self.problems += self.driver.execute_script(CHECKS)
        if before and self.colors() == before:
            self.problems.append("the charts keep their colours in the other theme")
        self.check_logs()

    def look(self, theme: str, charts: list[str] | None) -> Image.Image:
        deadline = time.monotonic() + PATIENCE
        while True:
            image = self.screenshot()
            problems = self.theme_problems(image, theme) + self.chart_problems(image, charts)
            if not problems or time.monotonic() > deadline:
                self.problems += problems
                return image

    def colors(self) -> list:
        return [chart["series"] for chart in self.driver.execute_script(CHARTS)]

    def screenshot(self) -> Image.Image:
        """The whole page, also what is below the window, once it has been drawn."""
        self.driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
        root = "document.documentElement"
        width, height = self.driver.execute_script(f"return [{root}.clientWidth, {root}.scrollHeight]")
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        options = {"captureBeyondViewport": True, "format": "png", "clip": clip}
        data = self.driver.execute_cdp_cmd("Page.captureScreenshot", options)["data"]
        return Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")

    def theme_problems(self, image: Image.Image, theme: str) -> list[str]:
        is_light = sum(image.getpixel((2, 2))) > 384
        return [] if is_light == (theme == "light") else [f"the page is not {theme}"]

    def chart_problems(self, image: Image.Image, wanted: list[str] | None) -> list[str]:
        problems = []
        charts = self.driver.execute_script(CHARTS)
        if wanted is not None and sorted(chart["id"] for chart in charts) != sorted(wanted):
            problems.append(f"charts {[chart['id'] for chart in charts]} instead of {wanted}")
        for chart in charts:
            if not chart["area"]:
                problems.append(f"{chart['id']} is not drawn")
                continue
            x, y, *_ = chart["box"]
            left, top, right, bottom = chart["area"]
            area = image.crop((round(x + left), round(y + top), round(x + right), round(y + bottom)))
            counts = {label: count_near(area, color) for label, color in chart["series"]}
            if sum(counts.values()) < LINE_SHARE * area.width or area.width < 200 or area.height < 80:
                problems.append(f"{chart['id']}: too few pixels of its colours in {area.size}: {counts}")
        return problems

    def check_logs(self) -> None:
        for entry in self.driver.get_log("browser"):
            self.problems.append(f"console: {entry['level']} {entry['message']}")
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                if url != self.url and not url.startswith("data:"):
                    self.problems.append(f"request: {url}")


def count_near(image: Image.Image, color: list[int]) -> int:
    return sum(
        count for count, pixel in image.getcolors(image.width * image.height)
        if all(abs(value - wanted) <= TOLERANCE for value, wanted in zip(pixel, color))
    )


def start() -> webdriver.Chrome:
    options = webdriver.ChromeOptions()
    # No sandbox: it needs what containers and root do not have. No host but this one: there is nobody to ask.
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--force-color-profile=srgb", "--host-resolver-rules=MAP * ~NOTFOUND"):
        options.add_argument(argument)
    options.binary_location = shutil.which("chromium")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))


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
    driver = start()
    try:
        for file in arguments.files:
            for width, theme in VIEWS[:2] if arguments.quick else VIEWS:
                page = Page(driver, file, width, theme)
                page.check(arguments.folder / f"{file.stem}-{width}-{theme}.png", theme, charts)
                for problem in page.problems:
                    print(f"{page.name}: {problem}")
                problems += len(page.problems)
    finally:
        driver.quit()
    return 1 if problems else 0


sys.exit(main())
