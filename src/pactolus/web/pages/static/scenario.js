// The scenario page: a slider asks at once. The old picture stays until the new one is there, the focus stays on
// the slider, the address follows. Without it the fields and the button do the same.
(() => {
  "use strict";
  const move = document.getElementById("s-move");
  const root = document.body;
  if (!move) return;
  const parts = move.dataset.parts.split(" ");
  const took = document.getElementById("s-took");

  // ---- the address: what the form says, without what is empty --------------------------------------------------------
  const asked = () => {
    const said = new URLSearchParams();
    for (const [name, value] of new FormData(move)) if (value !== "" && !(name === "unit" && value === "share")) said.append(name, value);
    return said.toString();
  };
  const follow = (query) => {
    const search = query ? `?${query}` : "";
    history.replaceState(history.state, "", `${location.pathname}${search}`);
    for (const link of document.querySelectorAll(".langs a")) link.search = search;
    carry(document.querySelector("form.controls"), query, ["year", "members"]);
    for (const form of document.querySelectorAll("form.deed, form.save")) {
      const deed = form.getAttribute("action").split("?")[0];
      if (!form.closest("#part-engines")) form.setAttribute("action", deed + search);
    }
  };
  const carry = (form, query, own) => {
    for (const field of form.querySelectorAll('input[type="hidden"]')) field.remove();
    for (const [name, value] of new URLSearchParams(query)) {
      if (own.includes(name)) continue;
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.prepend(field);
    }
  };

  // ---- parts: asked for together, set together -----------------------------------------------------------------------
  const part = async (name, query, signal) => {
    const answer = await fetch(`${location.pathname}/${name}?${query ? `${query}&` : ""}fragment=1`, { signal });
    const text = await answer.text();
    const box = document.createElement("template");
    box.innerHTML = text;
    return answer.ok ? box.content : { fault: box.content };
  };
  const still = (fresh, old) => {
    // Charts of the new part show the old picture until their own is drawn: nothing jumps.
    for (const chart of fresh.querySelectorAll("figure[id]")) {
      const before = old.querySelector(`#${CSS.escape(chart.id)} .chart`);
      const holder = chart.querySelector(".chart");
      if (!before || !holder || !before.firstElementChild) continue;
      holder.style.minHeight = `${before.offsetHeight}px`;
      holder.replaceChildren(before.firstElementChild.cloneNode(true));
    }
    for (const fold of fresh.querySelectorAll("details")) {
      const same = [...old.querySelectorAll("details")].find((one) => one.querySelector("summary").textContent.trim() === fold.querySelector("summary").textContent.trim());
      if (same?.open) fold.open = true;
    }
  };
  const put = (name, found) => {
    const old = document.getElementById(`part-${name}`);
    if (!old) return;
    if (found.fault) {
      old.replaceChildren(found.fault);
      return;
    }
    const fresh = found.querySelector(`#part-${CSS.escape(name)}`);
    if (!fresh) return;
    still(fresh, old);
    const [x, y] = [scrollX, scrollY];
    old.replaceWith(fresh);
    scrollTo(x, y);
  };

  // One question at a time; the last one that was asked meanwhile is asked next.
  let running = null;
  let next = false;
  const ask = async () => {
    if (running) { next = true; return; }
    const began = performance.now();
    running = new AbortController();
    delete root.dataset.settled;
    const query = asked();
    follow(query);
    try {
      const first = await part(parts[0], query, running.signal);
      put(parts[0], first);
      document.dispatchEvent(new CustomEvent("htmx:after:swap"));
      const server = performance.now() - began;
      await drawn();
      const all = performance.now() - began;
      root.dataset.tookServer = String(Math.round(server));
      root.dataset.took = String(Math.round(all));
      took.textContent = took.dataset.text.replace("#", String(Math.round(all)));
      if (!next) {
        const rest = await Promise.all(parts.slice(1).map((name) => part(name, query, running.signal)));
        if (!next) rest.forEach((found, number) => put(parts[number + 1], found));
        document.dispatchEvent(new CustomEvent("htmx:after:swap"));
        await keep(query, running.signal);
      }
    } catch (error) {
      if (error.name !== "AbortError") root.dataset.fault = String(error);
    }
    running = null;
    if (next) { next = false; ask(); }
  };
  const drawn = () => new Promise((done) => {
    const end = () => { document.removeEventListener("desk:drawn", end); clearTimeout(late); done(); };
    const late = setTimeout(end, 3000);
    document.addEventListener("desk:drawn", end);
  });
  // Links that carry the scenario (beside, without) and what the other forms take along.
  const keep = async (query, signal) => {
    const found = await part("ask", query, signal);
    const fresh = found.fault ? null : found.querySelector("#part-ask");
    if (!fresh) return;
    for (const which of [".keep", ".without"]) {
      const links = document.querySelectorAll(`#part-ask ${which}`);
      fresh.querySelectorAll(which).forEach((link, number) => links[number]?.setAttribute("href", link.getAttribute("href")));
    }
    for (const which of ["form.pick", "form.write", "form.yaml"]) {
      const form = document.querySelector(`#part-ask ${which}`);
      const source = fresh.querySelector(which);
      if (!form || !source) continue;
      for (const field of form.querySelectorAll('input[type="hidden"]')) field.remove();
      for (const field of source.querySelectorAll('input[type="hidden"]')) form.prepend(field);
    }
  };

  // ---- sliders, fields, forms ----------------------------------------------------------------------------------------
  move.addEventListener("input", (event) => {
    const slider = event.target;
    if (slider.type === "range") {
      const field = document.getElementById(slider.dataset.for);
      field.value = slider.value;
      slider.setAttribute("aria-valuetext", `${slider.value} ${slider.dataset.unit}`);
      ask();
    }
  });
  move.addEventListener("change", (event) => {
    const field = event.target;
    if (field.type === "text") {
      const slider = move.querySelector(`[data-for="${field.id}"]`);
      const numbers = field.value.split(/[-–~]/).map(Number).filter((n) => !Number.isNaN(n));
      if (field.value && numbers.length) slider.value = String((numbers[0] + numbers[numbers.length - 1]) / 2);
      slider.setAttribute("aria-valuetext", `${field.value || field.placeholder} ${slider.dataset.unit}`);
    }
    if (field.type !== "range") ask();
  });
  move.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
  document.getElementById("s-pick")?.addEventListener("change", (event) => event.target.form.requestSubmit());
  for (const form of document.querySelectorAll("form.pick, form.write, form.yaml")) {
    form.addEventListener("submit", () => {
      for (const field of form.elements) if (field.name && field.value === "" && field.type !== "select-multiple") field.disabled = true;
    });
  }

  // ---- a long run: heard as it goes, set when it ends ----------------------------------------------------------------
  let heard = null;
  const listen = () => {
    const line = document.querySelector("#part-engines [data-events]");
    if (!line || heard?.url.endsWith(line.dataset.events)) return;
    heard?.close();
    heard = new EventSource(line.dataset.events);
    const bar = line.querySelector("progress");
    heard.addEventListener("progress", (event) => {
      const said = JSON.parse(event.data).progress;
      bar.max = said.total || 1;
      bar.value = said.done;
    });
    const over = async () => {
      heard.close();
      put("engines", await part("engines", location.search.slice(1)));
      document.dispatchEvent(new CustomEvent("htmx:after:swap"));
    };
    for (const end of ["done", "failed", "cancelled", "lost"]) heard.addEventListener(end, over);
  };
  listen();
  document.addEventListener("htmx:after:swap", listen);
})();
