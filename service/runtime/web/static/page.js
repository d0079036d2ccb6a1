// What the page can do beyond HTML: parts that change by themselves, and copying. Without it, reload.
"use strict";

const EVERY = 3000; // milliseconds between two looks
const QUIET = 20000; // at least so long between two announcements to screen readers

const live = document.querySelector("[data-live]");
const pause = document.querySelector("[data-pause]");
let paused = false;
let arrived = 0;
let announced = 0;

async function look() {
  if (!paused && !document.hidden) {
    try {
      const answer = await fetch(live.dataset.live, { cache: "no-cache" });
      if (answer.ok) update(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // The server is away: what is shown stays, the next look tries again.
    }
  }
  setTimeout(look, EVERY);
}

function update(fresh) {
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const shown = live.querySelector(`[data-part="${part.dataset.part}"]`);
    if (!shown) continue;
    if (part.dataset.part === "feed") replaceItems(shown, part);
    else if (shown.innerHTML !== part.innerHTML && !shown.contains(document.activeElement)) shown.replaceChildren(...part.childNodes);
  }
  announce();
}

// By key: what has not changed stays in place, with the focus that it may have.
function replaceItems(shown, fresh) {
  const known = new Map([...shown.children].map((item) => [item.dataset.key, item]));
  let next = shown.firstElementChild;
  for (const item of [...fresh.children]) {
    let kept = known.get(item.dataset.key);
    known.delete(item.dataset.key);
    if (kept && kept.innerHTML !== item.innerHTML) {
      if (kept === next) next = kept.nextElementSibling;
      kept.remove();
      kept = undefined;
    } else if (!kept && item.dataset.key) {
      item.classList.add("new");
      arrived += 1;
    }
    if (kept && kept === next) next = next.nextElementSibling;
    else shown.insertBefore(kept ?? item, next);
  }
  for (const gone of known.values()) gone.remove();
}

function announce() {
  const place = document.querySelector("[data-said]");
  if (!place || !arrived || Date.now() - announced < QUIET) return;
  place.textContent = arrived === 1 ? "1 new article" : `${arrived} new articles`;
  arrived = 0;
  announced = Date.now();
}

if (live) setTimeout(look, EVERY);

if (pause) {
  pause.hidden = false;
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    pause.textContent = paused ? "Go on" : "Pause";
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.parentElement.querySelector("[data-copied]").textContent = "Copied.";
  });
}
