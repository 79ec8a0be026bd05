/** Long lists: a page of them at a time, sorted and searched in memory. Nothing else is ever in the document. */

function pager(onPage) {
  const status = el('span', { class: 'status', role: 'status' });
  const back = el('button', { type: 'button', onclick: () => onPage(-1) }, 'Previous');
  const forth = el('button', { type: 'button', onclick: () => onPage(1) }, 'Next');
  const node = el('div', { class: 'pager' }, back, status, forth);
  return {
    node,
    show(page, size, length, noun) {
      const pages = Math.max(1, Math.ceil(length / size));
      const from = length === 0 ? 0 : page * size + 1;
      status.textContent = `${count(from)}–${count(Math.min(length, (page + 1) * size))} of ${count(length)} ${noun}`;
      back.disabled = page === 0;
      forth.disabled = page >= pages - 1;
      node.classList.toggle('single', pages === 1);
    },
  };
}

function searchBox(label, onSearch) {
  let waiting;
  const input = el('input', {
    type: 'search',
    'aria-label': label,
    placeholder: label,
    oninput: () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => onSearch(input.value.trim().toLowerCase()), 120);
    },
  });
  return input;
}

/** Shows `items` by `render`, `size` at a time; `items(words)` are those that a search leaves. */
function pagedList({ items, size, noun, render, label }) {
  const list = el('div', { class: 'list' });
  let found = items('');
  let page = 0;
  const pages = pager((step) => {
    page += step;
    update();
  });
  const update = () => {
    list.replaceChildren(...found.slice(page * size, (page + 1) * size).map(render));
    pages.show(page, size, found.length, noun);
  };
  let words = '';
  const again = () => {
    found = items(words);
    page = 0;
    update();
  };
  const search = searchBox(label, (typed) => {
    words = typed;
    again();
  });
  update();
  return { search, node: el('div', {}, list, pages.node), again };
}

/**
 * A table whose columns sort. A column: `head`, `value` to sort by, `show` to read (default: the value), `number` for
 * those at the right edge.
 */
function sortable(caption, columns, rows, { size = 25, search = false, sort = null } = {}) {
  const body = el('tbody');
  let order = sort === null ? null : { column: sort, down: true };
  let words = '';
  let page = 0;
  let shown = rows;
  const text = (row) =>
    columns
      .map(({ value, show }) => String((show ?? value)(row) ?? ''))
      .join('\n')
      .toLowerCase();
  const heads = columns.map(({ head, number }, at) =>
    el(
      'th',
      { scope: 'col', class: number ? 'number' : '' },
      el('button', { type: 'button', class: 'sort', onclick: () => sortBy(at) }, head),
    ),
  );
  const pages = pager((step) => {
    page += step;
    update();
  });
  function sortBy(at) {
    order = { column: at, down: order?.column === at ? !order.down : columns[at].number === true };
    page = 0;
    arrange();
  }
  function arrange() {
    shown = words === '' ? [...rows] : rows.filter((row) => text(row).includes(words));
    if (order !== null) {
      const { value } = columns[order.column];
      const way = order.down ? -1 : 1;
      shown.sort((a, b) => way * compare(value(a), value(b)));
    }
    heads.forEach((head, at) => {
      const way = order?.column === at ? (order.down ? 'descending' : 'ascending') : 'none';
      head.setAttribute('aria-sort', way);
    });
    update();
  }
  function update() {
    const lines = shown.slice(page * size, (page + 1) * size);
    body.replaceChildren(
      ...lines.map((row) =>
        el(
          'tr',
          {},
          columns.map(({ value, show, number }) =>
            el('td', { class: number ? 'number' : '' }, cellOf((show ?? value)(row))),
          ),
        ),
      ),
    );
    pages.show(page, size, shown.length, 'rows');
  }
  arrange();
  const box = search
    ? searchBox(`Search ${caption.toLowerCase()}`, (typed) => {
        words = typed;
        page = 0;
        arrange();
      })
    : null;
  return el(
    'div',
    { class: 'table' },
    box,
    el(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
      el('table', {}, el('caption', {}, caption), el('thead', {}, el('tr', {}, heads)), body),
    ),
    pages.node,
  );
}

function cellOf(value) {
  if (value instanceof Node) return value;
  if (typeof value === 'number') return count(value);
  return value === null || value === undefined ? '–' : String(value);
}

function compare(a, b) {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1);
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}
