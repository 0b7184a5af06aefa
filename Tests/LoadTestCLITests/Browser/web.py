"""Uses a running loadtest's web page in headless Chromium as a reader would: web.py [OPTION...] URL FOLDER

Screenshots of every tab are kept in FOLDER. Prints a line for every problem; the status is 1 if there is any.

Scenarios (--scenario, repeatable; all when there is none but the last four, lose with --program) use the page one after another, and each leaves the
runs that it started stopped:
  start-stop  a run from the form: numbers move, users change, a second window has the history; stop, and once more
  bad-input   messages at the fields
  load        runs of arrivals and of stages, from the form's choice to a change by hand
  download    fetches every link
  reload      reloads amid a run
  keyboard    tabs, tables and dialogs without a mouse
  looks       screenshots and checks of every tab, in both themes and at both widths, before, during and after a run
  other-host  with headers: a run against --host, which is another one
  locked-host with --web-lock-host
  own-load    with --arrival-rate 20/s --stages 1s:30/s,1h:30/s: the form begins with them, and starts such a run
  lose        with a server of its own, which --program and --data start: kills it, and starts another at the same port
"""

import argparse
import pathlib
import subprocess
import sys
import urllib.error
import urllib.request
from urllib.parse import urljoin

import browser
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.keys import Keys
from webpage import PATIENCE, Failed, Site

TABS = ["statistics", "streaming", "charts", "conversations", "failures", "generator", "log", "download"]
CHARTS = ["throughput", "load", "ttft", "response_time", "stalls", "failures", "canary"]
# Of each file, what its first bytes have in them.
FILES = {
    "stats/report?download=1": "<!DOCTYPE html>",
    "stats/summary": "loadtest.summary/1",
    "stats/requests/csv": "Type,Name,Request Count",
    "stats/failures/csv": "Method,Name,Error,Occurrences",
    "exceptions/csv": "Count,Message,Traceback,Nodes",
    "stats/requests_full_history/csv": "Timestamp,User Count",
    "stats/streaming/csv": ",",
    "stats/json": "[",
}
# What only some loads have.
LOAD_FIELDS = ["user_count", "spawn_rate", "stages", "arrival_rate", "arrivals", "max_users", "rest"]
# Answers in the server's place, until the page is loaded again.
ANSWER = "const [body, status] = arguments; fetch = async () => new Response(JSON.stringify(body), { status });"
# What moves when numbers get longer, and must not.
PLACES = """
return [...document.querySelectorAll('.figures dt, .tabs button, .actions button, #statistics-table th[scope=col]')]
  .filter((e) => e.checkVisibility()).map((e) => { const b = e.getBoundingClientRect();
    return [Math.round(b.left), Math.round(b.top + scrollY)]; });
"""


def start_stop(site: Site) -> None:
    """A run from its start to its end, and another one."""
    site.open()
    site.start(4)
    site.expect("the form stays open beside a run", not site.find("start").is_displayed())

    # Numbers move, and nothing else does.
    site.wait("turns to end", lambda: site.turns() > 0)
    site.wait("a first token", lambda: site.text("head-ttft") != "–")
    places = site.driver.execute_script(PLACES)
    site.driver.execute_script("window.firstCell = document.querySelector('#statistics-table tbody th')")
    before = site.row("statistics")
    clock = site.text("head-time")
    site.wait("the table to change", lambda: site.row("statistics") != before and site.text("head-time") != clock)
    site.expect("the layout jumps when numbers move", site.driver.execute_script(PLACES) == places)
    script = "return window.firstCell === document.querySelector('#statistics-table tbody th')"
    site.expect("the table is built anew every second", site.driver.execute_script(script))

    # Users mid-run.
    site.click("edit")
    site.fill("edit-user_count", "7")
    site.fill("edit-spawn_rate", "100")
    site.click("edit-button")
    site.wait("the dialog to close", lambda: not site.find("edit-dialog").is_displayed())
    site.wait("seven users", lambda: site.number("head-users") == 7)
    site.click("edit")
    site.fill("edit-user_count", "3")
    site.click("edit-button")
    site.wait("three users", lambda: site.number("head-users") == 3)

    # A second window, which gets the history.
    if site.options.charts:
        site.tab("charts")
        site.wait("three points in the charts", lambda: site.points() >= 3)
        points = site.points()
        first = site.driver.current_window_handle
        site.driver.switch_to.new_window("window")
        site.open()
        site.tab("charts")
        site.expect_history(points)
        site.wait("points to be added", lambda: site.points() > points)
        site.driver.close()
        site.driver.switch_to.window(first)

    site.tab("statistics")
    turns = site.turns()
    site.click("reset")
    site.wait("the numbers to begin anew", lambda: 0 < site.turns() < turns)
    site.expect(f"a reset changed the state to {site.state}", site.state == "Running")
    site.stop()
    site.expect("the results are gone after the run", len(site.row("statistics", "tbody")) > 2)
    site.expect("no new run is offered", site.find("new-run").is_displayed())
    site.expect("a run that has ended can be stopped", not site.find("stop").is_displayed())

    # Once more, with the queue filled again.
    site.start(2)
    site.tab("generator")
    site.expect("the second run has not the next number", not site.row("run", "tbody")[1].startswith("1,"))
    site.stop()


