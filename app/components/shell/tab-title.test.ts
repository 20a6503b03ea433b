import { expect, it } from 'vitest';
import { TabTitle } from './tab-title';

it('is what plays, else the page’s own name, else what the server calls the page', () => {
  const page = { title: 'Albums · Enxame' };
  const title = new TabTitle(page);
  title.set('playing', 'Brisa · Vento');
  expect(page.title).toBe('Brisa · Vento');
  title.set('playing', null);
  expect(page.title).toBe('Albums · Enxame');
  title.set('page', 'Tarde · Enxame');
  title.set('playing', 'Onda · Vento');
  expect(page.title).toBe('Onda · Vento');
  title.set('playing', null);
  expect(page.title).toBe('Tarde · Enxame');
});

it('stays what plays over a change of page, and ends as the new page’s', () => {
  const page = { title: 'Albums · Enxame' };
  const title = new TabTitle(page);
  title.set('playing', 'Brisa · Vento');
  // Next has set the title of the page that was opened.
  page.title = 'Formatos · Enxame';
  title.changed();
  expect(page.title).toBe('Brisa · Vento');
  title.changed();
  title.set('playing', null);
  expect(page.title).toBe('Formatos · Enxame');
});
