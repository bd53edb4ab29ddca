import type { Measured } from './measure.ts';

const WIDTH = 760;
const HEIGHT = 420;
const EDGE = { left: 70, right: 210, top: 30, bottom: 50 };
const COLOURS = ['#0f766e', '#b45309', '#1d4ed8', '#be123c', '#6d28d9', '#334155'];

/** The lateness that 99 of 100 answers keep, over the rate, each contender a line; both axes by powers. */
export function plot(measured: readonly Measured[]): string {
  const rows = measured.filter(({ kills, latenessMs }) => kills === 0 && latenessMs.p99 > 0);
  const rates = [...new Set(rows.map(({ rate }) => rate))].sort((a, b) => a - b);
  const highest = Math.max(1_000, ...rows.map(({ latenessMs }) => latenessMs.p99));
  const lowest = 10;
  const x = (rate: number): number =>
    EDGE.left + (rates.indexOf(rate) / Math.max(rates.length - 1, 1)) * (WIDTH - EDGE.left - EDGE.right);
  const y = (ms: number): number =>
    EDGE.top +
    (1 - Math.log(Math.max(ms, lowest) / lowest) / Math.log(highest / lowest)) *
      (HEIGHT - EDGE.top - EDGE.bottom);
  const powers = Array.from({ length: 6 }, (_, index) => 10 ** (index + 1)).filter((ms) => ms <= highest);
  const names = [...new Set(rows.map(({ contender }) => contender))];
  const lines = names.map((name, index) => {
    const points = rows
      .filter(({ contender }) => contender === name)
      .map(({ rate, latenessMs }) => `${x(rate).toFixed(0)},${y(latenessMs.p99).toFixed(0)}`);
    const colour = COLOURS[index % COLOURS.length] ?? 'black';
    const at = EDGE.top + 12 + index * 22;
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2.5"/>
${points.map((point) => `<circle cx="${point.split(',')[0] ?? ''}" cy="${point.split(',')[1] ?? ''}" r="4" fill="${colour}"/>`).join('')}
<rect x="${WIDTH - EDGE.right + 20}" y="${at - 10}" width="12" height="12" fill="${colour}"/><text x="${WIDTH - EDGE.right + 40}" y="${at}">${name}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">
<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>
${powers.map((ms) => `<line x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${y(ms)}" y2="${y(ms)}" stroke="#ddd"/><text x="${EDGE.left - 8}" y="${y(ms) + 4}" text-anchor="end">${ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`}</text>`).join('\n')}
${rates.map((rate) => `<text x="${x(rate)}" y="${HEIGHT - EDGE.bottom + 22}" text-anchor="middle">${rate}</text>`).join('')}
<text x="${(EDGE.left + WIDTH - EDGE.right) / 2}" y="${HEIGHT - 8}" text-anchor="middle">turns per second</text>
<text x="${EDGE.left}" y="16">lateness after the window, p99</text>
${lines.join('\n')}
</svg>
`;
}
