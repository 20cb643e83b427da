import type { FeatureService, FullValuesOf, KeysOf, ValuesOf } from '@larder/registry';
import { createServingConnection } from '@larder/serving-api';
import type { ServingConnection } from '@larder/serving-api';
import { checkApplication } from './application-name.js';
import { joinKeyColumns } from './join-key-columns.js';
import type { JoinKeys } from './join-key-columns.js';
import { onlineFeaturesFromResponse } from './online-features.js';
import type { OnlineFeatures } from './online-features.js';
import { eachOnce } from './warnings.js';
import type { WarningListener } from './warnings.js';

export interface LarderClientOptions {
  /** `host:port` of online-serving's gRPC port. */
  readonly address: string;
  /** Empty = the server's default project. */
  readonly project?: string;
  /** How long a read may take before it fails with DEADLINE_EXCEEDED; default 1,000. */
  readonly timeoutMs?: number;
  /**
   * Who reads: `checkout`, or with a version `checkout/1.2`. The registry shows the name to those who change what it reads. Without it
   * the server only knows the transport's own user agent.
   */
  readonly application?: string;
  /** Told once of each warning of the server, such as a deprecation of something that is read; default: `console.warn`. */
  readonly onWarning?: WarningListener;
}

export interface ReadOptions {
  /** Feature names as `view__feature`; needed where short names collide. */
  readonly fullFeatureNames?: boolean;
  /** Values older than this are OUTSIDE_MAX_AGE, besides the view's own ttl. */
  readonly maxAgeSeconds?: number;
  readonly timeoutMs?: number;
}

type FullNames = ReadOptions & { readonly fullFeatureNames: true };

/** What to read, for callers without TypeScript definitions. */
export type UntypedSelection = { readonly featureService: string } | { readonly features: readonly string[] };

/** Reads online features. With a service from the definitions, keys and values are typed; nothing is generated. */
export class LarderClient {
  private readonly connection: ServingConnection;

  /** INVALID_ARGUMENT for an application's name that cannot be sent. */
  constructor(private readonly options: LarderClientOptions) {
    const { address, application, onWarning } = options;
    this.connection = createServingConnection(address, {
      onWarnings: eachOnce(onWarning),
      ...(application === undefined ? {} : { userAgent: checkApplication(application) }),
    });
  }

  /** The newest values of one entity. Throws LarderError with the server's code and message. */
  async getOnlineFeatures<S extends FeatureService>(
    service: S,
    keys: KeysOf<S>,
    options: FullNames,
  ): Promise<OnlineFeatures<FullValuesOf<S>>>;
  async getOnlineFeatures<S extends FeatureService>(
    service: S,
    keys: KeysOf<S>,
    options?: ReadOptions,
  ): Promise<OnlineFeatures<ValuesOf<S>>>;
  async getOnlineFeatures<S extends FeatureService>(
    service: S,
    keys: KeysOf<S>,
    options: ReadOptions = {},
  ): Promise<OnlineFeatures<unknown>> {
    const [only] = await this.getOnlineFeaturesBatch(service, [keys], options);
    return only as OnlineFeatures<unknown>;
  }

  /** The newest values of 1 to 5,000 entities, in their order, in one call. */
  async getOnlineFeaturesBatch<S extends FeatureService>(
    service: S,
    entities: readonly KeysOf<S>[],
    options: FullNames,
  ): Promise<OnlineFeatures<FullValuesOf<S>>[]>;
  async getOnlineFeaturesBatch<S extends FeatureService>(
    service: S,
    entities: readonly KeysOf<S>[],
    options?: ReadOptions,
  ): Promise<OnlineFeatures<ValuesOf<S>>[]>;
  async getOnlineFeaturesBatch<S extends FeatureService>(
    service: S,
    entities: readonly KeysOf<S>[],
    options: ReadOptions = {},
  ): Promise<OnlineFeatures<unknown>[]> {
    return this.read({ featureService: service.name }, entities as readonly JoinKeys[], options);
  }

  /** As `getOnlineFeaturesBatch`, by names. */
  async read(
    selection: UntypedSelection,
    entities: readonly JoinKeys[],
    options: ReadOptions = {},
  ): Promise<OnlineFeatures<Readonly<Record<string, unknown>>>[]> {
    const { fullFeatureNames = false, maxAgeSeconds, timeoutMs = this.options.timeoutMs ?? 1000 } = options;
    const response = await this.connection.getOnlineFeatures(
      {
        project: this.options.project ?? '',
        selection:
          'featureService' in selection
            ? { case: 'featureService', value: selection.featureService }
            : { case: 'features', value: { references: [...selection.features] } },
        joinKeys: joinKeyColumns(entities),
        fullFeatureNames,
        ...(maxAgeSeconds === undefined
          ? {}
          : { maxAge: { seconds: BigInt(Math.floor(maxAgeSeconds)), nanos: Math.round((maxAgeSeconds % 1) * 1e9) } }),
      },
      timeoutMs,
    );
    return onlineFeaturesFromResponse(response);
  }

  /** Ends the connection; reads under way fail. */
  close(): void {
    this.connection.close();
  }
}
