/** Cents and tenths of a per cent are whole numbers: nothing is rounded but the result, half up. */
export function grossOf(net: string, rate: string): string {
  const [cents, thousandths] = [scaled(net, 2), scaled(rate, 1)];
  const gross = (cents * (1000n + thousandths) + 500n) / 1000n;
  return `${gross / 100n}.${String(gross % 100n).padStart(2, '0')}`;
}

function scaled(text: string, digits: number): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(digits, '0'));
}
