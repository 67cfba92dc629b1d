/* Lets a reader zoom and move the schematic map: the drawing that stands in the page, drawn again by MapLibre.

The library is large, so it comes when somebody asks for it; where it cannot draw, the drawing stays. Everything is read
from the SVG: its units become degrees near the equator, where the projection bends nothing that the eye could see. */
const UNITS_A_DEGREE = 100;
const NAMES_FROM_ZOOM = 0.4; // names of all places stand from so many steps above the whole map

const style = getComputedStyle(document.documentElement);
const colour = (fill) => fill.startsWith("var(") ? style.getPropertyValue(fill.slice(4, -1)).trim() : fill;
const token = (name) => style.getPropertyValue(`--sh-${name}`).trim();

/** What the drawing holds: {kind, side, points in its own units, label, note, url, fill}. */
function read(svg) {
  return [...svg.querySelectorAll("[data-kind]")].map((g) => {
    const path = g.querySelector("path");
    const { kind, side = "", x, y, label = "", note = "" } = g.dataset;
    const isRing = kind === "area" || kind === "water";
    let points = [[Number(x), Number(y)]], rings = [];
    // A ring and its holes: one sub-path each.
    if (isRing) {
      const parts = path.getAttribute("d").split("M").filter(Boolean);
      rings = parts.map((part) => (part.match(/-?[\d.]+,-?[\d.]+/g) || []).map((pair) => pair.split(",").map(Number)));
      points = rings[0];
    }
    if (kind === "route") {
      const length = path.getTotalLength();
      points = Array.from({ length: 33 }, (_, n) => path.getPointAtLength((length * n) / 32)).map((p) => [p.x, p.y]);
    }
    const shape = g.querySelector({ site: "rect", name: "text", note: "text" }[kind] || "path");
    return {
      kind, side, points, rings, note,
      label: label || g.querySelector("title")?.textContent || "",
      url: (g.closest("a") || g.querySelector("a"))?.getAttribute("href") || "",
      fill: colour(shape?.getAttribute("fill") || ""),
    };
  });
}

const middle = (points) => [0, 1].map((n) => points.reduce((sum, point) => sum + point[n], 0) / points.length);

/** The features as GeoJSON, the centre of the drawing at 0° 0°. */
function geojson(features, place) {
  return {
    type: "FeatureCollection",
    features: features.filter((one) => ["area", "water", "route"].includes(one.kind)).map((one, id) => {
      const line = one.points.map(place);
      const geometry = one.kind === "route"
        ? { type: "LineString", coordinates: line }
        : { type: "Polygon", coordinates: one.rings.map((ring) => [...ring, ring[0]].map(place)) };
      return { type: "Feature", id, geometry, properties: { kind: one.kind, fill: one.fill, label: one.label, url: one.url } };
    }),
  };
}

function layers() {
  const of = (...kinds) => ["in", ["get", "kind"], ["literal", kinds]];
  const isHover = ["boolean", ["feature-state", "hover"], false];
  return [
    { id: "land", type: "fill", source: "zone", filter: of("area", "water"), paint: { "fill-color": ["get", "fill"] } },
    { id: "joints", type: "line", source: "zone", filter: of("area"), paint: { "line-color": "#fff", "line-width": 1.6 } },
    { id: "routes", type: "line", source: "zone", filter: of("route"), paint: { "line-color": token("ink"), "line-width": 1.6, "line-dasharray": [4, 2.6] } },
    { id: "pointed", type: "line", source: "zone", filter: of("area"), paint: { "line-color": token("ink"), "line-width": 2, "line-opacity": ["case", isHover, 1, 0] } },
  ];
}

/** Words on the map, with the fonts of the page: a link where a place can be opened, a button that goes near to a side. */
function label(one, near) {
  const at = document.createElement(one.kind === "name" ? "button" : one.url ? "a" : "span");
  at.className = `map-l map-${one.kind}`;
  if (one.url) at.href = one.url;
  at.style.setProperty("--mark", one.fill);
  if (one.kind === "name") {
    at.type = "button";
    at.addEventListener("click", () => near(one.side));
  }
  const name = document.createElement("b");
  name.textContent = one.label;
  at.append(name);
  if (one.note) {
    const note = document.createElement("span");
    note.className = "d2";
    note.textContent = one.note;
    at.append(note);
  }
  return at;
}

const ANCHOR = { area: "center", site: "left", route: "top", name: "bottom-left", note: "left" };

function mark(gl, map, features, place, width, isQuiet) {
  const found = new Map();
  const near = (side) => {
    const land = features.filter((one) => one.kind === "area" && one.side === side).flatMap((one) => one.points.map(place));
    if (land.length) map.fitBounds(land.reduce((all, point) => all.extend(point), new gl.LngLatBounds()), { padding: { top: 44, bottom: 16, left: 24, right: 24 }, duration: 0 });
  };
  for (const one of features) {
    // Hundreds of parcels are named in the list beside the map, not on it.
    if (!one.label || one.kind === "water" || isQuiet) continue;
    const at = one.kind === "area" ? middle(one.points) : one.points[Math.floor(one.points.length / 2)];
    const words = label(one, near);
    // The library moves and fades the outer element, and takes it for a button named "Map marker".
    const element = document.createElement("div");
    element.append(words);
    const isRight = one.kind === "site" && at[0] > width * 0.6;
    words.classList.toggle("map-right", isRight);
    new gl.Marker({ element, anchor: isRight ? "right" : ANCHOR[one.kind] }).setLngLat(place(at)).addTo(map);
    for (const name of ["role", "aria-label", "tabindex"]) element.removeAttribute(name);
    if (one.kind === "area") found.set(one.label, words);
  }
  return found;
}

