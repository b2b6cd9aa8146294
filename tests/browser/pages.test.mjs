// What a reader does with a mail in a real browser, in both languages: from the mail as it lies in the local mailbox to the
// page, its button, and back. axe looks at every page, and screenshots of all of them go to target/browser/shots.

import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";

import { axe, open, out, put } from "./shop.mjs";

const { chromium } = createRequire(`${out}package.json`)("playwright-core");
const SHOTS = `${out}shots`;
const LARGEST_PAGE = 20 * 1024;

const WORDS = {
  ko: {
    survey: "저희를 친구에게 추천하시겠어요?", hello: "반갑습니다", send: "보내기", thanks: "답변해 주셔서 고맙습니다", change: "답변 바꾸기",
    before: "지난번 답변: 9", leave: "무료 수신거부 (Unsubscribe free of charge)", stop: "메일을 그만 받으시겠어요?",
    unsubscribe: "수신거부", left: "수신거부가 완료되었습니다", again: "받을 소식 다시 고르기", choose: "받을 소식 고르기",
    offers: "할인과 혜택", news: "소식", save: "저장", saved: "저장했습니다", none: "광고성 메일을 더 이상 보내지 않습니다",
    uncounted: "링크 클릭 기록하지 않기", view: "브라우저에서 보기", lead: "이동하기", csat: "이번 주문은 어떠셨나요?",
  },
  en: {
    survey: "Would you recommend us to a friend?", hello: "Welcome to", send: "Send", thanks: "Thank you for your answer", change: "Change your answer",
    before: "You answered before: 9", leave: "Unsubscribe free of charge (무료 수신거부)", stop: "Stop these mails?",
    unsubscribe: "Unsubscribe", left: "You're unsubscribed", again: "Choose what you receive after all", choose: "Choose what you receive",
    offers: "Offers", news: "News", save: "Save", saved: "Saved.", none: "You receive no more marketing mail",
    uncounted: "Don't count whether I follow links", view: "View in a browser", lead: "Continue", csat: "How was your order?",
  },
};

let shop, browser;

before(async () => {
  rmSync(SHOTS, { recursive: true, force: true });
  mkdirSync(SHOTS, { recursive: true });
  shop = await open();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
});

after(async () => {
  await browser?.close();
  await shop?.stop();
});

/** A reader's browser; the shop's own site is not on this machine, so it is played. */
async function reader(options = {}) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options });
  context.setDefaultTimeout(20_000);
  await context.route("https://shop.example.com/**", (route) => route.fulfill({ contentType: "text/html", body: "<title>Shop</title>" }));
  return context;
}

/** The newest mail to somebody with a subject, opened from the mailbox, once there are so many. */
async function mail(context, id, subject, many = 1) {
  const page = await context.newPage();
  const list = `${shop.mailbox}/?q=${id}%40example.com&lang=en`;
  // The mailbox is looked at until the mail has come.
  const links = page.locator("a.subject", { hasText: subject });
  for (let looks = 0; looks < 2_000; looks += 1) {
    await page.goto(list);
    if (await links.count() >= many) break;
    assert.notEqual(looks, 1_999, `no mail "${subject}" for ${id}`);
  }
  await links.first().click();
  const [alone] = await Promise.all([context.waitForEvent("page"), page.locator("#body a[target=_blank]").click()]);
  await page.close();
  return alone;
}

async function signedUp(id, locale) {
  await put(shop, "customer.signed_up", { id, email: `${id}@example.com`, locale, consent: { marketing: true } });
}

/** Looks at a page as axe and as a camera: narrow and wide, light and dark. */
async function look(page, name) {
  for (const width of [390, 1280]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${SHOTS}/${name}-${width}-${colorScheme}.png`, fullPage: true });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(wide <= 0, `${name} is ${wide} px wider than ${width}`);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      const found = violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.html).join(" ")}`);
      assert.deepEqual(found, [], `${name} at ${width}, ${colorScheme}`);
    }
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: "light" });
  const size = (await page.content()).length;
  assert.ok(size < LARGEST_PAGE, `${name} has ${size} bytes`);
}

const shows = (page, text) => page.getByText(text).first().waitFor();
const follow = (page, name) => page.getByRole("link", { name, exact: true }).first().click();
const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

