(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector, within = document) => within.querySelector(selector);
  const words = one("#words").dataset;
  const make = (tag, about) => Object.assign(document.createElement(tag), about);
  root.classList.add("js");

  // Light and dark
  const button = one(".theme");
  const night = matchMedia("(prefers-color-scheme: dark)");
  const remembered = () => { try { return localStorage.getItem("csanalysis-theme"); } catch { return null; } };
  const shown = () => root.dataset.theme || (night.matches ? "dark" : "light");
  const tell = () => button.setAttribute("aria-pressed", String(shown() === "dark"));
  if (["dark", "light"].includes(remembered())) root.dataset.theme = remembered();
  button.hidden = false;
  tell();
  night.addEventListener("change", tell);
  button.addEventListener("click", () => {
    root.dataset.theme = shown() === "dark" ? "light" : "dark";
    try { localStorage.setItem("csanalysis-theme", root.dataset.theme); } catch { /* storage is blocked */ }
    tell();
  });

  // Contents: a menu on a narrow screen, and the chapter being read unfolded
  const contents = one(".contents details");
  if (contents) {
    const menu = one("summary", contents), here = one(".here", contents), up = one(".up");
    const narrow = matchMedia("screen and (max-width: 63.99rem)");
    const fold = () => { contents.open = !narrow.matches; };
    const leave = () => { if (narrow.matches) contents.open = false; };
    fold();
    narrow.addEventListener("change", fold);
    addEventListener("beforeprint", () => { contents.open = true; });
    addEventListener("afterprint", fold);
    contents.addEventListener("click", (event) => { if (event.target.closest("a")) leave(); });
    document.addEventListener("click", (event) => { if (!contents.contains(event.target)) leave(); });
    contents.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !narrow.matches || !contents.open) return;
      leave();
      menu.focus();
    });
    const links = new Map(all("a", contents).map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
    const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
    let current = null;
    const follow = () => {
      up.hidden = scrollY < 2 * innerHeight;
      const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
      const link = links.get((passed.at(-1) || headings[0] || {}).id);
      if (!link || link === current) return;
      if (current) current.removeAttribute("aria-current");
      link.setAttribute("aria-current", "location");
      all(".open", contents).forEach((entry) => entry.classList.remove("open"));
      link.closest("ol").closest("li")?.classList.add("open");
      link.parentElement.classList.add("open");
      here.textContent = link.textContent.trim().replace(/\s+/g, " ");
      const nav = contents.parentElement, box = link.getBoundingClientRect();
      if (!narrow.matches && (box.top < 60 || box.bottom > innerHeight - 60)) nav.scrollTop += box.top - innerHeight / 3;
      current = link;
    };
    let waiting = false;
    addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; follow(); });
    }, { passive: true });
    follow();
  }

  // Only what does scroll, and figures whose marks the arrow keys reach, are stops for the keyboard
  const wide = (box) => {
    const more = box.scrollWidth > box.clientWidth + 1;
    box.closest("figure")?.classList.toggle("wide", more);
    if (more || box.scrollHeight > box.clientHeight + 1) box.tabIndex = 0;
    else if (!one(".marks", box)) box.removeAttribute("tabindex");
  };
  const sizes = new ResizeObserver((entries) => entries.forEach((entry) => wide(entry.target)));
  all(".scroll").forEach((box) => sizes.observe(box));

  // Tables: sort, filter, copy
  const number = /^[+\u2212-]?[¥$]?[\d,]+(\.\d+)?%?$/;
  const key = (cell) => {
    const value = (cell.dataset.value !== undefined ? cell : one("[data-value]", cell))?.dataset.value;
    if (value !== undefined) return value === "null" ? null : Number(value);
    const text = cell.dataset.sort || cell.textContent.trim();
    if (!text || text === "—") return null;
    return number.test(text) ? Number(text.replace("\u2212", "-").replace(/[^\d.-]/g, "")) : text;
  };
  const order = (one, other) =>
    typeof one === typeof other && typeof one !== "number"
      ? one.localeCompare(other, root.lang, { numeric: true })
      : typeof one === "number" && typeof other === "number" ? one - other : typeof one === "number" ? -1 : 1;
  const csv = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

  for (const table of all(".table table")) {
    const body = table.tBodies[0], rows = [...body.rows], figure = table.closest(".table");
    const free = rows.filter((row) => !row.matches(".total"));
    if (free.length < 2) continue;
    const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
    const tools = make("div", { className: "tools" }), said = make("output");
    const name = (head) => (one(".label", head) || head).textContent.trim();

    // Totals stay where they are: at the foot, or at the head of the rows that follow
    const sort = (place, way) => {
      const runs = [[]];
      rows.forEach((row) => (row.matches(".total") ? runs.push(row, []) : runs.at(-1).push(row)));
      const sorted = (run) => (way ? run.map((row) => [key(row.cells[place]), row]).sort(([a], [b]) =>
        a === null || b === null ? (a === null) - (b === null) : way * order(a, b)).map(([, row]) => row) : run);
      body.append(...runs.flatMap((run) => (Array.isArray(run) ? sorted(run) : run)));
    };
    heads.forEach((head, place) => {
      const label = one(".label", head);
      if (!label || head.matches(".spark")) return;
      const press = make("button", { type: "button", className: "sort", title: words.sort });
      label.replaceWith(press);
      press.append(label);
      press.addEventListener("click", () => {
        const way = { none: 1, ascending: -1, descending: 0 }[head.ariaSort || "none"];
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        if (way) head.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
        sort(place, way);
        said.textContent = way ? words[way > 0 ? "up" : "down"].replace("{name}", name(head)) : words.back;
      });
    });

    if (free.length > 12) {
      const filter = make("input", { type: "search", placeholder: words.filter, ariaLabel: words.filter });
      let texts = null; // of thousands of rows, read once
      const place = table.dataset.remember && `csanalysis-filter-${table.dataset.remember}`;
      const seek = () => {
        texts ||= free.map((row) => row.textContent.toLowerCase());
        const sought = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
        let left = 0;
        free.forEach((row, number) => {
          const found = sought.every((word) => texts[number].includes(word));
          if (row.hidden === found) row.hidden = !found;
          left += found;
        });
        said.textContent = sought.length ? words.rows.replace("{shown}", left).replace("{all}", free.length) : "";
        try { if (place) sessionStorage.setItem(place, filter.value); } catch { /* storage is blocked */ }
      };
      filter.addEventListener("input", seek);
      try { filter.value = (place && sessionStorage.getItem(place)) || ""; } catch { /* storage is blocked */ }
      if (filter.value) seek(); // the page has been loaded again by itself
      tools.append(filter);
    }
    const copy = make("button", { type: "button", className: "copy", textContent: words.copy });
    copy.addEventListener("click", async () => {
      const over = table.tHead.rows.length > 1 ? [...table.tHead.rows[0].cells].flatMap((cell) => Array(cell.colSpan).fill(cell.textContent.trim())) : [];
      const lines = [heads.map((head, place) => [over[place], name(head)].filter(Boolean).join(" "))];
      for (const row of body.rows) {
        if (row.hidden) continue;
        lines.push([...row.cells].map((cell) => cell.dataset.value ?? cell.textContent.trim()));
      }
      const text = lines.map((line) => line.map((part) => csv(part === "null" ? "" : part.replace(/^[=@]/, "'$&"))).join(",")).join("\r\n");
      try { await navigator.clipboard.writeText(text); said.textContent = words.copied; } catch { said.textContent = words.refused; }
    });
    tools.append(copy, said);
    one(".scroll", figure).before(tools);
  }
  // What the address names may be folded, or lie in a box that scrolls
  const named = () => location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const unfold = () => {
    const target = named();
    const more = target && (target.closest(".more") || one(".more", target.closest(".table") || target.cloneNode()));
    if (more) more.open = true;
    return target;
  };
  addEventListener("hashchange", unfold);
  const folds = all(".more");
  let closed = [];
  addEventListener("beforeprint", () => { closed = folds.filter((more) => !more.open); closed.forEach((more) => { more.open = true; }); });
  addEventListener("afterprint", () => closed.forEach((more) => { more.open = false; }));
  unfold()?.scrollIntoView?.();
})();
