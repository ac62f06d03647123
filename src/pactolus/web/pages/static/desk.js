// The desk in the browser: charts, the way back of a number, fields that ask anew. Without it text and tables stay.
(() => {
  "use strict";
  const root = document.body;
  const with_ = (address, more) => address + (address.includes("?") ? "&" : "?") + more;
  const faulty = (error) => { root.dataset.fault = String(error); };

  // ---- the way back of a number --------------------------------------------------------------------------------------
  const panel = document.getElementById("trace");
  const inside = document.getElementById("trace-body");
  let opener = null;
  let asked = 0;
  const show = async (address, from) => {
    opener = from || null;
    const mine = ++asked;
    inside.textContent = "…";
    if (!panel.open) panel.show();
    panel.querySelector(".close").focus();
    try {
      const answer = await fetch(with_(address, "fragment=1"));
      const text = await answer.text();
      if (mine !== asked) return;
      inside.innerHTML = text;
      panel.scrollTop = 0;
      panel.dataset.shown = address;
    } catch (error) { if (mine === asked) inside.textContent = String(error); }
  };
  const shut = () => {
    panel.close();
    if (opener && opener.isConnected) opener.focus();
  };
  panel.querySelector(".close").addEventListener("click", shut);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && panel.open) shut(); });
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const number = event.target.closest("a.n");
    if (number && number.dataset.id) {
      event.preventDefault();
      show(number.getAttribute("href"), number);
      return;
    }
    const png = event.target.closest("button.png");
    if (png) picture(document.querySelector(`#${CSS.escape(png.dataset.for)} .chart`)).catch(faulty);
  });

  // ---- charts --------------------------------------------------------------------------------------------------------
  const drawn = new Map();
  const escaped = (text) => text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);
  let land = null;
  const withLand = () => {
    land ||= fetch(root.dataset.land).then((a) => a.json()).then((shape) => echarts.registerMap("land", shape));
    return land;
  };
  const room = (holder) => Math.max(280, Math.floor(holder.clientWidth / 20) * 20);
  const draw = async (holder) => {
    const width = room(holder);
    const known = drawn.get(holder);
    if (!holder.clientWidth || known?.width === width) return;
    drawn.set(holder, { ...known, width });
    const answer = await fetch(with_(holder.dataset.src, `width=${width}`));
    if (!answer.ok) throw new Error(`${answer.status} ${holder.dataset.src}`);
    const layout = await answer.json();
    if (layout.land) await withLand();
    await document.fonts.ready;
    if (!holder.isConnected || drawn.get(holder).width !== width) return;
    known?.chart?.dispose();
    const option = layout.option;
    option.tooltip.className = "pactolus-tip";
    option.tooltip.formatter = (mark) => (mark.data?.tip ? escaped(mark.data.tip) : "");
    holder.replaceChildren();
    const box = document.createElement("div");
    box.style.width = `${layout.width}px`;
    box.style.height = `${layout.height}px`;
    box.setAttribute("aria-hidden", "true");
    holder.append(box);
    const chart = echarts.init(box, null, { renderer: "svg", width: layout.width, height: layout.height });
    chart.setOption(option);
    // Press and release, not "click": a mark that is lifted under the pointer leaves the document for a moment.
    let pressed = null;
    chart.on("mousedown", (mark) => { pressed = mark; });
    chart.on("mouseup", (mark) => {
      const from = pressed;
      pressed = null;
      if (!from || !mark.data?.figure || from.data?.figure !== mark.data.figure) return;
      const [a, b] = [from.event, mark.event];
      if (Math.hypot(a.offsetX - b.offsetX, a.offsetY - b.offsetY) > 5) return;
      show(`${holder.dataset.base}/trace/${mark.data.figure}${holder.dataset.query}`, holder.parentNode.querySelector(`[data-id="${mark.data.figure}"]`));
    });
    drawn.set(holder, { chart, width, layout });
  };
  const picture = async (holder) => {
    const { layout } = drawn.get(holder);
    const away = document.createElement("div");
    const chart = echarts.init(away, null, { renderer: "canvas", width: layout.width, height: layout.height, devicePixelRatio: 2 });
    chart.setOption({ ...layout.option, animation: false });
    const link = document.createElement("a");
    link.href = chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: "#fff" });
    link.download = `${holder.dataset.name}.png`;
    link.click();
    chart.dispose();
  };

  // ---- what is there, and when it is complete ------------------------------------------------------------------------
  let busy = 0;
  const state = () => {
    const later = document.querySelectorAll('[aria-busy="true"]').length;
    root.dataset.ready = "1";
    if (!busy && !later) root.dataset.settled = "1"; else delete root.dataset.settled;
  };
  const all = async () => {
    busy += 1;
    delete root.dataset.settled;
    for (const holder of [...drawn.keys()]) if (!holder.isConnected) { drawn.get(holder).chart?.dispose(); drawn.delete(holder); }
    const shown = [...document.querySelectorAll(".chart[data-src]")];
    const results = await Promise.allSettled(shown.map(draw));
    for (const one of results) if (one.status === "rejected") faulty(one.reason);
    busy -= 1;
    if (busy) return;
    state();
    document.dispatchEvent(new CustomEvent("desk:drawn"));
  };
  let waiting = 0;
  const soon = (after) => { clearTimeout(waiting); waiting = setTimeout(all, after); };
  window.addEventListener("resize", () => soon(120));
  document.addEventListener("toggle", () => soon(20), true);
  document.addEventListener("htmx:after:swap", () => soon(1));
  document.addEventListener("htmx:error", (event) => faulty(event.detail?.error || "htmx"));

  // ---- fields --------------------------------------------------------------------------------------------------------
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form.controls");
    if (form) form.requestSubmit();
  });
  for (const form of document.querySelectorAll("form.controls")) {
    form.addEventListener("submit", () => {
      for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
    });
  }

  // A file that a reader chooses goes into the text of its form, where it can be read before it is sent.
  document.addEventListener("change", async (event) => {
    const chosen = event.target.closest("input[type=file][data-into]");
    if (chosen?.files[0]) chosen.form.elements[chosen.dataset.into].value = await chosen.files[0].text();
  });

  // A reader with a name sends the word of the session with everything that changes something.
  document.addEventListener("submit", (event) => {
    const word = document.querySelector("[data-csrf]")?.dataset.csrf;
    const form = event.target;
    if (!word || form.method !== "post" || form.elements.csrf) return;
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "csrf", value: word });
    form.append(field);
  });
  document.addEventListener("htmx:config:request", (event) => {
    const word = document.querySelector("[data-csrf]")?.dataset.csrf;
    if (word) event.detail.ctx.request.headers["X-CSRF-Token"] = word;
  });

  all().catch(faulty);
})();
