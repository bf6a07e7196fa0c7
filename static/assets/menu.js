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