def bad_input(site: Site) -> None:
    """What the form says about what cannot be, at the field, and that it starts nothing."""
    site.open()
    if not site.find("start").is_displayed():
        site.click("new-run")
    before = site.state

    def refuses(field: str, text: str, words: str) -> None:
        old = site.find(field).get_attribute("value")
        site.fill(field, text)
        site.click("start-button")
        site.wait(f"a message about {field} “{text[:20]}”", lambda: words in site.text(f"{field}-error"), 5)
        site.expect(f"{field} is not marked as wrong", site.find(field).get_attribute("aria-invalid") == "true")
        described = site.find(field).get_attribute("aria-describedby").split()
        site.expect(f"{field} is not described by its message", f"{field}-error" in described)
        focused = site.driver.switch_to.active_element.get_attribute("id")
        site.expect(f"focus goes to {focused}, not to {field}", focused == field)
        site.fill(field, old)
        site.expect(f"the message at {field} stays when it is right", site.text(f"{field}-error") == "")

    site.fill("user_count", "5")
    site.fill("spawn_rate", "5")
    site.fill("host", site.options.host or site.find("host").get_attribute("value") or "http://127.0.0.1:9")
    for text, words in [("", "missing"), ("0", "at least 1"), ("-3", "at least 1"), ("many", "not a whole number"),
                        ("1.5", "not a whole number"), ("9" * 30, "at most")]:
        refuses("user_count", text, words)
    for text, words in [("", "missing"), ("0", "over 0"), ("fast", "not a number"), ("1e999", "too large"),
                        ("1,5", "not a number")]:
        refuses("spawn_rate", text, words)
    for text, words in [("localhost:8000", "http://"), ("http://", "URL"), ("http://a b", "blank"),
                        ("http://127.0.0.1:0", "Port 0"), ("http://u:p@127.0.0.1", "password")]:
        refuses("host", text, words)
    if site.find("host").get_attribute("placeholder").startswith("http"):
        refuses("host", "", "missing")
    for text, words in [("soon", "not a duration"), ("-1s", "negative"), ("5 minutes", "not a duration"),
                        ("9" * 12 + "h", "ten years")]:
        refuses("run_time", text, words)
    for text, words in [("soon", "no warm-up"), ("0", "no warm-up"), ("30 s", "no warm-up")]:
        refuses("warm_up", text, words)
    for field in ["think_time", "rest"]:
        for text, words in [("soon", "no time"), ("exponential()", "no time"), ("uniform(1s)", "no time")]:
            refuses(field, text, words)
    for text, words in [("", "missing"), ("x", "not a whole number"), ("9999999999", "at most")]:
        refuses("invocations-0", text, words)
    for text, words in [("0", "at least 1"), ("x", "not a whole number"), ("9999999999", "at most")]:
        refuses("invocations", text, words)
    site.click("repeat")
    site.expect("a run that begins again has a number", not site.find("invocations").is_enabled())
    site.click("repeat")
    site.fill("user_count", "300")
    site.fill("invocations", "71")
    site.expect("the note on users is not there", "At most 71 of 300 users" in site.text("users-note"))
    site.fill("invocations", "300")
    site.expect("the note on users stays", not site.find("users-note").is_displayed())
    site.fill("invocations", "")
    site.fill("user_count", "5")

    site.click("picker-none")
    site.click("start-button")
    site.expect("no message when nothing is chosen", "choose at least one" in site.text("user_classes-error"))
    site.click("picker-all")
    site.expect("the message stays when something is chosen", site.text("user_classes-error") == "")

    # What only the server knows: its message, at the field.
    script = "return fetch('swarm', {method: 'POST', body: new URLSearchParams({user_count: '0', spawn_rate: '1'})})" \
        ".then((answer) => answer.json())"
    answer = site.driver.execute_script(script)
    site.expect(f"the server answers {answer}", answer.get("success") is False and answer.get("field") == "user_count")
    site.expect(f"bad input changed the state to {site.state}", site.state == before)

    # What it may say of what the page finds right.
    name = site.driver.execute_script("return document.querySelector('#picker li span').firstChild.data")
    for field, place in [("user_count", "user_count-error"), ("spawn_rate", "spawn_rate-error"), ("host", "host-error"),
                         ("run_time", "run_time-error"), ("think_time", "think_time-error"), ("rest", "rest-error"),
                         ("warm_up", "warm_up-error"), ("arrival_rate", "start-error"), ("stages", "start-error"),
                         ("invocations", "invocations-error"),
                         (f"invocations.{name}", "invocations-0-error"),
                         ("user_classes", "user_classes-error"), (None, "start-error"), ("else", "start-error")]:
        site.driver.execute_script(ANSWER, {"success": False, "message": f"<b>no</b> {field}", "field": field}, 200)
        site.click("start-button")
        site.wait(f"the message about {field}", lambda: site.text(place) == f"<b>no</b> {field}", 5)
        site.expect(f"the message at {place} is hidden", site.find(place).is_displayed())
    site.driver.execute_script(ANSWER, {"success": False, "message": "cross-site", "field": None}, 403)
    site.click("start-button")
    site.wait("the message of a 403", lambda: site.text("start-error") == "cross-site", 5)
    focused = site.driver.switch_to.active_element.get_attribute("id")
    site.expect(f"focus goes to {focused}, not to the message", focused == "start-error")
    for field in ["user_count", "spawn_rate", "host", "run_time", "think_time", "rest", "invocations-0"]:
        site.fill(field, "bad")
    site.click("start-button")
    site.look("form-with-errors-1440-light", "light")
    browser.resize(site.driver, 360, "dark")
    site.look("form-with-errors-360-dark", "dark")


