// rooms.test.mjs: what the compiler does not hold against anyone: which room may include which, which library's header
// is seen where, where SQL stands, that spanset.so has one exported symbol and no mutable global, and that no file
// names a place on somebody's machine.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { BUILD, ROOT } from '../support/viewer.mjs';

// A room and what it may include besides itself. base is below everything.
const LEAVES = ['spans', 'datainfo', 'store', 'formats'];
const MAY = {
  'plugin/base': [],
  ...Object.fromEntries(LEAVES.map((r) => [`plugin/${r}`, ['base']])),
  'plugin/service': ['base', ...LEAVES],
  'plugin/lucy': ['base', ...LEAVES, 'service'],
  'plugin/api': ['base', ...LEAVES, 'service', 'lucy'],
  'plugin/http': ['base', ...LEAVES, 'service', 'lucy', 'api'],
  'plugin/entry.c': ['base', ...LEAVES, 'service', 'lucy', 'api', 'http'],
  'examples/hostkit': ['base', 'http'],
  'examples/otlp': ['base', 'datainfo'],
  'examples/viewer': ['base', 'http', 'datainfo', 'hostkit', 'otlp'],
  'examples/harness': ['base', 'http', 'datainfo', 'hostkit', 'otlp'],
};
// A header and the only places that may see it.
const ONLY_IN = [
  [/^sqlite3\.h$/, ['plugin/store/sqlite/', 'examples/viewer/store/']],
  [/^civetweb\.h$/, ['plugin/http/', 'examples/hostkit/']],
  [/^jansson\.h$/, ['plugin/service/', 'plugin/lucy/', 'plugin/api/', 'examples/']],
  [/^curl\//, ['plugin/lucy/', 'examples/']],
  [/^(zlib\.h|protobuf-c\/)/, ['examples/otlp/', 'examples/viewer/', 'plugin/http/']],
  [/^tvp\.h$/, ['plugin/spans/', 'plugin/entry.c', 'examples/', 'host-api/']],
  [/^harness\//, ['examples/harness/']],
  [/^viewer\//, ['examples/viewer/']],
];

function* walk(dir) {
  for (const e of fs.readdirSync(path.join(ROOT, dir), { withFileTypes: true })) {
    if (['.git', 'node_modules', 'build'].includes(e.name)) continue;
    const name = dir ? `${dir}/${e.name}` : e.name;
    if (e.isDirectory()) yield* walk(name);
    else if (e.isFile()) yield name;
  }
}
const read = (file) => fs.readFileSync(path.join(ROOT, file), 'utf8');
const files = [...walk('')];
const sources = files.filter((f) => /^(host-api|plugin|examples)\/.*\.[ch]$/.test(f)).map((file) => ({ file, text: read(file) }));
const includes = sources.flatMap(({ file, text }) =>
  [...text.matchAll(/^\s*#\s*include\s*["<]([^">]+)[">]/gm)].map((m) => ({ file, header: m[1] })));
const under = (file, places) => places.some((p) => file === p || file.startsWith(p.endsWith('/') ? p : `${p}/`));

describe('rooms', () => {
  test('the sources are found', () => {
    assert.ok(sources.length > 100 && includes.length > 300);
    for (const { file } of sources.filter((s) => s.file.startsWith('plugin/')))
      assert.ok(Object.keys(MAY).some((r) => under(file, [r])), `${file} lies in no room that this test knows`);
  });
  test('no arrow runs upwards or sideways', () => {
    const names = new Set(Object.keys(MAY).map((r) => path.basename(r, '.c')));
    const wrong = includes.filter(({ file, header }) => {
      const room = Object.keys(MAY).find((r) => under(file, [r])), to = header.split('/')[0];
      return room && header.includes('/') && names.has(to) && to !== path.basename(room) && !MAY[room].includes(to);
    });
    assert.deepEqual(wrong, []);
  });
  test('a room is included by its name, never by a relative path', () => {
    assert.deepEqual(includes.filter(({ header }) => header.startsWith('.')), []);
  });
  test("a library's header is seen only where it belongs", () => {
    const wrong = includes.filter(({ file, header }) => ONLY_IN.some(([h, places]) => h.test(header) && !under(file, places)));
    assert.deepEqual(wrong, []);
  });
  test('the contract needs nothing but the language', () => {
    const wrong = includes.filter(({ file, header }) => file.startsWith('host-api/') && !/^(stdint|stddef)\.h$/.test(header));
    assert.deepEqual(wrong, []);
  });
  test('SQL stands in the stores alone', () => {
    const sql = /"\s*(SELECT\s.+\sFROM|INSERT\s+(OR \w+ )?INTO|UPDATE\s+\w+\s+SET|DELETE FROM|CREATE (TABLE|INDEX|VIRTUAL|TRIGGER)|PRAGMA \w|BEGIN IMMEDIATE|ALTER TABLE)/;
    const wrong = sources.filter(({ file, text }) => sql.test(text) && !under(file, ['plugin/store/sqlite', 'examples/viewer/store']));
    assert.deepEqual(wrong.map((s) => s.file), []);
  });
  test("the process's own state stays untouched in the plugin", () => {
    const banned = /\b(sqlite3_config|sqlite3_shutdown|json_set_alloc_funcs|setlocale|signal|chdir|atexit|setenv|putenv|umask|exit|abort|strcpy|strcat|sprintf|gets)\s*\(/;
    const code = (text) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').replace(/"(\\.|[^"\\\n])*"/g, '""');
    const wrong = sources.filter(({ file }) => file.startsWith('plugin/'))
      .map(({ file, text }) => ({ file, call: code(text).match(banned)?.[1] })).filter((w) => w.call);
    assert.deepEqual(wrong, []);
  });
});

describe('the repository', () => {
  test("names no place on anybody's machine", () => {
    const place = new RegExp(['/' + 'work/', '/' + 'home/[a-z]', '/' + 'Users/[a-z]', '\\.\\./' + 'shared\\b'].join('|'));
    const text = /\.(c|h|cc|ts|mjs|js|json|md|mk|css|html|svg|py|yml|supp|map|proto|txt)$|(^|\/)(Makefile|run|\.[a-z-]+)$/;
    // Captures and what was extracted from them hold what their authors wrote.
    const wrong = files.filter((f) => text.test(f) && !/^(tests\/fixtures|examples\/traces)\//.test(f)).filter((f) => place.test(read(f)));
    assert.deepEqual(wrong, []);
  });
  test('tests listen where the system lets them, not on ports of their own', () => {
    const fixed = /(--listen|--otlp)['"]?,?\s+['"`]?127\.0\.0\.1:[1-9]|\.listen\(\s*[1-9]/;
    const wrong = files.filter((f) => /^tests\/.*\.(mjs|c|h)$/.test(f)).filter((f) => fixed.test(read(f)));
    assert.deepEqual(wrong, []);
  });
});

describe('spanset.so', () => {
  const so = path.join(BUILD, 'spanset.so'), tool = (...words) => execFileSync(words[0], words.slice(1), { encoding: 'utf8' });
  test('exports its entry and nothing else', () => {
    const names = tool('nm', '-D', '--defined-only', so).split('\n')
      .filter((l) => l && !/ A /.test(l)) // A: the name of the symbol version itself
      .map((l) => l.split(' ').pop().replace(/@.*/, ''));
    assert.deepEqual(names, ['tvp_plugin_entry']);
  });
  test('has no mutable global', { skip: Boolean(process.env.SANITIZED) && 'sanitizers add their own' }, () => {
    // The C runtime's own: completed.0, __dso_handle, __TMC_END__.
    const own = /^(completed\.\d+|__\w+|\.data|\.bss|_\w+)$/;
    const found = tool('objdump', '-t', so).split('\n').filter((l) => /\s\.(data|bss)\s/.test(l)).map((l) => l.trim().split(/\s+/).pop());
    assert.deepEqual(found.filter((n) => !own.test(n)), []);
  });
  test('needs the packages that it says it needs', () => {
    const needed = [...tool('readelf', '-d', so).matchAll(/NEEDED.*\[lib([\w-]+)\.so/g)].map((m) => m[1]);
    const known = ['civetweb', 'sqlite3', 'jansson', 'curl', 'm', 'c', 'pthread', ...(process.env.SANITIZED ? ['asan', 'ubsan', 'tsan', 'gcc_s'] : [])];
    assert.deepEqual(needed.filter((n) => !known.includes(n)), []);
    assert.doesNotMatch(tool('readelf', '-d', so), /RPATH|RUNPATH/);
  });
});
