// A Hono application on Node with Clerk's own middleware. It reads the environment; the address of the proxy is an option. The first argument
// is the folder with node_modules. It listens on PORT.
'use strict';
const { createRequire } = require('node:module');
const path = require('node:path');

const load = createRequire(path.join(process.argv[2], 'package.json'));
const { clerkMiddleware, getAuth } = load('@clerk/hono');
const { serve } = load('@hono/node-server');
const { Hono } = load('hono');

const app = new Hono();
app.use('*', clerkMiddleware({ authorizedParties: [process.env.ORIGIN], proxyUrl: process.env.CLERK_PROXY_URL }));
app.get('/', c => {
  const { userId } = getAuth(c);
  return userId ? c.json({ userId }) : c.redirect(process.env.CLERK_SIGN_IN_URL);
});
app.get('/api/me', c => {
  const { userId } = getAuth(c);
  return c.json({ userId }, userId ? 200 : 401);
});
serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' });
