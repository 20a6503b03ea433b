export { MP3 as inputFormat } from 'mediabunny';
