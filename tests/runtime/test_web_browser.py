"""The page in a real Chromium, as visitors use it: mouse, keyboard, telephone, hostile texts, and what arrives meanwhile.

Every page of every test must keep quiet: no error on the console (a violation of the Content-Security-Policy is one), no
dialog, no request to anywhere else. Screenshots are left in ``.work/screenshots``.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from service.demo import samples
from service.runtime.embedded.broker import EmbeddedKafka

pytestmark = [pytest.mark.kafka, pytest.mark.nlp]
SCREENSHOTS = Path(__file__).parents[2] / ".work" / "screenshots"
SAMPLES = {sample.id.removeprefix("demo.example:"): sample.event for sample in samples.load()}
HOSTILE = (
    "<script>alert(1)</script></textarea></script><img src=x onerror=alert(2)> {{7*7}} {% raw %} ${7*7}\n"
    "OpenAI Inc and Kakao Corp signed a partnership to build artificial intelligence. \u202eTurned around\u202c to the end. "
    "Canada announced a 25 percent tariff on steel from China.\n" + "W" * 5_000 + " e" + "\u0301" * 300 + " \x00 \x07 \u200b\u2066"
)  # fmt: skip


@dataclass
class Site:
    """``wiretag web`` on a Kafka of ours, in a process of its own."""

    url: str
    brokers: str
    prefix: str

    def tag(self, name: str) -> dict[str, Any]:
        """A sample as the service would publish it."""
        event = SAMPLES[name]
        assert isinstance(event, dict)
        parts = "".join(
            f'--b\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in {"title": event.get("title", ""), "body": event["body"], "as": "json"}.items()
        )
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        request = urllib.request.Request(f"{self.url}/tag", f"{parts}--b--\r\n".encode(), headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            record: dict[str, Any] = json.load(answer)
        record["article"]["id"] = f"sample:{name}"
        return record

    def publish(self, *records: dict[str, Any]) -> None:
        """In a thread of its own: Playwright keeps an event loop in this one."""
        with concurrent.futures.ThreadPoolExecutor(1) as thread:
            thread.submit(lambda: asyncio.run(self._publish(records))).result()

    async def _publish(self, records: tuple[dict[str, Any], ...]) -> None:
        producer = AIOKafkaProducer(bootstrap_servers=self.brokers)
        await producer.start()
        for record in records:
            key = record["article"]["id"].encode()
            await producer.send_and_wait(f"{self.prefix}articles.enriched", json.dumps(record).encode(), key)
        await producer.stop()


@pytest.fixture(scope="module")
def site(kafka: EmbeddedKafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    prefix = "browser."
    ours = {
        "WIRETAG_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
        "WIRETAG_TOPIC_PREFIX": prefix,
        "WIRETAG_PAGE_PORT": "0",
    }
    environment = {**os.environ, **ours}
    wiretag = [sys.executable, "-m", "service"]
    subprocess.run([*wiretag, "topics", "create"], env=environment, check=True, capture_output=True)
    log = tmp_path_factory.mktemp("web") / "log"
    with log.open("wb") as stream:
        child = subprocess.Popen([*wiretag, "web"], env=environment, stderr=stream)
    try:
        while "tagging process is ready" not in log.read_text() or "caught up" not in log.read_text():
            assert child.poll() is None, log.read_text()
            time.sleep(0.1)
        (url,) = re.findall(r"http://\S+", log.read_text())
        yield Site(url, kafka.bootstrap_servers, prefix)
    finally:
        child.terminate()
        assert child.wait(30) == 0


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Trap: while Playwright runs it keeps an event loop in this thread: no test of this module can be asynchronous."""
    path = shutil.which("chromium")
    assert path, "Chromium is not installed (Debian: apt-get install chromium)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Visitors:
    """Opens pages that must keep quiet."""

    browser: Browser
    site: Site
    noises: list[str] = field(default_factory=list)

    def open(self, path: str = "/", width: int = 1280, scheme: Any = "light", javascript: bool = True) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=javascript,
        )
        page = context.new_page()
        page.on("console", lambda message: self._noise(message.type in ("error", "warning"), message.text))
        page.on("pageerror", lambda error: self._noise(True, str(error)))
        page.on("dialog", lambda dialog: (self._noise(True, f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda one: self._noise(not one.url.startswith(self.site.url), f"request to {one.url}"))
        page.goto(self.site.url + path)
        return page

    def forgive(self, status: int) -> None:
        """Chromium tells every answer of this status on the console."""
        self.noises[:] = [noise for noise in self.noises if f"status of {status}" not in noise]

    def _noise(self, loud: bool, what: str) -> None:
        if loud:
            self.noises.append(what)


@pytest.fixture
def visitors(chromium: Browser, site: Site) -> Iterator[Visitors]:
    visitors = Visitors(chromium, site)
    yield visitors
    for context in chromium.contexts:
        context.close()
    assert visitors.noises == []


def paste(page: Page, body: str, title: str = "") -> None:
    page.get_by_label("Headline").fill(title)
    page.get_by_label("Text of the page").fill(body)
    page.get_by_role("button", name="Tag this text").click()


def fits(page: Page) -> bool:
    """Nothing needs horizontal scrolling."""
    wide: bool = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    return wide


def test_paste_and_see(visitors: Visitors) -> None:
    page = visitors.open()
    event = SAMPLES["page"]
    assert isinstance(event, dict)
    paste(page, event["body"], event["title"])
    expect(page.locator(".verdict .chip").first).to_have_text("ai-partnerships")
    expect(page.locator("mark.org", has_text="Kestrel Motors Inc").first).to_be_visible()
    expect(page.get_by_role("group", name="Caption")).to_contain_text("Photo: Demo Courier")
    event_card = page.locator(".event", has_text="Kestrel Motors Inc, Lumenar Corp").first
    expect(event_card).to_contain_text("partnership")
    expect(event_card).to_contain_text("announced")

    event_card.get_by_role("link").click()
    quoted = page.locator(".quoted:target")
    expect(quoted).to_contain_text("signed a partnership with the software maker")
    expect(quoted).to_be_in_viewport()
    page.get_by_role("link", name="mention 2 of Lumenar Corp").click()
    expect(page.locator("mark:target")).to_contain_text("Lumenar Corp")

    page.get_by_label("Organisations").uncheck()
    kestrel = page.locator("mark.org").first
    expect(kestrel).to_have_css("background-color", "rgba(0, 0, 0, 0)")

    page.get_by_text("The record as JSON").click()
    record = json.loads(page.locator("#record").text_content() or "")
    assert record["article"]["body"] == event["body"]
    expect(page.get_by_role("button", name="Copy")).to_be_visible()

    page.get_by_text("Change this text").click()
    expect(page.get_by_label("Text of the page")).to_have_value(event["body"])


def test_a_hostile_text_does_nothing_and_breaks_nothing(visitors: Visitors) -> None:
    for width in (1280, 400):
        page = visitors.open(width=width)
        paste(page, HOSTILE, '"><svg onload=alert(3)>\u202e')
        expect(page.locator("article.tagged")).to_contain_text("<script>alert(1)</script>")
        expect(page.locator("article.tagged")).to_contain_text("{{7*7}} {% raw %} ${7*7}")
        expect(page.locator("mark.place", has_text="Canada").first).to_be_visible()
        assert page.locator("main script, main img, [onload], [onerror]").count() == 0
        assert fits(page)
    page.screenshot(path=SCREENSHOTS / "hostile-400-light.png")


def test_what_is_refused_is_told_beside_the_text(visitors: Visitors) -> None:
    page = visitors.open()
    paste(page, " \n ")
    expect(page.get_by_role("alert")).to_contain_text("empty_body")
    field = page.get_by_label("Text of the page")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("body holds nothing but white space"))
    visitors.forgive(422)


def test_with_the_keyboard_alone(visitors: Visitors) -> None:
    page = visitors.open()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Headline")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.insert_text("Brazil and Vietnam signed a free trade agreement in Hanoi on Wednesday.")
    button = page.get_by_role("button", name="Tag this text")
    while not button.evaluate("it => it === document.activeElement"):
        page.keyboard.press("Tab")
    assert button.evaluate("it => getComputedStyle(it).outlineStyle") == "solid"
    page.keyboard.press("Enter")

    quotation = page.locator(".event .evidence a").first
    quotation.wait_for()
    while not quotation.evaluate("it => it === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".quoted:target")).to_contain_text("free trade agreement")


def test_what_arrives_is_seen_and_filtered(visitors: Visitors, site: Site) -> None:
    page = visitors.open("/live")
    feed = page.locator("[data-part=feed]")
    site.publish(site.tag("tariff"), site.tag("none"))
    tariff = feed.get_by_role("link", name="Canada announces 25 percent tariff on steel from China")
    expect(tariff).to_be_visible(timeout=20_000)
    expect(page.locator(".hour li", has_text="tariffs")).to_contain_text("1")

    page.get_by_label("Theme of the story").select_option("tariffs")
    page.get_by_role("button", name="Filter").click()
    expect(page).to_have_url(re.compile(r"/live\?theme=tariffs"))
    expect(feed.get_by_role("heading")).to_have_count(1)
    filtered = page.url
    page.get_by_label("Names").fill("aberdeen")
    page.get_by_role("button", name="Filter").click()
    expect(feed).to_contain_text("matches")
    page.goto(filtered)

    tariff.focus()
    deal = site.tag("tariff")
    deal["article"].update(id="sample:second", title="Another tariff")
    site.publish(deal)
    expect(feed.get_by_role("heading").first).to_have_text("Another tariff", timeout=20_000)
    expect(tariff).to_be_focused()
    expect(page.get_by_role("status").first).to_have_text(re.compile("1 new article"))

    tariff.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("As it came through")
    expect(page.locator("mark.place", has_text="Canada").first).to_be_visible()

    page.goto(site.url + "/live")
    page.get_by_role("button", name="Pause").click()
    site.publish({"status": "retracted", "article": {"id": "sample:second"}})
    plain = visitors.open("/live", javascript=False)
    for _ in range(50):
        if plain.get_by_text("Retracted by its publisher").count():
            break
        plain.wait_for_timeout(100)
        plain.reload()
    expect(plain.get_by_text("Retracted by its publisher")).to_be_visible()
    expect(plain.get_by_text("Another tariff")).to_have_count(0)
    expect(feed.get_by_text("Another tariff")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(feed.get_by_text("Another tariff")).to_have_count(0, timeout=20_000)


def test_without_javascript(visitors: Visitors) -> None:
    page = visitors.open(javascript=False)
    page.get_by_role("link", name="a trade agreement", exact=True).click()
    expect(page.locator(".verdict .chip").first).to_have_text("trade")
    assert not page.get_by_role("button", name="Copy").is_visible()


PAGES = {"form": "/", "live": "/live", "article": "/examples/page", "missing": "/nothing", "contract": "/contract"}


def test_accessible_and_fitting_on_desks_and_telephones(
    visitors: Visitors, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    site.publish(site.tag("alliance"), site.tag("export-control"))
    axe = Axe()
    for width, checked in ((1280, "light"), (400, "dark")):
        for name, path in PAGES.items():
            page = visitors.open(path, width, checked)
            assert fits(page), (name, width)
            found = axe.run(page)
            assert found.violations_count == 0, found.generate_report()
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=SCREENSHOTS / f"{name}-{width}-{scheme}.png", full_page=True)
            page.close()
    with capsys.disabled():
        print(f"\nscreenshots of the page: {SCREENSHOTS}")
    visitors.forgive(404)
