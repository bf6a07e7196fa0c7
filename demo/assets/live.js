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

  // say shows a state of the stream. The words are those of the page; an event can bring others.
  function say(kind, name, words) {
    const told = panel.querySelector(`template[data-live-words="${name}"]`);
    panel.dataset.state = name;
    state.className = `tag ${kind}`;
    state.textContent = told.dataset.state;
    state.hidden = false;
    text.textContent = words ?? told.content.textContent;
  }

  function over(name, words) {
    source.close();
    say("bad", name, words);
    part("facts").hidden = true;
    part("over").hidden = false;
  }

  // signOutHeader makes the header that of a visitor who is signed out: it names no account any more, and offers to sign in.
  function signOutHeader() {
    const header = document.querySelector("body > header");
    const account = header?.querySelector('[data-testid="viewer"]');
    account?.parentElement.replaceChildren(panel.querySelector("template[data-live-header]").content.cloneNode(true));
    for (const link of header?.querySelectorAll('nav a[data-testid^="nav-"]') ?? []) {
      if (["nav-session", "nav-accounts", "nav-devices"].includes(link.dataset.testid)) {
        (link.closest("li") ?? link).remove();
      }
    }
  }

  const source = new EventSource(panel.dataset.live);
  say("", "connecting");
  source.addEventListener("open", () => say("good", "live"));
  source.addEventListener("time", (event) => {
    time.textContent = event.data;
    part("facts").hidden = false;
  });
  source.addEventListener("ended", (event) => {
    over("ended", event.data);
    signOutHeader();
  });
  source.addEventListener("stopped", (event) => over("stopped", event.data));
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) {
      over("unavailable");
    } else {
      say("", "lost");
    }
  });
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      location.reload();
    }
  });
})();
