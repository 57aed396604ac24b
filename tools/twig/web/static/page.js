// Keeps the page as the hub is: events name a device, its card is fetched again; switches answer at once.

import { wordExpiry } from "./codes.js";

const ANSWER_MS = 8000; // the hub itself gives up on a device after 5 s
const RETRY_MS = 3000; // between attempts where the browser does not try again by itself
const CLOCK_MS = 10000; // how often "seen 3 minutes ago" and uptimes are worded anew

const IDENTIFIES_MS = 10000; // how long the server says so; a little later the card is read again

const main = document.getElementById("devices");
const lost = document.getElementById("lost");
const said = document.getElementById("said");
const running = new Set();
const again = new Set();
const states = new Map(); // how far devices are with their updates, and rollouts
let leaving = false;

const csrf = document.querySelector("meta[name=csrf]").content;

const card = (guid) => document.getElementById(`device-${guid}`);
const name = (item) => item.querySelector("h2").textContent.trim();

async function fragment(path) {
  const response = await fetch(path, { signal: AbortSignal.timeout(ANSWER_MS) });
  loggedIn(response);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.text();
}

/** Without a login, or with one that has ended, there is nothing to see here. */
function loggedIn(response) {
  if (response.status !== 401 || leaving) return;
  leaving = true; // a second one would abort the first
  location.assign("/login");
}

/** Replace content without taking the keyboard's place away. */
function swap(change) {
  const focused = document.activeElement?.id;
  change();
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
  wordTimes();
  count();
}

/** The line beside the heading; cards change one by one. */
function count() {
  const line = main.querySelector(".count");
  const all = main.querySelectorAll(".card").length;
  if (line) line.textContent = `${all - main.querySelectorAll(".card.offline").length} of ${all} online`;
}

/** Do `work`; what is asked for meanwhile leads to one more round, not to a pile of them. */
async function once(key, work) {
  if (running.has(key)) return again.add(key);
  running.add(key);
  try {
    do {
      again.delete(key);
      await work();
    } while (again.has(key));
    return true;
  } catch (error) {
    console.warn(error);
    return false;
  } finally {
    running.delete(key);
  }
}

const readList = () => once("", async () => {
  const html = await fragment("/devices");
  swap(() => { main.innerHTML = html; });
});

const readCard = (guid) => once(guid, async () => show(guid, await fragment(`/devices/${guid}`)));

function show(guid, html) {
  const old = card(guid);
  if (!old || old.querySelector("[aria-busy]")) return; // the switch under way reads the card when it is done
  const problem = old.querySelector(".error").textContent;
  swap(() => { old.outerHTML = html; });
  card(guid).querySelector(".error").textContent = problem;
}

const readRollouts = () => once("rollouts", async () => {
  const html = await fragment("/rollouts");
  const place = document.getElementById("rollouts");
  if (place) swap(() => { place.outerHTML = html; });
});

/** Tell a screen reader; the words replace each other, so that a burst of events is not read out in full. */
function say(guid, words) {
  const item = card(guid);
  if (item && words) said.textContent = `${name(item)} ${words}`;
}

/** Somebody at the device says "this is me": its card says so until the server's no longer does. */
function identified({ guid }) {
  card(guid)?.scrollIntoView({ block: "nearest" });
  say(guid, "identifies itself");
  setTimeout(() => readCard(guid), IDENTIFIES_MS + 200);
}

/** Name and new state of a switch; nothing for a mere measurement. */
function switched({ guid, io, value }) {
  const form = card(guid)?.querySelector(`form[data-io="${Number(io)}"]`);
  return form && `${form.querySelector("span").textContent} ${value ? "on" : "off"}`;
}

/** What a screen reader says of an update: each state once, not each percent of it. */
function updated({ guid, state }) {
  const words = card(guid)?.querySelector(".update span")?.textContent.replace(/ \d+ %$/, "");
  const known = states.get(guid);
  states.set(guid, state);
  return known === state ? "" : words;
}

