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
    chart.data.datasets[0].backgroundColor = colour('--accent');
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
