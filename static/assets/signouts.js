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