/** What a screen reader says of a rollout: each state once, not each device of it. */
function sayRollout(id, state) {
  const item = document.querySelector(`[data-rollout="${Number(id)}"]`);
  if (item && states.get(id) !== state) said.textContent = `${name(item)}: ${item.querySelector(".state").textContent}`;
  states.set(id, state);
}

async function press(form) {
  const button = form.querySelector("button");
  if (button.hasAttribute("aria-busy") || button.hasAttribute("aria-disabled")) return;
  const { guid } = form.closest(".card").dataset;
  const wanted = button.getAttribute("aria-checked") !== "true";
  complain(guid, "");
  button.setAttribute("aria-busy", "true");
  button.dataset.wanted = wanted ? "on" : "off";
  const problem = await put(form.getAttribute("action"), wanted);
  button.removeAttribute("aria-busy");
  delete button.dataset.wanted;
  complain(guid, problem);
  await readCard(guid);
}

/** Say at a device what went wrong; it stays until the next attempt. */
function complain(guid, words) {
  const place = card(guid)?.querySelector(".error");
  if (place) place.textContent = words;
}

/** What went wrong, in words, or nothing. */
async function put(path, value) {
  try {
    const response = await fetch(`/api/v1${path}`, {
      method: "PUT",
      headers: { "Content-Type": "application/json", "X-Twig-CSRF": csrf },
      body: JSON.stringify({ value }),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    loggedIn(response);
    return response.ok ? "" : (await response.json()).detail;
  } catch {
    return "The hub did not answer. Check that it is running and try again.";
  }
}

function wordTimes() {
  wordExpiry();
  const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  for (const time of document.querySelectorAll("time[datetime]")) {
    const seconds = (new Date(time.dateTime) - Date.now()) / 1000;
    const [size, unit] = [[86400, "day"], [3600, "hour"], [60, "minute"]].find(([s]) => -seconds >= s) ?? [1, "second"];
    time.title = new Date(time.dateTime).toLocaleString();
    time.textContent = -seconds < 10 ? "just now" : relative.format(Math.round(seconds / size), unit);
  }
  for (const item of document.querySelectorAll("[data-started]")) {
    item.textContent = duration(Math.max(0, Date.now() - Number(item.dataset.started)) / 1000);
  }
}

/** A length of time in its two largest units, as the server words it. */
function duration(seconds) {
  const parts = [];
  let rest = Math.floor(seconds);
  for (const [size, unit] of [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]]) {
    const number = Math.floor(rest / size);
    rest %= size;
    if (number || parts.length === 1) parts.push(`${number} ${unit}`);
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}

function listen() {
  const source = new EventSource("/events");
  const onDevice = (handle) => (message) => {
    const data = JSON.parse(message.data);
    if (card(data.guid)) readCard(data.guid).then(() => handle?.(data));
    else readList();
  };
  source.addEventListener("ready", () => {
    readList().then((done) => { if (done) lost.hidden = true; });
  });
  source.addEventListener("device", onDevice((data) => say(data.guid, data.change)));
  source.addEventListener("value", onDevice((data) => say(data.guid, switched(data))));
  source.addEventListener("identify", onDevice(identified));
  source.addEventListener("status", onDevice());
  source.addEventListener("update", onDevice((data) => say(data.guid, updated(data))));
  source.addEventListener("rollout", (message) => {
    const { id, state } = JSON.parse(message.data);
    readRollouts().then(() => sayRollout(id, state));
  });
  source.addEventListener("join-code", readList);
  source.addEventListener("error", () => {
    lost.hidden = false;
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(listen, RETRY_MS);
    readList(); // says whether it is the login that has ended
  });
}

main.addEventListener("submit", (event) => {
  if (!event.target.matches(".io")) return; // the others work as they are
  event.preventDefault();
  press(event.target);
});
wordTimes();
setInterval(wordTimes, CLOCK_MS);
listen();
