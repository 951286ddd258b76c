// What a page does with connect-web: gRPC-Web to the API server, typed by descriptors that the server itself hands out.
// In a page, leave out the argument: `location.origin` is the API server.
import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";

const baseUrl = globalThis.process?.argv[2] ?? location.origin;
const answer = await fetch(`${baseUrl}/gangplank/v1/components/my-service/descriptors`);
const { fileDescriptorSet } = await answer.json();
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, base64Decode(fileDescriptorSet)));

const service = registry.getService("myservice.v1.MyService");
const client = createClient(service, createGrpcWebTransport({ baseUrl }));
const { message, replica } = await client.sayHello({ name: "World" });
console.log(`${message} (${replica})`);
