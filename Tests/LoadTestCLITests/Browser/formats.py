"""Opens a page in headless Chromium and prints its problems: formats.py FILE.

They are what the page's own script has made its title, once it has one.
"""

import pathlib
import sys

import browser
from selenium.webdriver.support.wait import WebDriverWait

driver = browser.start()
try:
    driver.get(pathlib.Path(sys.argv[1]).resolve().as_uri())
    WebDriverWait(driver, 30).until(lambda found: found.title)
    problems = driver.title.removeprefix("done").strip()
finally:
    driver.quit()
if problems:
    print(problems)
sys.exit(1 if problems else 0)
