import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';

const dependencies = z.record(z.string(), z.string()).optional();
const lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      link: z.boolean().optional(),
      dependencies,
      optionalDependencies: dependencies,
      devDependencies: dependencies,
    }),
  ),
});

const { packages } = lock.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));

/** As Node looks for a package: in the asking one's own folder first, then in each folder above it. */
function found(from: string, name: string): boolean {
  const steps = from.split('/node_modules/');
  for (let depth = steps.length; depth > 0; depth--) {
    const folder = steps.slice(0, depth).join('/node_modules/');
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[path] !== undefined) return true;
  }
  return packages[`node_modules/${name}`] !== undefined;
}

// Written on a machine that could not see some package for another system, a lock file comes out without it,
// works there ever after, and `npm ci` refuses it on the first fresh clone.
test('the lock file names every package that another one asks for, those for other systems too', () => {
  const missing = Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys({ ...entry.dependencies, ...entry.optionalDependencies, ...entry.devDependencies })
      .filter((name) => !found(path, name))
      .map((name) => `${name}, asked for by ${path === '' ? 'zajel' : path}`),
  );
  expect(missing).toEqual([]);
});

test('and every one of them with its version', () => {
  const unversioned = Object.entries(packages)
    .filter(([path, entry]) => path !== '' && entry.link !== true && entry.version === undefined)
    .map(([path]) => path);
  expect(unversioned).toEqual([]);
});
