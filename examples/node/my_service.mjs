// MyService's schema, loaded when the program starts: nothing is generated.
// PROTO names another folder of .proto files than the repository's own.
import { fileURLToPath } from "node:url";
import grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

const folder = process.env.PROTO ?? fileURLToPath(new URL("../../proto", import.meta.url));

export const definition = loadSync("myservice/v1/my_service.proto", {
  includeDirs: [folder],
  enums: String,
  defaults: true,
});
export const { MyService } = grpc.loadPackageDefinition(definition).myservice.v1;
