import { SignUp } from '../../components/auth/sign-up';
import { titled } from '../../components/page-names.server';

export const generateMetadata = titled('signUp');

export default async function Page({ searchParams }: { searchParams: Promise<{ invite?: string | string[] }> }) {
  const { invite } = await searchParams;
  return <SignUp invite={typeof invite === 'string' ? invite : ''} />;
}
