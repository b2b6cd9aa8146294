// A running `rekindle dev` with mails that come at once, and the words in which the tests speak to it.
//
// The mails and their layout are the repository's own recipes; only the waits before them are left out.

import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
export const out = `${root}target/browser/`;

const steps = (survey) => `steps:\n  - survey: ${survey}\n`;
const campaign = (purpose, event, survey) =>
  `name: Asked at once\npurpose: ${purpose}\n${purpose === "marketing" ? "topic: news\n" : ""}` +
  `trigger: { event: ${event} }\nentry: every\nwindow: none\n${steps(survey)}`;

const CAMPAIGNS = {
  ask: campaign("marketing", "customer.signed_up", "{ id: nps, kind: nps, mail: would-you, expires: 14d }"),
  csat: campaign("transactional", "order.delivered", "{ id: csat, kind: csat, mail: how-was-it, expires: 14d }"),
  choose: campaign("transactional", "cart.abandoned",
    '{ id: why, kind: choice, mail: how-was-it, choices: [가격이 높아서, Something else, 배송이 오래 걸려서], expires: 14d }'),
};
const WELCOME = "name: Welcome\npurpose: marketing\ntopic: news\ntrigger: { event: customer.signed_up }\nwindow: none\n" +
  "steps:\n  - id: hello\n    send: hello\n";

function workspace() {
  const folder = `${out}campaigns`;
  rmSync(folder, { recursive: true, force: true });
  const own = `${root}campaigns`;
  mkdirSync(`${folder}/layouts`, { recursive: true });
  cpSync(`${own}/workspace.yaml`, `${folder}/workspace.yaml`);
  cpSync(`${own}/layouts`, `${folder}/layouts`, { recursive: true });
  const mails = { ask: ["nps", "would-you"], csat: ["csat-after-delivery", "how-was-it"], choose: ["csat-after-delivery", "how-was-it"], welcome: ["welcome", "hello"] };
  for (const [id, [from, mail]] of Object.entries(mails)) {
    mkdirSync(`${folder}/${id}`);
    writeFileSync(`${folder}/${id}/campaign.yaml`, CAMPAIGNS[id] ?? WELCOME);
    for (const locale of ["ko", "en"]) cpSync(`${own}/${from}/${mail}.${locale}.mjml`, `${folder}/${id}/${mail}.${locale}.mjml`);
  }
  return folder;
}

/** Starts the system; ends with `stop`. */
export async function open() {
  const state = `${out}state`;
  rmSync(state, { recursive: true, force: true });
  const program = `${root}target/debug/rekindle`;
  const child = spawn(program, ["dev", "--port", "0", "--mailbox", "0", "--state", state, "--campaigns", workspace()]);
  let said = "";
  const problems = [];
  child.stderr.on("data", (text) => problems.push(text));
  const found = await new Promise((resolve, reject) => {
    child.on("exit", () => reject(new Error(`rekindle dev ended: ${said}${problems.join("")}`)));
    child.stdout.on("data", (text) => {
      said += text;
      const mailbox = said.match(/mailbox +(http:\S+)/);
      const endpoint = said.match(/AWS endpoint (http:\S+)/);
      if (mailbox && endpoint) resolve({ mailbox: mailbox[1], endpoint: endpoint[1] });
    });
  });
  const stop = () => new Promise((resolve) => {
    child.removeAllListeners("exit");
    child.on("exit", resolve);
    child.kill("SIGINT");
  });
  return { ...found, stop };
}

/** Puts one event about a person on the bus. */
export async function put(shop, kind, person) {
  const entry = { EventBusName: "rekindle", Source: "shop", DetailType: kind, Detail: JSON.stringify({ person }) };
  const answer = await fetch(shop.endpoint, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "AWSEvents.PutEvents" },
    body: JSON.stringify({ Entries: [entry] }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

export const axe = readFileSync(`${out}node_modules/axe-core/axe.min.js`, "utf8");