def load(site: Site) -> None:
    """Runs of arrivals and of stages: the form's choice, the table of stages, and how far the load is."""
    site.open()
    shown = lambda: [name for name in LOAD_FIELDS if site.find(name).is_displayed()]  # noqa: E731
    site.expect(f"users: {shown()}", shown() == ["user_count", "spawn_rate", "rest"])
    site.click("load-arrivals")
    site.expect(f"arrivals: {shown()}", shown() == ["arrival_rate", "arrivals", "max_users"])
    for field, text, words in [("arrival_rate", "", "missing"), ("arrival_rate", "50", "not a rate"),
                               ("arrival_rate", "0/s", "over 0"), ("arrivals", "often", "no kind of arrivals"),
                               ("max_users", "0", "at least 1")]:
        site.fill("arrival_rate", "20/s")
        old = site.find(field).get_attribute("value")
        site.fill(field, text)
        site.click("start-button")
        site.wait(f"a message about {field} “{text}”", lambda: words in site.text(f"{field}-error"), 5)
        site.fill(field, old)
    site.look("form-arrivals-1440-light", "light")

    # A run of arrivals, whose rate and users are changed.
    site.click("repeat")
    site.fill("arrival_rate", "20/s")
    site.fill("arrivals", "poisson")
    site.fill("max_users", "50")
    if site.options.host:
        site.fill("host", site.options.host)
    site.click("start-button")
    site.wait("the run to start", lambda: site.state == "Running")
    site.wait("arrivals", lambda: site.number("head-arrivals") > 1)
    site.expect(f"target {site.text('head-arrivals-of')!r}", site.text("head-arrivals-of").startswith("/ 20"))
    site.expect(f"users {site.text('head-users-of')!r}", site.text("head-users-of") == "/ 50")
    site.wait("conversations to end", lambda: site.number("head-done") > 0)
    site.expect(f"an endless run has {site.text('head-done')!r}", "/" not in site.text("head-done"))
    site.expect("an endless run has a meter", not site.find("head-meter").is_displayed())
    site.click("edit")
    site.expect("there is a spawn rate", not site.find("edit-spawn_rate").is_displayed())
    site.fill("edit-arrival_rate", "40/s")
    site.click("edit-button")
    site.wait("the new rate", lambda: site.text("head-arrivals-of").startswith("/ 40"))
    site.tab("generator")
    site.wait("the rate among the facts", lambda: "40/s" in site.text("run-table") and "poisson" in site.text("run-table"))
    site.look("run-arrivals-1440-light", "light")
    browser.resize(site.driver, 360, "dark")
    site.look("run-arrivals-360-dark", "dark")
    browser.resize(site.driver, 1440, "light")
    site.stop()

    # The table fills the text, and the text the table.
    site.click("new-run")
    site.click("load-stages")
    site.expect(f"stages: {shown()}", shown() == ["stages", "rest"])
    site.fill("stages", "1s:3,1h:3")
    cells = lambda: site.driver.find_elements("css selector", "#stages-rows input")  # noqa: E731
    values = lambda: [cell.get_attribute("value") for cell in cells()]  # noqa: E731
    site.expect(f"the table has {values()}", values() == ["1s", "3", "1h", "3"])
    site.click("stages-add")
    focused = site.driver.switch_to.active_element.get_attribute("aria-label")
    site.expect(f"focus goes to {focused}", focused == "Time of stage 3")
    cells()[5].send_keys(Keys.CONTROL, "a")
    cells()[5].send_keys("0")
    stages = lambda: site.find("stages").get_attribute("value")  # noqa: E731
    site.expect(f"the text is {stages()}", stages() == "1s:3,1h:3,1h:0")
    if site.options.charts:
        points = "return Chart.getChart('chart-preview')?.data.datasets[0].data.map(({ x, y }) => [x, y])"
        wanted = [[0, 0], [1, 3], [3601, 3], [7201, 0]]
        site.wait("the preview", lambda: site.driver.execute_script(points) == wanted)
    site.look("form-stages-1440-light", "light")
    browser.resize(site.driver, 360, "dark")
    site.look("form-stages-360-dark", "dark")
    browser.resize(site.driver, 1440, "light")
    site.driver.find_elements("css selector", "#stages-rows button")[2].click()
    site.expect(f"without its last stage it is {stages()}", stages() == "1s:3,1h:3")
    cells()[1].send_keys("/s")
    site.expect(f"rates: {shown()}", shown() == ["stages", "arrival_rate", "arrivals", "max_users"])
    site.click("start-button")
    site.wait("a message about mixed stages", lambda: "all of users" in site.text("stages-error"), 5)
    site.expect("a wrong preview stays", not site.find("stages-chart").is_displayed())

    # A run in stages, which a change by hand ends.
    site.fill("stages", "1s:3,1h:3")
    site.expect("the message stays", site.text("stages-error") == "")
    site.click("start-button")
    site.wait("the run to start", lambda: site.state == "Running")
    site.wait("the users of the stages", lambda: site.number("head-users") == 3)
    site.expect(f"target {site.text('head-users-of')!r}", site.text("head-users-of") == "/ 3")
    site.click("edit")
    site.expect("nothing says what a change does", "ends the stages" in site.text("edit-note"))
    site.fill("edit-user_count", "5")
    site.click("edit-button")
    site.wait("the page to say that the stages ended",
              lambda: "stages ended: 5 users from now on" in site.text("run-note"))
    site.wait("five users", lambda: site.number("head-users") == 5)
    site.expect(f"a target is left: {site.text('head-users-of')!r}", site.text("head-users-of") == "")
    site.stop()

    # Warming up.
    site.click("new-run")
    site.click("load-users")
    site.fill("warm_up", "1h")
    site.fill("user_count", "2")
    site.click("start-button")
    site.wait("the run to warm up", lambda: site.state == "Warming up")
    site.stop()


