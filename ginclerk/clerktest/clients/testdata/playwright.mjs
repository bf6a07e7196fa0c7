// A test with Playwright and @clerk/testing, as an application has it. It takes everything from the variables that the program prints. The
// first argument is the folder with node_modules, the second is Chromium, and the third is the address of the program's controls. It prints
// what it saw as one line of JSON.
import { createRequire } from 'node:module';
import path from 'node:path';

const [folder, executablePath, controls] = process.argv.slice(2);
const load = createRequire(path.join(folder, 'package.json'));
const { chromium } = load('playwright-core');
const { clerk, clerkSetup, createAgentTestingTask, setupClerkTestingToken } = load('@clerk/testing/playwright');
const { createClerkClient } = load('@clerk/backend');

const origin = process.env.ORIGIN;
const seen = {};

// user says who the application sees: the id of the user, or the address to which it leads.
async function user(page) {
  await page.goto(origin + '/');
  return page.url() === origin + '/' ? JSON.parse(await page.textContent('body')).userId : page.url();
}

// each step has a browser of its own.
async function step(browser, name, act) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await setupClerkTestingToken({ page });
    await page.goto(origin + '/page');
    await clerk.loaded({ page });
    await act(page);
    seen[name] = await user(page);
    if (name === 'password') {
      await page.goto(origin + '/page');
      await clerk.signOut({ page });
      seen.signedOut = await user(page);
    }
  } finally {
    await context.close();
  }
}

await clerkSetup({ dotenv: false }); // asks the program for a testing token
seen.testingToken = Boolean(process.env.CLERK_TESTING_TOKEN);
const backend = createClerkClient({ secretKey: process.env.CLERK_SECRET_KEY, apiUrl: process.env.CLERK_API_URL });
const { data: users } = await backend.users.getUserList({ emailAddress: ['kim+clerk_test@example.com'] });
seen.id = users[0].id;
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  const identifier = 'kim+clerk_test@example.com';
  await step(browser, 'password', page => clerk.signIn({ page, signInParams: { strategy: 'password', identifier, password: 'kims-own-password' } }));
  await step(browser, 'emailCode', page => clerk.signIn({ page, signInParams: { strategy: 'email_code', identifier } }));
  await step(browser, 'ticket', async page => {
    const { token } = await backend.signInTokens.createSignInToken({ userId: seen.id, expiresInSeconds: 60 });
    await clerk.signIn({ page, signInParams: { strategy: 'ticket', ticket: token } });
  });
  await step(browser, 'agentTask', async page => {
    const task = await createAgentTestingTask({
      onBehalfOf: { identifier }, permissions: '*', agentName: 'tester', taskDescription: 'read the page', redirectUrl: origin + '/page',
    });
    await page.goto(task.url);
  });

  const { data: before } = await backend.sessions.getSessionList({ userId: seen.id });
  seen.sessions = before.length;
  const reset = await fetch(controls + '/reset', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' });
  const { data: after } = await backend.sessions.getSessionList({ userId: seen.id });
  seen.reset = [reset.status, after.length];
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));
