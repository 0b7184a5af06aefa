"""Headless Chromium, and what can be wrong with any page of ours: its layout, headings, labels, contrast and charts."""

import base64
import io
import json
import shutil
from collections.abc import Callable

from PIL import Image
from selenium import webdriver

HEIGHTS = {360: 780, 1440: 900}
VIEWS = [(360, "dark"), (1440, "light"), (360, "light"), (1440, "dark")]
# Of a chart's area: a line from one side to the other has at least this many pixels for each of its width.
LINE_SHARE = 0.5
# How far a pixel may be from a series' colour, in each of red, green and blue: lines have soft edges.
TOLERANCE = 40

# What can be wrong with the page itself; a list of texts.
CHECKS = r"""
const problems = [];
const root = document.documentElement;
if (root.scrollWidth > root.clientWidth) {
  const wide = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > root.clientWidth
    && !e.closest('.scroll, .tabs'));
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
for (const input of document.querySelectorAll('input')) {
  if (!input.labels.length && !input.ariaLabel) problems.push(`the input ${input.id} has no label`);
}
for (const button of document.querySelectorAll('button')) {
  if (!button.textContent.trim() && !button.ariaLabel) problems.push(`the button ${button.id} has no name`);
}
const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
if (new Set(ids).size !== ids.length) problems.push('two elements have the same id');
for (const attribute of ['aria-controls', 'aria-describedby', 'aria-labelledby']) {
  for (const element of document.querySelectorAll(`[${attribute}]`)) {
    const missing = element.getAttribute(attribute).split(' ').filter((id) => !document.getElementById(id));
    if (missing.length) problems.push(`${attribute} of ${element.id} names ${missing}, which is not there`);
  }
}
for (const link of document.querySelectorAll('a[href^="#"]')) {
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
  // WCAG asks nothing of what is disabled.
  if (!hasText || element.disabled || !element.checkVisibility({ visibilityProperty: true })) continue;
  const color = getComputedStyle(element).color;
  const [light, dark] = [luminance(channels(color)), luminance(background(element))].sort((a, b) => b - a);
  const contrast = (light + 0.05) / (dark + 0.05);
  if (contrast >= 4.5 || seen.has(color)) continue;
  seen.add(color);
  problems.push(`contrast ${contrast.toFixed(2)} of “${element.textContent.slice(0, 40)}” (${color})`);
}
return problems;
"""

# The charts that are to be seen, with what their pixels are to be.
CHARTS = r"""
return [...document.querySelectorAll('canvas')].filter((canvas) => canvas.checkVisibility()).map((canvas) => {
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


# A name that is this machine for the browser; there is no other host.
OWN_NAME = "lt.example.test"


def start() -> webdriver.Chrome:
    options = webdriver.ChromeOptions()
    # No sandbox: it needs what containers and root do not have. No host but this one: there is nobody to ask.
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--force-color-profile=srgb",
                     f"--host-resolver-rules=MAP {OWN_NAME} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"):
        options.add_argument(argument)
    # The tests' own authority, which no browser knows.
    options.accept_insecure_certs = True
    options.binary_location = shutil.which("chromium")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))


def resize(driver: webdriver.Chrome, width: int, theme: str) -> None:
    """Makes the window so wide, on a system with such a theme."""
    metrics = {"width": width, "height": HEIGHTS[width], "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    feature = {"name": "prefers-color-scheme", "value": theme}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})


def screenshot(driver: webdriver.Chrome) -> Image.Image:
    """The whole page, also what is below the window, once it has been drawn."""
    driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    root = "document.documentElement"
    width, height = driver.execute_script(f"return [{root}.clientWidth, {root}.scrollHeight]")
    clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
    options = {"captureBeyondViewport": True, "format": "png", "clip": clip}
    data = driver.execute_cdp_cmd("Page.captureScreenshot", options)["data"]
    return Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")


def page_problems(driver: webdriver.Chrome) -> list[str]:
    return driver.execute_script(CHECKS)


def theme_problems(image: Image.Image, theme: str) -> list[str]:
    is_light = sum(image.getpixel((2, 2))) > 384
    return [] if is_light == (theme == "light") else [f"the page is not {theme}"]


def charts(driver: webdriver.Chrome) -> list[dict]:
    return driver.execute_script(CHARTS)


def chart_problems(driver: webdriver.Chrome, image: Image.Image) -> list[str]:
    """Whether the lines of each chart are to be seen on a picture of the page."""
    problems = []
    for chart in charts(driver):
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


def count_near(image: Image.Image, color: list[int]) -> int:
    return sum(
        count for count, pixel in image.getcolors(image.width * image.height)
        if all(abs(value - wanted) <= TOLERANCE for value, wanted in zip(pixel, color))
    )


def log_problems(
    driver: webdriver.Chrome,
    is_expected: Callable[[str], bool],
    is_harmless: Callable[[str], bool] = lambda message: False,
) -> list[str]:
    """What the console says but for what is harmless, and requests that are not expected, since the last call."""
    problems = []
    for entry in driver.get_log("browser"):
        if not is_harmless(entry["message"]):
            problems.append(f"console: {entry['level']} {entry['message']}")
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            url = message["params"]["request"]["url"]
            if not url.startswith("data:") and not is_expected(url):
                problems.append(f"request: {url}")
    return problems
