import { auth } from '@clerk/nextjs/server';
import { Browser } from './browser';

export default async function Dashboard() {
  const { userId } = await auth.protect();
  return (
    <>
      <p id="server">{userId}</p>
      <p id="browser"><Browser /></p>
    </>
  );
}
