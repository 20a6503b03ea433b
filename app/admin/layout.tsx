import type { ReactNode } from 'react';
import { AdminTabs } from '../components/admin/admin-tabs';
import { Shell } from '../components/shell/shell';

export default function AdminLayout({ children }: { children: ReactNode }) {
  return (
    <Shell admin>
      <div className="page">
        <AdminTabs />
        {children}
      </div>
    </Shell>
  );
}
