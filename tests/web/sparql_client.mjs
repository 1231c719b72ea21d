// Asks an endpoint as Comunica's own client does, by every form of query, and prints what it understood as JSON.
import { SparqlEndpointFetcher } from "fetch-sparql-endpoint";

const [endpoint, select, ask, construct] = process.argv.slice(2);
const fetcher = new SparqlEndpointFetcher({ timeout: 30_000 });

function all(stream) {
  return new Promise((resolve, reject) => {
    const found = [];
    stream.on("data", (each) => found.push(each)).on("end", () => resolve(found)).on("error", reject);
  });
}

const rows = await all(await fetcher.fetchBindings(endpoint, select));
const yes = await fetcher.fetchAsk(endpoint, ask);
const triples = await all(await fetcher.fetchTriples(endpoint, construct));
let refused = "";
try {
  await all(await fetcher.fetchBindings(endpoint, "SELECT * { nonsense"));
} catch (error) {
  refused = error.message;
}
const labels = rows.map(({ label }) => [label.value, label.language]);
console.log(JSON.stringify({ labels, yes, triples: triples.length, refused }));
