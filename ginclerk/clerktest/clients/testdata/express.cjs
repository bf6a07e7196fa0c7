// An Express application with Clerk's own middleware, which takes everything from the environment. The first argument is the folder with
// node_modules. It listens on PORT.
'use strict';
const { createRequire } = require('node:module');
const path = require('node:path');

const load = createRequire(path.join(process.argv[2], 'package.json'));
const { clerkMiddleware, getAuth } = load('@clerk/express');
const express = load('express');

const app = express();
app.use(clerkMiddleware({ authorizedParties: [process.env.ORIGIN] }));
app.get('/', (req, res) => {
  const { userId } = getAuth(req);
  if (!userId) {
    res.redirect(process.env.CLERK_SIGN_IN_URL);
    return;
  }
  res.json({ userId });
});
app.get('/api/me', (req, res) => {
  const { userId } = getAuth(req);
  res.status(userId ? 200 : 401).json({ userId });
});
// A page with clerk-js, which @clerk/testing drives.
app.use('/clerk-js', express.static(path.join(process.argv[2], 'node_modules/@clerk/clerk-js/dist')));
app.get('/page', (req, res) => {
  res.send(`<!doctype html><html lang="en"><title>clerk-js</title><link rel="icon" href="data:,">
<script src="/clerk-js/clerk.browser.js" data-clerk-publishable-key="${process.env.CLERK_PUBLISHABLE_KEY}"
 data-clerk-proxy-url="${process.env.CLERK_PROXY_URL}"></script>
<script>addEventListener('load', () => window.Clerk.load({ telemetry: false }));</script></html>`);
});
app.listen(Number(process.env.PORT), '127.0.0.1');
