'use client';
import { useEffect, useState } from 'react';
import { buttonClass } from './components/ui/button';
import { Mark } from './components/ui/hexagon';
import './globals.css';

/** The last resort: the page around all pages broke, and with it the texts and everything that is shared. */
const TEXTS = {
  en: { title: 'Something went wrong', text: 'The page could not be shown. Reload it to try again.', again: 'Reload' },
  pt: {
    title: 'Algo deu errado',
    text: 'Não foi possível mostrar a página. Recarregue para tentar de novo.',
    again: 'Recarregar',
  },
};

export default function GlobalError() {
  const [language, setLanguage] = useState<keyof typeof TEXTS>('en');
  useEffect(() => {
    if (navigator.language.startsWith('pt')) setLanguage('pt');
  }, []);
  const texts = TEXTS[language];
  return (
    <html lang={language}>
      <body className="antialiased">
        <title>Enxame</title>
        <main className="mx-auto grid min-h-dvh max-w-md content-center justify-items-start gap-3 px-5">
          <Mark className="size-14" />
          <h1 className="text-2xl font-bold">{texts.title}</h1>
          <p className="text-soft">{texts.text}</p>
          <button type="button" className={buttonClass('honey')} onClick={() => location.reload()}>
            {texts.again}
          </button>
        </main>
      </body>
    </html>
  );
}
