// The live page: a stream that the server ends together with the session.
(() => {
  "use strict";

  const panel = document.querySelector("[data-live]");
  if (!panel || !window.EventSource) {
    return;
  }
  const part = (name) => panel.querySelector(`[data-live-part="${name}"]`);
  const state = part("state");
  const text = part("text");
  const time = part("time");

  function say(kind, name, words) {
    panel.dataset.state = name;
    state.className = `tag ${kind}`;
    state.textContent = name;
    state.hidden = false;
    text.textContent = words;
  }

  function over(name, words) {
    source.close();
    say("bad", name, words);
    part("facts").hidden = true;
    part("over").hidden = false;
  }

  const source = new EventSource(panel.dataset.live);
  say("", "Connecting", "The page asks the server for its stream.");
  source.addEventListener("open", () =>
    say("good", "Live", "Your session is watched. End it from another device, and this page says so at once."),
  );
  source.addEventListener("time", (event) => {
    time.textContent = event.data;
    part("facts").hidden = false;
  });
  source.addEventListener("ended", (event) => over("Signed out", event.data));
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) {
      over("Over", "The server refuses the stream: nobody is signed in any more, or Clerk can’t be reached.");
    } else {
      say("", "Connecting", "The connection was lost. The page tries again by itself.");
    }
  });
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      location.reload();
    }
  });
})();
