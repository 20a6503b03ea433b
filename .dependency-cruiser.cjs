/** Who may import whom (docs/architecture.md). Each rule says why. */
const BROWSER = '^(app/(?!api/)|lib/((contracts|client|assets|swarm|player)/|util/(?!node/)))';

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      severity: 'error',
      comment: 'Files that import each other cannot be understood or tested apart.',
      from: {},
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'contracts-stand-alone',
      severity: 'error',
      comment: 'Contracts are what every process agrees on; they know nothing of ours.',
      from: { path: '^lib/contracts/' },
      to: { path: '^(app|lib|services|signaling|server|cli|lab)/', pathNot: '^lib/contracts/' },
    },
    {
      name: 'assets-know-contracts-only',
      severity: 'error',
      comment: 'Browser and server share assets, so it may know neither.',
      from: { path: '^lib/assets/' },
      to: { path: '^(app|lib|services|signaling|server|cli|lab)/', pathNot: '^lib/(contracts|assets)/' },
    },
    {
      name: 'schedule-is-pure',
      severity: 'error',
      comment:
        'What the schedule decides is shared with the simulator: pure functions, no I/O, no clock, nothing but contracts and the hash.',
      from: { path: '^lib/swarm/schedule/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^(lib/contracts/|lib/swarm/schedule/|lib/util/random\\.ts$)' },
    },
    {
      name: 'util-knows-contracts-only',
      severity: 'error',
      comment: 'Everything else is built on util, so it may know nothing of it.',
      from: { path: '^lib/util/' },
      to: { path: '^(app|lib|services|signaling|server|cli|lab)/', pathNot: '^lib/(contracts|util)/' },
    },
    {
      name: 'client-knows-contracts-and-util',
      severity: 'error',
      comment:
        'The page, the terminal client and the headless peer all ask the server through client, so it may know none of them.',
      from: { path: '^lib/client/' },
      to: { path: '^(app|lib|services|signaling|server|cli|lab)/', pathNot: '^lib/(contracts|util|client)/' },
    },
    {
      name: 'media-files-through-the-store',
      severity: 'error',
      comment:
        'Only the media store knows where the music is: it may be somewhere else than on a disk of this machine.',
      from: { path: '^(services|lib/(origin|sealing))/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(node:)?fs(/promises)?$' },
    },
    {
      name: 'media-store-knows-formats-only',
      severity: 'error',
      comment: 'Processes and worker threads of every part build it, so it may bring none of them along.',
      from: { path: '^lib/media-store/' },
      to: {
        path: '^(app|lib|services|signaling|server|cli|lab)/',
        pathNot: '^lib/(media-store/|contracts/|assets/formats\\.ts$)',
      },
    },
    {
      name: 'no-test-doubles-in-the-product',
      severity: 'error',
      comment: 'Fakes are for tests, benchmarks and the simulator.',
      from: { path: '^(app|lib|services|signaling|server|cli)/', pathNot: '(\\.test\\.tsx?$|/testing/)' },
      to: { path: '(^|/)testing/' },
    },
    {
      name: 'tests-and-benchmarks-apart',
      severity: 'error',
      comment: 'Benchmarks start the product as tests do: what both need is in testing/, which knows neither.',
      from: { path: '^(lab|testing)/' },
      to: { path: '^(tests/|lab/)', pathNot: '^$1/' },
    },
    {
      name: 'lib-knows-no-parts',
      severity: 'error',
      comment: 'lib is what the parts are made of; it imports neither pages nor services nor signaling.',
      from: { path: '^lib/' },
      to: { path: '^(app|services|signaling|server|cli|lab)/' },
    },
    {
      name: 'services-talk-through-the-bus',
      severity: 'error',
      comment: 'A service that imports another cannot run on a machine of its own.',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/([^/]+)/', pathNot: '^services/$1/' },
    },
    {
      name: 'parts-know-no-parts',
      severity: 'error',
      comment: 'Pages, services and signaling meet on the bus and on sockets; only server/ composes them.',
      from: { path: '^(app|services|signaling)/' },
      to: { path: '^(app|services|signaling|server|cli|lab)/', pathNot: '^$1/' },
    },
    {
      name: 'browser-only-what-browsers-may',
      severity: 'error',
      comment:
        'What runs in a browser imports only contracts, client, assets, swarm, player, util without util/node, and app components.',
      from: { path: BROWSER, pathNot: '(\\.test\\.tsx?|\\.server\\.tsx?)$' },
      to: {
        path: '^(lib|services|signaling|server|cli|lab)/',
        pathNot: '^lib/((contracts|client|assets|swarm|player)/|util/(?!node/))',
      },
    },
    {
      name: 'no-whole-zod-in-the-browser',
      severity: 'error',
      comment: 'Whole zod costs 92 KB gzipped where zod/mini costs 4.',
      from: { path: BROWSER },
      to: { path: 'node_modules/zod/', pathNot: 'node_modules/zod/(v4/)?(mini|core|locales)' },
    },
    {
      name: 'schemas-load-later',
      severity: 'error',
      comment:
        'Schemas and their parser are 28 KB of a first load of 200: listening pages ask through ask.ts, and import what else has schemas with import() (docs/decisions/0019).',
      from: {
        path: '^app/components/',
        pathNot:
          '^app/components/((auth|admin|tags)/|(ask|gateway|swarm-watch)\\.ts$|listening/(kept-plays|reporting)\\.ts$)|\\.(test|server)\\.tsx?$',
      },
      to: {
        path: '^(lib/contracts/(?!(enxame-error|new-id|choices|smart-fields)\\.ts$)|app/components/gateway\\.ts$)',
        dependencyTypesNot: ['type-only'],
        dynamic: false,
      },
    },
    {
      name: 'no-node-in-the-browser',
      severity: 'error',
      comment: 'Browsers have no Node modules.',
      from: { path: BROWSER, pathNot: '(\\.test\\.tsx?|\\.server\\.tsx?)$' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
