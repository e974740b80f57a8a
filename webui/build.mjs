// Builds the browser side. One script, no plugins.
//
//   node build.mjs --out DIR     DIR/spanset/ui/...   the plugin's elements: page, add, footer, fragment (+ shared chunks)
//                                DIR/viewer/...       the reference viewer's UI, out of examples/viewer/ui
//                                DIR/harness/...      the harness' UI, out of examples/harness/ui
//   node build.mjs --check       tsc --noEmit over all of it
//
// Entries keep plain names, because the C side names them; chunks carry a content hash, so that they can be cached for
// ever. Beside each file lies FILE.gz (level 9) when it is smaller. Sizes are printed, and a first load over its budget
// fails the build: everything that is not needed at first sight belongs behind import().
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const HERE = dirname(fileURLToPath(import.meta.url));
const EXAMPLES = resolve(HERE, '../examples');
const TARGET = ['chrome110', 'firefox115', 'safari16.4'];
const COMPRESSIBLE = /\.(?:js|css|html|svg|json|txt)$/;

// `dir` is the bundle's own folder below --out, `base` the folder of its modules in there. `budget`: gzipped bytes of an
// entry with everything that it imports statically.
const BUNDLES = [
  {
    name: 'spanset',
    base: 'ui',
    entries: {
      page: join(HERE, 'src/page.ts'),
      add: join(HERE, 'src/add.ts'),
      footer: join(HERE, 'src/footer.ts'),
      fragment: join(HERE, 'src/fragment.ts'),
      'events-worker': join(HERE, 'src/events-worker.ts'),
    },
    budget: { page: 60_000 },
  },
  { name: 'viewer', base: '', ui: join(EXAMPLES, 'viewer/ui') },
  { name: 'harness', base: '', ui: join(EXAMPLES, 'harness/ui') },
];

function fail(message) {
  console.error(`build.mjs: ${message}`);
  process.exit(1);
}

// A UI folder has main.ts, which becomes app.js, and static files (index.html, *.css, *.svg ...) that are copied.
// Every other *.ts of the form *-worker.ts is an entry of its own.
async function folderEntries(ui) {
  const entries = {}, files = [];
  for (const name of existsSync(ui) ? await readdir(ui) : []) {
    if (name === 'main.ts') entries.app = join(ui, name);
    else if (/-worker\.ts$/.test(name)) entries[name.slice(0, -3)] = join(ui, name);
    else if (/\.(?:html|css|svg|png|ico|webmanifest)$/.test(name)) files.push(join(ui, name));
  }
  return { entries, files };
}

async function bundle(esbuild, b, out) {
  const root = join(out, b.name);
  const { entries, files } = b.ui ? await folderEntries(b.ui) : { entries: { ...b.entries }, files: [] };
  for (const [name, file] of Object.entries(entries)) if (!existsSync(file)) delete entries[name];
  await rm(root, { recursive: true, force: true });
  const dir = join(root, b.base);
  await mkdir(dir, { recursive: true });
  if (Object.keys(entries).length === 0) {
    console.log(`${b.name}: no entry yet`);
    return;
  }
  const { metafile } = await esbuild.build({
    entryPoints: entries,
    outdir: dir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: TARGET,
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    entryNames: '[name]',
    chunkNames: 'chunk-[hash]',
    assetNames: '[name]-[hash]',
    nodePaths: [join(HERE, 'node_modules')],
    conditions: ['production', 'browser'],
    tsconfig: join(HERE, 'tsconfig.json'),
    absWorkingDir: HERE,
    metafile: true,
    logLevel: 'warning',
  });
  for (const file of files) await writeFile(join(dir, relative(b.ui, file)), await readFile(file));
  await compress(root);
  await report(b, root, dir, metafile);
}

async function compress(root) {
  for (const name of await readdir(root, { recursive: true })) {
    const file = join(root, name);
    if (!COMPRESSIBLE.test(name)) continue;
    const plain = await readFile(file);
    const packed = gzipSync(plain, { level: 9 });
    packed[9] = 255; // the "operating system" byte, so that the output does not depend on where it was built
    if (packed.length < plain.length) await writeFile(`${file}.gz`, packed);
  }
}

// Gzipped size of an entry and all that it imports statically.
async function report(b, root, dir, metafile) {
  const outputs = new Map();
  for (const [path, o] of Object.entries(metafile.outputs)) outputs.set(resolve(HERE, path), o);
  const packed = async (file) => (await readFile(existsSync(`${file}.gz`) ? `${file}.gz` : file)).length;
  for (const [file, o] of outputs) {
    if (!o.entryPoint) continue;
    const seen = new Set([file]);
    for (const f of seen) for (const i of outputs.get(f)?.imports ?? []) if (i.kind === 'import-statement') seen.add(resolve(HERE, i.path));
    let total = 0;
    for (const f of seen) total += await packed(f);
    const name = relative(dir, file).replace(/\.js$/, '');
    const limit = b.budget?.[name];
    console.log(`${relative(dirname(root), file).split(sep).join('/').padEnd(28)} first load ${(total / 1000).toFixed(1).padStart(6)} KB gzipped` +
      (limit ? ` (at most ${limit / 1000})` : ''));
    if (limit && total > limit) fail(`the first load of ${b.name}/${name} is ${total} bytes gzipped, over its budget of ${limit}`);
  }
}

const args = process.argv.slice(2);
if (args[0] === '--check' && args.length === 1) {
  const tsc = join(HERE, 'node_modules/typescript/bin/tsc');
  process.exit(spawnSync(process.execPath, [tsc, '--noEmit', '-p', HERE], { stdio: 'inherit', cwd: HERE }).status ?? 1);
} else if (args[0] === '--out' && args.length === 2) {
  const out = resolve(args[1]);
  const esbuild = await import('esbuild');
  for (const b of BUNDLES) {
    try {
      await bundle(esbuild, b, out);
    } catch (e) {
      if (e?.errors) process.exit(1); // esbuild has printed them
      throw e;
    }
  }
} else {
  fail('use --out DIR or --check');
}
