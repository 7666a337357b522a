"use strict";
const says = JSON.parse(document.getElementById("says").textContent);
// 7x7, ７×７, 7 * 7 → 7×7; everything else as it is.
const plain = (answer) => {
  const text = answer.normalize("NFKC").trim();
  const size = text.match(/^\(?\s*(\d+)\s*[×x*,、と]\s*(\d+)\s*\)?$/i);
  return size ? `${size[1]}×${size[2]}` : text;
};
// 0.25, 1/4, 25%, .25
const number = (text) => {
  const parts = text.match(/^([-+]?[\d.,]+(?:e[-+]?\d+)?)\s*(?:\/\s*([\d.]+))?\s*(%?)$/i);
  if (!parts) return NaN;
  return Number(parts[1].replaceAll(",", "")) / Number(parts[2] ?? 1) / (parts[3] ? 100 : 1);
};
const isRight = (form, answer) =>
  "tolerance" in form.dataset
    ? Math.abs(number(answer) - Number(form.dataset.wanted)) <= Number(form.dataset.tolerance)
    : answer === form.dataset.wanted;
for (const form of document.querySelectorAll("form[data-wanted]")) {
  const output = form.querySelector("output");
  const slips = new Map(Object.entries(JSON.parse(form.dataset.slips)).map(([answer, say]) => [plain(answer), say]));
  form.querySelector("button").hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const answer = plain(new FormData(form).get("answer") || "");
    const right = isRight(form, answer);
    const more = right ? form.dataset.explanation : slips.get(answer);
    const verdict = answer === "" ? says.none : right ? says.right : says.wrong;
    output.className = answer === "" ? "" : right ? "right" : "wrong";
    output.textContent = verdict + (more ? `: ${more}` : "");
  });
}
