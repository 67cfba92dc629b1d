/* Draws the charts of a page from the data beside them: SVG, still, named directly, in the colours of tokens.css. */
(() => {
  "use strict";
  if (!window.echarts) return;
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(`--sh-${name}`).trim();
  const colours = { mountain: "m-500", sea: "s-700", ink: "ink-2" };
  const colour = (name) => token(colours[name] || name || "ink-2");
  const text = { color: token("ink"), fontSize: 12, fontFamily: style.getPropertyValue("--sh-font") };
  const pale = { ...text, color: token("ink-2") };
  const say = (digits) => (value) => value == null ? "" : Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const plainAxis = { axisTick: { show: false }, splitLine: { show: false } };

  const bothWays = (spec, width) => {
    const [left, right] = spec.series;
    const most = Math.max(1, ...right.values.map((v) => v || 0));
    const least = Math.max(most * 0.12, ...left.values.map((v) => v || 0));
    // The number left of a bar needs its own 42 px, however narrow the page is.
    const room = (42 / Math.max(100, width - 142)) * (most * 1.05 + least);
    const number = say(spec.digits);
    const side = (series, sign, at, name) => ({
      name: series.name, type: "bar", stack: "one", barWidth: 13, itemStyle: { color: colour(series.colour) },
      data: series.values.map((v) => (v == null ? null : sign * v)),
      label: { show: true, position: at, formatter: (p) => number(p.value), ...text },
      markPoint: { silent: true, symbolSize: 0, data: [{ coord: [0, 0], value: 1 }], label: { formatter: name, position: "top", offset: [sign * 8, -5], align: sign < 0 ? "right" : "left", ...text, color: colour(series.colour === "mountain" ? "m-700" : series.colour === "sea" ? "s-700" : series.colour) } },
    });
    return {
      grid: { left: 44, right: 56, top: 26, bottom: 4 },
      xAxis: { type: "value", min: -(least + room), max: most * 1.05, axisLabel: { show: false }, axisLine: { show: false }, ...plainAxis },
      yAxis: { type: "category", inverse: true, data: spec.labels, axisLine: { show: false }, axisLabel: pale, ...plainAxis },
      series: [
        { ...side(left, -1, "left", `← ${left.name}`), markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: token("ink"), type: "solid", width: 1 }, data: [{ xAxis: 0 }] } },
        side(right, 1, "right", `${right.name} →`),
      ],
    };
  };
  const bars = (spec) => ({
    grid: { left: 8, right: 8, top: 26, bottom: 26, containLabel: false },
    xAxis: { type: "category", data: spec.labels, axisLabel: pale, axisLine: { lineStyle: { color: token("ink-3") } }, ...plainAxis },
    yAxis: { type: "value", axisLabel: { show: false }, axisLine: { show: false }, ...plainAxis },
    series: spec.series.map((series) => ({
      name: series.name, type: "bar", barMaxWidth: 26, barGap: "8%", data: series.values, itemStyle: { color: colour(series.colour) },
      label: { show: true, position: "top", formatter: (p) => (spec.series.length > 1 && p.dataIndex === 0 ? `${series.name}\n` : "") + say(spec.digits)(p.value), ...text },
    })),
  });
  const stacked = (spec) => {
    const last = spec.labels.length - 1;
    return {
      grid: { left: 8, right: 190, top: 10, bottom: 26 },
      xAxis: { type: "category", data: spec.labels, axisLabel: { ...pale, hideOverlap: true }, axisLine: { lineStyle: { color: token("ink-3") } }, ...plainAxis },
      yAxis: { type: "value", axisLabel: { show: false }, axisLine: { show: false }, ...plainAxis },
      series: spec.series.map((series) => ({
        name: series.name, type: "bar", stack: "one", barCategoryGap: "22%", data: series.values,
        itemStyle: { color: colour(series.colour), borderColor: token("panel"), borderWidth: 1 },
        label: { show: true, position: "right", distance: 10, formatter: (p) => (p.dataIndex === last && p.value ? `${series.name} ${say(spec.digits)(p.value)}` : ""), ...text },
        labelLayout: { moveOverlap: "shiftY" },
      })),
    };
  };
  const lines = (spec, width, height) => {
    const all = spec.series.flatMap((series) => series.values).filter((v) => v != null);
    const low = Math.min(0, ...all), high = Math.max(...all) || 1, room = (high - low) * 0.06;
    // Names at the ends keep a line's distance from one another, in the order of their values.
    const perUnit = (height - 40) / (high - low + room);
    const ends = spec.series.map((series, i) => ({ i, y: -perUnit * (series.values.filter((v) => v != null).at(-1) ?? 0) })).sort((a, b) => a.y - b.y);
    const push = [];
    let last = -Infinity;
    for (const end of ends) { const y = Math.max(end.y, last + 15); push[end.i] = y - end.y; last = y; }
    return {
      grid: { left: 8, right: 118, top: 14, bottom: 26 },
      xAxis: { type: "category", boundaryGap: false, data: spec.labels, axisLabel: { ...pale, align: "left", hideOverlap: true }, axisLine: { lineStyle: { color: token("ink-3") } }, ...plainAxis },
      yAxis: { type: "value", min: low, max: high + room, axisLabel: { show: false }, axisLine: { show: false }, ...plainAxis },
      series: spec.series.map((series, i) => ({
        name: series.name, type: "line", data: series.values, symbol: "circle", symbolSize: 5, lineStyle: { width: 2, color: colour(series.colour) }, itemStyle: { color: colour(series.colour) },
        endLabel: { show: true, offset: [0, push[i]], formatter: (p) => `${series.name} ${say(spec.digits)(p.value)}`, ...text },
      })),
    };
  };
  const dots = (spec) => {
    const all = spec.groups.flatMap((group) => group.values).concat(spec.reference == null ? [] : [spec.reference]);
    const low = Math.min(...all), high = Math.max(...all), room = (high - low) * 0.08 || 1;
    const rows = spec.groups.length;
    const points = (values, row) => {
      const seen = {};
      return values.map((v) => { seen[v] = (seen[v] || 0) + 1; return [v, row * 1.15 + (seen[v] - 1) * 0.17]; });
    };
    return {
      grid: { left: 70, right: 14, top: 22, bottom: 22 },
      xAxis: { type: "value", min: Math.floor(low - room), max: Math.ceil(high + room), axisLabel: pale, axisLine: { show: true, lineStyle: { color: token("ink-3") } }, splitLine: { show: false } },
      yAxis: { type: "value", min: -0.3, max: rows * 1.15 - 0.1, axisTick: { show: false }, splitLine: { show: false }, axisLine: { show: false }, axisLabel: { ...pale, customValues: spec.groups.map((_, i) => i * 1.15), formatter: (v) => spec.groups[Math.round(v / 1.15)]?.name || "" } },
      series: spec.groups.map((group, row) => ({
        type: "scatter", symbolSize: 6, data: points(group.values, row), itemStyle: { color: colour(group.colour) },
        ...(row === 0 && spec.reference != null ? { markLine: { silent: true, symbol: "none", lineStyle: { color: token("act"), type: "solid", width: 1.5 }, label: { formatter: spec.reference_name, position: "end", rotate: 0, distance: 2, ...text, color: token("act-2") }, data: [{ xAxis: spec.reference }] } } : {}),
      })),
    };
  };
  const kinds = { both_ways: bothWays, bars, stacked, lines, dots };

  const draw = (from) => {
    for (const place of from.querySelectorAll(".chart[data-spec]:not([data-drawn])")) {
      const data = document.getElementById(place.dataset.spec);
      if (!data) continue;
      const spec = JSON.parse(data.textContent);
      place.dataset.drawn = "1";
      const chart = echarts.init(place, null, { renderer: "svg" });
      chart.setOption({ animation: false, textStyle: text, silent: true, ...kinds[spec.kind](spec, place.clientWidth, place.clientHeight) });
      new ResizeObserver(() => chart.resize()).observe(place);
      const table = place.closest(".chart-box")?.querySelector("details.tog");
      if (table) table.open = false;
    }
  };
  draw(document);
  document.addEventListener("htmx:load", (event) => draw(event.detail.elt));
})();
