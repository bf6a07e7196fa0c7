// An Express application with one JSON route behind Clerk's own middleware, as Clerk's documentation has it. It verifies tokens with
// the instance's public key (CLERK_JWT_KEY), so that it makes no calls to Clerk. "node server.mjs plain" leaves the middleware out. It
// says on its first line where it listens.
import { clerkMiddleware, getAuth } from "@clerk/express";
import express from "express";

const plain = process.argv[2] === "plain";
const app = express();
if (!plain) {
  app.use(
    clerkMiddleware({
      publishableKey: process.env.CLERK_PUBLISHABLE_KEY,
      secretKey: process.env.CLERK_SECRET_KEY,
      jwtKey: process.env.CLERK_JWT_KEY,
      authorizedParties: [process.env.BENCH_ORIGIN],
    }),
  );
}
app.get("/api/orders/:id", (req, res) => {
  const userId = plain ? "user_000000000000000000000000000" : getAuth(req).userId;
  if (!userId) {
    res.status(401).json({ error: "Unauthorized" });
    return;
  }
  res.json({ id: req.params.id, user: userId, status: "paid", total: 4200, currency: "EUR" });
});
const server = app.listen(0, "127.0.0.1", () => console.log(`127.0.0.1:${server.address().port}`));
