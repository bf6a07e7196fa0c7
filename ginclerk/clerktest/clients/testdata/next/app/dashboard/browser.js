'use client';

import { useUser } from '@clerk/nextjs';

// Browser names the user whom clerk-js sees.
export function Browser() {
  const { user } = useUser();
  return user?.primaryEmailAddress.emailAddress;
}
