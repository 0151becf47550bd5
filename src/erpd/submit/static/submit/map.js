// A box is drawn on a map: by mouse, by two taps, or by keys. The four numbers beside it are what is saved: they follow the box,
// and the box follows them.
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  for (const choose of document.querySelectorAll(".erpd-choose")) {
    const svg = choose.querySelector("svg");
    const { width, height } = svg.viewBox.baseVal;
    const [west, south, east, north] = ["west", "south", "east", "north"].map((side) => +choose.dataset[side]);
    const inputs = [...choose.previousElementSibling.querySelectorAll("input")]; // west, south, east, north
    const caption = choose.querySelector("figcaption");
    const labelled = () => inputs.map((input) => `${input.labels[0].textContent} ${input.value}`).join(", ");
    const perDegree = [width / (east - west), height / (north - south)];
    const places = east - west > 4 ? 2 : 3;
    let box = svg.querySelector("rect");
    if (!box) {
      box = svg.appendChild(document.createElementNS(SVG, "rect"));
      box.setAttribute("class", "erpd-map__box");
    }
    const dot = svg.querySelector("circle");

    const clamp = (number, least, most) => Math.min(Math.max(number, least), most);
    const read = () => {
      const sides = inputs.map((input) => (input.value.trim() ? +input.value.replace(",", ".") : NaN));
      return sides.every(Number.isFinite) && sides[0] <= sides[2] && sides[1] <= sides[3] ? sides : null;
    };
    const draw = () => {
      const sides = read();
      box.toggleAttribute("hidden", !sides);
      dot?.remove();
      caption.firstChild.textContent = sides ? `${labelled()} ` : "";
      if (!sides) return;
      const [x, y] = [(sides[0] - west) * perDegree[0], (north - sides[3]) * perDegree[1]];
      box.setAttribute("x", x);
      box.setAttribute("y", y);
      box.setAttribute("width", Math.max((sides[2] - sides[0]) * perDegree[0], 2));
      box.setAttribute("height", Math.max((sides[3] - sides[1]) * perDegree[1], 2));
    };
    const write = (sides) => {
      inputs.forEach((input, side) => { input.value = String(+sides[side].toFixed(places)); });
      inputs[0].dispatchEvent(new Event("input", { bubbles: true })); // the form is no longer as it was saved
    };

    const at = (event) => {
      const shown = svg.getBoundingClientRect();
      return [
        west + clamp((event.clientX - shown.left) / shown.width, 0, 1) * (east - west),
        north - clamp((event.clientY - shown.top) / shown.height, 0, 1) * (north - south),
      ];
    };
    const between = ([a, b], [c, d]) => [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
    let corner = null;
    let tapped = null;
    svg.addEventListener("click", (event) => { // fingers tap two corners
      if (event.pointerType !== "touch") return;
      write(between(tapped || at(event), at(event)));
      tapped = tapped ? null : at(event);
    });
    svg.addEventListener("pointerdown", (event) => {
      if (event.button || event.pointerType === "touch") return; // a finger scrolls the page
      corner = at(event);
      svg.setPointerCapture(event.pointerId);
      event.preventDefault();
      svg.focus();
    });
    svg.addEventListener("pointermove", (event) => {
      if (!corner) return;
      const [x, y] = at(event);
      if (Math.abs(x - corner[0]) * perDegree[0] < 4 && Math.abs(y - corner[1]) * perDegree[1] < 4) return; // a click
      write(between(corner, [x, y]));
    });
    for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => { corner = null; });

    svg.addEventListener("keydown", (event) => {
      const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
      const way = ways[event.key];
      if (!way || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      const [across, up] = [way[0] * (east - west) / 50, way[1] * (north - south) / 50];
      const sides = read();
      if (!sides) { // begins in the middle
        const [x, y] = [(west + east) / 2, (south + north) / 2];
        write([x - (east - west) / 10, y - (north - south) / 10, x + (east - west) / 10, y + (north - south) / 10]);
      } else if (event.shiftKey) {
        write([sides[0], sides[1], clamp(sides[2] + across, sides[0], 180), clamp(sides[3] + up, sides[1], 90)]);
      } else {
        write([sides[0] + across, sides[1] + up, sides[2] + across, sides[3] + up]);
      }
    });

    for (const input of inputs) input.addEventListener("input", draw);
    svg.setAttribute("role", "application");
    svg.setAttribute("tabindex", "0");
    svg.setAttribute("aria-label", choose.dataset.label);
    caption.setAttribute("aria-live", "polite");
    choose.querySelector("p").hidden = false;
    choose.classList.add("erpd-choose--drawn");
    draw();
  }
})();
