// The script of the pages: four small parts, each of which a page works without.

// Closes the open menu of a user button: with Escape, which gives the focus back to its button, and with a click outside of it.
(() => {
  "use strict";
  const open = () => document.querySelector(".ginclerk details.menu[open]");
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && open();
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    const menu = open();
    if (menu && !menu.contains(event.target)) menu.open = false;
  });
})();

// Counts the selected devices on their buttons, and has the box of a device select its sign-ins. Without this script, the server counts
// after "Select all", and the buttons name no number.
(() => {
  "use strict";

  const boxes = () => [...document.querySelectorAll('input[form="sign-out-selected"]')];
  const texts = document.querySelectorAll("[data-selected]");
  if (texts.length === 0) {
    return;
  }
  const number = new Intl.NumberFormat(document.documentElement.lang || undefined);

  function show() {
    const selected = new Set(boxes().filter((box) => box.checked).map((box) => box.closest("[data-testid='device-row']") ?? box));
    for (const text of texts) {
      const words = selected.size > 0 ? text.dataset.selected.replace("#", number.format(selected.size)) : text.dataset.unselected;
      if (text.textContent.trim() !== words) {
        text.textContent = words;
      }
    }
  }

  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.getAttribute("form") !== "sign-out-selected") {
      return;
    }
    const row = box.closest("[data-testid='device-row']");
    const inRow = row === null ? [] : [...row.querySelectorAll('input[form="sign-out-selected"]')];
    const [whole, ...each] = inRow;
    if (each.length > 0 && box === whole) {
      for (const one of each) {
        one.checked = whole.checked;
      }
    } else if (each.length > 0 && !box.checked) {
      whole.checked = false;
    }
    show();
  });

  // A browser may restore the boxes when a person goes back.
  addEventListener("pageshow", show);
})();

// Keeps the page of a job that signs out up to date. Without this script the page reloads from time to time; with it, the page
// reloads only if the server's events can't be read.
(() => {
  "use strict";

  const box = document.querySelector("[data-running]");
  if (box === null) {
    return;
  }
  const retryAfter = 3_000; // milliseconds until the page reloads without events
  const readOutAfter = 5_000; // milliseconds between two sentences that are read out
  const hopeless = 3; // failures in a row
  let failures = 0;
  let readOut = performance.now();

  const part = (name) => box.querySelector(`[data-part="${name}"]`);

  function show(job) {
    for (const name of ["ended", "gone", "failed", "left", "summary", "remaining"]) {
      const element = part(name);
      if (element !== null && element.textContent !== String(job[name])) {
        element.textContent = String(job[name]);
      }
    }
    const bar = part("bar");
    if (bar !== null && job.total > 0) {
      bar.max = job.total;
      bar.value = job.settled;
    }
    if (performance.now() - readOut >= readOutAfter) {
      readOut = performance.now();
      part("announcement").textContent = job.summary;
    }
  }

  function reload() {
    location.reload();
  }

  // A page that the browser restores from memory is out of date.
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      reload();
    }
  });

  if (typeof EventSource === "undefined" || !box.dataset.events) {
    setTimeout(reload, retryAfter);
    return;
  }
  const events = new EventSource(box.dataset.events);

  events.addEventListener("progress", (event) => {
    failures = 0;
    show(JSON.parse(event.data));
  });

  // The job has finished, or the session has ended: the server has another page to show.
  for (const name of ["finished", "ended"]) {
    events.addEventListener(name, () => {
      events.close();
      reload();
    });
  }

  // The browser reopens a broken connection, unless the server refuses it.
  events.addEventListener("error", () => {
    failures += 1;
    if (events.readyState === EventSource.CLOSED || failures >= hopeless) {
      events.close();
      setTimeout(reload, retryAfter);
    }
  });
  addEventListener("pagehide", () => events.close());
})();

// Tells the server the time zone of the browser, in a cookie, so that the next page has the times of this zone. The cookie has the path of
// the application, and lasts a year.
(() => {
  "use strict";

  const script = document.querySelector("script[data-cookie-path]");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (script === null || !zone || document.cookie.split("; ").includes("ginclerk_time_zone=" + zone)) {
    return;
  }
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = "ginclerk_time_zone=" + zone + "; Path=" + script.dataset.cookiePath + "; Max-Age=31536000; SameSite=Lax" + secure;
})();
