// The dashboard's "Call the API" is a link to the answer. With this script the page calls the API with a session token, as in
// Clerk's guide, and shows the answer beside the link.
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
      return; // the browser opens another tab
    }
    event.preventDefault();
    output.hidden = false;
    output.dataset.state = "asking";
    output.textContent = output.dataset.asking;
    try {
      output.textContent = await call();
      output.dataset.state = "answered";
    } catch (error) {
      output.textContent = error.message;
      output.dataset.state = "failed";
    }
  });
})();
