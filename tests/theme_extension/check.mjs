// Lint the theme extension as Shopify does before it accepts one. Prints the offences as JSON.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [extension, modules] = process.argv.slice(2);
const { check } = createRequire(join(modules, 'here.js'))('@shopify/theme-check-node');

const offences = await check(extension, 'theme-check:theme-app-extension');
const named = offences.map(({ check, message, uri, start }) => ({ check, message, uri, line: start.line + 1 }));
process.stdout.write(JSON.stringify(named));
