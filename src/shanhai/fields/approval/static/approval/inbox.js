/* j and k move through the inbox, Enter opens the row. Keys that a Chinese input method is using are never ours. */
(() => {
  "use strict";
  const rows = Array.from(document.querySelectorAll("[data-inbox] tbody tr"));
  let at = -1;
  const go = (step) => {
    if (!rows.length) return;
    rows[at]?.classList.remove("sel");
    at = Math.max(0, Math.min(rows.length - 1, at + step));
    rows[at].classList.add("sel");
    rows[at].focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "Enter" && at >= 0 && document.activeElement === rows[at]) rows[at].querySelector("a").click();
    else return;
    event.preventDefault();
  });
})();