/** The place under the pointer is outlined and named; a click opens it. */
function point(map, box, names) {
  let hovered = null;
  const to = (feature) => {
    if (hovered !== null) {
      map.setFeatureState({ source: "zone", id: hovered.id }, { hover: false });
      names.get(hovered.properties.label)?.classList.remove("is-on");
    }
    hovered = feature;
    if (!feature) return;
    map.setFeatureState({ source: "zone", id: feature.id }, { hover: true });
    names.get(feature.properties.label)?.classList.add("is-on");
  };
  const area = (event) => event.features.find((one) => one.properties.kind === "area") || null;
  map.on("mousemove", "land", (event) => {
    const feature = area(event);
    if (feature?.id !== hovered?.id) to(feature);
    map.getCanvas().style.cursor = feature?.properties.url ? "pointer" : "";
  });
  map.on("mouseleave", "land", () => { to(null); map.getCanvas().style.cursor = ""; });
  map.on("click", "land", (event) => { const url = area(event)?.properties.url; if (url) window.location.assign(url); });
  const whole = map.getZoom();
  map.on("moveend", () => {
    const isNear = map.getZoom() > whole + NAMES_FROM_ZOOM;
    box.classList.toggle("is-near", isNear);
    if (isNear) clear(box);
  });
}

/** Of names that would stand on one another the first stays; the others come with the pointer, the focus or more zoom. */
function clear(box) {
  const kept = [...box.querySelectorAll(".map-site, .map-name")].map((one) => one.getBoundingClientRect());
  for (const one of box.querySelectorAll(".map-area")) {
    const at = one.getBoundingClientRect();
    const isUnder = kept.some((b) => at.left < b.right && b.left < at.right && at.top < b.bottom && b.top < at.bottom);
    one.classList.toggle("is-under", isUnder);
    if (!isUnder) kept.push(at);
  }
}

async function draw(box, svg) {
  if (!document.querySelector(`link[href="${box.dataset.style}"]`)) {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: box.dataset.style });
    await new Promise((done, failed) => { link.onload = done; link.onerror = failed; document.head.append(link); });
  }
  const gl = await import(box.dataset.library);
  gl.setWorkerUrl(new URL(box.dataset.worker, window.location.href).href);
  const { width, height } = svg.viewBox.baseVal;
  const place = ([x, y]) => [(x - width / 2) / UNITS_A_DEGREE, (height / 2 - y) / UNITS_A_DEGREE];
  const features = read(svg);
  const bounds = [place([0, height]), place([width, 0])];
  const container = document.createElement("div");
  container.className = "map-gl";
  container.style.aspectRatio = `${width} / ${height}`;
  svg.after(container);
  const map = new gl.Map({
    container,
    style: { version: 8, sources: { zone: { type: "geojson", data: geojson(features, place) } }, layers: layers() },
    bounds, fitBoundsOptions: { padding: 4 },
    attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, maxPitch: 0,
    renderWorldCopies: false, cooperativeGestures: true, fadeDuration: 0,
    locale: {
      "Map.Title": box.dataset.title,
      "NavigationControl.ZoomIn": box.dataset.zoomIn,
      "NavigationControl.ZoomOut": box.dataset.zoomOut,
      "CooperativeGesturesHandler.WindowsHelpText": box.dataset.help,
      "CooperativeGesturesHandler.MacHelpText": box.dataset.help,
      "CooperativeGesturesHandler.MobileHelpText": box.dataset.helpTouch,
    },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new gl.NavigationControl({ showCompass: false }), "bottom-right");
  await new Promise((done, failed) => { map.once("load", done); map.once("error", (event) => failed(event.error)); });
  map.setMinZoom(map.getZoom() - 0.5);
  map.setMaxZoom(map.getZoom() + 5);
  const room = [place([-width, height * 2]), place([width * 2, -height])];
  map.setMaxBounds(room);
  point(map, box, mark(gl, map, features, place, width, "quiet" in box.dataset));
  return { map, container };
}

function offer(box) {
  const svg = box.querySelector("svg.zm");
  const button = box.querySelector("[data-map-open]");
  if (!svg || !button || button.dataset.ready) return;
  button.dataset.ready = "1";
  let drawn = null;
  const show = (isLive) => {
    box.classList.toggle("is-live", isLive);
    button.setAttribute("aria-pressed", String(isLive));
  };
  button.addEventListener("click", async () => {
    if (drawn) {
      drawn.map.remove();
      drawn.container.remove();
      drawn = null;
      show(false);
      return;
    }
    button.disabled = true;
    try {
      drawn = await draw(box, svg);
      show(true);
    } catch (error) {
      // No WebGL, or the library does not come: the drawing has everything.
      console.warn("The map stays a drawing:", error);
      box.querySelector(".map-gl")?.remove();
      button.hidden = true;
    }
    button.disabled = false;
  });
  button.hidden = false;
}

document.querySelectorAll("[data-map]").forEach(offer);
document.addEventListener("htmx:afterSettle", () => document.querySelectorAll("[data-map]").forEach(offer));
