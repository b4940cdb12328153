// Wheel, drag, pinch, click and hover on the chart; with Shift a drag selects a span.

const STILL = 5; // px a pointer may move and still mean a click

/**
 * @param {import("./chart.js").Chart} chart @param {import("./view.js").View} view
 * @param {{click: (x: number, y: number) => void, hover: (x: number, y: number, event: PointerEvent) => void,
 *   leave: () => void, span: (from: number, to: number) => void}} on
 */
export function takeInHand(chart, view, on) {
  const { box } = chart;
  /** @type {Map<number, {x: number, y: number}>} */
  const down = new Map();
  let moved = 0, begun = NaN; // place on the axis where a span began
  const place = (/** @type {MouseEvent} */ event) => {
    const edge = box.getBoundingClientRect();
    return { x: event.clientX - edge.left, y: event.clientY - edge.top };
  };
  box.addEventListener("wheel", (event) => wheel(event, chart, view, place(event)), { passive: false });
  box.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    if (down.size === 0) {
      moved = 0;
      begun = event.shiftKey ? chart.timeAt(place(event).x) : NaN;
    }
    down.set(event.pointerId, place(event));
    if (event.pointerType !== "touch") box.setPointerCapture(event.pointerId);
  });
  box.addEventListener("pointermove", (event) => {
    const at = place(event);
    const before = down.get(event.pointerId);
    if (!before) return on.hover(at.x, at.y, event);
    moved += Math.abs(at.x - before.x) + Math.abs(at.y - before.y);
    if (moved > STILL) {
      on.leave();
      if (begun === begun) {
        const now = chart.timeAt(at.x);
        on.span(Math.min(begun, now), Math.max(begun, now));
        down.set(event.pointerId, at);
        return undefined;
      }
      box.classList.add("dragging");
      if (down.size === 1) view.move((before.x - at.x) / chart.width);
      if (down.size === 2) pinch(chart, view, down, event.pointerId, at);
      down.set(event.pointerId, at);
    }
    return undefined;
  });
  const release = (/** @type {PointerEvent} */ event, /** @type {boolean} */ cancelled) => {
    const known = down.delete(event.pointerId);
    if (down.size === 0) box.classList.remove("dragging");
    if (known && !cancelled && moved <= STILL && down.size === 0) {
      const at = place(event);
      on.click(at.x, at.y);
    }
  };
  box.addEventListener("pointerup", (event) => release(event, false));
  box.addEventListener("pointercancel", (event) => release(event, true));
  box.addEventListener("pointerleave", (event) => {
    on.leave();
    if (event.pointerType === "touch") release(event, true);
  });
}

/** The wheel zooms at the pointer; sideways, or with Shift, it moves. @param {WheelEvent} event @param {import("./chart.js").Chart} chart @param {import("./view.js").View} view @param {{x: number, y: number}} at */
function wheel(event, chart, view, at) {
  event.preventDefault();
  const scale = event.deltaMode === 1 ? 20 : event.deltaMode === 2 ? 300 : 1;
  const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
  if (Math.abs(sideways) > Math.abs(event.deltaY) || event.shiftKey) {
    view.move((sideways * scale) / chart.width);
  } else {
    const factor = Math.exp(Math.max(-300, Math.min(300, event.deltaY * scale)) * 0.0022);
    view.zoom(factor, chart.timeAt(at.x));
  }
}

/** Two fingers: what is between them stays between them. @param {import("./chart.js").Chart} chart @param {import("./view.js").View} view @param {Map<number, {x: number, y: number}>} down @param {number} moving @param {{x: number, y: number}} at */
function pinch(chart, view, down, moving, at) {
  const [other] = [...down.entries()].filter(([id]) => id !== moving).map(([, point]) => point);
  const before = down.get(moving);
  if (!before) return;
  const was = Math.max(Math.abs(before.x - other.x), 8), is = Math.max(Math.abs(at.x - other.x), 8);
  view.zoom(was / is, chart.timeAt((at.x + other.x) / 2));
  view.move(((before.x - at.x) / 2) / chart.width);
}