def download(site: Site) -> None:
    """Every link of the tab leads to a file that is what it is called."""
    site.open()
    site.start(2)
    site.tab("statistics")
    site.wait("turns to end", lambda: site.turns() > 0)
    site.tab("download")
    summary = site.driver.find_element("css selector", "a[href='stats/summary']")
    site.expect("a summary is offered before the end", not summary.is_displayed())
    site.stop()
    site.wait("the summary", summary.is_displayed)
    links = site.driver.execute_script(
        "return [...document.querySelectorAll('#downloads a[download]')].map((a) => a.getAttribute('href'))"
    )
    site.expect(f"links {links}", sorted(links) == sorted(FILES))
    for link in links:
        try:
            with urllib.request.urlopen(urljoin(site.url, link), timeout=PATIENCE) as answer:
                start = answer.read(4_000_000).decode("utf-8")
                disposition = answer.headers.get("Content-Disposition", "")
                is_file = disposition.startswith("attachment; filename=")
                site.expect(f"{link}: Content-Disposition “{disposition}”", is_file)
                site.expect(f"{link} begins with “{start[:60]}”", FILES.get(link, "") in start and len(start) > 10)
        except (urllib.error.URLError, OSError, UnicodeDecodeError) as error:
            site.problems.append(f"{link}: {error}")

    # The report also opens in the browser, with its own scripts, and in the theme that was chosen on the page.
    site.click("theme")
    theme = "return document.documentElement.style.colorScheme"
    chosen = site.driver.execute_script(theme)
    site.driver.get(urljoin(site.url, "stats/report"))
    site.wait("the report's script", lambda: site.find("theme").is_displayed())
    site.expect("the report has another theme than the page", site.driver.execute_script(theme) == chosen)
    site.driver.execute_script("localStorage.clear()")
    if site.options.charts:
        site.expect("the report has no charts", browser.charts(site.driver))
    site.expect("the report is not that of the run", site.driver.find_element("css selector", "#requests table"))
    site.check_logs()
    site.open()


