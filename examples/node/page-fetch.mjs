// The same with nothing but fetch and JSON: no library, no schema.
// In a page, leave out the argument: `location.origin` is the API server.
const baseUrl = globalThis.process?.argv[2] ?? location.origin;

async function call(path, request) {
  const answer = await fetch(baseUrl + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(`${body.error.status}: ${body.error.message}`);
  return body;
}

const hello = await call("/v1/hello", { name: "World" });
console.log(`${hello.message} (${hello.replica})`);
// A method needs no route of its own: its full name is one.
await call("/myservice.v1.MyService/SayGoodbye", { name: " " }).catch((error) => console.log(error.message));
