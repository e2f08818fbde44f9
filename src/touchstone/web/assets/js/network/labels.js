// Which labels can be written without one covering another: the most telling first.
const HEIGHT = 16;
const CELL = 48;

// nodes: [{x, y, r, text, must}] in order of importance; measure(text) → pixels. Returns those that fit, with the
// rectangle of the text. A label stands right of its node, else left, above or below it.
export function placed(nodes, measure, width, height, most) {
  const taken = new Map();
  const found = [];
  for (const node of nodes) {
    if (found.length >= most) break;
    const w = measure(node.text) + 4;
    const spot = sides(node, w).find((box) => inside(box, width, height) && free(taken, box)) || (node.must ? sides(node, w)[0] : null);
    if (!spot) continue;
    take(taken, spot);
    found.push({ ...node, box: spot });
  }
  return found;
}

function sides({ x, y, r }, w) {
  const gap = r + 4;
  return [
    { x: x + gap, y: y - HEIGHT / 2, w, h: HEIGHT },
    { x: x - gap - w, y: y - HEIGHT / 2, w, h: HEIGHT },
    { x: x - w / 2, y: y - gap - HEIGHT, w, h: HEIGHT },
    { x: x - w / 2, y: y + gap, w, h: HEIGHT },
  ];
}

const inside = (box, width, height) => box.x >= 0 && box.y >= 0 && box.x + box.w <= width && box.y + box.h <= height;

function* cells(box) {
  for (let i = Math.floor(box.x / CELL); i <= Math.floor((box.x + box.w) / CELL); i++)
    for (let j = Math.floor(box.y / CELL); j <= Math.floor((box.y + box.h) / CELL); j++) yield `${i} ${j}`;
}

function free(taken, box) {
  for (const cell of cells(box))
    for (const other of taken.get(cell) || [])
      if (box.x < other.x + other.w && other.x < box.x + box.w && box.y < other.y + other.h && other.y < box.y + box.h) return false;
  return true;
}

function take(taken, box) {
  for (const cell of cells(box)) taken.set(cell, [...(taken.get(cell) || []), box]);
}
