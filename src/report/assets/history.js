/** The speed of the run, from what had been done at each of some moments. */

const SERIES = [
  ['Rows a second', 'rows'],
  ['Items a second', 'items'],
  ['Read units a second', 'readUnits'],
];
/** A run of fewer moments was over before there was anything to see. */
const FEWEST_POINTS = 4;

function historySection(points) {
  const last = points.at(-1);
  if (points.length < FEWEST_POINTS) return null;
  const drawn = SERIES.filter(([, key]) => last[key] > 0);
  if (drawn.length === 0) return null;
  return section(
    'The run',
    el(
      'p',
      { class: 'note' },
      `${duration(last.seconds)}: ${drawn.map(([, key]) => `${count(Math.round(last[key]))} ${NOUNS[key]}`).join(', ')}.`,
    ),
    el(
      'div',
      { class: 'charts' },
      drawn.map(([title, key]) => speedChart(title, points, key)),
    ),
  );
}

const NOUNS = { rows: 'rows', items: 'items', readUnits: 'read units' };

function speedChart(title, points, key) {
  const speeds = points.slice(1).map((point, at) => {
    const before = points[at];
    const seconds = point.seconds - before.seconds;
    return { x: point.seconds, y: seconds > 0 ? (point[key] - before[key]) / seconds : 0 };
  });
  return lineChart(title, speeds, { show: (value) => count(Math.round(value)), across: duration });
}
