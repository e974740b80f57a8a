// Loads a TypeScript module of the UI into node, bundled in memory. Only for modules that need no browser.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

export async function load(path) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../${path}`, import.meta.url))],
    bundle: true, write: false, format: 'esm', platform: 'node', target: 'node18', logLevel: 'error',
    conditions: ['node'], tsconfig: fileURLToPath(new URL('../tsconfig.json', import.meta.url)),
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
}
