import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { init } from 'echarts';
import type { BenchResults, PieceResult } from './migrate/results.js';
import { CONTESTANTS, type ContestantName } from './migrate/task.js';
import type { Spread } from './spread.js';

/** `npm run bench -- plot RESULTS.json PLOT.svg`: the medians of a run as bars, what `--into` kept. */
const [from, to] = parseArgs({ allowPositionals: true }).positionals;
if (from === undefined || to === undefined)
  throw new Error('plot takes the JSON of a run and the SVG to write');
const { pieces, machine } = JSON.parse(await readFile(from, 'utf8')) as BenchResults;

const WIDTH = 960;
const ROW = 58;
const names = CONTESTANTS.filter((name) =>
  pieces.some(({ contestants }) => contestants.some((one) => one.name === name)),
);
const COLOURS: Readonly<Record<ContestantName, string>> = {
  tablefold: '#1b6ca8',
  handwritten: '#e08e45',
  electrodb: '#9c755f',
  'dynamodb-toolbox': '#76b7b2',
  dynamoose: '#b07aa1',
  limit: '#bab0ac',
};
const labels = pieces.map(
  ({ shape, engine, protocol, rows }) =>
    `${shape}, ${engine}, ${protocol}\n${rows.toLocaleString('en-US')} rows`,
);
const height = 110 + pieces.length * ROW;
const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
chart.setOption({
  animation: false,
  backgroundColor: '#ffffff',
  textStyle: { fontFamily: 'sans-serif' },
  title: [
    { text: 'Items a second', left: '36%', textAlign: 'center', top: 8, textStyle: { fontSize: 14 } },
    {
      text: 'µs of CPU an item (log)',
      left: '81%',
      textAlign: 'center',
      top: 8,
      textStyle: { fontSize: 14 },
    },
    {
      text: `Medians; ${machine['cpu']}, ${machine['cores']} cores, Node ${machine['node']}`,
      left: 'center',
      bottom: 4,
      textStyle: { fontSize: 11, fontWeight: 'normal', color: '#555555' },
    },
  ],
  legend: { data: [...names], top: 30 },
  grid: [
    { left: 150, width: 390, top: 62, bottom: 48 },
    { left: 600, width: 330, top: 62, bottom: 48 },
  ],
  xAxis: [
    { type: 'value', gridIndex: 0, axisLabel: { formatter: (value: number) => `${value / 1000}k` } },
    { type: 'log', gridIndex: 1, min: 1 },
  ],
  yAxis: [0, 1].map((gridIndex) => ({
    type: 'category',
    gridIndex,
    inverse: true,
    data: labels,
    axisLabel: { show: gridIndex === 0, fontSize: 10 },
  })),
  series: names.flatMap((name) => [
    bars(name, 0, ({ itemsPerSecond }) => itemsPerSecond),
    bars(name, 1, ({ cpuMicrosPerItem }) => cpuMicrosPerItem),
  ]),
});
await writeFile(to, chart.renderToSVGString());
chart.dispose();

function bars(
  name: ContestantName,
  grid: 0 | 1,
  pick: (result: PieceResult['contestants'][number]) => Spread,
) {
  return {
    type: 'bar' as const,
    name,
    xAxisIndex: grid,
    yAxisIndex: grid,
    itemStyle: { color: COLOURS[name] },
    data: pieces.map(({ contestants }) => {
      const found = contestants.find((one) => one.name === name);
      return found === undefined ? null : pick(found).median;
    }),
  };
}
