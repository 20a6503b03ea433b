'use client';
import { Copy } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { QRCodeSVG } from 'qrcode.react';
import { copyText } from '../clipboard';
import { Button, IconButton } from '../ui/button';
import { Modal } from '../ui/modal';
import { toast } from '../ui/toast';

/** A QR code of three lines is scanned from a screen at arm's length. */
const QR_PX = 176;

/** Shows an app password, once, with all else that an app asks for. */
export function NewPassword({
  server,
  userName,
  made,
  onClose,
}: {
  server: string;
  userName: string;
  made: { name: string; password: string };
  onClose: () => void;
}) {
  const t = useTranslations('apps');
  const values = [
    { label: t('server'), value: server },
    { label: t('userName'), value: userName },
    { label: t('password'), value: made.password },
  ];
  return (
    <Modal open onClose={onClose} title={t('readyTitle', { name: made.name })} description={t('readyText')}>
      <ul className="grid gap-3">
        {values.map(({ label, value }) => (
          <CopyLine key={label} label={label} value={value} />
        ))}
      </ul>
      {/* For the phone from a larger screen; on the phone itself the values are copied. */}
      <div className="mt-5 hidden flex-wrap items-center gap-4 sm:flex">
        {/* Dark on light in both themes: not every scanner reads the other way round. */}
        <div className="rounded-xl border bg-white p-3">
          <QRCodeSVG value={values.map(({ value }) => value).join('\n')} size={QR_PX} title={t('qr')} />
        </div>
        <p className="min-w-40 flex-1 text-sm text-soft">{t('qrText')}</p>
      </div>
      <div className="mt-5 flex justify-end">
        <Button look="honey" onClick={onClose}>
          {t('done')}
        </Button>
      </div>
    </Modal>
  );
}

function CopyLine({ label, value }: { label: string; value: string }) {
  const t = useTranslations('apps');
  const copy = async () => {
    if (await copyText(value)) toast.success(t('copied', { what: label }));
    else toast.error(t('notCopied'));
  };
  return (
    <li className="flex items-center gap-2 rounded-lg bg-sunken py-1.5 pr-1 pl-3">
      <div className="min-w-0 flex-1">
        <p className="text-xs text-soft">{label}</p>
        <p className="font-mono text-sm break-all select-all">{value}</p>
      </div>
      <IconButton label={t('copy', { what: label })} onClick={() => void copy()}>
        <Copy className="size-4" aria-hidden="true" />
      </IconButton>
    </li>
  );
}
