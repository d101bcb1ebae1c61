(() => {
  "use strict";
  // What the marks of figures say: under the mouse, under a finger, and to the arrow keys
  const FAR = 18;
  const canvases = [...document.querySelectorAll(".canvas")].filter((canvas) => canvas.querySelector(".marks"));
  if (!canvases.length) return;
  const told = Object.assign(document.createElement("output"), { className: "told", hidden: true });
  document.body.append(told);
  const said = new Map();
  const within = (least, value, most) => Math.max(least, Math.min(value, most));
  let pointed = null;

  const place = () => {
    if (!pointed) return;
    const mark = pointed.getBoundingClientRect(), own = told.getBoundingClientRect();
    const above = mark.top - own.height - 6;
    told.style.left = `${within(4, mark.left + (mark.width - own.width) / 2, innerWidth - own.width - 4)}px`;
    told.style.top = `${above > 4 ? above : Math.min(mark.bottom + 6, innerHeight - own.height - 4)}px`;
  };
  const point = (mark) => {
    if (mark === pointed) return;
    pointed?.removeAttribute("class");
    pointed = mark;
    told.hidden = !mark;
    if (!mark) return;
    mark.setAttribute("class", "pointed");
    told.textContent = said.get(mark);
    place();
  };

  for (const canvas of canvases) {
    const marks = [...canvas.querySelectorAll(".marks > *")];
    // The browser's own tips would come on top of ours
    marks.forEach((mark) => { said.set(mark, mark.textContent); mark.replaceChildren(); });
    const open = () => marks.filter((mark) => !mark.hasAttribute("data-other"));
    const nearest = ({ clientX: x, clientY: y }) => {
      let found = null, least = Infinity;
      for (const mark of open()) {
        const { left, right, top, bottom } = mark.getBoundingClientRect();
        const off = Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
        const size = Math.hypot(x - (left + right) / 2, y - (top + bottom) / 2);
        if (off <= FAR && off + size / 1000 < least) [found, least] = [mark, off + size / 1000];
      }
      return found;
    };
    const follow = (event) => point(nearest(event));
    canvas.addEventListener("pointermove", (event) => { if (event.pointerType === "mouse") follow(event); });
    canvas.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") point(null); });
    canvas.addEventListener("click", follow);
    canvas.addEventListener("focus", () => { if (canvas.matches(":focus-visible")) point(open()[0]); });
    canvas.addEventListener("blur", () => point(null));
    canvas.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      // A wide figure scrolls sideways besides
      if (!canvas.closest(".wide") || /Up|Down/.test(event.key)) event.preventDefault();
      const them = open(), at = them.indexOf(pointed);
      point(them[at < 0 ? 0 : within(0, at + step, them.length - 1)]);
      pointed.scrollIntoView({ block: "nearest", inline: "nearest" });
      place();
    });
  }
  addEventListener("scroll", place, { capture: true, passive: true });
  addEventListener("resize", place);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") point(null); });
  document.addEventListener("click", (event) => { if (!event.target.closest(".canvas")) point(null); });
})();
