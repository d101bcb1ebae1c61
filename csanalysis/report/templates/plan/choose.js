(() => {
  "use strict";
  // One choice at the top of a chapter: its tables show one team, one model or one year alone
  const words = document.getElementById("words").dataset;
  const make = (tag, about) => Object.assign(document.createElement(tag), about);
  const KINDS = ["team", "model", "year"];

  // What the numbers in a cell are of: for each kind its values
  const read = (cells) => {
    const found = Object.fromEntries(KINDS.map((kind) => [kind, new Set()]));
    for (const cell of cells) {
      for (const { dataset } of [cell, ...cell.querySelectorAll("[data-period]")]) {
        if (!dataset.period) continue;
        const group = JSON.parse(dataset.group || "{}");
        for (const kind of ["team", "model"]) if (kind in group) found[kind].add(group[kind]);
        const [first, last = first] = dataset.period.split("/").map((day) => Number(day.slice(0, 4)));
        for (let year = first; year <= last; year += 1) found.year.add(String(year));
      }
    }
    return found;
  };

  // The rows and columns of a table, each with what it is of; columns only where every row has all of them
  const lines = (table) => {
    const rows = [...table.tBodies[0].rows], heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
    const found = rows.map((row) => ({ cells: [row], of: read(row.cells), named: row.cells[0] }));
    if (rows.every((row) => row.cells.length === heads.length)) {
      heads.forEach((head, place) => {
        const cells = rows.map((row) => row.cells[place]);
        found.push({ cells: [head, ...cells], of: read(cells), named: head });
      });
    }
    return found;
  };
  // A head above several columns reaches over those that are left
  const span = (table) => {
    if (table.tHead.rows.length < 2) return;
    const below = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
    for (const head of table.tHead.rows[0].cells) {
      head.dataset.span ??= head.colSpan;
      const left = below.splice(0, Number(head.dataset.span)).filter((cell) => !cell.matches(".off")).length;
      head.classList.toggle("off", !left);
      head.colSpan = left || 1;
    }
  };

  const again = [];
  for (const chapter of document.querySelectorAll(".chapter")) {
    const tables = [...chapter.querySelectorAll(".table table")].map((table) => [table, lines(table)]);
    const title = chapter.querySelector("h1, h2");
    const choices = KINDS.map((kind) => [kind, new Map()]);
    for (const [kind, values] of choices) {
      for (const [, all] of tables) {
        const told = all.filter(({ of }) => of[kind].size === 1);
        if (new Set(told.map(({ of }) => [...of[kind]][0])).size < 2) continue;
        for (const { of, named } of told) {
          const [value] = of[kind];
          if (!values.has(value)) values.set(value, kind === "year" ? value : named.textContent.trim() || value);
        }
      }
    }
    const held = choices.filter(([, values]) => values.size > 1);
    if (!title || !held.length) continue;

    const box = make("div", { className: "choose" }), label = make("label", { textContent: words.choose });
    const select = make("select"), said = make("output");
    select.append(make("option", { value: "", textContent: words.everything }));
    for (const [kind, values] of held) {
      const group = make("optgroup", { label: words[kind] });
      const sorted = [...values].sort(([a], [b]) => a.localeCompare(b, undefined, { numeric: true }));
      for (const [value, name] of sorted) group.append(make("option", { value: `${kind}=${value}`, textContent: name }));
      select.append(group);
    }
    const names = new Map(held);
    const apply = (choice) => {
      const [kind, value] = choice.split(/=(.*)/s), chosen = kind && names.get(kind).get(value);
      let following = 0;
      for (const [table, all] of tables) {
        const other = all.map(({ of }) => Boolean(kind) && of[kind].size > 0 && !of[kind].has(value));
        // A table that is of something else altogether stays whole
        const follows = all.some(({ of }, place) => kind && of[kind].has(value) && !other[place]) && other.includes(true);
        all.forEach(({ cells }) => cells.forEach((cell) => cell.classList.remove("off")));
        all.forEach(({ cells }, place) => { if (follows && other[place]) cells.forEach((cell) => cell.classList.add("off")); });
        span(table);
        const caption = table.closest(".table").querySelector("figcaption > span");
        if (caption) caption.dataset.only = follows ? ` · ${chosen}` : "";
        following += follows;
      }
      return kind ? words.chosen.replace("{tables}", following).replace("{all}", tables.length) : "";
    };
    const choose = () => {
      select.toggleAttribute("data-whole", !select.value);
      said.textContent = apply(select.value);
    };
    select.toggleAttribute("data-whole", true);
    select.addEventListener("change", choose);
    again.push((printed) => apply(printed ? "" : select.value));
    label.append(select);
    box.append(label, said);
    title.after(box);
  }
  addEventListener("beforeprint", () => again.forEach((apply) => apply(true)));
  addEventListener("afterprint", () => again.forEach((apply) => apply(false)));
})();
