// Copies the page and stamps it with the day of the build.
import { mkdir, readFile, writeFile } from 'node:fs/promises';

const page = await readFile('src/index.html', 'utf8');
await mkdir('dist', { recursive: true });
await writeFile('dist/index.html', page.replaceAll('@BUILT@', new Date().toISOString().slice(0, 10)));
