/* A pen on the map of a park: draws a polygon or a line corner by corner and writes it as WKT into the form's text field.
The text field stays the truth: what is pasted there is drawn, and without this script it is all there is. */
(() => {
  "use strict";
  const UNIT = 1e7, CATCH_PX = 10, NS = "http://www.w3.org/2000/svg";
  const box = document.querySelector("[data-pen]");
  const field = document.querySelector("textarea[data-drawn]");
  const svg = box?.querySelector("svg.land");
  if (!svg || !field || !box.dataset.pen) return;
  const isRing = box.dataset.pen === "Polygon";
  const { west, north, across, down } = Object.fromEntries(Object.entries(svg.dataset).map(([name, value]) => [name, Number(value)]));
  const rings = JSON.parse(document.getElementById("pen-corners").textContent).map((flat) => {
    const points = [];
    for (let i = 0; i < flat.length; i += 2) points.push([flat[i], flat[i + 1]]);
    return points;
  });
  const toDrawing = ([x, y]) => [(x / UNIT - west) * across, (north - y / UNIT) * down];
  const toDegrees = ([x, y]) => [Math.round((x / across + west) * UNIT), Math.round((north - y / down) * UNIT)];
  const drawn = document.createElementNS(NS, "path");
  drawn.setAttribute("class", "drawn");
  svg.append(drawn);
  const dots = document.createElementNS(NS, "g");
  svg.append(dots);
  const tools = box.querySelector(".map-tools");
  tools.hidden = false;
  const start = tools.querySelector("[data-pen-start]"), told = tools.querySelector("[data-pen-told]");
  let points = [], isOn = false;

  /** The corner or side of another outline that lies within reach of a place, in 1e-7 degrees; the place itself if none. */
  function caught(at, reach) {
    let best = null, least = reach, corner = null, nearest = reach;
    for (const ring of rings) {
      const there = ring.map(toDrawing);
      there.forEach((a, i) => {
        const far = Math.hypot(a[0] - at[0], a[1] - at[1]);
        if (far < nearest) { nearest = far; corner = ring[i]; }
        const b = there[(i + 1) % there.length], dx = b[0] - a[0], dy = b[1] - a[1], length = dx * dx + dy * dy;
        if (!length) return;
        const t = Math.max(0, Math.min(1, ((at[0] - a[0]) * dx + (at[1] - a[1]) * dy) / length));
        const off = Math.hypot(a[0] + t * dx - at[0], a[1] + t * dy - at[1]);
        if (off < least) {
          least = off;
          const c = ring[i], d = ring[(i + 1) % ring.length];
          best = [Math.round(c[0] + t * (d[0] - c[0])), Math.round(c[1] + t * (d[1] - c[1]))];
        }
      });
    }
    return corner || best || toDegrees(at);
  }

  const degrees = (n) => (n / UNIT).toFixed(7);
  function write() {
    const pairs = points.map(([x, y]) => `${degrees(x)} ${degrees(y)}`);
    if (isRing) field.value = points.length > 2 ? `POLYGON ((${[...pairs, pairs[0]].join(", ")}))` : "";
    else field.value = points.length > 1 ? `LINESTRING (${pairs.join(", ")})` : "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    show();
  }
  function show() {
    const places = points.map(toDrawing);
    drawn.setAttribute("d", places.length ? `M${places.map((p) => p.join(",")).join("L")}${isRing && places.length > 2 ? "z" : ""}` : "");
    dots.replaceChildren(...places.map(([x, y]) => {
      const dot = document.createElementNS(NS, "circle");
      for (const [name, value] of Object.entries({ cx: x, cy: y, r: 4 * scale(), class: "corner" })) dot.setAttribute(name, value);
      return dot;
    }));
    told.textContent = isOn || points.length ? told.dataset.on.replace("{n}", points.length) : told.dataset.off;
  }
  const scale = () => svg.viewBox.baseVal.width / svg.clientWidth;
  /** What stands in the text field as WKT: its first ring, or its line. */
  function read() {
    const found = /\(\s*([-\d.eE,\s]+?)\s*\)/.exec(field.value);
    points = found ? found[1].split(",").map((pair) => pair.trim().split(/\s+/).map((n) => Math.round(Number(n) * UNIT))) : [];
    if (points.some((pair) => pair.length < 2 || pair.some(Number.isNaN))) points = [];
    if (isRing && points.length > 1 && String(points[0]) === String(points.at(-1))) points.pop();
    show();
  }
  svg.addEventListener("click", (event) => {
    if (!isOn) return;
    event.preventDefault();
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const point = caught([at.x, at.y], CATCH_PX * scale());
    if (String(point) !== String(points.at(-1))) points.push(point);
    write();
  });
  start.addEventListener("click", () => {
    isOn = !isOn;
    start.setAttribute("aria-pressed", String(isOn));
    svg.classList.toggle("is-pen", isOn);
    show();
  });
  tools.querySelector("[data-pen-back]").addEventListener("click", () => { points.pop(); write(); });
  tools.querySelector("[data-pen-clear]").addEventListener("click", () => { points = []; write(); });
  const zoom = (by) => {
    const view = svg.viewBox.baseVal, last = points.length ? toDrawing(points.at(-1)) : [view.x + view.width / 2, view.y + view.height / 2];
    const width = view.width * by, height = view.height * by;
    svg.setAttribute("viewBox", `${last[0] - width / 2} ${last[1] - height / 2} ${width} ${height}`);
    show();
  };
  tools.querySelector("[data-pen-in]").addEventListener("click", () => zoom(0.5));
  tools.querySelector("[data-pen-out]").addEventListener("click", () => zoom(2));
  field.addEventListener("change", read);
  read();
})();
