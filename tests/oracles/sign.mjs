// Signs what Shopify would send, with Shopify's own Node library, and asks it whether it would accept it, too.
// Reads from standard input one object: name → {kind, …}. Writes name → {signed…, accepted}.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [modules] = process.argv.slice(2);
const require = createRequire(join(modules, 'here.js'));
require('@shopify/shopify-api/adapters/node');
const { shopifyApi, ApiVersion, LogSeverity } = require('@shopify/shopify-api');
const { getHmac, getJwt } = require('@shopify/shopify-api/test-helpers');

const library = (key, secret) => shopifyApi({
  apiKey: key, apiSecretKey: secret, hostName: 'app.example', isEmbeddedApp: true, logger: { level: LogSeverity.Error },
  apiVersion: Object.values(ApiVersion).filter((name) => name.startsWith('20')).sort().pop(),
});

const accepted = async (asking) => {
  try { return Boolean(await asking()); } catch { return false; }
};

const kinds = {
  // {secret, body, headers} → the headers, with the HMAC of the body
  async webhook({ key, secret, body, headers }) {
    const hmac = getHmac(body, secret);
    const all = { ...headers, 'X-Shopify-Hmac-Sha256': hmac };
    const rawRequest = { method: 'POST', url: '/webhooks', headers: all };
    const validate = library(key, secret).webhooks.validate;
    return { headers: all, accepted: await accepted(async () => (await validate({ rawBody: body, rawRequest })).valid) };
  },
  // {secret, query: {name: value or list}} → the query with its signature
  async proxy({ key, secret, query }) {
    const { utils } = library(key, secret);
    // Its signer is kept to itself; its verifier says what it would have been.
    const { generateLocalHmac } = require(join(modules, '@shopify/shopify-api/dist/cjs/lib/utils/hmac-validator.js'));
    const signature = await generateLocalHmac({ apiSecretKey: secret })(query, 'appProxy');
    const whole = { ...query, signature };
    return { query: whole, accepted: await accepted(() => utils.validateHmac(whole, { signator: 'appProxy' })) };
  },
  // {key, secret, store, claims} → a session token; a claim that is null is left out
  async session({ key, secret, store, claims }) {
    const now = Math.floor(Date.now() / 1000);
    const whole = { iss: `https://${store}.myshopify.com/admin`, exp: now + 60, nbf: now - 1, iat: now - 1, ...claims };
    const left = Object.fromEntries(Object.entries(whole).map(([name, value]) => [name, value ?? undefined]));
    const { token } = await getJwt(store, key, secret, left);
    const decode = library(key, secret).session.decodeSessionToken;
    return { token, accepted: await accepted(() => decode(token)) };
  },
};

let input = '';
for await (const chunk of process.stdin) input += chunk;
const answers = {};
for (const [name, { kind, ...asked }] of Object.entries(JSON.parse(input))) answers[name] = await kinds[kind](asked);
process.stdout.write(JSON.stringify(answers));
