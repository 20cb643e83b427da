import type { DescFile, DescMessage, DescService, MessageInitShape } from '@bufbuild/protobuf';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import type { ServerDuplexStream, UntypedServiceImplementation } from '@grpc/grpc-js';
import { ERROR_CODES } from '@larder/registry';
import {
  ServerReflection,
  ServerReflectionRequestSchema,
  ServerReflectionResponseSchema,
} from './gen/grpc/reflection/v1/reflection_pb.js';
import type { ServerReflectionRequest } from './gen/grpc/reflection/v1/reflection_pb.js';
import { ServerReflection as ServerReflectionAlpha } from './gen/grpc/reflection/v1alpha/reflection_pb.js';

type ResponseInit = MessageInitShape<typeof ServerReflectionResponseSchema>;

/** Both versions of the protocol; their messages are the same, number by number. */
export const REFLECTION_SERVICES: readonly DescService[] = [ServerReflection, ServerReflectionAlpha];

/** Tells clients that have no .proto files what `services` offer: the files that define them, with all that these import. */
export function reflectionImplementation(services: readonly DescService[]): UntypedServiceImplementation {
  const described = new DescribedServices([...services, ...REFLECTION_SERVICES]);
  return {
    ServerReflectionInfo: (call: ServerDuplexStream<Buffer, Buffer>) => {
      call.on('data', (bytes: Buffer) => call.write(answer(described, bytes)));
      call.on('end', () => call.end());
    },
  };
}

function answer(described: DescribedServices, bytes: Buffer): Buffer {
  let response: ResponseInit;
  try {
    const request = fromBinary(ServerReflectionRequestSchema, bytes);
    response = { validHost: request.host, originalRequest: request, messageResponse: described.answer(request) };
  } catch {
    response = { messageResponse: failure('INVALID_ARGUMENT', 'the request is no ServerReflectionRequest') };
  }
  return Buffer.from(toBinary(ServerReflectionResponseSchema, create(ServerReflectionResponseSchema, response)));
}

type MessageResponse = NonNullable<ResponseInit['messageResponse']>;

class DescribedServices {
  private readonly files = new Map<string, DescFile>();
  /** Full names of services, methods, messages, fields and enums. */
  private readonly symbols = new Map<string, DescFile>();

  constructor(private readonly services: readonly DescService[]) {
    for (const { file } of services) this.addFile(file);
  }

  answer({ messageRequest }: ServerReflectionRequest): MessageResponse {
    switch (messageRequest.case) {
      case 'listServices':
        return {
          case: 'listServicesResponse',
          value: { service: this.services.map((each) => ({ name: each.typeName })) },
        };
      case 'fileByFilename':
        return this.fileResponse(this.files.get(messageRequest.value), messageRequest.value);
      case 'fileContainingSymbol':
        return this.fileResponse(this.symbols.get(messageRequest.value), messageRequest.value);
      case 'allExtensionNumbersOfType':
        return this.symbols.has(messageRequest.value)
          ? { case: 'allExtensionNumbersResponse', value: { baseTypeName: messageRequest.value, extensionNumber: [] } }
          : failure('NOT_FOUND', `unknown type ${messageRequest.value}`);
      case 'fileContainingExtension':
        return failure('NOT_FOUND', 'nothing here has extensions');
      default:
        return failure('UNIMPLEMENTED', 'this question is not known');
    }
  }

  private fileResponse(file: DescFile | undefined, asked: string): MessageResponse {
    if (file === undefined) return failure('NOT_FOUND', `nothing is called ${asked}`);
    const fileDescriptorProto = withImports(file).map((each) => toBinary(FileDescriptorProtoSchema, each.proto));
    return { case: 'fileDescriptorResponse', value: { fileDescriptorProto } };
  }

  private addFile(file: DescFile): void {
    if (this.files.has(file.proto.name)) return;
    this.files.set(file.proto.name, file);
    for (const message of file.messages) this.addMessage(message, file);
    for (const each of file.enums) this.symbols.set(each.typeName, file);
    for (const service of file.services) {
      this.symbols.set(service.typeName, file);
      for (const method of service.methods) this.symbols.set(`${service.typeName}.${method.name}`, file);
    }
    for (const each of file.dependencies) this.addFile(each);
  }

  private addMessage(message: DescMessage, file: DescFile): void {
    this.symbols.set(message.typeName, file);
    for (const field of message.fields) this.symbols.set(`${message.typeName}.${field.name}`, file);
    for (const each of message.nestedEnums) this.symbols.set(each.typeName, file);
    for (const each of message.nestedMessages) this.addMessage(each, file);
  }
}

/** The file itself first, then everything that it needs, each once. */
function withImports(file: DescFile): DescFile[] {
  const found = new Map<string, DescFile>();
  const add = (each: DescFile): void => {
    if (found.has(each.proto.name)) return;
    found.set(each.proto.name, each);
    each.dependencies.forEach(add);
  };
  add(file);
  return [...found.values()];
}

function failure(code: keyof typeof ERROR_CODES, message: string): MessageResponse {
  return { case: 'errorResponse', value: { errorCode: ERROR_CODES[code].grpc, errorMessage: message } };
}