def reload(site: Site) -> None:
    """A page that is reloaded amid a run shows it again, with its history and in the same tab."""
    site.open()
    site.start(3)
    site.tab("charts" if site.options.charts else "streaming")
    if site.options.charts:
        site.wait("three points", lambda: site.points() >= 3)
    points = site.points()
    site.driver.refresh()
    site.wait("the run to be seen again", lambda: site.state == "Running" and site.number("head-users") == 3)
    if site.options.charts:
        site.expect_history(points)
        site.expect("the tab is not kept", site.find("panel-charts").is_displayed())
    site.click("theme")
    theme = "return document.documentElement.style.colorScheme"
    chosen = site.driver.execute_script(theme)
    site.driver.refresh()
    site.expect("the theme is not kept", site.driver.execute_script(theme) == chosen)
    site.driver.execute_script("localStorage.clear()")
    site.wait("the run to be seen once more", lambda: site.state == "Running")
    site.stop()


def keyboard(site: Site) -> None:
    """Everything can be reached and used without a mouse."""
    site.open()
    active = lambda: site.driver.switch_to.active_element  # noqa: E731
    site.tab("statistics")
    order = [("RIGHT", "streaming"), ("END", "download"), ("RIGHT", "statistics"), ("LEFT", "download"),
             ("HOME", "statistics")]
    for key, name in order:
        active().send_keys(getattr(Keys, key))
        focused = active().get_attribute("id")
        site.expect(f"{key} leads to {focused}, not to {name}", focused == f"tab-{name}")
        site.expect(f"the panel of {name} is not shown", site.find(f"panel-{name}").is_displayed())
        site.expect(f"{name} is not selected", site.find(f"tab-{name}").get_attribute("aria-selected") == "true")

    site.start(2)
    site.tab("statistics")
    site.wait("rows", lambda: len(site.row("statistics", "tbody")) > 2)
    # Every column sorts, and focus stays.
    heads = site.driver.find_elements("css selector", "#statistics-table thead button")
    site.expect("not every column sorts", len(heads) == len(site.row("statistics", "thead")))
    for head in heads:
        head.send_keys(Keys.ENTER)
        first = head.find_element("xpath", "..").get_attribute("aria-sort")
        head.send_keys(Keys.SPACE)
        second = head.find_element("xpath", "..").get_attribute("aria-sort")
        site.expect(f"{head.text} sorts {first}, then {second}", {first, second} == {"ascending", "descending"})
        sorted_heads = len(site.driver.find_elements("css selector", "#statistics-table [aria-sort]"))
        site.expect(f"{sorted_heads} heads are marked as sorted", sorted_heads == 1)
    before = site.row("statistics")
    site.wait("the table to change", lambda: site.row("statistics") != before)
    site.expect("focus is lost by an update", active() == heads[-1])

    site.find("edit").send_keys(Keys.ENTER)
    site.wait("the dialog", lambda: site.find("edit-dialog").is_displayed())
    site.expect("the dialog does not take focus", active().get_attribute("id") == "edit-user_count")
    active().send_keys(Keys.ESCAPE)
    site.wait("Escape to close the dialog", lambda: not site.find("edit-dialog").is_displayed())
    site.expect("focus is not given back", active().get_attribute("id") == "edit")
    site.find("stop").send_keys(Keys.ENTER)
    site.wait("the run to stop", lambda: site.state == "Stopped", 60)
    site.find("new-run").send_keys(Keys.ENTER)
    site.expect("the form does not take focus", active().get_attribute("id") == "user_count")
    site.click("start-cancel")
    site.expect("the cancelled form stays", not site.find("start").is_displayed())
    site.expect("focus is lost with the form", active().get_attribute("id") == "new-run")


