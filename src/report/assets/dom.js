/** Elements of the page. Whatever comes from data is set as text, so that it stays text. */

function el(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(key, String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ''));
  return node;
}

let sections = 0;

function section(title, ...children) {
  sections += 1;
  const id = `section-${sections}`;
  return el('section', { 'aria-labelledby': id }, el('h2', { id }, title), ...children);
}

function tiles(pairs) {
  return el(
    'dl',
    { class: 'tiles' },
    pairs.map(([label, value, tone]) =>
      el('div', { class: tone ?? '' }, el('dt', {}, label), el('dd', {}, value)),
    ),
  );
}

/** For the tiles of a report that is of several moments. */
const moments = ({ consistent }) => (consistent ? [] : [['rows as of one moment', 'no', 'bad']]);

const count = (value) => value.toLocaleString('en-US', { maximumFractionDigits: 2 });

function bytes(value) {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size.toLocaleString('en-US', { maximumFractionDigits: unit === 0 ? 0 : 1 })} ${units[unit]}`;
}

function percent(share) {
  if (share > 0 && share < 0.001) return '< 0.1 %';
  return `${(share * 100).toLocaleString('en-US', { maximumFractionDigits: share < 0.1 ? 1 : 0 })} %`;
}

function duration(seconds) {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(Math.floor(seconds % 60)).padStart(2, '0')} s`;
  return `${count(Math.floor(minutes / 60))} h ${String(minutes % 60).padStart(2, '0')} min`;
}

function money(amount, currency) {
  if (amount > 0 && amount < 0.01) return `< ${money(0.01, currency)}`;
  return amount.toLocaleString('en-US', { style: 'currency', currency });
}

/** DynamoDB JSON as people read it, numbers by their exact text. */
function readable(value) {
  const [[type, content] = ['NULL', true]] = Object.entries(value ?? {});
  return type === 'S' ? content : nested(value);
}

function nested(value) {
  const [[type, content] = ['NULL', true]] = Object.entries(value ?? {});
  switch (type) {
    case 'S':
      return JSON.stringify(content);
    case 'L':
      return `[${content.map(nested).join(', ')}]`;
    case 'M':
      return `{${Object.entries(content)
        .map(([name, inner]) => `${JSON.stringify(name)}: ${nested(inner)}`)
        .join(', ')}}`;
    case 'NULL':
      return 'null';
    case 'SS':
    case 'NS':
    case 'BS':
      return `{${content.map((one) => nested({ [type[0]]: one })).join(', ')}}`;
    default:
      return String(content);
  }
}

const keyText = (key) => Object.values(key).map(readable).join(' / ');
const partName = (index) => (index === null ? 'table' : `index ${index}`);
