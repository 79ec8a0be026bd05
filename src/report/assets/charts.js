/** Bars by Chart.js, in the colours of the page: light, dark, or on paper. */

const charts = [];

function barChart(title, labels, values, { show = count, across = false, note = '' } = {}) {
  const summary = labels
    .slice(0, 8)
    .map((label, at) => `${label}: ${show(values[at])}`)
    .join('; ');
  const canvas = el('canvas', { role: 'img', 'aria-label': `${title}. ${summary}` });
  const height = across ? Math.max(120, labels.length * 26 + 40) : 240;
  const box = el('div', { class: 'canvas' }, canvas);
  box.style.height = `${height}px`;
  const chart = new Chart(canvas, {
    type: 'bar',
    data: { labels, datasets: [{ data: values, borderRadius: 2, maxBarThickness: 28 }] },
    options: {
      animation: false,
      maintainAspectRatio: false,
      indexAxis: across ? 'y' : 'x',
      plugins: {
        legend: { display: false },
        tooltip: { callbacks: { label: ({ raw }) => show(raw) } },
      },
      scales: {
        x: axis(across ? show : null),
        y: axis(across ? null : show, across ? clipped : null),
      },
    },
  });
  charts.push(chart);
  return el(
    'figure',
    {},
    el('figcaption', {}, title),
    box,
    note === '' ? null : el('p', { class: 'note' }, note),
  );
}

/** `points` are { x, y } in the order of x; `across` shows an x. */
function lineChart(title, points, { show = count, across = count } = {}) {
  const most = points.reduce((best, point) => (point.y > best.y ? point : best));
  const mean = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  const summary = `At most ${show(most.y)} at ${across(most.x)}; ${show(mean)} on average`;
  const canvas = el('canvas', { role: 'img', 'aria-label': `${title}. ${summary}` });
  const box = el('div', { class: 'canvas' }, canvas);
  box.style.height = '240px';
  charts.push(
    new Chart(canvas, {
      type: 'line',
      data: { datasets: [{ data: points, borderWidth: 2, pointRadius: 0, pointHitRadius: 8, fill: true }] },
      options: {
        animation: false,
        maintainAspectRatio: false,
        interaction: { mode: 'index', intersect: false },
        plugins: {
          legend: { display: false },
          tooltip: {
            callbacks: { title: ([{ raw }]) => across(raw.x), label: ({ raw }) => show(raw.y) },
          },
        },
        scales: { x: { ...axis(across), type: 'linear', max: points.at(-1).x }, y: axis(show) },
      },
    }),
  );
  return el('figure', {}, el('figcaption', {}, title), box, el('p', { class: 'note' }, `${summary}.`));
}

/** `show` makes an axis of numbers; `name` shortens the names of another. */
function axis(show, name = null) {
  const ticks = { maxRotation: 0, autoSkip: name === null };
  if (show !== null) ticks.callback = (value) => show(value);
  if (name !== null) {
    ticks.callback = function label(value) {
      return name(this.getLabelForValue(value));
    };
  }
  return { beginAtZero: true, border: { display: false }, grid: { display: show !== null }, ticks };
}

function clipped(text) {
  const most = window.innerWidth < 600 ? 16 : 32;
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function paint() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  for (const chart of charts) {
    const [drawn] = chart.data.datasets;
    drawn.backgroundColor = colour(chart.config.type === 'line' ? '--wash' : '--accent');
    drawn.borderColor = colour('--accent');
    for (const scale of Object.values(chart.options.scales)) {
      scale.ticks.color = colour('--soft');
      scale.grid.color = colour('--line');
    }
    chart.update('none');
  }
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', paint);
addEventListener('beforeprint', () => {
  for (const chart of charts) chart.resize();
});
