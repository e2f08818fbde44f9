// The outlines of nodes, on a canvas and as SVG, around (x, y) with radius r.
const corners = {
  square: (r) => [[-r, -r], [r, -r], [r, r], [-r, r]],
  diamond: (r) => [[0, -r * 1.15], [r * 1.15, 0], [0, r * 1.15], [-r * 1.15, 0]],
  triangle: (r) => [[0, -r * 1.1], [r * 1.05, r * 0.85], [-r * 1.05, r * 0.85]],
  rectangle: (r) => [[-r * 1.2, -r * 0.8], [r * 1.2, -r * 0.8], [r * 1.2, r * 0.8], [-r * 1.2, r * 0.8]],
};

export function drawShape(pen, shape, x, y, r) {
  pen.beginPath();
  if (!corners[shape]) return pen.arc(x, y, r, 0, 2 * Math.PI);
  corners[shape](r).forEach(([dx, dy], i) => (i ? pen.lineTo(x + dx, y + dy) : pen.moveTo(x + dx, y + dy)));
  return pen.closePath();
}

export function svgShape(shape, x, y, r, colour) {
  const at = (n) => Math.round(n * 10) / 10;
  if (!corners[shape]) return `<circle cx="${at(x)}" cy="${at(y)}" r="${at(r)}" fill="${colour}"/>`;
  return `<polygon points="${corners[shape](r).map(([dx, dy]) => `${at(x + dx)},${at(y + dy)}`).join(" ")}" fill="${colour}"/>`;
}