for (const locale of ["ko", "en"]) {
  const words = WORDS[locale];

  test(`${locale}: answers a survey from the mail, sees the thanks, comes back and changes it`, async () => {
    const context = await reader();
    const id = `answers-${locale}`;
    await signedUp(id, locale);
    let page = await mail(context, id, words.survey);
    await page.locator("a.answer", { hasText: /^9$/ }).click();
    assert.ok(await page.getByRole("radio", { name: "9", exact: true }).isChecked());
    assert.equal(await page.locator("html").getAttribute("lang"), locale);
    await look(page, `${locale}-survey`);
    await page.getByRole("textbox").fill("정말 맛있어요. Lovely coffee!");
    await press(page, words.send);
    await shows(page, words.thanks);
    await look(page, `${locale}-thanks`);

    await follow(page, words.change);
    await shows(page, words.before);
    assert.equal(await page.getByRole("textbox").inputValue(), "정말 맛있어요. Lovely coffee!");
    page = await mail(context, id, words.survey);
    await page.locator("a.answer", { hasText: /^3$/ }).click();
    assert.ok(await page.getByRole("radio", { name: "3", exact: true }).isChecked());
    await look(page, `${locale}-survey-again`);
    // By the keyboard alone: from the chosen answer to the next one.
    await page.getByRole("radio", { name: "3", exact: true }).focus();
    await page.keyboard.press("ArrowRight");
    await press(page, words.send);
    await shows(page, words.thanks);
    assert.match(await page.locator("main").innerText(), /4/);
    await context.close();
  });

  test(`${locale}: unsubscribes with one button and comes back by topics`, async () => {
    const context = await reader();
    const id = `leaves-${locale}`;
    await signedUp(id, locale);
    const page = await mail(context, id, words.survey);
    await follow(page, words.leave);
    await shows(page, words.stop);
    await look(page, `${locale}-unsubscribe`);
    await press(page, words.unsubscribe);
    await shows(page, words.left);
    await look(page, `${locale}-unsubscribed`);
    await follow(page, words.again);
    assert.equal(await page.getByRole("checkbox", { checked: true }).count(), 0);
    await look(page, `${locale}-preferences-after-leaving`);
    await page.getByRole("checkbox", { name: words.offers, exact: true }).check();
    await press(page, words.save);
    await shows(page, words.saved);
    assert.ok(await page.getByRole("checkbox", { name: words.offers, exact: true }).isChecked());
    assert.ok(!await page.getByRole("checkbox", { name: words.news, exact: true }).isChecked());
    await context.close();
  });

  test(`${locale}: changes topics and is counted no more`, async () => {
    const context = await reader();
    const id = `chooses-${locale}`;
    await signedUp(id, locale);
    let page = await mail(context, id, words.survey);
    await follow(page, words.choose);
    await look(page, `${locale}-preferences`);
    await page.getByRole("checkbox", { name: words.offers, exact: true }).uncheck();
    await page.getByRole("checkbox", { name: words.uncounted }).check();
    await press(page, words.save);
    await shows(page, words.saved);
    await look(page, `${locale}-preferences-saved`);
    await page.reload();
    assert.ok(!await page.getByRole("checkbox", { name: words.offers, exact: true }).isChecked());
    assert.ok(await page.getByRole("checkbox", { name: words.news, exact: true }).isChecked());
    assert.ok(await page.getByRole("checkbox", { name: words.uncounted }).isChecked());
    // A link that was counted when the mail was written now leads straight on.
    page = await mail(context, id, words.hello);
    const link = await page.locator("a[href*='/c/']").first().getAttribute("href");
    const answer = await fetch(link, { redirect: "manual" });
    assert.equal(answer.status, 303);
    assert.match(answer.headers.get("location"), /^https:\/\/shop\.example\.com/);
    await context.close();
  });

  test(`${locale}: follows a link, with and without JavaScript, and reads the mail in a browser`, async () => {
    const id = `follows-${locale}`;
    await signedUp(id, locale);
    const context = await reader();
    let page = await mail(context, id, words.hello);
    const link = await page.locator("a[href*='/c/']").first().getAttribute("href");
    await page.goto(link);
    await page.waitForURL("https://shop.example.com/**");
    page = await mail(context, id, words.hello);
    await follow(page, words.view);
    await page.waitForURL("**/v/**");
    await shows(page, "Han River Coffee");
    await context.close();

    const plain = await reader({ javaScriptEnabled: false });
    page = await plain.newPage();
    await page.goto(link);
    await page.screenshot({ path: `${SHOTS}/${locale}-click.png`, fullPage: true });
    await press(page, words.lead);
    await page.waitForURL("https://shop.example.com/**");
    await plain.close();
  });

  test(`${locale}: answers with five numbers and with words`, async () => {
    const context = await reader();
    const id = `scales-${locale}`;
    for (const [at, [kind, name]] of [["order.delivered", "csat"], ["cart.abandoned", "choice"]].entries()) {
      // Events come in any order, so each says who it is about.
      await put(shop, kind, { id, email: `${id}@example.com`, locale });
      const page = await mail(context, id, words.csat, at + 1);
      await page.locator("a.answer").nth(1).click();
      assert.ok(await page.getByRole("radio").nth(1).isChecked());
      await look(page, `${locale}-${name}`);
      await press(page, words.send);
      await shows(page, words.thanks);
    }
    await context.close();
  });
}

test("a wrong address is told in both languages", async () => {
  const context = await reader();
  const page = await context.newPage();
  const answer = await page.goto(`${shop.mailbox}/u/wrong`);
  assert.equal(answer.status(), 404);
  await look(page, "missing");
  await context.close();
});