def looks(site: Site) -> None:
    """What every tab looks like, before, during and after a run."""
    site.open()
    if site.state == "Ready":
        look_at_tabs(site, "before", browser.VIEWS[:2])
    site.open()
    site.start(5)
    site.wait("a few seconds", lambda: site.text("head-time") >= "0:05")
    look_at_tabs(site, "during", browser.VIEWS)
    site.open()
    site.stop()
    look_at_tabs(site, "after", browser.VIEWS)
    for width, theme in browser.VIEWS:
        site.open(width, theme)
        site.click("new-run")
        site.look(f"new-run-{width}-{theme}", theme)


def look_at_tabs(site: Site, when: str, views: list[tuple[int, str]]) -> None:
    for width, theme in views:
        site.open(width, theme)
        for name in TABS:
            site.tab(name)
            site.look(f"{name}-{when}-{width}-{theme}", theme)
            if name == "charts" and site.options.charts and when != "before":
                ids = [chart["id"] for chart in browser.charts(site.driver)]
                wanted = {"throughput", "load", "ttft", "response_time", "canary"}
                site.expect(f"charts {ids}", wanted <= set(ids) <= set(CHARTS))


class Server:
    """loadtest with its page, played against its own mock."""

    def __init__(self, options: argparse.Namespace, port: str = "0") -> None:
        command = [options.program, "--mock", "--data", options.data, "--web-port", port]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        lines = iter(self.process.stderr.readline, "")
        self.url = next((line.split(": ", 1)[1].strip() for line in lines if line.startswith("web page: ")), None)
        if self.url is None:
            raise Failed(f"{' '.join(command)} ended with {self.process.wait()}")

    @property
    def port(self) -> str:
        return self.url.rsplit(":", 1)[1]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()


def lose(site: Site) -> None:
    """The server goes away and comes back, and the page says both."""
    site.check_logs()
    server = Server(site.options)
    site.url = server.url
    try:
        lose_and_regain(site, server)
        # Before it is gone for good, of which the browser would complain.
        site.driver.get("about:blank")
        site.check_logs()
    finally:
        site.server.kill()
        site.url = site.options.url
        site.driver.get(site.url)


