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
    const selected = new Set(boxes().filter((box) => box.checked).flatMap((box) => box.value.split(" ")));
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
