export { MP4 as inputFormat } from 'mediabunny';
