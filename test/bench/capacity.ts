/**
 * What `--capacity` brings on a new on-demand table: `npm run bench -- capacity`. The pipeline's writer against the
 * capacity simulator on virtual time (test/support/simulator), so that the figures do not depend on the machine; the
 * table is raised and set back by the code of `migrate`.
 */
import { table } from '../../src/cli/table.js';
import { parseCapacityGoal } from '../../src/table/capacity/capacity-goal.js';
import { simulateLoad, total } from '../support/simulator/simulated-load.js';

const SECONDS = 60;
/** What the run would write: under what the table is raised to, over what it takes as it is. */
const MAX_WRITE_UNITS = 15_000;
/** What DynamoDB takes to change a table: minutes, sometimes; here the same for all. */
const UPDATE_MS = 120_000;
const CAPACITIES = ['as-is', 'provisioned:16000', 'warm:16000'];

const results = [];
for (const capacity of CAPACITIES) {
  const { seconds, raiseMs, left } = await simulateLoad({
    table: { BillingMode: 'PAY_PER_REQUEST' },
    streams: [(item) => `CUSTOMER#${item}`],
    seconds: SECONDS,
    maxWriteUnits: MAX_WRITE_UNITS,
    simulator: { updateMs: UPDATE_MS },
    goal: parseCapacityGoal(capacity),
  });
  const { perSecond, requests, throttled } = total(seconds);
  const [first] = seconds;
  results.push({
    capacity,
    raiseMs,
    firstSecond: first === undefined ? null : { units: first.units, throttled: first.throttled },
    unitsPerSecond: Math.round(perSecond),
    requests,
    throttled,
    modeAfterwards: left.mode,
  });
  console.error(`${capacity}  ${Math.round(perSecond)}/s`);
}
if (process.argv.includes('--json')) console.log(JSON.stringify({ seconds: SECONDS, results }, null, 2));
else {
  const head = [
    '--capacity',
    'raised in',
    'units in the first second',
    `units/s of ${SECONDS} s`,
    'throttled',
    'afterwards',
  ];
  const rows = results.map(
    ({ capacity, raiseMs, firstSecond, unitsPerSecond, requests, throttled, modeAfterwards }) => [
      capacity,
      `${raiseMs / 1000} s`,
      firstSecond?.units ?? 0,
      unitsPerSecond,
      `${((100 * throttled) / requests).toFixed(1)} %`,
      modeAfterwards,
    ],
  );
  console.log(table(head, rows));
}
