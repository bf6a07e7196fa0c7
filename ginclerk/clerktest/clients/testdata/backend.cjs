// Reads calls of @clerk/backend, one a line: {"call": "sessions.getSession", "args": [...]}. Each answer is {"value": ...} or
// {"error": ...}. The first argument is the folder with node_modules; the second one has the client's options.
'use strict';
const { createRequire } = require('node:module');
const path = require('node:path');
const readline = require('node:readline');

const load = createRequire(path.join(process.argv[2], 'package.json'));
const { createClerkClient } = load('@clerk/backend');
const { verifyWebhook } = load('@clerk/backend/webhooks');
const clerk = createClerkClient(JSON.parse(process.argv[3]));

async function authenticate({ url, method, headers }, options) {
  const state = await clerk.authenticateRequest(new Request(url, { method, headers }), options);
  const auth = state.toAuth();
  return {
    status: state.status,
    reason: state.reason,
    message: state.message,
    headers: [...state.headers],
    userId: auth?.userId ?? '',
    sessionId: auth?.sessionId ?? '',
    orgId: auth?.orgId ?? '',
    token: state.token ?? '',
    tokenType: state.tokenType ?? '',
    machine: { subject: auth?.subject ?? '', machineId: auth?.machineId ?? '', clientId: auth?.clientId ?? '',
      scopes: auth?.scopes ?? [], claims: auth?.claims ?? {} },
  };
}

function receive({ url, headers, body }, options) {
  return verifyWebhook(new Request(url, { method: 'POST', headers, body }), options);
}

function run({ call, args }) {
  if (call === 'verifyWebhook') {
    return receive(...args);
  }
  if (call === 'authenticateRequest') {
    return authenticate(...args);
  }
  const [resource, method] = call.split('.');
  return clerk[resource][method](...args);
}

async function answer(line) {
  try {
    return { value: (await run(JSON.parse(line))) ?? null };
  } catch (e) {
    return { error: { message: String(e.message), status: e.status ?? 0, codes: (e.errors ?? []).map(x => x.code) } };
  }
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(JSON.stringify(await answer(line)) + '\n');
  }
})();
