export { FLAC as inputFormat } from 'mediabunny';
