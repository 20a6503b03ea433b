'use client';
import type { ReactNode } from 'react';
import { Button } from './button';
import { Modal } from './modal';

/** Asks whether something is meant. @param children the button that does it */
export function Confirm({
  cancel,
  children,
  ...asked
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  description: string;
  cancel: string;
  children: ReactNode;
}) {
  return (
    <Modal {...asked}>
      <div className="flex flex-wrap justify-end gap-2">
        <Button look="quiet" onClick={asked.onClose}>
          {cancel}
        </Button>
        {children}
      </div>
    </Modal>
  );
}
