// Copies what the pages use from node_modules to search_app/static/vendor: `npm ci && npm run build`.
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "..", "..", "node_modules");
const target = join(here, "vendor");
const files = [
  "@kern-ux/native/dist/kern.min.css",
  "@kern-ux/native/LICENSE.md",
  "@fontsource/fira-sans/files/fira-sans-latin-400-normal.woff2",
  "@fontsource/fira-sans/files/fira-sans-latin-600-normal.woff2",
  "@zazuko/yasqe/build/yasqe.min.js",
  "@zazuko/yasqe/build/yasqe.min.css",
];

rmSync(target, { recursive: true, force: true });
mkdirSync(target);
for (const file of files) {
  cpSync(join(modules, file), join(target, basename(file)));
}
