// Plain JavaScript, so that an older Node can read it and say what is wrong.
const [major] = process.versions.node.split('.')
if (Number(major) < 24) {
  console.error(
    `order-system needs Node 24, this is ${process.version}: run it through npm after "npm ci" with install scripts allowed (the package "node" brings Node 24), or install Node 24.`,
  )
  process.exit(1)
}
