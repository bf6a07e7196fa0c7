// The pages and routes say themselves for whom they are.
import { clerkMiddleware } from '@clerk/nextjs/server';

export default clerkMiddleware({ authorizedParties: process.env.CLERK_AUTHORIZED_PARTIES.split(',') });

export const config = { matcher: ['/((?!_next).*)'] };
