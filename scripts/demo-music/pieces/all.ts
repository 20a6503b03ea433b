import { dawn } from './dawn';
import { drone } from './drone';
import type { Piece } from './piece';
import { pollen } from './pollen';
import { samba } from './samba';
import { waggle } from './waggle';
import { winter } from './winter';

export const pieces: readonly Piece[] = [dawn, pollen, samba, winter, waggle, drone];
