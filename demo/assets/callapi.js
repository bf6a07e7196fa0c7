// The dashboard's "Call the API": the link leads to the answer; with this script the answer is shown beside it, asked for with a
// session token as Clerk's guide does.
(() => {
  "use strict";

  const link = document.querySelector("[data-call-api]");
  const output = document.getElementById(link?.dataset.callApi ?? "");
  if (!link || !output || !window.ginclerk) {
    return;
  }

  async function call() {
    const response = await window.ginclerk.fetchWithAuth(link.href);
    const answer = await response.json();
    return `${response.status} ${response.statusText}\n${JSON.stringify(answer, null, 2)}`;
  }

  link.addEventListener("click", async (event) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) {
      return; // who wants another tab gets one
    }
    event.preventDefault();
    output.hidden = false;
    output.dataset.state = "asking";
    output.textContent = "Asking…";
    try {
      output.textContent = await call();
      output.dataset.state = "answered";
    } catch (error) {
      output.textContent = error.message;
      output.dataset.state = "failed";
    }
  });
})();
