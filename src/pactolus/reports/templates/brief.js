(() => {
  "use strict";
  const root = document.body;
  const data = JSON.parse(document.getElementById("pactolus-data").textContent);
  const words = data.words;
  const panel = document.getElementById("trace");
  const body = document.getElementById("trace-body");
  let opener = null;

  const element = (tag, text, lang) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (lang) made.lang = lang;
    return made;
  };
  const line = (term, value, kind) => {
    body.append(element("dt", term));
    const dd = element("dd");
    if (kind) dd.className = kind;
    dd.append(...(Array.isArray(value) ? value : [value]));
    body.append(dd);
  };
  const list = (tag, items) => {
    const made = element(tag);
    made.lang = "en";
    for (const text of items) made.append(element("li", text));
    return made;
  };

  const unpacked = async (text) => {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  };

  // Steps with the value before and after, and the weightiest source rows; unpacked when first asked for.
  let unpackedTrails = null;
  let shown = "";
  const trails = () => {
    unpackedTrails ||= unpacked(JSON.parse(document.getElementById("pactolus-trails").textContent))
      .then(JSON.parse).catch(() => null);
    return unpackedTrails;
  };
  const figure = (value) => value === null || value === undefined ? ""
    : typeof value === "number" ? value.toLocaleString("en-US", Number.isInteger(value) ? {} : { maximumSignificantDigits: 6 }) : String(value);
  const grid = (heads, rows, lang) => {
    const made = element("table");
    if (lang) made.lang = lang;
    const line = (cells, tag) => {
      const row = element("tr");
      for (const cell of cells) {
        const made = element(tag, typeof cell === "number" ? figure(cell) : cell === null ? "" : String(cell));
        if (typeof cell === "number") made.className = "num";
        row.append(made);
      }
      return row;
    };
    const head = element("thead");
    head.append(line(heads, "th"));
    const inner = element("tbody");
    for (const row of rows) inner.append(line(row, "td"));
    made.append(head, inner);
    return made;
  };
  const years = (columns, row) => row.map((v, n) => (columns[n] === "year" && typeof v === "number" ? String(v) : v));
  const way = (content, id, own) => {
    const parts = [element("dt", words.steps)];
    const found = content && content.trails[id];
    const inner = element("dd");
    if (!found) inner.append(own.length ? list("ol", own) : words.none);
    else inner.append(grid(["", words.before, words.after, ""], found[0].map(([text, before, after, unit]) =>
      [content.texts[text], before, after, unit === "1" ? "" : unit])));
    parts.push(inner);
    if (!found) return parts;
    for (const [table, count, columns, rows] of found[1]) {
      const names = content.columns[columns];
      parts.push(element("dt", `${words.source_rows}: ${table} (${rows.length < count ? `${words.largest} ${rows.length} / ` : ""}${figure(count)})`));
      const dd = element("dd");
      dd.className = "rows";
      dd.append(grid(names, rows.map((n) => years(names, content.rows[n])), "en"));
      parts.push(dd);
    }
    for (const part of found[2]) parts.push(element("dt", words.asked), (() => { const dd = element("dd"); dd.append(element("code", `pactolus data trace ${part}`)); return dd; })());
    return parts;
  };

  // A number's way back: its id, table, row keys, steps, and the publisher's editions.
  const trace = (id, text, from) => {
    const found = data.figures[id];
    if (!found) return;
    const [table, rows, steps, origins] = found;
    opener = from || null;
    body.replaceChildren();
    line(words.value, text, "v");
    line(words.id, element("code", id));
    line(words.table, element("code", table || words.none));
    const keys = Object.entries(rows);
    line(words.rows, keys.length ? list("ul", keys.map(([k, v]) => `${k} = ${String(v).replaceAll("|", " | ")}`)) : words.none);
    const place = element("div");
    body.append(place);
    const own = data.steps[steps];
    shown = id;
    trails().then((content) => { if (shown === id) place.append(...way(content, id, own)); });
    for (const key of data.sources[origins]) {
      const o = data.origins[key];
      if (!o) { line(words.origin, key); continue; }
      const parts = [element("div", `${o.producer}, ${o.title}`, "en")];
      for (const field of ["edition", "published", "accessed", "licence", "carrier", "link"]) {
        if (o[field]) parts.push(element("div", `${words[field]}: ${o[field]}`));
      }
      line(words.origin, parts);
    }
    if (panel.open) panel.close();
    panel.show();
    panel.scrollTop = 0;
    panel.querySelector(".close").focus();
  };
  const shut = () => {
    panel.close();
    if (opener && opener.isConnected) opener.focus();
  };
  panel.querySelector(".close").addEventListener("click", shut);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel.open) shut();
    if ((event.key === "Enter" || event.key === " ") && event.target.matches(".n")) {
      event.preventDefault();
      event.target.click();
    }
  });
  document.addEventListener("click", (event) => {
    const number = event.target.closest(".n");
    if (number) {
      const cell = number.closest("td[title]");
      trace(number.dataset.id, cell ? cell.title : number.textContent, number);
      return;
    }
    const csv = event.target.closest("button.csv");
    if (csv) download(csv.dataset.for);
  });

  // The table as CSV: full precision, a gap is an empty field; text never begins a formula.
  const download = (id) => {
    const table = document.querySelector(`table[data-csv="${id}"]`);
    const quoted = (text) => `"${(/^[=+\-@\t\r]/.test(text) ? "'" : "") + text.replaceAll('"', '""')}"`;
    const cell = (node) => node.dataset.v === undefined ? quoted(node.textContent.trim()) : node.dataset.v;
    const rows = [...table.rows].map((row) => [...row.cells].map(cell).join(","));
    const url = URL.createObjectURL(new Blob(["\ufeff" + rows.join("\r\n") + "\r\n"], { type: "text/csv" }));
    const link = element("a");
    link.href = url;
    link.download = `${data.stem}-${id}.csv`;
    link.click();
    URL.revokeObjectURL(url);
  };

  // The section in view is marked in the contents.
  const links = new Map([...document.querySelectorAll(".contents a")].map((a) => [a.hash.slice(1), a]));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      for (const link of links.values()) link.removeAttribute("aria-current");
      const link = links.get(entry.target.id);
      link.setAttribute("aria-current", "true");
      const bar = link.closest("ol");
      bar.scrollLeft = link.offsetLeft - bar.offsetLeft - 40;
    }
  }, { rootMargin: "-15% 0px -75% 0px" });
  for (const id of links.keys()) {
    const section = document.getElementById(id);
    if (section) seen.observe(section);
  }
  for (const table of document.querySelectorAll("details")) {
    table.addEventListener("toggle", () => window.dispatchEvent(new Event("resize")));
  }

  // Charts: the layout of the nearest smaller width, stretched to the room there is.
  const stretched = (layout, factor) => {
    const option = structuredClone(layout.option);
    const place = (part) => { for (const key of ["left", "width"]) if (typeof part[key] === "number") part[key] *= factor; };
    for (const grid of [].concat(option.grid || [])) place(grid);
    for (const title of option.title || []) if (title.fit) title.left *= factor;
    for (const part of option.graphic || []) if (part.fit) part.shape.x *= factor;
    for (const series of option.series || []) if (series.fit) series.barWidth *= factor;
    if (option.geo) { option.geo.width *= factor; option.geo.height *= factor; }
    return option;
  };
  const escaped = (text) => text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);
  const drawn = new Map();
  const draw = (holder, layouts) => {
    const id = holder.dataset.chart;
    const room = Math.floor(holder.clientWidth);
    const chosen = layouts.filter((l) => l.width <= room).at(-1) || layouts[0];
    const factor = Math.min(Math.max(room / chosen.width, 0.86), 1.7);
    const width = Math.round(chosen.width * factor);
    if (drawn.get(id)?.width === width) return;
    const option = stretched(chosen, factor);
    const height = Math.round(chosen.height + (option.geo ? option.geo.height * (1 - 1 / factor) : 0));
    const tips = layouts[0].tips;
    option.tooltip.className = "pactolus-tip";
    option.tooltip.formatter = (mark) => (mark.data && tips[mark.data.tip] ? escaped(tips[mark.data.tip]) : "");
    drawn.get(id)?.chart.dispose();
    const box = holder.querySelector(".live");
    box.style.width = `${width}px`;
    box.style.height = `${height}px`;
    holder.classList.add("drawn");
    const chart = echarts.init(box, null, { renderer: "svg", width, height });
    chart.setOption(option);
    // Press and release, not "click": a mark that is lifted while the pointer is over it leaves its place in the
    // document for a moment, and the browser then sends no click.
    let pressed = null;
    chart.on("mousedown", (mark) => { pressed = mark; });
    chart.on("mouseup", (mark) => {
      const from = pressed;
      pressed = null;
      if (!from || !mark.data?.figure || from.data?.figure !== mark.data.figure) return;
      const [a, b] = [from.event, mark.event];
      if (Math.hypot(a.offsetX - b.offsetX, a.offsetY - b.offsetY) > 5) return;
      trace(mark.data.figure, tips[mark.data.tip] || "", document.querySelector(`[data-id="${mark.data.figure}"]`));
    });
    drawn.set(id, { chart, width });
  };
  const start = async () => {
    const holders = [...document.querySelectorAll(".chart")];
    if (holders.length) {
      const packed = JSON.parse(document.getElementById("pactolus-charts").textContent);
      const script = element("script", await unpacked(packed.echarts));
      document.head.append(script);
      const content = JSON.parse(await unpacked(packed.charts));
      await document.fonts.ready;
      if (content.land) echarts.registerMap("land", content.land);
      const all = () => { for (const h of holders) draw(h, content.charts[h.dataset.chart]); };
      all();
      let waiting = 0;
      window.addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(all, 120); });
    }
  };
  start().catch((error) => { root.dataset.fault = String(error); }).finally(() => { root.dataset.ready = "1"; });
})();
