import { auth } from '@clerk/nextjs/server';

export default async function Home() {
  const { userId } = await auth();
  return <p id="server">{userId ?? 'signed out'}</p>;
}
