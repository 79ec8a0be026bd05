const { kind, made, version, data, history } = JSON.parse(document.getElementById('data').textContent);
const PAGES = {
  plan: { title: 'Plan', of: data.source, to: data.table, parts: planPage },
  verify: { title: 'Verify', of: data.report?.source, to: data.report?.table, parts: verifyPage },
  diff: { title: 'Diff', of: data.report?.source, to: data.report?.table, parts: diffPage },
};
const page = PAGES[kind];
document.title = `${page.title}: ${page.of} → ${page.to}`;
document.body.append(
  el(
    'header',
    {},
    el('h1', {}, page.title),
    el('p', { class: 'from' }, `${page.of} → ${page.to}`),
    el('p', { class: 'note' }, `${made}, tablefold ${version}`),
  ),
  el('main', {}, page.parts(data), historySection(history)),
);
paint();
