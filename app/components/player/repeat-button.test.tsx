import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { NEXT_REPEAT, RepeatButton } from './repeat-button';

/** What is seen: the icon's shape, the mark, and whether the colour is that of what is on. */
function look(repeat: 'off' | 'all' | 'one') {
  const html = renderToStaticMarkup(<RepeatButton repeat={repeat} label={repeat} onClick={() => {}} />);
  const colours = (html.match(/class="[^"]*"/)?.[0] ?? '').match(/(?<=[ "])text-(accent|soft)\b/g);
  return { icon: html.match(/lucide-repeat[-\w]*/)?.[0], marked: html.includes('rounded-full'), colours, html };
}

it('looks different in each state, with one colour that is not overruled, and is named by the state', () => {
  const [off, all, one] = [look('off'), look('all'), look('one')];
  expect(off).toMatchObject({ icon: 'lucide-repeat', marked: false, colours: ['text-soft'] });
  expect(all).toMatchObject({ icon: 'lucide-repeat', marked: true, colours: ['text-accent'] });
  expect(one).toMatchObject({ icon: 'lucide-repeat-1', marked: true, colours: ['text-accent'] });
  for (const state of ['off', 'all', 'one'] as const) expect(look(state).html).toContain(`aria-label="${state}"`);
});

it('goes through all states', () => {
  expect([NEXT_REPEAT.off, NEXT_REPEAT.all, NEXT_REPEAT.one]).toEqual(['all', 'one', 'off']);
});
