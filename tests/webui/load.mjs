// Loads a TypeScript module of the UI into node, bundled in memory. Only for modules that need no browser.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const { build } = createRequire(new URL('../../webui/package.json', import.meta.url))('esbuild');

export async function load(path) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../../webui/${path}`, import.meta.url))],
    bundle: true, write: false, format: 'esm', platform: 'node', target: 'node18', logLevel: 'error',
    conditions: ['node'], tsconfig: fileURLToPath(new URL('../../webui/tsconfig.json', import.meta.url)),
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
}
