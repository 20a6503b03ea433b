export { OGG as inputFormat } from 'mediabunny';
