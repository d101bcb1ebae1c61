(() => {
  "use strict";
  // One choice at the top of a chapter: its tables and figures show one team, one model or one year alone
  const words = document.getElementById("words").dataset;
  const make = (tag, about) => Object.assign(document.createElement(tag), about);
  const KINDS = ["team", "model", "year"];

  // What some numbers are of, told as pairs of a group and a period: for each kind its values
  const values = (pairs) => {
    const found = Object.fromEntries(KINDS.map((kind) => [kind, new Set()]));
    for (const [group, period] of pairs) {
      for (const kind of ["team", "model"]) if (kind in group) found[kind].add(group[kind]);
      const [first, last = first] = period.split("/").map((day) => Number(day.slice(0, 4)));
      for (let year = first; year <= last; year += 1) found.year.add(String(year));
    }
    return found;
  };
  const group = ({ dataset }) => JSON.parse(dataset.group || "{}");
  const read = (cells) => values(
    cells.flatMap((cell) => [cell, ...cell.querySelectorAll("[data-period]")])
      .filter(({ dataset }) => dataset.period).map((cell) => [group(cell), cell.dataset.period]),
  );

  // The rows and columns of a table, each with what it is of; columns only where every row has all of them
  const lines = (table) => {
    const rows = [...table.tBodies[0].rows], heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
    const found = rows.map((row) => ({
      cells: [row],
      of: read([...row.cells]),
      named: [...row.cells].filter((cell) => !cell.dataset.period),
    }));
    if (rows.every((row) => row.cells.length === heads.length)) {
      heads.forEach((head, place) => {
        const cells = rows.map((row) => row.cells[place]);
        found.push({ cells: [head, ...cells], of: read(cells), named: [head] });
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

  // What follows a choice: parts that are of something, what hides those of others, and a caption to say so
  const ofTable = (table) => ({
    parts: lines(table),
    caption: table.closest(".table").querySelector("figcaption > span"),
    show(parts, off) {
      parts.forEach(({ cells }) => cells.forEach((cell) => cell.classList.remove("off")));
      parts.forEach(({ cells }, place) => { if (off[place]) cells.forEach((cell) => cell.classList.add("off")); });
      span(table);
    },
  });
  // A mark of another team, model or year is told apart: it fades, and the arrow keys pass it by
  const ofFigure = (figure) => ({
    parts: [...figure.querySelectorAll(".marks")].flatMap((layer) => [...layer.children].map((mark) => {
      const { by, period = "" } = layer.dataset, { at } = mark.dataset;
      return { mark, of: values([by ? [{ ...group(layer), [by]: at }, period] : [group(layer), at]]) };
    })),
    caption: figure.querySelector("figcaption > span"),
    show(parts, off) {
      if (parts.every(({ mark }, place) => mark.hasAttribute("data-other") === off[place])) return;
      parts.forEach(({ mark }, place) => mark.toggleAttribute("data-other", off[place]));
      figure.dispatchEvent(new Event("others"));
    },
  });

  const again = [];
  for (const chapter of document.querySelectorAll(".chapter")) {
    const tables = [...chapter.querySelectorAll(".table table")].map(ofTable);
    const shown = [...tables, ...[...chapter.querySelectorAll("figure.chart")].map(ofFigure)];
    const title = chapter.querySelector("h1, h2");
    const choices = KINDS.map((kind) => [kind, new Map()]);
    for (const [kind, named] of choices) {
      for (const { parts } of shown) {
        const told = parts.filter(({ of }) => of[kind].size === 1);
        const held = told.map(({ of }) => [...of[kind]][0]), distinct = new Set(held).size;
        if (distinct < 2) continue;
        // The first words of the lines that tell them apart; else the value itself
        const heads = [0, 1].map((place) => told.map(({ named: words }) => words?.[place]?.textContent.trim()));
        const apart = heads.find((all) => all.every(Boolean) && new Set(all).size === distinct) ?? held;
        held.forEach((value, place) => {
          if (!named.has(value)) named.set(value, kind === "year" ? value : apart[place]);
        });
      }
    }
    const held = choices.filter(([, named]) => named.size > 1);
    if (!title || !held.length) continue;

    const box = make("div", { className: "choose" }), label = make("label", { textContent: words.choose });
    const select = make("select"), said = make("output");
    select.append(make("option", { value: "", textContent: words.everything }));
    for (const [kind, named] of held) {
      const group = make("optgroup", { label: words[kind] });
      const sorted = [...named].sort(([a], [b]) => a.localeCompare(b, undefined, { numeric: true }));
      for (const [value, name] of sorted) group.append(make("option", { value: `${kind}=${value}`, textContent: name }));
      select.append(group);
    }
    const names = new Map(held);
    const apply = (choice) => {
      const [kind, value] = choice.split(/=(.*)/s), chosen = kind && names.get(kind).get(value);
      let following = 0;
      for (const { parts, caption, show } of shown) {
        const other = parts.map(({ of }) => Boolean(kind) && of[kind].size > 0 && !of[kind].has(value));
        // What is of something else altogether stays whole
        const follows = parts.some(({ of }, place) => kind && of[kind].has(value) && !other[place]) && other.includes(true);
        show(parts, other.map((is) => follows && is));
        if (caption) caption.dataset.only = follows ? ` · ${chosen}` : "";
        following += follows;
      }
      return kind ? words.chosen.replace("{some}", following).replace("{all}", shown.length) : "";
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
