import { SignIn } from '../../components/auth/sign-in';
import { titled } from '../../components/page-names.server';

export const generateMetadata = titled('signIn');

export default async function Page({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const { next } = await searchParams;
  return <SignIn next={typeof next === 'string' ? next : '/'} />;
}
