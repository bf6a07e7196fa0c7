// fetchWithAuth, fetchWithCustomTemplate and getToken of Clerk's guide, for pages that a server renders.
//
//   <script defer src="/static/fetchwithauth.js"
//     data-token-endpoint="/sessions/token"
//     data-token-origins="https://api.example.com https://other.example.com"></script>
//
// The endpoint is ginclerk's, on the page's own origin; include the base path if the application has one. Tokens go only to
// that origin and to those listed: browsers remove the header when a redirect leads to another origin (Fetch Standard,
// HTTP-redirect fetch). The script adds one name to the page: ginclerk. A content security policy needs connect-src for the
// origins.
(() => {
  "use strict";

  const margin = 10_000; // milliseconds before its end after which a token is not used
  const script = document.currentScript;
  if (!(script instanceof HTMLScriptElement)) {
    throw new Error("ginclerk: load fetchwithauth.js with a script element, and not as a module");
  }

  const endpoint = new URL(script.dataset.tokenEndpoint || "/sessions/token", location.origin);
  if (endpoint.origin !== location.origin) {
    throw new Error("ginclerk: data-token-endpoint must be on the origin of the page");
  }
  const listed = (script.dataset.tokenOrigins || "").split(/\s+/).filter(Boolean).map(originFrom);
  const origins = new Set([location.origin, ...listed]);

  const kept = new Map(); // tokens by template; "" is the session token
  const flights = new Map(); // requests for tokens that are still running, by template

  function originFrom(text) {
    const url = URL.canParse(text) ? new URL(text) : null;
    const alone = /^https?:\/\/[^/\\?#@*]+$/i.test(text); // scheme, host and port
    if (url === null || !alone || url.hostname.endsWith(".")) {
      const instead = url === null || url.origin === "null" || text.includes("*") ? "https://api.example.com" : url.origin;
      throw new Error(`ginclerk: data-token-origins: ${text} is no origin: write one such as ${instead}`);
    }
    if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
      throw new Error(`ginclerk: data-token-origins: ${text} must be https: a token goes there`);
    }
    return url.origin;
  }

  function isLoopback(host) {
    return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
  }

  // request asks the endpoint for a token. It resolves to null if the user is signed out.
  async function request(template) {
    const wall = Date.now();
    const ticks = performance.now();
    const response = await fetch(endpoint, {
      method: "POST",
      mode: "same-origin",
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      referrerPolicy: "same-origin",
      headers: { "Content-Type": "application/json", "X-Requested-With": "ginclerk" },
      body: JSON.stringify(template === "" ? {} : { template }),
    });
    kept.delete(template);
    if (response.status === 401) {
      return null;
    }
    const answer = await response.json().catch(() => ({}));
    if (!response.ok || typeof answer.token !== "string") {
      const error = new Error(answer.detail || `ginclerk: no token: the endpoint answered ${response.status}`);
      error.status = response.status;
      error.reason = answer.reason;
      throw error;
    }
    // Either clock may stop or be set while the token lives, so the one that has advanced more counts.
    const isFresh = () =>
      Math.max(Date.now() - wall, performance.now() - ticks) + margin < answer.expires_in * 1000;
    kept.set(template, { token: answer.token, isFresh });
    return answer.token;
  }

  // getToken resolves to a token of the session or, with a template, of that JWT template; to null if the user is signed out.
  // It keeps the token in memory until shortly before it expires, unless skipCache asks for a new one.
  async function getToken({ template = "", skipCache = false } = {}) {
    const known = kept.get(template);
    if (!skipCache && known !== undefined && known.isFresh()) {
      return known.token;
    }
    if (!flights.has(template)) {
      flights.set(template, request(template).finally(() => flights.delete(template)));
    }
    return flights.get(template);
  }

  async function needToken(options) {
    const token = await getToken(options);
    if (token === null) {
      throw new Error("Not authenticated");
    }
    return token;
  }

  // send fetches with a token. If a kept token gets 401, it tries once more with a new token.
  async function send(url, options, template, contentType) {
    const first = new Request(url, options);
    const origin = new URL(first.url).origin;
    if (!origins.has(origin)) {
      throw new Error(`ginclerk: ${origin} gets no token: it is not listed in data-token-origins`);
    }
    if (contentType !== undefined) {
      first.headers.set("Content-Type", contentType);
    }
    const second = first.clone(); // a body can be read only once
    const token = await needToken({ template });
    first.headers.set("Authorization", `Bearer ${token}`);
    const response = await fetch(first);
    if (response.status !== 401) {
      return response;
    }
    const another = await needToken({ template, skipCache: true });
    if (another === token) {
      return response;
    }
    response.body?.cancel();
    second.headers.set("Authorization", `Bearer ${another}`);
    return fetch(second);
  }

  // fetchWithAuth is fetch with the session's token and a JSON content type. It throws "Not authenticated" if the user is
  // signed out.
  function fetchWithAuth(url, options = {}) {
    return send(url, options, "", "application/json");
  }

  // fetchWithCustomTemplate fetches with a token of a JWT template, which the endpoint must allow.
  async function fetchWithCustomTemplate(url, template) {
    if (typeof template !== "string" || template === "") {
      throw new Error("ginclerk: fetchWithCustomTemplate needs the name of a template");
    }
    return send(url, {}, template);
  }

  // A page that the browser restores from memory may belong to another user, or to none.
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      kept.clear();
    }
  });

  Object.defineProperty(window, "ginclerk", {
    value: Object.freeze({ fetchWithAuth, fetchWithCustomTemplate, getToken }),
    enumerable: true,
  });
})();
