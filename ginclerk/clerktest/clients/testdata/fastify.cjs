// A Fastify application with Clerk's own plugin. It reads the keys from the environment; the two addresses are options. The first argument is
// the folder with node_modules. It listens on PORT.
'use strict';
const { createRequire } = require('node:module');
const path = require('node:path');

const load = createRequire(path.join(process.argv[2], 'package.json'));
const { clerkPlugin, getAuth } = load('@clerk/fastify');
const app = load('fastify')();

app.register(clerkPlugin, {
  authorizedParties: [process.env.ORIGIN], proxyUrl: process.env.CLERK_PROXY_URL, apiUrl: process.env.CLERK_API_URL,
});
app.register(async routes => {
  routes.get('/', async (request, reply) => {
    const { userId } = getAuth(request);
    return userId ? { userId } : reply.redirect(process.env.CLERK_SIGN_IN_URL);
  });
  routes.get('/api/me', async (request, reply) => {
    const { userId } = getAuth(request);
    return reply.code(userId ? 200 : 401).send({ userId });
  });
});
app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
