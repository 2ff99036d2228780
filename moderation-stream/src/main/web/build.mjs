// Bundles the console. Usage: node build.mjs [FOLDER], by default the folder from which it is served;
// node build.mjs --test bundles the unit tests and runs them. The same sources give the same bytes.

import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const common = { absWorkingDir: here, bundle: true, format: "esm", target: "es2022", charset: "utf8", logLevel: "warning" };

if (process.argv[2] === "--test") {
  const tests = readdirSync(join(here, "test")).filter((name) => name.endsWith(".test.ts"));
  const outdir = join(here, "node_modules", ".tests");
  rmSync(outdir, { recursive: true, force: true });
  await build({
    ...common, platform: "node", outdir, outExtension: { ".js": ".mjs" },
    entryPoints: tests.map((name) => join("test", name)),
  });
  process.exit(spawnSync(process.execPath, ["--test", outdir], {
    stdio: "inherit", env: { ...process.env, LC_ALL: "en_US.UTF-8" }, // what is tested is written in English
  }).status ?? 1);
}

const LICENCES = "/*! Contains Lit (BSD-3-Clause, Copyright Google LLC), uPlot (MIT, Copyright Leon Sorokin) and, in charts.js, Apache ECharts (Apache-2.0) with zrender (BSD-3-Clause, Copyright Baidu Inc.). NOTICE has the licences. */";

const served = { ...common, banner: { js: LICENCES }, outdir: process.argv[2] ?? join(here, "..", "resources", "META-INF", "resources", "console"), minify: true, legalComments: "eof" };

// ECharts is several times as large as all the rest: a separate bundle, loaded only by the pages that draw with it.
const apart = {
  name: "apart",
  setup: ({ onResolve }) => onResolve({ filter: /^\.\/echarts\.js$/, namespace: "file" }, () => ({ path: "./charts.js", external: true })),
};

await build({ ...served, entryPoints: { charts: "src/parts/echarts.ts" } });
await build({ ...served, entryPoints: { console: "src/main.ts", login: "src/login.ts" }, plugins: [apart] });
