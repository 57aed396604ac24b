// Tells what becomes of the join code on the page.

import { wordExpiry } from "./codes.js";

const WORDS = {
  waiting: "Waits for a device",
  taken: "A device has taken it and is joining",
  used: "The device has joined",
  expired: "The code has expired",
  cancelled: "Cancelled: nobody can join with it",
};
const CLOCK_MS = 1000;
const RETRY_MS = 3000; // between attempts where the browser does not try again by itself

const state = document.querySelector(".state");
const expiry = document.querySelector("[data-expires]");
let open = true;

function tell(what) {
  state.textContent = WORDS[what] ?? what;
  open = what === "waiting" || what === "taken";
}

function listen() {
  const source = new EventSource("/events");
  source.addEventListener("join-code", (message) => {
    const data = JSON.parse(message.data);
    if (data.id === Number(state.dataset.code)) tell(data.state);
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, RETRY_MS);
  });
}

function tick() {
  wordExpiry();
  if (open && Date.now() >= Number(expiry.dataset.expires)) tell("expired");
}

tick();
setInterval(tick, CLOCK_MS);
listen();
