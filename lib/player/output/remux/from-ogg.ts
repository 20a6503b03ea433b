export { OGG as inputFormat } from 'mediabunny';
export { prepareOggConfig as prepareConfig } from '../ogg-corrections';
