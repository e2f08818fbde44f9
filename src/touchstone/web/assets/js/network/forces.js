// Another arrangement: what is tied attracts. Counted in a worker, so that the page stays alive.
export function arrange(root, model) {
  const worker = new Worker(root.dataset.forces);
  return new Promise((done) => {
    worker.onmessage = ({ data }) => {
      worker.terminate();
      done(data);
    };
    worker.postMessage({ x: model.data.nodes.x, y: model.data.nodes.y, ...model.data.edges });
  });
}