def lose_and_regain(site: Site, server: Server) -> None:
    site.server = server
    site.open()
    site.start(2)
    site.may_be_away = True
    server.kill()
    site.wait("the page to see that the server is gone", lambda: site.state == "No connection")
    says_so = "No connection" in site.text("connection") and site.find("connection").is_displayed()
    site.expect("no banner says so", says_so)
    site.expect("a lost run can be stopped", not site.find("stop").is_enabled())
    site.look("lost-1440-light", "light")
    browser.resize(site.driver, 360, "dark")
    site.look("lost-360-dark", "dark")
    site.server = Server(site.options, server.port)
    site.wait("the page to be back by itself", lambda: site.state == "Ready")
    site.expect("the banner stays", not site.find("connection").is_displayed())
    site.expect("no form for a new run", site.find("start").is_displayed())
    site.check_logs()
    site.may_be_away = False
    site.open()
    site.start(2)
    site.stop()


def other_host(site: Site) -> None:
    """A run against --host, which is not the host of the server's headers."""
    site.open()
    site.start(2)
    note = site.text("problem")
    site.expect(f"the page does not say what is not sent: {note!r}", "(Authorization)" in note and "not sent to" in note)
    site.expect("the note is not to be seen", site.find("problem").is_displayed())
    site.stop()


def locked_host(site: Site) -> None:
    """The form of a server that plays against its own host only."""
    site.open()
    host = site.find("host")
    site.expect("the host can be changed", host.get_attribute("readonly"))
    site.expect("the form does not say why", "--web-lock-host" in site.text("host-hint"))
    site.start(2)
    site.expect("there is a note", not site.text("problem"))
    site.stop()


def own_load(site: Site) -> None:
    """The form of a server that was started with stages of arrivals."""
    site.open()
    site.expect("stages are not chosen", site.find("load-stages").is_selected())
    begun = {name: site.find(name).get_attribute("value") for name in ("arrival_rate", "stages", "max_users")}
    site.expect(f"the form begins with {begun}",
                begun == {"arrival_rate": "20/s", "stages": "1s:30/s,1h:30/s", "max_users": "1000"})
    site.expect("the rate at the start cannot be seen", site.find("arrival_rate").is_displayed())
    if site.options.charts:
        points = "return Chart.getChart('chart-preview')?.data.datasets[0].data[0].y"
        site.wait("the preview to begin with that rate", lambda: site.driver.execute_script(points) == 20)
    site.click("start-button")
    site.wait("the target of the stages", lambda: site.text("head-arrivals-of").startswith("/ 30"))
    site.click("edit")
    site.fill("edit-user_count", "500")
    site.click("edit-button")
    site.wait("the new most users", lambda: site.text("head-users-of") == "/ 500")
    site.expect("other users have ended stages of arrivals", site.text("run-note") == "")
    site.click("edit")
    site.fill("edit-arrival_rate", "10/s")
    site.click("edit-button")
    site.wait("the page to say that the stages ended", lambda: "stages ended: 10/s from now on" in site.text("run-note"))
    site.stop()


SCENARIOS = {
    "other-host": other_host, "locked-host": locked_host, "own-load": own_load,
    "looks": looks, "start-stop": start_stop, "bad-input": bad_input, "load": load, "download": download, "reload": reload,
    "keyboard": keyboard, "lose": lose,
}


DEFAULT_SCENARIOS = [name for name in SCENARIOS if name not in ("lose", "other-host", "locked-host", "own-load")]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", action="append", choices=list(SCENARIOS))
    parser.add_argument("--host", help="what to write into the form's host field; its own value without")
    parser.add_argument("--program", help="loadtest, for lose")
    parser.add_argument("--data", help="conversations, for lose")
    parser.add_argument("--no-charts", dest="charts", action="store_false", help="the server has no Chart.js")
    parser.add_argument("url")
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    problems = 0
    driver = browser.start()
    try:
        for name in arguments.scenario or DEFAULT_SCENARIOS + ["lose"] * bool(arguments.program):
            site = Site(driver, arguments)
            try:
                site.open()
                site.leave()
                SCENARIOS[name](site)
            except (Failed, WebDriverException) as error:
                site.problems.append(str(error))
            try:
                site.check_logs()
                site.leave()
            except (Failed, WebDriverException) as error:
                site.problems.append(f"afterwards: {error}")
            for problem in site.problems:
                print(f"{name}: {problem}", flush=True)
            problems += len(site.problems)
    finally:
        driver.quit()
    return 1 if problems else 0


sys.exit(main())
