(() => {
  "use strict";
  // What a figure shows of others than the chosen fades: their lines and bars, or their stretch along the axis
  const SVG = "http://www.w3.org/2000/svg", NEAR = 0.15, SMALL = 5, ASIDE = 60, HAIRLINE = "0.6";
  const make = (tag, about = {}) => {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(about)) made.setAttribute(name, value);
    return made;
  };
  const sizes = (mark, ...names) => names.map((name) => Number(mark.getAttribute(name)));
  const round = (mark) => mark.tagName === "circle";
  const box = (mark) => {
    if (!round(mark)) return sizes(mark, "x", "y", "width", "height");
    const [x, y, reach] = sizes(mark, "cx", "cy", "r");
    return [x - reach, y - reach, 2 * reach, 2 * reach];
  };
  const middle = (mark) => {
    const [x, y, width, height] = box(mark);
    return [x + width / 2, y + height / 2];
  };
  const other = (mark) => mark.hasAttribute("data-other");

  // The corners that an absolute path goes through
  const corners = (path) => {
    let x = 0, y = 0;
    return [...(path.getAttribute("d") ?? "").matchAll(/([MLHV])(-?[\d.]+)(?:[ ,](-?[\d.]+))?/g)].map(([, go, a, b]) => {
      if (go !== "V") x = Number(a);
      if (go !== "H") y = Number(go === "V" ? a : b);
      return [x, y];
    });
  };
  // The lines, points and bars that a layer of marks lies over
  const drawn = (layer, shapes) => {
    const wanted = layer.flatMap((mark) => {
      const [x, y, width, height] = box(mark);
      if (round(mark)) return [middle(mark)];
      return width < SMALL || height < SMALL ? [] : [[x, y], [x + width, y + height]];
    });
    return shapes.filter(({ at }) => wanted.length && wanted.every(([x, y]) => (
      at.some(([a, b]) => Math.abs(a - x) < NEAR && Math.abs(b - y) < NEAR)
    )));
  };
  // Marks at even steps across or down a figure have a band each, up to halfway to the next
  const bands = (layer, [wide, high]) => {
    if (layer.length < 2 || !layer.every(round)) return null;
    for (const axis of [0, 1]) {
      const places = layer.map((mark) => middle(mark)[axis]);
      const steps = places.slice(1).map((place, at) => place - places[at]), [step] = steps;
      if (Math.abs(step) < 1 || steps.some((each) => Math.abs(each - step) > Math.abs(step) / 10)) continue;
      const half = Math.abs(step) / 2, along = layer.map((mark) => middle(mark)[0]);
      const from = Math.min(...along) - ASIDE, width = Math.max(...along) + ASIDE - from;
      return places.map((place) => (axis ? [from, place - half, width, 2 * half] : [place - half, 0, 2 * half, high]));
    }
    return null;
  };
  const holds = ([x, y, width, height], [a, b]) => a > x && a < x + width && b > y && b < y + height;

  for (const [place, figure] of [...document.querySelectorAll("figure.chart")].entries()) {
    const svg = figure.querySelector(".canvas svg");
    if (!svg?.querySelector(".marks")) continue;
    const { width, height } = svg.viewBox.baseVal, id = `fade-${place}`;
    const layers = [...svg.querySelectorAll(".marks")].map((layer) => [...layer.children]);
    const reach = layers.flat().map(middle).map(([, y]) => y), top = Math.min(...reach), foot = Math.max(...reach);
    // The paper, hairlines and axes, and a legend beside the plots, stay as they are
    const shapes = [...svg.querySelectorAll(":scope > path, :scope > g:not(.marks) path")].slice(1)
      .filter((path) => path.getAttribute("stroke-width") !== HAIRLINE).map((path) => ({ path, at: corners(path) }))
      .filter(({ at }) => at.some(([, y]) => y > top - 1) && at.some(([, y]) => y < foot + 1));
    const mask = make("mask", { id, maskUnits: "userSpaceOnUse", x: 0, y: 0, width, height });
    const area = ([x, y, wide, high], fill) => make("rect", { x, y, width: wide, height: high, fill });

    figure.addEventListener("others", () => {
      const kept = layers.flat().filter((mark) => !other(mark)).map(middle), whole = new Set(), areas = [];
      for (const layer of layers) {
        const others = layer.filter(other);
        if (!others.length) continue;
        const free = bands(layer, [width, height])?.filter((_, at) => other(layer[at]));
        if (free?.every((band) => !kept.some((point) => holds(band, point)))) areas.push(...free);
        else {
          const found = others.length === layer.length ? drawn(layer, shapes) : [];
          if (found.length) found.forEach(({ path }) => whole.add(path));
          else areas.push(...others.map(box));
        }
      }
      mask.replaceChildren(area([0, 0, width, height], "#fff"), ...areas.map((each) => area(each, "#333")));
      if (!mask.isConnected) svg.prepend(mask);
      for (const { path } of shapes) {
        path.toggleAttribute("data-other", whole.has(path));
        if (areas.length) path.setAttribute("mask", `url(#${id})`);
        else path.removeAttribute("mask");
      }
      const bars = layers.flat().filter((mark) => other(mark) && !round(mark)).map(box);
      for (const words of svg.querySelectorAll("text")) {
        const { x, y, width: wide, height: high } = words.getBBox();
        words.toggleAttribute("data-other", bars.some((bar) => holds(bar, [x + wide / 2, y + high / 2])));
      }
    });
  }
})();
