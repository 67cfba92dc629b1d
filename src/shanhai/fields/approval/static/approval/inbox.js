/* j and k move through the inbox, Enter opens the row. A letter opens an answer in the row: Enter confirms what is shown,
   Escape leaves it. Keys that a Chinese input method is using are never ours. */
(() => {
  "use strict";
  const table = document.querySelector("[data-inbox]");
  if (!table) return;
  const rows = Array.from(table.querySelectorAll("tbody tr"));
  const answers = JSON.parse(document.getElementById("inbox-answers").textContent);
  const template = document.getElementById("inbox-answer");
  let at = -1;
  let shown = null;
  document.querySelector("[data-keys]").hidden = false;

  const isComposing = (event) => event.isComposing || event.keyCode === 229;
  const choose = (n) => {
    rows[at]?.classList.remove("sel");
    at = n;
    rows[at].classList.add("sel");
  };
  const close = () => {
    shown?.remove();
    shown = null;
  };
  const leave = () => {
    close();
    rows[at]?.focus();
  };
  const go = (step) => {
    close();
    choose(Math.max(0, Math.min(rows.length - 1, at + step)));
    rows[at].focus();
  };
  const show = (answer) => {
    close();
    shown = template.content.firstElementChild.cloneNode(true);
    const form = shown.querySelector("form");
    const choice = form.querySelector("[data-choice]");
    const text = form.querySelector("[data-text]");
    form.action = answer.url;
    form.elements.version.value = answer.version;
    if (answer.name) [choice.name, choice.value] = [answer.name, answer.value];
    [text.name, text.value, text.required] = [answer.field, answer.text, answer.needs];
    // What a lower step proposed besides, as the certificate: it goes on as it stands.
    for (const [name, value] of Object.entries(answer.kept)) {
      const kept = document.createElement("input");
      [kept.type, kept.name, kept.value] = ["hidden", name, value];
      form.append(kept);
    }
    form.querySelector("[data-said]").textContent = answer.said;
    form.querySelector("[data-hint]").textContent = answer.hint;
    form.querySelector("[data-label]").textContent = answer.label;
    const button = form.querySelector("[data-button]");
    button.textContent = answer.button;
    form.querySelector("[data-leave]").addEventListener("click", leave);
    form.addEventListener("submit", () => { button.disabled = true; });
    text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && isComposing(event)) event.preventDefault();
    });
    rows[at].after(shown);
    (answer.needs && !answer.text ? text : button).focus();
  };

  table.addEventListener("focusin", (event) => {
    const n = rows.indexOf(event.target.closest("tr"));
    if (n >= 0 && n !== at) {
      close();
      choose(n);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (isComposing(event) || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && shown) leave();
    else if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    else if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "Enter" && at >= 0 && document.activeElement === rows[at]) rows[at].querySelector("a").click();
    else {
      const answer = at >= 0 && answers[at].find((one) => one.key === event.key);
      if (!answer) return;
      show(answer);
    }
    event.preventDefault();
  });
})();
