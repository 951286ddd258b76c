// MyService in Node.js: one more replica behind the API server.
//   node server.mjs 127.0.0.1:50051
//   gangplank serve --component my-service=127.0.0.1:50051
import grpc from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";
import { definition, MyService } from "./my_service.mjs";

const address = process.argv[2] ?? "127.0.0.1:50051";
const words = {
  hello: { LANGUAGE_ZH: (name) => `你好，${name}！`, default: (name) => `Hello, ${name}!` },
  goodbye: { LANGUAGE_ZH: (name) => `再见，${name}！`, default: (name) => `Goodbye, ${name}!` },
};

function answer(greeting) {
  return ({ request }, reply) => {
    const name = request.name.trim();
    if (name === "") {
      const details = "name must be 1 to 256 characters after trimming; it is empty";
      return reply({ code: grpc.status.INVALID_ARGUMENT, details });
    }
    const say = words[greeting][request.language] ?? words[greeting].default;
    const millis = Date.now();
    const servedAt = { seconds: Math.floor(millis / 1000), nanos: (millis % 1000) * 1e6 };
    reply(null, { message: say(name), replica: "node", servedAt });
  };
}

const server = new grpc.Server();
server.addService(MyService.service, { sayHello: answer("hello"), sayGoodbye: answer("goodbye") });
// By reflection the API server learns what it can ask for; no other setting is needed.
new ReflectionService(definition).addToServer(server);
server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(`Replica node is listening on ${address.replace(/:\d+$/, `:${port}`)}`);
});
