// Calls the API server over gRPC, as any gRPC client would: it needn't know who answers.
//   node client.mjs 127.0.0.1:8080 World
import grpc from "@grpc/grpc-js";
import { MyService } from "./my_service.mjs";

const [address = "127.0.0.1:8080", name = "World"] = process.argv.slice(2);
const client = new MyService(address, grpc.credentials.createInsecure());

for (const method of ["sayHello", "sayGoodbye"]) {
  const answer = await new Promise((resolve, reject) => {
    client[method]({ name }, (error, answer) => (error ? reject(error) : resolve(answer)));
  });
  console.log(`${answer.message} (${answer.replica})`);
}
client.close();
